"""Reading what a hand typed on a round, and asking about what looks mistyped. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from serment.dossier.identity.types import Age
from serment.dossier.kernel import errors
from serment.dossier.records.observations import measures, news2

_NUMBER = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,2})?\Z")
_PRESSURES = re.compile(r"([0-9]{1,3}(?:[.,][0-9])?)\s*[/ -]\s*([0-9]{1,3}(?:[.,][0-9])?)\Z")
# A blood pressure said in centimetres of mercury, as it is said aloud: 12/8.
CENTIMETRES_MAX = Decimal(30)


@dataclass(frozen=True, kw_only=True)
class Readings:
    """One set of signs taken together. `values` holds numbers as text, by the name of the measure; `level` is one of ACVPU, or empty."""

    values: Mapping[str, str] = field(repr=False)
    level: str = field(default="", repr=False)
    hypercapnic: bool = False

    def number(self, name: str) -> Decimal | None:
        return Decimal(self.values[name]) if name in self.values else None


def read(typed: Mapping[str, str]) -> Readings:
    """What was typed, as numbers. A comma is a decimal sign; `13/8` or `130/80` in the field of the systolic pressure fills both pressures.

    Raises Invalid (`malformed` naming the field, `text_missing` when nothing was typed).
    """
    values = {}
    given = _pressures({name: text.strip() for name, text in typed.items()})
    for name in measures.MEASURES:
        text = given.get(name, "").replace(",", ".").replace("\u202f", "").replace(" ", "")
        if not text:
            continue
        if not _NUMBER.match(text):
            raise errors.Invalid("malformed", field=name)
        values[name] = text
    level = given.get("level", "")
    if level and level not in measures.LEVELS:
        raise errors.Invalid("choice_unknown", field="level")
    if not values and not level:
        raise errors.Invalid("text_missing", field="systolic")
    return Readings(values=values, level=level, hypercapnic=bool(given.get("hypercapnic")))


def questions(readings: Readings, *, confirmed: Collection[str] = ()) -> tuple[str, ...]:
    """The measures with values that are not plausible and that nobody has confirmed: asked again, and taken when confirmed."""
    found = []
    for name, text in readings.values.items():
        measure, value = measures.MEASURES[name], Decimal(text)
        if name not in confirmed and not Decimal(measure.least) <= value <= Decimal(measure.most):
            found.append(name)
    systolic, diastolic = readings.number("systolic"), readings.number("diastolic")
    if systolic is not None and diastolic is not None and diastolic >= systolic and "diastolic" not in confirmed:
        found.append("diastolic")
    return tuple(dict.fromkeys(found))


def scored(readings: Readings, *, age: Age) -> news2.Score | None:
    """NEWS2 of a complete set of an adult; None when a sign is missing, or the person is under sixteen."""
    needed = [readings.number(name) for name in ("respiration", "saturation", "systolic", "pulse", "temperature")]
    if any(value is None for value in needed) or not readings.level or not _is_adult(age):
        return None
    respiration, saturation, systolic, pulse, temperature = (value or Decimal(0) for value in needed)
    return news2.score(
        news2.Signs(
            respiration=respiration, saturation=saturation, systolic=systolic, pulse=pulse, temperature=temperature, level=readings.level,
            oxygen=(readings.number("oxygen") or 0) > 0, hypercapnic=readings.hypercapnic,
        )
    )  # fmt: skip


# How long a score holds before the signs must be taken again (Royal College of Physicians, 2017), by its least total.
REPEATED_AFTER = ((news2.HIGH_FROM, timedelta(minutes=30)), (news2.MEDIUM_FROM, timedelta(hours=1)), (1, timedelta(hours=6)))
REPEATED_AT_LEAST = timedelta(hours=12)


def overdue(total: str, *, taken_at: datetime, now: datetime) -> timedelta | None:
    """How long ago the signs were taken, when they must be taken again; None while the score still holds."""
    points = int(total) if total.isdecimal() else 0
    holds = next((span for least, span in REPEATED_AFTER if points >= least), REPEATED_AT_LEAST)
    return now - taken_at if now - taken_at > holds else None


def bmi(readings: Readings) -> str:
    """Body mass index in kg/m2 to one digit, empty without weight and height."""
    weight, height = readings.number("weight"), readings.number("height")
    if not weight or not height:
        return ""
    return str((weight / (height / 100) ** 2).quantize(Decimal("0.1")))


def _is_adult(age: Age) -> bool:
    return age.unit == "years" and age.value >= news2.ADULT_FROM_YEARS


def _pressures(typed: dict[str, str]) -> dict[str, str]:
    both = _PRESSURES.match(typed.get("systolic", ""))
    if not both or typed.get("diastolic"):
        return typed
    upper, lower = (Decimal(text.replace(",", ".")) for text in both.groups())
    if upper <= CENTIMETRES_MAX and lower <= CENTIMETRES_MAX:
        upper, lower = upper * 10, lower * 10
    return {**typed, "systolic": f"{upper:f}".removesuffix(".0"), "diastolic": f"{lower:f}".removesuffix(".0")}
