"""Failed attempts slow down, and nobody is locked out by others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from serment.credentials import attempts
from serment.credentials.attempts import Attempt

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
WARD, HOME = "10.0.0.7", "192.0.2.9"


def ago(source: str, *seconds: float, succeeded: bool = False) -> list[Attempt]:
    return [Attempt(at=NOW - timedelta(seconds=one), source=source, succeeded=succeeded) for one in seconds]


def may(history: Sequence[Attempt], source: str = HOME) -> bool:
    return attempts.may_try(sorted(history, key=lambda one: one.at), source=source, now=NOW)


AT_WARD = ago(WARD, 86_400, succeeded=True)


def test_three_slips_cost_nothing() -> None:
    assert may(ago(HOME, 3, 2, 1))


@pytest.mark.parametrize(("failures", "wait"), [(4, 2), (5, 4), (6, 8), (7, 16), (8, 32), (9, 64)])
def test_then_each_failure_doubles_the_wait(failures: int, wait: int) -> None:
    def since(last: float) -> list[Attempt]:
        return ago(HOME, *[last + more for more in range(failures)])

    assert not may(since(wait - 0.5))
    assert may(since(wait))


def test_a_success_forgets_the_slips_of_its_place() -> None:
    assert may([*ago(HOME, 20, 19, 18, 17, 16), *ago(HOME, 10, succeeded=True), *ago(HOME, 1)])


def test_slips_are_forgotten_after_an_hour() -> None:
    assert may(ago(HOME, *[3600 + more for more in range(9)]))


def test_at_home_the_wait_is_a_minute_at_most() -> None:
    failures = ago(WARD, *[60 + more for more in range(40)])
    assert may([*AT_WARD, *failures], WARD)
    assert not may([*AT_WARD, *failures, *ago(WARD, 59)], WARD)


def test_elsewhere_it_is_a_quarter_of_an_hour_at_most_and_ten_an_hour_from_everywhere() -> None:
    nine = ago(HOME, *[64 + more for more in range(9)])
    assert may(nine)
    spread = [Attempt(at=NOW - timedelta(minutes=n), source=f"198.51.100.{n}", succeeded=False) for n in range(1, 11)]
    assert not may(spread)
    assert may(spread[1:])


def test_strangers_do_not_slow_the_owner_at_home() -> None:
    storm = [Attempt(at=NOW - timedelta(seconds=n), source=f"198.51.100.{n % 200}", succeeded=False) for n in range(1, 3000)]
    assert may([*AT_WARD, *storm], WARD)
    assert not may([*AT_WARD, *storm], HOME)


def test_the_owners_own_slips_at_home_are_no_strangers() -> None:
    assert may([*AT_WARD, *ago(WARD, *range(1, 30))], HOME)


def test_one_is_at_home_for_thirty_days() -> None:
    storm = [Attempt(at=NOW - timedelta(minutes=n), source=f"198.51.100.{n}", succeeded=False) for n in range(1, 11)]
    month = attempts.KNOWN_FOR.total_seconds()
    assert may([*ago(WARD, month - 1, succeeded=True), *storm], WARD)
    assert not may([*ago(WARD, month, succeeded=True), *storm], WARD)


def test_an_unknown_place_is_nobodys_home() -> None:
    storm = [Attempt(at=NOW - timedelta(minutes=n), source="", succeeded=False) for n in range(1, 11)]
    assert not may([*ago("", 86_400, succeeded=True), *storm], "")


def test_very_many_failures_are_still_a_number() -> None:
    assert not may([*AT_WARD, *ago(WARD, *range(1, 3000))], WARD)
