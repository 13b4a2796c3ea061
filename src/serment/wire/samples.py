"""Where a leaked list came from: its rows, matched by the keyed index, and the accounts that explain them best.

Two persons decide on it. Answers are counts, accounts of staff, and found or not found for each row: never who a row is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

ROWS_MAX = 1000
SAMPLE_ROWS_MAX = 100_000


@dataclass(frozen=True, kw_only=True)
class SampleRow:
    """One row as whoever read the file understood it. What it lacks is empty. `address` is a street, or a whole address. `other` names
    further columns that it has: none of them is compared."""

    number: int
    birth_name: str = field(default="", repr=False)
    used_name: str = field(default="", repr=False)
    given_name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: str = ""
    ins: str = field(default="", repr=False)
    local_number: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    telephone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    other: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MatchSample:
    """Rows of a sample, at most ROWS_MAX a call and SAMPLE_ROWS_MAX in all. `approval` is the executed proposal of the kind
    `attribution`. The same number again replaces."""

    session: str
    proof: str
    approval: UUID
    rows: tuple[SampleRow, ...] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Dated:
    """A member of a row is as the record had it from an instant until another (None: it still is)."""

    member: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RowMatch:
    """`how`: `ins`, `number`, `exact`, `sound`, `near` (one slip), or empty when nobody is found. `agree` and `differ` are the members of
    the row that are, or are not, as the identity has them since `known_since`; of the contact, as any version has them, and `dated` says
    when. The guard keeps an identity without its past, the record every version of a contact. Never who it is, never a value."""

    number: int
    how: str = ""
    agree: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    known_since: datetime | None = None
    dated: tuple[Dated, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SampleMatched:
    rows: tuple[RowMatch, ...]
    total: int
    found: int


@dataclass(frozen=True, kw_only=True)
class AttributeSample:
    """Judge what was matched under an approval."""

    session: str
    proof: str
    approval: UUID


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """An account that explains rows of the sample. `explained`: how many of the persons found it saw; `alone`: how many of those nobody
    before it in this list saw. `seen`: how many persons it saw in the period. `chance`: how many of the persons found it would have seen
    by chance, given that. `strength`: logarithm (base 10) of how much likelier the sample is if it came from this account. `since` and
    `until`: the shortest time in which it saw them. `sources` are where it worked then."""

    account: UUID
    label: str
    profession: str
    role: str
    explained: int
    alone: int
    seen: int
    chance: float
    strength: float
    since: datetime
    until: datetime
    sources: tuple[str, ...] = ()
    establishments: tuple[UUID, ...] = ()
    decoys: int = 0


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`verdict`: `from_here` (one or a few accounts explain it), `from_here_unexplained` (our patients, and nobody's openings explain
    them), `not_from_here` (no more of our patients than chance). `expected_by_chance`: how many rows would be found if the list were of
    other people. `decoys`: rows that are people who exist nowhere but here."""

    verdict: str
    rows: int
    found: int
    persons: int
    decoys: int
    expected_by_chance: float
    population: int
    since: datetime
    until: datetime
    suspects: tuple[Suspect, ...]
    unexplained: int
    digest: str


VERBS: dict[str, tuple[type, type]] = {"match_sample": (MatchSample, SampleMatched), "attribute_sample": (AttributeSample, Verdict)}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset({"attribute_sample", "match_sample"})
