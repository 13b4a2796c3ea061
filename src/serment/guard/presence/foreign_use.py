"""A session's cookie shown with another browser's key: the mark of a copied cookie. It opens nothing, and it is told."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from uuid import UUID

from serment import journal
from serment.guard.context import Guard

# One line per session and quarter of an hour tells enough, and keeps a thief from filling the journal.
TOLD_AGAIN_AFTER = timedelta(minutes=15)
REMEMBERED_MAX = 10_000

_told: dict[UUID, datetime] = {}
_lock = threading.Lock()


def note(guard: Guard, *, session: UUID, account: UUID, verb: str, now: datetime) -> None:
    """Journal the refusal, in a transaction of its own since the caller's is about to be undone."""
    with _lock:
        last = _told.get(session)
        if last is not None and now - last < TOLD_AGAIN_AFTER:
            return
        if len(_told) >= REMEMBERED_MAX:
            _told.clear()
        _told[session] = now
    with guard.pool.connection() as tx:
        body = {"verb": verb, "code": "wrong_key", "session": session}
        journal.append(tx, at=now, kind="refusal", account=account, patient=None, body=body)
