"""Conditions in FHIR R4, written and read. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from serment.dossier.records.conditions import codes
from serment.dossier.records.conditions.types import Condition, Relative, Symptom
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
# The category that sets a symptom apart from diagnoses and histories.
SYMPTOM = "symptom"
ISO_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?\Z")  # a year, a month or a day
_SNOMED = "http://snomed.info/sct"
_SEVERITIES = {"mild": "255604002", "moderate": "6736007", "severe": "24484000"}

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


def symptom(
    *,
    patient: UUID,
    label: str,
    at: datetime,
    author: Resource | None,
    code: str = "",
    since: str = "",
    severity: str = "",
    site: str = "",
    remark: str = "",
) -> Resource:
    """A symptom: a condition apart from the diagnoses. `since` is an ISO year, month or day, or words; `severity` one of
    `types.SEVERITIES`."""
    onset = {"onsetDateTime" if ISO_DAY.match(since) else "onsetString": since} if since else {}
    graded = {"severity": {"coding": [{"system": _SNOMED, "code": _SEVERITIES[severity]}]}} if severity else {}
    plain = condition(patient=patient, label=label, at=at, author=author, code=code, field=SYMPTOM)
    return {
        **plain,
        **onset,
        **graded,
        **({"bodySite": [{"text": site}]} if site else {}),
        **({"note": [{"text": remark}]} if remark else {}),
    }


def is_symptom(resource: Resource) -> bool:
    """Whether a condition is a symptom, and no problem or history."""
    return _field(resource) == SYMPTOM


def read_symptom(entry: Entry) -> Symptom:
    """An entry as a symptom."""
    resource, plain = entry.resource, read(entry)
    coded = ((resource.get("severity") or {}).get("coding") or [{}])[0].get("code", "")
    return Symptom(
        written=plain.written, label=plain.label, code=plain.code, is_present=plain.is_active,
        since=str(resource.get("onsetDateTime") or resource.get("onsetString") or ""),
        severity=next((name for name, code in _SEVERITIES.items() if code == coded), ""),
        site=rules.concept(resource.get("bodySite")), remark=str((resource.get("note") or [{}])[0].get("text", "")),
    )  # fmt: skip


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
