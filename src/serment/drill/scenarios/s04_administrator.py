"""S4: an administrator's account, with its authenticator."""

from __future__ import annotations

from datetime import timedelta

from serment.drill.outcome import Outcome
from serment.drill.target import Target
from serment.drill.thief import CHART, Thief

ID, BOUND = "S4", "R = 0"


def run(target: Target) -> Outcome:
    """He opens nothing himself, so he tries to give himself the right to: alone, and then waits for every delay to pass."""
    persona = target.hire(1, "administrator")[0]
    browser = target.at_work(persona)
    thief = Thief(target, browser)
    everybody = target.patients()
    nurses = target.personas("nurse_day", "ward_physician")
    for _ in range(2):
        thief.lists()
        thief.shapes()
        thief.charts(everybody[:10], pages=CHART)
        thief.untied(everybody[:10], touch=True)
        thief.numbers(5)
        _proposes(thief, persona.account, nurses[0].account)
        thief.wait(timedelta(hours=49))
        browser.sign_in()
    records = len(thief.loot.records)
    return Outcome(
        records=records, identity_lines=len(thief.loot.lines), seconds=thief.seconds, stopped_by="administrators open no record; four eyes",
        held=records == 0, details={"refusals": thief.refusals},
    )  # fmt: skip


def _proposes(thief: Thief, himself: str, nurse: str) -> None:
    """A role, an assignment, an account, a recovery: proposed alone, and approved by the same hand."""
    for kind in ("role", "assignment", "account", "administrator", "recovery", "limits", "decoys", "bulk_export"):
        thief.get(f"/administration/propose/{kind}/")
        form = {"kind": kind, "account": himself, "role": "ward_physician", "subject": nurse, "label": "Complice", "reason": "other"}
        answer = thief.post(f"/administration/propose/{kind}/", form)
        thief.post(f"{answer.headers.get('Location') or '/administration/proposals/'}", {"approve": "yes"})
