"""Passkeys at rest, and the two checks of WebAuthn: a new credential, and its use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import webauthn
from psycopg.errors import UniqueViolation
from psycopg.rows import dict_row
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence.accounts import Account
from serment.guard.sign_in import demonstration
from serment.wire.canonical import decode_bytes
from serment.wire.protocol import CONFLICT

CREDENTIAL_CHARACTERS_MAX = 16_384
CREDENTIAL_ID_BYTES_MAX = 1023  # WebAuthn level 2, section 6.5.1
LABEL_CHARACTERS_MAX = 60

# A person has a phone, a security key and a workstation or two. A fictional one has as many as it has visitors.
PASSKEYS_MAX = 20
DEMONSTRATION_PASSKEYS_MAX = 1000

COLUMNS = (
    "id", "account_id", "credential_id", "public_key", "sign_count", "label", "software", "added_at", "last_used_at", "revoked_at",
)  # fmt: skip


class NotProved(Exception):
    """The authenticator's answer does not hold. The message names the cause for the journal, never a value."""


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


@dataclass(frozen=True, kw_only=True)
class NewCredential:
    """What a creation ceremony proved."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    software: bool


def read(credential: str) -> dict[str, Any]:
    """The browser's JSON. Raises NotProved when it is not an object with an id."""
    try:
        value = json.loads(credential) if len(credential) <= CREDENTIAL_CHARACTERS_MAX else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise NotProved("malformed")
    return value


def credential_id(value: Mapping[str, Any]) -> bytes:
    """The credential's id. Raises NotProved."""
    try:
        raw = decode_bytes(value["id"])
    except ValueError:
        raise NotProved("malformed") from None
    if not 16 <= len(raw) <= CREDENTIAL_ID_BYTES_MAX:
        raise NotProved("malformed")
    return raw


def verify_new(guard: Guard, account: Account, value: dict[str, Any], challenge: bytes) -> NewCredential:
    """Check the answer to a creation ceremony. Raises NotProved."""
    if demonstration.is_software(value):
        if not demonstration.is_allowed(guard, account):
            raise NotProved("software")
        if not demonstration.holds(value, jwk=value.get("publicKey"), challenge=challenge):
            raise NotProved("signature")
        public = json.dumps(value["publicKey"], sort_keys=True).encode()
        return NewCredential(credential_id=credential_id(value), public_key=public, sign_count=0, software=True)
    try:
        done = webauthn.verify_registration_response(
            credential=value,
            expected_challenge=challenge,
            expected_rp_id=guard.settings.rp_id,
            expected_origin=guard.settings.origin,
            require_user_verification=True,
        )
    except Exception as cause:  # noqa: BLE001 - the library raises many kinds on garbage, and all of them mean no
        raise NotProved(type(cause).__name__) from None
    _refuse_frames(value)
    return NewCredential(
        credential_id=done.credential_id, public_key=done.credential_public_key, sign_count=done.sign_count, software=False
    )


def verify_use(guard: Guard, account: Account, passkey: Passkey, value: dict[str, Any], challenge: bytes) -> Passkey:
    """Check an assertion. Returns the passkey with its new counter. Raises NotProved, also when the counter went back: a cloned key."""
    if passkey.revoked_at is not None:
        raise NotProved("revoked")
    if passkey.software or demonstration.is_software(value):
        if not passkey.software or not demonstration.is_allowed(guard, account):
            raise NotProved("software")
        if not demonstration.holds(value, jwk=json.loads(passkey.public_key), challenge=challenge):
            raise NotProved("signature")
        return passkey
    try:
        done = webauthn.verify_authentication_response(
            credential=value,
            expected_challenge=challenge,
            expected_rp_id=guard.settings.rp_id,
            expected_origin=guard.settings.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        handle = value["response"].get("userHandle")
        is_other = handle is not None and decode_bytes(handle) != passkey.account_id.bytes
    except Exception as cause:  # noqa: BLE001 - as above
        raise NotProved(type(cause).__name__) from None
    if is_other:
        raise NotProved("user_handle")
    _refuse_frames(value)
    return replace(passkey, sign_count=done.new_sign_count)


def _refuse_frames(value: Mapping[str, Any]) -> None:
    """No ceremony inside another site's frame. The client data was verified just before."""
    if json.loads(decode_bytes(value["response"]["clientDataJSON"])).get("crossOrigin"):
        raise NotProved("cross_origin")


# rows -------------------------------------------------------------------------------------------------------------------------


def by_credential(guard: Guard, tx: Transaction, credential: bytes) -> Passkey | None:
    """The passkey with this credential id, locked until the transaction ends so that its counter is read once."""
    rows = tx.cursor(row_factory=dict_row).execute("select * from passkey where credential_id = %s for update", (credential,))
    row = rows.fetchone()
    return _checked(guard, row) if row else None


def of_account(guard: Guard, tx: Transaction, account: UUID) -> list[Passkey]:
    """The account's passkeys that are not revoked, oldest first."""
    rows = tx.cursor(row_factory=dict_row).execute(
        "select * from passkey where account_id = %s and revoked_at is null order by added_at, id", (account,)
    )
    return [_checked(guard, row) for row in rows.fetchall()]


def descriptors(passkeys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    """How WebAuthn's options name passkeys. The demonstration's software keys are no business of the browser's."""
    return [PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in passkeys if not passkey.software]


def add(guard: Guard, tx: Transaction, account: Account, passkey: Passkey) -> None:
    """Write a new passkey. Refuses `passkey_known` and `too_many_passkeys`."""
    limit = DEMONSTRATION_PASSKEYS_MAX if account.demonstration else PASSKEYS_MAX
    if len(of_account(guard, tx, account.id)) >= limit:
        raise Refused(CONFLICT, "too_many_passkeys")
    row = _row(passkey)
    try:
        tx.execute(
            """insert into passkey (id, account_id, credential_id, public_key, sign_count, label, software, added_at, last_used_at,
                                    revoked_at, mac)
               values (%(id)s, %(account_id)s, %(credential_id)s, %(public_key)s, %(sign_count)s, %(label)s, %(software)s,
                       %(added_at)s, %(last_used_at)s, %(revoked_at)s, %(mac)s)""",
            {**row, "mac": guard.vault.mac("passkey", row)},
        )
    except UniqueViolation:
        raise Refused(CONFLICT, "passkey_known") from None


def save(guard: Guard, tx: Transaction, passkey: Passkey) -> None:
    """Write what may change of a passkey: its counter, its last use, its end."""
    tx.execute(
        "update passkey set sign_count = %s, last_used_at = %s, revoked_at = %s, mac = %s where id = %s",
        (
            passkey.sign_count, passkey.last_used_at, passkey.revoked_at, guard.vault.mac("passkey", _row(passkey)), passkey.id,
        ),
    )  # fmt: skip


def _row(passkey: Passkey) -> dict[str, object]:
    return {name: getattr(passkey, name) for name in COLUMNS}


def _checked(guard: Guard, row: Mapping[str, Any]) -> Passkey:
    facts = {name: row[name] for name in COLUMNS}
    guard.vault.check("passkey", facts, row["mac"])
    return Passkey(**facts)
