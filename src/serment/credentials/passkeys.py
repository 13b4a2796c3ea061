"""What a passkey proves (WebAuthn level 2): a new credential, and its use. Also the software key of a demonstration's fictional people.

A pure check: everything it needs is given, nothing is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import webauthn

from serment.wire import dpop
from serment.wire.canonical import decode_bytes

CREDENTIAL_CHARACTERS_MAX = 16_384
CREDENTIAL_ID_BYTES_MIN = 16
CREDENTIAL_ID_BYTES_MAX = 1023  # WebAuthn level 2, section 6.5.1

SOFTWARE_TYPE = "serment-demonstration"
SOFTWARE_PREFIX = b"serment demonstration authenticator v1\0"


class NotProved(Exception):
    """The authenticator's answer does not hold. The message names the cause for the journal, never a value."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the ceremony was begun with: our site, the challenge, and whether a demonstration's software key may answer."""

    rp_id: str
    origin: str
    challenge: bytes
    is_software_allowed: bool


@dataclass(frozen=True, kw_only=True)
class Credential:
    """What a creation ceremony proved. `public_key` is COSE, or the JSON of a JWK for a software key."""

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
    if not CREDENTIAL_ID_BYTES_MIN <= len(raw) <= CREDENTIAL_ID_BYTES_MAX:
        raise NotProved("malformed")
    return raw


def verify_new(value: dict[str, Any], asked: Asked) -> Credential:
    """Check the answer to a creation ceremony. Raises NotProved."""
    if is_software(value):
        _check_software(value, asked, jwk=value.get("publicKey"))
        public = json.dumps(value["publicKey"], sort_keys=True).encode()
        return Credential(credential_id=credential_id(value), public_key=public, sign_count=0, software=True)
    try:
        done = webauthn.verify_registration_response(
            credential=value,
            expected_challenge=asked.challenge,
            expected_rp_id=asked.rp_id,
            expected_origin=asked.origin,
            require_user_verification=True,
        )
    except Exception as cause:  # noqa: BLE001 - the library raises many kinds on garbage, and all of them mean no
        raise NotProved(type(cause).__name__) from None
    _refuse_frames(value)
    return Credential(credential_id=done.credential_id, public_key=done.credential_public_key, sign_count=done.sign_count, software=False)


def verify_use(value: dict[str, Any], asked: Asked, *, known: Credential, account: UUID) -> int:
    """Check an assertion of a known credential. Returns its counter. Raises NotProved, also when the counter went back: a cloned key."""
    if known.software or is_software(value):
        if not known.software:
            raise NotProved("software")
        _check_software(value, asked, jwk=json.loads(known.public_key))
        return known.sign_count
    try:
        done = webauthn.verify_authentication_response(
            credential=value,
            expected_challenge=asked.challenge,
            expected_rp_id=asked.rp_id,
            expected_origin=asked.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
        handle = value["response"].get("userHandle")
        is_other = handle is not None and decode_bytes(handle) != account.bytes
    except Exception as cause:  # noqa: BLE001 - as above
        raise NotProved(type(cause).__name__) from None
    if is_other:
        raise NotProved("user_handle")
    _refuse_frames(value)
    return done.new_sign_count


def is_software(value: Mapping[str, Any]) -> bool:
    """Whether a demonstration's software key answered."""
    return value.get("type") == SOFTWARE_TYPE


def _check_software(value: Mapping[str, Any], asked: Asked, *, jwk: object) -> None:
    if not asked.is_software_allowed:
        raise NotProved("software")
    try:
        signature = decode_bytes(str(value.get("signature", "")))
        dpop.verify_signature(dpop.public_key(jwk).key, signature, SOFTWARE_PREFIX + asked.challenge)
    except (dpop.BadProof, ValueError):
        raise NotProved("signature") from None


def _refuse_frames(value: Mapping[str, Any]) -> None:
    """No ceremony inside another site's frame. The client data was verified just before."""
    if json.loads(decode_bytes(value["response"]["clientDataJSON"])).get("crossOrigin"):
        raise NotProved("cross_origin")
