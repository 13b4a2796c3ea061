"""What the demonstration is made of, before it goes through any door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from serment.wire.protocol import Identity


@dataclass(frozen=True, kw_only=True, slots=True)
class Establishment:
    id: UUID
    name: str
    kind: str
    finess: str
    authority: str
    address: tuple[str, ...]
    telephone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A unit and the labels of its beds (cots of newborns apart)."""

    id: UUID
    key: str
    establishment: str  # the establishment's authority
    code: str
    name: str
    kind: str
    beds: tuple[str, ...] = ()
    cots: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One account of the staff. `units` are keys of units."""

    id: UUID
    key: str
    label: str
    profession: str
    role: str
    rpps: str = ""
    units: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Drug:
    """A treatment line. `tags` name the class (one line for each class) and what it must not meet (`ains`, `betalactamine`...)."""

    substance: str
    dose: str
    route: str
    rhythm: str
    tags: tuple[str, ...] = ()
    since_admission: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnosis:
    """A CIM-10 code with its French label. `years` is how long it has been known, when it is older than the stay."""

    code: str
    label: str
    years: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Complaint:
    """A symptom on arrival: since how many days it was there, and how many days of the stay it lasts."""

    code: str
    label: str
    severity: str
    since_days: int
    lasts_days: int
    site: str = ""
    remark: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Allergen:
    """`category`: medication, food, environment. `code`: `system|code` of the list of substances. `clashes`: tags of drugs that must not
    be given with it. The rest is as somebody told it."""

    name: str
    category: str
    reactions: tuple[str, ...]
    severity: str
    clashes: tuple[str, ...] = ()
    code: str = ""
    sort: str = "allergy"
    certainty: str = "confirmed"
    onset_years: int = 0
    source: str = ""
    source_name: str = ""
    review_days: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Terrain:
    """A long-standing condition with the treatment that usually goes with it."""

    key: str
    diagnosis: Diagnosis
    drugs: tuple[Drug, ...] = ()
    age: tuple[int, int] = (0, 120)
    sex: str = ""
    weight: int = 1
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """Why somebody is here: everything in it goes together.

    `nursing` are targeted nursing notes (cible, données, actions, résultats); `medical` are medical notes (title, text). Texts may use
    {age}, {e} (feminine ending), {le}/{il} of the person, {lat} (a side) and {j} (the day of the stay).
    """

    key: str
    unit: str
    reason: str
    diagnosis: Diagnosis
    age: tuple[int, int]
    sex: str = ""
    days: tuple[float, float] = (2, 8)
    others: tuple[Diagnosis, ...] = ()
    drugs: tuple[Drug, ...] = ()
    vitals: str = "stable"
    nursing: tuple[tuple[str, str, str, str], ...] = ()
    medical: tuple[tuple[str, str], ...] = ()
    terrains: bool = True
    excludes: tuple[str, ...] = ()
    paper: str = ""
    sealed: tuple[Diagnosis, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """Where patient number i stands: `state` is current, past or expected; `bed` only when current.

    `relation` links to an earlier patient: `mother`, `homonym`. `cast` names a person of the playbill.
    """

    state: str
    unit: str
    bed: str = ""
    scenario: str = ""
    relation: str = ""
    other: int = -1
    cast: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    line: str
    postal_code: str
    city: str
    insee: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """How to reach somebody."""

    address: Address
    telephone: str
    mobile: str = ""
    email: str = ""
    verified_on: date | None = None
    language: str = ""
    deceased: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Correspondent:
    """`role`, `measure` and `receives` are the words of the record's correspondents."""

    role: str
    name: str
    relation: str
    telephone: str
    address: Address | None = None
    rpps: str = ""
    measure: str = ""
    receives: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    title: str
    text: str = field(repr=False)
    kind: str  # nursing, medical
    author: Member
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One observation: LOINC code, French name, value, UCUM unit."""

    code: str
    name: str
    value: str
    unit: str
    at: datetime
    low: str = ""
    high: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A document; `content` is a PDF or PNG file; `waits` when a physician has still to see it."""

    title: str
    category: str
    content: bytes = field(repr=False)
    author: Member
    at: datetime
    waits: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysis:
    """One value; `interpretation` a code of HL7 table 0078, or empty."""

    code: str
    name: str
    value: str = field(repr=False)
    unit: str
    low: str
    high: str
    interpretation: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One panel of one morning. `waits` when nobody has seen it yet."""

    code: str
    title: str
    at: datetime
    analyses: tuple[Analysis, ...] = field(repr=False)
    waits: bool
    is_urgent: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """One stay. `kind`: inpatient, emergency, outpatient, resident. `admissions`: the units passed through, each with its time."""

    name: str
    kind: str
    reason: str
    passages: tuple[tuple[str, str, datetime], ...]  # unit key, bed label, arrival
    ended_at: datetime | None = None
    expected_end: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Patient:
    """Everything about one fictional person at an instant."""

    index: int
    identity: Identity = field(repr=False)
    contact: Contact = field(repr=False)
    stays: tuple[Leg, ...] = ()
    appointment: tuple[str, datetime, timedelta] | None = None  # unit key, time, length
    allergies: tuple[Allergen, ...] = field(default=(), repr=False)
    no_known_allergy: bool = False
    diagnoses: tuple[Diagnosis, ...] = field(default=(), repr=False)
    sealed_diagnoses: tuple[Diagnosis, ...] = field(default=(), repr=False)
    complaints: tuple[Complaint, ...] = field(default=(), repr=False)
    drugs: tuple[Drug, ...] = field(default=(), repr=False)
    measures: tuple[Measure, ...] = field(default=(), repr=False)
    notes: tuple[Note, ...] = field(default=(), repr=False)
    correspondents: tuple[Correspondent, ...] = field(default=(), repr=False)
    papers: tuple[Paper, ...] = field(default=(), repr=False)
    samples: tuple[Sample, ...] = field(default=(), repr=False)
    alerts: tuple[str, ...] = ()
    treating: tuple[Member, ...] = ()
    is_protected: bool = False
