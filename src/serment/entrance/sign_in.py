"""Signing in with a passkey. The browser's session key is part of the challenge, so the session belongs to that browser alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import webauthn
from webauthn.helpers.structs import UserVerificationRequirement

from serment import journal
from serment.entrance import ceremonies, passkeys
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.presence import sessions
from serment.wire import dpop
from serment.wire.protocol import DENIED, INVALID, BeginSignIn, Ceremony, FinishSignIn, SignedIn


def begin_sign_in(guard: Guard, request: BeginSignIn, now: datetime) -> Ceremony:
    """Options for any passkey of this instance: nobody is named, so nobody can be guessed. Refuses `bad_session_key`."""
    key = session_key(request.session_key)
    challenge = ceremonies.challenge(b"sign-in", key.thumbprint.encode())
    pending = ceremonies.new("sign_in", challenge=challenge, now=now, public_jwk=json.dumps(dict(key.jwk), sort_keys=True))
    with guard.pool.connection() as tx:
        ceremonies.begin(guard, tx, pending, now=now)
    return Ceremony(ceremony=str(pending.id), options=request_options(guard, challenge=challenge, known=[]))


def session_key(jwk: dict[str, str]) -> dpop.PublicKey:
    """The browser's public key. Refuses `bad_session_key`."""
    try:
        return dpop.public_key(jwk)
    except dpop.BadProof:
        raise Refused(INVALID, "bad_session_key", field="session_key") from None


def finish_sign_in(guard: Guard, request: FinishSignIn, now: datetime) -> SignedIn:
    """Open a session, with a full lease: a sign-in is a touch.

    Refuses `ceremony_over`, and for every other cause `sign_in_refused` in the same words: whoever asks learns neither whether a
    passkey or an account exists, nor whether it is contained.
    """
    pending = ceremonies.take(guard, id=request.ceremony, kind="sign_in", now=now)
    known: UUID | None = None
    try:
        value = passkeys.read(request.credential)
        with guard.pool.connection() as tx:
            passkey = passkeys.by_credential(guard, tx, passkeys.credential_id(value))
            if passkey is None:
                raise passkeys.NotProved("unknown")
            known = passkey.account_id
            return _enter(guard, tx, pending, passkey, value, request=request, now=now)
    except passkeys.NotProved as cause:
        if known is not None:
            with guard.pool.connection() as tx:
                journal.append(tx, at=now, kind="sign_in_refused", account=known, patient=None, body={"cause": str(cause)})
        raise Refused(DENIED, "sign_in_refused", remedy="retry") from None


def _enter(
    guard: Guard,
    tx: Transaction,
    pending: ceremonies.Pending,
    passkey: passkeys.Passkey,
    value: dict[str, object],
    *,
    request: FinishSignIn,
    now: datetime,
) -> SignedIn:
    key = dpop.public_key(json.loads(pending.public_jwk))
    account = accounts.load(guard, tx, passkey.account_id)
    used = passkeys.verify_use(guard, account, passkey, value, pending.challenge)
    if account.contained_at is not None or account.kind != "person":
        raise passkeys.NotProved("contained" if account.contained_at else "not_a_person")
    passkeys.save(guard, tx, replace(used, last_used_at=now))
    return sessions.open_session(
        guard, tx, account=account.id, key=key, way="passkey", passkey=used.id, software=used.software, since=used.added_at,
        user_agent=request.user_agent, replaces=request.replaces, now=now,
    )  # fmt: skip


def request_options(guard: Guard, *, challenge: bytes, known: list[passkeys.Passkey]) -> str:
    """The JSON of WebAuthn's request options: these passkeys, or any when none is named."""
    options = webauthn.generate_authentication_options(
        rp_id=guard.settings.rp_id,
        challenge=challenge,
        timeout=int(ceremonies.CEREMONY_LIFE.total_seconds() * 1000),
        allow_credentials=passkeys.descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)
