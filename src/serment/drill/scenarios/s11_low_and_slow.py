"""S11: a thief with the account, the passkey and all the time there is, who never opens enough in a day to be noticed.

Several play against the real guard, each with another pace, until a reviewer who answers once a day has found one of their openings. From
what the guard really drew, the ninety-fifth percentile is then computed for the best pace: an opening is drawn with the share that was
seen (its upper confidence bound would favour the guard, so the lower one is taken), and a day is always played to its end.
"""

from __future__ import annotations

import math
from datetime import timedelta

import psycopg

from serment.drill.outcome import Outcome
from serment.drill.target import Persona, Target
from serment.drill.thief import Thief

ID, BOUND = "S11", "p95 <= 38 R in total at 10 %"
MOST = 38
# Below the step-up of their roles, so that only chance betrays them.
PACES = {"ward_physician": 5, "nurse_day": 2, "nurse_night": 2, "on_call_physician": 11, "technician": 5}
THIEVES, DAYS_MAX = 8, 21
SHARE = 0.10


def run(target: Target) -> Outcome:
    """Openings without a tie, a few a day; every morning the reviewer answers what was drawn the day before."""
    people = target.hire(THIEVES, *PACES)
    reviewer = target.at_work(target.personas("security_officer")[0], settled=False)
    thieves = dict(zip((one.account for one in people), _at_work(target, people), strict=True))
    stopped: dict[str, int] = {}
    everybody = target.patients()
    for day in range(DAYS_MAX):
        for person in people:
            thief = thieves[person.account]
            if person.account in stopped:
                continue
            if day and not _returns(thief):
                stopped[person.account] = len(thief.loot.records)
                continue
            fresh = [one for one in everybody if one not in thief.loot.records][: PACES[person.role]]
            for patient in fresh:
                thief.gesture(patient, "open-untied/", {}, touch=True)
        drawn = _drawn(target, [one.account for one in people])
        for account in drawn & set(thieves) - set(stopped):
            stopped[account] = len(thieves[account].loot.records)
        if len(stopped) == len(people):
            break
        target.pass_by(timedelta(hours=24))
        reviewer.sign_in()
    taken = [stopped.get(one.account, len(thieves[one.account].loot.records)) for one in people]
    opened, reviewed = _counts(target, [one.account for one in people])
    worst = max(_percentile95(pace, SHARE) for pace in PACES.values())
    return Outcome(
        records=max(taken), identity_lines=0, seconds=DAYS_MAX * 86400.0, stopped_by="review of a random share",
        held=worst <= MOST and max(taken) <= 2 * MOST,
        details={"taken": taken, "opened": opened, "reviewed": reviewed, "p95_at_10_percent": worst},
    )  # fmt: skip


def _at_work(target: Target, people: list[Persona]) -> list[Thief]:
    return [Thief(target, browser) for browser in target.all_at_work(people)]


def _returns(thief: Thief) -> bool:
    """Whether the account still lets its thief in."""
    try:
        thief.browser.sign_in()
    except RuntimeError:
        return False
    return True


def _drawn(target: Target, accounts: list[str]) -> set[str]:
    """The accounts of which an opening was put before a reviewer."""
    with psycopg.connect(target.dsn("auditor")) as tx:
        query = "select distinct account_id from journal_entry where kind = 'review_asked' and account_id = any(%s::uuid[])"
        return {str(row[0]) for row in tx.execute(query, (accounts,)).fetchall()}


def _counts(target: Target, accounts: list[str]) -> tuple[int, int]:
    with psycopg.connect(target.dsn("auditor")) as tx:
        query = """select count(*) filter (where kind = 'opening'), count(*) filter (where kind = 'review_asked')
                   from journal_entry where account_id = any(%s::uuid[])"""
        row = tx.execute(query, (accounts,)).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _percentile95(pace: int, share: float) -> int:
    """What 95 thieves in a hundred have taken at most when the reviewer answers after the day in which one of theirs was drawn."""
    until = math.log(0.05) / math.log(1 - share)
    return math.ceil(until / pace) * pace
