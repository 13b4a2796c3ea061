"""A stay is what its movements make it, whatever order they are told in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

from serment.dossier.encounters import rules
from serment.dossier.encounters.types import MovementView, Passage, Situation

DAY = timedelta(days=1)
START = datetime(2026, 11, 1, 9, tzinfo=UTC)
SURGERY, MEDICINE = UUID(int=1), UUID(int=2)
BED = UUID(int=3)


def told(number: int, kind: str, day: int, unit: UUID | None = None, bed: UUID | None = None) -> MovementView:
    return MovementView(id=UUID(int=100 + number), kind=kind, unit=unit, bed=bed, at=START + day * DAY, recorded_at=START + number * DAY)


ADMITTED = told(0, "admit", 0, SURGERY, BED)
MOVED = told(1, "transfer", 2, MEDICINE)
LEFT = told(2, "discharge", 5)


def test_an_admission_alone_is_a_stay_under_way() -> None:
    assert rules.situation([ADMITTED]) == Situation(
        state="current", unit=SURGERY, bed=BED, started_at=START, passages=(Passage(unit=SURGERY, since=START, until=None),)
    )


def test_the_order_of_telling_changes_nothing() -> None:
    expected = Situation(
        state="ended",
        unit=MEDICINE,
        started_at=START,
        ended_at=START + 5 * DAY,
        passages=(
            Passage(unit=SURGERY, since=START, until=START + 2 * DAY),
            Passage(unit=MEDICINE, since=START + 2 * DAY, until=START + 5 * DAY),
        ),
    )
    for order in permutations([ADMITTED, MOVED, LEFT]):
        assert rules.situation(order) == expected


def test_a_cancelled_transfer_brings_the_person_back() -> None:
    assert rules.situation([ADMITTED, replace(MOVED, cancelled=True)]) == rules.situation([ADMITTED])


def test_a_cancelled_discharge_reopens_the_stay() -> None:
    assert rules.situation([ADMITTED, MOVED, replace(LEFT, cancelled=True)]) == rules.situation([ADMITTED, MOVED])


def test_a_stay_without_any_movement_left_is_cancelled() -> None:
    assert rules.situation([replace(ADMITTED, cancelled=True)]) == Situation(state="cancelled")
    assert rules.situation([]) == Situation(state="cancelled")


def test_a_unit_visited_twice_has_one_passage_from_the_first_arrival() -> None:
    back = told(3, "transfer", 4, SURGERY)
    assert Passage(unit=SURGERY, since=START, until=None) in rules.situation([ADMITTED, MOVED, back]).passages


def test_a_unit_keeps_its_tie_thirty_days_after_the_person_left() -> None:
    assert rules.tie_until(Passage(unit=SURGERY, since=START, until=START + DAY)) == START + 31 * DAY
    assert rules.tie_until(Passage(unit=SURGERY, since=START, until=None)) is None
