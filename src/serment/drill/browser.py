"""A browser in Python: cookies, form tokens, a session key, and a proof on each request. What an attacker or a colleague works with."""

from __future__ import annotations

import http.client
import http.cookies
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from serment.drill.passkey import Authenticator, SoftPasskey
from serment.wire import dpop


def utc_now() -> datetime:
    return datetime.now(UTC)


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

    def __init__(self, origin: str, *, authenticator: Authenticator | None = None, clock: Callable[[], datetime] = utc_now) -> None:
        self.origin, self.clock = origin, clock
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

    def act(self, act: str, subject: str) -> dict[str, Any]:
        """The touch that one act on one thing asks for: what its form carries."""
        if self.authenticator is None:
            raise RuntimeError("this browser holds no authenticator")
        begun = self.json("/touch/act", {"act": act, "subject": subject})
        return {"ceremony": begun["ceremony"], "credential": json.loads(self.authenticator.get(json.dumps(begun["options"])))}

    def json(self, path: str, value: object) -> Any:
        """A signed exchange of JSON. Raises RuntimeError unless it is answered with 200."""
        return self._json(path, value, signed=True)

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
            sent["DPoP"] = self.key.proof(htm=method, htu=self.origin + path.split("?")[0], now=self.clock())
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
