"""S1: a nurse's session, left unlocked on the workstation. The thief has the session and its key, and no passkey."""

from __future__ import annotations

from datetime import timedelta

from serment.drill import moves
from serment.drill.outcome import Outcome
from serment.drill.target import Target
from serment.drill.thief import CHART, Thief

ID, BOUND = "S1", "R <= 25"
MOST = 25


def run(target: Target) -> Outcome:
    """He reads everything the nurse may, then everybody else by force, stays so that the screen never sleeps, and comes back later."""
    browser = target.at_work(target.hire(1, "nurse_day")[0])
    browser.authenticator = None
    thief = Thief(target, browser)
    own, everybody = thief.lists(), target.patients()
    thief.loot.own.update(own)
    thief.shapes()
    thief.charts(own, pages=CHART)
    thief.charts(everybody[:40])
    thief.untied(everybody)
    thief.numbers(100)
    moves.race(thief, everybody[-40:])
    moves.side_doors(thief, everybody[60:66])
    moves.from_everywhere(thief, everybody[66:90])
    added = moves.another_key(thief)
    browser.authenticator = None
    # Nine minutes and another page: the session must not fall asleep. Then the shift's end, and the next.
    for _ in range(4):
        thief.wait(timedelta(minutes=9))
        thief.charts(everybody[40:50])
        thief.untied(everybody[50:60])
    thief.wait(timedelta(minutes=15))
    thief.charts(everybody[60:70])
    thief.wait(timedelta(hours=12))
    thief.untied(everybody[70:80])
    taken = len(thief.loot.records)
    return Outcome(
        records=taken, identity_lines=len(thief.loot.names), seconds=thief.seconds, stopped_by="lease", held=taken <= MOST and not added,
        explained=len(thief.loot.records & thief.loot.own),
        details={"refusals": thief.refusals, "answers": thief.loot.answers, "a_key_of_his_own": added},
    )  # fmt: skip
