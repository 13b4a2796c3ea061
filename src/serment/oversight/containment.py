"""`contain`: the guard refuses one account everything, at once, in all its sessions; nobody else notices. `staff`: whom one may contain."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from serment import journal
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.evidence import accounts, contained
from serment.guard.presence import sessions
from serment.guard.release import openings
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
        account = accounts.load(guard, tx, request.account)
        if account.contained_at is None:
            accounts.save(guard, tx, replace(account, contained_at=now))
            sessions.close_all(guard, tx, account=account.id, now=now, by=who.id)
            journal.append(tx, at=now, kind="containment", account=who.id, patient=None, body={"contained": account.id})
    contained.note(guard, request.account)
    openings.hide_rows(guard, account=request.account)
    return Empty()


def staff(guard: Guard, request: Signed, now: datetime) -> Staff:
    """Every person's account, with what the security officer needs to contain the right one."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="staff", now=now)
        with refusals_of(who):
            who.require("guard:staff:list")
        people = [one for one in accounts.load_all(guard, tx) if one.kind == "person"]
        live = sessions.live_counts(tx, now)
    return Staff(
        members=tuple(
            StaffMember(
                account=one.id, label=one.label, profession=one.profession, role=one.role,
                contained=one.contained_at is not None, live_sessions=live.get(one.id, 0),
            )
            for one in people
        )
    )  # fmt: skip
