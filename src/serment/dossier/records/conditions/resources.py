"""Conditions in FHIR R4, written and read. Pure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.dossier.records.conditions import codes
from serment.dossier.records.conditions.types import Condition, Relative
from serment.dossier.records.entries import rules
from serment.dossier.records.entries.types import Entry, written
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "Condition"
CIM_10 = "http://hl7.org/fhir/sid/icd-10"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"

_FIELDS = "urn:serment:history-field"
FAMILY = "FamilyMemberHistory"

STRUCK_OUT: Resource = {"verificationStatus": {"coding": [{"system": _VERIFICATION, "code": "entered-in-error"}]}}


def condition(
    *,
    patient: UUID,
    label: str,
    at: datetime,
    author: Resource | None,
    code: str = "",
    onset: str = "",
    is_active: bool = True,
    field: str = "",
) -> Resource:
    """One condition. `code` is a CIM-10 code or empty, whose own label stays beside the words typed; `onset` an ISO year, month or date;
    `field` one of `types.FIELDS` for a history."""
    coding = [{"system": CIM_10, "code": code, "display": codes.label(code) or label}] if code else []
    return {
        "resourceType": KIND,
        "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active" if is_active else "resolved"}]},
        "verificationStatus": {"coding": [{"system": _VERIFICATION, "code": "confirmed"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "code": {**({"coding": coding} if coding else {}), "text": label},
        "recordedDate": instant(at),
        **({"onsetDateTime": onset} if onset else {}),
        **({"recorder": author} if author else {}),
        **({"category": [{"coding": [{"system": _FIELDS, "code": field}]}]} if field else {}),
    }


def family(*, patient: UUID, label: str, relation: str, at: datetime, author: Resource | None, code: str = "") -> Resource:
    """A disease of a relative (FamilyMemberHistory): `relation` in words, `mère`, `frère`."""
    coding = [{"system": CIM_10, "code": code, "display": codes.label(code) or label}] if code else []
    return {
        "resourceType": FAMILY,
        "status": "completed",
        "patient": {"reference": f"Patient/{patient}"},
        "date": instant(at),
        "relationship": {"text": relation},
        "condition": [{"code": {**({"coding": coding} if coding else {}), "text": label}}],
        **({"extension": [{"url": "urn:serment:recorder", "valueReference": author}]} if author else {}),
    }


def read_family(entry: Entry) -> Relative:
    """An entry as the disease of a relative."""
    resource = entry.resource
    conditions = resource.get("condition") or [{}]
    recorder: Resource = next(
        (one.get("valueReference", {}) for one in resource.get("extension", []) if one.get("url") == "urn:serment:recorder"), {}
    )
    return Relative(
        written=written(entry, str(recorder.get("display", ""))),
        relation=rules.concept(resource.get("relationship")),
        label=", ".join(words for one in conditions if (words := rules.concept(one.get("code")))),
    )


def resolved(resource: Resource, *, on: str) -> Resource:
    """The same condition, over since a day (ISO)."""
    return {**resource, "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "resolved"}]}, "abatementDateTime": on}


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
        field=_field(resource),
    )


def _field(resource: Resource) -> str:
    codings = [one for category in resource.get("category") or [] for one in category.get("coding") or []]
    return next((str(one.get("code")) for one in codings if one.get("system") == _FIELDS), "")
