"""Allergies in FHIR R4 (AllergyIntolerance, after the French core profile), written and read. Pure."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from serment.dossier.records.allergies import substances
from serment.dossier.records.allergies.types import Allergy, Review, Told
from serment.dossier.records.entries import rules
from serment.dossier.records.entries.types import Entry, written
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "AllergyIntolerance"
PROFILE = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-allergy-intolerance"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
_SNOMED = "http://snomed.info/sct"
NO_KNOWN_ALLERGY = "716186003"
_UNSAID = "non précisée"
# FHIR has no element for who said so when it was a document, nor for the reviews of an allergy.
_SOURCE_URL = "urn:serment:told-by"
_DUE_URL, _REVIEWED_URL, _REVIEWER_URL = "urn:serment:review-due", "urn:serment:reviewed", "urn:serment:reviewed-by"
_ASSERTERS = {"patient": "Patient", "relative": "RelatedPerson", "physician": "Practitioner"}


def allergy(*, patient: UUID, told: Told, at: datetime, author: Resource | None) -> Resource:
    """One allergy."""
    substance = substances.known(told.code)
    coding = [{"system": substance.system, "code": substance.code, "display": substance.label}] if substance else []
    manifestation = {"manifestation": [{"text": told.reaction or _UNSAID}], **({"severity": told.severity} if told.severity else {})}
    return {
        **_frame(patient=patient, at=at, author=author, certainty=told.certainty, due_on=told.review_on),
        "type": told.sort,
        "code": {**({"coding": coding} if coding else {}), "text": told.substance},
        **({"category": [told.category]} if told.category else {}),
        **({"onsetDateTime": told.onset} if told.onset else {}),
        **({"asserter": _asserter(patient, told)} if told.source else {}),
        **({"reaction": [manifestation]} if told.reaction or told.severity else {}),
    }


def none_known(*, patient: UUID, at: datetime, author: Resource | None, review_on: date | None = None) -> Resource:
    """The statement that no allergy is known."""
    coding = {"system": _SNOMED, "code": NO_KNOWN_ALLERGY, "display": "No known allergy"}
    return {
        **_frame(patient=patient, at=at, author=author, certainty="confirmed", due_on=review_on),
        "code": {"coding": [coding], "text": "Aucune allergie connue"},
    }


def reviewed(resource: Resource, *, at: datetime, by: Resource, next_on: date) -> Resource:
    """The same, asked again now and found unchanged."""
    others = [one for one in resource.get("extension", []) if one.get("url") not in (_DUE_URL, _REVIEWED_URL, _REVIEWER_URL)]
    said = [
        {"url": _DUE_URL, "valueDate": next_on.isoformat()},
        {"url": _REVIEWED_URL, "valueDateTime": instant(at)},
        {"url": _REVIEWER_URL, "valueString": str(by.get("display", ""))},
    ]
    return {**resource, "extension": [*others, *said]}


def corrected(before: Resource, after: Resource) -> Resource:
    """A correction: what is told now, with the author and the notes of what it corrects. Who corrects is the author of the version."""
    kept: Resource = {name: before[name] for name in ("recordedDate", "recorder", "note") if name in before}
    reviews = [one for one in before.get("extension", []) if one.get("url") in (_REVIEWED_URL, _REVIEWER_URL)]
    return {**after, **kept, "extension": [*after.get("extension", []), *reviews]}


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
        label=str(coding.get("display", "")),
        sort=str(resource.get("type", "")),
        category=(resource.get("category") or [""])[0],
        reaction="" if manifestation == _UNSAID else manifestation,
        severity=reaction.get("severity", ""),
        certainty=_code(resource.get("verificationStatus")),
        is_refuted=is_refuted(entry),
        onset=str(resource.get("onsetDateTime", ""))[:10],
        source=str(_extension(resource.get("asserter", {}), _SOURCE_URL)),
        source_name=str(resource.get("asserter", {}).get("display", "")),
        review=review(resource),
    )


def review(resource: Resource) -> Review:
    """When it was last asked again, and when it is to be."""
    due, last = str(_extension(resource, _DUE_URL)), str(_extension(resource, _REVIEWED_URL))
    return Review(
        due_on=date.fromisoformat(due) if due else None,
        last_at=datetime.fromisoformat(last) if last else None,
        last_by=str(_extension(resource, _REVIEWER_URL)),
    )


def _frame(*, patient: UUID, at: datetime, author: Resource | None, certainty: str, due_on: date | None) -> Resource:
    return {
        "resourceType": KIND,
        "meta": {"profile": [PROFILE]},
        "clinicalStatus": _concept(_CLINICAL, "active"),
        "verificationStatus": _concept(_VERIFICATION, certainty),
        "patient": {"reference": f"Patient/{patient}"},
        "recordedDate": instant(at),
        **({"recorder": author} if author else {}),
        **({"extension": [{"url": _DUE_URL, "valueDate": due_on.isoformat()}]} if due_on else {}),
    }


def _asserter(patient: UUID, told: Told) -> Resource:
    type = _ASSERTERS.get(told.source)
    return {
        "extension": [{"url": _SOURCE_URL, "valueCode": told.source}],
        **({"reference": f"Patient/{patient}"} if told.source == "patient" else {}),
        **({"type": type} if type else {}),
        **({"display": told.source_name} if told.source_name else {}),
    }


def _extension(holder: Resource, url: str) -> object:
    found = (value for one in holder.get("extension", []) if one.get("url") == url for name, value in one.items() if name != "url")
    return next(found, "")


def _concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _code(concept: Resource | None) -> str:
    return str(((concept or {}).get("coding") or [{}])[0].get("code", ""))
