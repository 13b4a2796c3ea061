"""A problem or a diagnosis."""

from __future__ import annotations

from dataclasses import dataclass, field

from serment.dossier.records.entries.types import Written


@dataclass(frozen=True, kw_only=True)
class Condition:
    """`code` is a CIM-10 code or empty; `is_active` tells a problem of today from a history; `onset` is a year, a month or a date."""

    written: Written
    label: str = field(repr=False)
    code: str = field(repr=False)
    onset: str
    is_active: bool
