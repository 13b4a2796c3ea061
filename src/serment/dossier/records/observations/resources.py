"""Observations in FHIR R4, written and read. Pure.

A value travels as text: FHIR's decimals keep their trailing zeros, and JSON numbers as programs read them do not.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from serment.dossier.records.entries import rules
from serment.dossier.records.entries.types import Entry, written
from serment.dossier.records.observations.types import Observation
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "Observation"
LOINC = "http://loinc.org"
VALUE_URL = "urn:serment:value-as-told"


def observation(
    *, patient: UUID, code: str, label: str, value: str, unit: str, at: datetime, author: Resource | None, low: str = "", high: str = ""
) -> Resource:
    """One measure. `code` is a LOINC code, `unit` a UCUM unit, `low` and `high` the normal range."""
    bounds = {name: {"extension": [_told(text)], "unit": unit} for name, text in (("low", low), ("high", high)) if text}
    return {
        "resourceType": KIND,
        "status": "final",
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [{"system": LOINC, "code": code}], "text": label},
        "effectiveDateTime": instant(at),
        "valueQuantity": {"extension": [_told(value)], "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
        **({"referenceRange": [bounds]} if bounds else {}),
        **({"performer": [author]} if author else {}),
    }


def read(entry: Entry) -> Observation:
    """An entry as a measure."""
    resource = entry.resource
    quantity, bounds = resource.get("valueQuantity", {}), (resource.get("referenceRange") or [{}])[0]
    value, low, high = _text(quantity), _text(bounds.get("low", {})), _text(bounds.get("high", {}))
    return Observation(
        written=written(entry, (resource.get("performer") or [{}])[0].get("display", "")),
        code=(resource.get("code", {}).get("coding") or [{}])[0].get("code", ""),
        label=rules.concept(resource.get("code")),
        value=value or _other_value(resource),
        unit=quantity.get("unit", ""),
        at=entry.effective_at,
        low=low,
        high=high,
        flag=flag(value, low=low, high=high),
    )


def _other_value(resource: Resource) -> str:
    """A result in words, or several measures at once (a blood pressure), as one text."""
    parts = [f"{rules.concept(one.get('code'))} {_text(one.get('valueQuantity', {}))}".strip() for one in resource.get("component", [])]
    told = (resource.get("valueString"), rules.concept(resource.get("valueCodeableConcept")), resource.get("valueInteger"))
    return next((str(one) for one in told if one not in (None, "")), ", ".join(parts))


def flag(value: str, *, low: str, high: str) -> str:
    """`low` or `high` when the value is outside its range, empty when it is not, or cannot be compared."""
    try:
        number = Decimal(value)
        if low and number < Decimal(low):
            return "low"
        if high and number > Decimal(high):
            return "high"
    except InvalidOperation:
        return ""
    return ""


def _told(value: str) -> Resource:
    return {"url": VALUE_URL, "valueString": value}


def _text(quantity: Resource) -> str:
    for extension in quantity.get("extension", []):
        if extension.get("url") == VALUE_URL:
            return str(extension.get("valueString", ""))
    return str(quantity.get("value", ""))
