"""Who is contained, by the journal: an older row of an account, put back with its genuine MAC, does not free anybody."""

from __future__ import annotations

import json
import threading
from uuid import UUID

from serment.guard.context import Guard, Transaction

_lock = threading.Lock()
_known: dict[str, set[UUID]] = {}
# The instances whose journal was read: a containment noted before that must not pass for all there are.
_read: set[str] = set()


def note(guard: Guard, account: UUID) -> None:
    """Remember a containment as soon as it is in the journal."""
    with _lock:
        _known.setdefault(guard.settings.instance, set()).add(account)


def is_contained(guard: Guard, tx: Transaction, account: UUID) -> bool:
    """Whether the journal says so. It is read once in the life of the process, and followed from then on."""
    with _lock:
        is_read = guard.settings.instance in _known and guard.settings.instance in _read
        known = _known.setdefault(guard.settings.instance, set())
    if not is_read:
        rows = tx.execute("select leaf from journal_entry where kind = 'containment'").fetchall()
        found = {UUID(json.loads(bytes(row[0]))["body"]["contained"]) for row in rows}
        with _lock:
            known |= found
            _read.add(guard.settings.instance)
    return account in known
