"""What was strange in what one account did: signs, each with the reason that an officer reads. Pure.

None of these is an accusation. They say from when on an officer should look, and are told with the habit that they depart from.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

# The kinds of leaves that are looked at.
LOOKED_AT = (
    "sign_in", "sign_in_refused", "passkey_added", "enrolment", "refusal", "step_up", "opening", "emergency", "lines", "find", "decoy",
)  # fmt: skip

# How far back habits are learnt, and from how many leaves on there is a habit at all.
HABIT, HABIT_MIN, SIGN_INS_MIN = timedelta(days=30), 20, 3

# So many within an hour are a burst.
HOUR = timedelta(hours=1)
BURSTS = {
    "refusal": ("refusals", 5),
    "step_up": ("step_ups", 3),
    "sign_in_refused": ("sign_in_refused", 3),
    "unexplained": ("unexplained", 3),
}

# More in an hour than twice the most of any hour before, and than this.
RECORDS_MIN, LINES_MIN = 12, 120

# What happens to honest people too: a window begins with it only when there is nothing else.
WEAK = frozenset({"emergency", "unexplained", "step_ups"})


class Body(msgspec.Struct):
    code: str = ""
    how: str = ""
    reason: str = ""
    source: str = ""
    passkey: UUID | None = None
    explained: bool = True
    patients: tuple[UUID, ...] = ()
    until: datetime | None = None
    session: UUID | None = None


class Leaf(msgspec.Struct):
    at: datetime
    kind: str
    account: UUID | None
    body: Body


DECODER = msgspec.json.Decoder(Leaf)


class Strange(NamedTuple):
    at: datetime
    sign: str
    detail: str


def strange(leaves: Sequence[Leaf], since: datetime) -> list[Strange]:
    """The signs from an instant on, in order of time, of one account's leaves in order of time; what came before makes the habit."""
    before, looked = [one for one in leaves if one.at < since], [one for one in leaves if one.at >= since]
    found = [sign for rule in _RULES for sign in rule(before, looked)]
    return sorted(found)


def begins(found: Iterable[Strange]) -> datetime | None:
    """When the window should begin: at the first sign that honest work seldom gives, else at the first of all."""
    every = sorted(found)
    return next((one.at for one in every if one.sign not in WEAK), every[0].at if every else None)


def _alone(before: Sequence[Leaf], looked: Sequence[Leaf]) -> Iterator[Strange]:
    """What is strange whatever came before."""
    for one in looked:
        if one.kind == "decoy":
            yield Strange(one.at, "decoy", one.body.how)
        elif one.kind == "refusal" and one.body.code == "wrong_key":
            yield Strange(one.at, "wrong_key", one.body.code)
        elif one.kind == "emergency":
            yield Strange(one.at, "emergency", one.body.reason)
        elif one.kind in ("passkey_added", "enrolment"):
            yield Strange(one.at, "new_passkey", str(one.body.passkey))


def _bursts(before: Sequence[Leaf], looked: Sequence[Leaf]) -> Iterator[Strange]:
    """Many of one kind within an hour: told once, at the first of them."""
    for kind, (sign, most) in BURSTS.items():
        recent: deque[datetime] = deque()
        for one in looked:
            if (one.kind != kind) if kind != "unexplained" else (one.kind != "opening" or one.body.explained):
                continue
            recent.append(one.at)
            while one.at - recent[0] > HOUR:
                recent.popleft()
            if len(recent) == most:
                yield Strange(recent[0], sign, str(most))


def _places(before: Sequence[Leaf], looked: Sequence[Leaf]) -> Iterator[Strange]:
    """A sign-in from where the account never signed in, told once for each place."""
    known = [one.body.source for one in before if one.kind == "sign_in"]
    if len(known) < SIGN_INS_MIN:
        return
    seen = set(known)
    for one in looked:
        if one.kind == "sign_in" and one.body.source not in seen:
            seen.add(one.body.source)
            yield Strange(one.at, "new_source", one.body.source)


def _hours(before: Sequence[Leaf], looked: Sequence[Leaf]) -> Iterator[Strange]:
    """An hour of the day (UTC), with its neighbours, at which the account never did anything; told once a day."""
    if len(before) < HABIT_MIN:
        return
    usual = {(one.at.hour + shift) % 24 for one in before for shift in (-1, 0, 1)}
    told = set()
    for one in looked:
        if one.at.hour not in usual and one.at.date() not in told:
            told.add(one.at.date())
            yield Strange(one.at, "unusual_hour", f"{one.at:%H}")


def _many(before: Sequence[Leaf], looked: Sequence[Leaf]) -> Iterator[Strange]:
    """More records or lines in an hour than ever."""
    for sign, least, counts in (("many_records", RECORDS_MIN, _records), ("many_lines", LINES_MIN, _lines)):
        most = max(counts(before).values(), default=0)
        for hour, count in sorted(counts(looked).items()):
            if count > max(least, 2 * most):
                yield Strange(hour, sign, str(count))


def _records(leaves: Sequence[Leaf]) -> Counter[datetime]:
    return Counter(_hour(one.at) for one in leaves if one.kind in ("opening", "emergency"))


def _lines(leaves: Sequence[Leaf]) -> Counter[datetime]:
    found: Counter[datetime] = Counter()
    for one in leaves:
        found[_hour(one.at)] += len(one.body.patients)
    return found


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


_RULES: tuple[Callable[[Sequence[Leaf], Sequence[Leaf]], Iterator[Strange]], ...] = (_alone, _bursts, _places, _hours, _many)
