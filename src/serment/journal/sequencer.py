"""The sequencer: gives durable entries their place in the Merkle tree, and signs checkpoints.

One at a time, whatever the number of guards: it holds an advisory lock of PostgreSQL. Each batch is one transaction: places, subtrees,
checkpoint. After a crash it goes on where the tree ends, from the hashes of a few subtrees.
"""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime

import psycopg
import structlog

from serment.journal import reading, signing
from serment.journal.appending import APPENDED
from serment.journal.keeper import Keeper, Transaction
from serment.wire.merkle import Frontier, leaf_hash
from serment.wire.note import Checkpoint

LOCK = 0x5345524D454E54  # "SERMENT"
BATCH_ENTRIES_MAX = 2000
BATCH_SECONDS = 0.2
IDLE_SECONDS = 1.0
# After a failure that a new connection may not mend, such as a full disk or an altered journal.
PAUSE_SECONDS = 5.0
# Batches whose identifiers a long transaction, of any database of the server, may keep from being settled. Beyond, none is remembered.
UNSETTLED_MAX = 1000

log = structlog.get_logger()


class Altered(Exception):
    """The tree in the database is not the one that the last checkpoint signed. Nothing more is signed until somebody has looked."""


class _Settling:
    """Below which identifier nothing can appear any more. `low` is the highest one known.

    Identifiers are drawn before their transaction commits, so they become visible out of order, by no bounded delay. But every appending
    transaction has its own number before it draws an identifier (see `appending`). So once all transactions that had a number when an
    identifier was seen have ended, whatever comes later has drawn a higher one.
    """

    def __init__(self, low: int) -> None:
        self.low = low
        self._seen: deque[tuple[int, int]] = deque()

    def observe(self, *, oldest_running: int, next_number: int, seen: int | None) -> None:
        """`oldest_running` and `next_number` are xmin and xmax of the snapshot in which everything above `low` was read, and `seen` the
        highest identifier in it that had no place, if any."""
        while self._seen and self._seen[0][0] <= oldest_running:
            self.low = self._seen.popleft()[1]
        if seen is not None and len(self._seen) < UNSETTLED_MAX:
            self._seen.append((next_number, seen))


class Sequencer:
    """A thread of the guard. `step` does one batch, for tests and for whoever needs the tree up to date now."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sequencer", daemon=True)
        self._frontier: Frontier | None = None
        self._settling = _Settling(0)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        APPENDED.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with psycopg.connect(self._keeper.settings.guard_dsn, autocommit=True) as lock:
                    self._frontier = None
                    self._follow(lock)
            except psycopg.OperationalError as error:
                log.error("sequencer", error=type(error).__name__)
                self._stopped.wait(IDLE_SECONDS)
            except Exception as error:  # noqa: BLE001 - entries stay durable; the thread must not end in silence
                log.error("journal_altered" if isinstance(error, (Altered, IndexError)) else "sequencer", error=type(error).__name__)
                self._stopped.wait(PAUSE_SECONDS)

    def _follow(self, lock: Transaction) -> None:
        while not self._stopped.is_set() and not _taken(lock):
            self._stopped.wait(IDLE_SECONDS)
        while not self._stopped.is_set():
            APPENDED.wait(IDLE_SECONDS)
            # What comes meanwhile shares the checkpoint; what was announced just now has time to commit.
            self._stopped.wait(BATCH_SECONDS)
            APPENDED.clear()
            # The lock lives as long as its connection: without it another sequencer may be at work.
            lock.execute("select 1")
            while self.step() == BATCH_ENTRIES_MAX:
                pass

    def step(self) -> int:
        """Sequence what is pending, at most one batch; returns how many entries it was. Raises Altered, psycopg's errors."""
        try:
            with self._keeper.pool.connection() as tx:
                tx.execute("set transaction isolation level repeatable read")
                frontier = self._frontier or self._resume(tx)
                self._frontier = None
                rows = tx.execute(
                    """select id, leaf from journal_entry e where id > %s
                       and not exists (select from journal_sequence s where s.entry_id = e.id) order by id limit %s""",
                    (self._settling.low, BATCH_ENTRIES_MAX),
                ).fetchall()
                if len(rows) < BATCH_ENTRIES_MAX:
                    self._observe(tx, seen=int(rows[-1][0]) if rows else None)
                if rows:
                    self._place(tx, frontier, [(row[0], bytes(row[1])) for row in rows], self._keeper.clock())
            self._frontier = frontier
        except psycopg.errors.UniqueViolation:
            # Another guard placed these entries first: start again from what stands.
            return 0
        return len(rows)

    def _observe(self, tx: Transaction, *, seen: int | None) -> None:
        snapshot = tx.execute("select pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text from pg_current_snapshot() s").fetchone()
        oldest, following = snapshot or (0, 0)
        self._settling.observe(oldest_running=int(oldest), next_number=int(following), seen=seen)

    def _resume(self, tx: Transaction) -> Frontier:
        """The tree as it stands. Raises Altered when it is not the one last signed, IndexError when it has a hole."""
        last = tx.execute("select size, root, settled from journal_checkpoint order by size desc limit 1").fetchone()
        row = tx.execute("select coalesce(max(leaf_index) + 1, 0) from journal_sequence").fetchone()
        size = int(row[0]) if row else 0
        of, start, peaks = reading.subtree(tx), 0, []
        for level in range(size.bit_length() - 1, -1, -1):
            if size >> level & 1:
                peaks.append(of(level, start >> level))
                start += 1 << level
        frontier = Frontier(size, peaks)
        if (size, frontier.root()) != ((last[0], bytes(last[1])) if last else (0, frontier.root())):
            raise Altered
        self._settling = _Settling(int(last[2]) if last else 0)
        return frontier

    def _place(self, tx: Transaction, frontier: Frontier, entries: list[tuple[int, bytes]], now: datetime) -> None:
        first, hashes, tiles = frontier.size, [], []
        for _, leaf in entries:
            hashes.append(leaf_hash(leaf))
            for level, index, top in frontier.append(hashes[-1]):
                if level % reading.TILE_BITS == 0:
                    tiles.append((level // reading.TILE_BITS, index, top))
        tx.execute(
            """insert into journal_sequence (leaf_index, entry_id, leaf_hash)
               select * from unnest(%s::bigint[], %s::bigint[], %s::bytea[])""",
            (list(range(first, frontier.size)), [id for id, _ in entries], hashes),
        )
        if tiles:
            tx.cursor().executemany("insert into journal_tile (level, index, hash) values (%s, %s, %s)", tiles)
        checkpoint = Checkpoint(origin=signing.origin(self._keeper.settings.instance), size=frontier.size, root=frontier.root())
        tx.execute(
            "insert into journal_checkpoint (size, root, note, at, settled) values (%s, %s, %s, %s, %s)",
            (checkpoint.size, checkpoint.root, signing.signer(self._keeper).sign(checkpoint.text()), now, self._settling.low),
        )


def _taken(lock: Transaction) -> bool:
    row = lock.execute("select pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
    return bool(row and row[0])
