"""An entry as it crosses the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from serment.dossier.vault.sealing import Place, Resource

ACTIVE = "active"
STRUCK_OUT = "entered-in-error"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One version of one entry. `author` is the account that wrote it, None for an interface. `resource` is FHIR R4; `about` the
    entry that this one adds to or answers, which its resource says too."""

    patient: UUID
    id: UUID
    version: int
    kind: str
    compartment: str
    stay: UUID | None
    author: UUID | None
    recorded_at: datetime
    effective_at: datetime
    status: str
    supersedes: int | None
    deposit: bool
    resource: Resource = field(repr=False)
    about: UUID | None = None

    @property
    def place(self) -> Place:
        return Place(patient=self.patient, entry=self.id, version=self.version, compartment=self.compartment, kind=self.kind)

    @property
    def is_struck_out(self) -> bool:
        return self.status == STRUCK_OUT


@dataclass(frozen=True, kw_only=True)
class Along:
    """What of a record to read along time: its kinds (none: all), since when, of which stay, by whom."""

    kinds: tuple[str, ...] = ()
    since: datetime | None = None
    stay: UUID | None = None
    author: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Written:
    """Where an entry comes from, for its line on the page: who wrote it, when, in which version; whether it is among what is sealed."""

    entry: UUID
    version: int
    author: UUID | None
    author_label: str
    recorded_at: datetime
    effective_at: datetime
    deposit: bool
    is_masked: bool = False


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version as a history shows it. `title` is what the entry is called; `author` the account that wrote this version, None for an
    interface; `reason` why it was struck out, set aside or corrected, empty for a first version."""

    entry: UUID
    version: int
    kind: str
    title: str = field(repr=False)
    author: UUID | None
    author_label: str
    recorded_at: datetime
    is_struck_out: bool
    is_masked: bool = False
    reason: str = field(repr=False)


def written(entry: Entry, author_label: str) -> Written:
    """The provenance of an entry."""
    return Written(
        entry=entry.id,
        version=entry.version,
        author=entry.author,
        author_label=author_label,
        recorded_at=entry.recorded_at,
        effective_at=entry.effective_at,
        deposit=entry.deposit,
        is_masked=entry.compartment == "sealed",
    )
