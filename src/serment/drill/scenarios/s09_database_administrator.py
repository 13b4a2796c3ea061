"""S9: the administrator of the databases, live, who also holds a nurse's account. He writes whatever he likes in every table."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import psycopg

from serment.drill.outcome import Outcome
from serment.drill.target import Target
from serment.drill.thief import Thief

ID, BOUND = "S9", "R <= 20 through an account he also holds; tampering seen within a checkpoint"
MOST = 20


def run(target: Target) -> Outcome:
    persona = target.hire(1, "nurse_day", "nurse_night")[0]
    browser = target.at_work(persona)
    thief = Thief(target, browser)
    everybody = target.patients()
    thief.loot.own.update(thief.lists())
    strangers = [one for one in everybody if one not in thief.loot.own]
    before = _saved(target, persona.account)
    thief.untied(strangers[:20], touch=True)
    tricks: dict[str, str] = {}
    for name, trick in TRICKS.items():
        tricks[name] = _tried(target, trick, persona.account, strangers, before)
        thief.charts(strangers[:40])
        thief.untied(strangers[:40], touch=True)
    thief.wait(timedelta(hours=13))
    try:
        browser.sign_in()
        thief.untied(strangers[:40], touch=True)
    except RuntimeError:
        tricks["sign_in"] = "refused"
    taken = len(thief.loot.strangers)
    intact = _verified(target)
    tricks["journal"] = _tried(target, _forget, persona.account, strangers, before)
    seen = intact and not _verified(target)
    return Outcome(
        records=taken, identity_lines=len(thief.loot.names), seconds=thief.seconds, stopped_by="rows carry a MAC; the journal is a tree",
        held=taken <= MOST and seen, explained=len(thief.loot.records) - taken, details={"tricks": tricks, "tampering_seen": seen},
    )  # fmt: skip


def _saved(target: Target, account: str) -> dict[str, list[tuple[object, ...]]]:
    """Genuine rows of an earlier moment, to be put back."""
    with psycopg.connect(target.superuser("serment_guard")) as tx:
        return {"meter": tx.execute("select * from meter where account_id = %s", (account,)).fetchall()}


def _tried(target: Target, trick: object, account: str, strangers: list[str], before: dict[str, list[tuple[object, ...]]]) -> str:
    try:
        with psycopg.connect(target.superuser("serment_guard")) as tx:
            trick(tx, account, strangers, before)  # type: ignore[operator]
    except psycopg.Error as error:
        return f"database: {type(error).__name__}"
    return "written"


def _forge_ties(tx: psycopg.Connection, account: str, strangers: list[str], before: object) -> None:
    """Ties to everybody, with the MAC of a genuine one."""
    tx.execute(
        """insert into tie (patient_id, reference, kind, holder_account, since, origin_account, made_at, mac)
           select p::uuid, 'forged', 'treating', %s, now() - interval '3 days', t.origin_account, now() - interval '3 days', t.mac
           from unnest(%s::text[]) p, (select * from tie limit 1) t on conflict do nothing""",
        (account, strangers[30:40]),
    )


def _old_meter(tx: psycopg.Connection, account: str, strangers: list[str], before: dict[str, list[tuple[object, ...]]]) -> None:
    """The meter of this morning, put back whole, with its good MAC."""
    for row in before["meter"]:
        tx.execute("delete from meter where account_id = %s", (account,))
        tx.execute(f"insert into meter values ({', '.join(['%s'] * len(row))})".encode(), row)


def _no_meter(tx: psycopg.Connection, account: str, strangers: list[str], before: object) -> None:
    tx.execute("delete from meter where account_id = %s", (account,))


def _no_reviews(tx: psycopg.Connection, account: str, strangers: list[str], before: object) -> None:
    tx.execute("delete from review where account_id = %s", (account,))


def _promote(tx: psycopg.Connection, account: str, strangers: list[str], before: object) -> None:
    """Looser limits for everybody."""
    query = "insert into setting (name, value, decided_by, made_at, mac) values ('unexplained.most', 80, %s, now(), %s)"
    tx.execute(query, (account, b"x" * 32))


def _demote(tx: psycopg.Connection, account: str, strangers: list[str], before: object) -> None:
    tx.execute("delete from setting where name = 'unexplained.most'")


def _forget(tx: psycopg.Connection, account: str, strangers: list[str], before: object) -> None:
    """One of his openings disappears from the journal: its patient was another, it says now."""
    row = tx.execute(
        "select id, leaf from journal_entry where account_id = %s and kind in ('opening', 'emergency') order by id limit 1", (account,)
    ).fetchone()
    if row is None:
        raise psycopg.DataError("nothing to forget")
    leaf = json.loads(bytes(row[1]))
    leaf["patient"] = str(uuid.uuid4())
    told = json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    tx.execute("update journal_entry set leaf = %s where id = %s", (told, row[0]))


TRICKS = {
    "forged ties": _forge_ties, "old meter": _old_meter, "no meter": _no_meter, "no reviews": _no_reviews, "limits": _promote,
    "limits again": _demote,
}  # fmt: skip


def _verified(target: Target) -> bool:
    """Whether the journal verifies, as a data-protection officer checks it."""
    return target.operator("journal", "verify").returncode == 0
