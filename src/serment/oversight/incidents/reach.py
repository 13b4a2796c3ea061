"""What many leaves together disclosed of each patient: pure sums, whose order does not matter.

A month of a hospital is four million disclosures, so that instants are counted in microseconds and rows are written in the form the
database keeps them in.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from serment.oversight.incidents.criteria import LISTS, NOTIFICATION, OPENINGS, Leaf, Named
from serment.wire.words import COMPARTMENTS

CERTAIN, POSSIBLE = "certain", "possible"

# PostgreSQL counts microseconds from here.
EPOCH, MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
LATER_THAN_ANY, BEFORE_ANY = 1 << 62, -(1 << 62)

# COPY's binary form: before and after all rows; then of each row how many columns, and of each column how many bytes.
COPY_BEGINS, COPY_ENDS = b"PGCOPY\n\xff\r\n\0" + bytes(8), struct.pack("!h", -1)
_ROW = struct.Struct("!hi16si?iqiqiiii")
_UNTIL, _NEVER = struct.Struct("!iq"), struct.pack("!i", -1)
_COLUMNS = 6 + len(COMPARTMENTS)
_NEVER_ANY = _NEVER * len(COMPARTMENTS)


class Reach:
    """What was disclosed of one patient, under one certainty: when first and last, how often, whether as a line, and until when the keys
    of each compartment could be used (None: no key was given)."""

    __slots__ = ("first", "last", "lines", "openings", "until")

    def __init__(self) -> None:
        self.first, self.last = LATER_THAN_ANY, BEFORE_ANY
        self.openings = self.lines = 0
        self.until: list[int] | None = None

    def see(self, at: int) -> None:
        """A line was shown."""
        self.lines += 1
        if at < self.first:
            self.first = at
        if at > self.last:
            self.last = at

    def open(self, at: int, compartments: tuple[str, ...], until: int) -> None:
        """Keys were given."""
        self.openings += 1
        self.first, self.last = min(at, self.first), max(at, self.last)
        known = self.until or [BEFORE_ANY] * len(COMPARTMENTS)
        self.until = [max(end, until) if name in compartments else end for name, end in zip(COMPARTMENTS, known, strict=True)]

    def row(self, patient: int, certainty: str) -> bytes:
        """As `scope_reading` has it, in COPY's binary form."""
        facts = (16, patient.to_bytes(16), 1, certainty == CERTAIN, 8, self.first, 8, self.last, 4, self.openings, 4, self.lines)
        if self.until is None:
            return _ROW.pack(_COLUMNS, *facts) + _NEVER_ANY
        return _ROW.pack(_COLUMNS, *facts) + b"".join(_UNTIL.pack(8, end) if end > BEFORE_ANY else _NEVER for end in self.until)


def patients(leaf: Leaf) -> tuple[UUID, ...]:
    """Of whom a leaf discloses something."""
    return leaf.body.patients if leaf.kind in LISTS or leaf.kind == NOTIFICATION else (leaf.patient,) if leaf.patient else ()


def compartments(leaf: Leaf) -> tuple[str, ...]:
    """Which compartments a leaf gave the keys of; none for a line, and for an identity that passed through."""
    return leaf.body.compartments if leaf.kind in OPENINGS else ("identity", "contact") if leaf.kind == NOTIFICATION else ()


def microseconds(at: datetime) -> int:
    """As PostgreSQL keeps an instant."""
    return (at - EPOCH) // MICROSECOND


class Reaches:
    """The patients met lately. Emptied from time to time, so that memory stays bounded however long the journal is."""

    def __init__(self, named: Named) -> None:
        self._named = named
        # By the number of a patient's identifier: it is looked up millions of times.
        self._found: dict[str, dict[int, Reach]] = {CERTAIN: {}, POSSIBLE: {}}

    def __len__(self) -> int:
        return sum(len(found) for found in self._found.values())

    def add(self, leaf: Leaf, certainty: str) -> None:
        opened, found = compartments(leaf), self._found[certainty]
        at = microseconds(max(leaf.at, self._named.given.since))
        until = microseconds(self._named.usable_until(leaf)) if leaf.kind in OPENINGS else at
        for patient in patients(leaf):
            reach = found.get(patient.int)
            if reach is None:
                reach = found[patient.int] = Reach()
            if opened:
                reach.open(at, opened, until)
            else:
                reach.see(at)

    def taken(self) -> Iterator[bytes]:
        """All of it, for COPY in its binary form; nothing is left."""
        yield COPY_BEGINS
        for certainty, found in self._found.items():
            yield from (reach.row(patient, certainty) for patient, reach in found.items())
            found.clear()
        yield COPY_ENDS
