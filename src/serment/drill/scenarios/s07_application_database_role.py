"""S7: the database role of the application, by injection or by its stolen password."""

from __future__ import annotations

import psycopg

from serment.drill.loot import Loot
from serment.drill.outcome import Outcome
from serment.drill.target import Target
from serment.drill.truth import known_people

ID, BOUND = "S7", "R = 0, I = 0"
TRICKS = (
    "set row_security = off",
    "set role serment_guard",
    "set session authorization serment_owner",
    "update opening set until = now() + interval '1 year'",
    "insert into opening (id, patient_id, account_id, session_id, compartments, ticket_digest, until)"
    " select gen_random_uuid(), id, id, id, array['care'], sha256('x'), now() + interval '1 day' from patient",
    "alter table entry disable row level security",
    "create table loot as select * from entry",
    "copy entry to program 'cat'",
    "select pg_read_file('/etc/passwd')",
)


def run(target: Target) -> Outcome:
    """He reads every table that the role may, whole, after every trick to see more."""
    people, loot, rows = known_people(target), Loot(), 0
    with psycopg.connect(target.dsn("app"), autocommit=True) as tx:
        for trick in ("", *TRICKS):
            try:
                if trick:
                    tx.execute(trick.encode())
                tx.execute("select set_config('serment.ticket', 'x', false)")
            except psycopg.Error:
                pass
            for text in _everything(tx):
                rows += 1
                loot.find(text, people)
                loot.records |= {patient for patient, (name, _) in people.items() if name in text}
    try:
        with psycopg.connect(target.dsn("app", "serment_guard")) as tx:
            for text in _everything(tx):
                loot.find(text, people)
    except psycopg.Error:
        pass
    held = not loot.records and not loot.lines
    return Outcome(
        records=len(loot.records), identity_lines=len(loot.lines), seconds=0.0, stopped_by="sealed records, row-level security", held=held,
        details={"rows_read": rows, "people_searched_for": len(people)},
    )  # fmt: skip


def _everything(tx: psycopg.Connection) -> list[str]:
    """Every row of every table as text; what may not be read is left."""
    found: list[str] = []
    try:
        tables = tx.execute(
            "select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
    except psycopg.Error:
        return found
    for schema, table in tables:
        try:
            query = f'select t::text from "{schema}"."{table}" t'
            found += [str(row[0]) for row in tx.execute(query.encode()).fetchall()]
        except psycopg.Error:
            continue
    return found
