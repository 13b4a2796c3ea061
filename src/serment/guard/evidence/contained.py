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


def forget(guard: Guard, account: UUID) -> None:
    """Two persons have released the account, and the journal says so."""
    with _lock:
        _known.get(guard.settings.instance, set()).discard(account)


def is_contained(guard: Guard, tx: Transaction, account: UUID) -> bool:
    """Whether the journal says so. It is read once in the life of the process, and followed from then on."""
    with _lock:
        is_read = guard.settings.instance in _known and guard.settings.instance in _read
        known = _known.setdefault(guard.settings.instance, set())
    if not is_read:
        found: set[UUID] = set()
        query = "select kind, leaf from journal_entry where kind in ('containment', 'release') order by id"
        for kind, leaf in tx.execute(query).fetchall():
            account_id = UUID(json.loads(bytes(leaf))["body"]["contained"])
            found = found | {account_id} if kind == "containment" else found - {account_id}
        with _lock:
            known |= found
            _read.add(guard.settings.instance)
    return account in known
