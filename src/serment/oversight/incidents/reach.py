"""What many leaves together disclosed of each patient: pure sums, whose order does not matter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from serment.oversight.incidents.criteria import LISTS, NOTIFICATION, OPENINGS, Leaf, Named
from serment.wire.words import COMPARTMENTS

CERTAIN, POSSIBLE = "certain", "possible"


class Reach:
    """What was disclosed of one patient, under one certainty: when first and last, how often, whether as a line, and until when the keys
    of each compartment could be used."""

    __slots__ = ("first", "last", "lines", "openings", "until")

    def __init__(self) -> None:
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.openings = self.lines = 0
        self.until: list[datetime | None] = [None] * len(COMPARTMENTS)

    def add(self, at: datetime, *, opens: bool, compartments: tuple[str, ...], until: datetime) -> None:
        if self.first is None or at < self.first:
            self.first = at
        if self.last is None or at > self.last:
            self.last = at
        if not opens:
            self.lines += 1
            return
        self.openings += 1
        for place, name in enumerate(COMPARTMENTS):
            known = self.until[place]
            if name in compartments and (known is None or until > known):
                self.until[place] = until


def patients(leaf: Leaf) -> tuple[UUID, ...]:
    """Of whom a leaf discloses something."""
    return leaf.body.patients if leaf.kind in LISTS or leaf.kind == NOTIFICATION else (leaf.patient,) if leaf.patient else ()


def compartments(leaf: Leaf) -> tuple[str, ...]:
    """Which compartments a leaf gave the keys of; none for a line, and for an identity that passed through."""
    return leaf.body.compartments if leaf.kind in OPENINGS else ("identity", "contact") if leaf.kind == NOTIFICATION else ()


class Reaches:
    """The patients met lately. Emptied from time to time, so that memory stays bounded however long the journal is."""

    def __init__(self, named: Named) -> None:
        self._named = named
        self.found: dict[tuple[UUID, str], Reach] = {}

    def add(self, leaf: Leaf, certainty: str) -> None:
        opened, since = compartments(leaf), self._named.given.since
        at, until = max(leaf.at, since), self._named.usable_until(leaf) if leaf.kind in OPENINGS else leaf.at
        for patient in patients(leaf):
            reach = self.found.get((patient, certainty))
            if reach is None:
                reach = self.found[patient, certainty] = Reach()
            reach.add(at, opens=bool(opened), compartments=opened, until=until)

    def rows(self) -> Iterator[tuple[object, ...]]:
        """As the table `scope_reading` has them."""
        for (patient, certainty), reach in self.found.items():
            yield (patient, certainty == CERTAIN, reach.first, reach.last, reach.openings, reach.lines, *reach.until)
