"""The reason of a stay in FHIR R4 (Encounter.reasonCode), written and read. Pure."""

from __future__ import annotations

from uuid import UUID

from serment.dossier.records.entries.types import Entry
from serment.dossier.vault.sealing import Resource

KIND = "Encounter"


def reason(*, patient: UUID, text: str) -> Resource:
    """Why a stay happens, in words."""
    return {
        "resourceType": KIND,
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": f"Patient/{patient}"},
        "reasonCode": [{"text": text}],
    }


def retold(resource: Resource, *, text: str) -> Resource:
    """The same stay for another reason. What an interface told besides stays."""
    return {**resource, "reasonCode": [{"text": text}]}


def read(entry: Entry) -> str:
    """The words."""
    return str((entry.resource.get("reasonCode") or [{}])[0].get("text", ""))
