"""Reading correspondents."""

from __future__ import annotations

from uuid import UUID

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import clock, errors
from serment.dossier.records.correspondents import besides, resources
from serment.dossier.records.correspondents.types import ROLES, TREATING_PHYSICIAN, Contact, Correspondent
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.entries.types import written


def active_for(*, permit: Permit) -> tuple[Correspondent, ...]:
    """The correspondents of today, the treating physician first. The same person told twice by an interface appears once, as told last."""
    found = resources.standing(every(permit=permit), today=clock.today(clock.now()))
    one_treats = next((one for one in found if one.role == TREATING_PHYSICIAN), None)
    kept = [one for one in found if one.role != TREATING_PHYSICIAN or one is one_treats]
    return tuple(sorted(kept, key=lambda one: ROLES.index(one.role) if one.role in ROLES else len(ROLES)))


def former_for(*, permit: Permit) -> tuple[Correspondent, ...]:
    """Those who are so no more: their time is over, or another physician treats the patient now."""
    active = {one.written.entry for one in active_for(permit=permit)}
    known = {(one.role, one.rpps or one.name.casefold()) for one in active_for(permit=permit)}
    return tuple(
        one
        for one in every(permit=permit)
        if one.written.entry not in active and (one.until or (one.role, one.rpps or one.name.casefold()) not in known)
    )


def every(*, permit: Permit) -> list[Correspondent]:
    """Everybody who was told and not struck out, the newest first. Somebody whom an imported resource names is not one to write to."""
    found = (resources.read(entry) for entry in entries.current(permit=permit, kinds=resources.KINDS))
    return [one for one in found if one.role]


def one(*, permit: Permit, entry: UUID) -> Correspondent:
    """One correspondent as it stands, to be changed. Raises NotFound (`no_entry`)."""
    latest = entries.latest(permit=permit, entry=entry)
    if latest.kind not in resources.KINDS or latest.is_struck_out:
        raise errors.NotFound("no_entry")
    return resources.read(latest)


def contact_of(*, permit: Permit) -> Contact | None:
    """How to reach the patient, each part as told last; None when nobody told."""
    found = entries.current(permit=permit, kinds=[resources.PATIENT])
    return resources.merged([(entry.resource, written(entry, "")) for entry in found]) if found else None


def told_besides(*, permit: Permit) -> dict[int, str]:
    """What admissions told of the identity besides its traits, each field as told last."""
    return besides.read(entry.resource for entry in entries.current(permit=permit, kinds=[besides.KIND]))
