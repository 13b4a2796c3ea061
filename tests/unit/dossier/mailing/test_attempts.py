"""Wrong answers are counted; nobody who has the right one is shut out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from serment.dossier.mailing import attempts
from serment.dossier.mailing.attempts import ALTOGETHER, BY_CODE, BY_SOURCE, Attempts

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_a_source_is_slowed_alone_and_for_a_while() -> None:
    counted = Attempts()
    for number in range(BY_SOURCE.most):
        assert not counted.is_flooded("198.51.100.7", NOW)
        counted.wrong("198.51.100.7", b"code %d" % number, NOW)
    assert counted.is_flooded("198.51.100.7", NOW)
    assert not counted.is_flooded("198.51.100.8", NOW)
    assert not counted.is_flooded("198.51.100.7", NOW + BY_SOURCE.window)


def test_many_sources_are_no_way_round() -> None:
    counted = Attempts()
    for number in range(ALTOGETHER.most):
        counted.wrong(f"10.{number // 250}.0.{number % 250}", b"code", NOW)
    assert counted.is_flooded("192.0.2.1", NOW)
    assert not counted.is_flooded("192.0.2.1", NOW + ALTOGETHER.window)


def test_a_code_is_worn_by_wrong_dates_wherever_they_come_from() -> None:
    counted = Attempts()
    for number in range(BY_CODE.most):
        assert not counted.is_code_worn(b"one", NOW)
        counted.wrong(f"192.0.2.{number}", b"one", NOW)
    assert counted.is_code_worn(b"one", NOW + timedelta(hours=23))
    assert not counted.is_code_worn(b"other", NOW)
    assert not counted.is_code_worn(b"one", NOW + BY_CODE.window)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::3", "2001:db8:1:3::3", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("not an address", "", False),
        ("account 1", "account 2", False),
    ],
)
def test_a_household_is_one_source(one: str, other: str, is_same: bool) -> None:
    assert (attempts.network(one) == attempts.network(other)) is is_same


def test_the_memory_is_bounded_and_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "CODES_MAX", 3)
    counted = Attempts()
    for code in (b"a", b"b", b"c", b"d"):
        for _ in range(BY_CODE.most):
            counted.wrong("192.0.2.1", code, NOW)
    assert [counted.is_code_worn(code, NOW) for code in (b"a", b"b", b"c", b"d")] == [False, True, True, True]
