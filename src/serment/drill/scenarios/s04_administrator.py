"""S4: an administrator's account, with its authenticator."""

from __future__ import annotations

import json
import re
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
    proposed = 0
    for _ in range(2):
        thief.lists()
        thief.shapes()
        thief.charts(everybody[:10], pages=CHART)
        thief.untied(everybody[:10], touch=True)
        thief.numbers(5)
        proposed += _proposes(thief, persona.account, nurses[0].account)
        thief.wait(timedelta(hours=49))
        browser.sign_in()
    records = len(thief.loot.records)
    return Outcome(
        records=records, identity_lines=len(thief.loot.names), seconds=thief.seconds, stopped_by="administrators open no record; four eyes",
        held=records == 0, details={"proposed_alone": proposed, "refusals": thief.refusals},
    )  # fmt: skip


def _proposes(thief: Thief, himself: str, nurse: str) -> int:
    """Everything that two people decide, proposed as the forms ask for it, and approved by the same hand with the same passkey.

    Returns how many proposals the guard took: those wait for somebody else.
    """
    browser, taken = thief.browser, 0
    units = dict.fromkeys(re.findall(r'<option value="([0-9a-f-]{36})"', thief.get("/administration/propose/assignment/").text))
    terms = {
        "role": {"subject": himself, "role": "ward_physician"},
        "account": {"label": "Complice", "profession": "Médecin", "role": "ward_physician"},
        "assignment": {"subject": himself, "unit": list(units)[-1] if units else ""},
        "administrator": {"subject": nurse, "role": "administrator"}, "recovery": {"subject": nurse},
        "limits": {"name": "unexplained.most", "value": "80"}, "decoys": {"authority": "000000000", "count": "0"},
        "bulk_export": {"subject": himself, "records": "100000"},
        "client": {"label": "Application", "scopes": "identity contact care", "key": json.dumps(browser.key.jwk)},
    }  # fmt: skip
    for kind, form in terms.items():
        thief.get(f"/administration/propose/{kind}/")
        taken += thief.post(f"/administration/propose/{kind}/", {**form, "reason": "réorganisation"}).status == 303
    page = thief.get("/administration/").text
    for proposal in dict.fromkeys(re.findall(r"/administration/proposals/([0-9a-f-]{36})/", page)):
        proved = browser.act("decide", proposal)
        form = {"decision": "approve", "ceremony": proved["ceremony"], "credential": json.dumps(proved["credential"])}
        thief.post(f"/administration/proposals/{proposal}/", form)
    return taken
