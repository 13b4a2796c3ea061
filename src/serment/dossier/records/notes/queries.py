"""Reading notes."""

from __future__ import annotations

from uuid import UUID

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.entries.types import Entry
from serment.dossier.records.notes import resources
from serment.dossier.records.notes.types import Note, Section

PAGE = 25


def page(*, permit: Permit, number: int = 1, count: int = PAGE) -> tuple[tuple[Note, ...], bool]:
    """A page of notes, newest first, each with its addenda, oldest first; and whether another page follows.

    An addendum whose note was struck out stands on its own.
    """
    found, more = entries.threads(permit=permit, kind=resources.KIND, page=number, count=count)
    return tuple(resources.read(note, tuple(resources.read_addendum(one) for one in added)) for note, added in found), more


def sections(entry: Entry) -> tuple[Section, ...]:
    """The words of an entry that another query brought, under their headings."""
    return resources.read_addendum(entry).sections


def one(*, permit: Permit, note: UUID) -> Note:
    """One note that is not struck out. Its addenda are not read. Raises NotFound (`no_entry`)."""
    entry = entries.latest(permit=permit, entry=note)
    if entry.kind != resources.KIND or entry.is_struck_out or resources.appends(entry):
        raise errors.NotFound("no_entry")
    return resources.read(entry)
