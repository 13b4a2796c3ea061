"""An act that needs the passkey: the touch is bound to the act, to what it is done to, and to the session, and serves for nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from serment.entrance import ceremonies, passkeys, sign_in
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.presence import sessions
from serment.wire.protocol import DENIED, BeginAct, Ceremony


def begin_act(guard: Guard, request: BeginAct, now: datetime) -> Ceremony:
    """Options for the caller's own passkeys, for one act. Refuses `assurance` without a passkey or an equal at sign-in,
    `no_passkey` for who came through the identity provider and has none."""
    with guard.pool.connection() as tx:
        caller = sessions.authenticate(guard, tx, session=request.session, proof=request.proof, verb="begin_act", now=now)
        if caller.assurance == sessions.FULL and not passkeys.of_account(guard, tx, caller.account):
            raise Refused(DENIED, "no_passkey")
        return begin(guard, tx, caller, kind="act", act=_name(request.act, request.subject), now=now)


def begin(guard: Guard, tx: Transaction, caller: sessions.Caller, *, kind: str, act: str, now: datetime) -> Ceremony:
    """A ceremony of whoever is signed in, with a challenge bound to this session and this act. Refuses `assurance`."""
    if caller.assurance != sessions.FULL:
        raise Refused(DENIED, "assurance")
    bound_to = (caller.session or caller.account).bytes + act.encode()
    challenge = ceremonies.challenge(kind.encode(), bound_to)
    pending = ceremonies.new(kind, challenge=challenge, now=now, account_id=caller.account, session_id=caller.session, act=act)
    ceremonies.begin(guard, tx, pending, now=now)
    known = passkeys.of_account(guard, tx, caller.account)
    return Ceremony(ceremony=str(pending.id), options=sign_in.request_options(guard, challenge=challenge, known=known))


def prove(
    guard: Guard, tx: Transaction, caller: sessions.Caller, *, act: str, subject: UUID, ceremony: str, credential: str, now: datetime
) -> UUID:
    """The passkey that answered for this act on this subject in this session. Refuses `ceremony_over` and `touch_refused`."""
    pending = ceremonies.take(guard, id=ceremony, kind="act", now=now)
    if pending.act != _name(act, subject):
        raise _refused(caller)
    return answer(guard, tx, caller, pending, credential, now=now)


def answer(guard: Guard, tx: Transaction, caller: sessions.Caller, pending: ceremonies.Pending, credential: str, *, now: datetime) -> UUID:
    """The caller's own passkey, once it has answered a ceremony of this very session. Refuses `touch_refused`."""
    try:
        value = passkeys.read(credential)
        passkey = passkeys.by_credential(guard, tx, passkeys.credential_id(value))
        if passkey is None or passkey.account_id != caller.account or pending.session_id != caller.session:
            raise passkeys.NotProved("not_ours")
        used = passkeys.verify_use(guard, caller.facts, passkey, value, pending.challenge)
    except passkeys.NotProved:
        raise _refused(caller) from None
    passkeys.save(guard, tx, replace(used, last_used_at=now))
    return used.id


def _name(act: str, subject: UUID) -> str:
    return f"{act}:{subject}"


def _refused(caller: sessions.Caller) -> Refused:
    refused = Refused(DENIED, "touch_refused", remedy="touch")
    refused.account = caller.account
    return refused
