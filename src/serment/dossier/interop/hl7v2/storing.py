"""Keeping what arrives before anything is answered: sealed for the guard, so that the listener itself cannot read it back."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from django.db import connection

from serment.dossier.interop.hl7v2.models import ACCEPTED, RECEIVED, REFUSED
from serment.dossier.interop.hl7v2.refusing import Refusal
from serment.dossier.kernel import config, ids
from serment.dossier.kernel.config import ConfigurationError
from serment.dossier.vault.sealing import DEPOSIT_SUITE
from serment.wire import seal
from serment.wire.canonical import decode_bytes


@dataclass(frozen=True, kw_only=True)
class Letterbox:
    """The guard's public key for raw messages, and a key of the interface's own that recognises a message sent again."""

    public: X25519PublicKey = field(repr=False)
    digest_key: bytes = field(repr=False)

    def digest(self, raw: bytes) -> bytes:
        return hmac.digest(self.digest_key, raw, "sha256")

    def sealed(self, message: UUID, raw: bytes) -> bytes:
        return DEPOSIT_SUITE.encrypt(raw, self.public, b"serment letterbox v1|" + message.bytes)


@lru_cache(maxsize=1)
def letterbox() -> Letterbox:
    """The letterbox of this process. Raises ConfigurationError naming the file that is missing or wrong."""
    settings = config.current()
    try:
        public = decode_bytes(_file(settings.letterbox_file, "letterbox_file").read_text(encoding="ascii").strip())
        secret = _file(settings.interface_key_file, "interface_key_file").read_bytes()
        return Letterbox(
            public=X25519PublicKey.from_public_bytes(public), digest_key=seal.derive(secret, info="serment letterbox digest v1")
        )
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"the letterbox key cannot be read: {type(error).__name__}") from None


def _file(path: Path | None, setting: str) -> Path:
    if path is None:
        raise ConfigurationError(f"the configuration lacks {setting}")
    return path


def keep(*, raw: bytes, digest: bytes, sender: str, control_id: str, event: str, now: datetime) -> UUID:
    """Store a message, durably, in a transaction of its own."""
    message = ids.new()
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into interop_message (id, received_at, sender, control_id, event, state, error_code, error_location, digest, sealed)
               values (%s, %s, %s, %s, %s, %s, '', '', %s, %s)""",
            [message, now, sender[:200], control_id[:199], event[:20], RECEIVED, digest, letterbox().sealed(message, raw)],
        )
    return message


def was_accepted(digest: bytes) -> bool:
    """Whether exactly these bytes were taken before. A message refused before is tried again: its reason may be gone."""
    with connection.cursor() as cursor:
        cursor.execute("select 1 from interop_message where digest = %s and state = %s limit 1", [digest, ACCEPTED])
        return cursor.fetchone() is not None


def answered(message: UUID, *, refusal: Refusal | None, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update interop_message set state = %s, answered_at = %s, error_code = %s, error_location = %s where id = %s",
            [REFUSED if refusal else ACCEPTED, now, refusal.code if refusal else "", refusal.location if refusal else "", message],
        )
