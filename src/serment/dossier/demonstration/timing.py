"""When things happened: stays and rounds, told from the instant of the demonstration."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from serment.dossier.demonstration import people
from serment.dossier.demonstration.organisation import UNIT
from serment.dossier.demonstration.people import Person
from serment.dossier.demonstration.types import Leg
from serment.dossier.kernel.clock import PARIS

# Among people in hospital for some days, one in so many leaves today: their lettre de liaison is to be written.
LEAVING_ONE_IN = 8
# Units whose patients come and go within the day.
OUTPATIENT = frozenset({"oncology", "day_surgery", "consultations", "second_consultations"})

# Reasons that begin in the emergency unit of the first clinic.
URGENT = frozenset(
    {
        "appendicite",
        "cholecystite",
        "occlusion",
        "diverticulite",
        "pancreatite",
        "pneumopathie",
        "pyelonephrite",
        "bpco",
        "embolie",
        "chute",
        "insuffisance_cardiaque",
        "syndrome_coronaire",
        "fibrillation",
        "choc_septique",
        "detresse",
        "acidocetose",
        "hemorragie",
    }
)

ADVICE_DAYS = 30  # how long a unit may still open a record after a stay
NEVER_NEAR = {"ines": 95}


def minute(at: datetime) -> datetime:
    """The same time to the minute, as people write it down."""
    return at.replace(second=0, microsecond=0)


def at_work(rng: Random, at: datetime) -> datetime:
    """The same day, at an hour when people are admitted and seen."""
    local = datetime.combine(at.astimezone(PARIS).date(), time(rng.randint(8, 17), rng.choice((0, 5, 15, 20, 30, 40, 45, 55))), PARIS)
    return local.astimezone(at.tzinfo)


def kind(unit: str) -> str:
    """The kind of stay that a unit gives."""
    if unit in OUTPATIENT:
        return "outpatient"
    return {"emergency": "emergency", "nursing_home": "resident"}.get(UNIT[unit].kind, "inpatient")


def current(rng: Random, who: Person, now: datetime) -> Leg:
    """A stay under way in the bed of the situation."""
    place, (shortest, longest) = who.situation, who.scenario.days
    if place.relation == "mother":
        began = people.born_at(who.index, now)
    else:
        began = now - timedelta(days=rng.uniform(max(shortest * 0.5, longest * 0.3), longest * 0.9))
        began = minute(began) if longest < 1 else min(at_work(rng, began), now - timedelta(hours=6))
    if who.scenario.unit == "maternity" and place.relation != "mother" and place.scenario != "menace":
        # A mother came in some hours before the child that lies beside her was born.
        began = people.born_at(who.index + 1, now) - timedelta(hours=rng.randint(3, 11))
    resident = kind(place.unit) == "resident"
    return Leg(
        name=f"{who.index}-1",
        kind=kind(place.unit),
        reason=who.scenario.reason,
        passages=_route(rng, who, began, now),
        expected_end=None if resident else _expected_end(who, began, longest, now),
    )


def _expected_end(who: Person, began: datetime, longest: float, now: datetime) -> datetime:
    """When somebody is to leave: some this afternoon, the others when their stay has lasted what such stays last."""
    afternoon = now.astimezone(PARIS).replace(hour=15, minute=0, second=0, microsecond=0)
    if longest >= 1 and who.index % LEAVING_ONE_IN == 0 and began < afternoon - timedelta(days=1):
        return afternoon
    return max(began + timedelta(days=longest), now + timedelta(hours=2 if longest < 1 else 20))


def _route(rng: Random, who: Person, began: datetime, now: datetime) -> tuple[tuple[str, str, datetime], ...]:
    """Where the stay passed: many urgent ones by the emergency unit first."""
    place = who.situation
    arrived = began + timedelta(hours=rng.randint(3, 8))
    if who.scenario.key in URGENT and rng.random() < 0.7 and arrived < now - timedelta(hours=3):
        return (("emergency", rng.choice(UNIT["emergency"].beds), began), (place.unit, place.bed, arrived))
    return ((place.unit, place.bed, began),)


def past(rng: Random, who: Person, now: datetime, *, name: str) -> Leg:
    """A stay that is over: a third of them since less than a month."""
    ago = NEVER_NEAR.get(who.situation.cast) or (rng.uniform(1, 28) if rng.random() < 0.35 else rng.uniform(33, 480))
    ended = at_work(rng, now - timedelta(days=ago + 1))
    began = minute(ended - timedelta(days=rng.uniform(*who.scenario.days)))
    if who.scenario.days[0] >= 1 and who.scenario.key not in URGENT and who.scenario.unit != "maternity":
        began = at_work(rng, began)
    return Leg(
        name=name, kind=kind(who.situation.unit), reason=who.scenario.reason, passages=((who.situation.unit, "", began),), ended_at=ended
    )


def earlier_consultation(rng: Random, who: Person, now: datetime) -> Leg:
    """A consultation some weeks or months before, in the same establishment."""
    first = UNIT[who.situation.unit].establishment == UNIT["consultations"].establishment
    ended = at_work(rng, now - timedelta(days=rng.uniform(34, 300)))
    unit = "consultations" if first else "second_consultations"
    return Leg(
        name=f"{who.index}-0",
        kind="outpatient",
        reason="Consultation",
        passages=((unit, "", ended - timedelta(minutes=40)),),
        ended_at=ended,
    )


def appointment(rng: Random, who: Person, now: datetime) -> tuple[str, datetime, timedelta]:
    """When somebody is expected: from tomorrow to three weeks on, a third of them tomorrow."""
    days = 1 if rng.random() < 0.33 else rng.randint(2, 21)
    return who.situation.unit, at_work(rng, now + timedelta(days=days)), timedelta(minutes=30)
