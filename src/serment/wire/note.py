"""Signed notes, checkpoints and cosignatures, as the C2SP documents `signed-note`, `tlog-checkpoint` and `tlog-cosignature` define them,
with Ed25519 signatures."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
# A witness's signature (tlog-cosignature), which says when as well: another kind of key, even when its bytes are the same.
COSIGNATURE = b"\x04"
TIMESTAMP_MAX = 2**63 - 1
SIGNATURE_LINE = "\N{EM DASH} "


class BadNote(ValueError):
    """A note, checkpoint or key that is not in its form, or that no known key signed."""


@dataclass(frozen=True, kw_only=True)
class Verifier:
    """A public key with its name, written `name+hash+key`. `kind` is what it signs: notes, or cosignatures."""

    name: str
    key: bytes
    kind: bytes = ED25519

    @classmethod
    def parse(cls, text: str, *, kind: bytes = ED25519) -> Verifier:
        """Raises BadNote for anything but an Ed25519 verifier key of this kind whose hash agrees."""
        try:
            name, hashed, encoded = text.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise BadNote("not a verifier key") from None
        verifier = cls(name=name, key=raw[1:], kind=kind)
        if raw[:1] != kind or len(raw) != 33 or verifier.hash.hex() != hashed or not _is_name(name):
            raise BadNote("not a verifier key")
        return verifier

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{base64.b64encode(self.kind + self.key).decode()}"


class Signer:
    """A key that signs notes under a name, or cosigns them."""

    def __init__(self, name: str, seed: bytes, *, kind: bytes = ED25519) -> None:
        if not _is_name(name):
            raise BadNote("a key's name holds neither spaces nor plus signs")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.verifier = Verifier(name=name, key=public, kind=kind)

    def sign(self, text: str) -> str:
        """The note: its text and one signature line. Raises BadNote unless the text ends with a line feed."""
        if not text.endswith("\n"):
            raise BadNote("a note's text ends with a line feed")
        return f"{text}\n{self._line(self._key.sign(text.encode()))}"

    def cosign(self, text: str, *, timestamp: int) -> str:
        """The line that says: at this instant (POSIX seconds) this was the largest consistent tree that the witness knew of this log."""
        return self._line(timestamp.to_bytes(8, "big") + self._key.sign(_cosigned(text, timestamp)))

    def _line(self, signature: bytes) -> str:
        return f"{SIGNATURE_LINE}{self.verifier.name} {base64.b64encode(self.verifier.hash + signature).decode()}\n"


def open_note(note: str, verifier: Verifier) -> str:
    """The text of a note that the verifier's key signed; lines of other keys are passed over. Raises BadNote."""
    text, signatures = _signatures(note, verifier)
    for signature in signatures:
        _verify(verifier, signature, text.encode())
        return text
    raise BadNote("not signed by this key")


def cosigned_at(note: str, witness: Verifier) -> int:
    """When a witness cosigned a note (POSIX seconds); lines of other keys are passed over. Raises BadNote."""
    text, signatures = _signatures(note, witness)
    for signature in signatures:
        timestamp = int.from_bytes(signature[:8], "big")
        if timestamp > TIMESTAMP_MAX:
            raise BadNote("no such time")
        _verify(witness, signature[8:], _cosigned(text, timestamp))
        return timestamp
    raise BadNote("not cosigned by this key")


def _signatures(note: str, verifier: Verifier) -> tuple[str, Iterator[bytes]]:
    """The text of a note, and what claims to be a key's signatures of it; reading on raises BadNote at a line out of form."""
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n") or _has_control_characters(note):
        raise BadNote("a note has a blank line before its signatures, and each ends with a line feed")
    return text + "\n", _claimed(signatures[:-1].split("\n"), verifier)


def _claimed(lines: list[str], verifier: Verifier) -> Iterator[bytes]:
    for line in lines:
        if not line.startswith(SIGNATURE_LINE):
            raise BadNote("not a signature line")
        name, _, encoded = line[len(SIGNATURE_LINE) :].partition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise BadNote("not a signature line") from None
        if name == verifier.name and raw[:4] == verifier.hash:
            yield raw[4:]


def _verify(verifier: Verifier, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(verifier.key).verify(signature, message)
    except InvalidSignature:
        raise BadNote("the signature does not hold") from None


def _cosigned(text: str, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A tree's size and root, under the name of its log. `extensions` are further lines, of which the format advises to have none."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        return "\n".join([self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions]) + "\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Raises BadNote."""
        lines = text.splitlines()
        try:
            origin, size, root = lines[:3]
            checkpoint = cls(origin=origin, size=int(size), root=base64.b64decode(root, validate=True), extensions=tuple(lines[3:]))
        except ValueError:
            raise BadNote("not a checkpoint") from None
        if checkpoint.text() != text or len(checkpoint.root) != 32 or checkpoint.size < 0 or not all(lines):
            raise BadNote("not a checkpoint")
        return checkpoint


def _has_control_characters(note: str) -> bool:
    return any((c < " " and c != "\n") or c == "\x7f" for c in note)


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)
