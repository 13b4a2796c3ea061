"""S3: a doctor's account with its authenticator, for a week, and nobody looks."""

from __future__ import annotations

from datetime import timedelta

from serment.drill import moves
from serment.drill.outcome import Outcome
from serment.drill.target import NoTarget, Persona, Target
from serment.drill.thief import Thief

ID, BOUND = "S3", "unexplained R <= 20, plus own current patients"
MOST = 20
DAYS = 7
# The day on which he makes himself an authenticator: late enough that it grows old within the week.
KEY_DAY = 2


def run(target: Target) -> Outcome:
    """Every day he signs in, touches whenever he is asked, reads his own patients, and forces all the others he can. A second
    stolen account, a colleague's, unlocks him; and he enrols an authenticator of his own."""
    chosen = _colleagues(target)
    browser, other = target.all_at_work(chosen)
    thief, accomplice = Thief(target, browser), Thief(target, other)
    everybody, unlocks, added = target.patients(), 0, False
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
        if day:
            other.sign_in()
        unlocks += moves.unlocked_by(thief, accomplice)
        thief.untied(strangers[40:70], touch=True)
        if day == KEY_DAY:
            added = moves.another_key(thief)
            thief.untied(strangers[70:90], touch=True)
        moves.race(thief, strangers[90:120])
        thief.wait(timedelta(hours=24))
    taken = len(thief.loot.strangers)
    return Outcome(
        records=taken, identity_lines=len(thief.loot.names), seconds=thief.seconds, stopped_by="unexplained budget, held until a review",
        held=taken <= MOST, explained=len(thief.loot.records) - taken,
        details={"days": DAYS, "unlocked_by_a_stolen_colleague": unlocks, "a_key_of_his_own": added, "refusals": thief.refusals},
    )  # fmt: skip


def _colleagues(target: Target) -> list[Persona]:
    """A doctor, and somebody of the same unit who could unlock him."""
    doctor = target.hire(1, "ward_physician")[0]
    same = [one for one in target.personas("nurse_day", "nurse_night", "ward_physician") if one.unit == doctor.unit and one != doctor]
    if not same:
        raise NoTarget("the doctor has no colleague on this instance")
    return [doctor, same[0]]
