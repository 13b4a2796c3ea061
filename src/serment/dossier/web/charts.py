"""Counts by the hour and gauges, drawn on the server: shape and place say it before colour does, and a table says it in figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from serment.dossier.web import formats, officers_words
from serment.wire.reviewing import GaugeSeen, Series

# One hour is ten units wide; a bar takes seven of them.
HOUR_WIDTH, BAR_WIDTH, HEIGHT, GAUGE_WIDTH = 10, 7, 36, 120

# From this share on, a gauge is said to be nearly full.
NEARLY_FULL = 0.8


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One hour of the last day."""

    x: int
    y: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Hours:
    """One thing counted by the hour: bars for the last day, a stepped line for the day before. `change` compares the two days."""

    word: str | Promise
    today: int
    yesterday: int
    change: int
    bars: tuple[Bar, ...]
    steps: str
    description: str
    counts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """One window: how much of it is used. `is_near` is said in words too."""

    window: str | Promise
    used: int
    limit: int
    width: float
    is_near: bool
    is_full: bool


def hours(series: Iterable[Series]) -> list[Hours]:
    """Each thing that is counted, in the order of the picture."""
    return [_hours(one) for one in series]


def _hours(one: Series) -> Hours:
    top = max(*one.today, *one.yesterday, 1)

    def height(count: int) -> float:
        return round(count / top * (HEIGHT - 2), 1)

    steps = []
    for index, count in enumerate(one.yesterday):
        y = round(HEIGHT - height(count), 1)
        steps += [f"{index * HOUR_WIDTH},{y}", f"{(index + 1) * HOUR_WIDTH},{y}"]
    today, yesterday = sum(one.today), sum(one.yesterday)
    return Hours(
        word=officers_words.COUNTED.get(one.word, one.word),
        today=today,
        yesterday=yesterday,
        change=today - yesterday,
        bars=tuple(
            Bar(x=index * HOUR_WIDTH + 1, y=round(HEIGHT - height(count), 1), height=height(count))
            for index, count in enumerate(one.today)
            if count
        ),
        steps=" ".join(steps),
        description=_("%(today)s en vingt-quatre heures, %(yesterday)s la veille ; au plus %(top)s en une heure.")
        % {"today": today, "yesterday": yesterday, "top": max(one.today)},
        counts=tuple(zip(one.today, one.yesterday, strict=True)),
    )


def by_hour(told: list[Hours], at: datetime) -> list[tuple[str, list[tuple[int, int]]]]:
    """The table behind the plots: when each of the last hours began, latest first, and the counts of that hour and of the day before."""
    count = len(told[0].counts) if told else 0
    return [(formats.hour(at - timedelta(hours=count - index)), [one.counts[index] for one in told]) for index in range(count - 1, -1, -1)]


def gauges(seen: Iterable[GaugeSeen]) -> dict[tuple[str, str], list[Gauge]]:
    """The windows by place and by what they count, the shortest window first."""
    found: dict[tuple[str, str], list[Gauge]] = {}
    for one in sorted(seen, key=lambda gauge: gauge.seconds):
        share = min(one.used / one.limit, 1.0) if one.limit else 1.0
        found.setdefault((one.place, one.word), []).append(
            Gauge(
                window=officers_words.WINDOWS.get(one.seconds, str(one.seconds)),
                used=one.used,
                limit=one.limit,
                width=round(share * GAUGE_WIDTH, 1),
                is_near=share >= NEARLY_FULL,
                is_full=one.used >= one.limit,
            )
        )
    return found
