"""One account's meter: its lease and its unexplained budget, counted across sessions, devices and restarts.

The row carries a MAC, and the number of the account's last opening in the journal: an older row put back by a database administrator,
or by a restored backup, no longer agrees with the journal, and the meter is then rebuilt from the journal, never lower.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import dict_row

from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.meters import budgets
from serment.wire.protocol import EXHAUSTED, STEP_UP

COLUMNS = ("account_id", "lease_left", "touched_at", "unexplained_used", "unexplained_since", "last_opening_seq")


@dataclass(frozen=True, kw_only=True)
class Meter:
    account_id: UUID
    lease_left: int
    touched_at: datetime | None
    unexplained_used: int
    unexplained_since: datetime
    last_opening_seq: int

    def unexplained_left(self, role: str) -> int:
        return max(0, budgets.unexplained(role).hard_stop - self.unexplained_used)


def load(guard: Guard, tx: Transaction, account: UUID, now: datetime) -> Meter:
    """The meter, locked until the transaction ends so that a hundred sessions of one account count exactly."""
    tx.execute("select 1 from account where id = %s for no key update", (account,))
    return read(guard, tx, ask(tx, account), account, now)


def peek(guard: Guard, tx: Transaction, account: UUID, now: datetime) -> Meter:
    """The meter as it stands, for display."""
    return read(guard, tx, ask(tx, account), account, now)


Asked = Cursor[dict[str, Any]]


def ask(tx: Transaction, account: UUID) -> Asked:
    """Send the query for a meter, to be read with others in one round trip."""
    return tx.cursor(row_factory=dict_row).execute(
        """select meter.*, coalesce((select max(account_seq) from journal_entry where account_id = a.id
           and kind in ('opening', 'emergency')), 0) as journaled from (select %s::uuid as id) a left join meter on account_id = a.id""",
        (account,),
    )


def read(guard: Guard, tx: Transaction, asked: Asked, account: UUID, now: datetime) -> Meter:
    row = asked.fetchone()
    last = int(row["journaled"]) if row else 0
    if row is not None and row["account_id"] is not None:
        facts = {name: row[name] for name in COLUMNS}
        guard.vault.check("meter", facts, row["mac"])
        if facts["last_opening_seq"] == last:
            return _rolled(Meter(**facts), now)
    return _rebuilt(tx, account, last, now)


def _rebuilt(tx: Transaction, account: UUID, last: int, now: datetime) -> Meter:
    """What the journal implies: no lease until the next touch, and every unexplained opening of the shift counted."""
    row = tx.execute(
        """select count(*) from journal_entry where account_id = %s and kind in ('opening', 'emergency') and at > %s
           and leaf like %s""",
        (account, now - budgets.SHIFT, b'%"explained":false%'),
    ).fetchone()
    used = int(row[0]) if row else 0
    return Meter(account_id=account, lease_left=0, touched_at=None, unexplained_used=used, unexplained_since=now, last_opening_seq=last)


def _rolled(meter: Meter, now: datetime) -> Meter:
    """A new shift begins when the last one is over."""
    if now - meter.unexplained_since < budgets.SHIFT:
        return meter
    return replace(meter, unexplained_used=0, unexplained_since=now)


def save(guard: Guard, tx: Transaction, meter: Meter) -> None:
    row = {name: getattr(meter, name) for name in COLUMNS}
    tx.execute(
        """insert into meter (account_id, lease_left, touched_at, unexplained_used, unexplained_since, last_opening_seq, mac)
           values (%(account_id)s, %(lease_left)s, %(touched_at)s, %(unexplained_used)s, %(unexplained_since)s,
                   %(last_opening_seq)s, %(mac)s)
           on conflict (account_id) do update set lease_left = excluded.lease_left, touched_at = excluded.touched_at,
           unexplained_used = excluded.unexplained_used, unexplained_since = excluded.unexplained_since,
           last_opening_seq = excluded.last_opening_seq, mac = excluded.mac""",
        {**row, "mac": guard.vault.mac("meter", row)},
    )


def spend_lease(meter: Meter) -> Meter:
    """One new patient. Refuses with `lease_spent` (remedy: touch) when the lease is empty."""
    if meter.lease_left <= 0:
        raise Refused(STEP_UP, "lease_spent", remedy="touch")
    return replace(meter, lease_left=meter.lease_left - 1)


def spend_unexplained(meter: Meter, *, role: str, now: datetime, emergency: bool) -> Meter:
    """One unexplained opening. Refuses with `touch_needed` (remedy: touch) or `unexplained_spent` (remedy: colleague).

    Break-glass is not held to the role's hard stop, since refusing care is worse than a leak of one; it has the bound of S3 instead.
    """
    budget = budgets.unexplained(role)
    if emergency and meter.unexplained_used >= budgets.EMERGENCIES_PER_SHIFT:
        raise Refused(EXHAUSTED, "emergencies_spent", remedy="colleague")
    if not emergency and meter.unexplained_used >= budget.hard_stop:
        raise Refused(EXHAUSTED, "unexplained_spent", remedy="colleague")
    is_fresh = meter.touched_at is not None and now - meter.touched_at <= budgets.TOUCH_FRESH
    if meter.unexplained_used >= budget.step_up and not is_fresh:
        raise Refused(STEP_UP, "touch_needed", remedy="touch")
    return replace(meter, unexplained_used=meter.unexplained_used + 1)
