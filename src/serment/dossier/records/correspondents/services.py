"""Writing correspondents and how to reach the patient."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

from serment.dossier.disclosure import services as disclosure
from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import clock, errors
from serment.dossier.records.correspondents import queries, resources, rules
from serment.dossier.records.correspondents.types import TREATING_PHYSICIAN, ContactTold, Correspondent, Told
from serment.dossier.records.entries import queries as entry_queries
from serment.dossier.records.entries import services as entries
from serment.dossier.records.entries.types import Entry


def record(*, permit: Permit, token: UUID, told: Told, now: datetime) -> UUID:
    """Write a correspondent; answers its identifier, which is the form's token. A treating physician who works here gets a tie from the
    guard, and the one before loses theirs (CSS L.162-5-3: one at a time).

    Raises Invalid naming the field, Denied (`compartment_closed`).
    """
    checked = rules.checked(told)
    before = _treating(permit) if checked.role == TREATING_PHYSICIAN else None
    resource = resources.correspondent(patient=permit.patient, told=checked)
    kind = str(resource["resourceType"])
    entries.record(permit=permit, entry=token, kind=kind, compartment=resources.COMPARTMENT, resource=resource, now=now)
    _tie(permit, before, checked.rpps if checked.role == TREATING_PHYSICIAN else "")
    return token


def correct(*, permit: Permit, correspondent: UUID, version: int, told: Told, now: datetime) -> None:
    """Write what is known now, as another version. A relative does not become a professional, nor the other way: that is another person.

    Raises NotFound (`no_entry`), Conflict (`entry_changed`, `entry_struck_out`), Invalid (`kind_changed` and others), and like `record`.
    """
    checked = rules.checked(told)
    latest = _standing(permit, correspondent)
    if latest.kind != resources.kind_of(checked.role):
        raise errors.Invalid("kind_changed", field="role")
    before = resources.read(latest)
    resource = resources.correspondent(patient=permit.patient, told=checked, until=before.until)
    entries.supersede(permit=permit, entry=correspondent, version=version, resource=resource, now=now)
    _tie(permit, before, checked.rpps if checked.role == TREATING_PHYSICIAN else "")


def end(*, permit: Permit, correspondent: UUID, version: int, on: date, now: datetime) -> None:
    """They are so no more since a day, today at the latest. Raises like `correct`, and Invalid (`date_future`)."""
    if on > clock.today(now):
        raise errors.Invalid("date_future", field="on")
    latest = _standing(permit, correspondent)
    resource = resources.ended(latest.resource, on=on)
    entries.supersede(permit=permit, entry=correspondent, version=version, resource=resource, now=now)
    _tie(permit, resources.read(latest), "")


def strike_out(*, permit: Permit, correspondent: UUID, version: int, reason: str, now: datetime) -> None:
    """Strike out a correspondent written in error. Raises NotFound, Conflict (`entry_changed`, `entry_struck_out`), Invalid."""
    latest = entry_queries.latest(permit=permit, entry=correspondent)
    if latest.kind not in resources.KINDS:
        raise errors.NotFound("no_entry")
    entries.strike_out(permit=permit, entry=correspondent, version=version, reason=reason, now=now)
    _tie(permit, resources.read(latest), "")


def tell_contact(*, permit: Permit, token: UUID, seen: UUID | None, told: ContactTold, now: datetime) -> UUID:
    """Write how to reach the patient, as it is now: what was told before stays in the record. `seen` is the entry that the page showed,
    None when it showed none.

    Raises Invalid naming the field, Conflict (`entry_changed`) when somebody was faster, Denied (`compartment_closed`).
    """
    checked = rules.checked_contact(told, today=clock.today(now))
    before = queries.contact_of(permit=permit)
    latest = before.written.entry if before else None
    if latest not in (seen, token):
        raise errors.Conflict("entry_changed")
    resource = resources.contact(checked)
    if not checked.deceased and before is not None and before.deceased:
        resource = resources.alive(resource)
    entries.record(permit=permit, entry=token, kind=resources.PATIENT, compartment=resources.COMPARTMENT, resource=resource, now=now)
    return token


def _standing(permit: Permit, correspondent: UUID) -> Entry:
    latest = entry_queries.latest(permit=permit, entry=correspondent)
    if latest.kind not in resources.KINDS:
        raise errors.NotFound("no_entry")
    return latest


def _treating(permit: Permit) -> Correspondent | None:
    return next((one for one in queries.active_for(permit=permit) if one.role == TREATING_PHYSICIAN), None)


def _tie(permit: Permit, before: Correspondent | None, rpps: str) -> None:
    """The tie of the treating physician follows what the record says, or nothing of it is kept.

    What the guard refuses (oneself, too new a key, no tie of care) gives no tie; who treats the patient is worth writing all the same.
    """
    former = before.rpps if before is not None and before.role == TREATING_PHYSICIAN and before.rpps != rpps else ""
    if rpps or former:
        with suppress(errors.Denied):
            disclosure.declare_treating(permit, rpps=rpps, former=former)
