"""Latest measures, in ranges that fit why somebody is here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random

from serment.dossier.demonstration.types import Measure
from serment.dossier.records.observations import news2

Range = tuple[float, float]

# Units that take vital signs three times a day and score them; the others once or twice.
WATCHED = frozenset({"medicine", "surgery", "cardiology", "icu", "emergency"})
ROUNDS_BEFORE = 6
# What the score needs, by LOINC code.
SCORED = frozenset({"9279-1", "59408-5", "8480-6", "8867-4", "8310-5"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """Bounds of systolic and diastolic pressure, pulse, temperature, oxygen saturation, breaths, pain."""

    systolic: Range = (112, 138)
    diastolic: Range = (62, 82)
    pulse: Range = (62, 88)
    temperature: Range = (36.4, 37.3)
    oxygen: Range = (95, 99)
    breaths: Range = (13, 18)
    pain: Range = (0, 2)
    glucose: Range | None = None


PROFILES = {
    "stable": Profile(),
    "pain": Profile(pulse=(76, 98), temperature=(36.6, 37.8), pain=(3, 6)),
    "febrile": Profile(pulse=(86, 108), temperature=(38.0, 38.9), breaths=(16, 21), pain=(2, 5)),
    "respiratory": Profile(pulse=(84, 106), temperature=(37.2, 38.4), oxygen=(91, 95), breaths=(20, 25), pain=(0, 3)),
    "respiratory_severe": Profile(pulse=(92, 112), temperature=(37.6, 38.9), oxygen=(90, 94), breaths=(25, 30)),
    "copd": Profile(pulse=(82, 102), oxygen=(88, 92), breaths=(20, 26)),
    "diabetes": Profile(glucose=(1.8, 2.9)),
    "diabetes_severe": Profile(pulse=(92, 112), breaths=(20, 26), glucose=(2.0, 3.4)),
    "heart_failure": Profile(systolic=(104, 126), pulse=(72, 94), oxygen=(92, 95), breaths=(19, 24)),
    "beta": Profile(systolic=(108, 132), pulse=(54, 68)),
    "irregular": Profile(pulse=(78, 112)),
    "shock": Profile(systolic=(88, 104), diastolic=(48, 58), pulse=(104, 124), temperature=(38.2, 39.3), oxygen=(93, 96), breaths=(22, 28)),
    "bleeding": Profile(systolic=(98, 112), diastolic=(54, 66), pulse=(92, 112)),
    "old": Profile(systolic=(118, 152), diastolic=(60, 82), oxygen=(94, 98), pain=(0, 3)),
    "home": Profile(systolic=(116, 150), diastolic=(58, 80), pulse=(60, 84), oxygen=(94, 98)),
    "child": Profile(systolic=(92, 106), diastolic=(54, 66), pulse=(84, 108), breaths=(18, 24), pain=(1, 3)),
}  # fmt: skip

# Weight (kg) and height (cm) of a child at 0, 2, 4... years, rounded curves.
CHILD_WEIGHTS = (3.4, 12.0, 16.0, 20.5, 25.5, 32.0, 40.0, 50.0)
CHILD_HEIGHTS = (50, 87, 102, 115, 127, 138, 150, 163)


def body(rng: Random, *, age: int, sex: str, obese: bool, thin: bool = False) -> tuple[float, int]:
    """A weight and a height that go together."""
    if age < 15:
        step = age // 2
        return round(CHILD_WEIGHTS[step] * rng.uniform(0.92, 1.1), 1), round(CHILD_HEIGHTS[step] * rng.uniform(0.97, 1.03))
    usual = 176 if sex == "M" else 163
    height = round(min(max(rng.gauss(usual, 6), usual - 12), usual + 14) - max(0, age - 65) * 0.12)
    index = rng.uniform(31, 37) if obese else rng.uniform(19.5, 24) if thin else rng.uniform(20.5, 28.5)
    return round(index * (height / 100) ** 2, 1), height


def measures(rng: Random, *, profile: str, at: datetime, weight: float, height: int, diabetic: bool) -> tuple[Measure, ...]:
    """The measures of one round."""
    bounds = PROFILES[profile]
    told = _teller(rng, at)
    glucose = bounds.glucose or ((1.1, 1.9) if diabetic else None)
    found = [
        told("8480-6", "Pression artérielle systolique", bounds.systolic, "mm[Hg]", 0, "90", "140"),
        told("8462-4", "Pression artérielle diastolique", bounds.diastolic, "mm[Hg]", 0, "50", "90"),
        told("8867-4", "Fréquence cardiaque", bounds.pulse, "/min", 0, "50", "100"),
        told("8310-5", "Température", bounds.temperature, "Cel", 1, "36.0", "38.0"),
        told("59408-5", "Saturation en oxygène (SpO2)", bounds.oxygen, "%", 0, "94", "100"),
        told("9279-1", "Fréquence respiratoire", bounds.breaths, "/min", 0, "12", "20"),
        told("72514-3", "Douleur (échelle numérique)", bounds.pain, "{score}", 0, "0", "3"),
    ]
    if glucose:
        found.append(told("41653-7", "Glycémie capillaire", glucose, "g/L", 2, "0.70", "1.80"))
    return (*found, *_size(at, weight, height))


def score(measures: Iterable[Measure]) -> news2.Score | None:
    """NEWS2 of one round of somebody alert on air, None when a sign is missing."""
    values = {one.code: Decimal(one.value) for one in measures}
    if not values.keys() >= SCORED:
        return None
    signs = news2.Signs(
        respiration=values["9279-1"], saturation=values["59408-5"], oxygen=False, systolic=values["8480-6"], pulse=values["8867-4"],
        level="A", temperature=values["8310-5"],
    )  # fmt: skip
    return news2.score(signs)


def newborn(rng: Random, *, at: datetime, weight: float) -> tuple[Measure, ...]:
    """The measures of a newborn."""
    told = _teller(rng, at)
    return (
        told("8310-5", "Température", (36.6, 37.2), "Cel", 1, "36.5", "37.5"),
        told("8867-4", "Fréquence cardiaque", (118, 148), "/min", 0, "100", "160"),
        told("9279-1", "Fréquence respiratoire", (36, 52), "/min", 0, "30", "60"),
        *_size(at, weight, 50),
    )


def _size(at: datetime, weight: float, height: int) -> tuple[Measure, Measure]:
    return (
        Measure(code="29463-7", name="Poids", value=f"{weight:g}", unit="kg", at=at),
        Measure(code="8302-2", name="Taille", value=str(height), unit="cm", at=at),
    )


def _teller(rng: Random, at: datetime) -> Callable[..., Measure]:
    def told(code: str, name: str, bounds: Range, unit: str, digits: int, low: str, high: str) -> Measure:
        return Measure(code=code, name=name, value=f"{rng.uniform(*bounds):.{digits}f}", unit=unit, at=at, low=low, high=high)

    return told
