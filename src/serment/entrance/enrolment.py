"""Enrolling a passkey: with a code received in person, or beside one that stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import webauthn
from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement, UserVerificationRequirement

from serment import journal
from serment.entrance import acts, ceremonies, codes, passkeys
from serment.entrance.codes import issue
from serment.entrance.demonstration import persona_code
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.release.caller import present
from serment.wire.protocol import DENIED, INVALID, BeginEnrolment, Ceremony, Enrolled, FinishEnrolment
from serment.wire.ways_in import AddPasskey, FinishPasskey

__all__ = ["add_passkey", "begin_enrolment", "finish_enrolment", "finish_passkey", "issue", "persona_code"]

NAME_SHOWN = "Serment"


def begin_enrolment(guard: Guard, request: BeginEnrolment, now: datetime) -> Ceremony:
    """Options to create a passkey that the authenticator itself can find again, after verifying its user. Refuses `bad_code`."""
    with guard.pool.connection() as tx:
        code = codes.find(guard, tx, codes.digest(guard, request.code), now=now)
        account = accounts.load(guard, tx, code.account_id)
        return _begin(guard, tx, account, kind="enrolment", bound_to=code.code_digest, now=now, code_digest=code.code_digest)


def finish_enrolment(guard: Guard, request: FinishEnrolment, now: datetime) -> Enrolled:
    """Keep the new passkey, and use the code up. Refuses `ceremony_over`, `bad_code`, `enrolment_refused`, `passkey_known`."""
    pending = ceremonies.take(guard, id=request.ceremony, kind="enrolment", now=now)
    with guard.pool.connection() as tx:
        code = codes.find(guard, tx, pending.code_digest, now=now)
        account = accounts.load(guard, tx, code.account_id)
        enrolled = _keep(guard, tx, account, pending, credential=request.credential, label=request.label, kind="enrolment", now=now)
        codes.use(guard, tx, code, now=now)
    return enrolled


def add_passkey(guard: Guard, request: AddPasskey, now: datetime) -> Ceremony:
    """Options for a further passkey, after a touch of one that stands, for this very act. Refuses `touch_refused`, `assurance`."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="add_passkey", now=now)
        acts.prove(
            guard, tx, who.caller, act="add_passkey", subject=who.id, ceremony=request.ceremony, credential=request.credential, now=now
        )
        return _begin(guard, tx, who.account, kind="further", bound_to=who.session.bytes, now=now, session_id=who.session)


def finish_passkey(guard: Guard, request: FinishPasskey, now: datetime) -> Enrolled:
    """Keep the further passkey. Refuses `ceremony_over`, `enrolment_refused`, `passkey_known`, `too_many_passkeys`."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="finish_passkey", now=now)
        pending = ceremonies.take(guard, id=request.ceremony, kind="further", now=now)
        if pending.session_id != who.session:
            raise Refused(INVALID, "ceremony_over", remedy="retry")
        return _keep(guard, tx, who.account, pending, credential=request.credential, label=request.label, kind="passkey_added", now=now)


def _begin(
    guard: Guard, tx: Transaction, account: accounts.Account, *, kind: str, bound_to: bytes, now: datetime, **bound: Any
) -> Ceremony:
    challenge = ceremonies.challenge(kind.encode(), bound_to)
    pending = ceremonies.new(kind, challenge=challenge, now=now, account_id=account.id, **bound)
    ceremonies.begin(guard, tx, pending, now=now)
    options = webauthn.generate_registration_options(
        rp_id=guard.settings.rp_id,
        rp_name=NAME_SHOWN,
        user_id=account.id.bytes,
        user_name=account.label,
        challenge=challenge,
        timeout=int(ceremonies.CEREMONY_LIFE.total_seconds() * 1000),
        exclude_credentials=passkeys.descriptors(passkeys.of_account(guard, tx, account.id)),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return Ceremony(ceremony=str(pending.id), options=webauthn.options_to_json(options))


def _keep(
    guard: Guard,
    tx: Transaction,
    account: accounts.Account,
    pending: ceremonies.Pending,
    *,
    credential: str,
    label: str,
    kind: str,
    now: datetime,
) -> Enrolled:
    if account.contained_at is not None or account.kind != "person":
        raise Refused(DENIED, "enrolment_refused")
    try:
        new = passkeys.verify_new(guard, account, passkeys.read(credential), pending.challenge)
    except passkeys.NotProved:
        raise Refused(DENIED, "enrolment_refused", remedy="retry") from None
    passkey = passkeys.Passkey(
        id=uuid4(), account_id=account.id, credential_id=new.credential_id, public_key=new.public_key, sign_count=new.sign_count,
        label=passkeys.name(label), software=new.software, added_at=now,
    )  # fmt: skip
    passkeys.add(guard, tx, account, passkey)
    body = {"passkey": passkey.id, "software": passkey.software}
    journal.append(tx, at=now, kind=kind, account=account.id, patient=None, body=body)
    return Enrolled(account=account.id, label=account.label)
