"""Reading the journal back: one patient's lines, the emergencies, the counts, proofs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from serment.wire import merkle

TILE_BITS = 8


@dataclass(frozen=True, kw_only=True)
class Counts:
    entries: int
    checkpoint_size: int
    checkpoint_at: datetime | None


def for_patient(tx: Connection[Any], patient: UUID, *, limit: int = 500) -> list[dict[str, Any]]:
    """The leaves about one patient, newest first."""
    rows = tx.execute(
        "select leaf from journal_entry where patient_id = %s order by patient_seq desc limit %s", (patient, limit)
    ).fetchall()
    return [json.loads(bytes(row[0])) for row in rows]


def emergencies(tx: Connection[Any], since: datetime, *, limit: int = 500) -> list[dict[str, Any]]:
    """The break-glass leaves since an instant, newest first."""
    rows = tx.execute(
        "select leaf from journal_entry where kind = 'emergency' and at >= %s order by at desc, id desc limit %s", (since, limit)
    ).fetchall()
    return [json.loads(bytes(row[0])) for row in rows]


def of_kind(tx: Connection[Any], kind: str, *, since: datetime | None = None, limit: int = 500) -> list[dict[str, Any]]:
    """The leaves of one kind, newest first; since an instant, or from the beginning."""
    rows = tx.execute(
        "select leaf from journal_entry where kind = %s and (%s::timestamptz is null or at >= %s) order by at desc, id desc limit %s",
        (kind, since, since, limit),
    ).fetchall()
    return [json.loads(bytes(row[0])) for row in rows]


def hourly(tx: Connection[Any], kinds: tuple[str, ...], now: datetime, *, hours: int) -> dict[str, list[int]]:
    """How many leaves of each kind stand in each of the last hours, counted back from now: the first is the hour that ends now. What
    nothing explained is counted once more under `unexplained`."""
    found = {kind: [0] * hours for kind in (*kinds, "unexplained")}
    rows = tx.execute(
        """select kind, floor(extract(epoch from %(now)s - at) / 3600)::int, count(*), count(*) filter (where leaf like %(unexplained)s)
           from journal_entry where kind = any(%(kinds)s) and at > %(since)s and at <= %(now)s group by 1, 2""",
        {"now": now, "since": now - timedelta(hours=hours), "unexplained": b'%"explained":false%', "kinds": list(kinds)},
    ).fetchall()
    for kind, ago, count, unexplained in rows:
        found[kind][ago] += count
        found["unexplained"][ago] += unexplained
    return found


def counts(tx: Connection[Any]) -> Counts:
    """How many entries there are, with and without a place in the tree, and the last checkpoint."""
    row = tx.execute(
        """select coalesce(size, 0), at, (
             select count(*) from journal_entry e where id > coalesce(settled, 0)
             and not exists (select from journal_sequence s where s.entry_id = e.id))
           from (select 1) one left join (select * from journal_checkpoint order by size desc limit 1) last on true"""
    ).fetchone()
    size, at, pending = row or (0, None, 0)
    return Counts(entries=size + pending, checkpoint_size=size, checkpoint_at=at)


def last_checkpoint(tx: Connection[Any]) -> str:
    """The newest signed checkpoint, or an empty string before the first."""
    row = tx.execute("select note from journal_checkpoint order by size desc limit 1").fetchone()
    return str(row[0]) if row else ""


def subtree(tx: Connection[Any]) -> merkle.Subtree:
    """Hashes of complete subtrees, from the tiles and the leaf hashes."""

    def of(level: int, index: int) -> bytes:
        tile, rest = divmod(level, TILE_BITS)
        start, end = index << rest, (index + 1) << rest
        if tile == 0:
            query = "select leaf_hash from journal_sequence where leaf_index >= %s and leaf_index < %s order by leaf_index"
            rows = tx.execute(query, (start, end)).fetchall()
        else:
            query = "select hash from journal_tile where level = %s and index >= %s and index < %s order by index"
            rows = tx.execute(query, (tile, start, end)).fetchall()
        if len(rows) != end - start:
            raise IndexError("the journal's tree has a hole")
        return merkle.root_of(bytes(row[0]) for row in rows)

    return of


def inclusion(tx: Connection[Any], *, index: int, size: int) -> list[bytes]:
    """The proof that the entry at an index stands in the tree of a size."""
    return merkle.inclusion_proof(index, size, subtree(tx))


def consistency(tx: Connection[Any], *, old: int, new: int) -> list[bytes]:
    """The proof that the tree of a size extends an older one."""
    return merkle.consistency_proof(old, new, subtree(tx))
