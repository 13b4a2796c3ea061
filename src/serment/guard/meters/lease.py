"""What a touch of the passkey buys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from serment.guard.context import Guard, Transaction
from serment.guard.meters import account as meters
from serment.guard.meters.budgets import LEASE_PATIENTS


def grant(guard: Guard, tx: Transaction, *, account: UUID, now: datetime) -> int:
    """Fill the lease: 25 new patients, not 25 more. Returns what is left of it."""
    meter = replace(meters.load(guard, tx, account, now), lease_left=LEASE_PATIENTS, touched_at=now)
    meters.save(guard, tx, meter)
    return meter.lease_left
