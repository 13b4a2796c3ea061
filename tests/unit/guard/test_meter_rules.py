"""The meter by itself: what each entry of the journal does to it, and each refusal with its way on. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from serment.guard.errors import Refused
from serment.guard.meters import limits, rules, windows
from serment.guard.meters.limits import Allowance, Limits
from serment.guard.meters.rules import Meter

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOON.toordinal()
WHO = UUID(int=7)
METER = Meter(account_id=WHO, last_seq=0, shift_since=NOON)
ALLOWED = Allowance(step_up=3, hard_stop=5, patients=64, lines=200, month=20, most=20, emergencies=20)
# Somebody with lease left, in the middle of a shift.
AT_WORK = replace(METER, last_seq=9, lease_patients=10, lease_lines=30, patients=4, lines=20, unexplained=1, unlocked=2, recent=(TODAY,))


def said(refused: pytest.ExceptionInfo[Refused]) -> tuple[str, str, str]:
    refusal = refused.value.refusal
    return refusal.category, refusal.code, refusal.remedy


# the fold -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sign_in", "touch"])
def test_a_touch_fills_the_lease_to_what_it_grants_and_leaves_the_rest(kind: str) -> None:
    at = NOON + timedelta(minutes=5)
    after = AT_WORK.after(10, kind, {"shift": NOON, "granted": {"patients": 25, "lines": 60}}, at)
    assert after == replace(AT_WORK, last_seq=10, lease_patients=25, lease_lines=60, touched_at=at)


def test_an_opening_spends_what_it_says() -> None:
    spent = {"patients": 2, "lines": 3, "unexplained": 1, "held": 1}
    after = AT_WORK.after(10, "opening", {"shift": NOON.isoformat(), "spent": spent}, NOON)
    assert after == replace(
        AT_WORK, last_seq=10, lease_patients=8, lease_lines=27, patients=6, lines=23, unexplained=2, held=True, recent=(TODAY, TODAY)
    )


@pytest.mark.parametrize("kind", ["opening", "emergency", "lines", "find"])
def test_an_entry_that_says_nothing_of_spending_spends_nothing(kind: str) -> None:
    for body in ({"shift": NOON}, {"shift": NOON, "spent": None}, {"shift": NOON, "spent": {}}, {"shift": NOON, "spent": {"held": 0}}):
        assert AT_WORK.after(10, kind, body, NOON) == replace(AT_WORK, last_seq=10)


def test_a_lease_is_never_below_nothing() -> None:
    after = AT_WORK.after(10, "lines", {"shift": NOON, "spent": {"patients": 11, "lines": 31}}, NOON)
    assert (after.lease_patients, after.lease_lines, after.patients, after.lines) == (0, 0, 15, 51)


def test_what_was_held_stays_held_until_a_reviewer_clears_it() -> None:
    held = replace(AT_WORK, held=True)
    assert held.after(10, "opening", {"shift": NOON, "spent": {"patients": 1}}, NOON).held
    cleared = held.after(10, "cleared", {"shift": NOON}, NOON)
    assert cleared == replace(AT_WORK, last_seq=10, held=False, unexplained=0, unlocked=0)


def test_a_colleague_adds_to_what_colleagues_granted() -> None:
    after = AT_WORK.after(10, "unlocked", {"shift": NOON, "granted": {"unexplained": 3}}, NOON)
    assert after == replace(AT_WORK, last_seq=10, unlocked=5)


def test_thirty_days_of_unexplained_openings_are_remembered() -> None:
    old = replace(AT_WORK, recent=(TODAY - 31, TODAY - 30, TODAY - 29, TODAY))
    after = old.after(10, "opening", {"shift": NOON, "spent": {"unexplained": 2}}, NOON)
    assert after.recent == (TODAY - 29, TODAY, TODAY, TODAY)


def test_an_entry_of_a_new_shift_begins_it() -> None:
    later = NOON + timedelta(hours=13)
    after = AT_WORK.after(10, "opening", {"shift": later.isoformat(), "spent": {"patients": 1}}, later)
    assert (after.shift_since, after.patients, after.lines, after.unexplained, after.unlocked) == (later, 1, 0, 0, 0)
    assert after.lease_patients == 9
    held = replace(AT_WORK, held=True).after(10, "opening", {"shift": later, "spent": {"patients": 1}}, later)
    assert (held.shift_since, held.patients, held.unexplained, held.unlocked, held.held) == (later, 1, 1, 2, True)


def test_a_shift_is_over_after_twelve_hours() -> None:
    assert AT_WORK.rolled(NOON + timedelta(hours=12) - timedelta(microseconds=1)) is AT_WORK
    over = AT_WORK.rolled(NOON + timedelta(hours=12))
    assert over == replace(AT_WORK, shift_since=NOON + timedelta(hours=12), patients=0, lines=0, unexplained=0, unlocked=0)


def test_a_new_meter_has_nothing_and_is_not_held() -> None:
    assert (METER.lease_patients, METER.lease_lines, METER.patients, METER.lines) == (0, 0, 0, 0)
    assert (METER.unexplained, METER.unlocked, METER.held, METER.recent, METER.touched_at) == (0, 0, False, (), None)


@pytest.mark.parametrize(
    ("unexplained", "unlocked", "explained_since", "left"),
    [(0, 0, 0, 5), (4, 0, 0, 1), (5, 0, 0, 0), (7, 0, 0, 0), (5, 2, 0, 2), (0, 40, 0, 20), (20, 40, 0, 0), (5, 0, 2, 2), (9, 0, 2, 0)],
)
def test_what_is_left_is_the_role_s_and_the_colleagues_share_and_never_more_than_the_most(
    unexplained: int, unlocked: int, explained_since: int, left: int
) -> None:
    meter = replace(METER, unexplained=unexplained, unlocked=unlocked)
    assert meter.unexplained_left(ALLOWED, explained_since) == left


# an opening ---------------------------------------------------------------------------------------------------------------------

READY = replace(METER, lease_patients=1, touched_at=NOON)


def opening(meter: Meter, *, first: bool = True, unexplained: bool = False, emergency: bool = False, **more: object) -> dict[str, int]:
    fields: dict[str, object] = {"now": NOON, **more}
    return rules.spend_opening(meter, ALLOWED, is_first=first, is_unexplained=unexplained, is_emergency=emergency, **fields)  # type: ignore[arg-type]


def test_each_opening_spends_its_own() -> None:
    assert opening(READY) == {"patients": 1}
    assert opening(READY, unexplained=True) == {"patients": 1, "unexplained": 1}
    assert opening(READY, unexplained=True, emergency=True) == {"patients": 1, "unexplained": 1}
    assert opening(READY, first=False) == {}
    assert opening(READY, first=False, unexplained=True) == {"unexplained": 1}


def test_without_a_lease_a_new_patient_asks_for_a_touch_even_in_an_emergency() -> None:
    spent = replace(READY, lease_patients=0)
    for emergency in (False, True):
        with pytest.raises(Refused) as refused:
            opening(spent, emergency=emergency, unexplained=emergency)
        assert said(refused) == ("step_up", "lease_spent", "touch")
    assert opening(spent, first=False) == {}


def test_the_ceiling_of_a_shift_asks_for_a_colleague_and_an_emergency_passes_it() -> None:
    last = replace(READY, patients=63)
    assert opening(last) == {"patients": 1}
    full = replace(READY, patients=64)
    with pytest.raises(Refused) as refused:
        opening(full)
    assert said(refused) == ("exhausted", "shift_spent", "colleague")
    assert opening(full, first=False) == {}
    assert opening(full, unexplained=True, emergency=True) == {"patients": 1, "unexplained": 1}


def test_the_hard_stop_asks_for_a_colleague_and_an_emergency_passes_it() -> None:
    stopped = replace(READY, unexplained=5)
    with pytest.raises(Refused) as refused:
        opening(stopped, unexplained=True)
    assert said(refused) == ("exhausted", "unexplained_spent", "colleague")
    assert opening(stopped, unexplained=True, emergency=True) == {"patients": 1, "unexplained": 1, "held": 1}
    assert opening(replace(stopped, unlocked=1), unexplained=True) == {"patients": 1, "unexplained": 1, "held": 1}
    assert opening(stopped) == {"patients": 1}


def test_the_most_of_a_shift_stops_an_emergency_too() -> None:
    assert opening(replace(READY, unexplained=19), unexplained=True, emergency=True)["unexplained"] == 1
    with pytest.raises(Refused) as refused:
        opening(replace(READY, unexplained=20), unexplained=True, emergency=True)
    assert said(refused) == ("exhausted", "emergencies_spent", "colleague")


def test_from_the_step_up_on_a_touch_of_the_last_five_minutes_is_asked_for_and_the_meter_is_held() -> None:
    assert opening(replace(READY, unexplained=1), unexplained=True) == {"patients": 1, "unexplained": 1}
    assert opening(replace(READY, unexplained=2), unexplained=True) == {"patients": 1, "unexplained": 1, "held": 1}
    past = replace(READY, unexplained=3)
    assert opening(past, unexplained=True, now=NOON + timedelta(minutes=5)) == {"patients": 1, "unexplained": 1, "held": 1}
    for late in (timedelta(minutes=5, microseconds=1), timedelta(hours=1)):
        with pytest.raises(Refused) as refused:
            opening(past, unexplained=True, now=NOON + late)
        assert said(refused) == ("step_up", "touch_needed", "touch")
    with pytest.raises(Refused) as refused:
        opening(replace(past, touched_at=None), unexplained=True)
    assert said(refused) == ("step_up", "touch_needed", "touch")
    assert opening(replace(READY, unexplained=2, touched_at=None), unexplained=True)["held"] == 1


def test_what_a_tie_explained_since_weighs_no_more() -> None:
    past = replace(READY, unexplained=5, touched_at=None)
    assert opening(past, unexplained=True, explained_since=4) == {"patients": 1, "unexplained": 1}
    assert opening(past, unexplained=True, explained_since=3) == {"patients": 1, "unexplained": 1, "held": 1}
    with pytest.raises(Refused) as refused:
        opening(past, unexplained=True, explained_since=2)
    assert said(refused)[1] == "touch_needed"
    assert opening(replace(READY, unexplained=20), unexplained=True, emergency=True, explained_since=1)["unexplained"] == 1


# lines --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lease", "shown", "left"), [(60, 0, 60), (60, 190, 10), (3, 190, 3), (60, 200, 0), (60, 250, 0), (0, 0, 0)])
def test_lines_left_are_those_of_the_touch_and_of_the_shift(lease: int, shown: int, left: int) -> None:
    assert rules.lines_left(replace(METER, lease_lines=lease, lines=shown), ALLOWED) == left


def test_lines_beyond_the_shift_ask_for_a_colleague_and_beyond_the_lease_for_a_touch() -> None:
    meter = replace(METER, lease_lines=60, lines=150)
    rules.check_lines(meter, ALLOWED, 50)
    with pytest.raises(Refused) as refused:
        rules.check_lines(meter, ALLOWED, 51)
    assert said(refused) == ("exhausted", "lines_spent", "colleague")
    rules.check_lines(replace(METER, lease_lines=60), ALLOWED, 60)
    with pytest.raises(Refused) as refused:
        rules.check_lines(replace(METER, lease_lines=60), ALLOWED, 61)
    assert said(refused) == ("step_up", "lines_spent", "touch")


# what is allowed ----------------------------------------------------------------------------------------------------------------


def test_a_role_may_what_stands_beside_its_name() -> None:
    assert Limits({}).allowance("nurse_day") == ALLOWED
    assert Limits({}).allowance("gardener") == Allowance(step_up=0, hard_stop=0, patients=0, lines=0, month=0, most=20, emergencies=20)
    assert Limits({}).allowance("secretary").most == 26


def test_what_is_new_is_trusted_with_nothing_unexplained_and_a_few_emergencies() -> None:
    new = Limits({}).allowance("ward_physician", is_new=True)
    assert new == Allowance(
        step_up=0, hard_stop=0, patients=78, lines=250, month=45, most=20, emergencies=limits.DEFAULTS["emergencies.new"]
    )


def test_a_catastrophe_multiplies_every_figure() -> None:
    much = Limits({}).allowance("nurse_day", factor=4)
    assert much == Allowance(step_up=12, hard_stop=20, patients=256, lines=800, month=80, most=80, emergencies=80)


def test_what_two_persons_decided_goes_before_the_default() -> None:
    decided = Limits({"nurse_day.hard_stop": 7, "lease.patients": 30})
    assert decided.allowance("nurse_day").hard_stop == 7
    assert decided.lease(is_full=True) == {"patients": 30, "lines": 60}
    assert decided["lease.patients"] == 30
    assert decided["lease.lines"] == limits.DEFAULTS["lease.lines"] == 60


def test_the_plan_of_a_catastrophe_ends_at_its_second() -> None:
    ward = UUID(int=1)
    plan = Limits({f"surge.{ward}": int(NOON.timestamp())})
    assert plan.factor(ward, NOON - timedelta(seconds=1)) == 4
    assert plan.factor(ward, NOON) == plan.factor(UUID(int=2), NOON - timedelta(days=1)) == plan.factor(None, NOON) == 1


# places -------------------------------------------------------------------------------------------------------------------------


def test_a_window_counts_by_place_by_word_and_for_as_long_as_it_lasts() -> None:
    seen = windows.Windows()
    seen.add(places=("clinic", "10.0.0.1"), counts={"lines": 3, "unexplained": 0}, now=NOON)
    seen.add(places=("clinic",), counts={"lines": 2, "unexplained": 1}, now=NOON + timedelta(seconds=59))
    seen.add(places=("clinic",), counts={"lines": 5}, now=NOON + timedelta(minutes=30))
    seen.add(places=(), counts={"lines": 100}, now=NOON)

    def used(place: str, word: str, seconds: int, later: timedelta = timedelta(minutes=30)) -> int:
        return seen.used(place, word, seconds=seconds, now=NOON + later)

    assert (used("clinic", "lines", 3600), used("clinic", "lines", 600), used("clinic", "lines", 86400)) == (10, 5, 10)
    assert (used("10.0.0.1", "lines", 3600), used("10.0.0.1", "unexplained", 3600)) == (3, 0)
    assert (used("clinic", "unexplained", 3600), used("elsewhere", "lines", 3600)) == (1, 0)
    # A minute that began inside the window counts whole; one that began before it counts no more.
    assert used("clinic", "lines", 1800, timedelta(minutes=29, seconds=59)) == 5 + 5
    assert used("clinic", "lines", 1800, timedelta(minutes=30)) == 5
    assert seen.places() == {"clinic", "10.0.0.1"}


def test_a_clock_that_goes_back_is_counted_in_the_minute_that_was_reached() -> None:
    seen = windows.Windows()
    seen.add(places=("clinic",), counts={"lines": 1}, now=NOON)
    seen.add(places=("clinic",), counts={"lines": 1}, now=NOON - timedelta(hours=1))
    assert seen.used("clinic", "lines", seconds=600, now=NOON) == 2


def test_no_more_than_a_day_of_minutes_is_remembered() -> None:
    seen = windows.Windows()
    for minute in range(windows.MINUTES + 10):
        seen.add(places=("clinic",), counts={"lines": 1}, now=NOON + timedelta(minutes=minute))
    now = NOON + timedelta(minutes=windows.MINUTES + 9)
    assert seen.used("clinic", "lines", seconds=86400, now=now) == 1440
    assert seen.used("clinic", "lines", seconds=10 * 86400, now=now) == windows.MINUTES == 1441


def test_the_gauges_of_an_establishment_and_of_a_workstation() -> None:
    seen = windows.Windows()
    seen.add(places=("clinic", "10.0.0.1"), counts={"lines": 600, "unexplained": 40}, now=NOON)
    found = windows.gauges(seen, Limits({}), ("clinic", "10.0.0.1"), 1, NOON)
    of = limits.DEFAULTS
    assert [(one.place, one.word, one.seconds, one.used, one.limit) for one in found] == [
        *(("clinic", "unexplained", seconds, 40, of[f"breaker.unexplained.{seconds}"]) for seconds in (600, 3600, 86400)),
        *(("clinic", "lines", seconds, 600, of[f"breaker.lines.{seconds}"]) for seconds in (600, 3600, 86400)),
        ("10.0.0.1", "unexplained", 43200, 40, of["source.unexplained"]),
        ("10.0.0.1", "lines", 3600, 600, of["source.lines"]),
    ]
    assert windows.is_open([replace(found[0], used=found[0].limit)], "unexplained")
    assert not windows.is_open([replace(found[0], used=found[0].limit)], "lines")
    assert not windows.is_open([replace(found[0], used=found[0].limit - 1)], "unexplained")
    assert not windows.is_open(found[:6], "unexplained")
    assert windows.gauges(seen, Limits({}), ("clinic",), 4, NOON)[0].limit == 4 * of["breaker.unexplained.600"]
