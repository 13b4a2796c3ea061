"""A colleague's unlock: asked at the hard stop, given on the colleague's own screen with a touch of the colleague's passkey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from serment.wire.protocol import Empty, Signed


@dataclass(frozen=True, kw_only=True)
class UnlockRequest:
    """Somebody of one's own units asks to go on beyond the hard stop."""

    id: UUID
    account: UUID
    label: str
    profession: str
    role: str
    asked_at: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class UnlockRequests:
    requests: tuple[UnlockRequest, ...]


@dataclass(frozen=True, kw_only=True)
class Unlock:
    """Grant one, with an act of the passkey (`begin_act` with the act `unlock` and the request's id)."""

    session: str
    proof: str
    id: UUID
    ceremony: str
    credential: str


VERBS: dict[str, tuple[type, type]] = {
    "ask_unlock": (Signed, UnlockRequest),
    "unlock_requests": (Signed, UnlockRequests),
    "unlock": (Unlock, Empty),
}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset({"ask_unlock", "unlock"})
