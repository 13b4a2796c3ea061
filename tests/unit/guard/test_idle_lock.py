"""A workstation that nobody touches locks itself: only a touch of the owner's passkey goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from serment.guard.errors import Refused
from serment.guard.presence import idle, sessions
from serment.wire import protocol
from tests.authenticator import Browser
from tests.fixtures.staff import Desk

IDLE = timedelta(minutes=10)
LOCKED = protocol.Refusal(category="step_up", code="idle_locked", remedy="touch")


@pytest.fixture(autouse=True)
def ten_minutes(desk: Desk) -> None:
    desk.guard = replace(desk.guard, settings=replace(desk.guard.settings, idle=IDLE))


def refused(call: Callable[[], object]) -> protocol.Refusal:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.refusal


def lock(desk: Desk, browser: Browser) -> None:
    desk.call("lock", protocol.Signed(**browser.signed("POST", "/session/lock")))


def restarted(desk: Desk) -> None:
    """The guard's process is new: it remembers nothing but its database."""
    idle._memories.clear()


def test_a_session_nobody_used_for_ten_minutes_is_locked_and_one_touch_goes_on(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    desk.pass_time(IDLE - timedelta(seconds=1))
    assert browser.attend().account == desk.bruno
    desk.pass_time(IDLE)
    assert refused(browser.attend) == LOCKED
    assert browser.touch().account == desk.bruno
    assert browser.attend().account == desk.bruno


def test_a_locked_session_answers_no_verb_but_those_that_end_it_or_unlock_it(desk: Desk) -> None:
    browser, patient = desk.signed_in(desk.bruno), uuid4()
    lock(desk, browser)
    assert refused(browser.attend) == LOCKED
    assert refused(lambda: browser.open(patient)) == LOCKED
    assert refused(lambda: browser.break_glass(patient)) == LOCKED
    assert refused(lambda: desk.call("account", protocol.Signed(**browser.signed("GET", "/account/")))) == LOCKED
    assert {"begin_touch", "finish_touch", "lock", "sign_out"} == idle.ALLOWED
    desk.call("sign_out", protocol.Signed(**browser.signed("POST", "/session/end")))
    assert refused(browser.attend).code == "session_closed"


def test_locking_is_journaled_and_closes_nothing(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    lock(desk, browser)
    lock(desk, browser)
    with desk.guard.pool.connection() as tx:
        kinds = [row[0] for row in tx.execute("select kind from journal_entry where account_id = %s order by account_seq", (desk.bruno,))]
        assert sessions.close_all(desk.guard, tx, desk.bruno, desk.now) == 1
    assert kinds[-3:] == ["sign_in", "lock", "lock"]


def test_another_persons_touch_does_not_unlock(desk: Desk) -> None:
    bruno, eve = desk.signed_in(desk.bruno), desk.signed_in(desk.eve)
    lock(desk, bruno)
    bruno.authenticator = eve.authenticator
    assert refused(bruno.touch).code == "touch_refused"
    assert refused(bruno.attend) == LOCKED


def test_what_the_page_asks_by_itself_keeps_nobody_awake(desk: Desk) -> None:
    browser, guard = desk.signed_in(desk.bruno), desk.guard
    for _ in range(3):
        desk.pass_time(timedelta(minutes=3))
        desk.guard = replace(guard, quiet=True)
        browser.call = desk.call
        browser.attend()
    desk.pass_time(timedelta(minutes=1))
    assert refused(browser.attend) == LOCKED


def test_one_session_kept_awake_does_not_keep_another(desk: Desk) -> None:
    here = desk.signed_in(desk.bruno)
    there = desk.browser()
    there.authenticator = here.authenticator
    there.sign_in()
    desk.pass_time(timedelta(minutes=9))
    here.attend()
    desk.pass_time(timedelta(minutes=9))
    assert here.attend().account == desk.bruno
    assert refused(there.attend) == LOCKED


def test_after_a_restart_the_note_in_the_database_counts_and_never_later_than_the_truth(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    desk.pass_time(idle.NOTED_EVERY)
    browser.attend()
    desk.pass_time(idle.NOTED_EVERY - timedelta(seconds=1))
    browser.attend()
    restarted(desk)
    desk.pass_time(IDLE - idle.NOTED_EVERY)
    assert browser.attend().account == desk.bruno
    restarted(desk)
    desk.pass_time(IDLE)
    assert refused(browser.attend) == LOCKED


def test_a_restart_does_not_unlock(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    lock(desk, browser)
    restarted(desk)
    assert refused(browser.attend) == LOCKED


def test_a_memory_that_is_full_unlocks_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, other = desk.signed_in(desk.bruno), desk.signed_in(desk.amel)
    lock(desk, browser)
    monkeypatch.setattr(idle, "REMEMBERED_MAX", 1)
    other.attend()
    assert refused(browser.attend) == LOCKED
    assert other.attend().account == desk.amel


def test_a_clock_that_goes_back_does_not_keep_a_session_awake(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    desk.pass_time(timedelta(hours=3))
    browser.touch()
    desk.guard = replace(desk.guard, settings=replace(desk.guard.settings, instance=str(uuid4())))
    browser.call = desk.call
    desk.pass_time(timedelta(hours=-3))
    browser.attend()
    desk.pass_time(IDLE)
    assert refused(browser.attend) == LOCKED


def test_whoever_writes_a_later_use_in_the_database_is_found_out(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    lock(desk, browser)
    restarted(desk)
    desk.as_owner("update session_seen set at = now() + interval '1 hour'")
    assert refused(browser.attend).code == "forged_row"


def test_a_session_whose_note_was_taken_away_is_locked(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    restarted(desk)
    desk.as_owner("delete from session_seen")
    assert refused(browser.attend) == LOCKED


def test_a_session_that_is_over_says_so_rather_than_locked(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    desk.pass_time(sessions.SESSION_LIFE)
    assert refused(browser.attend).code == "session_over"


def test_the_same_person_signing_in_again_here_closes_the_session_left_locked(desk: Desk) -> None:
    bruno = desk.signed_in(desk.bruno)
    left, key = bruno.session, bruno.key
    lock(desk, bruno)

    def sign_in(browser: Browser, replaces: str) -> None:
        begun = desk.call("begin_sign_in", protocol.BeginSignIn(session_key=browser.key.jwk))
        answer = browser.authenticator.get(begun.options)
        finish = protocol.FinishSignIn(ceremony=begun.ceremony, credential=answer, replaces=replaces)
        browser.session = desk.call("finish_sign_in", finish).session

    eve = desk.enrolled(desk.eve)
    sign_in(eve, left)
    assert eve.attend().account == desk.eve
    again = desk.browser(bruno.authenticator)
    bruno.session, bruno.key = left, key
    assert refused(bruno.attend) == LOCKED
    sign_in(again, left)
    assert refused(bruno.attend).code == "session_closed"
    assert again.attend().account == desk.bruno
