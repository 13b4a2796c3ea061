"""Notes in FHIR R4 (Composition), written and read. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from serment.dossier.records.entries import rules
from serment.dossier.records.entries.types import Entry, written
from serment.dossier.records.notes import kinds
from serment.dossier.records.notes.types import Addendum, Note, Section, Signature
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "Composition"
FINAL, PRELIMINARY = "final", "preliminary"
_TEXT_URL = "urn:serment:plain-text"
_KIND_SYSTEM = "urn:serment:note-kind"
_HEADING_SYSTEM = "urn:serment:note-heading"
_LOINC = "http://loinc.org"
_TAG = re.compile(r"<[^>]+>")
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr)\b[^>]*>", re.IGNORECASE)


def note(
    *,
    patient: UUID,
    title: str,
    sections: Sequence[Section],
    at: datetime,
    author: Resource | None,
    kind: str = kinds.SIMPLE,
    appends: UUID | None = None,
    awaits: bool = False,
) -> Resource:
    """One note, or an addendum to the note that `appends` names. The words are kept as typed, beside the XHTML that FHIR wants. `awaits`
    says that another person must sign it: such a note is `preliminary` until then."""
    related = [{"code": "appends", "targetReference": {"reference": f"{KIND}/{appends}"}}] if appends else []
    return {
        "resourceType": KIND,
        "status": PRELIMINARY if awaits else FINAL,
        "type": _type(kinds.kind(kind)),
        "subject": {"reference": f"Patient/{patient}"},
        "date": instant(at),
        "author": [author or {"display": ""}],
        "title": title,
        "section": [_section(one) for one in sections],
        **({"relatesTo": related} if related else {}),
    }


def free(text: str) -> tuple[Section, ...]:
    """A text without headings."""
    return (Section(code=kinds.TEXT, label="", text=text),)


def signed(resource: Resource, *, by: Resource, at: datetime) -> Resource:
    """The same note with another signature under it (Composition.attester)."""
    attester = {"mode": "professional", "time": instant(at), "party": by}
    return {**resource, "status": FINAL, "attester": [*resource.get("attester", []), attester]}


def appends(entry: Entry) -> str:
    """The identifier of the note that an addendum belongs to, empty for a note of its own."""
    related = entry.resource.get("relatesTo") or [{}]
    return str(related[0].get("targetReference", {}).get("reference", "")).removeprefix(f"{KIND}/")


def read(entry: Entry, addenda: tuple[Addendum, ...] = ()) -> Note:
    """An entry as a note."""
    return Note(
        written=written(entry, _author(entry)), kind=_kind(entry.resource), title=str(entry.resource.get("title", "")),
        sections=_sections(entry.resource), stay=entry.stay, awaits=entry.resource.get("status") == PRELIMINARY,
        signatures=tuple(_signatures(entry.resource)), addenda=addenda, third_party=rules.third_party(entry.resource),
    )  # fmt: skip


def read_addendum(entry: Entry) -> Addendum:
    """An entry as an addendum."""
    return Addendum(written=written(entry, _author(entry)), sections=_sections(entry.resource))


def _type(kind: kinds.Kind) -> Resource:
    coding = [{"system": _KIND_SYSTEM, "code": kind.code}]
    if kind.loinc:
        coding.insert(0, {"system": _LOINC, "code": kind.loinc})
    return {"coding": coding, "text": kind.label}


def _kind(resource: Resource) -> str:
    codings = resource.get("type", {}).get("coding") or []
    return next((str(one.get("code")) for one in codings if one.get("system") == _KIND_SYSTEM), kinds.SIMPLE)


def _section(section: Section) -> Resource:
    body = "<br/>".join(html.escape(line) for line in section.text.splitlines())
    return {
        **({"title": section.label} if section.label else {}),
        "code": {"coding": [{"system": _HEADING_SYSTEM, "code": section.code}]},
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'},
        "extension": [{"url": _TEXT_URL, "valueString": section.text}],
    }


def _sections(resource: Resource) -> tuple[Section, ...]:
    return tuple(
        Section(code=_heading(one), label=str(one.get("title", "")), text=_text(one))
        for one in resource.get("section", [])
        if isinstance(one, dict)
    )


def _heading(section: Resource) -> str:
    codings = section.get("code", {}).get("coding") or []
    return next((str(one.get("code")) for one in codings if one.get("system") == _HEADING_SYSTEM), kinds.TEXT)


def _text(section: Resource) -> str:
    """The words as typed; of a note from elsewhere, those of its XHTML without the markup."""
    for extension in section.get("extension", []):
        if extension.get("url") == _TEXT_URL:
            return str(extension.get("valueString", ""))
    div = str(section.get("text", {}).get("div", ""))
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", div))).strip()


def _author(entry: Entry) -> str:
    return str((entry.resource.get("author") or [{}])[0].get("display", ""))


def _signatures(resource: Resource) -> list[Signature]:
    return [
        Signature(label=str(one.get("party", {}).get("display", "")), at=datetime.fromisoformat(one["time"]))
        for one in resource.get("attester", [])
        if one.get("time")
    ]
