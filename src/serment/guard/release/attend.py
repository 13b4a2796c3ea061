"""`attend`: who is at the keyboard, asked once per request. `personas`: who a demonstration lets one be."""

from __future__ import annotations

from datetime import datetime

from serment.guard import policies
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.meters import account as meters
from serment.guard.meters import limits, rules
from serment.guard.release.caller import Present, present
from serment.wire.protocol import DENIED, Empty, Persona, Personas, Signed, Who


def attend(guard: Guard, request: Signed, now: datetime) -> Who:
    """Verify the proof and say who made it."""
    with guard.transaction() as tx:
        return who(guard, tx, present(guard, tx, request, verb="attend", now=now), now)


def who(guard: Guard, tx: Transaction, caller: Present, now: datetime) -> Who:
    """The caller as the header of a page shows them."""
    account = caller.account
    meter = meters.read(guard, tx, meters.ask(tx, account.id), account.id, now)
    allowance = caller.allowance(limits.current(guard, tx), now)
    return Who(
        account=account.id,
        label=account.label,
        profession=account.profession,
        role=account.role,
        assignments=caller.assignments,
        actions=policies.actions_of(account.role),
        lease_left=meter.lease_patients,
        lines_left=rules.lines_left(meter, allowance),
        unexplained_left=meter.unexplained_left(allowance),
        assurance=caller.caller.assurance,
        until=caller.caller.until,
        fresh_until=caller.new_until(now),
        new_key_at=caller.caller.new_key_at,
        rpps=account.rpps,
    )


def personas(guard: Guard, request: Empty, now: datetime) -> Personas:
    """The fictional staff of a demonstration. Refuses (`not_a_demonstration`) everywhere else."""
    if not guard.settings.demonstration:
        raise Refused(DENIED, "not_a_demonstration")
    with guard.pool.connection() as tx:
        people = [one for one in accounts.load_all(guard, tx) if one.demonstration and one.kind == "person"]
        rows = tx.execute(
            """select account_id, array_agg(label order by label) from assignment join unit on unit.id = unit_id
               where until is null or until > %s group by account_id""",
            (now,),
        ).fetchall()
    units = dict(rows)
    return Personas(
        personas=tuple(
            Persona(account=one.id, label=one.label, profession=one.profession, role=one.role, units=tuple(units.get(one.id, ())))
            for one in people
        )
    )
