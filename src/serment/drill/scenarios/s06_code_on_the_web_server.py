"""S6: the thief's code runs in the web server, with what that process holds: its configuration, its database role, the guard's door."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import psycopg

from serment.drill.door import Door, settings
from serment.drill.outcome import Outcome
from serment.drill.target import NoTarget, Target
from serment.drill.thief import Thief
from serment.wire.protocol import Open, Tie

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
    made = _self_made(target, web, everybody)
    more = _alone(web, everybody) + made
    return Outcome(
        records=len(seen) + more, identity_lines=0, seconds=0.0, stopped_by="an opening is signed by a present user", held=more == 0,
        details={"opened_by_users_meanwhile": len(seen), "opened_by_the_thief_alone": more - made, "by_ties_a_clerk_made": made},
    )  # fmt: skip


def _self_made(target: Target, web: dict[str, str], everybody: list[str]) -> int:
    """A clerk works: with proofs that her browser makes, his code writes ties to everybody for her and her unit, and opens.

    Returns for how many he got clinical keys."""
    clerk, door = target.at_work(target.hire(1, "admissions_clerk")[0]), Door(Path(web["guard_socket"]))
    session = next(value for name, value in clerk.cookies.items() if "session" in name)
    unit = re.findall(r"/units/([0-9a-f-]{36})/", clerk.get("/").headers["Location"] or "")
    herself = re.findall(r'data-subject="([0-9a-f-]{36})"', clerk.get("/account/").text)[0]
    found, since = 0, target.now() - timedelta(days=2)

    def asked(verb: str, method: str, patient: str, request: type, **fields: object) -> tuple[int, bytes]:
        proof = clerk.key.proof(htm=method, htu=f"{clerk.origin}/patients/{patient}/", now=target.now())
        return door.ask(verb, msgspec.msgpack.encode(request(session=session, proof=proof, patient=UUID(patient), **fields)))

    for patient in everybody[:40]:
        for kind in ("stay", "treating", "registration"):
            holder = {"holder_unit": UUID(unit[0])} if unit and kind == "stay" else {"holder_account": UUID(herself)}
            asked("tie", "POST", patient, Tie, kind=kind, since=since, reference=f"theft:{patient}:{kind}", **holder)
        wanted = ("identity", "contact", "care", "sealed")
        status, answer = asked("open", "GET", patient, Open, compartments=wanted)
        found += status == 200 and bool({"care", "sealed"} & set(msgspec.msgpack.decode(answer)["keys"]))
    return found


def _alone(web: dict[str, str], everybody: list[str]) -> int:
    """Records he opens without a user: the verbs without a proof, and the rows that the database shows its role."""
    found, door = 0, Door(Path(web["guard_socket"]))
    for verb in ("open", "open_untied", "break_glass", "lines", "disclosures", "register", "contain"):
        found += door.ask(verb, b"\x80")[0] == 200
    with psycopg.connect(web["dossier_dsn"]) as tx:
        row = tx.execute("select count(*) from entry where patient_id = any(%s::uuid[])", (everybody,)).fetchone()
        found += int(row[0]) if row else 0
    return found
