"""The coded part of a laboratory report (IHE XD-LAB, CI-SIS CR-BIO): panels of analyses. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from xml.etree.ElementTree import Element

from serment.dossier.interop.cda.types import Panel, Result

V3 = "{urn:hl7-org:v3}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
LOINC_OID = "2.16.840.1.113883.6.1"
LOINC = "http://loinc.org"
# IHE Laboratory Report Data Processing Entry: what holds one panel; Laboratory Observation: one analysis; Comment.
PANEL, ANALYSIS, COMMENT = "1.3.6.1.4.1.19376.1.3.1", "1.3.6.1.4.1.19376.1.3.1.6", "48767-8"
STATUSES = {"completed": "final", "active": "preliminary", "aborted": "cancelled"}
RESULTS_MAX = 500
# Zeros that a program wrote and nobody measured: three decimals say more than a laboratory does.
_PADDED = re.compile(r"(\.\d*?)0+\Z")
_UNIT = re.compile(r"\s*\([^()]*\)\Z")
LABEL_CHARACTERS_MAX = 80

Instant = Callable[[str], datetime | None]


def panels(root: Element, instant: Instant) -> Iterator[Panel]:
    """The panels in the order of the report."""
    texts = _texts(root)
    for section in root.iter(f"{V3}section"):
        for entry in section.iterfind(f"{V3}entry"):
            act = entry.find(f"{V3}act")
            if act is not None and _has(entry, PANEL):
                yield _panel(act, section, texts, instant)


def _panel(act: Element, section: Element, texts: dict[str, str], instant: Instant) -> Panel:
    code = act.find(f"{V3}code")
    germs = _germs(act, texts)
    results = [_result(one, texts, instant, germs.get(one, "")) for one in act.iter(f"{V3}observation") if _has(one, ANALYSIS)]
    title = _words(section.find(f"{V3}title")).rstrip(" :") or _get(code, "displayName")
    comments = [_referred(one, texts) for one in act.iter(f"{V3}act") if one is not act and _get(one.find(f"{V3}code"), "code") == COMMENT]
    taken = act.find(f".//{V3}procedure/{V3}effectiveTime")
    at = _time(taken, instant) or next((one.at for one in results if one.at), None)
    return Panel(
        code=_get(code, "code"), title=title, status=STATUSES.get(_get(act.find(f"{V3}statusCode"), "code"), "final"), at=at,
        results=tuple(one for one in results[:RESULTS_MAX] if one.value), comment="\n".join(filter(None, comments)),
    )  # fmt: skip


def _germs(act: Element, texts: dict[str, str]) -> dict[Element, str]:
    """Which germ an analysis of an isolate is about."""
    found: dict[Element, str] = {}
    for isolate in act.iter(f"{V3}organizer"):
        code = isolate.find(f"{V3}specimen/{V3}specimenRole/{V3}specimenPlayingEntity[@classCode='MIC']/{V3}code")
        if code is not None:
            name = _referred(code, texts) or code.get("displayName", "")
            found |= dict.fromkeys(isolate.iter(f"{V3}observation"), name)
    return found


def _has(element: Element, template: str) -> bool:
    return any(one.get("root") == template for one in element.iterfind(f"{V3}templateId"))


def _result(one: Element, texts: dict[str, str], instant: Instant, germ: str) -> Result:
    code, value = one.find(f"{V3}code"), one.find(f"{V3}value")
    told, unit = _value(value, texts)
    bounds = one.find(f"{V3}referenceRange/{V3}observationRange/{V3}value")
    meaning = one.find(f"{V3}interpretationCode")
    return Result(
        code=_get(code, "code"), system=LOINC if _get(code, "codeSystem") == LOINC_OID else f"urn:oid:{_get(code, 'codeSystem')}",
        label=" · ".join(part for part in (germ, _label(code, texts)) if part), value=told, unit=unit,
        at=_time(one.find(f"{V3}effectiveTime"), instant),
        low=_bound(bounds, "low"), high=_bound(bounds, "high"),
        interpretation=_get(meaning, "code"), words=_get(meaning, "displayName"),
        status=STATUSES.get(_get(one.find(f"{V3}statusCode"), "code"), "final"),
    )  # fmt: skip


def _bound(bounds: Element | None, name: str) -> str:
    told = _get(bounds.find(f"{V3}{name}"), "value") if bounds is not None else ""
    return _PADDED.sub(r"\1", told).rstrip(".") if len(told.partition(".")[2]) > 3 else told


def _value(value: Element | None, texts: dict[str, str]) -> tuple[str, str]:
    """A value as text, with its unit: a quantity, a bound, a code or words."""
    if value is None:
        return "", ""
    kind = value.get(TYPE, "").rpartition(":")[2]
    if kind in ("PQ", "INT", "REAL"):
        return value.get("value", ""), "" if value.get("unit", "1") == "1" else value.get("unit", "")
    if kind == "IVL_PQ":
        return _interval(value)
    return value.get("displayName") or _referred(value, texts) or _words(value), ""


def _interval(value: Element) -> tuple[str, str]:
    low, high = value.find(f"{V3}low"), value.find(f"{V3}high")
    unit = _get(high, "unit") or _get(low, "unit")
    if _get(low, "value") and _get(high, "value"):
        return f"{_get(low, 'value')}–{_get(high, 'value')}", unit
    told = f"< {_get(high, 'value')}" if _get(high, "value") else f"> {_get(low, 'value')}" if _get(low, "value") else ""
    return told, unit


def _label(code: Element | None, texts: dict[str, str]) -> str:
    """What the laboratory calls an analysis on its own page, else the name of its code: the second is longer than a line."""
    if code is None:
        return ""
    printed = _UNIT.sub("", _referred(code, texts))
    return printed if 0 < len(printed) <= LABEL_CHARACTERS_MAX else code.get("displayName", "").split(";")[0].strip()


def _referred(element: Element, texts: dict[str, str]) -> str:
    """The words that an element points at in the narrative (`#Uree`)."""
    for one in element.iterfind(f".//{V3}reference"):
        found = texts.get(one.get("value", "").removeprefix("#"), "")
        if found:
            return found
    return ""


def _texts(root: Element) -> dict[str, str]:
    return {one.get("ID", ""): _words(one) for narrative in root.iter(f"{V3}text") for one in narrative.iter() if one.get("ID")}


def _time(element: Element | None, instant: Instant) -> datetime | None:
    if element is None:
        return None
    told = element.get("value") or _get(element.find(f"{V3}high"), "value") or _get(element.find(f"{V3}low"), "value")
    return instant(told)


def _get(element: Element | None, name: str) -> str:
    return element.get(name, "") if element is not None else ""


def _words(element: Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
