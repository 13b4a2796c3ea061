"""Writing allergies. The guard's alert icons follow in the same breath, so that a ward list never says otherwise."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from serment.dossier.disclosure import alerts
from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import clock, errors, ids
from serment.dossier.records.allergies import queries, resources, rules
from serment.dossier.records.allergies.types import ALLERGIES, NONE_KNOWN, Told
from serment.dossier.records.entries import queries as entry_queries
from serment.dossier.records.entries import rules as entry_rules
from serment.dossier.records.entries import services as entries
from serment.dossier.records.entries.types import Entry
from serment.dossier.vault.sealing import Resource

# Never `sealed`, even when the patient had the rest masked: who is about to give a drug must see what must not be given.
COMPARTMENT = "care"


def record(*, permit: Permit, token: UUID, told: Told, now: datetime) -> UUID:
    """Write an allergy; answers its identifier, which is the form's token. A statement that none is known falls with it.

    Raises Invalid naming the field, Denied (`compartment_closed`), and what the guard refuses with; then nothing is kept.
    """
    resource = _resource(permit, told, now)
    before = queries.active_for(permit=permit)
    entries.record(permit=permit, entry=token, kind=resources.KIND, compartment=COMPARTMENT, resource=resource, now=now)
    if before.state == NONE_KNOWN and before.statement is not None:
        _refute(permit, before.statement.entry, before.statement.version, why="Une allergie a été déclarée depuis.", now=now)
    _flag(permit)
    return token


def correct(*, permit: Permit, entry: UUID, version: int, told: Told, now: datetime) -> None:
    """Write what is known now in place of what was: another version, the one before stays in the history. One that was set aside stands
    again.

    Raises NotFound (`no_entry`), Conflict (`entry_changed`, `entry_struck_out`), and like `record`.
    """
    resource = _resource(permit, told, now)
    latest = _allergy(permit, entry)
    if resources.is_none_known(latest):
        raise errors.NotFound("no_entry")
    entries.supersede(permit=permit, entry=entry, version=version, resource=resources.corrected(latest.resource, resource), now=now)
    _flag(permit)


def review(*, permit: Permit, entry: UUID, version: int, next_on: date, now: datetime) -> None:
    """Somebody asked again today and nothing has changed, of an allergy or of the statement that there is none.

    Raises NotFound (`no_entry`), Conflict (`entry_changed`, `entry_struck_out`), Invalid (`date_past`) and like `record`.
    """
    if next_on <= clock.today(now):
        raise errors.Invalid("date_past", field="review_on")
    latest = _allergy(permit, entry)
    if resources.is_refuted(latest):
        raise errors.NotFound("no_entry")
    by = entry_rules.author_reference(permit.who)
    resource = resources.reviewed(latest.resource, at=now, by=by, next_on=next_on)
    entries.supersede(permit=permit, entry=entry, version=version, resource=resource, now=now)


def declare_none(*, permit: Permit, token: UUID, now: datetime) -> UUID:
    """State that no allergy is known; to be asked again in a year. Raises Conflict (`allergies_exist`) while one stands, and like
    `record`."""
    before = queries.active_for(permit=permit)
    if before.state == ALLERGIES:
        raise errors.Conflict("allergies_exist")
    if before.statement is not None:
        return before.statement.entry
    again = rules.in_months(rules.REVIEW_MONTHS_DEFAULT, today=clock.today(now))
    author = entry_rules.author_reference(permit.who)
    resource = resources.none_known(patient=permit.patient, at=now, author=author, review_on=again)
    entries.record(permit=permit, entry=token, kind=resources.KIND, compartment=COMPARTMENT, resource=resource, now=now)
    _flag(permit)
    return token


def refute(*, permit: Permit, entry: UUID, version: int, reason: str, now: datetime) -> None:
    """Write that an allergy was shown not to be one (tests, history). It stays readable as refuted.

    Raises NotFound (`no_entry`), Conflict (`entry_changed`, `entry_struck_out`), Invalid (`reason_missing`), and like `record`.
    """
    _refute(permit, entry, version, why=entry_rules.reason(reason), now=now)
    _flag(permit)


def strike_out(*, permit: Permit, entry: UUID, version: int, reason: str, now: datetime) -> None:
    """Strike out what was written in error (wrong patient, wrong substance). Raises like `refute`."""
    latest = _allergy(permit, entry)
    entries.strike_out(permit=permit, entry=entry, version=version, reason=reason, now=now, marks=resources.struck_out(latest.resource))
    _flag(permit)


def deposit_id(*, patient: UUID, source: str, external_id: str) -> UUID:
    """The identifier under which an interface deposits the allergy that it calls by this name."""
    return ids.derived("allergy", patient, source, external_id)


def _resource(permit: Permit, told: Told, now: datetime) -> Resource:
    checked = rules.checked(told, today=clock.today(now))
    return resources.allergy(patient=permit.patient, told=checked, at=now, author=entry_rules.author_reference(permit.who))


def _allergy(permit: Permit, entry: UUID) -> Entry:
    latest = entry_queries.latest(permit=permit, entry=entry)
    if latest.kind != resources.KIND:
        raise errors.NotFound("no_entry")
    return latest


def _refute(permit: Permit, entry: UUID, version: int, *, why: str, now: datetime) -> None:
    latest = _allergy(permit, entry)
    entries.supersede(permit=permit, entry=entry, version=version, resource=resources.refuted(latest.resource, why=why), now=now)


def _flag(permit: Permit) -> None:
    """What the icons say comes from what the record says now, not from what this act believed."""
    state = queries.active_for(permit=permit).state
    alerts.replace(
        permit=permit, among=("allergy", "no_known_allergy"), by={ALLERGIES: "allergy", NONE_KNOWN: "no_known_allergy"}.get(state, "")
    )
