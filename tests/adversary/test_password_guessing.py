"""Guessing passwords: it gets nowhere, and locks nobody out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from serment.credentials import attempts, totp
from serment.entrance import password
from tests.fixtures.staff import Desk
from tests.unit.guard.test_password_sign_in import HOME, REFUSED, WARD, WORD, Telephone, leaves


@pytest.fixture(autouse=True)
def allowed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.guard = replace(desk.guard, settings=replace(desk.guard.settings, reduced_assurance=True), source=WARD)
    monkeypatch.setattr(password, "ANSWER_SECONDS", 0.0)


@pytest.fixture
def bruno(desk: Desk) -> Telephone:
    return Telephone(desk, desk.bruno)


def addresses() -> Iterator[str]:
    return (f"198.51.100.{n}" for n in range(1, 250))


def counted(desk: Desk) -> int:
    return len(leaves(desk, desk.bruno, "sign_in_refused"))


def test_a_storm_from_everywhere_does_not_lock_the_owner_out_at_the_ward(desk: Desk, bruno: Telephone) -> None:
    bruno.sign_in()
    for source in list(addresses())[:60]:
        assert bruno.fails(source=source) == REFUSED
        desk.pass_time(timedelta(seconds=1))
    desk.pass_time(timedelta(seconds=totp.SECONDS))
    assert bruno.sign_in(source=WARD).attend().account == desk.bruno


def test_at_most_ten_guesses_an_hour_count_from_anywhere_new(desk: Desk, bruno: Telephone) -> None:
    bruno.sign_in()
    for source in list(addresses())[:40]:
        bruno.fails(source=source)
        desk.pass_time(timedelta(seconds=60))
    assert counted(desk) == attempts.STRANGERS_AN_HOUR
    for source in list(addresses())[40:60]:
        bruno.fails(source=source)
        desk.pass_time(timedelta(seconds=180))
    # Those of the first twenty minutes are forgotten one by one as the next hour goes on.
    assert counted(desk) <= 2 * attempts.STRANGERS_AN_HOUR


def test_past_the_limit_even_the_right_answer_is_refused_in_the_same_words(desk: Desk, bruno: Telephone) -> None:
    """So the thief does not learn that this guess was the good one."""
    for source in list(addresses())[:10]:
        bruno.fails(source=source)
    before = counted(desk)
    assert bruno.fails(source=HOME, password=WORD) == REFUSED
    assert counted(desk) == before


def test_a_hundred_guesses_at_once_count_as_few(desk: Desk, bruno: Telephone) -> None:
    from concurrent.futures import ThreadPoolExecutor

    bruno.sign_in()
    desk.guard = replace(desk.guard, source=HOME)
    with ThreadPoolExecutor(max_workers=8) as crowd:
        said = list(crowd.map(lambda _: bruno.fails(source=HOME).code, range(30)))
    assert set(said) <= {"sign_in_refused", "busy"}
    assert counted(desk) <= attempts.SLIPS + 1


def test_a_thief_at_the_owners_own_workstation_delays_by_a_minute_at_most(desk: Desk, bruno: Telephone) -> None:
    bruno.sign_in()
    for _ in range(40):
        bruno.fails(source=WARD)
        desk.pass_time(timedelta(seconds=30))
    desk.pass_time(attempts.WAIT_AT_HOME_MAX)
    assert bruno.sign_in(source=WARD).attend().account == desk.bruno


def test_a_passkey_is_never_slowed_nor_locked(desk: Desk, bruno: Telephone) -> None:
    browser = desk.enrolled(desk.bruno)
    for source in list(addresses())[:30]:
        bruno.fails(source=source)
    assert browser.sign_in().session
    wrong = desk.enrolled(desk.amel)
    wrong.authenticator.verifies_user = False
    for _ in range(20):
        with pytest.raises(Exception, match="sign_in_refused"):
            wrong.sign_in()
    wrong.authenticator.verifies_user = True
    assert wrong.sign_in().session


def test_guesses_on_nobody_fill_no_journal(desk: Desk, bruno: Telephone) -> None:
    with desk.guard.pool.connection() as tx:
        before = tx.execute("select count(*) from journal_entry").fetchone()
    for n in range(20):
        assert bruno.fails(login=f"nobody{n}") == REFUSED
    with desk.guard.pool.connection() as tx:
        assert tx.execute("select count(*) from journal_entry").fetchone() == before
