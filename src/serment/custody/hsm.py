"""The master key in a hardware security module, through PKCS#11: AES-256-GCM inside the token, with the name as associated data.

The key is made by the token and cannot be taken out of it (`CKA_SENSITIVE`, not `CKA_EXTRACTABLE`, neither wraps nor derives).

One lock for all calls of this process: the library hands `C_Initialize` no word about threads, so that a module may believe there is one
thread only (SoftHSM2 crashes otherwise). One logged-in session serves, is found dead, and is opened anew.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import pkcs11
from cryptography.exceptions import InvalidTag
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism

from serment.custody.master import MasterKeyError

NONCE_BYTES, TAG_BYTES = 12, 16
KEY_BITS = 256

_PROBE = b"serment probe"
_LOCK = threading.RLock()
_SESSIONS: dict[tuple[str, str], Any] = {}

Answer = TypeVar("Answer")

# What a token says when the bytes, and not the token, are at fault. SoftHSM2 says "general error" and is asked again.
_ALTERED = (pkcs11.EncryptedDataInvalid, pkcs11.EncryptedDataLenRange, pkcs11.exceptions.DataInvalid, pkcs11.exceptions.DataLenRange)

# Asking again would only bring the token nearer to locking itself.
_REFUSED = (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange, pkcs11.PinLocked, pkcs11.PinExpired)


class HsmMasterKey:
    """A key of one token, found by its label. Raises MasterKeyError when the module, the token or the key cannot be had."""

    def __init__(self, *, module: str, token: str, label: str, pin: str) -> None:
        self._module, self._token, self._label, self._pin = module, token, label, pin
        self._key: Any = None
        self._session: Any = None
        with _LOCK:
            self._lasting(lambda key: None)

    def wrap(self, key: bytes, *, name: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        with _LOCK:
            return nonce + self._lasting(lambda inside: _encrypt(inside, nonce, key, name))

    def unwrap(self, wrapped: bytes, *, name: bytes) -> bytes:
        """Raises cryptography's InvalidTag when the wrapped key was altered or belongs to another name."""
        if len(wrapped) < NONCE_BYTES + TAG_BYTES:
            raise InvalidTag
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        with _LOCK:
            return self._lasting(lambda inside: _decrypt(inside, nonce, sealed, name))

    def _lasting(self, act: Callable[[Any], Answer]) -> Answer:
        """Do it; when the token has gone meanwhile, begin anew with its module and do it once more."""
        try:
            return self._once(act)
        except _REFUSED as error:
            raise told(error, module=self._module, token=self._token) from None
        except pkcs11.PKCS11Error:
            self._key = None
            _close(self._module)
        try:
            return self._once(act)
        except pkcs11.PKCS11Error as error:
            self._key = None
            raise self._told(error) from None

    def _once(self, act: Callable[[Any], Answer]) -> Answer:
        """Raises InvalidTag when the bytes are at fault, pkcs11's errors when the token is."""
        key = self._found()
        try:
            return act(key)
        except _ALTERED:
            raise InvalidTag from None
        except pkcs11.PKCS11Error:
            if _is_well(key):
                raise InvalidTag from None
            raise

    def _found(self) -> Any:
        session = _session(self._module, self._token, self._pin)
        # Another key of this process may have begun anew with the module: what was found in the old session is nothing now.
        if self._key is None or self._session is not session:
            self._key = session.get_key(object_class=pkcs11.ObjectClass.SECRET_KEY, key_type=KeyType.AES, label=self._label)
            self._session = session
        return self._key

    def _told(self, error: pkcs11.PKCS11Error) -> MasterKeyError:
        if isinstance(error, pkcs11.NoSuchKey | pkcs11.MultipleObjectsReturned):
            return MasterKeyError(
                f"Le jeton « {self._token} » ne porte pas la clé maîtresse « {self._label} » : restaurez-le avec l'outil du fabricant."
            )
        return told(error, module=self._module, token=self._token)


def _is_well(key: Any) -> bool:
    """Whether the key does its work on bytes of our own: then it is the bytes we were given that are at fault."""
    nonce = os.urandom(NONCE_BYTES)
    try:
        return _decrypt(key, nonce, _encrypt(key, nonce, _PROBE, b""), b"") == _PROBE
    except pkcs11.PKCS11Error:
        return False


def make(*, module: str, token: str, pin: str, generation: int) -> str:
    """Make a new key in the token, and answer its label. Raises MasterKeyError."""
    label = f"serment-{generation}-{secrets.token_hex(8)}"
    with _LOCK:
        try:
            _close(module)
            with _opened(module, token, pin, rw=True) as session:
                # Nothing but encrypt and decrypt, for ever: `CKA_WRAP` would let another key of the token out under this one.
                session.generate_key(
                    KeyType.AES, KEY_BITS, label=label, store=True,
                    template={
                        Attribute.EXTRACTABLE: False, Attribute.SENSITIVE: True, Attribute.PRIVATE: True, Attribute.MODIFIABLE: False,
                        Attribute.ENCRYPT: True, Attribute.DECRYPT: True, Attribute.WRAP: False, Attribute.UNWRAP: False,
                        Attribute.SIGN: False, Attribute.VERIFY: False, Attribute.DERIVE: False,
                    },
                )  # fmt: skip
        except pkcs11.PKCS11Error as error:
            raise told(error, module=module, token=token) from None
    return label


def destroy(*, module: str, token: str, pin: str, label: str) -> None:
    """Destroy a key in the token; one that is gone already is well. Raises MasterKeyError."""
    with _LOCK:
        try:
            _close(module)
            with _opened(module, token, pin, rw=True) as session:
                for key in list(session.get_objects({Attribute.CLASS: pkcs11.ObjectClass.SECRET_KEY, Attribute.LABEL: label})):
                    key.destroy()
        except pkcs11.PKCS11Error as error:
            raise told(error, module=module, token=token) from None


def told(error: pkcs11.PKCS11Error, *, module: str, token: str) -> MasterKeyError:
    """What the operator should do about it."""
    name = type(error).__name__
    if isinstance(error, pkcs11.PinIncorrect | pkcs11.PinInvalid | pkcs11.PinLenRange):
        return MasterKeyError(f"Le jeton « {token} » refuse le code PIN : vérifiez-le avant que le jeton ne se verrouille.")
    if isinstance(error, pkcs11.PinLocked | pkcs11.PinExpired):
        return MasterKeyError(f"Le code PIN du jeton « {token} » est verrouillé ou périmé : débloquez-le avec l'outil du fabricant.")
    if isinstance(error, pkcs11.NoSuchToken | pkcs11.TokenNotPresent | pkcs11.MultipleTokensReturned):
        return MasterKeyError(f"Le module {module} ne montre pas un jeton « {token} » : branchez-le, ou vérifiez son nom.")
    if isinstance(error, pkcs11.MechanismInvalid | pkcs11.MechanismParamInvalid):
        return MasterKeyError(f"Le jeton « {token} » ne sait pas AES-GCM (CKM_AES_GCM) : prenez un autre module.")
    if "loading" in str(error):
        return MasterKeyError(f"La bibliothèque PKCS#11 {module} ne peut pas être chargée : installez-la, ou corrigez son chemin.")
    return MasterKeyError(f"Le jeton « {token} » ne répond pas ({name}) : vérifiez le module {module}, puis relancez.")


def _encrypt(key: Any, nonce: bytes, plain: bytes, name: bytes) -> bytes:
    return bytes(key.encrypt(plain, mechanism=Mechanism.AES_GCM, mechanism_param=GCMParams(nonce, name, TAG_BYTES * 8)))


def _decrypt(key: Any, nonce: bytes, sealed: bytes, name: bytes) -> bytes:
    return bytes(key.decrypt(sealed, mechanism=Mechanism.AES_GCM, mechanism_param=GCMParams(nonce, name, TAG_BYTES * 8)))


def _opened(module: str, token: str, pin: str, *, rw: bool = False) -> Any:
    return pkcs11.lib(module).get_token(token_label=token).open(rw=rw, user_pin=pin)


def _session(module: str, token: str, pin: str) -> Any:
    """The logged-in session of this process. Raises pkcs11's errors."""
    if (module, token) not in _SESSIONS:
        _SESSIONS[module, token] = _opened(module, token, pin)
    return _SESSIONS[module, token]


def _close(module: str) -> None:
    """Forget the sessions of a module, and begin with it anew: a token that came back is seen by a fresh start only."""
    for known in [key for key in _SESSIONS if key[0] == module]:
        del _SESSIONS[known]
    try:
        pkcs11.lib(module).reinitialize()
    except pkcs11.PKCS11Error:
        # It cannot even end: what comes next says why.
        return
