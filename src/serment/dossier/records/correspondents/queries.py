"""Reading correspondents."""

from __future__ import annotations

from serment.dossier.disclosure.types import Permit
from serment.dossier.records.correspondents import resources
from serment.dossier.records.correspondents.types import ROLES, Contact, Correspondent
from serment.dossier.records.entries import queries as entries


def active_for(*, permit: Permit) -> tuple[Correspondent, ...]:
    """The correspondents, the treating physician first. The same person told twice by an interface appears once, as told last."""
    newest: dict[tuple[str, str], Correspondent] = {}
    for entry in entries.current(permit=permit, kinds=resources.KINDS):
        one = resources.read(entry)
        if not one.role:
            # Somebody whom an imported resource names, not somebody to write to.
            continue
        newest.setdefault((one.role, one.rpps or one.name.casefold()), one)
    return tuple(sorted(newest.values(), key=lambda one: ROLES.index(one.role) if one.role in ROLES else len(ROLES)))


def contact_of(*, permit: Permit) -> Contact | None:
    """How to reach the patient, as told last; None when nobody told."""
    found = entries.current(permit=permit, kinds=[resources.PATIENT])
    return resources.read_contact(found[0]) if found else None
