"""S6: the thief's code runs in the web server, with what that process holds: its configuration, its database role, the guard's door."""

from __future__ import annotations

from pathlib import Path

import psycopg

from serment.drill.door import Door, settings
from serment.drill.outcome import Outcome
from serment.drill.target import NoTarget, Target
from serment.drill.thief import Thief

ID, BOUND = "S6", "only what users open meanwhile; measured and stated"
USERS, EACH = 4, 5


def run(target: Target) -> Outcome:
    """While some people work, he sees the pages they open. With what the process holds he asks for more by himself."""
    if target.data_dir is None:
        raise NoTarget("this scenario needs the data directory of the instance")
    web = settings(target.data_dir, "web")
    everybody, seen = target.patients(), set[str]()
    for persona in target.hire(USERS, "nurse_day", "nurse_night"):
        user = Thief(target, target.at_work(persona, settled=False))
        user.charts(user.lists()[:EACH])
        seen |= user.loot.records
    more = _alone(web, everybody)
    return Outcome(
        records=len(seen) + more, identity_lines=0, seconds=0.0, stopped_by="an opening is signed by a present user", held=more == 0,
        details={"opened_by_users_meanwhile": len(seen), "opened_by_the_thief_alone": more},
    )  # fmt: skip


def _alone(web: dict[str, str], everybody: list[str]) -> int:
    """Records he opens without a user: the verbs without a proof, and the rows that the database shows its role."""
    found, door = 0, Door(Path(web["guard_socket"]))
    for verb in ("open", "open_untied", "break_glass", "lines", "disclosures", "register", "contain"):
        found += door.ask(verb, b"\x80")[0] == 200
    with psycopg.connect(web["dossier_dsn"]) as tx:
        row = tx.execute("select count(*) from entry where patient_id = any(%s::uuid[])", (everybody,)).fetchone()
        found += int(row[0]) if row else 0
    return found
