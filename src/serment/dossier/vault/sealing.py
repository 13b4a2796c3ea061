"""Sealing and opening one entry: the single seam between ciphertext and what a person reads.

An entry is JSON, compressed (zstd, RFC 8878), padded so that its length tells little, then encrypted with AES-256-GCM under the key of
its compartment. Its place in the record is the associated data: moved, renumbered or relabelled, it no longer opens.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from serment.dossier.kernel import errors
from serment.wire import seal as places

FORMAT = b"\x01"
NONCE_BYTES = 12
LENGTH_BYTES = 4
PADDING_BYTES = 128  # "no known allergy" and "penicillin" must not differ in length
RESOURCE_BYTES_MAX = 1024 * 1024
COMPRESSION_LEVEL = 3

# One decompressor per thread: making one takes four times as long as opening an entry with it, and two threads may not share it.
_OF_THREAD = threading.local()

Resource = dict[str, Any]  # an HL7 FHIR R4 resource

# RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
DEPOSIT_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an entry stands: what its seal is bound to."""

    patient: UUID
    entry: UUID
    version: int
    compartment: str
    kind: str

    def associated_data(self) -> bytes:
        return places.entry_aad(patient=self.patient, entry=self.entry, version=self.version, compartment=self.compartment, kind=self.kind)


def seal(*, key: bytes, place: Place, resource: Resource) -> bytes:
    """Seal a resource at its place. Raises Invalid (`entry_too_long`) above one megabyte."""
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, packed(resource), place.associated_data())


def unseal(*, key: bytes, place: Place, sealed: bytes) -> Resource:
    """Open what `seal` made. Raises Fault (`seal_broken`) for anything that is not exactly that, at exactly this place."""
    if sealed[:1] != FORMAT:
        raise errors.Fault("seal_unknown")
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return unpacked(AESGCM(key).decrypt(nonce, body, place.associated_data()))
    except (InvalidTag, ValueError):
        raise errors.Fault("seal_broken") from None


def unseal_deposit(*, key: bytes, place: Place, sealed: bytes) -> Resource:
    """Open what an interface deposited, with the key of the compartment. Raises Fault like `unseal`."""
    if sealed[:1] != FORMAT:
        raise errors.Fault("seal_unknown")
    try:
        return unpacked(DEPOSIT_SUITE.decrypt(sealed[1:], places.deposit_private_key(key), place.associated_data()))
    except (InvalidTag, ValueError):
        raise errors.Fault("seal_broken") from None


def packed(resource: Resource) -> bytes:
    """A resource as compressed and padded bytes. Raises Invalid (`entry_too_long`)."""
    raw = orjson.dumps(resource)
    if len(raw) > RESOURCE_BYTES_MAX:
        raise errors.Invalid("entry_too_long")
    body = zstandard.compress(raw, COMPRESSION_LEVEL)
    body = len(body).to_bytes(LENGTH_BYTES, "big") + body
    return body + bytes(-len(body) % PADDING_BYTES)


def unpacked(padded: bytes) -> Resource:
    """The reverse of `packed`. Raises Fault (`seal_broken`)."""
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    try:
        raw = _decompressor().decompress(padded[LENGTH_BYTES : LENGTH_BYTES + length], max_output_size=RESOURCE_BYTES_MAX)
        resource = orjson.loads(raw)
    except (zstandard.ZstdError, orjson.JSONDecodeError):
        raise errors.Fault("seal_broken") from None
    if not isinstance(resource, dict):
        raise errors.Fault("seal_broken")
    return resource


def _decompressor() -> zstandard.ZstdDecompressor:
    if not hasattr(_OF_THREAD, "decompressor"):
        _OF_THREAD.decompressor = zstandard.ZstdDecompressor()
    found: zstandard.ZstdDecompressor = _OF_THREAD.decompressor
    return found
