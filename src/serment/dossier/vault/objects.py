"""Sealed files: cut in chunks, each encrypted at its place, in a folder where names say nothing.

Every file has a random key of its own, which lies sealed in the entry that refers to it: whoever copies the folder copies noise, and the
key used once makes a counter a safe nonce. The last chunk is marked, so that a shortened file does not open.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from serment.dossier.kernel import errors
from serment.wire import seal as places

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
KEY_BYTES = 32
OBJECT_BYTES_MAX = 25 * 1024 * 1024
UNFINISHED = ".part"


class Source(Protocol):
    """Whatever gives bytes: a file, an upload, the body of a request."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A file at rest: its name in the folder, its length in clear, and its key, which belongs in a sealed entry."""

    name: str
    size: int
    key: bytes


@dataclass(frozen=True, kw_only=True)
class Store:
    """A folder of sealed files. The same calls fit an object store."""

    folder: Path

    def path(self, name: str) -> Path:
        """Where a file lies. Raises Fault for a name that this store never gave."""
        if len(name) != 32 or not all(letter in "0123456789abcdef" for letter in name):
            raise errors.Fault("object_name_wrong")
        return self.folder / name[:2] / name

    def write(self, source: Source, *, patient: UUID, document: UUID, compartment: str, head: bytes = b"") -> Sealed:
        """Seal a stream, `head` (already read from it) first, and make it durable. Raises Invalid (`document_too_large`,
        `document_empty`), Unavailable (`disk_full`) when the folder takes no more; nothing is left behind then."""
        name, key = uuid4().hex, os.urandom(KEY_BYTES)
        path = self.path(name)
        unfinished = path.with_suffix(UNFINISHED)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
                size = _seal_stream(source, target, key=key, patient=patient, document=document, compartment=compartment, head=head)
                target.flush()
                os.fsync(target.fileno())
            unfinished.rename(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise errors.Unavailable("disk_full") from None
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        return Sealed(name=name, size=size, key=key)

    def read(self, sealed: Sealed, *, patient: UUID, document: UUID, compartment: str) -> Iterator[bytes]:
        """The clear bytes, a chunk at a time. Raises NotFound (`document_missing`) before the first one, Fault (`seal_broken`)."""
        try:
            source = self.path(sealed.name).open("rb")
        except OSError:
            raise errors.NotFound("document_missing") from None
        return _unseal_stream(source, key=sealed.key, patient=patient, document=document, compartment=compartment)

    def names(self) -> Iterator[tuple[str, float]]:
        """Every file, finished or not, with the time it was written."""
        for path in sorted(self.folder.glob("??/*")):
            yield path.name, path.stat().st_mtime

    def remove(self, name: str) -> None:
        """Delete a file that no document refers to."""
        stem = name.removesuffix(UNFINISHED)
        self.path(stem).with_name(name).unlink(missing_ok=True)


def _nonce(chunk: int, last: bool) -> bytes:
    return chunk.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _seal_stream(source: Source, target: BinaryIO, *, key: bytes, patient: UUID, document: UUID, compartment: str, head: bytes) -> int:
    cipher, size, chunk = AESGCM(key), 0, 0
    piece = _fill(source, head)
    if not piece:
        raise errors.Invalid("document_empty", field="file")
    while piece:
        size += len(piece)
        if size > OBJECT_BYTES_MAX:
            raise errors.Invalid("document_too_large", field="file")
        following = _fill(source, b"")
        last = not following
        data = places.document_aad(patient=patient, document=document, compartment=compartment, chunk=chunk, last=last)
        target.write(cipher.encrypt(_nonce(chunk, last), piece, data))
        piece, chunk = following, chunk + 1
    return size


def _fill(source: Source, head: bytes) -> bytes:
    """A whole chunk, or what is left: a socket or an upload may give less than asked."""
    piece = bytearray(head)
    while len(piece) < CHUNK_BYTES:
        more = source.read(CHUNK_BYTES - len(piece))
        if not more:
            break
        piece += more
    return bytes(piece)


def _unseal_stream(source: BinaryIO, *, key: bytes, patient: UUID, document: UUID, compartment: str) -> Iterator[bytes]:
    cipher, chunk = AESGCM(key), 0
    with source:
        piece = source.read(CHUNK_BYTES + TAG_BYTES)
        if not piece:
            raise errors.Fault("seal_broken")
        while piece:
            following = source.read(CHUNK_BYTES + TAG_BYTES)
            last = not following
            data = places.document_aad(patient=patient, document=document, compartment=compartment, chunk=chunk, last=last)
            try:
                yield cipher.decrypt(_nonce(chunk, last), piece, data)
            except InvalidTag:
                raise errors.Fault("seal_broken") from None
            piece, chunk = following, chunk + 1
