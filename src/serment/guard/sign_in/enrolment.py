"""Enrolling a passkey with a code received in person."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import webauthn
from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement, UserVerificationRequirement

from serment import journal
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.sign_in import ceremonies, codes, passkeys
from serment.guard.sign_in.codes import issue
from serment.guard.sign_in.demonstration import persona_code
from serment.wire.protocol import DENIED, BeginEnrolment, Ceremony, Enrolled, FinishEnrolment

__all__ = ["begin_enrolment", "finish_enrolment", "issue", "persona_code"]

NAME_SHOWN = "Serment"


def begin_enrolment(guard: Guard, request: BeginEnrolment, now: datetime) -> Ceremony:
    """Options to create a passkey that the authenticator itself can find again, after verifying its user. Refuses `bad_code`."""
    with guard.pool.connection() as tx:
        code = codes.find(guard, tx, codes.digest(guard, request.code), now=now)
        account = accounts.load(guard, tx, code.account_id)
        challenge = ceremonies.challenge(b"enrolment", code.code_digest)
        pending = ceremonies.new("enrolment", challenge=challenge, now=now, account_id=account.id, code_digest=code.code_digest)
        ceremonies.begin(guard, tx, pending, now=now)
        known = passkeys.descriptors(passkeys.of_account(guard, tx, account.id))
    options = webauthn.generate_registration_options(
        rp_id=guard.settings.rp_id,
        rp_name=NAME_SHOWN,
        user_id=account.id.bytes,
        user_name=account.label,
        challenge=challenge,
        timeout=int(ceremonies.CEREMONY_LIFE.total_seconds() * 1000),
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return Ceremony(ceremony=str(pending.id), options=webauthn.options_to_json(options))


def finish_enrolment(guard: Guard, request: FinishEnrolment, now: datetime) -> Enrolled:
    """Keep the new passkey, and use the code up. Refuses `ceremony_over`, `bad_code`, `enrolment_refused`, `passkey_known`."""
    pending = ceremonies.take(guard, id=request.ceremony, kind="enrolment", now=now)
    with guard.pool.connection() as tx:
        code = codes.find(guard, tx, pending.code_digest, now=now)
        account = accounts.load(guard, tx, code.account_id)
        if account.contained_at is not None or account.kind != "person":
            raise Refused(DENIED, "enrolment_refused")
        try:
            new = passkeys.verify_new(guard, account, passkeys.read(request.credential), pending.challenge)
        except passkeys.NotProved:
            raise Refused(DENIED, "enrolment_refused", remedy="retry") from None
        label = "".join(c for c in request.label if c.isprintable()).strip()[: passkeys.LABEL_CHARACTERS_MAX]
        passkey = passkeys.Passkey(
            id=uuid4(), account_id=account.id, credential_id=new.credential_id, public_key=new.public_key, sign_count=new.sign_count,
            label=label, software=new.software, added_at=now,
        )  # fmt: skip
        passkeys.add(guard, tx, account, passkey)
        codes.use(guard, tx, code, now=now)
        body = {"passkey": passkey.id, "software": passkey.software}
        journal.append(tx, at=now, kind="enrolment", account=account.id, patient=None, body=body)
    return Enrolled(account=account.id, label=account.label)
