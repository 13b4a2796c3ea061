"""An API client: the key it is registered with, the key its tokens are bound to, and what it sends."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from serment.wire import dpop
from serment.wire.canonical import encode_bytes

TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address, not a secret
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 60


@dataclass(kw_only=True)
class Application:
    """Makes the signed parts of every request. `key` signs assertions, `bound` proves the possession of tokens."""

    id: UUID
    origin: str
    clock: Callable[[], datetime]
    key: dpop.ProofKey = field(repr=False)
    bound: dpop.ProofKey = field(default_factory=dpop.ProofKey, repr=False)
    token: str = field(default="", repr=False)

    def assertion(self, **changes: object) -> str:
        """Who it is, for the token endpoint (RFC 7523). `changes` replace claims; a claim of None is left out."""
        now = int(self.clock().timestamp())
        claims: dict[str, Any] = {
            "iss": str(self.id), "sub": str(self.id), "aud": self.origin + TOKEN_PATH, "iat": now, "exp": now + ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(16), **changes,
        }  # fmt: skip
        signed = f"{_part({'alg': 'ES256', 'typ': 'JWT'})}.{_part({name: value for name, value in claims.items() if value is not None})}"
        return f"{signed}.{encode_bytes(self.key.sign(signed.encode()))}"

    def form(self, *, scope: str = "", **changes: object) -> dict[str, str]:
        """The body of a request for a token."""
        asked = {
            "grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE, "client_assertion": self.assertion(**changes),
        }  # fmt: skip
        return {**asked, **({"scope": scope} if scope else {})}

    def token_proof(self) -> str:
        """The proof that goes with a request for a token."""
        return self.bound.proof(htm="POST", htu=self.origin + TOKEN_PATH, now=self.clock())

    def proof(self, method: str, path: str) -> str:
        """The proof of one request with the token. `path` without its query."""
        return self.bound.proof(htm=method, htu=self.origin + path, now=self.clock(), token=self.token)

    def headers(self, method: str, path: str) -> dict[str, str]:
        """What proves one request."""
        return {"Authorization": f"DPoP {self.token}", "DPoP": self.proof(method, path)}


def _part(value: dict[str, Any]) -> str:
    return encode_bytes(json.dumps(value, separators=(",", ":")).encode())
