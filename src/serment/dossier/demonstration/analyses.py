"""What the laboratory of a fictional clinic sends: a blood count and an ionogram each morning, the newest waiting to be seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from serment.dossier.demonstration.chronicle import TOLD
from serment.dossier.demonstration.organisation import UNIT
from serment.dossier.demonstration.people import Person
from serment.dossier.demonstration.seeds import drawn
from serment.dossier.demonstration.types import Analysis, Leg, Sample
from serment.dossier.kernel.clock import PARIS

LABORATORY = "Laboratoire de la Clinique du Vieux-Pont"
MORNINGS = 3
ADULT_AGE = 16
# One patient in so many has a potassium that a laboratory calls by telephone.
CRITICAL_ONE_IN = 12
# Panel code, title, then analyses: LOINC code, name, unit (UCUM), digits, lowest and highest drawn, normal range.
PANELS = (
    (
        "58410-2", "Hémogramme",
        (
            ("718-7", "Hémoglobine", "g/dL", 1, 10.2, 15.4, "12.0", "16.0"),
            ("6690-2", "Leucocytes", "10*9/L", 1, 5.2, 14.8, "4.0", "10.0"),
            ("777-3", "Plaquettes", "10*9/L", 0, 158, 392, "150", "400"),
        ),
    ),
    (
        "24326-1", "Ionogramme, créatinine, CRP",
        (
            ("2951-2", "Sodium", "mmol/L", 0, 134, 143, "136", "145"), ("2823-3", "Potassium", "mmol/L", 1, 3.6, 4.9, "3.5", "5.1"),
            ("14682-9", "Créatinine", "umol/L", 0, 54, 112, "50", "100"), ("1988-5", "CRP", "mg/L", 0, 4, 128, "", "5"),
        ),
    ),
)  # fmt: skip


def samples(who: Person, main: Leg, now: datetime) -> Iterator[Sample]:
    """The panels of somebody who lies in a clinic, the oldest first; nothing for children and residents."""
    if main.ended_at is not None or main.kind != "inpatient" or who.age < ADULT_AGE:
        return
    if UNIT[main.passages[-1][0]].kind == "nursing_home" or who.index % 3 == 1:
        return
    rng = drawn("analyses", who.index)
    bases = {name: rng.uniform(low, high) for _, _, analyses in PANELS for _, name, _, _, low, high, _, _ in analyses}
    for day in reversed(range(MORNINGS)):
        at = _morning(now) - timedelta(days=day)
        if at <= main.passages[0][2]:
            continue
        for code, title, analyses in PANELS:
            told = TOLD.get(who.scenario.key, {}) if day == 0 else {}
            found = tuple(_analysis(rng, one, bases, told, is_critical=day == 0 and _is_critical(who)) for one in analyses)
            urgent = any(one.interpretation == "HH" for one in found)
            yield Sample(code=code, title=title, at=at, analyses=found, waits=day == 0, is_urgent=urgent)


def _is_critical(who: Person) -> bool:
    return who.index % CRITICAL_ONE_IN == 0


def _morning(now: datetime) -> datetime:
    """The last time that it was ten past seven."""
    local = now.astimezone(PARIS)
    seven = local.replace(hour=7, minute=10, second=0, microsecond=0)
    return seven if seven <= local else seven - timedelta(days=1)


def _analysis(
    rng: Random, one: tuple[str, str, str, int, float, float, str, str], bases: dict[str, float], told: dict[str, str], *, is_critical: bool
) -> Analysis:
    code, name, unit, digits, _least, _most, low, high = one
    value = f"{bases[name] * rng.uniform(0.94, 1.06):.{digits}f}"
    interpretation = ""
    if name in told:
        value = told[name].replace(",", ".")
    elif is_critical and name == "Potassium":
        value, interpretation = f"{rng.uniform(6.2, 6.9):.1f}", "HH"
    return Analysis(code=code, name=name, value=value, unit=unit, low=low, high=high, interpretation=interpretation)
