"""Writing one entry, inside the transaction of what it tells."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from psycopg import Connection

from serment.wire import canonical

LEAF_VERSION = 1

# Set when something was appended, for the sequencer to wake on.
APPENDED = threading.Event()


class Appended(NamedTuple):
    entry: UUID
    account_seq: int | None
    patient_seq: int | None


def append(
    tx: Connection[Any], *, at: datetime, kind: str, account: UUID | None, patient: UUID | None, body: Mapping[str, object]
) -> Appended:
    """Insert the entry and return its numbers; it is durable when the caller's transaction is.

    The account and the patient each number their entries without a gap, so that an omission shows. `body` never holds a trait of a
    patient in clear. Locks are taken account first, then patient.
    """
    entry = uuid4()
    account_seq, patient_seq = _next(tx, "account", account), _next(tx, "patient", patient)
    leaf = canonical.encode(
        {
            "v": LEAF_VERSION,
            "entry": entry,
            "at": at,
            "kind": kind,
            "account": account,
            "account_seq": account_seq,
            "patient": patient,
            "patient_seq": patient_seq,
            "body": body,
        }
    )
    tx.execute(
        """insert into journal_entry (entry, at, kind, account_id, account_seq, patient_id, patient_seq, leaf)
           values (%s, %s, %s, %s, %s, %s, %s, %s)""",
        (entry, at, kind, account, account_seq, patient, patient_seq, leaf),
    )
    APPENDED.set()
    return Appended(entry=entry, account_seq=account_seq, patient_seq=patient_seq)


def _next(tx: Connection[Any], scope: str, id: UUID | None) -> int | None:
    if id is None:
        return None
    row = tx.execute(
        """insert into journal_counter (scope, id, last) values (%s, %s, 1)
           on conflict (scope, id) do update set last = journal_counter.last + 1 returning last""",
        (scope, id),
    ).fetchone()
    return int(row[0]) if row else None
