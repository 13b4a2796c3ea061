"""What makes a note complete, who may sign it, and when a target is closed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from serment.dossier.kernel import errors
from serment.dossier.records.entries import rules
from serment.dossier.records.notes import kinds
from serment.dossier.records.notes.types import Note, Section
from serment.wire.protocol import Who

TITLE_CHARACTERS_MAX = 120
TEXT_CHARACTERS_MAX = 20_000


def sections(kind: str, typed: Mapping[str, str]) -> tuple[Section, ...]:
    """What was typed under the headings of a kind, those left empty apart. Raises Invalid (`choice_unknown` for a kind that is none,
    `text_missing` when nothing was written, `text_too_long`, `text_unreadable`) naming the field."""
    if kind not in kinds.KINDS:
        raise errors.Invalid("choice_unknown", field="kind")
    headings = kinds.KINDS[kind].headings
    found = []
    for heading in headings:
        text = rules.text(typed.get(heading.code, ""), field=heading.code, characters_max=TEXT_CHARACTERS_MAX, required=False)
        if text:
            found.append(Section(code=heading.code, label="" if heading.code == kinds.TEXT else heading.label, text=text))
    if not found:
        raise errors.Invalid("text_missing", field=headings[0].code)
    return tuple(found)


def roles(who: Who) -> frozenset[str]:
    """The roles that a person holds somewhere."""
    return frozenset(assignment.role for assignment in who.assignments)


def may_sign(note: Note, who: Who) -> bool:
    """Whether a person may put their name to a note that awaits it: a physician, for a note that is not their own."""
    return note.awaits and note.written.author != who.account and bool(roles(who) & kinds.PHYSICIANS)


def require_signer(*, author: UUID | None, who: Who) -> None:
    """Raises Denied (`role`) for who is no physician, Invalid (`oneself`) for the note's own author."""
    if not roles(who) & kinds.PHYSICIANS:
        raise errors.Denied("role", field="care")
    if author == who.account:
        raise errors.Invalid("oneself")


def is_open_target(note: Note) -> bool:
    """Whether a targeted transmission still waits for its results, in itself or in what was added to it."""
    told = (*note.sections, *(section for addendum in note.addenda for section in addendum.sections))
    return note.kind == kinds.TRANSMISSION and all(section.code != kinds.RESULTS for section in told)
