"""WebAuthn ceremonies under way: a challenge, what it is for, five minutes, one use."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg.rows import dict_row

from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.rows import Table
from serment.wire.protocol import INVALID, UNAVAILABLE

CEREMONY_LIFE = timedelta(minutes=5)

# Whoever reaches the sign-in page can begin ceremonies: this many at once, and no more room on disk than that.
UNDER_WAY_MAX = 20_000


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A ceremony under way. What is not part of its kind is None or empty."""

    id: UUID
    kind: str
    challenge: bytes
    until: datetime
    account_id: UUID | None = None
    session_id: UUID | None = None
    public_jwk: str = ""
    code_digest: bytes = b""
    act: str = ""


CEREMONIES = Table("ceremony", Pending)


def challenge(purpose: bytes, bound_to: bytes) -> bytes:
    """A fresh challenge for one purpose, bound to what the ceremony is about: a session's key, a session, a code."""
    return hashlib.sha256(b"serment " + purpose + b" v1\0" + os.urandom(32) + bound_to).digest()


def begin(guard: Guard, tx: Transaction, pending: Pending, *, now: datetime) -> None:
    """Keep a ceremony until it is finished. Refuses `too_many_ceremonies` when the sign-in page is being flooded."""
    tx.execute("delete from ceremony where until <= %s", (now,))
    row = tx.execute("select count(*) from (select 1 from ceremony limit %s) as c", (UNDER_WAY_MAX,)).fetchone()
    if row is None or row[0] >= UNDER_WAY_MAX:
        raise Refused(UNAVAILABLE, "too_many_ceremonies")
    CEREMONIES.add(guard, tx, pending)


def new(kind: str, *, challenge: bytes, now: datetime, **bound: Any) -> Pending:
    """A ceremony to begin now."""
    return Pending(id=uuid4(), kind=kind, challenge=challenge, until=now + CEREMONY_LIFE, **bound)


def take(guard: Guard, *, id: str, kind: str, now: datetime) -> Pending:
    """Take a ceremony for good, in a transaction of its own: a failed attempt uses it up too. Refuses `ceremony_over`."""
    try:
        key = UUID(id)
    except ValueError:
        raise Refused(INVALID, "ceremony_over", remedy="retry") from None
    with guard.pool.connection() as tx:
        row = tx.cursor(row_factory=dict_row).execute("delete from ceremony where id = %s returning *", (key,)).fetchone()
    if row is None or row["kind"] != kind or row["until"] <= now:
        raise Refused(INVALID, "ceremony_over", remedy="retry")
    return CEREMONIES.checked(guard, row)
