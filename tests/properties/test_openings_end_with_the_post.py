"""An opening never outlives what let it be asked for: the post of its caller, the tie, the working day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from serment.guard.meters.limits import OPENING
from serment.guard.release import openings
from serment.guard.release.caller import Present
from serment.wire.protocol import Assignment

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
UNITS = tuple(UUID(int=number) for number in (1, 2, 3))
SECOND = timedelta(seconds=1)

later = st.integers(1, 24 * 3600).map(lambda seconds: NOW + timedelta(seconds=seconds))
posts = st.lists(
    st.builds(Assignment, unit=st.sampled_from(UNITS), role=st.just("nurse_day"), until=st.none() | later), min_size=1, max_size=5
)


def works_until(of: list[Assignment], unit: UUID | None) -> datetime | None:
    """What the guard answers for somebody of these posts."""
    who = object.__new__(Present)
    who.__dict__["assignments"] = tuple(of)
    return who.works_until(unit)


def stands(of: list[Assignment], unit: UUID | None, at: datetime) -> bool:
    """Whether somebody who works there at this instant would be given the keys."""
    return any((unit is None or one.unit == unit) and (one.until is None or one.until > at) for one in of)


@given(of=posts, tie=st.none() | later, by_unit=st.booleans())
def test_while_a_permit_lives_the_post_and_the_tie_do(of: list[Assignment], tie: datetime | None, by_unit: bool) -> None:
    unit = of[0].unit if by_unit else None
    until = openings.ends(NOW, tie, works_until(of, unit))
    last = until - SECOND
    assert NOW < until <= NOW + OPENING
    assert stands(of, unit, last) and (tie is None or last < tie)
    # And no earlier than it must: at its end, one of the three is over.
    assert until == NOW + OPENING or until == tie or not stands(of, unit, until)


@given(of=posts)
def test_a_post_elsewhere_prolongs_nothing_that_a_unit_holds(of: list[Assignment]) -> None:
    unit = of[0].unit
    there = [one for one in of if one.unit == unit]
    assert works_until(of, unit) == works_until(there, None)


def test_an_application_that_has_no_post_is_bound_by_the_day_alone() -> None:
    assert works_until([], None) is None
    assert openings.ends(NOW, None, None) == NOW + OPENING
