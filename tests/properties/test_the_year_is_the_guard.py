"""The year of `./serment drill friction` is played through the meters alone. Here whole shifts go through the whole guard, on a real
database, act by act: what the honest person meets, and what is left at the end, is the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from bench.friction import workload, year
from serment.guard.errors import Refused
from serment.guard.meters import account as meters
from serment.guard.meters import rules
from serment.guard.meters.limits import Limits
from serment.guard.release import lines
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.house import House
from tests.unit.guard.test_meters import listed, search, untied

PLAYERS = {"nurse_day": cast.NADIA, "ward_physician": cast.CHLOE, "secretary": cast.ODILE}
# A long day, so that every meter of the role is met: three times the rates.
FACTOR = 3.0


@dataclass
class AtWork:
    """One person at a workstation, who overcomes what the guard asks as an honest person does."""

    house: House
    browser: Browser
    tied: Iterator[UUID]
    strangers: Iterator[UUID]
    is_over: bool = False

    def act(self, kind: str) -> None:
        patient = next(self.tied if kind in ("list", "tied") else self.strangers) if kind != "find" else None
        for _ in range(4):
            try:
                self._try(kind, patient)
            except Refused as refused:
                if refused.refusal.remedy != "touch":
                    self.is_over = True
                    return
                self.browser.touch()
                continue
            return

    def _try(self, kind: str, patient: UUID | None) -> None:
        if patient and kind != "list":
            # One opens from a list or a search, which has shown the line and is an act of its own in the year.
            lines.SHOWN[self.house.guard.settings.instance].remember(self.browser.attend().account, [patient], self.house.clock())
        if kind == "find":
            search(self.browser, number="nobody")
        elif kind == "list" and patient:
            if listed(self.browser, [patient]).withheld:
                raise Refused("step_up", "lines_spent", remedy="touch")
        elif kind == "tied" and patient:
            self.browser.open(patient, ("identity",))
        elif kind == "untied" and patient:
            untied(self.browser, patient, ("identity",))
        elif patient:
            self.browser.break_glass(patient)


def played_by_the_meters(shift: workload.Shift, upto: int) -> rules.Meter:
    pure = year.House(seed=1, limits=Limits({}))
    pure.play([replace(shift, acts=shift.acts[:upto])])
    return pure.person(shift).meter


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("role", sorted(PLAYERS))
def test_a_shift_ends_with_the_same_meter_through_the_whole_guard(
    house: House, monkeypatch: pytest.MonkeyPatch, role: str, seed: int
) -> None:
    # Nobody answers a review, and no admission explains anything: those are the surroundings of the year, not its meters.
    monkeypatch.setattr(workload, "REVIEW_HOURS_MEDIAN", 1e6)
    monkeypatch.setattr(workload, "EXPLAINED_SINCE", {"emergency": 0.0, "untied": 0.0})
    shifts = workload.day(random.Random(seed), 0, unexplained=FACTOR, explained=1.0)
    shift = max(
        (one for one in shifts if one.role == role and not one.is_new), key=lambda one: [kind for _, kind in one.acts].count("untied")
    )
    # A tenth of a secretary's searches is enough to meet the end of the lease.
    acts = [act for place, act in enumerate(shift.acts) if act[1] != "find" or place % 2 == 0][:150]
    unit, player = (cast.SURGERY if role == "secretary" else cast.MEDICINE), PLAYERS[role]
    count = {kind: sum(one == kind for _, one in acts) for kind in ("list", "tied", "untied", "emergency")}
    tied = house.admit_many(count["list"] + count["tied"], unit=unit)
    other = cast.MEDICINE if unit == cast.SURGERY else cast.SURGERY
    strangers = [
        house.admit(cast.person(f"AUTRE {n}", number=f"7{n:04d}"), unit=other) for n in range(count["untied"] + count["emergency"])
    ]
    began = house.clock()
    person = AtWork(house=house, browser=house.browser(player, touched=False), tied=iter(tied), strangers=iter(strangers))
    done = 0
    for at, kind in acts:
        house.clock.ahead = began + (at - shift.begins) - (house.clock() - house.clock.ahead)
        person.act(kind)
        if person.is_over:
            break
        done += 1
    with house.guard.pool.connection() as tx:
        real = meters.load(house.guard, tx, player.id, house.clock())
    pure = played_by_the_meters(replace(shift, acts=tuple(acts)), done)
    assert done >= 20
    assert spent(real) == spent(pure)


def spent(meter: rules.Meter) -> dict[str, object]:
    return {
        name: getattr(meter, name)
        for name in ("lease_patients", "lease_lines", "patients", "lines", "unexplained", "unlocked", "held")
    }  # fmt: skip


def test_the_clock_of_the_workload_never_runs_backwards() -> None:
    for shift in workload.day(random.Random(3), 4, unexplained=1.0, explained=1.0):
        instants: list[datetime] = [at for at, _ in shift.acts]
        assert instants == sorted(instants)
        assert not instants or instants[-1] - shift.begins <= timedelta(hours=15)


def test_the_workload_has_the_shifts_and_the_means_of_the_threat_model() -> None:
    shifts = [shift for number in range(5) for shift in workload.day(random.Random(number), number, unexplained=1.0, explained=1.0)]
    assert len(shifts) == 5 * 947
    openings = sum(kind in ("tied", "untied", "emergency") for shift in shifts for _, kind in shift.acts)
    unexplained = sum(kind in ("untied", "emergency") for shift in shifts for _, kind in shift.acts)
    assert 0.9 < openings / 5 / 24_800 < 1.1
    assert 0.025 < unexplained / openings < 0.045


def test_a_hard_stop_is_told_as_one() -> None:
    """The year can fail: with no budget at all, every shift with an opening that nothing explains is stopped."""
    none = {f"{role.name}.{word}": 0 for role in workload.ROLES for word in ("step_up", "hard_stop")}
    tally = year.played(seed=1, first=0, days=1, decided=none)
    expected = sum(count for role in workload.ROLES for kinds, count in tally.per_shift[role.name].items() if kinds)
    assert sum(tally.stopped.values()) > expected / 2
