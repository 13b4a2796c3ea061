"""Whose openings explain a sample best: a greedy cover of its persons, each account weighed by how many it saw anyhow. Pure.

An account that saw everybody explains everything and nothing: what counts is how many persons of the sample it saw beyond those that it
would have seen by chance. Whoever saw all of them comes before whoever saw most of them, however few people the latter saw.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# By person, when an account saw them.
Times = Mapping[UUID, Sequence[datetime]]

SUSPECTS_MAX = 10

# How much likelier than chance, as a power of ten and for all accounts together, before an account is named at all.
NAMED_FROM = 3.0

# Fewer persons explain nothing.
EXPLAINED_MIN = 2


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One account that explains persons of a sample: `explained` of them, `alone` of which nobody before it in the list saw. `chance` is
    how many it would have seen anyhow, `strength` how much likelier (a power of ten) than chance. `since` and `until` are the shortest time
    in which it saw all that it explains alone."""

    account: UUID
    explained: int
    alone: int
    chance: float
    strength: float
    since: datetime
    until: datetime
    decoys: int


def strength(seen: int, persons: int, rate: float) -> float:
    """How much likelier, as a power of ten, so many of the persons were seen than chance at this rate has it; 0 where it is no more than
    that. By Chernoff's bound, chance does as much once in ten to this power at most."""
    if not persons or not 0 < rate < 1 or seen / persons <= rate:
        return 0.0
    share = seen / persons
    inside = seen * math.log10(share / rate)
    outside = (persons - seen) * math.log10((1 - share) / (1 - rate)) if seen < persons else 0.0
    return inside + outside


def explain(
    persons: Collection[UUID], seen: Mapping[UUID, Times], counts: Mapping[UUID, int], *, population: int, decoys: Collection[UUID] = ()
) -> list[Explanation]:
    """The accounts that explain a sample, the best first. `counts` says how many persons each account saw in the period; `decoys` are those
    of the persons who exist nowhere else: whoever saw one of them comes first."""
    left, found = set(persons), list[Explanation]()
    named_from = NAMED_FROM + math.log10(max(1, len(counts)))
    while left and len(found) < SUSPECTS_MAX:
        taken = {one.account for one in found}
        offers = [(_weigh(left, decoys, seen[one], counts[one], population), one) for one in sorted(seen) if one not in taken]
        (weight, account) = max(offers, default=((0, 0.0, 0.0), UUID(int=0)), key=lambda offer: offer[0])
        mine = left & seen.get(account, {}).keys()
        if not weight[0] and (weight[2] < named_from or len(mine) < EXPLAINED_MIN):
            break
        since, until = shortest([seen[account][person] for person in mine])
        rate = counts[account] / max(1, population)
        explained = len(set(persons) & seen[account].keys())
        found.append(
            Explanation(
                account=account, explained=explained, alone=len(mine), chance=len(persons) * rate,
                strength=strength(explained, len(persons), rate), since=since, until=until, decoys=weight[0],
            )
        )  # fmt: skip
        left -= mine
    return found


def _weigh(left: set[UUID], decoys: Collection[UUID], mine: Times, count: int, population: int) -> tuple[int, float, float]:
    """What puts one account before another: decoys it saw, persons beyond chance, and how unlikely that is."""
    rate, here = count / max(1, population), left & mine.keys()
    return len(here & set(decoys)), len(here) - len(left) * rate, strength(len(here), len(left), rate)


def shortest(times: Sequence[Sequence[datetime]]) -> tuple[datetime, datetime]:
    """The shortest time that holds one instant of each sequence. Each has one at least."""
    events = sorted((at, person) for person, instants in enumerate(times) for at in instants)
    best, inside, start = (events[0][0], events[-1][0]), [0] * len(times), 0
    missing = len(times)
    for at, person in events:
        missing -= inside[person] == 0
        inside[person] += 1
        while not missing:
            first, leaving = events[start]
            if at - first < best[1] - best[0]:
                best = (first, at)
            inside[leaving] -= 1
            missing += inside[leaving] == 0
            start += 1
    return best


def is_more_than_chance(found: int, expected: float) -> bool:
    """Whether so many rows were found that chance, which finds `expected`, would hardly (three standard deviations, and one more)."""
    return found > expected + 3 * math.sqrt(expected) + 1
