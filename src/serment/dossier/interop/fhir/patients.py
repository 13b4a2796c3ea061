"""A person in FHIR R4, after FR Core 2.x (fr-core-patient). Pure."""

from __future__ import annotations

from uuid import UUID

from serment.dossier.identity import rules
from serment.dossier.records.correspondents.types import Contact
from serment.dossier.vault.sealing import Resource
from serment.wire.protocol import Identity, Line, LocalNumber
from serment.wire.words import OID_INS_NIA

PROFILE = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient"
RELIABILITY = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability"
RELIABILITY_CODES = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445"
IDENTIFIER_TYPES = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
BIRTH_GIVEN_NAMES = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name"
BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
BIRTH_PLACE_CODES = "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"
LOCAL_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
# A line is part of what is known of a person, and says so.
SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}

GENDERS = {"F": "female", "M": "male"}
SEXES = {"female": "F", "male": "M", "unknown": "U", "other": "U"}
# HL7 v2 table 0445: a qualified identity is a validated one that bears an INS.
RELIABILITIES = {"qualifiee": "VALI", "validee": "VALI", "recuperee": "RECD", "provisoire": "PROV"}


def patient(id: UUID, identity: Identity, contact: Contact | None) -> Resource:
    """The whole person, as far as the opening went. The INS only when the identity is qualified (RNIV, référentiel INS)."""
    found: Resource = {
        "resourceType": "Patient",
        "id": str(id),
        "meta": {"profile": [PROFILE]},
        "extension": _extensions(identity),
        "identifier": [*_ins(identity), *(_number(one) for one in identity.numbers)],
        "active": True,
        "name": _names(identity),
        **_telecom(contact),
        "gender": GENDERS.get(identity.sex, "unknown"),
        "birthDate": identity.birth_date.isoformat(),
        **_reach(contact),
    }
    return {name: value for name, value in found.items() if value not in ([], "")}


def subset(line: Line) -> Resource:
    """A person as a list shows them."""
    official = {"use": "official", "family": line.birth_name, "given": [line.first_given_name]}
    used = {"use": "usual", "family": line.used_name or line.birth_name, "given": [line.used_given_name or line.first_given_name]}
    return {
        "resourceType": "Patient",
        "id": str(line.patient),
        "meta": {"tag": [SUBSETTED]},
        "name": [official, used] if line.used_name or line.used_given_name else [official],
        "gender": GENDERS.get(line.sex, "unknown"),
        "birthDate": line.birth_date.isoformat(),
    }


def _names(identity: Identity) -> list[Resource]:
    official: Resource = {"use": "official", "family": identity.birth_name, "given": [identity.first_given_name]}
    if identity.given_names:
        official["extension"] = [{"url": BIRTH_GIVEN_NAMES, "valueString": identity.given_names}]
    if not identity.used_name and not identity.used_given_name:
        return [official]
    used = {"family": identity.used_name or identity.birth_name, "given": [identity.used_given_name or identity.first_given_name]}
    return [official, {"use": "usual", **used}]


def _extensions(identity: Identity) -> list[Resource]:
    code = RELIABILITIES.get(identity.status, "PROV")
    coding = {"system": RELIABILITY_CODES, "code": code}
    found: list[Resource] = [{"url": RELIABILITY, "extension": [{"url": "identityStatus", "valueCoding": coding}]}]
    if identity.birth_place:
        place = {"url": BIRTH_PLACE_CODES, "valueString": identity.birth_place}
        found.append({"url": BIRTH_PLACE, "valueAddress": {"extension": [place]}})
    return found


def _ins(identity: Identity) -> list[Resource]:
    if identity.ins is None or identity.status != rules.QUALIFIED:
        return []
    word = "INS-NIA" if identity.ins.oid == OID_INS_NIA else "INS-NIR"
    type = {"coding": [{"system": IDENTIFIER_TYPES, "code": word}]}
    return [{"use": "official", "type": type, "system": f"urn:oid:{identity.ins.oid}", "value": identity.ins.matricule}]


def _number(number: LocalNumber) -> Resource:
    """An IPP. An authority of dots and digits is an OID; a FINESS is named by the directory's own OID."""
    is_oid = "." in number.authority
    system = f"urn:oid:{number.authority}" if is_oid else f"urn:serment:ipp:{number.authority}"
    return {"use": "usual", "type": {"coding": [{"system": LOCAL_TYPES, "code": "PI"}]}, "system": system, "value": number.value}


def _reach(contact: Contact | None) -> Resource:
    """Where the patient lives, in which language one speaks with them, and whether they died."""
    if contact is None:
        return {}
    postal = contact.postal
    parts = {
        "line": list(postal.lines),
        "postalCode": postal.postcode,
        "city": postal.city,
        "country": postal.country,
        "text": postal.whole,
    }
    language = {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": contact.language}]}, "preferred": True}
    dead = {"deceasedBoolean": True} if contact.deceased == "yes" else {"deceasedDateTime": contact.deceased}
    return {
        **({"address": [{name: value for name, value in parts.items() if value}]} if postal.whole else {}),
        **({"communication": [language]} if contact.language else {}),
        **(dead if contact.deceased else {}),
    }


def _telecom(contact: Contact | None) -> Resource:
    if contact is None or not (contact.phones or contact.emails):
        return {}
    phones = [{"system": "phone", "value": phone} for phone in contact.phones]
    return {"telecom": [*phones, *({"system": "email", "value": email} for email in contact.emails)]}
