"""Taking the journal out of the guard's database: everything as it stands, nothing judged. The only module here that needs a database.

One transaction sees one state of all tables; any role that may read them will do, `serment_auditor` is made for it.
"""

from __future__ import annotations

import errno
import heapq
import os
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import Connection

from serment.auditor import document
from serment.auditor.document import COLUMNS, TILE_BITS, Cosignature, Counter, Entry, Header, Line, SignedCheckpoint, Tile, TimeStamp

FETCH_ROWS = 2000

# Times and identifiers as the text that the leaf holds; whatever else a column may have been made to say is exported as it is.
_PLACED = """
    select s.leaf_index, s.leaf_hash,
           e.id, e.entry::text, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.kind,
           e.account_id::text, e.account_seq, e.patient_id::text, e.patient_seq, e.leaf
    from journal_sequence s left join journal_entry e on e.id = s.entry_id order by s.leaf_index
"""
_PENDING = """
    select null::bigint, null::bytea,
           e.id, e.entry::text, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.kind,
           e.account_id::text, e.account_seq, e.patient_id::text, e.patient_seq, e.leaf
    from journal_entry e where not exists (select from journal_sequence s where s.entry_id = e.id) order by e.id
"""
_TILES = "select level, index, hash from journal_tile order by (index + 1) * 256::numeric ^ level, level"
_CHECKPOINTS = "select size, root, note from journal_checkpoint order by size"
_COSIGNATURES = "select size, witness, line from journal_cosignature order by size, witness"
_STAMPS = "select size, token from journal_timestamp order by size"
_COUNTERS = "select scope, id::text, last from journal_counter order by scope, id"


def export(dsn: str, out: Path, *, origin: str = "", key: str = "") -> int:
    """Write the whole journal, as it stands at one instant, to a new file that only its owner reads; returns how many entries.

    The file appears whole or not at all. Raises FileExistsError rather than replace an older export, OSError, psycopg's errors.
    """
    if out.exists():
        raise FileExistsError(errno.EEXIST, "existe déjà, et un export n'en remplace jamais un autre", str(out))
    unfinished = out.with_name(out.name + ".part")
    entries = 0

    def counted() -> Iterator[Line]:
        nonlocal entries
        for line in lines(dsn):
            entries += isinstance(line, Entry)
            yield line

    # Who opened which record is for the auditor alone, even without a name in it.
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            document.write(file, Header(origin=origin, key=key), counted())
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(out)
    finally:
        unfinished.unlink(missing_ok=True)
    return entries


def lines(dsn: str) -> Iterator[Line]:
    """The export's lines, in their order, streamed. Raises psycopg's errors."""
    with psycopg.connect(dsn) as tx:
        tx.isolation_level, tx.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        for _, line in heapq.merge(_placed(tx), _tiles(tx), _checkpoints(tx), _vouched(tx), _stamped(tx), key=itemgetter(0)):
            yield line
        yield from _entries(tx, _PENDING, "pending")
        for scope, id, last in _rows(tx, _COUNTERS, "counters"):
            yield Counter(scope=scope, id=id, last=last)


# When each line is due: at which size of the tree, and there the entry first, then the subtrees it finishes, the checkpoint, and
# what others said of it.
Due = tuple[tuple[int, int, int], Line]


def _placed(tx: Connection[Any]) -> Iterator[Due]:
    for entry in _entries(tx, _PLACED, "placed"):
        yield ((entry.index or 0) + 1, 0, 0), entry


def _tiles(tx: Connection[Any]) -> Iterator[Due]:
    for level, index, hashed in _rows(tx, _TILES, "tiles"):
        yield ((index + 1) << (TILE_BITS * level), 1, level), Tile(level=level, index=index, hash=hashed)


def _checkpoints(tx: Connection[Any]) -> Iterator[Due]:
    for size, root, note in _rows(tx, _CHECKPOINTS, "checkpoints"):
        yield (size, 2, 0), SignedCheckpoint(size=size, root=root, note=note)


def _vouched(tx: Connection[Any]) -> Iterator[Due]:
    for size, witness, line in _rows(tx, _COSIGNATURES, "cosignatures"):
        yield (size, 3, 0), Cosignature(size=size, witness=witness, line=line)


def _stamped(tx: Connection[Any]) -> Iterator[Due]:
    for size, token in _rows(tx, _STAMPS, "stamps"):
        yield (size, 4, 0), TimeStamp(size=size, token=token)


def _entries(tx: Connection[Any], query: LiteralString, name: str) -> Iterator[Entry]:
    for index, hashed, id, *columns, leaf in _rows(tx, query, name):
        yield Entry(index=index, leaf_hash=hashed, id=id, columns=dict(zip(COLUMNS, columns, strict=True)), leaf=leaf)


def _rows(tx: Connection[Any], query: LiteralString, name: str) -> Iterator[tuple[Any, ...]]:
    """Rows of a cursor on the server, so that the journal never stands in memory."""
    with tx.cursor(name=name) as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(query, binary=True)
        yield from cursor
