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


@dataclass(frozen=True, kw_only=True)
class Treating:
    """The physician of one national number treats the patient, that of another does so no more; either may be empty."""

    session: str
    proof: str
    patient: UUID
    rpps: str
    former: str = ""


@dataclass(frozen=True, kw_only=True)
class TreatingTold:
    """Whether the physician who is declared works here, and may open the record now."""

    works_here: bool


VERBS: dict[str, tuple[type, type]] = {
    "authored": (Authored, Empty),
    "ask_advice": (Advice, Empty),
    "treating": (Treating, TreatingTold),
}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset({"authored", "ask_advice", "treating"})
