"""Measures and their trends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from tests.fixtures.dossier import set_up_django

set_up_django()

from serment.dossier.records.entries.types import Written  # noqa: E402 - after Django is set up
from serment.dossier.records.observations.types import Observation  # noqa: E402
from serment.dossier.web import plots  # noqa: E402

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)


def observations(*values: str, code: str = "8310-5", low: str = "36.0", high: str = "37.8") -> list[Observation]:
    """Newest first, one a day."""
    written = Written(entry=uuid4(), version=1, author=None, author_label="", recorded_at=NOW, effective_at=NOW, deposit=False)
    return [
        Observation(
            written=written, code=code, label=code, value=value, unit="Cel", at=NOW - timedelta(days=age), low=low, high=high,
            flag="high" if high and value.replace(".", "").isdigit() and float(value) > float(high) else "",
        )
        for age, value in enumerate(values)
    ]  # fmt: skip


def test_a_curve_goes_from_the_oldest_to_the_newest() -> None:
    plot = plots.plot(observations("38.5", "37.0", "36.5"))
    assert plot is not None
    assert [point.value for point in plot.points] == ["36,5", "37,0", "38,5"]
    assert [point.is_last for point in plot.points] == [False, False, True]
    assert plot.points[-1].is_out
    assert plot.points[0].x < plot.points[1].x < plot.points[2].x
    assert plot.points[2].y < plot.points[0].y
    assert "36,5" in plot.description


def test_two_values_make_no_curve_and_words_are_no_values() -> None:
    assert plots.plot(observations("38.5", "37.0")) is None
    assert plots.plot(observations("38.5", "illisible", "37.0")) is None


def test_the_same_measure_has_the_same_scale_whoever_the_patient() -> None:
    calm, fever = plots.plot(observations("37.0", "37.1", "37.0")), plots.plot(observations("37.0", "40.0", "39.0"))
    assert calm is not None
    assert fever is not None
    assert calm.points[-1].y == fever.points[-1].y
    assert (calm.range_y, calm.range_height) == (fever.range_y, fever.range_height)


def test_what_lies_beyond_the_scale_stays_in_the_drawing() -> None:
    plot = plots.plot(observations("50.0", "10.0", "37.0"))
    assert plot is not None
    assert all(0 <= point.y <= plots.HEIGHT for point in plot.points)


def test_measures_are_always_told_in_the_same_order() -> None:
    found = plots.measures(
        [*observations("70", code="29463-7", low="", high=""), *observations("37.0"), *observations("120", code="8480-6")]
    )
    assert [one.latest.code for one in found] == ["8480-6", "8310-5", "29463-7"]
