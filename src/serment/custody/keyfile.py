"""The master key in a local file, sealed with a passphrase.

Other holders (a hardware module, custodians with shares) answer to the same type, `custody.master.MasterKey`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from serment.custody.master import MasterKeyError
from serment.wire.canonical import decode_bytes, encode_bytes

# RFC 9106, section 4, second recommended choice: 64 MiB, three passes, four lanes. One derivation per start of the guard.
ARGON2_MEMORY_KIB = 64 * 1024
ARGON2_PASSES = 3
ARGON2_LANES = 4

NONCE_BYTES = 12


class FileMasterKey:
    """A master key held in this process's memory. `name` is bound to what it wraps, so that wrapped keys cannot be exchanged."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def wrap(self, key: bytes, *, name: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, key, name)

    def unwrap(self, wrapped: bytes, *, name: bytes) -> bytes:
        """Raises cryptography's InvalidTag when the wrapped key was altered or belongs to another name."""
        return self._aead.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], name)


def create(path: Path, passphrase: bytes) -> None:
    """Make a new master key and write it, sealed. Never replaces an existing file (FileExistsError): that would lose every record."""
    salt, nonce = os.urandom(16), os.urandom(NONCE_BYTES)
    sealed = AESGCM(_stretch(passphrase, salt)).encrypt(nonce, os.urandom(32), b"serment master key v1")
    body = {"format": "serment master key v1", "salt": encode_bytes(salt), "nonce": encode_bytes(nonce), "sealed": encode_bytes(sealed)}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(body, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def unseal(path: Path, passphrase: bytes) -> FileMasterKey:
    """Open the master key file. Raises MasterKeyError with a sentence for the operator."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        salt, nonce, sealed = (decode_bytes(body[name]) for name in ("salt", "nonce", "sealed"))
    except FileNotFoundError:
        raise MasterKeyError(f"Le fichier de la clé maîtresse est introuvable : {path}. Restaurez-le avant de démarrer.") from None
    except (ValueError, KeyError, TypeError):
        raise MasterKeyError(f"Le fichier de la clé maîtresse est abîmé : {path}. Restaurez une copie saine.") from None
    try:
        return FileMasterKey(AESGCM(_stretch(passphrase, salt)).decrypt(nonce, sealed, b"serment master key v1"))
    except InvalidTag:
        raise MasterKeyError("La phrase de passe n'ouvre pas la clé maîtresse. Rien n'a été modifié ; vérifiez-la et relancez.") from None


def _stretch(passphrase: bytes, salt: bytes) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=ARGON2_PASSES, lanes=ARGON2_LANES, memory_cost=ARGON2_MEMORY_KIB)
    return kdf.derive(passphrase)
