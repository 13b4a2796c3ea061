"""Observations in FHIR R4, written and read. Pure.

A value travels as text: FHIR's decimals keep their trailing zeros, and JSON numbers as programs read them do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from serment.dossier.records.entries import rules
from serment.dossier.records.entries.types import Entry, written
from serment.dossier.records.observations import measures
from serment.dossier.records.observations.types import Observation
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "Observation"
SCORES = "urn:serment:score"
_CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
_VITAL: Resource = {"coding": [{"system": _CATEGORIES, "code": "vital-signs"}]}
LOINC = "http://loinc.org"
VALUE_URL = "urn:serment:value-as-told"
INTERPRETATIONS = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
# Values that are said by their place against a range, and those that a laboratory calls by telephone.
_NUMERIC = frozenset({"N", "L", "H", "LL", "HH", "LU", "HU"})
CRITICAL = frozenset({"LL", "HH", "AA"})
_LABORATORY: Resource = {"coding": [{"system": _CATEGORIES, "code": "laboratory"}]}


def observation(
    *, patient: UUID, code: str, label: str, value: str, unit: str, at: datetime, author: Resource | None, low: str = "", high: str = "",
    is_vital: bool = False,
) -> Resource:  # fmt: skip
    """One measure. `code` is a LOINC code, `unit` a UCUM unit, `low` and `high` the normal range; `is_vital` files it among vital signs."""
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
        **({"category": [_VITAL]} if is_vital else {}),
    }


def level(*, patient: UUID, level: str, at: datetime, author: Resource | None) -> Resource:
    """How somebody responds, by ACVPU."""
    return {
        "resourceType": KIND,
        "status": "final",
        "category": [_VITAL],
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [{"system": LOINC, "code": measures.CONSCIOUSNESS}], "text": "Conscience"},
        "effectiveDateTime": instant(at),
        "valueCodeableConcept": {"coding": [{"system": "urn:serment:acvpu", "code": level}], "text": measures.LEVELS[level]},
        **({"performer": [author]} if author else {}),
    }


def scored(
    *, patient: UUID, system: str, code: str, label: str, total: int, words: str, at: datetime, author: Resource | None,
    components: Iterable[tuple[str, int]] = (), method: str = "",
) -> Resource:  # fmt: skip
    """A score with what it is made of: `components` are names with their points, `words` what the total means."""
    return {
        "resourceType": KIND,
        "status": "final",
        "category": [{"coding": [{"system": _CATEGORIES, "code": "survey"}]}],
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [{"system": system, "code": code}], "text": label},
        "effectiveDateTime": instant(at),
        "valueQuantity": {"extension": [_told(str(total))], "unit": "{score}", "system": "http://unitsofmeasure.org", "code": "{score}"},
        "interpretation": [{"text": words}],
        "component": [{"code": {"text": name}, "valueInteger": points} for name, points in components],
        **({"method": {"text": method}} if method else {}),
        **({"performer": [author]} if author else {}),
    }


def analysis(
    *, patient: UUID, code: str, label: str, value: str, unit: str, at: datetime, low: str = "", high: str = "", system: str = LOINC,
    interpretation: str = "", words: str = "", status: str = "final", performer: str = "", comment: str = "",
) -> Resource:  # fmt: skip
    """One result as a laboratory sends it. `value` is a number as told, or a text when `unit` is empty and it is none; `interpretation` a
    code of HL7 table 0078 with its `words`."""
    bounds = {name: {"extension": [_told(text)], "unit": unit} for name, text in (("low", low), ("high", high)) if text}
    coding = [{"system": system, "code": code}] if code else []
    meant = {"coding": [{"system": INTERPRETATIONS, "code": interpretation}], **({"text": words} if words else {})}
    measured: Resource = {"extension": [_told(value)], "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return {
        "resourceType": KIND,
        "status": status,
        "category": [_LABORATORY],
        "subject": {"reference": f"Patient/{patient}"},
        "code": {**({"coding": coding} if coding else {}), "text": label},
        "effectiveDateTime": instant(at),
        **({"valueQuantity": measured} if unit or _is_number(value) else {"valueString": value}),
        **({"interpretation": [meant]} if interpretation else {}),
        **({"referenceRange": [bounds]} if bounds else {}),
        **({"performer": [{"display": performer}]} if performer else {}),
        **({"note": [{"text": comment}]} if comment else {}),
    }


def _is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def read(entry: Entry) -> Observation:
    """An entry as a measure."""
    resource = entry.resource
    quantity, bounds = resource.get("valueQuantity", {}), (resource.get("referenceRange") or [{}])[0]
    codes = _interpretations(resource)
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
        flag=_flag(codes) or flag(value, low=low, high=high),
        meaning=rules.concept(resource.get("interpretation")) if value and not codes & _NUMERIC else "",
        is_critical=bool(codes & CRITICAL),
        comment=" ".join(str(one.get("text", "")) for one in resource.get("note", [])),
        status=str(resource.get("status", "final")),
    )


def _interpretations(resource: Resource) -> frozenset[str]:
    """The codes that a sender put beside a value (HL7 table 0078)."""
    codings = [coding for one in resource.get("interpretation", []) for coding in one.get("coding", [])]
    return frozenset(str(coding.get("code", "")) for coding in codings if coding.get("system") in (INTERPRETATIONS, None))


def _flag(codes: frozenset[str]) -> str:
    """Which way a value is out, as its sender says; empty when they do not."""
    return "low" if codes & {"L", "LL", "LU"} else "high" if codes & {"H", "HH", "HU"} else ""


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
