"""A browser and its passkey, in Python: what tests and measurements sign in with.

`SoftPasskey` answers WebAuthn ceremonies with the structures a real authenticator makes (attestation "none", ES256), and can be told to
misbehave. `Browser` holds a session key and speaks to the guard's verbs; `HttpBrowser` does the same through the web server.
"""

from __future__ import annotations

import hashlib
import http.client
import http.cookies
import json
import os
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from serment.wire import dpop, protocol
from serment.wire.canonical import decode_bytes, encode_bytes

USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40
DEMONSTRATION_PREFIX = b"serment demonstration authenticator v1\0"


def utc_now() -> datetime:
    return datetime.now(UTC)


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
Call = Callable[[str, object], Any]


def direct(guard: Any) -> Call:
    """The verbs of a guard in this process, at the time of its clock. Refusals come as `serment.guard.errors.Refused`."""
    from serment.guard.server import HANDLERS

    return lambda verb, request: HANDLERS[verb](guard, request, guard.clock())


@dataclass(kw_only=True)
class Browser:
    """A browser that speaks to the guard's verbs. `call` is `direct(guard)`, or a `GuardClient`'s `call`."""

    call: Call = field(repr=False)
    origin: str = "http://localhost:8000"
    rp_id: str = "localhost"
    clock: Callable[[], datetime] = utc_now
    authenticator: Authenticator | None = None
    key: dpop.ProofKey = field(default_factory=dpop.ProofKey, repr=False)
    session: str = field(default="", repr=False)

    def enrol(self, code: str, *, label: str = "Poste de test") -> protocol.Enrolled:
        """Enrol the browser's authenticator (a passkey unless one was set) with a code."""
        self.authenticator = self.authenticator or SoftPasskey(origin=self.origin, rp_id=self.rp_id)
        begun = self.call("begin_enrolment", protocol.BeginEnrolment(code=code))
        credential = self.authenticator.create(begun.options)
        enrolled: protocol.Enrolled = self.call(
            "finish_enrolment", protocol.FinishEnrolment(ceremony=begun.ceremony, credential=credential, label=label)
        )
        return enrolled

    def become(self, account: UUID) -> protocol.SignedIn:
        """Enrol as a person of a demonstration, and sign in."""
        self.enrol(self.call("persona_code", protocol.PersonaCode(account=account)).code)
        return self.sign_in()

    def sign_in(self, *, user_agent: str = "test") -> protocol.SignedIn:
        """Sign in with the authenticator, under a new session key."""
        self.key = dpop.ProofKey()
        begun = self.call("begin_sign_in", protocol.BeginSignIn(session_key=self.key.jwk))
        credential = self._authenticator().get(begun.options)
        signed_in: protocol.SignedIn = self.call(
            "finish_sign_in", protocol.FinishSignIn(ceremony=begun.ceremony, credential=credential, user_agent=user_agent)
        )
        self.session = signed_in.session
        return signed_in

    def proof(self, method: str, path: str, *, jti: str | None = None) -> str:
        """A proof for one request to a page."""
        return self.key.proof(htm=method, htu=self.origin + path, now=self.clock(), jti=jti)

    def signed(self, method: str = "GET", path: str = "/") -> dict[str, str]:
        """The two arguments that every verb of a signed-in person takes."""
        return {"session": self.session, "proof": self.proof(method, path)}

    def attend(self) -> protocol.Who:
        who: protocol.Who = self.call("attend", protocol.Signed(**self.signed()))
        return who

    def touch(self) -> protocol.Who:
        """Present the authenticator again."""
        begun = self.call("begin_touch", protocol.Signed(**self.signed("POST", "/touch/begin")))
        credential = self._authenticator().get(begun.options)
        who: protocol.Who = self.call(
            "finish_touch",
            protocol.FinishTouch(**self.signed("POST", "/touch/finish"), ceremony=begun.ceremony, credential=credential),
        )
        return who

    def open(self, patient: UUID, compartments: tuple[str, ...] = ("identity", "contact", "care")) -> protocol.Opening:
        """Open a record as the page of the patient does."""
        signed = self.signed("GET", f"/patients/{patient}/")
        opening: protocol.Opening = self.call("open", protocol.Open(**signed, patient=patient, compartments=compartments))
        return opening

    def break_glass(self, patient: UUID, *, reason: str = "vital_emergency", text: str = "") -> protocol.Opening:
        signed = self.signed("POST", f"/patients/{patient}/break-glass/")
        opening: protocol.Opening = self.call("break_glass", protocol.BreakGlass(**signed, patient=patient, reason=reason, text=text))
        return opening

    def _authenticator(self) -> Authenticator:
        if self.authenticator is None:
            raise RuntimeError("this browser holds no authenticator: enrol first")
        return self.authenticator


@dataclass(kw_only=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.body)


class HttpBrowser:
    """A browser that speaks to the web server over HTTP, with its cookies, its form tokens and a proof on each request."""

    def __init__(self, origin: str, *, authenticator: Authenticator | None = None) -> None:
        self.origin = origin
        parts = urlsplit(origin)
        self._host, self._port, self.rp_id = parts.hostname or "localhost", parts.port or 80, parts.hostname or "localhost"
        self._connection: http.client.HTTPConnection | None = None
        self.authenticator = authenticator
        self.key = dpop.ProofKey()
        self.cookies: dict[str, str] = {}
        self.token = ""

    def become(self, account: UUID | str) -> None:
        """Enrol as a person of a demonstration, and sign in."""
        self.authenticator = self.authenticator or SoftPasskey(origin=self.origin, rp_id=self.rp_id)
        self._visit("/sign-in/")
        begun = self._json("/enrolment/persona", {"account": str(account)})
        credential = json.loads(self.authenticator.create(json.dumps(begun["options"])))
        self._json("/enrolment/finish", {"ceremony": begun["ceremony"], "credential": credential, "label": "test"})
        self.sign_in()

    def sign_in(self) -> None:
        if self.authenticator is None:
            raise RuntimeError("this browser holds no authenticator")
        if not self.token:
            self._visit("/sign-in/")
        self.key = dpop.ProofKey()
        begun = self._json("/session/begin", {"session_key": self.key.jwk})
        credential = json.loads(self.authenticator.get(json.dumps(begun["options"])))
        self._json("/session/finish", {"ceremony": begun["ceremony"], "credential": credential})

    def touch(self) -> None:
        if self.authenticator is None:
            raise RuntimeError("this browser holds no authenticator")
        begun = self._json("/touch/begin", {}, signed=True)
        credential = json.loads(self.authenticator.get(json.dumps(begun["options"])))
        self._json("/touch/finish", {"ceremony": begun["ceremony"], "credential": credential}, signed=True)

    def get(self, path: str, *, headers: dict[str, str] | None = None) -> Answer:
        """A page, signed. Its form token is kept for the next form."""
        answer = self.request("GET", path, headers=headers)
        if found := re.search(rb'name="csrfmiddlewaretoken" value="([A-Za-z0-9]+)"', answer.body):
            self.token = found[1].decode()
        return answer

    def post(self, path: str, form: dict[str, str], *, headers: dict[str, str] | None = None) -> Answer:
        """A form, signed, with its token."""
        body = urlencode({"csrfmiddlewaretoken": self.token, **form}).encode()
        return self.request("POST", path, body=body, headers={"Content-Type": "application/x-www-form-urlencoded", **(headers or {})})

    def request(
        self, method: str, path: str, *, body: bytes | None = None, headers: dict[str, str] | None = None, signed: bool = True
    ) -> Answer:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        if method != "GET":
            sent["Origin"] = self.origin
        if signed:
            sent["DPoP"] = self.key.proof(htm=method, htu=self.origin + path.split("?")[0], now=utc_now())
        try:
            return self._exchange(method, path, body, sent)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._connection = None
            return self._exchange(method, path, body, sent)

    def _exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        self._connection = self._connection or http.client.HTTPConnection(self._host, self._port, timeout=30)
        self._connection.request(method, path, body=body, headers=headers)
        response = self._connection.getresponse()
        answer = Answer(status=response.status, headers=response.headers, body=response.read())
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                if morsel.value:
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)
        return answer

    def _visit(self, path: str) -> None:
        answer = self.request("GET", path, signed=False)
        found = re.search(rb'name="csrfmiddlewaretoken" value="([A-Za-z0-9]+)"', answer.body)
        if answer.status != 200 or not found:
            raise RuntimeError(f"{path} answered {answer.status} without a form token")
        self.token = found[1].decode()

    def _json(self, path: str, value: object, *, signed: bool = False) -> Any:
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.token}
        answer = self.request("POST", path, body=json.dumps(value).encode(), headers=headers, signed=signed)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {answer.text[:200]}")
        return answer.json()
