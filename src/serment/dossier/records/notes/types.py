"""A note."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from serment.dossier.records.entries.types import Written


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of a note: the code and the words of its heading, and what was written under it. A free text has no heading."""

    code: str
    label: str
    text: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who put their name to the note of another."""

    label: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Addendum:
    """What was added to a note later, by its author or by another."""

    written: Written
    sections: tuple[Section, ...]

    @property
    def text(self) -> str:
        """The words of the addendum."""
        return words_of(self.sections)


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note with its addenda, oldest first. `awaits` tells that somebody else must sign it too; `signatures` who did;
    `third_party` that it comes from somebody outside the care, or is about them."""

    written: Written
    kind: str
    title: str = field(repr=False)
    sections: tuple[Section, ...]
    stay: UUID | None = None
    awaits: bool = False
    signatures: tuple[Signature, ...] = ()
    addenda: tuple[Addendum, ...] = ()
    third_party: str = ""

    @property
    def text(self) -> str:
        """The words of the whole note, each heading before its own."""
        return words_of(self.sections)


def words_of(sections: tuple[Section, ...]) -> str:
    """Sections as one text."""
    return "\n".join(f"{one.label} : {one.text}" if one.label else one.text for one in sections)
