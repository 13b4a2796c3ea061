"""`contain`: the guard refuses one account everything, at once, in all its sessions; nobody else notices. `staff`: whom one may contain."""

from __future__ import annotations

from datetime import datetime

from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.presence import sessions
from serment.guard.release import cutting
from serment.guard.release.caller import present, refusals_of
from serment.wire.protocol import INVALID, Contain, Empty, Signed, Staff, StaffMember


def contain(guard: Guard, request: Contain, now: datetime) -> Empty:
    """Contain an account. Refuses `oneself`: who contains must remain to answer for it."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="contain", now=now)
        with refusals_of(who):
            who.require("guard:account:contain")
            if request.account == who.id:
                raise Refused(INVALID, "oneself", field="account")
        cutting.cut(guard, tx, account=request.account, by=who.id, why="person", now=now)
    return Empty()


def staff(guard: Guard, request: Signed, now: datetime) -> Staff:
    """Every account, programs too, with what the security officer needs to contain the right one."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="staff", now=now)
        with refusals_of(who):
            who.require("guard:staff:list")
        known = accounts.load_all(guard, tx)
        live = sessions.live_counts(tx, now)
    return Staff(
        members=tuple(
            StaffMember(
                account=one.id, label=one.label, profession=one.profession, role=one.role,
                contained=one.contained_at is not None, live_sessions=live.get(one.id, 0),
            )
            for one in known
        )
    )  # fmt: skip
