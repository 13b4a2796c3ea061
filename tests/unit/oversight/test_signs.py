"""From when on something was strange in what an account did, sign by sign, and the window that follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.oversight.incidents import signs, suggesting
from serment.oversight.incidents.signs import Body, Leaf
from serment.wire import incidents, protocol
from serment.wire.incidents import SIGNS, Criteria
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.house import House
from tests.fixtures.incidents import at, sequenced, session, window
from tests.unit.guard.test_meters import refusal, untied

SINCE = datetime(2026, 11, 10, tzinfo=UTC)


def leaf(kind: str, hours: float, **body: Any) -> Leaf:
    return Leaf(at=SINCE + timedelta(hours=hours), kind=kind, account=cast.BRUNO.id, body=Body(**body))


def days(kind: str, count: int, hour: float, **body: Any) -> list[Leaf]:
    """The same leaf every day before, at an hour."""
    return [leaf(kind, hour - 24 * day, **body) for day in range(count, 0, -1)]


def found(*leaves: Leaf) -> list[tuple[str, str]]:
    return [(one.sign, one.detail) for one in signs.strange(sorted(leaves, key=lambda one: one.at), SINCE)]


HABIT = [*days("sign_in", 20, 8, source="192.0.2.1"), *days("opening", 20, 9)]


@pytest.mark.parametrize(
    ("leaves", "expected"),
    [
        ([], []),
        ([leaf("opening", 9)], []),
        ([leaf("decoy", 9, how="opening")], [("decoy", "opening")]),
        ([leaf("refusal", 9, code="wrong_key")], [("wrong_key", "wrong_key")]),
        ([leaf("emergency", 9, reason="other")], [("emergency", "other")]),
        ([leaf("passkey_added", 9, passkey=UUID(int=1))], [("new_passkey", str(UUID(int=1)))]),
        ([leaf("sign_in", 9, source="192.0.2.1"), leaf("sign_in", 9.5, source="203.0.113.9")], [("new_source", "203.0.113.9")]),
        ([leaf("sign_in", 9 + n / 10, source="203.0.113.9") for n in range(3)], [("new_source", "203.0.113.9")]),
        ([leaf("opening", 3), leaf("opening", 3.5), leaf("opening", 27)], [("unusual_hour", "03"), ("unusual_hour", "03")]),
        ([leaf("refusal", 9 + n / 100, code="no_tie") for n in range(5)], [("refusals", "5")]),
        ([leaf("refusal", 9 + n, code="no_tie") for n in range(0)], []),
        ([leaf("refusal", 8 + n / 2.1, code="no_tie") for n in range(5)], []),
        ([leaf("step_up", 9 + n / 100) for n in range(3)], [("step_ups", "3")]),
        ([leaf("sign_in_refused", 9 + n / 100) for n in range(3)], [("sign_in_refused", "3")]),
        ([leaf("opening", 9 + n / 100, explained=False) for n in range(3)], [("unexplained", "3")]),
        ([leaf("opening", 9 + n / 100) for n in range(13)], [("many_records", "13")]),
        ([leaf("lines", 9, patients=tuple(uuid4() for _ in range(121)))], [("many_lines", "121")]),
    ],
)
def test_what_departs_from_the_habit_is_a_sign(leaves: list[Leaf], expected: list[tuple[str, str]]) -> None:
    assert found(*HABIT, *leaves) == expected
    assert {sign for sign, _ in expected} <= set(SIGNS)


def test_without_a_habit_nothing_departs_from_it() -> None:
    assert found(leaf("sign_in", 3, source="203.0.113.9"), leaf("opening", 3.1)) == []


def test_the_window_begins_with_what_honest_work_seldom_gives() -> None:
    def strange(*given: tuple[int, str]) -> datetime | None:
        return signs.begins(signs.Strange(SINCE + timedelta(hours=hour), sign, "") for hour, sign in given)

    assert strange() is None
    assert strange((1, "emergency"), (5, "new_passkey"), (9, "decoy")) == SINCE + timedelta(hours=5)
    assert strange((1, "emergency"), (5, "unexplained")) == SINCE + timedelta(hours=1)


# --- the verb ---


def suggest(browser: Browser, criteria: Criteria) -> Any:
    return browser.call("suggest_window", incidents.SuggestWindow(**browser.signed("GET", "/security/incidents/"), criteria=criteria))


@pytest.fixture
def sonia(house: House) -> Browser:
    return house.browser(cast.SONIA)


def test_the_window_is_suggested_from_the_first_sign_to_the_end_of_what_was_opened(house: House, sonia: Browser) -> None:
    patients = house.admit_many(4)
    nadia = house.browser(cast.NADIA)
    house.clock.pass_by(days=2)
    since = house.clock()
    nadia = at(house, house.browser(cast.NADIA), "203.0.113.9")
    for patient in patients[:3]:
        nadia.touch()
        untied(nadia, patient)
    sequenced(house.guard)
    told = suggest(
        house.browser(cast.SONIA), window(house, accounts=(cast.NADIA.id,), since=since, until=house.clock() + timedelta(days=1))
    )
    assert "unexplained" in {one.sign for one in told.signs}
    assert {one.label for one in told.signs} == {cast.NADIA.label}
    assert since <= told.since <= house.clock()
    assert timedelta(hours=7, minutes=59) < told.until - house.clock() < timedelta(hours=8, minutes=1)


def test_what_was_opened_ends_with_its_session(house: House, sonia: Browser) -> None:
    (patient,) = house.admit_many(1)
    bruno = house.browser(cast.BRUNO)
    stolen = session(bruno)
    bruno.break_glass(patient)
    house.clock.pass_by(hours=1)
    bruno.call("sign_out", protocol.Signed(**bruno.signed("POST", "/sign-out/")))
    closed = house.clock()
    sequenced(house.guard)
    told = suggest(house.browser(cast.SONIA), window(house, sessions=(stolen,), until=closed + timedelta(days=1)))
    assert abs(told.until - closed) < timedelta(minutes=1)


def test_nothing_strange_suggests_nothing_and_everybody_has_no_habit(house: House, sonia: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    sequenced(house.guard)
    quiet = suggest(sonia, window(house, accounts=(cast.AMEL.id,)))
    assert (quiet.since, quiet.until, quiet.signs) == (None, None, ())
    house.browser(cast.BRUNO)
    sequenced(house.guard)
    assert suggest(sonia, window(house, everybody=True)).signs == ()
    assert suggesting.SIGNS_MAX == 500


def test_only_the_officers_are_told_and_only_of_what_exists(house: House, sonia: Browser) -> None:
    assert refusal(suggest, house.browser(cast.CHLOE), window(house)) == ("role", "")
    assert refusal(suggest, house.browser(cast.DENIS), window(house)) == ("role", "")
    assert refusal(suggest, sonia, window(house, accounts=(uuid4(),))) == ("unknown_account", "")
