"""Conditions in FHIR R4, written and read. Pure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.dossier.records.conditions.types import Condition
from serment.dossier.records.entries import rules
from serment.dossier.records.entries.types import Entry, written
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "Condition"
CIM_10 = "http://hl7.org/fhir/sid/icd-10"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"

STRUCK_OUT: Resource = {"verificationStatus": {"coding": [{"system": _VERIFICATION, "code": "entered-in-error"}]}}


def condition(
    *, patient: UUID, label: str, at: datetime, author: Resource | None, code: str = "", onset: str = "", is_active: bool = True
) -> Resource:
    """One condition. `code` is a CIM-10 code or empty; `onset` an ISO year, month or date."""
    coding = [{"system": CIM_10, "code": code, "display": label}] if code else []
    return {
        "resourceType": KIND,
        "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active" if is_active else "resolved"}]},
        "verificationStatus": {"coding": [{"system": _VERIFICATION, "code": "confirmed"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "code": {**({"coding": coding} if coding else {}), "text": label},
        "recordedDate": instant(at),
        **({"onsetDateTime": onset} if onset else {}),
        **({"recorder": author} if author else {}),
    }


def read(entry: Entry) -> Condition:
    """An entry as a condition."""
    resource = entry.resource
    # A code of another system is no CIM-10 code, and must not be shown as one.
    coding: Resource = next((one for one in resource.get("code", {}).get("coding", []) if one.get("system") == CIM_10), {})
    status = (resource.get("clinicalStatus", {}).get("coding") or [{}])[0].get("code", "active")
    return Condition(
        written=written(entry, resource.get("recorder", {}).get("display", "")),
        label=rules.concept(resource.get("code")),
        code=coding.get("code", ""),
        onset=resource.get("onsetDateTime", ""),
        is_active=status in ("active", "recurrence", "relapse"),
    )
