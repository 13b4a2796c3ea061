"""The sequencer: gives durable entries their place in the Merkle tree, and signs checkpoints.

One at a time, whatever the number of guards: it holds an advisory lock of PostgreSQL. Each batch is one transaction: places, subtrees,
checkpoint. After a crash it goes on where the tree ends.
"""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta

import psycopg
import structlog

from serment.guard.context import Guard, Transaction
from serment.guard.journal import reading, signing
from serment.guard.journal.appending import APPENDED
from serment.wire.merkle import Frontier, leaf_hash
from serment.wire.note import Checkpoint

LOCK = 0x5345524D454E54  # "SERMENT"
BATCH_ENTRIES_MAX = 5000
BATCH_SECONDS = 0.2
IDLE_SECONDS = 1.0

# An identifier is drawn before its transaction commits. No verb takes a minute, so what is older than two has come or never will.
LATE = timedelta(minutes=2)
# At start, how far back to look for entries that committed late before the last stop.
LOOK_BACK_IDS = 100_000

log = structlog.get_logger()


class Sequencer:
    """A thread of the guard. `step` does one batch, for tests and for whoever needs the tree up to date now."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sequencer", daemon=True)
        self._frontier: Frontier | None = None
        self._passed: deque[tuple[datetime, int]] = deque()
        self._low = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        APPENDED.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with psycopg.connect(self._guard.settings.guard_dsn, autocommit=True) as lock:
                    lock.execute("select pg_advisory_lock(%s)", (LOCK,))
                    self._frontier = None
                    self._follow(lock)
            except psycopg.Error as error:
                log.error("sequencer", error=type(error).__name__)
                self._stopped.wait(IDLE_SECONDS)

    def _follow(self, lock: Transaction) -> None:
        while not self._stopped.is_set():
            APPENDED.wait(IDLE_SECONDS)
            APPENDED.clear()
            lock.execute("select 1")
            while self.step() == BATCH_ENTRIES_MAX:
                pass
            self._stopped.wait(BATCH_SECONDS)

    def step(self) -> int:
        """Sequence what is pending, at most one batch; returns how many entries it was."""
        now = self._guard.clock()
        try:
            with self._guard.pool.connection() as tx:
                frontier = self._frontier or self._resume(tx)
                self._frontier = None
                rows = tx.execute(
                    """select id, leaf from journal_entry e where id > %s
                       and not exists (select 1 from journal_sequence s where s.entry_id = e.id) order by id limit %s""",
                    (self._low, BATCH_ENTRIES_MAX),
                ).fetchall()
                if rows:
                    self._place(tx, frontier, [(row[0], bytes(row[1])) for row in rows], now)
            self._frontier = frontier
        except psycopg.errors.UniqueViolation:
            # Another guard placed these entries first: start again from what stands.
            return 0
        if rows:
            self._passed.append((now, rows[-1][0]))
        while self._passed and now - self._passed[0][0] > LATE:
            self._low = max(self._low, self._passed.popleft()[1])
        return len(rows)

    def _resume(self, tx: Transaction) -> Frontier:
        row = tx.execute("select coalesce(max(leaf_index) + 1, 0), coalesce(max(entry_id), 0) from journal_sequence").fetchone()
        size, last = (int(row[0]), int(row[1])) if row else (0, 0)
        self._low = max(0, last - LOOK_BACK_IDS)
        self._passed.clear()
        of, start, peaks = reading.subtree(tx), 0, []
        for level in range(size.bit_length() - 1, -1, -1):
            if size >> level & 1:
                peaks.append(of(level, start >> level))
                start += 1 << level
        return Frontier(size, peaks)

    def _place(self, tx: Transaction, frontier: Frontier, entries: list[tuple[int, bytes]], now: datetime) -> None:
        places, tiles = [], []
        for id, leaf in entries:
            hashed = leaf_hash(leaf)
            places.append((frontier.size, id, hashed))
            for level, index, top in frontier.append(hashed):
                if level % reading.TILE_BITS == 0:
                    tiles.append((level // reading.TILE_BITS, index, top))
        cursor = tx.cursor()
        cursor.executemany("insert into journal_sequence (leaf_index, entry_id, leaf_hash) values (%s, %s, %s)", places)
        if tiles:
            cursor.executemany("insert into journal_tile (level, index, hash) values (%s, %s, %s)", tiles)
        checkpoint = Checkpoint(origin=signing.origin(self._guard), size=frontier.size, root=frontier.root())
        tx.execute(
            "insert into journal_checkpoint (size, root, note, at) values (%s, %s, %s, %s)",
            (checkpoint.size, checkpoint.root, signing.signer(self._guard).sign(checkpoint.text()), now),
        )
