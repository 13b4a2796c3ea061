"""What is known of an incident, for those who must be told: figures from the guard's journal, and what its officers know besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

# GDPR article 33(1): without undue delay and, where feasible, not later than 72 hours after having become aware.
NOTICE_HOURS_MAX = 72

INITIAL, COMPLEMENTARY = "initial", "complementary"
OUTSIDE_MALICIOUS, INSIDE_MALICIOUS, OUTSIDE_ACCIDENT, INSIDE_ACCIDENT, UNKNOWN = (
    "outside_malicious", "inside_malicious", "outside_accident", "inside_accident", "unknown",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts of persons, exact, as the journal proves them; `by_kind` says how many for each kind of data (`words.KINDS`)."""

    certain: int
    possible: int
    minors: int = 0
    deceased: int = 0
    protected_adults: int = 0
    by_kind: Mapping[str, int] = field(default_factory=dict)
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def persons(self) -> int:
        return self.certain + self.possible


@dataclass(frozen=True, kw_only=True)
class Controller:
    """Who notifies: the establishment, who may be asked, and the data-protection officer (GDPR article 33(3)b)."""

    name: str
    siret: str
    finess: str
    address: str
    declarant: str
    declarant_quality: str
    declarant_reach: str
    officer: str
    officer_reach: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One incident for its notices. Texts are the officers'; an empty one is shown as still to be written.

    `unintelligible_because`: the proof that nothing readable was taken (GDPR article 34(3)a); `risk_removed_because`: measures taken since
    (34(3)b); `disproportionate_because`: why people cannot be written to (34(3)c). `told` is how many persons were written to."""

    reference: str
    stage: str
    controller: Controller
    figures: Figures
    aware_at: datetime
    discovered: str
    origin: str
    description: str
    measures_before: str
    measures_after: str
    earlier_number: str = ""
    is_over: bool = True
    late_because: str = ""
    processors: str = ""
    complaint: str = ""
    authorities: str = ""
    care_impact: str = ""
    integrity_impact: str = ""
    help_wanted: str = ""
    countries: str = ""
    unintelligible_because: str = ""
    risk_removed_because: str = ""
    disproportionate_because: str = ""
    told: int = 0
    told_from: date | None = None

    @property
    def deadline(self) -> datetime:
        """Seventy-two hours after awareness, by the clock and not by working days (Regulation 1182/71, article 3)."""
        return self.aware_at + timedelta(hours=NOTICE_HOURS_MAX)
