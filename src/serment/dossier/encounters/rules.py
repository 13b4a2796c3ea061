"""What a stay is, computed from its movements. Pure, so that messages may arrive late, twice or in disorder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from serment.dossier.encounters.types import ADMIT, CANCELLED, CURRENT, DISCHARGE, ENDED, MovementView, Passage, Situation

# The team that cared for somebody finishes letters and answers questions for thirty days after they left the unit.
TIE_AFTER_LEAVING = timedelta(days=30)

_ORDER = {ADMIT: 0, "transfer": 1, DISCHARGE: 2}


def situation(movements: Iterable[MovementView]) -> Situation:
    """Where and when, from every movement that was not cancelled. Without any left, the stay is cancelled."""
    told = sorted((m for m in movements if not m.cancelled), key=lambda m: (m.at, _ORDER[m.kind], m.recorded_at))
    placed = [m for m in told if m.kind != DISCHARGE and m.unit is not None]
    if not placed:
        return Situation(state=CANCELLED)
    leaving = next((m for m in reversed(told) if m.kind == DISCHARGE), None)
    # A movement told after the discharge means that the person came back within the stay.
    ended_at = leaving.at if leaving is not None and leaving is told[-1] else None
    last = placed[-1]
    return Situation(
        state=CURRENT if ended_at is None else ENDED,
        unit=last.unit,
        bed=last.bed,
        started_at=placed[0].at,
        ended_at=ended_at,
        passages=_passages(placed, ended_at),
    )


def _passages(placed: list[MovementView], ended_at: datetime | None) -> tuple[Passage, ...]:
    """One passage for each unit: from the first arrival to the last departure."""
    spans: dict[UUID, Passage] = {}
    for index, movement in enumerate(placed):
        if movement.unit is None:
            continue
        until = placed[index + 1].at if index + 1 < len(placed) else ended_at
        earlier = spans.get(movement.unit)
        spans[movement.unit] = Passage(unit=movement.unit, since=earlier.since if earlier else movement.at, until=until)
    return tuple(spans.values())


def tie_until(passage: Passage) -> datetime | None:
    """When the unit's tie to the patient ends: never while they are there, thirty days after they left."""
    return None if passage.until is None else passage.until + TIE_AFTER_LEAVING


def tie_reference(*, stay: UUID, unit: UUID) -> str:
    """The stable name of the tie of one stay and one unit."""
    return f"stay:{stay}:{unit}"
