"""`status`, `checkpoint` and `witnesses`: what anybody may know of the guard."""

from __future__ import annotations

from datetime import datetime

from serment import __version__, journal
from serment.guard.context import Guard
from serment.journal import witnessing
from serment.wire.protocol import Checkpoint, Empty, Status
from serment.wire.witnessing import Witnesses


def status(guard: Guard, request: Empty, now: datetime) -> Status:
    """Version, size of the journal, age of its last checkpoint, and the key to check it with."""
    with guard.pool.connection() as tx:
        counts = journal.reading.counts(tx)
    return Status(
        version=__version__,
        demonstration=guard.settings.demonstration,
        entries=counts.entries,
        checkpoint_size=counts.checkpoint_size,
        checkpoint_at=counts.checkpoint_at,
        journal_key=journal.signing.verifier_key(guard),
    )


def checkpoint(guard: Guard, request: Empty, now: datetime) -> Checkpoint:
    """The last signed checkpoint, as a C2SP note."""
    with guard.pool.connection() as tx:
        return Checkpoint(note=journal.reading.last_checkpoint(tx))


def witnesses(guard: Guard, request: Empty, now: datetime) -> Witnesses:
    """Where the witnesses of the journal stand, and its last time stamp."""
    with guard.pool.connection() as tx:
        return witnessing.seen(guard, tx)
