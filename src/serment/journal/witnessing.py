"""Having checkpoints cosigned by witnesses elsewhere (C2SP tlog-witness), and hearing it when one of them knows another journal than ours.

One thread a witness: a slow one delays nobody, and the sequencer least of all.
"""

from __future__ import annotations

import base64
import re
import threading
from datetime import UTC, datetime
from http import HTTPStatus
from typing import NamedTuple

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from serment.journal import outside, reading, signing
from serment.journal.appending import append
from serment.journal.keeper import Keeper, Transaction
from serment.journal.outside import Standing, Witness
from serment.wire.merkle import EMPTY_ROOT
from serment.wire.note import Checkpoint, cosigned_at
from serment.wire.witnessing import AHEAD, ALARMS, FORKED, REFUSED, UNREACHABLE, Witnesses, WitnessState

# How much of the journal may be rewritten unseen: what was added since the last cosignature.
PAUSE_SECONDS = 10.0
# A witness that says another size than the one we sent from is asked again from there; our journal grows meanwhile.
ATTEMPTS_MAX = 4
# Several keys of one witness, of which we know one.
LINES_MAX = 16

_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")

log = structlog.get_logger()


class _Newest(NamedTuple):
    size: int
    note: str
    known: int
    proof: list[bytes]


class Submitter:
    """A thread of the guard. `step` submits once."""

    def __init__(self, keeper: Keeper, witness: Witness) -> None:
        self._keeper, self._witness = keeper, witness
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="witness", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=2 * outside.DEADLINE_SECONDS)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.step()
            except (psycopg.Error, PoolTimeout) as error:
                log.warning("witness", error=type(error).__name__)
            self._stopped.wait(PAUSE_SECONDS)

    def step(self) -> Standing:
        """Submit the newest checkpoint, and note where the witness stands. Raises psycopg's errors."""
        outlook = self._keeper.outlook
        before = outlook.of(self._witness)
        now = self._submitted(before)
        if now.trouble != before.trouble:
            # First, so that it is told again when it could not be written down.
            self._tell(now)
        outlook.standings[str(self._witness.key)] = now
        return now

    def _submitted(self, before: Standing) -> Standing:
        known: int | None = None
        for _ in range(ATTEMPTS_MAX):
            # Read after the witness spoke: what it knows was in our journal before it was told.
            with self._keeper.pool.connection() as tx:
                try:
                    newest = self._newest(tx, known)
                except IndexError:
                    # Subtrees that were there when they were signed are gone.
                    return _in_trouble(before, FORKED, known)
            if newest.known > newest.size:
                return _in_trouble(before, AHEAD, newest.known)
            try:
                status, answer = outside.post(f"{self._witness.url}/add-checkpoint", _request(newest), kind="text/plain")
            except outside.Unreachable:
                return _in_trouble(before, UNREACHABLE, before.claimed)
            if status == HTTPStatus.OK:
                return self._kept(newest, answer) or _in_trouble(before, REFUSED, newest.known)
            if status == HTTPStatus.UNPROCESSABLE_ENTITY:
                return _in_trouble(before, FORKED, newest.known)
            said = _SIZE.fullmatch(answer) if status == HTTPStatus.CONFLICT else None
            if said is None:
                return _in_trouble(before, REFUSED, newest.known)
            if int(said[1]) == newest.known:
                # The size it was asked from is the one it knows: then it is the root that it disagrees with.
                return _in_trouble(before, FORKED if newest.known == newest.size else REFUSED, newest.known)
            known = int(said[1])
        return _in_trouble(before, REFUSED, known)

    def _newest(self, tx: Transaction, known: int | None) -> _Newest:
        """The newest checkpoint, and the proof from what the witness knows; what we last kept of it, when it did not say."""
        row = tx.execute("select size, note from journal_checkpoint order by size desc limit 1").fetchone()
        if row is None:
            # An emptied journal can still be told from a new one.
            empty = Checkpoint(origin=signing.origin(self._keeper.settings.instance), size=0, root=EMPTY_ROOT)
            row = (0, signing.signer(self._keeper).sign(empty.text()))
        size, note = int(row[0]), str(row[1])
        if known is None:
            kept = tx.execute("select coalesce(max(size), 0) from journal_cosignature where witness = %s", (str(self._witness.key),))
            known = min(size, int((kept.fetchone() or (0,))[0]))
        proof = reading.consistency(tx, old=known, new=size) if 0 < known < size else []
        return _Newest(size=size, note=note, known=known, proof=proof)

    def _kept(self, newest: _Newest, answer: bytes) -> Standing | None:
        """Verify the cosignature and keep it; None when there is none that holds."""
        text = newest.note.rpartition("\n\n")[0]
        for line in answer.decode(errors="replace").split("\n")[:LINES_MAX]:
            try:
                at = datetime.fromtimestamp(cosigned_at(f"{text}\n\n{line}\n", self._witness.key), UTC)
            except (ValueError, OverflowError, OSError):
                continue
            if newest.size:
                with self._keeper.pool.connection() as tx:
                    tx.execute(
                        "insert into journal_cosignature (witness, size, at, line) values (%s, %s, %s, %s) on conflict do nothing",
                        (str(self._witness.key), newest.size, at, line),
                    )
            return Standing(size=newest.size, at=at, claimed=newest.size)
        return None

    def _tell(self, now: Standing) -> None:
        """A change of state has one line in the log; an alarm has one in the journal as well, where it stays."""
        about = {"witness": self._witness.key.name, "trouble": now.trouble, "claimed": now.claimed}
        if now.trouble not in ALARMS:
            (log.warning if now.trouble else log.info)("witness", **about)
            return
        log.error("journal_forked", **about)
        with self._keeper.pool.connection() as tx:
            append(tx, at=self._keeper.clock(), kind="witness_alarm", account=None, patient=None, body=about)


def _in_trouble(before: Standing, trouble: str, claimed: int | None) -> Standing:
    return Standing(size=before.size, at=before.at, trouble=trouble, claimed=claimed or 0)


def _request(newest: _Newest) -> bytes:
    proof = "".join(f"{base64.b64encode(one).decode()}\n" for one in newest.proof)
    return f"old {newest.known}\n{proof}\n{newest.note}".encode()


def start(keeper: Keeper) -> list[Submitter]:
    """One thread for each configured witness."""
    submitters = [Submitter(keeper, witness) for witness in keeper.settings.witnesses]
    for submitter in submitters:
        submitter.start()
    return submitters


def seen(keeper: Keeper, tx: Transaction) -> Witnesses:
    """Where each witness stands, and the last time stamp."""
    size = reading.counts(tx).checkpoint_size
    stamp = tx.execute("select size, at from journal_timestamp order by size desc limit 1").fetchone()
    states = []
    for witness in keeper.settings.witnesses:
        now = keeper.outlook.of(witness)
        states.append(
            WitnessState(
                name=witness.key.name, size=now.size, at=now.at, lag=max(0, size - now.size), trouble=now.trouble, claimed=now.claimed
            )
        )
    return Witnesses(
        witnesses=tuple(states),
        stamped=keeper.settings.timestamp_authority is not None,
        stamped_size=int(stamp[0]) if stamp else 0,
        stamped_at=stamp[1] if stamp else None,
        stamp_trouble=keeper.outlook.stamp_trouble,
    )
