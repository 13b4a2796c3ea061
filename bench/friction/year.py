"""A year of work, through the guard's own meters: the functions that decide in the hospital decide here, on a simulated clock.

Only what surrounds them is left out: proofs, ties and the database. `whole.py` plays days through the whole guard and compares.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from bench.friction import workload
from bench.friction.workload import Shift
from serment.guard.errors import Refused
from serment.guard.meters import rules, windows
from serment.guard.meters.limits import Limits
from serment.guard.meters.rules import Meter

ESTABLISHMENT = "establishment:1"
# One workstation for three people at work.
PEOPLE_PER_WORKSTATION = 3
# The breaker is looked at once in so many searches; the openings look at it each time.
LOOK_EVERY = 25


def _counters() -> defaultdict[str, Counter[int]]:
    return defaultdict(Counter)


@dataclass
class Tally:
    """What got in the way, by role. Shifts are counted once however often something happened in them."""

    shifts: Counter[str] = field(default_factory=Counter)
    openings: Counter[str] = field(default_factory=Counter)
    unexplained: Counter[str] = field(default_factory=Counter)
    emergencies: Counter[str] = field(default_factory=Counter)
    emergencies_refused: Counter[str] = field(default_factory=Counter)
    touches: Counter[str] = field(default_factory=Counter)
    stepped_up: Counter[str] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    why: Counter[str] = field(default_factory=Counter)
    detours: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    per_shift: dict[str, Counter[int]] = field(default_factory=_counters)
    seconds_squared: float = 0.0
    days: int = 0
    reviews: int = 0
    gauges: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        for name, value in vars(other).items():
            if name == "gauges":
                self.gauges |= value
            elif name == "per_shift":
                for role, counts in value.items():
                    self.per_shift[role].update(counts)
            elif isinstance(value, Counter):
                getattr(self, name).update(value)
            else:
                setattr(self, name, getattr(self, name) + value)


@dataclass
class Person:
    """One account: its meter, and the openings of its that wait for a reviewer."""

    role: str
    meter: Meter
    seq: int = 0
    waiting: list[tuple[datetime, datetime]] = field(default_factory=list)
    # When somebody else's tie explains, of the openings of this shift.
    explained: list[datetime] = field(default_factory=list)


class House:
    """A hospital at work. `play` takes whole days, in order."""

    def __init__(self, *, seed: int, limits: Limits) -> None:
        self.chance = random.Random(seed)
        self.limits = limits
        self.tally = Tally()
        self.windows = windows.Windows()
        self._people: dict[tuple[str, int], Person] = {}
        self._finds = 0

    def play(self, shifts: Iterable[Shift]) -> None:
        """One day: everybody's acts in the order of the clock, since the breaker counts them together."""
        self.tally.days += 1
        days = [_Day(house=self, shift=shift, place=place // PEOPLE_PER_WORKSTATION) for place, shift in enumerate(shifts)]
        acts = heapq.merge(*([(at, index, kind) for at, kind in one.shift.acts] for index, one in enumerate(days)))
        for one in days:
            one.begin()
        for at, index, kind in acts:
            days[index].act(kind, at)
        for one in days:
            one.end()

    def person(self, shift: Shift) -> Person:
        key = (shift.role, shift.account)
        if key not in self._people:
            id = UUID(int=len(self._people) + 1)
            self._people[key] = Person(role=shift.role, meter=Meter(account_id=id, last_seq=0, shift_since=shift.begins))
        return self._people[key]

    def look(self, word: str, places: tuple[str, ...], now: datetime) -> bool:
        """Whether the breaker is open; remembers the fullest each gauge ever was."""
        found = windows.gauges(self.windows, self.limits, places, 1, now)
        for gauge in found:
            name = f"{gauge.place.partition(':')[0]} {gauge.word} {gauge.seconds}"
            self.tally.gauges[name] = max(self.tally.gauges[name], round(100 * gauge.used / gauge.limit))
        return windows.is_open(found, word)

    def is_looked_at(self) -> bool:
        self._finds += 1
        return self._finds % LOOK_EVERY == 0


@dataclass(kw_only=True)
class _Day:
    """One shift being worked."""

    house: House
    shift: Shift
    place: int
    touches: int = 0
    step_ups: int = 0
    stops: int = 0
    detours: int = 0
    seconds: float = 0.0

    def begin(self) -> None:
        self.person = self.house.person(self.shift)
        self.allowance = self.house.limits.allowance(self.shift.role, is_new=self.shift.is_new)
        self.places = (ESTABLISHMENT, f"source:{self.place}")
        self._note("sign_in", {"granted": self.house.limits.lease(is_full=True)}, self.shift.begins)

    def act(self, kind: str, at: datetime) -> None:
        self._answer_reviews(at)
        if kind in ("list", "find"):
            self._line(kind, at)
        else:
            self._open(kind, at)

    def _line(self, kind: str, at: datetime) -> None:
        try:
            rules.check_lines(self._meter(at), self.allowance, 1)
            fresh = rules.is_fresh(self.person.meter, at)
            if kind == "find" and self.house.is_looked_at() and self.house.look("lines", self.places, at) and not fresh:
                raise Refused("step_up", "touch_needed", remedy="touch")
        except Refused as refused:
            self._overcome(refused, "find", at)
        if kind == "find":
            self.house.windows.add(places=self.places, counts={"lines": 1}, now=at)
        self._note("find", {"spent": {"lines": 1}}, at)

    def _open(self, kind: str, at: datetime) -> None:
        tally, role = self.house.tally, self.shift.role
        tally.openings[role] += 1
        tally.unexplained[role] += kind != "tied"
        tally.emergencies[role] += kind == "emergency"
        for _ in range(4):
            try:
                spent = self._spent(kind, at)
            except Refused as refused:
                if not self._overcome(refused, kind, at):
                    return
                # Somebody new to whom nothing unexplained is trusted yet says why, and breaks the glass.
                kind = "emergency" if refused.refusal.code == "unexplained_spent" and self.shift.is_new else kind
                continue
            if spent.get("unexplained"):
                self.house.windows.add(places=self.places, counts=spent, now=at)
                self._perhaps_review(spent, at)
                self._perhaps_explain(kind, at)
            self._note("emergency" if kind == "emergency" else "opening", {"spent": spent}, at)
            return

    def _spent(self, kind: str, at: datetime) -> dict[str, int]:
        if kind == "untied":
            late = timedelta(hours=self.house.limits["review.late_hours"])
            if any(at - asked >= late for asked, _ in self.person.waiting):
                raise Refused("exhausted", "review_late", remedy="colleague")
            if self.house.look("unexplained", self.places, at):
                raise Refused("exhausted", "breaker", remedy="break_glass")
        meter = self._meter(at)
        since = sum(meter.shift_since <= tied <= at for tied in self.person.explained) if kind != "tied" else 0
        return rules.spend_opening(
            meter, self.allowance, is_first=True, is_unexplained=kind != "tied", is_emergency=kind == "emergency", now=at,
            explained_since=min(since, meter.unexplained),
        )  # fmt: skip

    def _overcome(self, refused: Refused, kind: str, at: datetime) -> bool:
        """What an honest person does next, and what it costs. False when the act is left to somebody else."""
        code, remedy = refused.refusal.code, refused.refusal.remedy
        if remedy == "touch":
            self.touches += code != "touch_needed"
            self.step_ups += code == "touch_needed"
            self.seconds += workload.TOUCH_SECONDS
            self._note("touch", {"granted": self.house.limits.lease(is_full=True)}, at)
            return True
        if code == "unexplained_spent" and self.shift.is_new and self.shift.role not in workload.OFFICE:
            self.detours += 1
            self.seconds += workload.GLASS_SECONDS
            return True
        self.stops += 1
        self.seconds += workload.COLLEAGUE_SECONDS
        self.house.tally.why[f"{self.shift.role} {code}"] += 1
        if kind == "emergency":
            self.house.tally.emergencies_refused[self.shift.role] += 1
        if code != "unexplained_spent" or self.person.meter.unlocked or self.allowance.hard_stop >= self.allowance.most:
            return False
        step = self.house.limits.allowance(self.shift.role).step_up
        self._note("unlocked", {"granted": {"unexplained": step}}, at)
        return True

    def _perhaps_review(self, spent: dict[str, int], at: datetime) -> None:
        if spent.get("held") or self.house.chance.random() * 100 < self.house.limits["review.share_percent"]:
            hours = self.house.chance.lognormvariate(0, workload.REVIEW_SIGMA) * workload.REVIEW_HOURS_MEDIAN
            self.person.waiting.append((at, at + timedelta(hours=hours)))
            self.house.tally.reviews += 1

    def _perhaps_explain(self, kind: str, at: datetime) -> None:
        chance = self.house.chance
        if self.shift.role not in workload.OFFICE and chance.random() < workload.EXPLAINED_SINCE[kind]:
            self.person.explained.append(at + timedelta(hours=chance.uniform(0, workload.EXPLAINED_HOURS)))

    def _answer_reviews(self, at: datetime) -> None:
        waiting = self.person.waiting
        if waiting and all(answered <= at for _, answered in waiting):
            waiting.clear()
            self._note("cleared", {}, at)

    def _meter(self, at: datetime) -> Meter:
        return self.person.meter.rolled(at)

    def _note(self, kind: str, body: dict[str, object], at: datetime) -> None:
        self.person.seq += 1
        meter = self._meter(at)
        self.person.meter = meter.after(self.person.seq, kind, {**body, "shift": meter.shift_since}, at)

    def end(self) -> None:
        tally, role = self.house.tally, self.shift.role
        self.person.explained.clear()
        tally.shifts[role] += 1
        tally.touches[role] += self.touches
        tally.stepped_up[role] += self.step_ups > 0
        tally.stopped[role] += self.stops > 0
        tally.detours[role] += self.detours > 0
        tally.seconds[role] += round(self.seconds)
        tally.seconds_squared += self.seconds**2
        tally.per_shift[role][sum(kind in ("untied", "emergency") for _, kind in self.shift.acts)] += 1


def played(
    *, seed: int, first: int, days: int, unexplained: float = 1.0, explained: float = 1.0, decided: dict[str, int] | None = None
) -> Tally:
    """Some days of work, from the first on."""
    house = House(seed=seed, limits=Limits(decided or {}))
    chance = random.Random(seed * 7919 + first)
    for number in range(first, first + days):
        house.play(workload.day(chance, number, unexplained=unexplained, explained=explained))
    return house.tally
