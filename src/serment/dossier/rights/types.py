"""A request as it crosses the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

# What is asked. Access: CSP L.1111-7, GDPR 15. Rectification: GDPR 16. Opposition to sharing: CSP L.1110-4 IV, GDPR 21.
ACCESS, RECTIFICATION, OPPOSITION, COMPLAINT = KINDS = ("access", "rectification", "opposition", "complaint")

# Who may ask for access (CSP L.1111-7, R.1111-1; heirs L.1110-4 V; minors L.1111-5).
PATIENT, DOCTOR, PARENT, GUARDIAN, HEIR = QUALITIES = ("patient", "doctor", "parent", "guardian", "heir")

# The three motives for which an heir, a partner or a cohabitant has access (CSP L.1110-4 V), unless the deceased had said no.
MOTIVES = ("cause_of_death", "memory", "claim")

CHANNELS = ("letter", "electronic", "desk", "telephone")

# What of the record.
WHOLE, PERIOD, STAY, PARTS = SCOPES = ("whole", "period", "stay", "parts")

# How somebody was made sure of.
MEANS = ("document", "known", "civil_status", "judgment", "mandate")

RECEIVED, IDENTITY, PREPARING, READY, HANDED_OVER, REFUSED, CLOSED = STATES = (
    "received", "identity", "preparing", "ready", "handed_over", "refused", "closed",
)  # fmt: skip
# Nobody waits any more.
ANSWERED = (HANDED_OVER, REFUSED, CLOSED)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asks, as they told it. `reply_to` is where the answer goes; `minor_opposes` that the minor does not want it."""

    kind: str
    quality: str
    requester: str = field(repr=False)
    channel: str
    received_at: datetime
    is_old: bool
    scope: str = WHOLE
    since: date | None = None
    until: date | None = None
    stay: UUID | None = None
    parts: tuple[str, ...] = ()
    motive: str = ""
    words: str = field(default="", repr=False)
    reply_to: str = field(default="", repr=False)
    minor_opposes: bool = False


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Between these instants an answer is given. `not_before` is None where the law knows no time of reflection."""

    not_before: datetime | None
    due: datetime


@dataclass(frozen=True, kw_only=True)
class Step:
    """Who did what when."""

    number: int
    step: str
    account: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Line:
    """A request as the list shows it: of the patient the identifier, and nothing of what was said."""

    patient: UUID
    id: UUID
    kind: str
    received_at: datetime
    clock: Clock
    steps: tuple[Step, ...]

    @property
    def state(self) -> str:
        return self.steps[-1].step if self.steps else RECEIVED

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits for an answer."""
        return self.state not in ANSWERED

    def is_late(self, now: datetime) -> bool:
        """Whether the last day is over."""
        return self.is_open and now > self.clock.due


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What somebody wrote beside a step."""

    label: str
    at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request whole, as whoever has the record open reads it. `version` is what a step answers to; `means` how the requester was made
    sure of, empty while nobody did."""

    line: Line
    asked: Asked
    version: int
    means: str
    remarks: tuple[Remark, ...]
