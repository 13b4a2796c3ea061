"""One account's meter at rest: a remembered fold over the journal.

The row carries a MAC and the number of the last entry it has followed. An older row, put back by a database administrator or by a restored
backup, no longer agrees with the journal: the meter is then folded anew from the journal, and is what it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import dict_row

from serment import journal
from serment.guard import rows
from serment.guard.context import Guard, Transaction
from serment.guard.meters.rules import KINDS, MONTH_DAYS, Meter

METERS = rows.Table("meter", Meter, key=("account_id",))
_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)
_ASK = f"""select meter.*, coalesce((select max(account_seq) from journal_entry where account_id = a.id and kind in ({_KINDS})), 0)
           as journaled from (select %s::uuid as id) a left join meter on account_id = a.id"""
Asked = Cursor[dict[str, Any]]


def lock(tx: Transaction, account: UUID) -> None:
    """Until the transaction ends, nobody else spends of this account: a hundred sessions of it count exactly."""
    tx.execute("select 1 from account where id = %s for no key update", (account,))


def load(guard: Guard, tx: Transaction, account: UUID, now: datetime) -> Meter:
    """The meter, locked."""
    lock(tx, account)
    return read(guard, tx, ask(tx, account), account, now)


def ask(tx: Transaction, account: UUID) -> Asked:
    """Send the query for a meter, to be read with others in one round trip."""
    return tx.cursor(row_factory=dict_row).execute(_ASK, (account,))


def read(guard: Guard, tx: Transaction, asked: Asked, account: UUID, now: datetime) -> Meter:
    """The meter asked for, at this instant. Refuses a forged row."""
    row = asked.fetchone()
    last = int(row["journaled"]) if row else 0
    if row is not None and row["account_id"] is not None:
        meter = METERS.checked(guard, row)
        if meter.last_seq == last:
            return meter.rolled(now)
    return folded(tx, account, now)


def folded(tx: Transaction, account: UUID, now: datetime) -> Meter:
    """The meter that the journal implies."""
    query = f"""select account_seq, kind, at, leaf from journal_entry where account_id = %s and kind in ({_KINDS}) and at > %s
                order by account_seq"""
    entries = tx.execute(query, (account, now - timedelta(days=MONTH_DAYS + 1))).fetchall()
    meter = Meter(account_id=account, last_seq=0, shift_since=entries[0][2] if entries else now)
    for seq, kind, at, leaf in entries:
        meter = meter.after(seq, kind, json.loads(bytes(leaf))["body"], at)
    return meter.rolled(now)


def note(
    guard: Guard,
    tx: Transaction,
    *,
    account: UUID,
    kind: str,
    body: Mapping[str, object],
    now: datetime,
    patient: UUID | None = None,
    meter: Meter | None = None,
) -> Meter:
    """Append an entry that the meter follows, and follow it. `meter` is the locked one, when it is at hand."""
    meter = meter or load(guard, tx, account, now)
    told = {**body, "shift": meter.shift_since}
    line = journal.append(tx, at=now, kind=kind, account=account, patient=patient, body=told)
    meter = meter.after(line.account_seq or 0, kind, told, now)
    METERS.put(guard, tx, meter)
    return meter
