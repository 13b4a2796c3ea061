"""The closed categories of refusal, and the one place where they become HTTP.

A message carries a category and a stable code, never a name or a value: what is logged or shown cannot disclose.
"""

from __future__ import annotations

from typing import ClassVar

from serment.wire import protocol
from serment.wire.protocol import Refusal


class Refused(Exception):
    """Something was asked and the answer is no. `code` is a stable word, `remedy` the way on (`touch`, `break_glass`, `colleague`,
    `sign_in`, or empty), `field` the input at fault."""

    category: ClassVar[str] = protocol.FAULT

    def __init__(self, code: str, *, remedy: str = "", field: str = "") -> None:
        super().__init__(f"{self.category}: {code}")
        self.code = code
        self.remedy = remedy
        self.field = field


class Invalid(Refused):
    """The request itself is wrong: `field` says where."""

    category = protocol.INVALID


class SignedOut(Refused):
    """Nobody is signed in, or the session is over."""

    category = protocol.SIGNED_OUT


class Denied(Refused):
    """The caller may not do this. To whoever may not know, it looks like `NotFound`."""

    category = protocol.DENIED


class StepUp(Refused):
    """Allowed after one more gesture, which `remedy` names."""

    category = protocol.STEP_UP


class Exhausted(Refused):
    """A budget is spent; `remedy` says who can extend it."""

    category = protocol.EXHAUSTED


class NotFound(Refused):
    """No such thing, as far as the caller may know."""

    category = protocol.NOT_FOUND


class Conflict(Refused):
    """True meanwhile of something else: a newer version, a duplicate, a state that excludes the act."""

    category = protocol.CONFLICT


class Unavailable(Refused):
    """The guard or the database does not answer. Nothing opened and nothing was written."""

    category = protocol.UNAVAILABLE


class Fault(Refused):
    """Our own error, or something tampered with. Never the caller's fault."""

    category = protocol.FAULT


BY_CATEGORY: dict[str, type[Refused]] = {
    kind.category: kind for kind in (Invalid, SignedOut, Denied, StepUp, Exhausted, NotFound, Conflict, Unavailable, Fault)
}

HTTP_STATUS = protocol.HTTP_STATUS


def from_refusal(refusal: Refusal) -> Refused:
    """The exception for what the guard answered. A category unknown here is a fault: refuse rather than guess."""
    return BY_CATEGORY.get(refusal.category, Fault)(refusal.code, remedy=refusal.remedy, field=refusal.field)


def http_status(error: Refused) -> int:
    """The HTTP status of a refusal."""
    return HTTP_STATUS[error.category]
