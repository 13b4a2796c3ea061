"""The breaker of an establishment and the meter of a workstation: what was spent there in the last minutes, hours, day.

Kept in memory and filled from the journal when the guard starts, so that neither a restart nor a restored table empties them. They never
stand before a tie or an emergency: they slow down searches and stop what nothing explains.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from serment.guard.context import Guard, Transaction
from serment.guard.meters.limits import SHIFT, Limits

# How places are called: the establishment's identifier, or the address of a workstation, after its prefix.
ESTABLISHMENT, SOURCE = "establishment:", "source:"
WORDS = ("unexplained", "lines")
BREAKER_SECONDS = (600, 3600, 86400)
SOURCE_SECONDS = {"unexplained": int(SHIFT.total_seconds()), "lines": 3600}
LONGEST = timedelta(days=1)
MINUTES = 1441


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """What was spent in one window, and what may be. `place` is called with its prefix."""

    place: str
    word: str
    seconds: int
    used: int
    limit: int


@dataclass
class Windows:
    """What was spent where, for a day. One per instance."""

    # By minute, so that a day is 1,440 numbers whatever happened in it. A minute that began inside a window counts whole.
    _spent: dict[tuple[str, str], deque[list[int]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *, places: tuple[str, ...], counts: Mapping[str, int], now: datetime) -> None:
        """Count what is being spent. It stays counted even if the transaction fails: never lower than the journal."""
        minute = int(now.timestamp()) // 60
        with self._lock:
            for place, word in ((place, word) for place in places for word in WORDS if counts.get(word, 0)):
                minutes = self._spent.setdefault((place, word), deque(maxlen=MINUTES))
                if not minutes or minutes[-1][0] < minute:
                    minutes.append([minute, 0])
                minutes[-1][1] += counts[word]

    def used(self, place: str, word: str, *, seconds: int, now: datetime) -> int:
        since, total = (int(now.timestamp()) - seconds) // 60, 0
        with self._lock:
            for minute, count in reversed(self._spent.get((place, word), ())):
                if minute <= since:
                    break
                total += count
        return total

    def places(self) -> set[str]:
        with self._lock:
            return {place for place, _ in self._spent}


_lock = threading.Lock()
_known: dict[str, Windows] = {}


def of(guard: Guard, tx: Transaction, now: datetime) -> Windows:
    """The windows of this instance; read from the journal once in the life of the process."""
    with _lock:
        known = _known.get(guard.settings.instance)
        if known is None:
            known = Windows()
            query = "select at, leaf from journal_entry where kind in ('opening', 'emergency', 'find') and at > %s order by id"
            for at, leaf in tx.execute(query, (now - LONGEST,)).fetchall():
                body = json.loads(bytes(leaf))["body"]
                known.add(places=tuple(body.get("places", ())), counts=body.get("spent", {}), now=at)
            _known[guard.settings.instance] = known
        return known


def gauges(windows: Windows, limits: Limits, places: tuple[str, ...], factor: int, now: datetime) -> list[Gauge]:
    """What the windows of an establishment (first of `places`) and of a workstation (second) say."""
    found = []
    for index, place in enumerate(places):
        for word in WORDS:
            for seconds in BREAKER_SECONDS if index == 0 else (SOURCE_SECONDS[word],):
                limit = limits[f"breaker.{word}.{seconds}"] if index == 0 else limits[f"source.{word}"]
                used = windows.used(place, word, seconds=seconds, now=now)
                found.append(Gauge(place=place, word=word, seconds=seconds, used=used, limit=limit * factor))
    return found


def is_open(found: list[Gauge], word: str) -> bool:
    """Whether one of the windows for this word is full."""
    return any(gauge.word == word and gauge.used >= gauge.limit for gauge in found)
