"""Treatments in FHIR R4 (MedicationStatement), written and read. Pure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.dossier.records.entries import rules
from serment.dossier.records.entries.types import Entry, written
from serment.dossier.records.medications.types import Medication
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "MedicationStatement"
# What another software prescribed and never stopped is under way too.
REQUEST = "MedicationRequest"
KINDS = (KIND, REQUEST)
ATC = "http://www.whocc.no/atc"
_PARTS = ("brand", "strength", "form")


def medication(
    *,
    patient: UUID,
    substance: str,
    at: datetime,
    author: Resource | None,
    brand: str = "",
    strength: str = "",
    form: str = "",
    dose: str = "",
    route: str = "",
    rhythm: str = "",
    since: str = "",
    code: str = "",
) -> Resource:
    """One treatment under way. `code` is an ATC code or empty; every part is a text as it is shown."""
    parts = {"brand": brand, "strength": strength, "form": form}
    extensions = [{"url": f"urn:serment:medication-{name}", "valueString": parts[name]} for name in _PARTS if parts[name]]
    dosage = {
        "text": " ".join(part for part in (dose, route, rhythm) if part),
        **({"route": {"text": route}} if route else {}),
        **({"timing": {"code": {"text": rhythm}}} if rhythm else {}),
        **({"patientInstruction": dose} if dose else {}),
    }
    return {
        "resourceType": KIND,
        "status": "active",
        "subject": {"reference": f"Patient/{patient}"},
        "medicationCodeableConcept": {**({"coding": [{"system": ATC, "code": code}]} if code else {}), "text": substance},
        "dateAsserted": instant(at),
        **({"effectivePeriod": {"start": since}} if since else {}),
        **({"informationSource": author} if author else {}),
        **({"dosage": [dosage]} if dosage["text"] else {}),
        **({"extension": extensions} if extensions else {}),
    }


def is_under_way(entry: Entry) -> bool:
    """Whether a treatment goes on, as far as its author said."""
    return str(entry.resource.get("status", "active")) in ("active", "on-hold", "intended")


def read(entry: Entry) -> Medication:
    """An entry as a treatment."""
    resource = entry.resource
    concept = resource.get("medicationCodeableConcept", {})
    parts = {
        item.get("url", "").removeprefix("urn:serment:medication-"): item.get("valueString", "") for item in resource.get("extension", [])
    }
    dosage = (resource.get("dosage") or resource.get("dosageInstruction") or [{}])[0]
    return Medication(
        written=written(entry, resource.get("informationSource", {}).get("display", "")),
        substance=rules.concept(concept) or str(resource.get("medicationReference", {}).get("display", "")),
        brand=parts.get("brand", ""),
        strength=parts.get("strength", ""),
        form=parts.get("form", ""),
        dose=dosage.get("patientInstruction", "") or (str(dosage.get("text", "")) if entry.kind == REQUEST else ""),
        route=dosage.get("route", {}).get("text", ""),
        rhythm=dosage.get("timing", {}).get("code", {}).get("text", ""),
        since=resource.get("effectivePeriod", {}).get("start", "") or str(resource.get("authoredOn", "")),
        code=(concept.get("coding") or [{}])[0].get("code", ""),
    )
