"""The work of a hospital of 500 beds, as the threat model counts it: who works when, and what they open."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)

# Negative binomial dispersion of the counts of a shift (threat model): what is explained, what is not, what is looked up.
EXPLAINED_K, UNEXPLAINED_K, LINES_K = 6.0, 1.25, 3.0

# On a Saturday and a Sunday, of a weekday's shifts, in roles that also work then, and in offices.
WEEKEND, OFFICE_WEEKEND = 0.7, 0.05
OFFICE = frozenset({"secretary", "coder", "admissions_clerk"})

# A person works eighteen days of thirty.
POOL_FACTOR = 30 / 18

# Of the openings that nothing explains, those that are emergencies, where care is given.
EMERGENCY_SHARE = 0.3

# Shifts worked with an authenticator or a role of less than a day: locums, newcomers, a replaced key.
NEW_SHARE, OFFICE_NEW_SHARE = 0.015, 0.003

# Of the openings that nothing explained at the time, those that somebody else's tie explains within hours: an admission, an opinion asked
# for in writing, an appointment. Where nobody's work makes ties for one, none.
EXPLAINED_SINCE, EXPLAINED_HOURS = {"emergency": 0.7, "untied": 0.3}, 3.0

# What a gesture costs, in seconds: a touch of the passkey, a break-glass page, a colleague called over.
TOUCH_SECONDS, GLASS_SECONDS, COLLEAGUE_SECONDS = 4.0, 5.0, 45.0

# How long reviewers take to answer: median and spread (log-normal), in hours.
REVIEW_HOURS_MEDIAN, REVIEW_SIGMA = 4.0, 1.0


@dataclass(frozen=True, kw_only=True)
class Role:
    """Means per shift. `list_size` is the ward list shown at the beginning, `starts` when the shift begins, `hours` how long it lasts."""

    name: str
    shifts: int
    explained: float
    unexplained: float
    lines: float
    list_size: int
    starts: float = 7.0
    hours: float = 8.0


ROLES = (
    Role(name="nurse_day", shifts=220, explained=14, unexplained=0.25, lines=6, list_size=30, starts=6.75, hours=12),
    Role(name="nurse_night", shifts=110, explained=20, unexplained=0.3, lines=6, list_size=45, starts=18.75, hours=12),
    Role(name="care_assistant", shifts=180, explained=12, unexplained=0.05, lines=1, list_size=30, starts=6.5, hours=12),
    Role(name="ward_physician", shifts=130, explained=17, unexplained=1.0, lines=15, list_size=30, starts=8.5, hours=10),
    Role(name="on_call_physician", shifts=18, explained=30, unexplained=3.0, lines=40, list_size=60, starts=18.5, hours=14),
    Role(name="emergency_physician", shifts=22, explained=26, unexplained=1.5, lines=40, list_size=25, starts=8.0, hours=12),
    Role(name="triage_nurse", shifts=30, explained=45, unexplained=0.5, lines=30, list_size=25, starts=7.0, hours=12),
    Role(name="anaesthetist", shifts=25, explained=14, unexplained=0.8, lines=20, list_size=15, starts=7.5, hours=10),
    Role(name="technician", shifts=45, explained=70, unexplained=1.0, lines=20, list_size=40, starts=7.5, hours=9),
    Role(name="secretary", shifts=120, explained=40, unexplained=4.0, lines=150, list_size=25, starts=8.5, hours=8),
    Role(name="admissions_clerk", shifts=35, explained=110, unexplained=0.0, lines=350, list_size=0, starts=8.0, hours=8),
    Role(name="coder", shifts=12, explained=45, unexplained=0.3, lines=20, list_size=30, starts=8.5, hours=8),
)


@dataclass(frozen=True, kw_only=True)
class Shift:
    """One person's day: the acts in order, as (instant, what). What is `list`, `tied`, `untied`, `emergency` or `find`."""

    role: str
    account: int
    begins: datetime
    is_new: bool
    acts: tuple[tuple[datetime, str], ...]


def negative_binomial(chance: random.Random, mean: float, k: float) -> int:
    """A count with this mean and dispersion."""
    return poisson(chance, chance.gammavariate(k, mean / k)) if mean > 0 else 0


def poisson(chance: random.Random, mean: float) -> int:
    """A Poisson count, by Knuth's product in pieces that do not underflow."""
    count, left = 0, mean
    while left > 0:
        piece = min(left, 500.0)
        left -= piece
        limit, product = math.exp(-piece), chance.random()
        while product > limit:
            count += 1
            product *= chance.random()
    return count


def day(chance: random.Random, number: int, *, unexplained: float, explained: float) -> list[Shift]:
    """The shifts of one day, from Monday 5 January 2026 on. The factors move the rates of the threat model, which are estimates."""
    weekday = number % 7
    shifts = []
    for role in ROLES:
        share = 1.0 if weekday < 5 else (OFFICE_WEEKEND if role.name in OFFICE else WEEKEND)
        wanted = round(role.shifts * share)
        pool = math.ceil(role.shifts * POOL_FACTOR)
        # Who worked yesterday rests first: the pool turns by what a day takes.
        start = number * role.shifts % pool
        for place in range(wanted):
            shifts.append(_shift(chance, role, (start + place) % pool, number, unexplained=unexplained, explained=explained))
    return shifts


def _shift(chance: random.Random, role: Role, account: int, number: int, *, unexplained: float, explained: float) -> Shift:
    begins = MONDAY + timedelta(days=number, hours=role.starts, minutes=chance.uniform(-15, 15))
    tied = negative_binomial(chance, role.explained * explained, EXPLAINED_K)
    untied = negative_binomial(chance, role.unexplained * unexplained, UNEXPLAINED_K)
    lines = negative_binomial(chance, role.lines * explained, LINES_K)
    # Handover: half of one's patients in the first half hour; then rounds, calls and searches through the shift.
    burst = min(14, tied // 2)
    acts = [(begins, "list")] * role.list_size
    acts += [(begins + timedelta(minutes=chance.uniform(1, 30)), "tied") for _ in range(burst)]
    acts += [(begins + timedelta(hours=chance.uniform(0.5, role.hours)), "tied") for _ in range(tied - burst)]
    acts += [(begins + timedelta(hours=chance.uniform(0.1, role.hours)), "find") for _ in range(lines)]
    for _ in range(untied):
        kind = "emergency" if role.name not in OFFICE and chance.random() < EMERGENCY_SHARE else "untied"
        acts.append((begins + timedelta(hours=chance.uniform(0.1, role.hours)), kind))
    acts.sort(key=lambda act: act[0])
    return Shift(
        role=role.name,
        account=account,
        begins=begins,
        is_new=chance.random() < (OFFICE_NEW_SHARE if role.name in OFFICE else NEW_SHARE),
        acts=tuple(acts),
    )
