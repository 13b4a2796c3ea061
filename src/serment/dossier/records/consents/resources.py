"""Consents and wishes in FHIR R4 (Consent), written and read. Pure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.dossier.records.consents.types import ADVANCE_DIRECTIVES, DENY, PERMIT, TOPICS, Consent, Told
from serment.dossier.records.entries.types import Entry, written
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "Consent"
COMPARTMENT = "contact"
_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"
_TOPIC = "urn:serment:consent-topic"
_DECISION_URL, _TEXT_URL, _KEPT_URL, _SINCE_URL = (
    "urn:serment:decision", "urn:serment:said", "urn:serment:kept-at", "urn:serment:said-on",
)  # fmt: skip
_RECORDER_URL = "urn:serment:recorded-by"


def consent(*, patient: UUID, told: Told, at: datetime, author: Resource | None = None) -> Resource:
    """One answer. FHIR has `permit` and `deny` alone: the others stand beside them."""
    is_directive = told.topic == ADVANCE_DIRECTIVES
    label = TOPICS[told.topic].label if told.topic in TOPICS else told.topic
    category: list[Resource] = [{"coding": [{"system": _TOPIC, "code": told.topic}], "text": label}]
    if is_directive:
        category.append({"coding": [{"system": _CATEGORY, "code": "acd"}]})
    said = ((_DECISION_URL, told.decision), (_TEXT_URL, told.text), (_KEPT_URL, told.kept_at), (_SINCE_URL, told.since))
    extensions: list[Resource] = [{"url": url, "valueString": value} for url, value in said if value]
    if author:
        extensions.append({"url": _RECORDER_URL, "valueString": str(author.get("display", ""))})
    return {
        "resourceType": KIND,
        "status": "active",
        "scope": {"coding": [{"system": _SCOPE, "code": "adr" if is_directive else "patient-privacy"}]},
        "category": category,
        "patient": {"reference": f"Patient/{patient}"},
        "dateTime": instant(at),
        "extension": extensions,
        **({"sourceReference": {"reference": f"DocumentReference/{told.document}"}} if told.document else {}),
        **({"provision": {"type": told.decision}} if told.decision in (PERMIT, DENY) else {}),
    }


def struck_out() -> Resource:
    """The members that mark a Consent as written in error."""
    return {"status": "entered-in-error"}


def read(entry: Entry) -> Consent:
    """An entry as a consent. Of an imported one the topic is what its category is called."""
    resource = entry.resource
    category = (resource.get("category") or [{}])[0]
    codes = [one.get("code", "") for one in category.get("coding", []) if one.get("system") == _TOPIC]
    document = str(resource.get("sourceReference", {}).get("reference", "")).removeprefix("DocumentReference/")
    return Consent(
        written=written(entry, _said(resource, _RECORDER_URL)),
        topic=str(codes[0] if codes else category.get("text", "")),
        decision=_said(resource, _DECISION_URL) or str(resource.get("provision", {}).get("type", "")),
        text=_said(resource, _TEXT_URL),
        kept_at=_said(resource, _KEPT_URL),
        document=UUID(document) if _is_uuid(document) else None,
        since=_said(resource, _SINCE_URL),
    )


def _said(resource: Resource, url: str) -> str:
    return next((str(one.get("valueString", "")) for one in resource.get("extension", []) if one.get("url") == url), "")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
