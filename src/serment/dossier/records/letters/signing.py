"""What a signature is bound to: the words of a letter, its document and its patient, under a salt that stays sealed with them. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from serment.dossier.kernel import clock
from serment.dossier.vault.sealing import Resource
from serment.wire import canonical
from serment.wire.canonical import decode_bytes, encode_bytes, instant
from serment.wire.signing import Paper

SALT_BYTES = 16
URL = "urn:serment:signature"
# Instants: the page says the day, and a letter that is looked at is signed a minute later.
_APART = ("date", "attester")


@dataclass(frozen=True, kw_only=True)
class Touch:
    """The passkey's answer for a letter, as its form brings it. `salt` was drawn when the letter was looked at."""

    salt: bytes = field(repr=False)
    ceremony: str = ""
    credential: str = field(default="", repr=False)


def paper(composition: Mapping[str, Any], *, document: UUID, patient: UUID, salt: bytes) -> Paper:
    """What is signed of a letter: every word of its Composition, the day, the document that it becomes, the patient."""
    said = {name: value for name, value in composition.items() if name not in _APART}
    day = clock.today(datetime.fromisoformat(str(composition["date"])))
    told = canonical.encode({"composition": said, "day": day, "document": document, "patient": patient})
    return Paper(document=document, digest=hmac.digest(salt, told, hashlib.sha256))


def extension(signed: Paper, *, salt: bytes, at: datetime, passkey: UUID | None) -> Resource:
    """What a DocumentReference says of its signature: enough to compute the digest that the journal holds."""
    parts: list[Resource] = [
        {"url": "salt", "valueString": encode_bytes(salt)},
        {"url": "digest", "valueString": encode_bytes(signed.digest)},
        {"url": "at", "valueInstant": instant(at)},
    ]
    if passkey:
        parts.append({"url": "passkey", "valueString": str(passkey)})
    return {"url": URL, "extension": parts}


def holds(resource: Resource, composition: Mapping[str, Any], *, document: UUID, patient: UUID) -> bool | None:
    """Whether the words of a letter are those that its touch was bound to. None for a letter of before there was a touch."""
    parts = next((one.get("extension", []) for one in resource.get("extension", []) if one.get("url") == URL), None)
    if parts is None:
        return None
    told = {str(one.get("url")): str(one.get("valueString", "")) for one in parts}
    try:
        salt, digest = decode_bytes(told["salt"]), decode_bytes(told["digest"])
    except (KeyError, ValueError):
        return False
    return hmac.compare_digest(paper(composition, document=document, patient=patient, salt=salt).digest, digest)
