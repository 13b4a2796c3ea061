"""Writing without being able to read: an entry sealed with the public key of one compartment of one patient (HPKE, RFC 9180)."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from serment.dossier.kernel import errors
from serment.dossier.vault.sealing import DEPOSIT_SUITE, FORMAT, Place, Resource, packed


def seal_deposit(*, public_key: bytes, place: Place, resource: Resource) -> bytes:
    """Seal a resource for whoever holds the compartment's key, and for nobody else: not even its writer reads it again.

    Raises Invalid (`entry_too_long`), and Fault (`deposit_key_wrong`) for a key that is not one.
    """
    try:
        key = X25519PublicKey.from_public_bytes(public_key)
    except ValueError:
        raise errors.Fault("deposit_key_wrong") from None
    return FORMAT + DEPOSIT_SUITE.encrypt(packed(resource), key, place.associated_data())
