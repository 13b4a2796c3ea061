"""What two people decide together: proposals, their decision, and the organisation they shape."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from serment.wire.protocol import Empty, Signed


@dataclass(frozen=True, kw_only=True)
class Propose:
    """Propose one change. `terms` are the words of its kind (a role, a unit, a date as `2026-11-23T08:00:00+01:00`, a value); `subject` the
    account it concerns, or nobody. Never a patient's trait."""

    session: str
    proof: str
    kind: str
    subject: UUID | None = None
    terms: dict[str, str]
    reason: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One proposal as the people who decide see it. `not_before`: an approval takes effect then, at the earliest."""

    id: UUID
    kind: str
    subject: UUID | None
    subject_label: str
    terms: dict[str, str]
    reason: str
    proposer: UUID
    proposer_label: str
    proposed_at: datetime
    not_before: datetime
    until: datetime
    state: str  # proposed, approved, refused, withdrawn, executed, failed
    decider_label: str = ""
    decided_at: datetime | None = None
    mine: bool = False


@dataclass(frozen=True, kw_only=True)
class Proposals:
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, kw_only=True)
class Decide:
    """Approve or refuse somebody else's proposal, with an act of the passkey (`begin_act` with the act `decide` and the proposal's id)."""

    session: str
    proof: str
    id: UUID
    approve: bool
    ceremony: str
    credential: str


@dataclass(frozen=True, kw_only=True)
class Decided:
    """`code`: the one-time enrolment code of a new or recovered account, shown once, to be handed over in person."""

    state: str
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class One:
    """One thing by its identifier: a proposal to withdraw, an assignment to end."""

    session: str
    proof: str
    id: UUID


@dataclass(frozen=True, kw_only=True)
class Post:
    """An assignment, as the directory lists it."""

    id: UUID
    account: UUID
    unit: UUID
    role: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody who works here."""

    account: UUID
    label: str
    profession: str
    role: str
    contained: bool
    last_sign_in: datetime | None
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    unit: UUID
    label: str
    establishment: UUID | None


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One limit of the meters: what is in force, and its default."""

    name: str
    value: int
    default: int


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Staff, units and limits; never a patient."""

    members: tuple[Member, ...]
    units: tuple[UnitLine, ...]
    limits: tuple[Limit, ...]


VERBS: dict[str, tuple[type, type]] = {
    "propose": (Propose, Proposal),
    "proposals": (Signed, Proposals),
    "decide": (Decide, Decided),
    "withdraw": (One, Empty),
    "end_assignment": (One, Empty),
    "directory": (Signed, Directory),
}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset({"propose", "decide", "withdraw", "end_assignment"})
