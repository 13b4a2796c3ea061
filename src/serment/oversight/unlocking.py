"""A colleague's unlock: asked for at the hard stop, given by somebody of the same unit, on their own screen, with their own passkey.

It lets the account open a few more records that nothing explains; the most of a shift (S3) stands whatever colleagues do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from serment import journal
from serment.entrance import acts
from serment.guard import rows
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.meters import account as meters
from serment.guard.meters import limits
from serment.guard.release.caller import present, refusals_of
from serment.wire.protocol import CONFLICT, DENIED, NOT_FOUND, Empty, Signed
from serment.wire.unlocking import Unlock, UnlockRequest, UnlockRequests

# Long enough to call a colleague over, short enough not to wait for one who did not ask.
ASKED_FOR = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One request. Granted once, by one colleague, or never."""

    id: UUID
    account_id: UUID
    asked_at: datetime
    until: datetime
    granted_by: UUID | None = None
    granted_at: datetime | None = None


REQUESTS = rows.Table("unlock_request", Asking)


def ask_unlock(guard: Guard, request: Signed, now: datetime) -> UnlockRequest:
    """Ask the colleagues of one's units. Asking again gives the request that stands. Refuses `unlock_needless`, and `role`."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="ask_unlock", now=now)
        meter = meters.load(guard, tx, who.id, now)
        allowance = who.allowance(limits.current(guard, tx), now)
        with refusals_of(who):
            who.require("record:untied:open")
        if meter.unexplained_left(allowance) > 0:
            raise Refused(CONFLICT, "unlock_needless")
        asking = REQUESTS.one(guard, tx, "account_id = %s and granted_at is null and until > %s", who.id, now)
        if asking is None:
            asking = Asking(id=uuid4(), account_id=who.id, asked_at=now, until=now + ASKED_FOR)
            REQUESTS.add(guard, tx, asking)
            journal.append(tx, at=now, kind="unlock_asked", account=who.id, patient=None, body={"request": asking.id})
    return _shown(asking, who.account)


def unlock_requests(guard: Guard, request: Signed, now: datetime) -> UnlockRequests:
    """What colleagues of one's own units ask for now."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="unlock_requests", now=now)
        asked = REQUESTS.all(
            guard, tx, "granted_at is null and until > %s and account_id <> %s and account_id in (select account_id from assignment"
            " where unit_id = any(%s) and since <= %s and (until is null or until > %s)) order by asked_at",
            now, who.id, who.units, now, now,
        )  # fmt: skip
        people = accounts.labels(guard, tx, {asking.account_id for asking in asked})
    return UnlockRequests(requests=tuple(_shown(asking, people[asking.account_id]) for asking in asked))


def unlock(guard: Guard, request: Unlock, now: datetime) -> Empty:
    """Grant one request of a colleague of one's own units, with the passkey.

    Refuses `unknown_request`, `oneself`, `not_a_colleague`, `too_new` (an authenticator or a role of less than a day), `assurance`.
    """
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="unlock", now=now)
        with refusals_of(who):
            who.require("record:untied:open")
            asking = REQUESTS.one(guard, tx, "id = %s and granted_at is null and until > %s for update", request.id, now)
            if asking is None:
                raise Refused(NOT_FOUND, "unknown_request", field="id")
            if asking.account_id == who.id:
                raise Refused(DENIED, "oneself")
            asked = accounts.read_assignments(guard, accounts.ask_assignments(tx, asking.account_id, now))
            if not {assignment.unit for assignment in asked} & set(who.units):
                raise Refused(DENIED, "not_a_colleague")
            if who.is_new(now):
                raise Refused(DENIED, "too_new")
            acts.prove(
                guard, tx, who.caller, act="unlock", subject=asking.id, ceremony=request.ceremony, credential=request.credential, now=now
            )
        REQUESTS.put(guard, tx, replace(asking, granted_by=who.id, granted_at=now))
        journal.append(tx, at=now, kind="unlock", account=who.id, patient=None, body={"request": asking.id, "account": asking.account_id})
        colleague = accounts.load(guard, tx, asking.account_id)
        granted = {"unexplained": limits.current(guard, tx).allowance(colleague.role).step_up}
        meters.note(guard, tx, account=colleague.id, kind="unlocked", body={"granted": granted, "by": who.id}, now=now)
    return Empty()


def _shown(asking: Asking, account: accounts.Account) -> UnlockRequest:
    return UnlockRequest(
        id=asking.id, account=account.id, label=account.label, profession=account.profession, role=account.role, asked_at=asking.asked_at,
        until=asking.until,
    )  # fmt: skip
