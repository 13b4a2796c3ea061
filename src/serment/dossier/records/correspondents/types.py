"""People to write to or to call, what each may receive, and how to reach the patient."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from serment.dossier.records.entries.types import Written

TREATING_PHYSICIAN, RESPONSIBLE, SPECIALIST, PHARMACY, HOME_NURSE = (
    "treating_physician",
    "responsible",
    "specialist",
    "pharmacy",
    "home_nurse",
)
RELATIVE, TRUSTED_PERSON, EMERGENCY_CONTACT, GUARDIAN = "relative", "trusted_person", "emergency_contact", "guardian"
HEIR, SAFE_CONTACT = "heir", "safe_contact"
# In the order in which they are shown.
ROLES = (
    TREATING_PHYSICIAN, RESPONSIBLE, TRUSTED_PERSON, GUARDIAN, EMERGENCY_CONTACT, SAFE_CONTACT, RELATIVE, SPECIALIST, HOME_NURSE, PHARMACY,
    HEIR,
)  # fmt: skip
PROFESSIONALS = (TREATING_PHYSICIAN, RESPONSIBLE, SPECIALIST, PHARMACY, HOME_NURSE)

# Why a representative decides or assists: parental authority (Code civil, article 371-1), guardianship and curatorship (440), family
# empowerment (494-1), protection by the court (433), mandate for future protection (477).
PARENT, GUARDIANSHIP, CURATORSHIP, FAMILY_EMPOWERMENT = "parent", "guardianship", "curatorship", "family_empowerment"
MEASURES = (PARENT, GUARDIANSHIP, CURATORSHIP, FAMILY_EMPOWERMENT, "court_protection", "future_mandate")

# What somebody may receive; `nothing` stands alone.
NOTHING = "nothing"
RECEIVES = ("discharge_letter", "results", "appointments", "news", "bad_news_by_voice", NOTHING)


@dataclass(frozen=True, kw_only=True)
class Address:
    """A postal address in the parts that an envelope needs. `text` is the whole of it, for what came as one text."""

    lines: tuple[str, ...] = field(repr=False, default=())
    postcode: str = field(repr=False, default="")
    city: str = field(repr=False, default="")
    country: str = field(repr=False, default="")
    text: str = field(repr=False, default="")

    @property
    def whole(self) -> str:
        """In one text, its parts apart by commas, as `mailing.postal` reads it."""
        town = " ".join(part for part in (self.postcode, self.city) if part)
        return self.text or ", ".join(part for part in (*self.lines, town, self.country) if part)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody writes about a correspondent. `measure` is one of MEASURES for a legal representative."""

    role: str
    name: str = field(repr=False)
    relation: str = field(repr=False, default="")
    phone: str = field(repr=False, default="")
    email: str = field(repr=False, default="")
    address: Address = field(repr=False, default=Address())
    rpps: str = field(repr=False, default="")
    measure: str = ""
    receives: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Correspondent:
    """`role` is one of ROLES; `relation` says more (`fille`, `médecin généraliste`); `rpps` is a professional's number or empty; `until`
    is the day since when they are so no more."""

    written: Written
    role: str
    name: str = field(repr=False)
    relation: str = field(repr=False, default="")
    phone: str = field(repr=False, default="")
    email: str = field(repr=False, default="")
    postal: Address = field(repr=False, default=Address())
    rpps: str = field(repr=False, default="")
    measure: str = ""
    receives: tuple[str, ...] = ()
    until: date | None = None

    @property
    def address(self) -> str:
        """The whole address in one text."""
        return self.postal.whole


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A telephone number or an e-mail address, and the day somebody made sure that it is the patient's."""

    value: str = field(repr=False)
    verified_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How to reach the patient, as told last. `deceased` is a year, a month or a day as FHIR writes them, `yes` when only the fact is
    known, empty for the living."""

    written: Written
    postal: Address = field(repr=False, default=Address())
    telephones: tuple[Channel, ...] = field(repr=False, default=())
    mailboxes: tuple[Channel, ...] = field(repr=False, default=())
    language: str = ""
    deceased: str = ""

    @property
    def address(self) -> str:
        """The whole address in one text."""
        return self.postal.whole

    @property
    def phones(self) -> tuple[str, ...]:
        return tuple(one.value for one in self.telephones)

    @property
    def emails(self) -> tuple[str, ...]:
        return tuple(one.value for one in self.mailboxes)


@dataclass(frozen=True, kw_only=True)
class ContactTold:
    """What somebody writes of how to reach the patient. Of each channel: its value, and whether it is verified now."""

    address: Address = field(repr=False, default=Address())
    phones: tuple[Channel, ...] = field(repr=False, default=())
    emails: tuple[Channel, ...] = field(repr=False, default=())
    language: str = ""
    deceased: str = ""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Whom one may write to about somebody, read from the entries of their `contact` compartment alone: see `resources.reach`. `email` is
    an address that somebody made sure of."""

    address: str = field(repr=False, default="")
    email: str = field(repr=False, default="")
    language: str = ""
    is_deceased: bool = False
    measure: str = ""
    has_safe_contact: bool = False
    safe_contact: Correspondent | None = field(repr=False, default=None)
    representatives: tuple[Correspondent, ...] = field(repr=False, default=())
    heirs: tuple[Correspondent, ...] = field(repr=False, default=())
