"""Writing one entry, inside the transaction of what it tells."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.errors import UniqueViolation

from serment.wire import canonical

LEAF_VERSION = 1

# Set when something was appended, for the sequencer to wake on.
APPENDED = threading.Event()


# Reading the account's row first is what puts its lock before the patient's, always, so that two appends never wait for each other.
_NEXT = """
with account as (
    insert into journal_counter (scope, id, last) select 'account', %(account)s::uuid, 1 where %(account)s::uuid is not null
    on conflict (scope, id) do update set last = journal_counter.last + 1 returning last
), patient as (
    insert into journal_counter (scope, id, last)
    select 'patient', %(patient)s::uuid, 1 from (select count(*) from account) locked where %(patient)s::uuid is not null
    on conflict (scope, id) do update set last = journal_counter.last + 1 returning last
)
select (select last from account), (select last from patient)
"""


class Appended(NamedTuple):
    entry: UUID
    account_seq: int | None
    patient_seq: int | None


def append(
    tx: Connection[Any], *, at: datetime, kind: str, account: UUID | None, patient: UUID | None, body: Mapping[str, object]
) -> Appended:
    """Insert the entry and return its numbers; it is durable when the caller's transaction is.

    The account and the patient each number their entries without a gap, so that an omission shows. `body` never holds a trait of a
    patient in clear. Locks are taken account first, then patient. Raises UniqueViolation, here or at commit, when a number was already
    given: somebody has put a counter back.
    """
    entry = uuid4()
    account_seq, patient_seq = _numbers(tx, account, patient)
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


def is_counter_put_back(error: Exception) -> bool:
    """Whether an append failed because its number was already given, which only somebody with rights on the tables can bring about."""
    return isinstance(error, UniqueViolation) and error.diag.constraint_name in ("journal_entry_of_account", "journal_entry_of_patient")


def _numbers(tx: Connection[Any], account: UUID | None, patient: UUID | None) -> tuple[int | None, int | None]:
    """The next number of each, in one round trip.

    The transaction also gets its own number here, before the entry's identifier is drawn: the sequencer relies on that order.
    """
    if account is None and patient is None:
        tx.execute("select pg_current_xact_id()")
        return None, None
    row = tx.execute(_NEXT, {"account": account, "patient": patient}).fetchone()
    return (row[0], row[1]) if row else (None, None)
