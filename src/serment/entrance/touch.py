"""Touching the passkey again, in a session: it fills the lease and shows that the owner is there."""

from __future__ import annotations

from datetime import datetime

from serment.entrance import acts, ceremonies
from serment.guard.context import Guard
from serment.guard.meters import account as meters
from serment.guard.meters import limits
from serment.guard.presence import idle, sessions
from serment.guard.release import attend
from serment.guard.release.caller import present
from serment.wire.protocol import Ceremony, FinishTouch, Signed, Who


def begin_touch(guard: Guard, request: Signed, now: datetime) -> Ceremony:
    """Options for the passkeys of whoever is signed in, with a challenge bound to this session."""
    with guard.pool.connection() as tx:
        caller = sessions.authenticate(guard, tx, session=request.session, proof=request.proof, verb="begin_touch", now=now)
        return acts.begin(guard, tx, caller, kind="touch", act="", now=now)


def finish_touch(guard: Guard, request: FinishTouch, now: datetime) -> Who:
    """Fill the lease. Refuses `ceremony_over`, and `touch_refused` unless the account's own passkey answered in this session."""
    pending = ceremonies.take(guard, id=request.ceremony, kind="touch", now=now)
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="finish_touch", now=now)
        passkey = acts.answer(guard, tx, who.caller, pending, request.credential, now=now)
        granted = limits.current(guard, tx).lease(is_full=True)
        body = {"session": who.session, "passkey": passkey, "granted": granted}
        idle.use(guard, tx, who.session, now)
        meters.note(guard, tx, account=who.id, kind="touch", body=body, now=now)
        return attend.who(guard, tx, who, now)
