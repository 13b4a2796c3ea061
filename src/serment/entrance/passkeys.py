"""Passkeys at rest, and who may show which. What they prove is checked by `credentials.passkeys`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from serment import journal
from serment.credentials import passkeys as checks
from serment.credentials.passkeys import NotProved, credential_id, read
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence.accounts import Account
from serment.guard.rows import Table
from serment.wire.protocol import CONFLICT

__all__ = ["NotProved", "credential_id", "read"]

LABEL_CHARACTERS_MAX = 60

# A person has a phone, a security key and a workstation or two. A fictional one has as many as it has visitors.
PASSKEYS_MAX = 20
DEMONSTRATION_PASSKEYS_MAX = 1000


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """A credential as its MAC vouches. `public_key` is COSE, or the JSON of a JWK for the demonstration's software keys."""

    id: UUID
    account_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    label: str
    software: bool
    added_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


PASSKEYS = Table("passkey", Passkey)


def verify_new(guard: Guard, account: Account, value: dict[str, Any], challenge: bytes) -> checks.Credential:
    """Check the answer to a creation ceremony. Raises NotProved."""
    return checks.verify_new(value, _asked(guard, account, challenge))


def verify_use(guard: Guard, account: Account, passkey: Passkey, value: dict[str, Any], challenge: bytes) -> Passkey:
    """Check an assertion. Returns the passkey with its new counter. Raises NotProved."""
    if passkey.revoked_at is not None:
        raise NotProved("revoked")
    known = checks.Credential(
        credential_id=passkey.credential_id, public_key=passkey.public_key, sign_count=passkey.sign_count, software=passkey.software
    )
    count = checks.verify_use(value, _asked(guard, account, challenge), known=known, account=passkey.account_id)
    return replace(passkey, sign_count=count)


def _asked(guard: Guard, account: Account, challenge: bytes) -> checks.Asked:
    # A software key counts in a demonstration, for a fictional person.
    allowed = guard.settings.demonstration and account.demonstration
    return checks.Asked(rp_id=guard.settings.rp_id, origin=guard.settings.origin, challenge=challenge, is_software_allowed=allowed)


def by_credential(guard: Guard, tx: Transaction, credential: bytes) -> Passkey | None:
    """The passkey with this credential id, locked until the transaction ends so that its counter is read once."""
    return PASSKEYS.one(guard, tx, "credential_id = %s for update", credential)


def of_account(guard: Guard, tx: Transaction, account: UUID) -> list[Passkey]:
    """The account's passkeys that are not revoked, oldest first."""
    return PASSKEYS.all(guard, tx, "account_id = %s and revoked_at is null order by added_at, id", account)


def name(label: str) -> str:
    """The name a person gives to a passkey, as it may be shown."""
    return "".join(c for c in label if c.isprintable()).strip()[:LABEL_CHARACTERS_MAX]


def revoke(guard: Guard, tx: Transaction, passkey: Passkey, *, now: datetime) -> None:
    """End a passkey for good. Journals `passkey_revoked`. Its sessions are the caller's to close."""
    save(guard, tx, replace(passkey, revoked_at=now))
    journal.append(tx, at=now, kind="passkey_revoked", account=passkey.account_id, patient=None, body={"passkey": passkey.id})


def descriptors(passkeys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    """How WebAuthn's options name passkeys. The demonstration's software keys are no business of the browser's."""
    return [PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in passkeys if not passkey.software]


def add(guard: Guard, tx: Transaction, account: Account, passkey: Passkey) -> None:
    """Write a new passkey. Refuses `passkey_known` and `too_many_passkeys`."""
    limit = DEMONSTRATION_PASSKEYS_MAX if account.demonstration else PASSKEYS_MAX
    if len(of_account(guard, tx, account.id)) >= limit:
        raise Refused(CONFLICT, "too_many_passkeys")
    try:
        PASSKEYS.add(guard, tx, passkey)
    except UniqueViolation:
        raise Refused(CONFLICT, "passkey_known") from None


def save(guard: Guard, tx: Transaction, passkey: Passkey) -> None:
    """Write what may change of a passkey: its counter, its name, its last use, its end."""
    PASSKEYS.put(guard, tx, passkey)
