"""Stays as they cross the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

ADMIT, TRANSFER, DISCHARGE = "admit", "transfer", "discharge"
CURRENT, ENDED, CANCELLED = "current", "ended", "cancelled"


@dataclass(frozen=True, kw_only=True)
class Event:
    """How the sender knows a movement or a stay: the same name again is the same event again. `source` is the sending authority."""

    source: str
    stay: str
    movement: str


@dataclass(frozen=True, kw_only=True)
class MovementView:
    """One event of a stay. `unit` is None for a discharge that names none."""

    id: UUID
    kind: str
    unit: UUID | None
    bed: UUID | None
    at: datetime
    recorded_at: datetime
    cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A time in one unit; `until` is None while it lasts."""

    unit: UUID
    since: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What the movements of a stay make it."""

    state: str
    unit: UUID | None = None
    bed: UUID | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StayView:
    """One stay with its movements, oldest first."""

    patient: UUID
    id: UUID
    kind: str
    state: str
    unit: UUID | None
    bed: str
    started_at: datetime | None
    expected_end: datetime | None
    ended_at: datetime | None
    movements: tuple[MovementView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Presence:
    """Somebody in a bed of a unit now. `bed` is its label, empty when none is known."""

    patient: UUID
    stay: UUID
    unit: UUID
    bed: str
    since: datetime
    expected_end: datetime | None
