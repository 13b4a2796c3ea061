"""Cutting one account off, whoever decides it: the security officer, a reviewer, or a decoy."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from serment import journal
from serment.guard.context import Guard, Transaction
from serment.guard.evidence import accounts, contained
from serment.guard.presence import sessions


def cut(guard: Guard, tx: Transaction, *, account: UUID, by: UUID | None, why: str, now: datetime) -> bool:
    """Refuse one account everything from now on, close its sessions and take its permits back. False when it was so already.

    `by` is None when no person decided. Remembered before the transaction commits: should it fail, the account stays out until a restart.
    """
    facts = accounts.load(guard, tx, account)
    if facts.contained_at is not None:
        return False
    # First, so that what another thread is about to open meanwhile is refused.
    contained.note(guard, account)
    accounts.save(guard, tx, replace(facts, contained_at=now))
    sessions.close_all(guard, tx, account=account, now=now, by=by)
    journal.append(tx, at=now, kind="containment", account=by, patient=None, body={"contained": account, "why": why})
    return True
