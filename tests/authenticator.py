"""A browser and its passkey, in Python: what tests and measurements sign in with.

`SoftPasskey` and `HttpBrowser` are those of the drills. `Browser` holds a session key and speaks to the guard's verbs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from serment.drill.browser import Answer, HttpBrowser, utc_now
from serment.drill.passkey import DEMONSTRATION_PREFIX, Authenticator, SoftPasskey, SoftwareKey
from serment.wire import dpop, protocol

__all__ = ["DEMONSTRATION_PREFIX", "Answer", "Authenticator", "Browser", "HttpBrowser", "SoftPasskey", "SoftwareKey", "direct", "utc_now"]

Call = Callable[[str, object], Any]


def direct(guard: Any) -> Call:
    """The verbs of a guard in this process, at the time of its clock. Refusals come as `serment.guard.errors.Refused`."""
    from serment.guardhouse.server import HANDLERS

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
