"""Computing whom an incident exposed: a thread of the guard reads the journal, puts persons together, and says how far it has come.

The same tree and the same statement give the same persons, in the same order, with the same digest. What was begun by a guard that stopped
is begun anew. Memory is bounded: what is read is put down in a table from time to time, and put together there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby, islice
from operator import itemgetter
from typing import Any
from uuid import UUID

import psycopg
import structlog

from serment import journal
from serment.guard.context import Guard, Transaction
from serment.guard.find import identities
from serment.guard.review import decoys
from serment.oversight.incidents import disclosures, kinds, scopes
from serment.oversight.incidents.assembling import Assembling, Reached, Tally
from serment.oversight.incidents.criteria import DISCLOSURES, OPENINGS
from serment.oversight.incidents.reach import CERTAIN, POSSIBLE, Reaches
from serment.oversight.incidents.scopes import Scope
from serment.oversight.incidents.statements import case
from serment.wire.incidents import ASKED, DONE, FAILED, Criteria
from serment.wire.words import COMPARTMENTS

# Patients held in memory while the journal is read, and put together at once.
READ_PATIENTS_MAX, ASSEMBLED_PATIENTS, FETCH_ROWS = 50_000, 1000, 2000
TOLD_EVERY = 2000

# One computation at a time, whatever the number of guards: it holds an advisory lock, as the sequencer does.
LOCK = 0x5345524D53434F50
PAUSE_SECONDS = 2.0
# How long the leaf that asks may wait for its place in the tree before the last checkpoint serves without it.
SEQUENCED_WITHIN = timedelta(seconds=30)

WAKE = threading.Event()

_COLUMNS = ", ".join(f"{name}_until" for name in COMPARTMENTS)
_COPY = f"copy scope_reading (patient_id, is_certain, first_at, last_at, openings, lines, {_COLUMNS}) from stdin (format binary)"
_TOGETHER = f"""
insert into scope_person select patient_id, is_certain, min(first_at), max(last_at), sum(openings), sum(lines),
{", ".join(f"max({name}_until)" for name in COMPARTMENTS)} from scope_reading
group by patient_id, is_certain order by patient_id, is_certain
"""
_PERSONS = f"""
select patient_id, is_certain, first_at, last_at, openings, lines, {_COLUMNS} from scope_person order by patient_id, is_certain
"""

log = structlog.get_logger()


class Computing:
    """A thread of the guard. `run_due` does what is asked for, for tests and for whoever needs it now."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="computing", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        WAKE.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                run_due(self._guard)
            except Exception as error:  # noqa: BLE001 - the thread must not end in silence
                log.error("computing", error=type(error).__name__)
            WAKE.wait(PAUSE_SECONDS)
            WAKE.clear()


def run_due(guard: Guard) -> int:
    """Do what is asked for, the oldest first. Returns how many computations ended here, well or not."""
    done = 0
    with psycopg.connect(guard.settings.guard_dsn, autocommit=True) as lock:
        row = lock.execute("select pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
        if not row or not row[0]:
            return 0
        with guard.pool.connection() as tx:
            due = scopes.SCOPES.all(guard, tx, "state = %s order by asked_at, id", ASKED)
        for scope in due:
            done += _one(guard, scope)
    return done


def _one(guard: Guard, scope: Scope) -> bool:
    signed = _signed(guard, scope)
    if signed is None:
        return False
    try:
        _Computation(guard=guard, scope=scope, size=signed[0], signed_at=signed[1]).run()
    except Exception as error:  # noqa: BLE001 - whatever went wrong, who asked is told
        log.error("scope_failed", scope=str(scope.id), error=type(error).__name__)
        with guard.pool.connection() as tx:
            scopes.forget_persons(tx, scope.id)
            scopes.SCOPES.put(guard, tx, replace(scope, state=FAILED, done_at=guard.clock()))
    finally:
        scopes.PROGRESS.pop(scope.id, None)
    return True


def _signed(guard: Guard, scope: Scope) -> tuple[int, datetime] | None:
    """The size of the last signed tree, and when it was signed: once what asks is in it, so that all that came before is."""
    with guard.pool.connection() as tx:
        row = tx.execute("select size, at from journal_checkpoint order by size desc limit 1").fetchone()
        placed = tx.execute(
            """select from journal_entry e join journal_sequence s on s.entry_id = e.id
               where e.kind = 'scope_asked' and e.at >= %s and e.leaf like %s""",
            (scope.asked_at, f'%"scope":"{scope.id}"%'.encode()),
        ).fetchone()
    if row is None or (placed is None and guard.clock() - scope.asked_at < SEQUENCED_WITHIN):
        return None
    return int(row[0]), row[1]


@dataclass(kw_only=True)
class _Computation:
    guard: Guard
    scope: Scope
    size: int
    signed_at: datetime
    read: int = 0
    total: int = 1

    def run(self) -> None:
        with self.guard.pool.connection() as tx:
            known = case(self.guard, tx, self.scope.incident_id)
        stated = next(one for one in known.statements if one.number == self.scope.statement)
        tally = Tally(criteria=stated.criteria)
        dsn = self.guard.settings.guard_dsn
        with psycopg.connect(dsn) as reader, psycopg.connect(dsn, autocommit=True) as writer:
            writer.execute("truncate scope_reading, scope_person")
            scopes.forget_persons(writer, self.scope.id)
            self._read(reader, writer, stated.criteria, tally)
            writer.execute(_TOGETHER)
            self._assemble(reader, writer, tally)
            # The reader still sees the tables that are emptied.
            reader.rollback()
            writer.execute("truncate scope_reading, scope_person")
        self._end(tally)

    def _read(self, reader: Transaction, writer: Transaction, criteria: Criteria, tally: Tally) -> None:
        """Put down what every leaf that matters disclosed."""
        named, reading = disclosures.resolve(self.guard, reader, criteria, self.size)
        self.total = max(1, reading.count(reader))
        reaches = Reaches(named)
        for leaf in reading.leaves(reader, DISCLOSURES):
            self._tell(1)
            certainty = named.certainty(leaf)
            if certainty:
                reaches.add(leaf, certainty)
                tally.leaf(max(leaf.at, criteria.since), "openings" if leaf.kind in OPENINGS else "lines")
            if len(reaches) >= READ_PATIENTS_MAX:
                _put_down(writer, reaches)
        _put_down(writer, reaches)

    def _assemble(self, reader: Transaction, writer: Transaction, tally: Tally) -> None:
        """Write the persons, in the order of their identifiers."""
        row = writer.execute("select count(distinct patient_id) from scope_person").fetchone()
        self.total = self.read + (int(row[0]) if row else 0)
        for page in _ahead(self.guard, reader):
            tally.kinds_known = tally.kinds_known and page.held is not None
            together = Assembling(scope=self.scope.id, held=page.held, known=page.known, on=self.signed_at.date())
            found = []
            for patient, reached in page.reached.items():
                if decoys.is_decoy(self.guard, None, patient):
                    tally.decoys += 1
                    continue
                found.append(together.person(tally.persons + 1, patient, reached))
                tally.person(found[-1])
            scopes.EXPOSED.copy(self.guard, writer, found)
            self._tell(len(page.reached))

    def _tell(self, count: int) -> None:
        self.read += count
        if self.read % TOLD_EVERY == 0 or count > 1:
            scopes.PROGRESS[self.scope.id] = (min(self.read, self.total), self.total)

    def _end(self, tally: Tally) -> None:
        """In one breath: the computation is done, and the journal knows what it found."""
        now = self.guard.clock()
        done = replace(
            self.scope, state=DONE, done_at=now, size=self.size, digest=tally.digest, persons=tally.persons, certain=tally.certain,
            figures=tally.figures(),
        )  # fmt: skip
        with self.guard.pool.connection() as tx:
            scopes.SCOPES.put(self.guard, tx, done)
            scopes.forget_older(tx, done)
            body = {
                "incident": done.incident_id, "scope": done.id, "statement": done.statement, "size": done.size,
                "digest": done.digest.hex(), "persons": done.persons, "certain": done.certain, "decoys": tally.decoys,
                "kinds_known": tally.kinds_known,
            }  # fmt: skip
            journal.append(tx, at=now, kind="scope", account=done.asked_by, patient=None, body=body)


def _put_down(writer: Transaction, reaches: Reaches) -> None:
    with writer.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.write(b"".join(reaches.taken()))


@dataclass(frozen=True, kw_only=True)
class _Page:
    """Some persons: what was read of them, what the record holds of them (None: nobody could tell), and their sheets."""

    reached: dict[UUID, dict[str, Reached]]
    held: kinds.Held | None
    known: dict[UUID, identities.Known]


def _ahead(guard: Guard, reader: Transaction) -> Iterator[_Page]:
    """The persons that were read, in the order of their identifiers. The next ones are asked for while these are put together, so that
    the databases do not wait for us, nor we for them."""
    pages = _pages(reader)

    def following() -> _Page | None:
        if (reached := next(pages, None)) is None:
            return None
        patients = list(reached)
        held = kinds.read_held(guard, patients)
        return _Page(reached=reached, held=held, known=identities.read(guard, identities.ask(reader, patients)))

    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as ahead:
        coming = ahead.submit(following)
        while (page := coming.result()) is not None:
            coming = ahead.submit(following)
            yield page


def _pages(reader: Transaction) -> Iterator[dict[UUID, dict[str, Reached]]]:
    """The persons that were read, in the order of their identifiers, some at a time."""
    with reader.cursor(name="persons") as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(_PERSONS, binary=True)
        people = groupby(cursor, itemgetter(0))
        while page := {patient: _reached(rows) for patient, rows in islice(people, ASSEMBLED_PATIENTS)}:
            yield page


def _reached(rows: Iterable[tuple[Any, ...]]) -> dict[str, Reached]:
    """What was read of one patient, by certainty."""
    found = {}
    for _, is_certain, first, last, openings, lines, *until in rows:
        usable = {name: at for name, at in zip(COMPARTMENTS, until, strict=True) if at is not None}
        found[CERTAIN if is_certain else POSSIBLE] = Reached(first_at=first, last_at=last, openings=openings, lines=lines, until=usable)
    return found
