"""Making a copy of one record, to hand it over to who has a right to it (CSP L.1111-7)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from serment.wire.protocol import Empty


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A copy of the record that the caller has open is about to be made, to answer a request of the register. Counts only."""

    session: str
    proof: str
    patient: UUID
    request: UUID
    entries: int
    documents: int
    withheld: int


VERBS: dict[str, tuple[type, type]] = {"copy": (Copy, Empty)}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset({"copy"})
