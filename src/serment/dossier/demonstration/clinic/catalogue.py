"""Every scenario, by name and by unit."""

from __future__ import annotations

from serment.dossier.demonstration.clinic import cardiology, critical, day, home, maternity, medicine, rehabilitation, surgery
from serment.dossier.demonstration.types import Scenario

SCENARIOS: tuple[Scenario, ...] = (
    *surgery.SCENARIOS,
    *medicine.SCENARIOS,
    *cardiology.SCENARIOS,
    *critical.INTENSIVE,
    *critical.EMERGENCY,
    *maternity.SCENARIOS,
    maternity.NEWBORN,
    *rehabilitation.SCENARIOS,
    *day.ONCOLOGY,
    *day.DAY_SURGERY,
    *day.CONSULTATIONS,
    *home.SCENARIOS,
)
SCENARIO = {scenario.key: scenario for scenario in SCENARIOS}

# Drawn only by name: it needs somebody whose record is partly sealed, or a mother.
RESERVED = frozenset({"sevrage", "nouveau_ne", "menace"})


def in_unit(unit: str) -> tuple[Scenario, ...]:
    """The scenarios that may be drawn for a unit."""
    return tuple(scenario for scenario in SCENARIOS if scenario.unit == unit and scenario.key not in RESERVED)
