"""The time. Services are given `now`; only the doors to the world ask this module for it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today(at: datetime) -> date:
    """The civil date in France at an instant."""
    return at.astimezone(PARIS).date()
