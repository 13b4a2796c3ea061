"""A name shown under its own rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from serment.wire.protocol import Empty


@dataclass(frozen=True, kw_only=True)
class Protect:
    """Protect the identity of a patient whose record the caller has open: `kind` is one of `words.PROTECTIONS`, `pseudonym` what is shown
    instead (initials when empty), `text` why. An empty `kind` lifts the protection."""

    session: str
    proof: str
    patient: UUID
    kind: str
    pseudonym: str = field(repr=False, default="")
    text: str = field(repr=False, default="")


VERBS: dict[str, tuple[type, type]] = {"protect": (Protect, Empty)}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset({"protect"})
