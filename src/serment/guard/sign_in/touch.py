"""A touch of the passkey in the middle of a session: it shows that its owner is still there, and fills the lease."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from serment import journal
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.meters import lease
from serment.guard.release import attend
from serment.guard.sign_in import ceremonies, passkeys, sessions, sign_in
from serment.wire.protocol import DENIED, Ceremony, FinishTouch, Signed, Who


def begin_touch(guard: Guard, request: Signed, now: datetime) -> Ceremony:
    """Options for the passkeys of whoever is signed in, with a challenge bound to this session."""
    with guard.pool.connection() as tx:
        caller = sessions.authenticate(guard, tx, session=request.session, proof=request.proof, verb="begin_touch", now=now)
        bound_to = (caller.session or caller.account).bytes
        challenge = ceremonies.challenge(b"touch", bound_to)
        pending = ceremonies.new("touch", challenge=challenge, now=now, account_id=caller.account, session_id=caller.session)
        ceremonies.begin(guard, tx, pending, now=now)
        known = passkeys.of_account(guard, tx, caller.account)
    return Ceremony(ceremony=str(pending.id), options=sign_in.request_options(guard, challenge=challenge, known=known))


def finish_touch(guard: Guard, request: FinishTouch, now: datetime) -> Who:
    """Fill the lease. Refuses `ceremony_over`, and `touch_refused` unless the account's own passkey answered in this session."""
    pending = ceremonies.take(guard, id=request.ceremony, kind="touch", now=now)
    with guard.pool.connection() as tx:
        caller = sessions.authenticate(guard, tx, session=request.session, proof=request.proof, verb="finish_touch", now=now)
        try:
            value = passkeys.read(request.credential)
            passkey = passkeys.by_credential(guard, tx, passkeys.credential_id(value))
            if passkey is None or passkey.account_id != caller.account or pending.session_id != caller.session:
                raise passkeys.NotProved("not_ours")
            used = passkeys.verify_use(guard, caller.facts, passkey, value, pending.challenge)
        except passkeys.NotProved:
            refused = Refused(DENIED, "touch_refused", remedy="touch")
            refused.account = caller.account
            raise refused from None
        passkeys.save(guard, tx, replace(used, last_used_at=now))
        lease.grant(guard, tx, account=caller.account, now=now)
        journal.append(tx, at=now, kind="touch", account=caller.account, patient=None, body={"session": caller.session, "passkey": used.id})
        return attend.who(guard, tx, caller, now)
