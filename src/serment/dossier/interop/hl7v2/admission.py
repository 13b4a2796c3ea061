"""What an ADT message of IHE PAM France says, as typed values. Pure: nothing is written here.

Sources: IHE PAM national extension France 2.11; public examples of the Agence du numérique en santé; RNIV for the traits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from serment.dossier.encounters.types import Event
from serment.dossier.interop.hl7v2.reading import Message
from serment.dossier.interop.hl7v2.refusing import REQUIRED, Refusal
from serment.dossier.records.correspondents import besides
from serment.dossier.records.correspondents.types import EMERGENCY_CONTACT, RELATIVE, TRUSTED_PERSON, Address
from serment.wire.protocol import Identity, Ins, LocalNumber

INS_PREFIX = "1.2.250.1.213.1.4."
MARITAL_NAME = "D"
BIRTH_PLACE = "BDL"
VALIDATED = "VALI"
DOUBTFUL, FICTIVE = frozenset({"DOUB", "DOUTE", "DPOT"}), frozenset({"FICTI"})
TREATING = "ODRP"

KINDS = {"I": "inpatient", "E": "emergency", "O": "outpatient", "R": "inpatient", "N": "inpatient"}


@dataclass(frozen=True, kw_only=True)
class Professional:
    """A person of care named in the message. `rpps` is empty when the identifier is of another kind."""

    name: str = field(repr=False)
    rpps: str = field(repr=False, default="")
    address: Address = field(repr=False, default=Address())
    phone: str = field(repr=False, default="")


@dataclass(frozen=True, kw_only=True)
class Relative:
    """Somebody whom NK1 names. `role` is a role of the record's correspondents."""

    role: str
    name: str = field(repr=False)
    relation: str = field(repr=False, default="")
    address: Address = field(repr=False, default=Address())
    phone: str = field(repr=False, default="")


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How to reach the patient; `deceased` is a day, `yes`, or empty for the living."""

    address: Address = field(repr=False, default=Address())
    phones: tuple[str, ...] = field(repr=False, default=())
    emails: tuple[str, ...] = field(repr=False, default=())
    language: str = ""
    deceased: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Contact()


@dataclass(frozen=True, kw_only=True)
class Said:
    """One answer of the patient: a topic and a decision of the record's consents, and the day it was given."""

    topic: str
    decision: str
    since: str = ""


@dataclass(frozen=True, kw_only=True)
class Movement:
    """`unit_code` in the establishment `authority`; `action` is INSERT, UPDATE or CANCEL (ZBE-4)."""

    event: Event
    authority: str
    unit_code: str
    at: datetime
    action: str
    kind: str
    expected_end: datetime | None


@dataclass(frozen=True, kw_only=True)
class Administrative:
    """What goes into the record beside identity and movement."""

    contact: Contact
    treating: Professional | None
    responsible: Professional | None
    relatives: tuple[Relative, ...]
    reason: str = field(repr=False)
    entry_mode: str
    consents: tuple[Said, ...]
    besides: dict[int, str] = field(repr=False, default_factory=dict)


def identity(message: Message) -> Identity:
    """PID as the traits of RNIV. Refuses a missing birth date; the guard judges the rest."""
    born = message.day("PID", 7)
    if born is None:
        raise Refusal(message="PID-7 : la date de naissance est obligatoire.", location="PID^1^7", code=REQUIRED)
    status = message.value("PID", 32)
    given = message.value("PID", 5, component=2)
    attributes = [name for name, codes in (("douteux", DOUBTFUL), ("fictif", FICTIVE)) if status in codes]
    return Identity(
        birth_name=message.required("PID", 5),
        first_given_name=given,
        given_names=message.value("PID", 5, component=3) or given,
        birth_date=born,
        sex=message.value("PID", 8) or "U",
        birth_place=_birth_place(message),
        used_name=_used_name(message),
        ins=_ins(message),
        validated=status == VALIDATED,
        attributes=tuple(attributes),
        numbers=_numbers(message),
    )


def _ins(message: Message) -> Ins | None:
    for n in range(1, message.repetitions("PID", 3) + 1):
        oid = message.value("PID", 3, n, 4, 2)
        if message.value("PID", 3, n, 5) == "INS" or oid.startswith(INS_PREFIX):
            return Ins(matricule=message.value("PID", 3, n, 1).replace(" ", ""), oid=oid)
    return None


def _numbers(message: Message) -> tuple[LocalNumber, ...]:
    found = []
    for n in range(1, message.repetitions("PID", 3) + 1):
        if message.value("PID", 3, n, 5) in ("PI", "") and not message.value("PID", 3, n, 4, 2).startswith(INS_PREFIX):
            authority, value = _authority(message, "PID", 3, n), message.value("PID", 3, n, 1)
            if value:
                found.append(LocalNumber(authority=authority, value=value))
    return tuple(found)


def _authority(message: Message, segment: str, number: int, repetition: int = 1) -> str:
    """An assigning authority by its universal identifier (FINESS), else by its name."""
    return message.value(segment, number, repetition, 4, 2) or message.value(segment, number, repetition, 4, 1)


def _birth_place(message: Message) -> str:
    """The INSEE code of the birth place: component 9 (county code) of the address of type BDL."""
    for n in range(1, message.repetitions("PID", 11) + 1):
        if message.value("PID", 11, n, 7) == BIRTH_PLACE:
            return message.value("PID", 11, n, 9)
    return ""


def _used_name(message: Message) -> str:
    for n in range(1, message.repetitions("PID", 5) + 1):
        if message.value("PID", 5, n, 7) == MARITAL_NAME:
            return message.value("PID", 5, n, 1)
    return ""


def is_protected(message: Message) -> bool:
    """PD1-12: access to what is known of the person is restricted."""
    return message.value("PD1", 12) == "Y"


def movement(message: Message) -> Movement:
    """PV1 and ZBE: which stay, which movement, where, when."""
    code = message.value("ZBE", 7, component=10) or message.value("ZBE", 7)
    if not code:
        raise Refusal(message="ZBE-7 : l’unité responsable est obligatoire.", location="ZBE^1^7", code=REQUIRED)
    at = message.instant("ZBE", 2) or message.instant("EVN", 6) or message.instant("EVN", 2)
    if at is None:
        raise Refusal(message="ZBE-2 : l’instant du mouvement est obligatoire.", location="ZBE^1^2", code=REQUIRED)
    stay, source = message.value("PV1", 19) or message.value("PID", 18), _authority(message, "PV1", 19) or _authority(message, "PID", 18)
    return Movement(
        event=Event(source=source or message.value("MSH", 4), stay=stay, movement=message.required("ZBE", 1)),
        authority=message.value("ZBE", 7, component=6, part=2) or message.value("ZBE", 7, component=6) or source,
        unit_code=code,
        at=at,
        action=message.value("ZBE", 4) or "INSERT",
        kind=KINDS.get(message.value("PV1", 2), "inpatient"),
        expected_end=message.instant("PV2", 9),
    )


def administrative(message: Message) -> Administrative:
    """Address, physicians, reason, consents. Everything is optional."""
    return Administrative(
        contact=_contact(message),
        treating=_treating(message),
        responsible=_professional(message, "PV1", 7) or _professional(message, "PV1", 17),
        relatives=_relatives(message),
        reason=message.value("PV2", 12) or message.value("PV2", 3, component=2),
        entry_mode=message.value("ZFM", 1),
        consents=_consents(message),
        besides={
            number: value[: besides.CHARACTERS_MAX] for number, value in message.fields("ZFD").items() if number <= besides.FIELDS_MAX
        },
    )


def _contact(message: Message) -> Contact:
    address = Address()
    for n in range(1, message.repetitions("PID", 11) + 1):
        if message.value("PID", 11, n, 7) != BIRTH_PLACE and not address.whole:
            address = _address(message, "PID", 11, n)
    phones, emails = [], []
    for number in (13, 14):
        for n in range(1, message.repetitions("PID", number) + 1):
            phones.append(message.value("PID", number, n, 12) or message.value("PID", number, n, 1))
            emails.append(message.value("PID", number, n, 4))
    # PID-15: the language, in the letters of ISO 639; PID-29 and PID-30: when, and whether, the patient died.
    language = message.value("PID", 15).casefold()
    died = message.day("PID", 29)
    return Contact(
        address=address, phones=tuple(filter(None, phones)), emails=tuple(filter(None, emails)),
        language=language if re.fullmatch(r"[a-z]{2,3}", language) else "",
        deceased=died.isoformat() if died else "yes" if message.value("PID", 30) == "Y" else "",
    )  # fmt: skip


def _address(message: Message, segment: str, number: int, repetition: int = 1, *, rank: int = 1) -> Address:
    part = [message.value(segment, number, repetition, component, number=rank) for component in (1, 2, 3, 5, 6)]
    street, more, city, code, country = part
    is_french = country in ("", "FRA", "FR")
    return Address(lines=tuple(filter(None, (street, more))), postcode=code, city=city, country="" if is_french else country)


# NK1-7 (HL7 table 0131). Who is trusted has no code of its own there: the word says it, in NK1-7 or in NK1-3.
_KIN_ROLES = {"C": EMERGENCY_CONTACT}


def _relatives(message: Message) -> tuple[Relative, ...]:
    found = []
    for rank in range(1, message.count("NK1") + 1):
        name = " ".join(filter(None, (message.value("NK1", 2, 1, c, number=rank) for c in (2, 1))))
        if not name:
            continue
        said = [message.value("NK1", number, 1, component, number=rank) for number in (7, 3) for component in (2, 1)]
        trusted = any("confiance" in word.casefold() for word in said)
        role = TRUSTED_PERSON if trusted else _KIN_ROLES.get(message.value("NK1", 7, number=rank), RELATIVE)
        phone = message.value("NK1", 5, 1, 12, number=rank) or message.value("NK1", 5, number=rank)
        found.append(Relative(role=role, name=name, relation=said[2], address=_address(message, "NK1", 4, rank=rank), phone=phone))
    return tuple(found)


def _treating(message: Message) -> Professional | None:
    for rank in range(1, message.count("ROL") + 1):
        if message.value("ROL", 3, number=rank) == TREATING:
            return _professional(message, "ROL", 4, rank=rank)
    return None


def _professional(message: Message, segment: str, number: int, *, rank: int = 1) -> Professional | None:
    """An XCN. The national identifier is the RPPS, alone or behind the 8 of the persons' directory."""
    name = " ".join(filter(None, (message.value(segment, number, 1, c, number=rank) for c in (2, 3))))
    if not name:
        return None
    identifier = message.value(segment, number, number=rank)
    rpps = identifier[1:] if len(identifier) == 12 and identifier[0] == "8" else identifier
    known = rpps if len(rpps) == 11 and rpps.isdigit() else ""
    if segment != "ROL":
        return Professional(name=name, rpps=known)
    address, phone = _address(message, "ROL", 11, rank=rank), message.value("ROL", 12, 1, 12, number=rank)
    return Professional(name=name, rpps=known, address=address, phone=phone)


# The national record and the wishes, as IHE PAM France tells them: topic, field, what each value means, field of its date.
# In ZFA-6 and ZFA-7 the value says whether the patient is opposed.
_ANSWERS: tuple[tuple[str, str, int, dict[str, str], int], ...] = (
    ("dmp_status", "ZFA", 1, {"ACTIF": "active", "FERME": "closed", "INEXISTANT": "none"}, 2),
    ("dmp_access", "ZFA", 4, {"Y": "permit", "N": "deny"}, 5),
    ("dmp_break_glass", "ZFA", 6, {"Y": "deny", "N": "permit"}, 8),
    ("dmp_regulation", "ZFA", 7, {"Y": "deny", "N": "permit"}, 8),
    ("dmp_feeding", "ZFA", 9, {"INO": "permit", "IO": "deny"}, 10),
    ("dmp_consultation", "ZFA", 11, {"IC": "permit", "INC": "deny"}, 12),
    ("sms", "ZFD", 3, {"Y": "permit", "N": "deny"}, 0),
    ("advance_directives", "PD1", 7, {"Y": "exist", "F": "exist", "N": "none"}, 0),
    ("organ_donation", "PD1", 8, {"Y": "permit", "F": "permit", "N": "deny", "R": "deny"}, 0),
)


def _consents(message: Message) -> tuple[Said, ...]:
    found = []
    for topic, segment, field_number, meanings, day_number in _ANSWERS:
        decision = meanings.get(message.value(segment, field_number).upper())
        # A record that was closed was so on the day of ZFA-3.
        day = 3 if (topic, decision) == ("dmp_status", "closed") else day_number
        since = message.day(segment, day) if decision and day else None
        if decision:
            found.append(Said(topic=topic, decision=decision, since=since.isoformat() if since else ""))
    return tuple(found)
