"""Who signs a request to the guard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class SignedRequest:
    """What a browser sent with a request: the handle of its session and a proof by its key (RFC 9449). One proof serves each verb
    once for each patient."""

    session: str = field(repr=False)
    proof: str = field(repr=False)

    def sign(self, verb: str) -> SignedRequest:
        """Itself: a browser's proof is of the HTTP request, whatever the verb."""
        return self


class Signer(Protocol):
    """A person's signed request, or an interface that signs each verb with its own key."""

    def sign(self, verb: str) -> SignedRequest: ...
