"""How often a code may be tried, without a lock that shuts out somebody honest.

A right answer is always given, whoever else floods the page: with 70 bits nobody guesses a code. What is counted are wrong answers: by
source, because a flood is a nuisance; all together, so that many sources are no way round; and by code, firmly, because whoever found a
letter could otherwise try birth dates. In the memory of one process: several processes allow as many times more.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

SOURCES_MAX, CODES_MAX = 20_000, 20_000
IPV6_PREFIX = 64


@dataclass(frozen=True, kw_only=True)
class Limit:
    """That many wrong answers in a window."""

    most: int
    window: timedelta


BY_SOURCE = Limit(most=20, window=timedelta(minutes=10))
ALTOGETHER = Limit(most=600, window=timedelta(minutes=1))
BY_CODE = Limit(most=10, window=timedelta(days=1))


class Attempts:
    """Wrong answers of late. Safe between threads; the oldest sources and codes are forgotten first when there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, OrderedDict[object, tuple[datetime, int]]] = {"source": OrderedDict(), "all": OrderedDict()}
        self._codes: OrderedDict[object, tuple[datetime, int]] = OrderedDict()

    def is_code_worn(self, locator: bytes, now: datetime) -> bool:
        """Whether this code was tried with too many birth dates: from then on it is checked by telephone, in person."""
        with self._lock:
            return _spent(self._codes, locator, BY_CODE, now)

    def is_flooded(self, source: str, now: datetime) -> bool:
        """Whether a wrong answer from here has to wait."""
        with self._lock:
            by_source = _spent(self._counts["source"], network(source), BY_SOURCE, now)
            return _spent(self._counts["all"], "", ALTOGETHER, now) or by_source

    def wrong(self, source: str, locator: bytes, now: datetime) -> None:
        """Remember a wrong answer."""
        with self._lock:
            _count(self._counts["source"], network(source), BY_SOURCE, now, SOURCES_MAX)
            _count(self._counts["all"], "", ALTOGETHER, now, 1)
            _count(self._codes, locator, BY_CODE, now, CODES_MAX)


def network(source: str) -> str:
    """Of IPv6 the network of a household: it has more addresses than there are codes. What is no address is a source of its own."""
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return source
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def _spent(counts: OrderedDict[object, tuple[datetime, int]], key: object, limit: Limit, now: datetime) -> bool:
    since, count = counts.get(key, (now, 0))
    return count >= limit.most and now - since < limit.window


def _count(counts: OrderedDict[object, tuple[datetime, int]], key: object, limit: Limit, now: datetime, most: int) -> None:
    since, count = counts.pop(key, (now, 0))
    counts[key] = (since, count + 1) if now - since < limit.window else (now, 1)
    while len(counts) > most:
        counts.popitem(last=False)
