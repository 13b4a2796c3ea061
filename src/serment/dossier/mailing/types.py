"""What telling people is about: who was exposed, where they may be written to, and what a letter says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

FRENCH, ENGLISH = "fr", "en"
LANGUAGES = (FRENCH, ENGLISH)

# How sure the guard is that a person's data were seen (GDPR article 34; the guard's journal is the source).
CERTAIN, POSSIBLE = "certain", "possible"

# Measures of protection of adults (Code civil, articles 433, 440, 494-1): curatorship assists, guardianship represents.
CURATORSHIP, GUARDIANSHIP, FAMILY_EMPOWERMENT = "curatorship", "guardianship", "family_empowerment"
PROTECTIONS = ("", CURATORSHIP, GUARDIANSHIP, FAMILY_EMPOWERMENT)

# In whose name somebody is written to.
ONESELF, PARENT, GUARDIAN, CURATOR, HEIR, SAFE_CONTACT = "oneself", "parent", "guardian", "curator", "heir", "safe_contact"

# By which way a letter goes. `HAND`: somebody told the person, by voice or by a letter of their own; `CHECKED`: the page where codes are
# checked; `NO_CHANNEL`: no rule found one.
PAPER, EMAIL, PORTAL, HAND, CHECKED, NO_CHANNEL = "paper", "email", "portal", "hand", "code", ""

# What becomes of a letter. `PLANNED`: its way was chosen, its code can be checked. Paper: `PRINTED` in a batch that is complete. E-mail:
# `INTENDED` before the relay is given it, `SENT` after the relay took it. `RETURNED`: it did not arrive, the other way is next. `READ`:
# its code was checked with the birth date. `HELD`: a human being decides.
PLANNED, PRINTED, INTENDED, SENT, RETURNED, READ, HELD = "planned", "printed", "intended", "sent", "returned", "read", "held"
# The message lies in the portal, for the day when there is one: it tells nobody yet.
STORED = "stored"


@dataclass(frozen=True, kw_only=True)
class Exposed:
    """One person whom an incident exposed: `kinds` are the words of `words.KINDS`, `possible_kinds` those of which it is not sure beside
    them; the instants bound what was seen."""

    patient: UUID
    certainty: str
    kinds: tuple[str, ...]
    possible_kinds: tuple[str, ...] = ()
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class Reachable:
    """Somebody who may be written to, at an address as it was told: free lines, postcode and town in one of them."""

    name: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Person:
    """What the rules need to know of an exposed person. Names as they are to be read; nothing clinical.

    `has_protected_identity`: the name or the address may not be known outside (a witness, a victim, a member of certain services).
    `has_safe_contact` is told apart from `safe_contact`: the wish may be known and the place missing."""

    patient: UUID
    name: str = field(repr=False)
    birth_date: date = field(repr=False)
    address: str = field(repr=False, default="")
    language: str = FRENCH
    is_deceased: bool = False
    protection: str = ""
    has_protected_identity: bool = False
    has_safe_contact: bool = False
    safe_contact: Reachable | None = None
    representatives: tuple[Reachable, ...] = ()
    heirs: tuple[Reachable, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Somebody to tell: what was seen, who they are, and the e-mail address that was verified with them, if any. `seal` closes a message
    that waits in their own record; without it there is no portal."""

    exposed: Exposed
    person: Person
    email: str = field(repr=False, default="")
    seal: Callable[[str], bytes] | None = field(repr=False, default=None)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """One exposed person at their place in the list that two people approved. `hold`: why nothing may be sent by itself; without it there
    is a subject."""

    place: int
    patient: UUID
    subject: Subject | None = field(repr=False, default=None)
    hold: str = ""


@dataclass(frozen=True, kw_only=True)
class SetApart:
    """How many persons of those written down so far are dead, protected adults, or reached through a safe contact."""

    deceased: int = 0
    protected_adults: int = 0
    safe_contacts: int = 0

    def __bool__(self) -> bool:
        return bool(self.deceased or self.protected_adults or self.safe_contacts)


@dataclass(frozen=True, kw_only=True)
class Page:
    """The persons after a place; `last` is the place of the last one looked at, and none follows when it is `done`."""

    people: tuple[Placed, ...] = field(repr=False)
    last: int
    done: bool


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """To whom one letter goes: one or two names at one address, and in which quality."""

    names: tuple[str, ...] = field(repr=False)
    address: str = field(repr=False)
    quality: str


@dataclass(frozen=True, kw_only=True)
class Held:
    """A person to whom nothing may be sent by itself; `reason` is one of `addressees.REASONS`. A human being decides."""

    patient: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """A postal address as it is printed: at most six lines of 38 characters, a seventh with the country when it is foreign.

    `postcode` sorts the batches: the French postcode, or the country behind every French one."""

    lines: tuple[str, ...] = field(repr=False)
    postcode: str = field(repr=False)
    country: str = ""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """The controller, as a patient knows it. `telephone` and `hours` are those of people who answer about this incident.
    `officer_en` and `signature_en` may be empty: the French ones stand then."""

    name: str
    address: tuple[str, ...]
    town: str
    telephone: str
    hours: str
    hours_en: str
    officer: str
    signature: str
    officer_en: str = ""
    signature_en: str = ""


@dataclass(frozen=True, kw_only=True)
class Event:
    """The incident, in the words its officers wrote for the public. Nothing in it is about one person."""

    reference: str
    sender: Sender
    written_on: date
    happened: str
    happened_en: str
    measures: str
    measures_en: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """A heading, sentences under it, and a list."""

    title: str
    lines: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One page to one addressee. `code` is the verification code, grouped for reading aloud."""

    patient: UUID
    language: str
    block: Block = field(repr=False)
    place: str
    subject: str
    parts: tuple[Part, ...] = field(repr=False)
    check_before: str
    code: str = field(repr=False)
    check_after: str
    signature: str
