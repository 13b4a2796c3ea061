"""`./serment drill friction`: a year of honest work, and how often the guard got in its way.

The caps are tuned on one half of the year and judged on the other, with another seed; then the rates of the workload, which are
estimates, are moved by half in both directions. Break-glass is timed on a running instance. Exit 1 when an aim is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

from bench.friction import glass, workload, year
from bench.friction.year import Tally
from serment.guard.meters.limits import ROLES

HALF_DAYS, VARIANT_DAYS = 182, 21
# A half is played in pieces that begin on a Monday; a meter remembers thirty days, and the pieces are six weeks and a half.
PIECE_DAYS = 46
AIMS = {"hard_stops_per_1000": 1.0, "step_up_percent": 2.0, "seconds_per_shift": 10.0, "break_glass_seconds": 5.0}
VARIANTS = {"unexplained -50 %": (0.5, 1.0), "unexplained +50 %": (1.5, 1.0), "explained and looked up -50 %": (1.0, 0.5),
            "explained and looked up +50 %": (1.0, 1.5)}  # fmt: skip
# What a shift may exceed by chance, when caps are tuned.
STEP_UP_SHARE, HARD_STOP_SHARE = 0.01, 0.0005
Z95 = 1.96


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some days to play in one process."""

    name: str
    seed: int
    first: int
    days: int
    unexplained: float = 1.0
    explained: float = 1.0


def pieces(seed: int) -> list[Piece]:
    """The two halves of the year, and the variants."""
    halves = [
        Piece(name=name, seed=seed + half, first=half * HALF_DAYS + start, days=min(PIECE_DAYS, HALF_DAYS - start))
        for half, name in enumerate(("tuned on", "judged on"))
        for start in range(0, HALF_DAYS, PIECE_DAYS)
    ]
    moved = [
        Piece(name=name, seed=seed + 2 + place, first=0, days=VARIANT_DAYS, unexplained=unexplained, explained=explained)
        for place, (name, (unexplained, explained)) in enumerate(VARIANTS.items())
    ]
    return halves + moved


def play(piece: Piece) -> tuple[str, Tally]:
    tally = year.played(seed=piece.seed, first=piece.first, days=piece.days, unexplained=piece.unexplained, explained=piece.explained)
    return piece.name, tally


def share(count: int, shifts: int) -> tuple[float, float, float]:
    """A share with its 95 % interval (Wilson)."""
    if not shifts:
        return 0.0, 0.0, 0.0
    p, square = count / shifts, Z95**2
    middle = (p + square / (2 * shifts)) / (1 + square / shifts)
    half = Z95 * ((p * (1 - p) / shifts + square / (4 * shifts**2)) ** 0.5) / (1 + square / shifts)
    return p, max(0.0, middle - half), middle + half


def figures(tally: Tally) -> dict[str, Any]:
    """What the acceptance asks of one period."""
    shifts = sum(tally.shifts.values())
    stops, steps = share(sum(tally.stopped.values()), shifts), share(sum(tally.stepped_up.values()), shifts)
    spread = tally.seconds_squared - sum(tally.seconds.values()) ** 2 / shifts
    mean = sum(tally.seconds.values()) / shifts
    half = Z95 * (max(0.0, spread) / (shifts - 1) / shifts) ** 0.5
    emergencies, refused = sum(tally.emergencies.values()), sum(tally.emergencies_refused.values())
    return {
        "shifts": shifts,
        "openings": sum(tally.openings.values()),
        "unexplained": sum(tally.unexplained.values()),
        "hard_stops_per_1000": [round(1000 * one, 3) for one in stops],
        "step_up_percent": [round(100 * one, 3) for one in steps],
        "seconds_per_shift": [round(one, 2) for one in (mean, mean - half, mean + half)],
        "touches_per_shift": round(sum(tally.touches.values()) / shifts, 2),
        "glass_instead_per_1000": round(1000 * sum(tally.detours.values()) / shifts, 2),
        "emergencies": emergencies,
        "emergencies_refused": refused,
        "reviews_per_day": round(tally.reviews / max(1, tally.days), 1),
        "stopped_by": dict(tally.why.most_common(8)),
        "fullest_gauges_percent": dict(tally.gauges.most_common(8)),
    }


def by_role(tally: Tally) -> list[dict[str, Any]]:
    return [
        {
            "role": role.name,
            "shifts": tally.shifts[role.name],
            "hard_stops_per_1000": round(1000 * tally.stopped[role.name] / max(1, tally.shifts[role.name]), 2),
            "step_up_percent": round(100 * tally.stepped_up[role.name] / max(1, tally.shifts[role.name]), 2),
            "seconds_per_shift": round(tally.seconds[role.name] / max(1, tally.shifts[role.name]), 1),
            "touches_per_shift": round(tally.touches[role.name] / max(1, tally.shifts[role.name]), 2),
        }
        for role in workload.ROLES
    ]


def tuned(tally: Tally) -> dict[str, list[int]]:
    """Per role, the smallest step-up and hard stop that this half of the year would have borne, beside those in force."""
    found = {}
    for role in workload.ROLES:
        counts: Counter[int] = tally.per_shift[role.name]
        shifts = sum(counts.values())
        smallest = [_quantile(counts, shifts, most) for most in (STEP_UP_SHARE, HARD_STOP_SHARE)]
        found[role.name] = [*smallest, *ROLES[role.name][:2]]
    return found


def _quantile(counts: Counter[int], shifts: int, most: float) -> int:
    beyond = shifts
    for value in range(max(counts, default=0) + 1):
        beyond -= counts[value]
        if beyond <= most * shifts:
            return value
    return max(counts, default=0)


def run(seed: int, *, with_glass: bool) -> dict[str, Any]:
    began = time.monotonic()
    played: dict[str, Tally] = {}
    with ProcessPoolExecutor(2) as pool:
        for name, tally in pool.map(play, sorted(pieces(seed), key=lambda piece: -piece.days)):
            played.setdefault(name, Tally()).add(tally)
    judged = figures(played["judged on"])
    result: dict[str, Any] = {
        "tuned_on": figures(played["tuned on"]),
        "smallest_caps": tuned(played["tuned on"]),
        "judged_on": judged,
        "by_role": by_role(played["judged on"]),
        "variants": {name: figures(played[name]) for name in VARIANTS},
    }
    if with_glass:
        result["break_glass"] = glass.timed()
    result["missed"] = missed(judged, result.get("break_glass"))
    result["seconds"] = round(time.monotonic() - began)
    return result


def missed(judged: dict[str, Any], broken: dict[str, float] | None) -> list[str]:
    """The aims that the judged half does not reach."""
    found = [name for name in ("hard_stops_per_1000", "step_up_percent", "seconds_per_shift") if judged[name][0] > AIMS[name]]
    if judged["emergencies_refused"]:
        found.append("break_glass_always")
    if broken and (broken["slowest_seconds"] > AIMS["break_glass_seconds"] or broken["refused"]):
        found.append("break_glass_seconds")
    return found


def _interval(values: list[float]) -> str:
    return f"{values[0]:.2f} [{values[1]:.2f}, {values[2]:.2f}]"


def say(result: dict[str, Any]) -> None:
    judged = result["judged_on"]
    for name, one in (("tuned on", result["tuned_on"]), ("judged on", judged), *result["variants"].items()):
        stops, steps, seconds = one["hard_stops_per_1000"], one["step_up_percent"], one["seconds_per_shift"]
        print(f"{name:<30} {one['shifts']:>7} shifts   hard stops {_interval(stops)} per 1,000   step-ups {_interval(steps)} %", end="   ")
        print(f"{_interval(seconds)} s a shift   emergencies refused {one['emergencies_refused']} of {one['emergencies']}")
    print("\nrole                     shifts  hard stops/1,000  step-ups %  seconds  touches   smallest caps   in force")
    for row in result["by_role"]:
        small = result["smallest_caps"][row["role"]]
        print(f"{row['role']:<22} {row['shifts']:>8} {row['hard_stops_per_1000']:>13.2f} {row['step_up_percent']:>15.2f}", end=" ")
        print(f"{row['seconds_per_shift']:>8.1f} {row['touches_per_shift']:>8.2f} {small[0]:>9} / {small[1]:<4} {small[2]:>6} / {small[3]}")
    print(f"\nreviews a day {judged['reviews_per_day']}, fullest gauges {judged['fullest_gauges_percent']}")
    if "break_glass" in result:
        print(f"break-glass on a running instance: {result['break_glass']}")
    print(f"stopped by: {judged['stopped_by']}")
    print("missed: " + (", ".join(result["missed"]) or "nothing") + f"   ({result['seconds']} s)")


def main() -> int:
    parser = argparse.ArgumentParser(prog="serment drill friction", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--without-instance", action="store_true", help="do not start an instance to time the break-glass on")
    options = parser.parse_args()
    result = run(options.seed, with_glass=not options.without_instance)
    if options.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        say(result)
    return 1 if result["missed"] else 0


if __name__ == "__main__":
    sys.exit(main())
