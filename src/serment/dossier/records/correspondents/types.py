"""People to write to or to call, and where the patient lives."""

from __future__ import annotations

from dataclasses import dataclass, field

from serment.dossier.records.entries.types import Written

TREATING_PHYSICIAN, RESPONSIBLE, RELATIVE, TRUSTED_PERSON = "treating_physician", "responsible", "relative", "trusted_person"
ROLES = (TREATING_PHYSICIAN, RESPONSIBLE, RELATIVE, TRUSTED_PERSON, "emergency_contact", "guardian", "pharmacy", "home_nurse")


@dataclass(frozen=True, kw_only=True)
class Correspondent:
    """`role` is one of ROLES; `relation` says more (`fille`, `médecin généraliste`); `rpps` is a professional's number or empty."""

    written: Written
    role: str
    name: str = field(repr=False)
    relation: str = field(repr=False, default="")
    phone: str = field(repr=False, default="")
    email: str = field(repr=False, default="")
    address: str = field(repr=False, default="")
    rpps: str = field(repr=False, default="")


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How to reach the patient."""

    written: Written
    address: str = field(repr=False)
    phones: tuple[str, ...] = field(repr=False, default=())
    emails: tuple[str, ...] = field(repr=False, default=())
