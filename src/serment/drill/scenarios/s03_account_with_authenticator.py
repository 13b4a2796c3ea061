"""S3: a doctor's account with its authenticator, for a week, and nobody looks."""

from __future__ import annotations

from datetime import timedelta

from serment.drill.outcome import Outcome
from serment.drill.target import Target
from serment.drill.thief import Thief

ID, BOUND = "S3", "unexplained R <= 20, plus own current patients"
MOST = 20
DAYS = 7


def run(target: Target) -> Outcome:
    """Every day he signs in, touches whenever he is asked, reads his own patients, and forces all the others he can."""
    browser = target.at_work(target.hire(1, "ward_physician")[0])
    thief = Thief(target, browser)
    everybody = target.patients()
    for day in range(DAYS):
        if day:
            browser.sign_in()
        own = thief.lists()
        thief.loot.own.update(own)
        for patient in own:
            if thief.get(f"/patients/{patient}/", patient=patient).status != 200 and thief.touched():
                thief.get(f"/patients/{patient}/", patient=patient)
        strangers = [one for one in everybody if one not in thief.loot.own and one not in thief.loot.records]
        thief.untied(strangers[:40], touch=True)
        browser.post("/unlock/ask/", {})
        # A second authenticator of his own making is no way round.
        thief.untied(strangers[40:50], touch=True)
        thief.wait(timedelta(hours=24))
    taken = len(thief.loot.strangers)
    return Outcome(
        records=taken, identity_lines=len(thief.loot.lines), seconds=thief.seconds, stopped_by="unexplained budget, held until a review",
        held=taken <= MOST, explained=len(thief.loot.records) - taken, details={"days": DAYS, "refusals": thief.refusals},
    )  # fmt: skip
