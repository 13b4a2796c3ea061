"""A treatment."""

from __future__ import annotations

from dataclasses import dataclass, field

from serment.dossier.records.entries.types import Written


@dataclass(frozen=True, kw_only=True)
class Medication:
    """In the order in which it is shown: substance, brand, strength, form, dose, route, rhythm. `since` is an ISO date or empty."""

    written: Written
    substance: str = field(repr=False)
    brand: str = field(repr=False)
    strength: str = field(repr=False)
    form: str = field(repr=False)
    dose: str = field(repr=False)
    route: str = field(repr=False)
    rhythm: str = field(repr=False)
    since: str
    code: str = field(repr=False)  # ATC
