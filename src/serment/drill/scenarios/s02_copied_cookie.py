"""S2: the cookie of a session, copied to another machine. The key that signs stayed in the browser."""

from __future__ import annotations

from serment.drill import moves
from serment.drill.browser import HttpBrowser
from serment.drill.outcome import Outcome
from serment.drill.target import Target
from serment.drill.thief import CHART, Thief

ID, BOUND = "S2", "R = 0, I = 0"


def run(target: Target) -> Outcome:
    """With a key of his own, with none, with a proof overheard on the wire: replayed, and turned to another page."""
    nurse = target.at_work(target.hire(1, "nurse_day")[0])
    own = Thief(target, nurse).lists()
    copied = HttpBrowser(target.url, clock=target.now)
    copied.cookies, copied.token = dict(nurse.cookies), nurse.token
    thief = Thief(target, copied)
    thief.lists()
    thief.shapes()
    thief.charts(own[:10] + target.patients()[:10], pages=CHART)
    thief.untied(own[:5])
    moves.side_doors(thief, own[:3])
    moves.race(thief, own[:8])
    moves.from_everywhere(thief, own[:4])
    moves.another_key(thief)
    thief.numbers(5)
    overheard = nurse.key.proof(htm="GET", htu=f"{target.url}/patients/{own[0]}/", now=target.now())
    nurse.request("GET", f"/patients/{own[0]}/", headers={"DPoP": overheard}, signed=False)
    for path in (f"/patients/{own[0]}/", f"/patients/{own[1]}/", "/"):
        answer = copied.request("GET", path, headers={"DPoP": overheard}, signed=False)
        thief.loot.read(answer.text, patient=path.split("/")[2] if path.count("/") > 2 else None)
        thief.loot.read(copied.request("GET", path, signed=False).text, patient=own[0])
    records, lines = len(thief.loot.records), len(thief.loot.lines)
    return Outcome(
        records=records, identity_lines=lines, seconds=0.0, stopped_by="signed requests", held=not records and not lines,
        details={"refusals": thief.refusals},
    )  # fmt: skip
