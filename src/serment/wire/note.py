"""Signed notes and checkpoints, as the C2SP documents `signed-note` and `tlog-checkpoint` define them, with Ed25519 signatures."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
SIGNATURE_LINE = "\N{EM DASH} "


class BadNote(ValueError):
    """A note, checkpoint or key that is not in its form, or that no known key signed."""


@dataclass(frozen=True, kw_only=True)
class Verifier:
    """A public key with its name, written `name+hash+key`."""

    name: str
    key: bytes

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Raises BadNote for anything but an Ed25519 verifier key whose hash agrees."""
        try:
            name, hashed, encoded = text.strip().split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise BadNote("not a verifier key") from None
        verifier = cls(name=name, key=raw[1:])
        if raw[:1] != ED25519 or len(raw) != 33 or verifier.hash.hex() != hashed or not _is_name(name):
            raise BadNote("not a verifier key")
        return verifier

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{base64.b64encode(ED25519 + self.key).decode()}"


class Signer:
    """A key that signs notes under a name."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not _is_name(name):
            raise BadNote("a key's name holds neither spaces nor plus signs")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.verifier = Verifier(name=name, key=public)

    def sign(self, text: str) -> str:
        """The note: its text and one signature line. Raises BadNote unless the text ends with a line feed."""
        if not text.endswith("\n"):
            raise BadNote("a note's text ends with a line feed")
        signature = base64.b64encode(self.verifier.hash + self._key.sign(text.encode())).decode()
        return f"{text}\n{SIGNATURE_LINE}{self.verifier.name} {signature}\n"


def open_note(note: str, verifier: Verifier) -> str:
    """The text of a note that the verifier's key signed; lines of other keys are passed over. Raises BadNote."""
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n") or _has_control_characters(note):
        raise BadNote("a note has a blank line before its signatures, and each ends with a line feed")
    text += "\n"
    for line in signatures[:-1].split("\n"):
        if not line.startswith(SIGNATURE_LINE):
            raise BadNote("not a signature line")
        name, _, encoded = line[len(SIGNATURE_LINE) :].partition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise BadNote("not a signature line") from None
        if name != verifier.name or raw[:4] != verifier.hash:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(verifier.key).verify(raw[4:], text.encode())
        except InvalidSignature:
            raise BadNote("the signature does not hold") from None
        return text
    raise BadNote("not signed by this key")


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
