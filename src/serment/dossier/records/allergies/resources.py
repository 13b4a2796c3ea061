"""Allergies in FHIR R4 (AllergyIntolerance), written and read. Pure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.dossier.records.allergies.types import Allergy
from serment.dossier.records.entries import rules
from serment.dossier.records.entries.types import Entry, written
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "AllergyIntolerance"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
_SNOMED = "http://snomed.info/sct"
NO_KNOWN_ALLERGY = "716186003"


def allergy(
    *,
    patient: UUID,
    substance: str,
    at: datetime,
    author: Resource | None,
    code: str = "",
    category: str = "",
    reaction: str = "",
    severity: str = "",
    certainty: str = "confirmed",
) -> Resource:
    """One allergy. `code` is `system|code` or empty."""
    system, _, symbol = code.rpartition("|")
    coding = [{"system": system, "code": symbol, "display": substance}] if symbol else []
    manifestation = {"manifestation": [{"text": reaction or "non précisée"}], **({"severity": severity} if severity else {})}
    return {
        **_frame(patient=patient, at=at, author=author, certainty=certainty),
        "code": {**({"coding": coding} if coding else {}), "text": substance},
        **({"category": [category]} if category else {}),
        **({"reaction": [manifestation]} if reaction or severity else {}),
    }


def none_known(*, patient: UUID, at: datetime, author: Resource | None) -> Resource:
    """The statement that no allergy is known."""
    coding = {"system": _SNOMED, "code": NO_KNOWN_ALLERGY, "display": "No known allergy"}
    return {
        **_frame(patient=patient, at=at, author=author, certainty="confirmed"),
        "code": {"coding": [coding], "text": "Aucune allergie connue"},
    }


def refuted(resource: Resource, *, why: str) -> Resource:
    """The same allergy, shown not to be one. FHIR wants no clinical status then."""
    kept = {name: value for name, value in resource.items() if name != "clinicalStatus"}
    return {**kept, "verificationStatus": _concept(_VERIFICATION, "refuted"), "note": [*resource.get("note", []), {"text": why}]}


def struck_out(resource: Resource) -> Resource:
    """The members that mark an AllergyIntolerance as written in error."""
    return {"verificationStatus": _concept(_VERIFICATION, "entered-in-error")}


def is_none_known(entry: Entry) -> bool:
    """Whether an entry is the statement that no allergy is known."""
    return any(coding.get("code") == NO_KNOWN_ALLERGY for coding in entry.resource.get("code", {}).get("coding", []))


def is_refuted(entry: Entry) -> bool:
    """Whether the allergy was shown not to be one."""
    return _code(entry.resource.get("verificationStatus")) == "refuted"


def read(entry: Entry) -> Allergy:
    """An entry as an allergy."""
    resource = entry.resource
    coding = (resource.get("code", {}).get("coding") or [{}])[0]
    reaction = (resource.get("reaction") or [{}])[0]
    manifestation = rules.concept(reaction.get("manifestation"))
    return Allergy(
        written=written(entry, resource.get("recorder", {}).get("display", "")),
        substance=rules.concept(resource.get("code")),
        code=f"{coding.get('system', '')}|{coding['code']}" if coding.get("code") else "",
        category=(resource.get("category") or [""])[0],
        reaction="" if manifestation == "non précisée" else manifestation,
        severity=reaction.get("severity", ""),
        certainty=_code(resource.get("verificationStatus")),
        is_refuted=is_refuted(entry),
    )


def _frame(*, patient: UUID, at: datetime, author: Resource | None, certainty: str) -> Resource:
    return {
        "resourceType": KIND,
        "clinicalStatus": _concept(_CLINICAL, "active"),
        "verificationStatus": _concept(_VERIFICATION, certainty),
        "patient": {"reference": f"Patient/{patient}"},
        "recordedDate": instant(at),
        **({"recorder": author} if author else {}),
    }


def _concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _code(concept: Resource | None) -> str:
    return str(((concept or {}).get("coding") or [{}])[0].get("code", ""))
