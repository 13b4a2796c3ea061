"""Taking a journal out of the database: one read transaction, one file, streamed. The only module here that needs a database."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import psycopg

from serment.auditor.reading import FORMAT
from serment.wire.canonical import encode_bytes, instant

FETCH = 2000

_ENTRIES = """
select e.id, s.leaf_index, e.entry, e.kind, e.at, e.account_id, e.account_seq, e.patient_id, e.patient_seq, e.leaf, s.leaf_hash
from journal_sequence s join journal_entry e on e.id = s.entry_id order by s.leaf_index
"""
_PENDING = """
select e.id, null, e.entry, e.kind, e.at, e.account_id, e.account_seq, e.patient_id, e.patient_seq, e.leaf, null
from journal_entry e left join journal_sequence s on e.id = s.entry_id where s.entry_id is null order by e.id
"""
_NAMES = ("id", "index", "entry", "kind", "at", "account", "account_seq", "patient", "patient_seq", "leaf", "hash")


def export(dsn: str, out: Path, *, origin: str, key: str) -> int:
    """Write the whole journal, as it stands at one instant, to a new file that only its owner reads; returns how many entries.

    Raises FileExistsError rather than write over an older export, psycopg's errors.
    """
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file, psycopg.connect(dsn) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        _line(file, {"format": FORMAT, "origin": origin, "key": key})
        count = 0
        for query in (_ENTRIES, _PENDING):
            for row in _rows(connection, query):
                _line(file, _plain(row))
                count += 1
        for row in _rows(connection, "select note from journal_checkpoint order by size"):
            _line(file, {"note": row[0]})
    return count


def _rows(connection: psycopg.Connection[Any], query: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor(name="export") as cursor:
        cursor.itersize = FETCH
        cursor.execute(query.encode())
        yield from cursor


def _plain(row: tuple[Any, ...]) -> dict[str, object]:
    body = dict(zip(_NAMES, row, strict=True))
    body |= {name: str(body[name]) if body[name] is not None else None for name in ("entry", "account", "patient")}
    return {**body, "at": instant(body["at"]), "leaf": encode_bytes(bytes(body["leaf"])), "hash": body["hash"] and bytes(body["hash"]).hex()}


def _line(file: IO[str], body: dict[str, object]) -> None:
    file.write(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n")
