"""The meters, whatever is done with them: a fold over the journal that no order of acts brings above its bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serment.guard.errors import Refused
from serment.guard.meters import rules
from serment.guard.meters.limits import DEFAULTS, ROLES, SHIFT, Limits
from serment.guard.meters.rules import Meter

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WHO = UUID(int=7)
LIMITS = Limits({})
PEOPLE = sorted(role for role in ROLES if role != "application")

# What a person may try: open a patient under a tie, or without one, break the glass, search, touch, wait.
acts = st.lists(
    st.tuples(st.sampled_from(["tied", "untied", "emergency", "find", "touch", "sign_in"]), st.integers(0, 5 * 3600)), max_size=120
)


class Player:
    """Acts on a meter as the guard does, and writes down what a thief would have got."""

    def __init__(self, role: str) -> None:
        self.role, self.allowance = role, LIMITS.allowance(role)
        self.now, self.seq = NOON, 0
        self.meter = Meter(account_id=WHO, last_seq=0, shift_since=NOON)
        self.entries: list[tuple[int, str, dict[str, object], datetime]] = []
        self.taken: list[tuple[str, datetime]] = []

    def act(self, kind: str, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        before, self.meter = self.meter, self.meter.rolled(self.now)
        if kind in ("touch", "sign_in"):
            self._note(kind, {"granted": LIMITS.lease(is_full=True)})
            return
        try:
            if kind == "find":
                rules.check_lines(self.meter, self.allowance, 1)
                self._note("find", {"spent": {"lines": 1}})
            else:
                unexplained = kind != "tied"
                spent = rules.spend_opening(
                    self.meter, self.allowance, is_first=True, is_unexplained=unexplained, is_emergency=kind == "emergency", now=self.now
                )
                self._note("emergency" if kind == "emergency" else "opening", {"spent": spent})
        except Refused:
            self.meter = before
            return
        self.taken.append((kind, self.now))

    def _note(self, kind: str, body: dict[str, object]) -> None:
        self.seq += 1
        body = {**body, "shift": self.meter.shift_since}
        self.entries.append((self.seq, kind, body, self.now))
        self.meter = self.meter.after(self.seq, kind, body, self.now)


@given(role=st.sampled_from(PEOPLE), played=acts)
@settings(max_examples=300)
def test_the_journal_alone_gives_the_same_meter(role: str, played: list[tuple[str, int]]) -> None:
    player = Player(role)
    for kind, seconds in played:
        player.act(kind, seconds)
    # An old journal is not read to its beginning: the first entry says in which shift it was made.
    start = player.entries[0][3] if player.entries else player.now
    folded = Meter(account_id=WHO, last_seq=0, shift_since=start)
    for seq, kind, body, at in player.entries:
        folded = folded.after(seq, kind, body, at)
    expected = player.meter if player.entries else replace(player.meter, shift_since=start)
    assert folded == expected


@given(role=st.sampled_from(PEOPLE), played=acts)
@settings(max_examples=300)
def test_between_two_touches_a_thief_gets_25_patients_and_60_lines(role: str, played: list[tuple[str, int]]) -> None:
    player, patients, lines = Player(role), 0, 0
    player.act("sign_in", 0)
    for kind, seconds in played:
        before = len(player.taken)
        player.act(kind, seconds)
        if kind in ("touch", "sign_in"):
            patients = lines = 0
        elif len(player.taken) > before:
            patients, lines = patients + (kind != "find"), lines + (kind == "find")
        assert patients <= 25
        assert lines <= 60


@given(role=st.sampled_from(PEOPLE), waits=st.lists(st.integers(60, 20 * 3600), min_size=1, max_size=80))
@settings(max_examples=200)
def test_a_thief_with_the_passkey_and_patience_gets_no_more_than_the_bound_once_the_step_up_is_reached(role: str, waits: list[int]) -> None:
    """He reaches the step-up in one shift, then waits as he likes and touches before each opening: nobody reviews, nothing refills."""
    player = Player(role)
    reached = False
    for wait in waits:
        player.act("touch", 0)
        while not reached and not player.meter.held:
            player.act("touch", 1)
            player.act("untied", 1)
            if player.allowance.hard_stop == 0:
                break
        reached = True
        player.act("touch", wait)
        player.act("untied", 1)
        player.act("emergency", 1)
    assert sum(kind in ("untied", "emergency") for kind, _ in player.taken) <= max(20, LIMITS.allowance(role).hard_stop)


@given(role=st.sampled_from(PEOPLE), count=st.integers(1, 40))
def test_the_hard_stop_is_reached_exactly_and_names_the_colleague(role: str, count: int) -> None:
    player = Player(role)
    for _ in range(count):
        player.act("touch", 1)
        player.act("untied", 1)
    assert len(player.taken) == min(count, DEFAULTS[f"{role}.hard_stop"])
    if count > DEFAULTS[f"{role}.hard_stop"]:
        with pytest.raises(Refused) as refused:
            rules.spend_opening(player.meter, player.allowance, is_first=False, is_unexplained=True, is_emergency=False, now=player.now)
        assert (refused.value.refusal.code, refused.value.refusal.remedy) == ("unexplained_spent", "colleague")


@given(waits=st.lists(st.integers(0, 40 * 86400), max_size=60))
def test_thirty_days_are_remembered_and_no_more(waits: list[int]) -> None:
    player = Player("on_call_physician")
    for wait in waits:
        player.act("touch", wait)
        player.act("untied", 0)
    days = [at.toordinal() for _, at in player.taken]
    last = days[-1] if days else 0
    assert list(player.meter.recent) == [day for day in days if day > last - 30]


def test_a_shift_ends_after_twelve_hours_and_not_before() -> None:
    meter = Meter(account_id=WHO, last_seq=3, shift_since=NOON, patients=9, lines=8, unexplained=2, unlocked=1)
    assert meter.rolled(NOON + SHIFT - timedelta(seconds=1)) == meter
    fresh = meter.rolled(NOON + SHIFT)
    assert (fresh.patients, fresh.lines, fresh.unexplained, fresh.unlocked) == (0, 0, 0, 0)
    held = replace(meter, held=True).rolled(NOON + SHIFT)
    assert (held.patients, held.lines, held.unexplained, held.unlocked) == (0, 0, 2, 1)
