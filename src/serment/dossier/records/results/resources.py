"""Panels in FHIR R4 (DiagnosticReport). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from serment.dossier.records.observations import resources as observations
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "DiagnosticReport"
_CATEGORIES = "http://terminology.hl7.org/CodeSystem/v2-0074"


def report(
    *, patient: UUID, code: str, title: str, status: str, at: datetime, results: Iterable[UUID], laboratory: str = "", comment: str = "",
    document: UUID | None = None,
) -> Resource:  # fmt: skip
    """One panel: the analyses that were answered together, and the document that they came with."""
    coding = [{"system": observations.LOINC, "code": code}] if code else []
    form = {"title": title, "url": f"DocumentReference/{document}"}
    return {
        "resourceType": KIND,
        "status": status,
        "category": [{"coding": [{"system": _CATEGORIES, "code": "LAB"}]}],
        "subject": {"reference": f"Patient/{patient}"},
        "code": {**({"coding": coding} if coding else {}), "text": title},
        "effectiveDateTime": instant(at),
        "result": [{"reference": f"{observations.KIND}/{one}"} for one in results],
        **({"performer": [{"display": laboratory}]} if laboratory else {}),
        **({"conclusion": comment} if comment else {}),
        **({"presentedForm": [form]} if document else {}),
    }
