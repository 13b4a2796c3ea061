"""NEWS2, the early-warning score of the Royal College of Physicians (2017), chart 1. Pure.

For people of sixteen and more, not for pregnant women. Two scales of saturation: the second for those whose target is 88 to 92 %
(hypercapnic respiratory failure, confirmed by blood gas), when a physician said so.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ADULT_FROM_YEARS = 16

# (up to and including, points), in order; the last holds for everything above.
Steps = tuple[tuple[str, int], ...]
RESPIRATION: Steps = (("8", 3), ("11", 1), ("20", 0), ("24", 2), ("Infinity", 3))
SATURATION_1: Steps = (("91", 3), ("93", 2), ("95", 1), ("Infinity", 0))
SATURATION_2_AIR: Steps = (("83", 3), ("85", 2), ("87", 1), ("Infinity", 0))
SATURATION_2_OXYGEN: Steps = (("83", 3), ("85", 2), ("87", 1), ("92", 0), ("94", 1), ("96", 2), ("Infinity", 3))
SYSTOLIC: Steps = (("90", 3), ("100", 2), ("110", 1), ("219", 0), ("Infinity", 3))
PULSE: Steps = (("40", 3), ("50", 1), ("90", 0), ("110", 1), ("130", 2), ("Infinity", 3))
TEMPERATURE: Steps = (("35.0", 3), ("36.0", 1), ("38.0", 0), ("39.0", 1), ("Infinity", 2))
OXYGEN_POINTS, NOT_ALERT_POINTS = 2, 3

LOW, LOW_MEDIUM, MEDIUM, HIGH = "low", "low_medium", "medium", "high"
# What the college asks for, in a few words; written in the entry as it is shown.
MEANINGS = {
    LOW: "Risque faible. Surveillance au moins toutes les douze heures, toutes les quatre à six heures dès un point.",
    LOW_MEDIUM: "Un signe à trois points. Prévenir le médecin, surveillance au moins toutes les heures.",
    MEDIUM: "Risque moyen. Avis médical urgent, surveillance au moins toutes les heures.",
    HIGH: "Risque élevé. Appel immédiat, équipe d’urgence, surveillance continue.",
}
MEDIUM_FROM, HIGH_FROM, SINGLE = 5, 7, 3


@dataclass(frozen=True, kw_only=True)
class Signs:
    """What the score is made of. `level` is one of ACVPU; `oxygen` whether any is given; `hypercapnic` chooses the second scale."""

    respiration: Decimal
    saturation: Decimal
    oxygen: bool
    systolic: Decimal
    pulse: Decimal
    level: str
    temperature: Decimal
    hypercapnic: bool = False


@dataclass(frozen=True, kw_only=True)
class Score:
    """The total, the points of each sign, and the risk: `low`, `low_medium` when one sign alone makes three points, `medium`, `high`."""

    total: int
    points: dict[str, int]
    risk: str


def score(signs: Signs) -> Score:
    """The score of one set of signs taken together."""
    points = {
        "respiration": _points(RESPIRATION, signs.respiration),
        "saturation": _points(_saturation_scale(signs), signs.saturation),
        "oxygen": OXYGEN_POINTS if signs.oxygen else 0,
        "systolic": _points(SYSTOLIC, signs.systolic),
        "pulse": _points(PULSE, signs.pulse),
        "level": 0 if signs.level == "A" else NOT_ALERT_POINTS,
        "temperature": _points(TEMPERATURE, signs.temperature),
    }
    total = sum(points.values())
    return Score(total=total, points=points, risk=_risk(total, max(points.values())))


def _saturation_scale(signs: Signs) -> Steps:
    if not signs.hypercapnic:
        return SATURATION_1
    return SATURATION_2_OXYGEN if signs.oxygen else SATURATION_2_AIR


def _points(steps: Steps, value: Decimal) -> int:
    return next(points for upper, points in steps if value <= Decimal(upper))


def _risk(total: int, highest: int) -> str:
    if total >= HIGH_FROM:
        return HIGH
    if total >= MEDIUM_FROM:
        return MEDIUM
    return LOW_MEDIUM if highest >= SINGLE else LOW


def risk_told(meaning: str) -> str:
    """The risk of a score that was written down, by the words written with it; `low_medium` when they are not ours: to be looked at."""
    return next((risk for risk, words in MEANINGS.items() if words == meaning), LOW_MEDIUM)
