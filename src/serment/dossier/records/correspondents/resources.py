"""Correspondents in FHIR R4 (Practitioner, RelatedPerson; the patient's own address in Patient), written and read. Pure."""

from __future__ import annotations

from uuid import UUID

from serment.dossier.records.correspondents.types import RESPONSIBLE, TREATING_PHYSICIAN, Contact, Correspondent
from serment.dossier.records.entries.types import Entry, written
from serment.dossier.vault.sealing import Resource

PRACTITIONER, RELATED_PERSON, PATIENT = "Practitioner", "RelatedPerson", "Patient"
KINDS = (PRACTITIONER, RELATED_PERSON)
COMPARTMENT = "contact"
# Person identifiers of the French directory: RPPS behind its prefix.
_OID_PEOPLE = "urn:oid:1.2.250.1.71.4.2.1"
_ROLE_URL = "urn:serment:correspondent-role"
_PROFESSIONALS = (TREATING_PHYSICIAN, RESPONSIBLE, "pharmacy", "home_nurse")


def correspondent(
    *, patient: UUID, role: str, name: str, relation: str = "", phone: str = "", email: str = "", address: str = "", rpps: str = ""
) -> Resource:
    """One correspondent; its `resourceType` is the kind to write it as."""
    shared: Resource = {
        "extension": [{"url": _ROLE_URL, "valueString": role}],
        "name": [{"text": name}],
        **_reach(phones=(phone,), emails=(email,), address=address),
    }
    if role in _PROFESSIONALS:
        return {
            "resourceType": PRACTITIONER,
            **shared,
            **({"identifier": [{"system": _OID_PEOPLE, "value": rpps}]} if rpps else {}),
            **({"qualification": [{"code": {"text": relation}}]} if relation else {}),
        }
    return {
        "resourceType": RELATED_PERSON,
        **shared,
        "patient": {"reference": f"Patient/{patient}"},
        **({"relationship": [{"text": relation}]} if relation else {}),
    }


def contact(*, address: str, phones: tuple[str, ...] = (), emails: tuple[str, ...] = ()) -> Resource:
    """How to reach the patient."""
    return {"resourceType": PATIENT, **_reach(phones=phones, emails=emails, address=address)}


def read(entry: Entry) -> Correspondent:
    """An entry as a correspondent."""
    resource = entry.resource
    roles = [item.get("valueString", "") for item in resource.get("extension", []) if item.get("url") == _ROLE_URL]
    qualification = (resource.get("qualification") or [{}])[0].get("code", {}).get("text", "")
    relationship = (resource.get("relationship") or [{}])[0].get("text", "")
    return Correspondent(
        written=written(entry, ""),
        role=roles[0] if roles else "",
        name=(resource.get("name") or [{}])[0].get("text", ""),
        relation=qualification or relationship,
        phone=next(iter(_telecom(resource, "phone")), ""),
        email=next(iter(_telecom(resource, "email")), ""),
        address=_address(resource),
        rpps=(resource.get("identifier") or [{}])[0].get("value", ""),
    )


def read_contact(entry: Entry) -> Contact:
    """An entry as the patient's own address."""
    return Contact(
        written=written(entry, ""),
        address=_address(entry.resource),
        phones=_telecom(entry.resource, "phone"),
        emails=_telecom(entry.resource, "email"),
    )


def _reach(*, phones: tuple[str, ...], emails: tuple[str, ...], address: str) -> Resource:
    telecom = [{"system": "phone", "value": phone} for phone in phones if phone] + [
        {"system": "email", "value": email} for email in emails if email
    ]
    return {**({"telecom": telecom} if telecom else {}), **({"address": [{"text": address}]} if address else {})}


def _telecom(resource: Resource, system: str) -> tuple[str, ...]:
    return tuple(item.get("value", "") for item in resource.get("telecom", []) if item.get("system") == system)


def _address(resource: Resource) -> str:
    return str((resource.get("address") or [{}])[0].get("text", ""))
