"""Who signs that a result was seen, when it can be taken back, and when one waits too long. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from serment.dossier.kernel import errors
from serment.dossier.records.notes.kinds import PHYSICIANS
from serment.dossier.records.results.types import Item, State
from serment.wire.protocol import Who

# Taking it back is for a slip of the finger: within the working day, by the same person.
UNDONE_WITHIN = timedelta(hours=12)
# A critical result that nobody has seen after an hour is shown first and says since when.
URGENT_WITHIN = timedelta(hours=1)
# A file of another software tells years: only what is this recent waits for anybody.
RECENT = timedelta(days=7)
CRITICAL = frozenset({"critical_low", "critical_high", "critical"})


def physician_units(who: Who) -> tuple[UUID, ...]:
    """The units where somebody is in charge of patients as a physician."""
    return tuple(assignment.unit for assignment in who.assignments if assignment.role in PHYSICIANS)


def require_physician(who: Who) -> None:
    """Raises Denied (`role`) for who answers for no patient as a physician."""
    if not physician_units(who):
        raise errors.Denied("role", field="care")


def require_undoable(state: State, *, account: UUID, now: datetime) -> None:
    """Raises Denied (`role`) for who did not see it themselves, Conflict (`seen_too_long`) after the day."""
    if state.seen_by != account:
        raise errors.Denied("role", field="care")
    if state.seen_at is None or now - state.seen_at > UNDONE_WITHIN:
        raise errors.Conflict("seen_too_long")


def in_order(waiting: tuple[Item, ...]) -> tuple[Item, ...]:
    """The urgent ones first, then the oldest."""
    return tuple(sorted(waiting, key=lambda one: (not one.is_urgent, one.arrived_at)))


def is_late(item: Item, *, now: datetime) -> bool:
    """Whether a critical result has waited too long."""
    return item.is_urgent and now - item.arrived_at > URGENT_WITHIN


def is_recent(at: datetime, *, now: datetime) -> bool:
    """Whether something imported is new enough to wait for somebody."""
    return now - at < RECENT
