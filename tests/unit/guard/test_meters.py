"""The meters on a real database: what each one bounds, whom one asks to go on, and what a restart gives back (nothing)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from serment.guard.errors import Refused
from serment.guard.meters import account as meters
from serment.guard.meters import limits, windows
from serment.guard.release import lines as release_lines
from serment.wire import protocol, unlocking
from tests import cast
from tests.authenticator import Browser, direct
from tests.fixtures.house import House


def untied(browser: Browser, patient: UUID, compartments: tuple[str, ...] = ("identity", "contact", "care")) -> protocol.Opening:
    signed = browser.signed("POST", f"/patients/{patient}/open-untied/")
    opening: protocol.Opening = browser.call("open_untied", protocol.OpenUntied(**signed, patient=patient, compartments=compartments))
    return opening


def listed(browser: Browser, patients: list[UUID]) -> protocol.LineSet:
    lines: protocol.LineSet = browser.call("lines", protocol.Lines(**browser.signed(), patients=tuple(patients)))
    return lines


def search(browser: Browser, **traits: object) -> protocol.LineSet:
    found: protocol.LineSet = browser.call("find", protocol.Find(**browser.signed("POST", "/patients/find/"), **traits))
    return found


def refusal(act: object, *args: object, **kwargs: object) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)  # type: ignore[operator]
    return refused.value.refusal.code, refused.value.refusal.remedy


def decide(house: House, name: str, value: int) -> None:
    with house.guard.pool.connection() as tx:
        limits.change(house.guard, tx, name=name, value=value, by=cast.SONIA.id, now=house.clock())
    forget(house)


def forget(house: House) -> None:
    """As a guard that has just started."""
    for memory in (limits._known, windows._known, release_lines.SHOWN):
        memory.pop(house.guard.settings.instance, None)


def act(browser: Browser, name: str, subject: UUID) -> dict[str, str]:
    begun = browser.call("begin_act", protocol.BeginAct(**browser.signed("POST", "/touch/act"), act=name, subject=subject))
    authenticator = browser.authenticator
    assert authenticator is not None
    return {"ceremony": begun.ceremony, "credential": authenticator.get(begun.options)}


# --- without a tie ---


def test_a_record_that_no_tie_explains_opens_within_the_budget_and_is_counted(house: House) -> None:
    patient = house.admit(cast.FARID)
    nadia = house.browser(cast.NADIA)
    before = nadia.attend().unexplained_left
    opening = untied(nadia, patient)
    assert (opening.tie, opening.explained, opening.emergency, set(opening.keys)) == ("", False, False, {"identity", "contact", "care"})
    assert nadia.attend().unexplained_left == before - 1 == 4
    assert nadia.open(patient).id == opening.id
    assert nadia.attend().unexplained_left == 4


def test_a_secretary_opens_the_coordinates_without_a_tie_and_never_the_care(house: House) -> None:
    patient = house.admit(cast.FARID, unit=cast.MEDICINE)
    odile = house.browser(cast.ODILE)
    assert set(untied(odile, patient).keys) == {"identity", "contact"}
    assert refusal(untied, odile, patient, ("care",)) == ("role", "")


@pytest.mark.parametrize("player", [cast.DENIS, cast.SONIA, cast.DPO])
def test_who_opens_nothing_opens_nothing_without_a_tie_either(house: House, player: cast.Player) -> None:
    assert refusal(untied, house.browser(player), house.admit(cast.FARID)) == ("role", "")


def test_a_patient_unknown_here_is_refused_in_the_words_of_one_without_a_tie(house: House) -> None:
    assert refusal(untied, house.browser(cast.NADIA), uuid4()) == ("no_tie", "break_glass")


def test_an_authenticator_of_today_opens_nothing_unexplained_and_breaks_the_glass_at_a_touch_each(house: House) -> None:
    decide(house, "emergencies.new", 3)
    patients = house.admit_many(5)
    nadia = house.browser(cast.NADIA, is_new=True)
    assert refusal(untied, nadia, patients[0]) == ("unexplained_spent", "colleague")
    for patient in patients[:3]:
        nadia.touch()
        assert nadia.break_glass(patient).emergency
    nadia.touch()
    assert refusal(nadia.break_glass, patients[3]) == ("emergencies_spent", "colleague")


def test_past_the_hard_stop_the_next_shift_begins_where_this_one_stopped(house: House) -> None:
    patients = house.admit_many(7)
    nadia = house.browser(cast.NADIA)
    for patient in patients[:5]:
        nadia.touch()
        untied(nadia, patient)
    assert refusal(untied, nadia, patients[5]) == ("unexplained_spent", "colleague")
    house.clock.pass_by(hours=13)
    nadia = house.browser(cast.NADIA)
    assert refusal(untied, nadia, patients[5]) == ("unexplained_spent", "colleague")
    with house.guard.pool.connection() as tx:
        meters.note(house.guard, tx, account=cast.NADIA.id, kind="cleared", body={}, now=house.clock())
    assert untied(nadia, patients[5]).lease_left == 24


def test_a_shift_has_a_ceiling_of_patients_that_an_emergency_passes(house: House) -> None:
    decide(house, "nurse_day.patients", 2)
    patients = house.admit_many(4)
    bruno = house.browser(cast.BRUNO)
    for patient in patients[:2]:
        bruno.open(patient)
    assert refusal(bruno.open, patients[2]) == ("shift_spent", "colleague")
    assert bruno.break_glass(patients[3]).emergency


# --- lines ---


def test_a_touch_shows_sixty_lines_and_the_next_touch_the_rest(house: House) -> None:
    decide(house, "lease.lines", 3)
    patients = house.admit_many(5)
    bruno = house.browser(cast.BRUNO)
    first = listed(bruno, patients)
    assert ([line.patient for line in first.lines], first.withheld) == (patients[:3], 2)
    assert bruno.attend().lines_left == 0
    again = listed(bruno, patients)
    assert ([line.patient for line in again.lines], again.withheld) == (patients[:3], 2)
    bruno.touch()
    whole = listed(bruno, patients)
    assert ([line.patient for line in whole.lines], whole.withheld) == (patients, 0)
    assert bruno.attend().lines_left == 1


def test_lines_seen_before_a_restart_of_the_guard_are_not_counted_twice(house: House) -> None:
    patients = house.admit_many(4)
    bruno = house.browser(cast.BRUNO)
    listed(bruno, patients)
    forget(house)
    listed(bruno, patients)
    assert bruno.attend().lines_left == 56


def test_a_search_costs_a_line_even_without_an_answer_and_ends_with_the_lease(house: House) -> None:
    decide(house, "lease.lines", 2)
    house.admit(cast.FARID)
    nadia = house.browser(cast.NADIA)
    assert search(nadia, number="nothing-of-this-name").lines == ()
    farid = {"birth_name": "PAT-TROIS", "first_given_name": "FARID", "birth_date": cast.FARID.birth_date, "sex": "M"}
    assert len(search(nadia, **farid).lines) == 1
    assert refusal(search, nadia, **farid) == ("lines_spent", "touch")
    nadia.touch()
    assert len(search(nadia, **farid).lines) == 1


def test_an_opening_without_care_is_a_line_of_whoever_no_list_has_shown(house: House) -> None:
    """A secretary's openings show who somebody is and how to reach them: with the lists, sixty names to a touch and no more (S12)."""
    mine = house.admit_many(59)
    others = [house.admit(cast.person(name), unit=cast.MEDICINE) for name in ("AILLEURS", "DEHORS", "LOINTAIN")]
    odile = house.browser(cast.ODILE)
    odile.open(mine[0])
    assert odile.attend().lines_left == 59
    listed(odile, mine)
    assert odile.attend().lines_left == 1, "who was opened is known, and listed for nothing"
    untied(odile, others[0], ("identity", "contact"))
    forget(house)
    assert odile.open(mine[1]).explained, "who was listed is opened for nothing"
    assert odile.open(mine[0]).explained
    assert refusal(untied, odile, others[1], ("identity", "contact")) == ("lines_spent", "touch")
    odile.touch()
    untied(odile, others[1], ("identity", "contact"))
    nadia = house.browser(cast.NADIA)
    nadia.open(others[2])
    assert nadia.attend().lines_left == 60, "a record is counted as a record"


def test_a_shift_has_a_ceiling_of_lines(house: House) -> None:
    decide(house, "nurse_day.lines", 2)
    patients = house.admit_many(3)
    bruno = house.browser(cast.BRUNO)
    assert listed(bruno, patients).withheld == 1
    bruno.touch()
    assert listed(bruno, patients).withheld == 1
    assert refusal(search, bruno, number="any") == ("lines_spent", "colleague")


# --- a colleague's unlock ---


def spent(house: House) -> tuple[Browser, list[UUID]]:
    """Bruno at the hard stop, and three more patients he has no tie to."""
    patients = [
        house.admit(cast.person(f"PATIENT {name}"), unit=cast.MEDICINE) for name in ("BA", "LO", "MU", "RI", "DEU", "BOR", "LAM", "MIR")
    ]
    bruno = house.browser(cast.BRUNO)
    for patient in patients[:5]:
        bruno.touch()
        untied(bruno, patient)
    assert refusal(untied, bruno, patients[5]) == ("unexplained_spent", "colleague")
    return bruno, patients[5:]


def ask(browser: Browser) -> unlocking.UnlockRequest:
    asked: unlocking.UnlockRequest = browser.call("ask_unlock", protocol.Signed(**browser.signed("POST", "/unlock/ask/")))
    return asked


def pending(browser: Browser) -> tuple[unlocking.UnlockRequest, ...]:
    found: unlocking.UnlockRequests = browser.call("unlock_requests", protocol.Signed(**browser.signed("GET", "/unlock/")))
    return found.requests


def unlock(browser: Browser, asked: UUID, **proof: str) -> None:
    signed = browser.signed("POST", f"/unlock/{asked}/")
    browser.call("unlock", unlocking.Unlock(**signed, id=asked, **(proof or act(browser, "unlock", asked))))


def test_a_colleague_of_the_unit_unlocks_a_few_more_with_her_own_key(house: House) -> None:
    bruno, patients = spent(house)
    asked, amel = ask(bruno), house.browser(cast.AMEL)
    assert ask(bruno) == asked
    assert [(one.id, one.label) for one in pending(amel)] == [(asked.id, cast.BRUNO.label)]
    unlock(amel, asked.id)
    assert pending(amel) == ()
    bruno.touch()
    assert untied(bruno, patients[0]).explained is False
    assert bruno.attend().unexplained_left == 2


def test_nobody_asks_for_an_unlock_without_need(house: House) -> None:
    assert refusal(ask, house.browser(cast.BRUNO)) == ("unlock_needless", "")
    assert refusal(ask, house.browser(cast.DENIS)) == ("role", "")


def test_an_unlock_is_never_ones_own_nor_a_strangers_nor_a_newcomers(house: House) -> None:
    bruno, _ = spent(house)
    asked = ask(bruno)
    assert pending(house.browser(cast.NADIA)) == ()
    assert refusal(unlock, house.browser(cast.NADIA), asked.id) == ("not_a_colleague", "")
    assert refusal(unlock, bruno, asked.id) == ("oneself", "")
    assert refusal(unlock, house.browser(cast.AMEL, is_new=True), asked.id) == ("too_new", "")
    assert refusal(unlock, house.browser(cast.SONIA), asked.id) == ("role", "")
    assert refusal(unlock, house.browser(cast.AMEL), uuid4()) == ("unknown_request", "")


def test_a_touch_given_for_one_request_unlocks_no_other(house: House) -> None:
    bruno, _ = spent(house)
    asked, amel = ask(bruno), house.browser(cast.AMEL)
    other = act(amel, "unlock", uuid4())
    assert refusal(unlock, amel, asked.id, **other) == ("touch_refused", "touch")
    decided = act(amel, "decide", asked.id)
    assert refusal(unlock, amel, asked.id, **decided) == ("touch_refused", "touch")


def test_a_request_is_granted_once_and_ends_after_half_an_hour(house: House) -> None:
    bruno, _ = spent(house)
    asked, amel = ask(bruno), house.browser(cast.AMEL)
    unlock(amel, asked.id)
    assert refusal(unlock, amel, asked.id) == ("unknown_request", "")
    assert refusal(ask, bruno) == ("unlock_needless", "")


def test_colleagues_who_unlock_one_another_do_not_pass_the_most_of_a_shift(house: House) -> None:
    decide(house, "unexplained.most", 6)
    bruno, patients = spent(house)
    unlock(house.browser(cast.AMEL), ask(bruno).id)
    bruno.touch()
    untied(bruno, patients[0])
    assert bruno.attend().unexplained_left == 0
    assert refusal(untied, bruno, patients[1]) == ("unexplained_spent", "colleague")


# --- establishments and workstations ---


def test_the_breaker_stops_what_nothing_explains_and_neither_care_nor_an_emergency(house: House) -> None:
    decide(house, "breaker.unexplained.600", 2)
    mine, others = house.admit(cast.FARID), house.admit_many(4, unit=cast.MEDICINE)
    bruno = house.browser(cast.BRUNO)
    untied(bruno, others[0])
    untied(bruno, others[1])
    assert refusal(untied, bruno, others[2]) == ("breaker", "break_glass")
    forget(house)
    assert refusal(untied, bruno, others[2]) == ("breaker", "break_glass")
    assert bruno.open(mine).explained
    assert bruno.break_glass(others[3]).emergency
    house.clock.pass_by(minutes=11)
    bruno.touch()
    assert untied(bruno, others[2]).explained is False


def test_a_workstation_that_searches_too_much_must_show_that_somebody_is_there(house: House) -> None:
    decide(house, "source.lines", 2)
    nadia = house.browser(cast.NADIA)
    nadia.call = direct(replace(house.guard, source="10.0.4.17"))
    house.clock.pass_by(minutes=6)
    search(nadia, number="one")
    search(nadia, number="two")
    assert refusal(search, nadia, number="three") == ("touch_needed", "touch")
    nadia.touch()
    assert search(nadia, number="three").lines == ()


def test_a_workstation_bounds_what_everybody_there_opens_without_a_tie_and_stops_no_emergency(house: House) -> None:
    """A shared screen with a row of stolen badges: each account has its budget, the workstation has one for all of them."""
    decide(house, "source.unexplained", 2)
    mine, here, there = house.admit(cast.FARID), house.admit_many(4), house.admit(cast.INES, unit=cast.MEDICINE)
    chloe, nadia = house.browser(cast.CHLOE), house.browser(cast.NADIA)
    at_the_desk = direct(replace(house.guard, source="10.0.4.17"))
    chloe.call = nadia.call = at_the_desk
    untied(chloe, here[0])
    untied(nadia, here[1])
    assert refusal(untied, chloe, here[2]) == ("breaker", "break_glass")
    forget(house)
    assert refusal(untied, nadia, here[2]) == ("breaker", "break_glass"), "the journal remembers it through a restart"
    assert chloe.break_glass(here[3]).emergency
    assert nadia.open(there).explained
    chloe.call = direct(replace(house.guard, source="10.0.4.18"))
    assert untied(chloe, mine).explained is False, "another workstation has its own"
    house.clock.pass_by(hours=13)
    nadia.sign_in()
    nadia.touch()
    assert untied(nadia, here[2]).explained is False


# --- exactly ---


def test_a_hundred_sessions_of_one_account_get_twenty_five_patients_together(house: House) -> None:
    patients = house.admit_many(40)
    browsers = [house.browser(cast.BRUNO, touched=False) for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        opened = list(pool.map(lambda job: _opens(browsers[job % 10], patients[job % 40]), range(100)))
    assert len({patients[job % 40] for job, did in enumerate(opened) if did}) == 25
    assert browsers[0].attend().lease_left == 0


def _opens(browser: Browser, patient: UUID) -> bool:
    try:
        browser.open(patient)
    except Refused as refused:
        assert refused.refusal.code == "lease_spent"
        return False
    return True


def test_the_plan_of_a_catastrophe_multiplies_what_an_establishment_may_do_for_six_hours(house: House) -> None:
    establishment, now = uuid4(), house.clock()
    with house.guard.pool.connection() as tx:
        limits.surge(house.guard, tx, establishment=establishment, by=cast.SONIA.id, now=now)
    forget(house)
    with house.guard.pool.connection() as tx:
        in_force = limits.current(house.guard, tx)
    assert in_force.factor(establishment, now + timedelta(hours=5, minutes=59)) == 4
    assert in_force.factor(establishment, now + timedelta(hours=6, seconds=1)) == 1
    assert in_force.factor(uuid4(), now) == in_force.factor(None, now) == 1
    assert in_force.allowance("triage_nurse", factor=4).hard_stop == 28


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("no.such.limit", 1, "limit_unknown"), ("lease.patients", 101, "limit_too_loose"), ("lease.patients", -1, "limit_too_loose")],
)
def test_a_limit_that_is_none_or_far_too_loose_is_refused(house: House, name: str, value: int, code: str) -> None:
    assert refusal(decide, house, name, value) == (code, "")


def test_a_session_opened_with_a_password_spends_a_third() -> None:
    in_force = limits.Limits({})
    assert in_force.lease(is_full=False) == {"patients": 8, "lines": 20}
    reduced = in_force.allowance("ward_physician", is_full=False)
    assert (reduced.step_up, reduced.hard_stop, reduced.patients, reduced.lines) == (2, 3, 26, 83)


def test_what_an_admission_explains_afterwards_weighs_no_more(house: House) -> None:
    """Five patients seen in the corridor; two of them are then admitted to the nurse's own ward by the admissions office."""
    patients = house.admit_many(7, unit=cast.MEDICINE)
    bruno = house.browser(cast.BRUNO)
    for patient in patients[:5]:
        bruno.touch()
        untied(bruno, patient)
    assert refusal(untied, bruno, patients[5]) == ("unexplained_spent", "colleague")
    for patient in patients[:2]:
        house.tie(patient, holder_unit=cast.SURGERY, reference="stay:2")
    assert untied(bruno, patients[5]).lease_left == 23
    assert untied(bruno, patients[6]).lease_left == 22
