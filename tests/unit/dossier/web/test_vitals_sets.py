"""The table of vital signs: a row for each set, and no value that hides another."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from tests.fixtures.dossier import set_up_django

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PULSE, TEMPERATURE = "8867-4", "8310-5"


@pytest.fixture(autouse=True)
def _django() -> None:
    set_up_django()


def measure(code: str, value: str, author: UUID) -> object:
    from serment.dossier.records.entries.types import Written
    from serment.dossier.records.observations.types import Observation

    written = Written(entry=uuid4(), version=1, author=author, author_label=str(author), recorded_at=AT, effective_at=AT, deposit=False)
    return Observation(written=written, code=code, label=code, value=value, unit="", at=AT)


def shown(*found: object) -> list[list[str]]:
    from serment.dossier.web.pages.vitals import sets

    made = sets(found, ["pulse", "temperature"])  # type: ignore[arg-type]
    return [[cell.value if cell else "" for cell in one.cells] for one in made]


def test_one_persons_measures_of_an_instant_are_one_row() -> None:
    bruno = uuid4()
    assert shown(measure(PULSE, "71", bruno), measure(TEMPERATURE, "37.1", bruno)) == [["71", "37.1"]]


def test_two_people_who_note_the_same_minute_have_a_row_each() -> None:
    bruno, sabrina = uuid4(), uuid4()
    found = shown(measure(PULSE, "71", bruno), measure(PULSE, "93", sabrina), measure(TEMPERATURE, "38", sabrina))
    assert sorted(found) == [["71", ""], ["93", "38"]]


def test_a_measure_taken_twice_in_a_minute_is_shown_twice() -> None:
    bruno = uuid4()
    assert sorted(shown(measure(PULSE, "71", bruno), measure(PULSE, "74", bruno))) == [["71", ""], ["74", ""]]
