"""Incidents: declaring one, whom it exposed, the proof of it, and telling them.

Officers see persons by identifier only. Identities leave the guard through one verb, `exposed_people`, for a program with a key of its
own, after two persons' decision, and for the persons of one computed scope and nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from serment.wire.protocol import Find, Identity, Signed

# The state of what is known (GDPR article 33(4): information may be given in phases). It only goes on.
PHASES = ("initial", "complementary", "closed")

# Data seen for certain: a key was given or a line was shown, in the window, by what the incident names. Possibly: see `SCOPE` in
# `oversight/incidents/README.md`.
CERTAINTIES = ("certain", "possible")

# Kinds of data, as letters and notices name them; "other" is whatever has no word of its own.
KINDS = (
    "identity", "address", "telephone", "email", "insurance", "relatives", "treating_physician", "stays", "allergies", "symptoms",
    "conditions", "prescriptions", "observations", "notes", "documents", "other",
)  # fmt: skip

# What sets a person apart when they are told. `minor`: under eighteen then. `protected`: a name under its own rule. `fictitious`,
# `doubtful`: attributes of the identity (RNIV). `sealed`: something of theirs lies in the sealed compartment. `shredded`: retention ended,
# their identity is gone. Death, protection of adults and safe contact stand in the record's own entries.
FLAGS = ("minor", "protected", "fictitious", "doubtful", "sealed", "shredded")

# What may first have been strange in what the named accounts, sessions, sources or passkeys did.
SIGNS = (
    "decoy", "wrong_key", "refusals", "step_ups", "emergency", "unexplained", "new_passkey", "new_source", "unusual_hour", "many_records",
    "many_lines", "sign_in_refused",
)  # fmt: skip

# How far the computation of a scope has come.
NONE, ASKED, RUNNING, DONE, FAILED = "none", "asked", "running", "done", "failed"

ACCOUNTS_MAX, KNOWN_MAX, REFERENCE_MAX = 1000, 4000, 40
PAGE_MAX = 500
PEOPLE_MAX = 200


# --- declaring ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """By whom and where data were seen. They add up: what any one of them names belongs to the incident. `sources` are addresses of
    workstations as the web server tells them; `everybody` is for a system that was taken whole. `since` and `until` are the window."""

    since: datetime
    until: datetime
    accounts: tuple[UUID, ...] = ()
    sessions: tuple[UUID, ...] = ()
    sources: tuple[str, ...] = ()
    passkeys: tuple[UUID, ...] = ()
    establishments: tuple[UUID, ...] = ()
    everybody: bool = False


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What is known at one time, whole. Statements follow one another and none is changed. `aware_at` starts the 72 hours of GDPR article
    33(1). `known` is told by the officers in their words, never with a patient's trait."""

    number: int
    at: datetime
    by: UUID
    by_label: str
    phase: str
    aware_at: datetime
    criteria: Criteria
    known: str


@dataclass(frozen=True, kw_only=True)
class DeclareIncident:
    session: str
    proof: str
    reference: str
    aware_at: datetime
    criteria: Criteria
    known: str


@dataclass(frozen=True, kw_only=True)
class AmendIncident:
    """A further statement. `number` is that of the last one the page showed, so that two officers never write past one another."""

    session: str
    proof: str
    incident: UUID
    number: int
    phase: str
    aware_at: datetime
    criteria: Criteria
    known: str


@dataclass(frozen=True, kw_only=True)
class OneIncident:
    session: str
    proof: str
    incident: UUID


@dataclass(frozen=True, kw_only=True)
class ScopeLine:
    """The scope as far as it is computed. `state`: one of the above. `statement` is the one it was computed
    for. `size` is the size of the signed tree it was computed at, `digest` (hexadecimal) the same for the same tree and statement."""

    state: str = NONE
    statement: int = 0
    done: int = 0
    total: int = 0
    asked_at: datetime | None = None
    done_at: datetime | None = None
    size: int = 0
    digest: str = ""
    persons: int = 0
    certain: int = 0
    possible: int = 0


@dataclass(frozen=True, kw_only=True)
class Incident:
    """`notify_by` is when the 72 hours end. `statements` are all of them, the last one first, in the answer of `incident` and of what
    changes it; only the last in the list of `incidents`."""

    id: UUID
    reference: str
    declared_at: datetime
    declared_by: UUID
    declared_by_label: str
    notify_by: datetime
    statements: tuple[Statement, ...]
    scope: ScopeLine


@dataclass(frozen=True, kw_only=True)
class Incidents:
    """The latest declared first."""

    incidents: tuple[Incident, ...]


# --- the window ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SuggestWindow:
    """`criteria.since` and `until` bound how far to look."""

    session: str
    proof: str
    criteria: Criteria


@dataclass(frozen=True, kw_only=True)
class Sign:
    """Something strange, one of SIGNS. `detail` is a number, a code of refusal, a source or a passkey, never about a patient."""

    at: datetime
    sign: str
    account: UUID
    label: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """From the first strange sign to the end of what it may have opened; both None when nothing was strange. `signs` in order of time,
    at most 500 of them."""

    since: datetime | None
    until: datetime | None
    signs: tuple[Sign, ...]


# --- whom it exposed ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many persons, of whom for certain."""

    word: str
    persons: int
    certain: int


@dataclass(frozen=True, kw_only=True)
class Span:
    """One hour or one day: how many openings and lines there were by what the incident names, and how many persons were seen first."""

    since: datetime
    openings: int
    lines: int
    new_persons: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """`decoys` were touched among the persons and are not counted as persons. `kinds_known` is False when the record's database did not
    answer: every kind of a compartment is then said. `span_seconds` is the width of each of `spans` (an hour, or a day in UTC when the
    window is longer than 35 days); those in which nothing happened are left out."""

    scope: ScopeLine
    compartments: tuple[Count, ...] = ()
    kinds: tuple[Count, ...] = ()
    flags: tuple[Count, ...] = ()
    openings: int = 0
    lines: int = 0
    decoys: int = 0
    kinds_known: bool = True
    span_seconds: int = 3600
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """One person. `place` numbers the persons of a scope from 1 without a gap. `kinds` were seen with this `certainty`, `possible_kinds`
    possibly, beside those seen for certain. `openings` and `lines`: how often a key was given, a line shown."""

    place: int
    patient: UUID
    certainty: str
    compartments: tuple[str, ...]
    kinds: tuple[str, ...]
    possible_kinds: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    openings: int
    lines: int
    flags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ExposedPage:
    """The persons after a place, at most `limit` (PAGE_MAX)."""

    session: str
    proof: str
    incident: UUID
    after: int = 0
    limit: int = 100


@dataclass(frozen=True, kw_only=True)
class Exposures:
    scope: ScopeLine
    persons: tuple[Exposure, ...]


# --- proof --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ProvedLeaf:
    """The bytes of a leaf, its place in the tree, and the hashes that lead from it to the root of the checkpoint."""

    index: int
    leaf: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """The signed checkpoint that proofs lead to, and what others said of it: cosignatures of witnesses, a time stamp (RFC 3161)."""

    note: str
    cosignatures: tuple[str, ...] = ()
    timestamp: bytes = b""


@dataclass(frozen=True, kw_only=True)
class ProveExposure:
    session: str
    proof: str
    incident: UUID
    patient: UUID


@dataclass(frozen=True, kw_only=True)
class ExposureProof:
    """Every leaf that exposed this person, at most 200 of `total`; with the exposure that it proves."""

    exposure: Exposure
    leaves: tuple[ProvedLeaf, ...]
    total: int
    sealed: Sealed


@dataclass(frozen=True, kw_only=True)
class FindCaller(Find):
    """Who calls and worries, by what they can say: found in the ways of `Find`, with the INSEE code of the birth place among homonyms."""

    birth_place: str = ""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """One record or none, by identifier and never by a trait; `several`: homonyms, of whom more must be said."""

    patient: UUID | None
    several: bool = False


@dataclass(frozen=True, kw_only=True)
class ProveAbsence:
    """Whether anybody saw anything of this patient in a window, whatever the incident. For who calls and worries."""

    session: str
    proof: str
    patient: UUID
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True)
class AbsenceProof:
    """`seen`: leaves that disclosed, or may have disclosed, something of the patient in the window; none is the good answer (`absent`).
    `live`: some of them were written before the window, and still had effect in it. `around`: the patient's own leaves from the last one
    before the window to the first one after it, whose numbers leave no gap; `last` is the patient's last number in the tree. `lists` is how
    many leaves of lists and searches stand in the window: that none names the patient convinces an outsider by the whole journal only."""

    patient: UUID
    since: datetime
    until: datetime
    absent: bool
    live: bool
    seen: tuple[ProvedLeaf, ...]
    around: tuple[ProvedLeaf, ...]
    last: int
    lists: int
    size: int
    sealed: Sealed


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """The leaves that belong to an incident, after a place in the tree, at most `limit` (PAGE_MAX). `size` is the one that the first page
    answered, so that all pages lead to one checkpoint."""

    session: str
    proof: str
    incident: UUID
    after: int = -1
    limit: int = 200
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class ExcerptPage:
    """`done`: no more follow. `size` is that of the signed tree."""

    leaves: tuple[ProvedLeaf, ...]
    sealed: Sealed
    size: int
    done: bool


# --- telling them -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ExposedPeople:
    """Asked by the program that writes letters, with its own key (`session` is empty). `approval` is the executed proposal of the kind
    `notification`. Persons after a place, at most PEOPLE_MAX."""

    session: str
    proof: str
    incident: UUID
    approval: UUID
    after: int = 0
    limit: int = PEOPLE_MAX


@dataclass(frozen=True, kw_only=True)
class PersonToTell:
    """An exposed person with what a letter needs: identity, and the key of the compartment `contact`."""

    exposure: Exposure
    identity: Identity = field(repr=False)
    contact_key: bytes = field(repr=False)
    has_protected_identity: bool = False


@dataclass(frozen=True, kw_only=True)
class PeopleToTell:
    """`ticket` shows the contact rows of exactly these persons in the record's database, for ten minutes. `last` is the place of the last
    person looked at; ask on from there until `done`. `unreachable` are persons whose identity is gone (retention ended)."""

    people: tuple[PersonToTell, ...]
    unreachable: tuple[Exposure, ...]
    ticket: str = field(repr=False)
    last: int
    done: bool


VERBS: dict[str, tuple[type, type]] = {
    "declare_incident": (DeclareIncident, Incident),
    "amend_incident": (AmendIncident, Incident),
    "incidents": (Signed, Incidents),
    "incident": (OneIncident, Incident),
    "suggest_window": (SuggestWindow, Suggestion),
    "compute_scope": (OneIncident, ScopeLine),
    "scope_progress": (OneIncident, ScopeLine),
    "scope_figures": (OneIncident, Figures),
    "exposed": (ExposedPage, Exposures),
    "exposed_people": (ExposedPeople, PeopleToTell),
    "prove_exposure": (ProveExposure, ExposureProof),
    "find_caller": (FindCaller, Caller),
    "prove_absence": (ProveAbsence, AbsenceProof),
    "incident_excerpt": (Excerpt, ExcerptPage),
}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset({"amend_incident", "compute_scope", "declare_incident", "exposed_people", "find_caller"})
