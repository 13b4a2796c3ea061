"""The guard's protocol: one request and one reply type per verb.

Transport: `POST /v1/<verb>` over HTTP/1.1 on a Unix socket (TLS with client certificates between hosts), bodies in MessagePack of
these dataclasses. A refusal answers 4xx/5xx with a `Refusal`. Every request of a signed-in person carries `session` (the cookie's
handle) and `proof` (a DPoP proof, RFC 9449, made by the browser's non-extractable key); an interface leaves `session` empty and is
known by its key alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

# --- refusals ---------------------------------------------------------------------------------------------------------------

INVALID, DENIED, STEP_UP, EXHAUSTED = "invalid", "denied", "step_up", "exhausted"
NOT_FOUND, CONFLICT, UNAVAILABLE, FAULT, SIGNED_OUT = "not_found", "conflict", "unavailable", "fault", "signed_out"

HTTP_STATUS = {
    INVALID: 400,
    SIGNED_OUT: 401,
    DENIED: 403,
    STEP_UP: 403,
    EXHAUSTED: 403,
    NOT_FOUND: 404,
    CONFLICT: 409,
    FAULT: 500,
    UNAVAILABLE: 503,
}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why the guard said no. `code` is a stable word (`no_tie`, `lease_spent`, `contained`...); `remedy` what would allow it
    (`touch`, `break_glass`, `colleague`, `sign_in`, or empty); `field` the input at fault. Never a patient's value."""

    category: str
    code: str
    remedy: str = ""
    field: str = ""


# --- identity ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Ins:
    """Identifiant national de santé: the 15-character matricule (13 + 2 key) and the OID of its domain."""

    matricule: str
    oid: str


@dataclass(frozen=True, kw_only=True)
class LocalNumber:
    """An identifier given by an assigning authority: IPP of an establishment (`authority` is its FINESS or OID)."""

    authority: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The traits of RNIV. `birth_place` is the INSEE code (COG, 5 characters; 99xxx abroad). `status` is computed by the guard:
    `provisoire`, `recuperee`, `validee` or `qualifiee`; what a caller writes there is ignored."""

    birth_name: str
    first_given_name: str
    given_names: str = ""
    birth_date: date
    sex: str  # F, M or U
    birth_place: str = ""
    used_name: str = ""
    used_given_name: str = ""
    ins: Ins | None = None
    validated: bool = False  # a document of high confidence was checked, by us or by the sender (HL7 PID-32 VALI)
    attributes: tuple[str, ...] = ()  # homonyme, douteux, fictif
    status: str = ""
    numbers: tuple[LocalNumber, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Line:
    """An identity line: what a ward list shows. `alerts` are facts, never content: `allergy`, `no_known_allergy`, `fall`,
    `isolation`, `diet`."""

    patient: UUID
    birth_name: str
    first_given_name: str
    used_name: str
    used_given_name: str
    birth_date: date
    sex: str
    status: str
    alerts: tuple[str, ...] = ()
    protected: bool = False  # the names are a pseudonym then, and of the birth date the year alone is true


@dataclass(frozen=True, kw_only=True)
class LineSet:
    """`withheld`: how many more lines there are that the lease does not cover; a touch shows the next ones."""

    lines: tuple[Line, ...]
    withheld: int = 0


# --- signing in -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Empty:
    pass


@dataclass(frozen=True, kw_only=True)
class BeginSignIn:
    """`session_key`: the public JWK (EC P-256) of the browser's key; its RFC 7638 thumbprint goes into the challenge."""

    session_key: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Ceremony:
    """A WebAuthn ceremony under way. `options` is the JSON of the W3C dictionary (creation or request options)."""

    ceremony: str
    options: str


@dataclass(frozen=True, kw_only=True)
class FinishSignIn:
    ceremony: str
    credential: str  # JSON of the PublicKeyCredential, or of the demonstration's software authenticator
    user_agent: str = ""
    replaces: str = ""  # the handle of a locked session of the same account in this browser: it is closed


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    session: str  # the handle, for the cookie
    until: datetime


@dataclass(frozen=True, kw_only=True)
class BeginEnrolment:
    """`code`: a one-time enrolment code given in person (or, in a demonstration, by `persona_code`)."""

    code: str


@dataclass(frozen=True, kw_only=True)
class FinishEnrolment:
    ceremony: str
    credential: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    account: UUID
    label: str


@dataclass(frozen=True, kw_only=True)
class Persona:
    account: UUID
    label: str
    profession: str
    role: str
    units: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Personas:
    personas: tuple[Persona, ...]


@dataclass(frozen=True, kw_only=True)
class PersonaCode:
    account: UUID


@dataclass(frozen=True, kw_only=True)
class Code:
    code: str


@dataclass(frozen=True, kw_only=True)
class Signed:
    """Any request that needs nothing but to know who asks: `attend`, `begin_touch`, `sign_out`, `account`, `notices`, `staff`."""

    session: str
    proof: str


@dataclass(frozen=True, kw_only=True)
class FinishTouch:
    session: str
    proof: str
    ceremony: str
    credential: str


@dataclass(frozen=True, kw_only=True)
class BeginAct:
    """Begin a ceremony for one act on one thing (`unlock`, `decide`, ...): the challenge is bound to both, and to the session, so that a
    touch given for one thing never serves for another."""

    session: str
    proof: str
    act: str
    subject: UUID


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """A unit where the account works now, as what, the establishment the unit belongs to, and until when (None: no end is known)."""

    unit: UUID
    role: str
    establishment: UUID | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Who:
    """Who is at the keyboard. `actions` are those the role may ever do (`record:open`, `identity:find`...), for menus only."""

    account: UUID
    label: str
    profession: str
    role: str
    assignments: tuple[Assignment, ...]
    actions: tuple[str, ...]
    lease_left: int
    lines_left: int
    unexplained_left: int
    assurance: str
    until: datetime
    # Until then the unexplained budget is empty: the authenticator of this session is newer than a day.
    fresh_until: datetime | None = None
    # When a passkey was added to this account since the session was opened: its owner is told on every page.
    new_key_at: datetime | None = None
    # The number of the national directory of professionals, empty for who has none: a letter is signed with it.
    rpps: str = ""


@dataclass(frozen=True, kw_only=True)
class SessionView:
    id: UUID
    opened_at: datetime
    until: datetime
    user_agent: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class PasskeyView:
    id: UUID
    label: str
    added_at: datetime
    last_used_at: datetime | None
    software: bool


@dataclass(frozen=True, kw_only=True)
class AccountView:
    sessions: tuple[SessionView, ...]
    passkeys: tuple[PasskeyView, ...]


@dataclass(frozen=True, kw_only=True)
class CloseSession:
    session: str
    proof: str
    id: UUID


@dataclass(frozen=True, kw_only=True)
class RevokePasskey:
    session: str
    proof: str
    id: UUID


# --- records ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Open:
    """Ask for one patient's record. The proof's address (`htu`) must be under `/patients/<patient>/`."""

    session: str
    proof: str
    patient: UUID
    compartments: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OpenUntied:
    """Ask for a record that no tie explains, outside an emergency: counted, shown to the patient, and reviewed at random. The proof must
    be of a `POST` to `/patients/<patient>/open-untied/`."""

    session: str
    proof: str
    patient: UUID
    compartments: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BreakGlass:
    """The same in an emergency. The proof must be of a `POST` to `/patients/<patient>/break-glass/`. `reason` is one of
    `wire.words.BREAK_GLASS_REASONS`; `text`, at most 300 characters, is sealed with the record."""

    session: str
    proof: str
    patient: UUID
    reason: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The guard's permission. `keys`: one 32-byte key per compartment granted. `ticket`: what row-level security asks for
    (`set_config('serment.ticket', ticket, true)`). `tie`: the kind of tie that explains it, empty when none does. `deposits`: per
    compartment that the role may file documents into without reading it, the raw X25519 public key to seal them with."""

    id: UUID
    patient: UUID
    keys: dict[str, bytes] = field(repr=False)
    ticket: str = field(repr=False)
    until: datetime
    tie: str
    explained: bool
    emergency: bool
    identity: Identity = field(repr=False)
    alerts: tuple[str, ...]
    lease_left: int
    deposits: dict[str, bytes] = field(default_factory=dict)
    protection: str = ""  # why the name is shown under its own rule, `hidden` to who is not shown it


@dataclass(frozen=True, kw_only=True)
class Lines:
    session: str
    proof: str
    patients: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class Find:
    """Exactly one way: the four traits (`birth_name`, `first_given_name`, `birth_date`, `sex`), or `ins`, or `number`."""

    session: str
    proof: str
    birth_name: str = ""
    first_given_name: str = ""
    birth_date: date | None = None
    sex: str = ""
    ins: str = ""
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class Flag:
    """Replace the alerts of a patient whose `care` compartment the caller has open."""

    session: str
    proof: str
    patient: UUID
    alerts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Disclosures:
    session: str
    proof: str
    patient: UUID


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """One line of *who opened this record*."""

    at: datetime
    account: UUID
    label: str
    profession: str
    role: str
    kind: str  # opening, emergency, registration, deposit, find
    tie: str
    explained: bool
    compartments: tuple[str, ...]
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class DisclosureSet:
    disclosures: tuple[Disclosure, ...]


# --- what interfaces and clerks write -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Register:
    """Create, find or complete an identity. Found by INS, else by local number, never by traits alone."""

    session: str
    proof: str
    identity: Identity
    alerts: tuple[str, ...] = ()  # facts the sender knows; none leaves what is known as it is
    origin: str  # the event it comes from, e.g. `hl7v2:ADT^A01:3975`; journaled
    lure: str = ""  # the token of a `Lure`, when this is one
    protected: bool = False  # the sender says that the identity is under its own rule; what is protected stays so
    known_only: bool = False  # find, and neither create nor complete: what a laboratory may do


@dataclass(frozen=True, kw_only=True)
class Lure:
    """A person who does not exist, to be registered by the same interface as if they did, with a stay that has long ended (ADR 0016).
    `token` goes into `Register.lure`. Neither is ever stored or logged by the interface."""

    identity: Identity = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Registered:
    """`deposit_keys`: per compartment, the raw X25519 public key to seal deposits with."""

    patient: UUID
    outcome: str  # created, found, updated
    status: str
    deposit_keys: dict[str, bytes]
    lure: Lure | None = None


@dataclass(frozen=True, kw_only=True)
class Tie:
    """Make or renew one tie; `reference` is the caller's stable name for it (e.g. `stay:<uuid>`): the same reference replaces."""

    session: str
    proof: str
    kind: str
    patient: UUID
    holder_account: UUID | None = None
    holder_unit: UUID | None = None
    since: datetime
    until: datetime | None = None
    reference: str


@dataclass(frozen=True, kw_only=True)
class Untie:
    session: str
    proof: str
    patient: UUID
    reference: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PractitionerAccount:
    session: str
    proof: str
    rpps: str


@dataclass(frozen=True, kw_only=True)
class AccountFound:
    account: UUID | None


# --- security ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Contain:
    session: str
    proof: str
    account: UUID


@dataclass(frozen=True, kw_only=True)
class StaffMember:
    account: UUID
    label: str
    profession: str
    role: str
    contained: bool
    live_sessions: int


@dataclass(frozen=True, kw_only=True)
class Staff:
    members: tuple[StaffMember, ...]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A break-glass to read: who, when, why; the patient by id only (a security officer opens no record)."""

    at: datetime
    account: UUID
    label: str
    profession: str
    patient: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class Notices:
    notices: tuple[Notice, ...]


# --- journal ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Status:
    version: str
    demonstration: bool
    entries: int
    checkpoint_size: int
    checkpoint_at: datetime | None
    journal_key: str  # C2SP note verifier key


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    note: str


VERBS: dict[str, tuple[type, type]] = {
    "status": (Empty, Status),
    "begin_sign_in": (BeginSignIn, Ceremony),
    "finish_sign_in": (FinishSignIn, SignedIn),
    "begin_enrolment": (BeginEnrolment, Ceremony),
    "finish_enrolment": (FinishEnrolment, Enrolled),
    "personas": (Empty, Personas),
    "persona_code": (PersonaCode, Code),
    "begin_touch": (Signed, Ceremony),
    "finish_touch": (FinishTouch, Who),
    "attend": (Signed, Who),
    "account": (Signed, AccountView),
    "sign_out": (Signed, Empty),
    "close_session": (CloseSession, Empty),
    "revoke_passkey": (RevokePasskey, Empty),
    "open": (Open, Opening),
    "break_glass": (BreakGlass, Opening),
    "lines": (Lines, LineSet),
    "find": (Find, LineSet),
    "open_untied": (OpenUntied, Opening),
    "begin_act": (BeginAct, Ceremony),
    "flag": (Flag, Empty),
    "disclosures": (Disclosures, DisclosureSet),
    "register": (Register, Registered),
    "tie": (Tie, Empty),
    "untie": (Untie, Empty),
    "practitioner_account": (PractitionerAccount, AccountFound),
    "contain": (Contain, Empty),
    "staff": (Signed, Staff),
    "notices": (Signed, Notices),
    "checkpoint": (Empty, Checkpoint),
}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset(
    {
        "begin_act",
        "begin_touch",
        "break_glass",
        "close_session",
        "contain",
        "finish_touch",
        "flag",
        "open_untied",
        "register",
        "revoke_passkey",
        "sign_out",
        "tie",
        "untie",
    }
)
