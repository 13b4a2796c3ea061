"""S8: a dump of both databases and a copy of the sealed documents, without the passphrase of the master key."""

from __future__ import annotations

import psycopg

from serment.drill.loot import Loot
from serment.drill.outcome import Outcome
from serment.drill.target import NoTarget, Target
from serment.drill.truth import known_people

ID, BOUND = "S8", "R = 0, I = 0"


def run(target: Target) -> Outcome:
    """Every byte of every table, in the clear and as the dump writes it, and every stored file, searched for people who are there."""
    if target.data_dir is None:
        raise NoTarget("this scenario needs the data directory of the instance")
    people, loot, size = known_people(target), Loot(), 0
    # Birth dates stand in many forms; a name alone is enough to be told.
    needles = {patient: name.encode() for patient, (name, _) in people.items() if len(name) > 4}
    for database in ("serment", "serment_guard"):
        with psycopg.connect(target.superuser(database)) as tx:
            for schema, table in tx.execute("select schemaname, tablename from pg_tables where schemaname not like 'pg\\_%%'").fetchall():
                if schema == "information_schema" or table in ("account", "unit", "establishment"):
                    continue
                with tx.cursor() as cursor, cursor.copy(f'copy "{schema}"."{table}" to stdout') as copy:
                    for chunk in copy:
                        size += len(chunk)
                        loot.lines |= {patient for patient, name in needles.items() if name in bytes(chunk)}
    for file in (target.data_dir / "objects").rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            size += len(content)
            loot.records |= {patient for patient, name in needles.items() if name in content} | _documents(content)
    held = not loot.records and not loot.lines
    return Outcome(
        records=len(loot.records), identity_lines=len(loot.lines), seconds=0.0, stopped_by="sealed with keys that are elsewhere", held=held,
        details={"bytes_searched": size, "people_searched_for": len(needles)},
    )  # fmt: skip


def _documents(content: bytes) -> set[str]:
    """Documents that can be read as they lie."""
    return {"document"} if content[:5] in (b"%PDF-", b"\xff\xd8\xff\xe0\x00", b"\x89PNG\r") else set()
