"""A note."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from serment.dossier.records.entries.types import Written


@dataclass(frozen=True, kw_only=True)
class Addendum:
    """What was added to a note later, by its author or by another."""

    written: Written
    text: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note with its addenda, oldest first."""

    written: Written
    title: str = field(repr=False)
    text: str = field(repr=False)
    stay: UUID | None = None
    addenda: tuple[Addendum, ...] = ()
