"""The reason of a stay."""

from __future__ import annotations

from dataclasses import dataclass, field

from serment.dossier.records.entries.types import Written


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why somebody is here, in words, and who wrote so last."""

    written: Written
    text: str = field(repr=False)
