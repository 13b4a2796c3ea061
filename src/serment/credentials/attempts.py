"""How failed attempts slow down, without locking the owner out: a fold over what the journal says of one account.

An attempt from a place where the owner signed in lately waits for the failures of that place alone, a minute at most. An attempt from
anywhere else also shares one allowance with all strangers. Whatever strangers do, the owner at their usual workstation goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# Somebody who signed in from a place in the last month is at home there.
KNOWN_FOR = timedelta(days=30)

# Three slips of the finger cost nothing; then 2, 4, 8 seconds and so on, until the longest wait.
SLIPS = 3
WAIT_AT_HOME_MAX = timedelta(minutes=1)
WAIT_ELSEWHERE_MAX = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)

# From all places together where the account never signed in.
STRANGERS_AN_HOUR = 10


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt to sign in, as the journal tells it. `source` is empty when it is not known: nobody is at home there."""

    at: datetime
    source: str
    succeeded: bool


def may_try(history: Sequence[Attempt], *, source: str, now: datetime) -> bool:
    """Whether an attempt from here counts now. `history`: the last month's attempts on this account, oldest first."""
    at_home = {one.source for one in history if one.succeeded and one.source and one.at > now - KNOWN_FOR}
    if not _waited(history, source=source, longest=WAIT_AT_HOME_MAX if source in at_home else WAIT_ELSEWHERE_MAX, now=now):
        return False
    if source in at_home:
        return True
    strangers = [one for one in history if not one.succeeded and one.source not in at_home and one.at > now - FORGOTTEN_AFTER]
    return len(strangers) < STRANGERS_AN_HOUR


def _waited(history: Sequence[Attempt], *, source: str, longest: timedelta, now: datetime) -> bool:
    failures: list[datetime] = []
    for one in history:
        if one.source != source or one.at <= now - FORGOTTEN_AFTER:
            continue
        failures = [] if one.succeeded else [*failures, one.at]
    if len(failures) <= SLIPS:
        return True
    wait = min(timedelta(seconds=2 ** min(len(failures) - SLIPS, 20)), longest)
    return now - failures[-1] >= wait
