"""The playbill of the tests: the same people everywhere, so that a test reads as a sentence.

Dr Amel treats Farid on the surgery ward, where Bruno is nurse. Dr Chloe is a colleague of another ward, without a tie. Odile is
secretary of the ward. Denis is administrator, with every technical right. Sonia is security officer. Eve has stolen whatever the test
names. Patients: Farid, Gisele (a member of staff), Hugo, Ines (not in care).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from serment.wire.protocol import Identity, Ins, LocalNumber
from serment.wire.words import OID_INS_NIR_TEST


def identifier(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"serment:test:{name}")


SURGERY, MEDICINE = identifier("surgery"), identifier("medicine")
UNITS = {SURGERY: "Chirurgie viscérale", MEDICINE: "Médecine"}


@dataclass(frozen=True, kw_only=True)
class Player:
    id: UUID
    label: str
    profession: str
    role: str
    units: tuple[UUID, ...] = ()
    rpps: str = ""


def _player(name: str, label: str, profession: str, role: str, *units: UUID, rpps: str = "") -> Player:
    return Player(id=identifier(name), label=label, profession=profession, role=role, units=units, rpps=rpps)


AMEL = _player("amel", "Dr Amel BENSAID", "Chirurgienne", "ward_physician", SURGERY, rpps="10000000017")
BRUNO = _player("bruno", "Bruno LEROY", "Infirmier", "nurse_day", SURGERY)
CHLOE = _player("chloe", "Dr Chloé MARTIN", "Médecin", "ward_physician", MEDICINE)
NADIA = _player("nadia", "Nadia PETIT", "Infirmière", "nurse_day", MEDICINE)
ODILE = _player("odile", "Odile GRAND", "Secrétaire médicale", "secretary", SURGERY)
CLERK = _player("clerk", "Rémi BLANC", "Agent des admissions", "admissions_clerk", SURGERY)
DENIS = _player("denis", "Denis ROCHE", "Administrateur", "administrator", SURGERY, MEDICINE)
CLAIRE = _player("claire", "Claire VIDAL", "Administratrice", "administrator")
SONIA = _player("sonia", "Sonia KACI", "Responsable de la sécurité", "security_officer")
DPO = _player("dpo", "Paul DUVAL", "Délégué à la protection des données", "data_protection_officer")
STAFF = (AMEL, BRUNO, CHLOE, NADIA, ODILE, CLERK, DENIS, CLAIRE, SONIA, DPO)

INTERFACE = identifier("interface")

AUTHORITY = "000897406"


def person(name: str, *, given: str = "FARID", born: date = date(1979, 3, 28), sex: str = "M", number: str = "", ins: str = "") -> Identity:
    """A patient to register: with a local number, and a test INS when one is given."""
    return Identity(
        birth_name=name, first_given_name=given, given_names=given, birth_date=born, sex=sex, birth_place="63220",
        ins=Ins(matricule=ins, oid=OID_INS_NIR_TEST) if ins else None, validated=bool(ins),
        numbers=(LocalNumber(authority=AUTHORITY, value=number or name),),
    )  # fmt: skip


FARID = person("PAT-TROIS", given="FARID", number="000003", ins="279035121518989")
INES = person("HORS-SOINS", given="INES", sex="F", born=date(1950, 1, 2))
