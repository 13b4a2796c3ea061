"""Consents in FHIR R4, written and read. Pure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.dossier.records.consents.types import Consent
from serment.dossier.records.entries.types import Entry, written
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "Consent"
COMPARTMENT = "contact"
_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"


def consent(*, patient: UUID, topic: str, decision: str, at: datetime) -> Resource:
    """One decision: `permit` or `deny`."""
    return {
        "resourceType": KIND,
        "status": "active",
        "scope": {"coding": [{"system": _SCOPE, "code": "patient-privacy"}]},
        "category": [{"text": topic}],
        "patient": {"reference": f"Patient/{patient}"},
        "dateTime": instant(at),
        "provision": {"type": decision},
    }


def read(entry: Entry) -> Consent:
    """An entry as a consent."""
    return Consent(
        written=written(entry, ""),
        topic=(entry.resource.get("category") or [{}])[0].get("text", ""),
        decision=entry.resource.get("provision", {}).get("type", ""),
    )
