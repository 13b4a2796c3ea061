"""What is known of somebody's allergies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from serment.dossier.records.entries.types import Written

ALLERGIES, NONE_KNOWN, NOT_DOCUMENTED = "allergies", "none_known", "not_documented"

# FHIR R4 value sets reaction-event-severity, allergyintolerance-verification, allergy-intolerance-type and -category.
SEVERITIES = ("mild", "moderate", "severe")
CERTAINTIES = ("unconfirmed", "confirmed")
SORTS = ("allergy", "intolerance")
CATEGORIES = ("medication", "food", "environment", "biologic")
# Who said so: what a patient remembers and what a letter of an allergologist states are not worth the same.
SOURCES = ("patient", "relative", "physician", "document")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody writes about one allergy. `code` is `system|code` or empty; `onset` a year, a month or a day as FHIR writes them;
    `source` is one of SOURCES or empty, `source_name` says who; `review_on` when to ask again."""

    substance: str = field(repr=False)
    code: str = field(repr=False, default="")
    sort: str = "allergy"
    category: str = ""
    reaction: str = field(repr=False, default="")
    severity: str = ""
    certainty: str = "confirmed"
    onset: str = field(repr=False, default="")
    source: str = ""
    source_name: str = field(repr=False, default="")
    review_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Review:
    """When somebody last asked again, who, and when to ask next."""

    due_on: date | None = None
    last_at: datetime | None = None
    last_by: str = ""

    def is_overdue(self, today: date) -> bool:
        """Whether the day has passed."""
        return self.due_on is not None and self.due_on < today


@dataclass(frozen=True, kw_only=True)
class Allergy:
    """One allergy. `code` is `system|code` when one was chosen, `label` what that code is called; `severity` is that of the worst
    reaction, empty when unknown."""

    written: Written
    substance: str = field(repr=False)
    code: str = field(repr=False)
    category: str
    reaction: str = field(repr=False)
    severity: str
    certainty: str
    is_refuted: bool = False
    label: str = field(repr=False, default="")
    sort: str = ""
    onset: str = field(repr=False, default="")
    source: str = ""
    source_name: str = field(repr=False, default="")
    review: Review = Review()

    @property
    def symbol(self) -> str:
        """The code as people read it: that of ATC; those of our own list say nothing to anybody."""
        return self.code.rpartition("|")[2] if "/atc|" in self.code else ""


@dataclass(frozen=True, kw_only=True)
class Allergies:
    """`state` is `allergies`, `none_known` (somebody asked and wrote so: `statement`) or `not_documented` (nobody did)."""

    state: str
    allergies: tuple[Allergy, ...] = ()
    statement: Written | None = None
    statement_version: int = 0
    review: Review = Review()

    def overdue(self, today: date) -> tuple[Allergy, ...]:
        """The allergies that somebody should have asked about again."""
        return tuple(one for one in self.allergies if one.review.is_overdue(today))
