"""The time. Services are given `now`; only the doors to the world ask this module for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def ahead(file: Path | None, clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """The clock by which the guard lives, for a program that proves its requests to it: a demonstration may be told to live in another
    time (seconds ahead, in a file); nothing else may, and has no such file."""
    if file is None:
        return clock
    return lambda: clock() + timedelta(seconds=float(file.read_text(encoding="ascii")))


def today(at: datetime) -> date:
    """The civil date in France at an instant."""
    return at.astimezone(PARIS).date()
