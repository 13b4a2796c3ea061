"""A passkey made of software, for whoever plays a person in a drill, a test or a measurement.

It answers WebAuthn ceremonies with the structures that a real authenticator makes (attestation "none", ES256), and can be told to
misbehave.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from serment.wire import dpop
from serment.wire.canonical import decode_bytes, encode_bytes

USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40
DEMONSTRATION_PREFIX = b"serment demonstration authenticator v1\0"


class SoftPasskey:
    """One discoverable credential. `verifies_user`, `count_step` and `cross_origin` make it misbehave."""

    def __init__(self, *, origin: str, rp_id: str) -> None:
        self.origin, self.rp_id = origin, rp_id
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.user_handle = b""
        self.count = 0
        self.count_step = 1
        self.verifies_user = True
        self.cross_origin = False

    def create(self, options: str) -> str:
        """The answer to creation options, as JSON."""
        wanted = json.loads(options)
        self.user_handle = decode_bytes(wanted["user"]["id"])
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(attested=True)})
        response = {"clientDataJSON": self._client_data("webauthn.create", wanted), "attestationObject": encode_bytes(attestation)}
        return self._credential(response)

    def get(self, options: str) -> str:
        """The answer to request options, as JSON."""
        wanted = json.loads(options)
        self.count += self.count_step
        data, client_data = self._data(attested=False), self._client_data("webauthn.get", wanted)
        signed = data + hashlib.sha256(decode_bytes(client_data)).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._credential(
            {
                "clientDataJSON": client_data,
                "authenticatorData": encode_bytes(data),
                "signature": encode_bytes(signature),
                "userHandle": encode_bytes(self.user_handle),
            }
        )

    def _credential(self, response: dict[str, str]) -> str:
        id = encode_bytes(self.id)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}})

    def _client_data(self, kind: str, wanted: dict[str, Any]) -> str:
        client_data = {"type": kind, "challenge": wanted["challenge"], "origin": self.origin, "crossOrigin": self.cross_origin}
        return encode_bytes(json.dumps(client_data).encode())

    def _data(self, *, attested: bool) -> bytes:
        flags = USER_PRESENT | (USER_VERIFIED if self.verifies_user else 0) | (ATTESTED if attested else 0)
        head = hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)
        if not attested:
            return head
        return head + bytes(16) + struct.pack(">H", len(self.id)) + self.id + self._cose()

    def _cose(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})


class SoftwareKey:
    """The demonstration's software authenticator, as the page makes it."""

    def __init__(self) -> None:
        self.key = dpop.ProofKey()
        self.id = os.urandom(16)

    def create(self, options: str) -> str:
        return json.dumps({**json.loads(self.get(options)), "publicKey": self.key.jwk})

    def get(self, options: str) -> str:
        signature = self.key.sign(DEMONSTRATION_PREFIX + decode_bytes(json.loads(options)["challenge"]))
        return json.dumps({"type": "serment-demonstration", "id": encode_bytes(self.id), "signature": encode_bytes(signature)})


Authenticator = SoftPasskey | SoftwareKey
