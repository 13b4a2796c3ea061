"""Panels, and what waits for somebody to see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from serment.dossier.records.entries.types import Written
from serment.dossier.records.observations.types import Observation


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Analyses that were asked for and answered together. `status` is `preliminary`, `final` or `corrected`; `document` the report they
    came with, or None."""

    written: Written
    title: str = field(repr=False)
    status: str
    at: datetime
    laboratory: str
    results: tuple[Observation, ...] = field(repr=False)
    comment: str = field(default="", repr=False)
    document: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One document on the list of a unit, without a word of what it says. `seen_by` is the account that saw it, at `at`."""

    patient: UUID
    entry: UUID
    version: int
    kind: str
    is_urgent: bool
    arrived_at: datetime
    seen_by: UUID | None = None
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class State:
    """Where one document stands, for who has its record open."""

    kind: str
    version: int
    is_urgent: bool
    arrived_at: datetime
    seen_by: UUID | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something of one record that waits to be seen, for who has it open: what it is called, and the analyses that are critical in it."""

    entry: UUID
    title: str = field(repr=False)
    critical: tuple[Observation, ...] = field(repr=False)
