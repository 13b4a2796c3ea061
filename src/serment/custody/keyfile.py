"""The file of the master key, sealed with a passphrase: the key itself, or how to reach the hardware module that holds it.

While a rotation is under way it holds two generations. It is written whole or not at all, beside itself and then put in its place.
"""

from __future__ import annotations

import functools
import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from serment.custody import ring
from serment.custody.master import Generations, MasterKey, MasterKeyError
from serment.wire import canonical
from serment.wire.canonical import decode_bytes, encode_bytes

# RFC 9106, section 4, second recommended choice: 64 MiB, three passes, four lanes. One derivation per process.
ARGON2_MEMORY_KIB = 64 * 1024
ARGON2_PASSES = 3
ARGON2_LANES = 4

NONCE_BYTES = 12
KEY_BYTES = 32
FILE, HSM = "file", "hsm"
FORMAT, FORMAT_OF_ONE = "serment master key v2", "serment master key v1"


class FileMasterKey:
    """A master key held in this process's memory. `name` is bound to what it wraps, so that wrapped keys cannot be exchanged."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def wrap(self, key: bytes, *, name: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, key, name)

    def unwrap(self, wrapped: bytes, *, name: bytes) -> bytes:
        """Raises cryptography's InvalidTag when the wrapped key was altered or belongs to another name."""
        if len(wrapped) < NONCE_BYTES:
            raise InvalidTag
        return self._aead.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], name)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One generation. `secret` is the key of kind `file`, the PIN of kind `hsm`; the other fields say where a module keeps the key.

    A `retired` one wraps nothing any more, and is about to be destroyed in its token.
    """

    generation: int
    kind: str
    secret: bytes = field(repr=False)
    module: str = ""
    token: str = ""
    label: str = ""
    retired: bool = False

    def holder(self) -> MasterKey:
        """Whoever wraps for this generation. Raises MasterKeyError when the module cannot be had."""
        if self.kind == FILE:
            return FileMasterKey(self.secret)
        from serment.custody import hsm  # a library of C that an instance without a module never loads

        return hsm.HsmMasterKey(module=self.module, token=self.token, label=self.label, pin=self.secret.decode())

    def bound(self) -> bytes:
        """What the seal covers beside the secret. A module's path may change with a new version of its library."""
        return canonical.encode([FORMAT, self.generation, self.kind, self.token, self.label])


def new_entry(generation: int) -> Entry:
    """A generation of kind `file` with a new key."""
    return Entry(generation=generation, kind=FILE, secret=os.urandom(KEY_BYTES))


def with_pin(entry: Entry, pin: str) -> Entry:
    """The entry with another PIN; one of kind `file` as it is."""
    return replace(entry, secret=pin.encode()) if entry.kind == HSM else entry


def create(path: Path, passphrase: bytes, *, entry: Entry | None = None) -> None:
    """Write a first master key, sealed. Never replaces an existing file (FileExistsError): that would lose every record."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    _write(descriptor, passphrase, os.urandom(16), [entry or new_entry(ring.FIRST)])


def replace_all(path: Path, passphrase: bytes, entries: list[Entry]) -> None:
    """Put these generations in the place of those in the file, at once; the last is the current one.

    The passphrase keeps its salt, so that a running guard reads the new file without stretching it again.
    """
    salt = decode_bytes(_body(path)["salt"])
    unfinished = path.with_name(path.name + ".new")
    _write(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), passphrase, salt, entries)
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(descriptor: int, passphrase: bytes, salt: bytes, entries: list[Entry]) -> None:
    aead = AESGCM(_stretch(passphrase, salt))
    body = {
        "format": FORMAT,
        "salt": encode_bytes(salt),
        "current": entries[-1].generation,
        "keys": [_sealed(aead, one) for one in entries],
    }
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(body, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _sealed(aead: AESGCM, entry: Entry) -> dict[str, Any]:
    nonce = os.urandom(NONCE_BYTES)
    where = {"module": entry.module, "token": entry.token, "label": entry.label, "retired": entry.retired} if entry.kind == HSM else {}
    sealed = encode_bytes(aead.encrypt(nonce, entry.secret, entry.bound()))
    return {"generation": entry.generation, "kind": entry.kind, **where, "nonce": encode_bytes(nonce), "sealed": sealed}


@dataclass(frozen=True, kw_only=True)
class Outline:
    """What the file says without its passphrase: the generations in order, and of each its kind and where its module keeps it."""

    current: int
    keys: list[Entry]


def outline(path: Path) -> Outline:
    """Raises MasterKeyError when the file is missing or damaged. The secrets of the entries are empty."""
    body = _body(path)
    try:
        return Outline(current=int(body["current"]), keys=[_described(one) for one in body["keys"]])
    except (KeyError, TypeError, ValueError):
        raise _damaged(path) from None


def entries(path: Path, passphrase: bytes) -> list[Entry]:
    """The generations with their secrets, the current one last. Raises MasterKeyError with a sentence for the operator."""
    body = _body(path)
    try:
        aead = AESGCM(_stretch(passphrase, decode_bytes(body["salt"])))
        opened = [_opened(aead, one, body["format"]) for one in body["keys"]]
    except InvalidTag:
        raise MasterKeyError("La phrase de passe n'ouvre pas la clé maîtresse. Rien n'a été modifié ; vérifiez-la et relancez.") from None
    except (KeyError, TypeError, ValueError):
        raise _damaged(path) from None
    return opened


def unseal(path: Path, passphrase: bytes) -> ring.KeyRing:
    """Open the master key file, and follow it: a rotation writes it anew. Raises MasterKeyError with a sentence for the operator."""
    return ring.KeyRing(lambda: generations(path, passphrase), stamp=lambda: _stamp(path))


def generations(path: Path, passphrase: bytes) -> Generations:
    """The holders of the generations in the file. Raises MasterKeyError."""
    opened = entries(path, passphrase)
    return Generations(current=opened[-1].generation, keys={one.generation: one.holder() for one in opened if not one.retired})


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _body(path: Path) -> dict[str, Any]:
    """The file's content, in the words of the present format."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["format"] == FORMAT:
            return dict(body)
        if body["format"] != FORMAT_OF_ONE:
            raise MasterKeyError(f"Le fichier {path} vient d'une version plus récente : installez-la. Rien n'a été modifié.")
        only = {"generation": ring.FIRST, "kind": FILE, "nonce": body["nonce"], "sealed": body["sealed"]}
        return {"format": FORMAT_OF_ONE, "salt": body["salt"], "current": ring.FIRST, "keys": [only]}
    except FileNotFoundError:
        raise MasterKeyError(f"Le fichier de la clé maîtresse est introuvable : {path}. Restaurez-le avant de démarrer.") from None
    except OSError as error:
        raise MasterKeyError(f"Le fichier de la clé maîtresse ne peut pas être lu : {path} ({error.strerror}).") from None
    except (ValueError, KeyError, TypeError):
        raise _damaged(path) from None


def _described(one: dict[str, Any]) -> Entry:
    where = {name: str(one.get(name, "")) for name in ("module", "token", "label")}
    return Entry(generation=int(one["generation"]), kind=str(one["kind"]), secret=b"", retired=bool(one.get("retired")), **where)


def _opened(aead: AESGCM, one: dict[str, Any], written: str) -> Entry:
    entry = _described(one)
    bound = entry.bound() if written == FORMAT else FORMAT_OF_ONE.encode()
    return replace(entry, secret=aead.decrypt(decode_bytes(one["nonce"]), decode_bytes(one["sealed"]), bound))


def _damaged(path: Path) -> MasterKeyError:
    return MasterKeyError(f"Le fichier de la clé maîtresse est abîmé : {path}. Restaurez une copie saine.")


@functools.lru_cache(maxsize=2)
def _stretch(passphrase: bytes, salt: bytes) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=ARGON2_PASSES, lanes=ARGON2_LANES, memory_cost=ARGON2_MEMORY_KIB)
    return kdf.derive(passphrase)
