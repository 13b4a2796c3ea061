"""A measure or a result."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from serment.dossier.records.entries.types import Written


@dataclass(frozen=True, kw_only=True)
class Observation:
    """`value` is text as it was told, never a rounded number: `70.10` keeps its zero. `flag` is empty, `low` or `high`; `is_critical`
    what its sender called so; `meaning` what a score or a test says in words; `status` that of its sender, `final` for ours."""

    written: Written
    code: str  # LOINC
    label: str = field(repr=False)
    value: str = field(repr=False)
    unit: str
    at: datetime
    low: str = ""
    high: str = ""
    flag: str = ""
    meaning: str = field(default="", repr=False)
    is_critical: bool = False
    comment: str = field(default="", repr=False)
    status: str = "final"
