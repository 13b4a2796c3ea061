"""An OpenID Connect provider as one speaks to it over HTTPS: its discovery document, its keys, its tokens, what it says of a person.

Every exchange has a deadline and a size; no redirection is followed, and certificates are verified. What comes back is judged by `oidc`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from serment.credentials import oidc
from serment.wire.canonical import encode_bytes

DEADLINE_SECONDS = 4.0
REPLY_BYTES_MAX = 512 * 1024

# A provider changes its keys a few times a year: they are read again after an hour, or when a key is not among them, at most once a minute.
REMEMBERED_SECONDS = 3600
ASKED_AGAIN_SECONDS = 60
ASSERTION_SECONDS = 60

# A slow provider never takes all of the guard's threads.
AT_ONCE_MAX = 3
WAIT_SECONDS = 0.5

DECLINED = (http.client.BAD_REQUEST, http.client.UNAUTHORIZED, http.client.FORBIDDEN)
DISCOVERY = ".well-known/openid-configuration"


class ProviderDown(Exception):
    """The provider did not answer, or not in a way that can be used."""


class Declined(Exception):
    """The provider answered no: a code it did not give, one used already, or another's."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """What the instance is configured with. `secret_file` holds the client's secret, or `key_file` its private key (PEM), which goes first.

    `discovery` is where the provider describes itself when that is not under its issuer (Pro Santé Connect). `ca_file`: certificates to
    trust instead of the machine's.
    """

    issuer: str
    client_id: str
    secret_file: str = ""
    key_file: str = ""
    discovery: str = ""
    acr: str = "eidas1"
    scope: str = "openid scope_all"
    ca_file: str = ""


@dataclass(frozen=True, kw_only=True)
class Trip:
    """What goes out with one browser and must come back: each value random, of this trip alone."""

    redirect: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, kw_only=True)
class Described:
    """What the provider says of itself, and its keys."""

    issuer: str
    authorization: str
    token: str
    userinfo: str
    end_session: str
    keys: tuple[Mapping[str, Any], ...]
    read_at: float


@dataclass
class Line:
    """The line to one provider, which remembers how the provider described itself. `clock` counts seconds that never go back."""

    provider: Provider
    clock: Callable[[], float] = time.monotonic
    _described: Described | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _turns: threading.BoundedSemaphore = field(default_factory=partial(threading.BoundedSemaphore, AT_ONCE_MAX), repr=False)

    def described(self, *, again: bool = False) -> Described:
        """The provider's own description. `again`: a key was not among those remembered. Raises ProviderDown."""
        with self._lock:
            age = self.clock() - self._described.read_at if self._described else None
            if self._described is None or age is None or age > (ASKED_AGAIN_SECONDS if again else REMEMBERED_SECONDS):
                self._described = self._describe()
            return self._described

    def departure(self, trip: Trip) -> str:
        """Where to send the browser (Core, 3.1.2.1; RFC 7636). Raises ProviderDown."""
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": trip.redirect,
            "scope": self.provider.scope,
            "acr_values": self.provider.acr,
            "state": trip.state,
            "nonce": trip.nonce,
            "code_challenge": encode_bytes(hashlib.sha256(trip.verifier.encode()).digest()),
            "code_challenge_method": "S256",
            # On a shared workstation the person before may still be known to the provider: whoever comes next shows who they are.
            "prompt": "login",
        }
        return f"{self.described().authorization}?{urlencode(asked)}"

    def farewell(self, after: str) -> str:
        """Where to send the browser once the session is over (RP-Initiated Logout), or nothing. Raises ProviderDown."""
        end, values = self.described().end_session, {"client_id": self.provider.client_id, "post_logout_redirect_uri": after}
        return f"{end}?{urlencode(values)}" if end else ""

    def number(self, trip: Trip, *, code: str, state: str, issuer: str, now: datetime) -> str:
        """The national number of whoever came back with this answer. Raises ProviderDown, Declined, `oidc.NotProved`."""
        if not hmac.compare_digest(state.encode(), trip.state.encode()):
            raise oidc.NotProved("state")
        # RFC 9207: an answer that says it is of another provider was mixed up on the way.
        if issuer not in ("", self.provider.issuer):
            raise oidc.NotProved("issuer")
        tokens = self._exchange(trip, code=code, now=now.timestamp())
        access = str(tokens.get("access_token", ""))
        expected = oidc.Expected(
            issuer=self.provider.issuer, client_id=self.provider.client_id, nonce=trip.nonce, acr=self.provider.acr, now=now
        )
        try:
            subject = oidc.verify(tokens.get("id_token"), keys=self.described().keys, expected=expected, access_token=access)
        except oidc.UnknownKey:
            keys = self.described(again=True).keys
            subject = oidc.verify(tokens.get("id_token"), keys=keys, expected=expected, access_token=access)
        person = self._ask("GET", self.described().userinfo, headers={"Authorization": f"Bearer {access}"})
        return oidc.rpps(person, subject=subject)

    def _exchange(self, trip: Trip, *, code: str, now: float) -> Mapping[str, Any]:
        """The tokens for an authorization code (RFC 6749, 4.1.3; RFC 7636)."""
        token = self.described().token
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": trip.redirect, "code_verifier": trip.verifier}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.provider.key_file:
            form |= self._assertion(token, now)
        else:
            headers["Authorization"] = self._basic()
        return self._ask("POST", token, body=urlencode(form).encode(), headers=headers)

    def _describe(self) -> Described:
        issuer = self.provider.issuer
        found = self._ask("GET", self.provider.discovery or f"{issuer.rstrip('/')}/{DISCOVERY}")
        # OpenID Connect Discovery, 4.3: a description of another issuer is no description of this one.
        if found.get("issuer") != issuer:
            raise ProviderDown("issuer")
        keys = self._ask("GET", _address(found, "jwks_uri")).get("keys")
        if not isinstance(keys, list):
            raise ProviderDown("keys")
        return Described(
            issuer=issuer,
            authorization=_address(found, "authorization_endpoint"),
            token=_address(found, "token_endpoint"),
            userinfo=_address(found, "userinfo_endpoint"),
            end_session=str(found.get("end_session_endpoint") or ""),
            keys=tuple(key for key in keys if isinstance(key, dict)),
            read_at=self.clock(),
        )

    def _basic(self) -> str:
        secret = Path(self.provider.secret_file).read_text(encoding="utf-8").strip()
        pair = f"{quote(self.provider.client_id, safe='')}:{quote(secret, safe='')}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def _assertion(self, audience: str, now: float) -> dict[str, str]:
        """`private_key_jwt` (OpenID Connect Core, 9)."""
        key = load_pem_private_key(Path(self.provider.key_file).read_bytes(), password=None)
        if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
            raise ProviderDown("key_file")
        name = self.provider.client_id
        claims = {"iss": name, "sub": name, "aud": audience, "jti": str(uuid4()), "iat": int(now), "exp": int(now) + ASSERTION_SECONDS}
        assertion = jwt.encode(claims, key, algorithm="RS256" if isinstance(key, RSAPrivateKey) else "ES256")
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return {"client_id": name, "client_assertion_type": kind, "client_assertion": assertion}

    def _ask(self, method: str, address: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        if not self._turns.acquire(timeout=WAIT_SECONDS):
            raise ProviderDown("busy")
        try:
            return self._answer(method, address, body=body, headers={"Accept": "application/json", **(headers or {})})
        finally:
            self._turns.release()

    def _answer(self, method: str, address: str, *, body: bytes | None, headers: Mapping[str, str]) -> dict[str, Any]:
        parts = urlsplit(address)
        if parts.scheme != "https":
            raise ProviderDown("scheme")
        context = ssl.create_default_context(cafile=self.provider.ca_file or None)
        connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=DEADLINE_SECONDS, context=context)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            answer = response.read(REPLY_BYTES_MAX + 1)
            value = json.loads(answer) if response.status == http.client.OK and len(answer) <= REPLY_BYTES_MAX else None
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as cause:
            raise ProviderDown(type(cause).__name__) from None
        finally:
            connection.close()
        if response.status in DECLINED:
            raise Declined("declined")
        if not isinstance(value, dict):
            raise ProviderDown(f"status {response.status}")
        return value


def _address(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str):
        raise ProviderDown(name)
    return value


_lines: dict[Provider, Line] = {}


def line(provider: Provider) -> Line:
    """The line to this provider in this process."""
    return _lines.setdefault(provider, Line(provider))
