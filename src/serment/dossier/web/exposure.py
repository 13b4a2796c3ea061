"""The exposure over time, drawn on the server: bars for what was disclosed, a stepped line for persons seen first; the table behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from serment.dossier.web import formats
from serment.wire.incidents import Figures, Span

WIDTH, HEIGHT = 720, 96
# Below, bars would be hairs: a span is never narrower.
SPAN_WIDTH_MIN = 2.0


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What was disclosed in one span."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Plot:
    """`first` and `last` stand under the ends of the axis, `top` beside its highest point."""

    bars: tuple[Bar, ...]
    steps: str
    top: int
    first: datetime
    last: datetime
    description: str
    rows: tuple[Span, ...]


def plot(figures: Figures) -> Plot | None:
    """The spans in which something happened; None when there is none."""
    spans = sorted(figures.spans, key=lambda one: one.since)
    if not spans:
        return None
    width = timedelta(seconds=figures.span_seconds)
    first, last = spans[0].since, spans[-1].since + width
    total = (last - first) / width
    unit = max(WIDTH / total, SPAN_WIDTH_MIN)
    top = max(*(one.openings + one.lines for one in spans), *(one.new_persons for one in spans), 1)

    def x(at: datetime) -> float:
        return round((at - first) / (last - first) * WIDTH, 1)

    def height(count: int) -> float:
        return round(count / top * (HEIGHT - 4), 1)

    bars = tuple(
        Bar(
            x=x(one.since), y=HEIGHT - height(one.openings + one.lines), width=round(unit * 0.8, 1), height=height(one.openings + one.lines)
        )
        for one in spans
    )
    return Plot(
        bars=bars, steps=_steps(spans, width, x, height), top=top, first=first, last=last, rows=tuple(spans),
        description=_("Du %(first)s au %(last)s ; au plus %(top)s en une fois.")
        % {"first": formats.moment(first), "last": formats.moment(last), "top": top},
    )  # fmt: skip


def _steps(spans: Iterable[Span], width: timedelta, x: Callable[[datetime], float], height: Callable[[int], float]) -> str:
    """Down to the floor wherever nobody new was seen."""
    points: list[str] = []
    for one in spans:
        left, right, y = x(one.since), x(one.since + width), round(HEIGHT - height(one.new_persons), 1)
        points += [f"{left},{HEIGHT}", f"{left},{y}", f"{right},{y}", f"{right},{HEIGHT}"]
    return " ".join(points)
