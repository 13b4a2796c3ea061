"""The idle lock: a session that nobody used for a while answers only to a touch of its owner's passkey.

When a session was last used is remembered by this process and noted in the database now and then. After a restart the note counts: it is
never later than the truth, so a session may lock early, never late.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from serment.guard.context import Guard, Transaction
from serment.guard.rows import Table

# How often the last use is noted: a restart of the guard shortens the idle period by this much at most.
NOTED_EVERY = timedelta(minutes=2)
REMEMBERED_MAX = 20_000
LOCKED = datetime(2000, 1, 1, tzinfo=UTC)

# What a locked session may still do: end, and show that its owner is there.
ALLOWED = frozenset({"begin_touch", "finish_touch", "lock", "sign_out"})


@dataclass(frozen=True, kw_only=True)
class Seen:
    session_id: UUID
    at: datetime


SEEN = Table("session_seen", Seen, key=("session_id",))

_lock = threading.Lock()
_memories: dict[str, dict[UUID, Memory]] = {}


@dataclass(frozen=True, kw_only=True)
class Memory:
    used: datetime
    noted: datetime


def is_locked(guard: Guard, tx: Transaction, session: UUID, now: datetime) -> bool:
    """Whether nobody has used the session for the idle period, or somebody locked it."""
    memory = _of(guard).get(session)
    if memory is None:
        row = SEEN.one(guard, tx, "session_id = %s", session)
        at = row.at if row else LOCKED
        memory = _remember(guard, session, Memory(used=at, noted=at))
    return now - memory.used >= guard.settings.idle


def use(guard: Guard, tx: Transaction, session: UUID, now: datetime) -> None:
    """The session is in use. A request that the page makes by itself is no use."""
    if guard.quiet:
        return
    memory = _of(guard).get(session)
    if memory is not None and timedelta() <= now - memory.noted < NOTED_EVERY:
        _remember(guard, session, Memory(used=now, noted=memory.noted))
        return
    _remember(guard, session, Memory(used=now, noted=now))
    SEEN.put(guard, tx, Seen(session_id=session, at=now))


def lock(guard: Guard, tx: Transaction, session: UUID) -> None:
    """From now on the session answers only to a touch."""
    _remember(guard, session, Memory(used=LOCKED, noted=LOCKED))
    SEEN.put(guard, tx, Seen(session_id=session, at=LOCKED))


def _of(guard: Guard) -> dict[UUID, Memory]:
    with _lock:
        return _memories.setdefault(guard.settings.instance, {})


def _remember(guard: Guard, session: UUID, memory: Memory) -> Memory:
    known = _of(guard)
    with _lock:
        if len(known) >= REMEMBERED_MAX:
            # The notes in the database go on counting.
            known.clear()
        known[session] = memory
    return memory
