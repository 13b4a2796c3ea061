"""A document as it crosses the door."""

from __future__ import annotations

from dataclasses import dataclass, field

from serment.dossier.records.entries.types import Written


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file and what it is. `category` is the French name of its kind (`Lettre de sortie`…); `size` in bytes; `files` counts what is
    kept of it: the one shown, then what its sender sent besides; `removed` is what runs and was taken out of the one shown; `third_party`
    what was said of third parties while it was filed."""

    written: Written
    title: str = field(repr=False)
    category: str
    media_type: str
    size: int
    stay: object = None
    files: int = 1
    removed: tuple[str, ...] = ()
    filed_by: str = ""
    third_party: str = ""
