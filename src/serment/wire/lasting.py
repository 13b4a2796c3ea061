"""Ties that care itself makes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from serment.wire.protocol import Empty


@dataclass(frozen=True, kw_only=True)
class Authored:
    """The caller has just written in this record."""

    session: str
    proof: str
    patient: UUID


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Ask the colleague of this national number (RPPS, eleven digits) for an opinion about a patient."""

    session: str
    proof: str
    patient: UUID
    rpps: str


VERBS: dict[str, tuple[type, type]] = {"authored": (Authored, Empty), "ask_advice": (Advice, Empty)}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset({"authored", "ask_advice"})
