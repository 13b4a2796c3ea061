"""Who is contained, by the journal: an older row of an account, put back with its genuine MAC, does not free anybody."""

from __future__ import annotations

import json
import threading
from uuid import UUID

from serment.guard.context import Guard, Transaction

_lock = threading.Lock()
_known: dict[str, set[UUID]] = {}


def note(guard: Guard, account: UUID) -> None:
    """Remember a containment as soon as it is in the journal."""
    with _lock:
        _known.setdefault(guard.settings.instance, set()).add(account)


def is_contained(guard: Guard, tx: Transaction, account: UUID) -> bool:
    """Whether the journal says so. It is read once in the life of the process, and followed from then on."""
    with _lock:
        known = _known.get(guard.settings.instance)
    if known is None:
        rows = tx.execute("select leaf from journal_entry where kind = 'containment'").fetchall()
        found = {UUID(json.loads(bytes(row[0]))["body"]["contained"]) for row in rows}
        with _lock:
            known = _known.setdefault(guard.settings.instance, set())
            known |= found
    return account in known
