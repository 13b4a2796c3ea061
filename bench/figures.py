"""Timing a repeated act, and saying it in three numbers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def timed(acts: Iterable[Callable[[], Any]]) -> list[float]:
    """Seconds of each act, one after the other."""
    seconds = []
    for act in acts:
        started = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - started)
    return seconds


def together(acts: list[list[Callable[[], Any]]]) -> float:
    """Acts per second when each list is worked off by a thread of its own."""
    started = time.perf_counter()
    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(timed, acts))
    return sum(len(one) for one in acts) / (time.perf_counter() - started)


def figures(seconds: list[float], *, together_per_s: float | None = None) -> dict[str, float | int]:
    """`n`, percentiles in milliseconds, and acts per second: one after the other, and side by side when measured."""
    ordered = sorted(seconds)
    said: dict[str, float | int] = {"n": len(ordered)}
    for name, share in (("p50_ms", 0.50), ("p95_ms", 0.95), ("p99_ms", 0.99)):
        said[name] = round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 2)
    said["per_s"] = round(len(ordered) / sum(ordered), 1)
    if together_per_s is not None:
        said["together_per_s"] = round(together_per_s, 1)
    return said
