"""Openings that a person looks at afterwards, and the security officer's live picture. Patients by identifier only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from serment.wire.protocol import Empty, Signed

# What may make an opening worth a look: each is one sentence on the reviewer's page.
FEATURES = (
    "colleague", "same_surname", "sealed", "many_emergencies", "in_a_row", "at_threshold", "not_in_care", "in_care_elsewhere",
    "unusual_hour", "first_pair",
)  # fmt: skip

ANSWERS = ("legitimate", "illegitimate")

# What the officer's page counts by the hour.
COUNTED = ("opening", "unexplained", "emergency", "refusal", "step_up", "touch", "sign_in", "find")


@dataclass(frozen=True, kw_only=True)
class Review:
    """One opening to look at. `strength` orders them: the higher, the less there is to explain it. `tied_at` is when a tie that would have
    explained it was made within a day after: a strong sign that it was right. `answer` is empty while nobody has answered."""

    id: UUID
    at: datetime
    due: datetime
    account: UUID
    label: str
    profession: str
    role: str
    patient: UUID
    emergency: bool
    compartments: tuple[str, ...]
    features: tuple[str, ...]
    strength: int
    escalated: bool
    tied_at: datetime | None
    is_mine: bool
    answer: str
    answered_at: datetime | None
    reviewer: str


@dataclass(frozen=True, kw_only=True)
class Reviews:
    """Those that wait, the least explained first, late ones before all; then the last answered. `missing`: how many the journal knows
    that have no row any more: somebody has deleted them."""

    waiting: tuple[Review, ...]
    answered: tuple[Review, ...]
    missing: int


@dataclass(frozen=True, kw_only=True)
class OneReview:
    session: str
    proof: str
    id: UUID


@dataclass(frozen=True, kw_only=True)
class TieSeen:
    """A tie of the patient, as the reviewer sees it. `holder` is a unit's or a person's name; `is_theirs`: it would let the account in."""

    kind: str
    holder: str
    since: datetime
    until: datetime | None
    made_at: datetime
    is_theirs: bool


@dataclass(frozen=True, kw_only=True)
class OtherOpening:
    """Somebody else who opened the same record within a day of it."""

    label: str
    profession: str
    at: datetime
    explained: bool


@dataclass(frozen=True, kw_only=True)
class ReviewContext:
    """What helps to judge one opening, without anything clinical: where its author works, the patient's ties around that day, who else
    opened the record, and how many unexplained openings its author made in the day before and in thirty days."""

    review: Review
    reason: str
    units: tuple[str, ...]
    ties: tuple[TieSeen, ...]
    others: tuple[OtherOpening, ...]
    unexplained_day: int
    unexplained_month: int


@dataclass(frozen=True, kw_only=True)
class AnswerReview:
    """`answer` is one of ANSWERS; `illegitimate` contains the account at once."""

    session: str
    proof: str
    id: UUID
    answer: str


@dataclass(frozen=True, kw_only=True)
class Acknowledge:
    """Say that a broken glass was read. `id` is the opening's."""

    session: str
    proof: str
    id: UUID


@dataclass(frozen=True, kw_only=True)
class Emergency:
    """A broken glass that nobody has acknowledged; `id` is the opening's."""

    id: UUID
    at: datetime
    account: UUID
    label: str
    profession: str
    patient: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class Series:
    """One of COUNTED, by the hour, oldest first: the last 24 hours, and the 24 before."""

    word: str
    today: tuple[int, ...]
    yesterday: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class GaugeSeen:
    """One window of an establishment's breaker. `place` is its name where the guard knows it."""

    place: str
    word: str
    seconds: int
    used: int
    limit: int


@dataclass(frozen=True, kw_only=True)
class ContainedAccount:
    account: UUID
    label: str
    profession: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Sprung:
    """Somebody touched a decoy. `how`: `opening` (the account is contained), `line` (first sight, or contained at the second)."""

    at: datetime
    account: UUID
    label: str
    profession: str
    how: str
    contained: bool


@dataclass(frozen=True, kw_only=True)
class Overview:
    at: datetime
    series: tuple[Series, ...]
    gauges: tuple[GaugeSeen, ...]
    contained: tuple[ContainedAccount, ...]
    live_sessions: int
    reviews_waiting: int
    reviews_escalated: int
    reviews_missing: int
    emergencies: tuple[Emergency, ...]
    sprung: tuple[Sprung, ...]
    decoys_planted: int
    decoys_waiting: int
    entries: int
    checkpoint_at: datetime | None


VERBS: dict[str, tuple[type, type]] = {
    "overview": (Signed, Overview),
    "reviews": (Signed, Reviews),
    "review": (OneReview, ReviewContext),
    "answer_review": (AnswerReview, Empty),
    "acknowledge": (Acknowledge, Empty),
}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset({"acknowledge", "answer_review"})
