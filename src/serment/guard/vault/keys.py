"""The vault: named keys of the guard, the keys of patients, MACs of rows."""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from serment.custody.master import MasterKey
from serment.guard.errors import Refused
from serment.wire import canonical, seal
from serment.wire.protocol import FAULT

# What each named key is for. A key is random, wrapped by the master key, and never derived from it: changing the master key re-wraps.
NAMED_KEYS = ("mac", "index", "journal", "ticket", "letterbox", "decoys")

NONCE_BYTES = 12


class Vault:
    """The guard's keys in memory. Nothing here touches the database; `vault.store` does."""

    def __init__(self, master: MasterKey, named: Mapping[str, bytes]) -> None:
        self._master = master
        self._named = dict(named)

    def named_key(self, name: str) -> bytes:
        return self._named[name]

    # MACs -------------------------------------------------------------------------------------------------------------------

    def mac(self, table: str, row: Mapping[str, object]) -> bytes:
        """HMAC-SHA-256 over the table's name and the canonical bytes of the columns the guard trusts."""
        return hmac.digest(self._named["mac"], canonical.encode([table, row]), "sha256")

    def check(self, table: str, row: Mapping[str, object], mac: bytes) -> None:
        """Refuses (`forged_row`) when the row is not one this guard wrote."""
        if not hmac.compare_digest(self.mac(table, row), bytes(mac)):
            raise Refused(FAULT, "forged_row")

    def token(self, purpose: str, *parts: object) -> bytes:
        """A keyed index token: without the key it says nothing, not even whether two guesses match."""
        return hmac.digest(self._named["index"], canonical.encode([purpose, *parts]), "sha256")

    def ticket(self, opening: UUID) -> str:
        """The secret that shows the rows of one opening to the record's database role."""
        return canonical.encode_bytes(hmac.digest(self._named["ticket"], opening.bytes, "sha256"))

    # patients' keys ---------------------------------------------------------------------------------------------------------

    def new_patient_key(self, patient: UUID) -> bytes:
        """A new wrapped key."""
        return self._master.wrap(os.urandom(32), name=b"patient|" + patient.bytes)

    def compartment_keys(self, patient: UUID, wrapped: bytes, compartments: tuple[str, ...]) -> dict[str, bytes]:
        patient_key = self._master.unwrap(bytes(wrapped), name=b"patient|" + patient.bytes)
        return {name: seal.compartment_key(patient_key, patient=patient, compartment=name) for name in compartments}

    def seal_identity(self, patient: UUID, wrapped: bytes, data: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._identity_aead(patient, wrapped).encrypt(nonce, data, b"serment identity v1|" + patient.bytes)

    def unseal_identity(self, patient: UUID, wrapped: bytes, sealed: bytes) -> bytes:
        aead = self._identity_aead(patient, wrapped)
        return aead.decrypt(bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:]), b"serment identity v1|" + patient.bytes)

    def _identity_aead(self, patient: UUID, wrapped: bytes) -> AESGCM:
        return AESGCM(self.compartment_keys(patient, wrapped, ("identity",))["identity"])
