"""What a search finds."""

from __future__ import annotations

from dataclasses import dataclass, field

from serment.dossier.records.entries.types import Entry


@dataclass(frozen=True, kw_only=True)
class Found:
    """One entry that answers: its title, and the words around what was found, cut in (text, is it what was found)."""

    entry: Entry
    title: str = field(repr=False)
    context: tuple[tuple[str, bool], ...] = field(repr=False)
    score: float
