"""Measures with their trend, drawn on the server: the normal range shaded, the last point marked, values out of range by shape as well.

The table behind a plot is the list of its points, told in its description.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from serment.dossier.records.observations import measures as catalogue
from serment.dossier.records.observations.types import Observation
from serment.dossier.web import formats

WIDTH, HEIGHT, MARGIN = 160, 44, 5
POINTS_MIN, POINTS_MAX = 3, 24
TRIANGLE, TRIANGLE_RISE = "M{x:.1f} {y:.1f}l3.2 6h-6.4z", 3.5

# The same scale every time for the same measure, whoever the patient: LOINC code -> lowest and highest value drawn.
SCALES: dict[str, tuple[float, float]] = {
    "8480-6": (80, 200),  # systolic pressure, mmHg
    "8462-4": (40, 120),  # diastolic pressure, mmHg
    "8867-4": (40, 160),  # heart rate, /min
    "9279-1": (8, 40),  # respiratory rate, /min
    "8310-5": (35, 41),  # temperature, °C
    "2708-6": (80, 100),  # saturation, %
    "59408-5": (80, 100),
    "72514-3": (0, 10),  # pain
    "29463-7": (30, 150),  # weight, kg
    catalogue.NEWS2: (0, 20),
}


@dataclass(frozen=True, kw_only=True)
class Point:
    """Where a value is drawn, and the value."""

    x: float
    y: float
    value: str
    at: datetime
    is_out: bool
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class Plot:
    """A small curve. `outs` is the path of the triangles on the points out of range; `last` the newest point when it is none of those.
    `range_y` and `range_height` are the shaded normal range, in drawing units; no height, no range. `bottom` and `top` are the values at
    its edges."""

    points: tuple[Point, ...]
    path: str
    outs: str
    last: Point | None
    range_y: float
    range_height: float
    description: str
    bottom: str = ""
    top: str = ""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """The newest value of one kind, and its trend when there is one to draw."""

    latest: Observation
    plot: Plot | None


def measures(observations: Iterable[Observation]) -> list[Measure]:
    """Out of measures newest first, one of each kind with its trend, in the order in which they are always told."""
    kinds: dict[str, list[Observation]] = {}
    for one in observations:
        kinds.setdefault(one.code or one.label, []).append(one)
    found = [Measure(latest=group[0], plot=plot(group)) for group in kinds.values()]
    order = list(SCALES)
    return sorted(found, key=lambda one: order.index(one.latest.code) if one.latest.code in order else len(order))


def plot(newest_first: list[Observation]) -> Plot | None:
    """The curve of one kind of measure, or None when it has too few numbers."""
    told = [(one, _number(one.value)) for one in reversed(newest_first[:POINTS_MAX])]
    values = [(one, value) for one, value in told if value is not None]
    if len(values) < POINTS_MIN:
        return None
    low, high = _number(values[-1][0].low), _number(values[-1][0].high)
    bottom, top = _scale(values[-1][0].code, [value for _one, value in values], low, high)
    start, end = values[0][0].at.timestamp(), values[-1][0].at.timestamp()

    def height(value: float) -> float:
        inside = min(max(value, bottom), top)
        return round(HEIGHT - MARGIN - (inside - bottom) / (top - bottom) * (HEIGHT - 2 * MARGIN), 1)

    def across(at: datetime) -> float:
        return round(MARGIN + (at.timestamp() - start) / ((end - start) or 1) * (WIDTH - 2 * MARGIN), 1)

    points = tuple(
        Point(
            x=across(one.at),
            y=height(value),
            value=formats.quantity(one.value),
            at=one.at,
            is_out=bool(one.flag),
            is_last=one is values[-1][0],
        )
        for one, value in values
    )
    range_top, range_bottom = height(high if high is not None else top), height(low if low is not None else bottom)
    has_range = low is not None or high is not None
    return Plot(
        points=points,
        path=" ".join(f"{point.x},{point.y}" for point in points),
        outs="".join(TRIANGLE.format(x=point.x, y=point.y - TRIANGLE_RISE) for point in points if point.is_out),
        last=None if points[-1].is_out else points[-1],
        range_y=range_top,
        range_height=round(range_bottom - range_top, 1) if has_range else 0,
        description=_description(points),
        bottom=formats.quantity(f"{bottom:g}"),
        top=formats.quantity(f"{top:g}"),
    )


def _description(points: tuple[Point, ...]) -> str:
    return _("Du plus ancien au plus récent : %(values)s") % {
        "values": ", ".join(f"{point.value} ({formats.moment(point.at)})" for point in points)
    }


def _scale(code: str, values: list[float], low: float | None, high: float | None) -> tuple[float, float]:
    """The fixed scale of a known measure; for another, what its values and range need."""
    if code in SCALES:
        return SCALES[code]
    known = [*values, *(edge for edge in (low, high) if edge is not None)]
    bottom, top = min(known), max(known)
    room = (top - bottom or abs(top) or 1) * 0.1
    return bottom - room, top + room


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
