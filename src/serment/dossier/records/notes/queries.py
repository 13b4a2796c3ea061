"""Reading notes."""

from __future__ import annotations

from serment.dossier.disclosure.types import Permit
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.entries.types import Entry
from serment.dossier.records.notes import resources
from serment.dossier.records.notes.types import Note


def active_for(*, permit: Permit) -> tuple[Note, ...]:
    """The notes, newest first, each with its addenda, oldest first. An addendum whose note was struck out stands on its own."""
    found = entries.current(permit=permit, kinds=[resources.KIND])
    notes = {str(entry.id) for entry in found if not resources.appends(entry)}
    added: dict[str, list[Entry]] = {}
    for entry in found:
        if resources.appends(entry) in notes:
            added.setdefault(resources.appends(entry), []).insert(0, entry)
    return tuple(
        resources.read(entry, tuple(resources.read_addendum(one) for one in added.get(str(entry.id), [])))
        for entry in found
        if resources.appends(entry) not in notes
    )
