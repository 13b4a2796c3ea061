"""One's own sessions and passkeys: seen, closed, revoked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from serment import journal
from serment.entrance import codes, passkeys, password
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.presence import idle, sessions
from serment.wire.protocol import (
    CONFLICT,
    NOT_FOUND,
    AccountView,
    CloseSession,
    Empty,
    PasskeyView,
    RevokePasskey,
    SessionView,
    Signed,
)
from serment.wire.ways_in import RenamePasskey

# Recovery happens across a table: the person enrols a new passkey before leaving the room.
RECOVERY_LIFE = timedelta(hours=1)


def account(guard: Guard, request: Signed, now: datetime) -> AccountView:
    """The caller's open sessions and passkeys."""
    with guard.pool.connection() as tx:
        caller = sessions.authenticate(guard, tx, session=request.session, proof=request.proof, verb="account", now=now)
        open_sessions = sessions.live(guard, tx, account=caller.account, now=now)
        keys = passkeys.of_account(guard, tx, caller.account)
    return AccountView(
        sessions=tuple(
            SessionView(id=s.id, opened_at=s.opened_at, until=s.until, user_agent=s.user_agent, current=s.id == caller.session)
            for s in open_sessions
        ),
        passkeys=tuple(
            PasskeyView(id=k.id, label=k.label, added_at=k.added_at, last_used_at=k.last_used_at, software=k.software) for k in keys
        ),
    )


def sign_out(guard: Guard, request: Signed, now: datetime) -> Empty:
    """Close the session that asks."""
    with guard.pool.connection() as tx:
        caller = sessions.authenticate(guard, tx, session=request.session, proof=request.proof, verb="sign_out", now=now)
        session = _mine(guard, tx, caller, caller.session, now)
        sessions.close(guard, tx, session, by=caller.account, kind="sign_out", now=now)
    return Empty()


def close_session(guard: Guard, request: CloseSession, now: datetime) -> Empty:
    """Close one of the caller's sessions. Refuses `unknown_session` for anybody else's."""
    with guard.pool.connection() as tx:
        caller = sessions.authenticate(guard, tx, session=request.session, proof=request.proof, verb="close_session", now=now)
        session = _mine(guard, tx, caller, request.id, now)
        sessions.close(guard, tx, session, by=caller.account, kind="session_closed", now=now)
    return Empty()


def revoke_passkey(guard: Guard, request: RevokePasskey, now: datetime) -> Empty:
    """End one of the caller's passkeys and the sessions it opened.

    Refuses `unknown_passkey`, and `last_passkey`: nobody locks himself out.
    """
    with guard.pool.connection() as tx:
        caller = sessions.authenticate(guard, tx, session=request.session, proof=request.proof, verb="revoke_passkey", now=now)
        keys = passkeys.of_account(guard, tx, caller.account)
        mine = [key for key in keys if key.id == request.id]
        if not mine:
            raise Refused(NOT_FOUND, "unknown_passkey", field="id")
        if len(keys) == 1:
            raise Refused(CONFLICT, "last_passkey")
        passkeys.revoke(guard, tx, mine[0], now=now)
        for session in sessions.live(guard, tx, account=caller.account, now=now):
            if session.passkey_id == request.id:
                sessions.close(guard, tx, session, by=caller.account, kind="session_closed", now=now)
    return Empty()


def rename_passkey(guard: Guard, request: RenamePasskey, now: datetime) -> Empty:
    """Give one of the caller's passkeys another name. Refuses `unknown_passkey`."""
    with guard.pool.connection() as tx:
        caller = sessions.authenticate(guard, tx, session=request.session, proof=request.proof, verb="rename_passkey", now=now)
        mine = [key for key in passkeys.of_account(guard, tx, caller.account) if key.id == request.id]
        if not mine:
            raise Refused(NOT_FOUND, "unknown_passkey", field="id")
        passkeys.save(guard, tx, replace(mine[0], label=passkeys.name(request.label)))
        journal.append(tx, at=now, kind="passkey_renamed", account=caller.account, patient=None, body={"passkey": request.id})
    return Empty()


def lock(guard: Guard, request: Signed, now: datetime) -> Empty:
    """Lock the session that asks, until a touch of its owner's passkey. Journals `lock`."""
    with guard.pool.connection() as tx:
        caller = sessions.authenticate(guard, tx, session=request.session, proof=request.proof, verb="lock", now=now)
        session = _mine(guard, tx, caller, caller.session, now)
        idle.lock(guard, tx, session.id)
        journal.append(tx, at=now, kind="lock", account=caller.account, patient=None, body={"session": session.id})
    return Empty()


def recover(guard: Guard, tx: Transaction, *, account: UUID, by: UUID, code: str, now: datetime) -> int:
    """Somebody lost their passkeys and stands before us: end them all, with the sessions and the password, and issue a code.

    For two persons who decided it. Returns how many passkeys were ended.
    """
    lost = passkeys.of_account(guard, tx, account)
    for passkey in lost:
        passkeys.revoke(guard, tx, passkey, now=now)
    sessions.close_all(guard, tx, account, now, by=by)
    password.forget(guard, tx, account)
    codes.issue(guard, tx, account=account, code=code, until=now + RECOVERY_LIFE)
    return len(lost)


def _mine(guard: Guard, tx: Transaction, caller: sessions.Caller, id: UUID | None, now: datetime) -> sessions.Session:
    for session in sessions.live(guard, tx, account=caller.account, now=now):
        if session.id == id:
            return session
    raise Refused(NOT_FOUND, "unknown_session", field="id")
