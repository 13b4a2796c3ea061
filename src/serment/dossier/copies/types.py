"""What goes into a copy, and what stays out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from serment.dossier.encounters.types import StayView
from serment.dossier.records.entries.types import Entry

# Why an entry is kept out of a copy (CSP L.1111-7, R.1112-2: gathered from a third party who takes no part in the care, or about one;
# L.1111-5: what a minor does not want the holders of parental authority to know).
BY_THIRD_PARTY, ABOUT_THIRD_PARTY, MINOR = WITHHELD = ("third_party_by", "third_party_about", "minor")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What of the record was asked for; whole by default. `parts` are groups of `reading.GROUPS`; `for_parent` that a holder of parental
    authority is to read it."""

    since: date | None = None
    until: date | None = None
    stay: UUID | None = None
    parts: tuple[str, ...] = ()
    for_parent: bool = False


@dataclass(frozen=True, kw_only=True)
class Mark:
    """That an entry is kept out of copies: why, and who said so when. `id` is empty for one that was written with the entry."""

    entry: UUID
    why: str
    label: str
    at: datetime
    id: UUID | None = None
    version: int = 0
    author: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """The record sorted for a copy: what goes in, oldest first; what is withheld, with why; how many entries nobody asked for."""

    entries: tuple[Entry, ...] = field(repr=False)
    withheld: tuple[tuple[Entry, Mark], ...] = field(repr=False)
    outside: int
    stays: tuple[StayView, ...] = field(repr=False)

    @property
    def documents(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.kind == "DocumentReference")


@dataclass(frozen=True, kw_only=True)
class Cover:
    """What stands on the first page: whose record, for whom, made where and by whom, and who the house is."""

    reference: str
    house: str
    surname: str = field(repr=False)
    given: str = field(repr=False)
    birth_name: str = field(repr=False)
    born: date = field(repr=False)
    sex: str
    number: str = field(repr=False)
    requester: str = field(repr=False)
    scope: str
    made_by: str
    made_at: datetime
    units: dict[UUID, str]
