"""Notes in FHIR R4 (Composition), written and read. Pure."""

from __future__ import annotations

import html
from datetime import datetime
from uuid import UUID

from serment.dossier.records.entries.types import Entry, written
from serment.dossier.records.notes.types import Addendum, Note
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "Composition"
_TEXT_URL = "urn:serment:plain-text"


def note(*, patient: UUID, title: str, text: str, at: datetime, author: Resource | None, appends: UUID | None = None) -> Resource:
    """One note, or an addendum to the note that `appends` names. The words are kept as typed, beside the XHTML that FHIR wants."""
    body = "<br/>".join(html.escape(line) for line in text.splitlines())
    related = [{"code": "appends", "targetReference": {"reference": f"{KIND}/{appends}"}}] if appends else []
    return {
        "resourceType": KIND,
        "status": "final",
        "type": {"text": "Note"},
        "subject": {"reference": f"Patient/{patient}"},
        "date": instant(at),
        "author": [author or {"display": ""}],
        "title": title,
        "section": [
            {
                "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'},
                "extension": [{"url": _TEXT_URL, "valueString": text}],
            }
        ],
        **({"relatesTo": related} if related else {}),
    }


def appends(entry: Entry) -> str:
    """The identifier of the note that an addendum belongs to, empty for a note of its own."""
    related = entry.resource.get("relatesTo") or [{}]
    return str(related[0].get("targetReference", {}).get("reference", "")).removeprefix(f"{KIND}/")


def read(entry: Entry, addenda: tuple[Addendum, ...] = ()) -> Note:
    """An entry as a note."""
    return Note(
        written=written(entry, _author(entry)), title=entry.resource.get("title", ""), text=_text(entry), stay=entry.stay, addenda=addenda
    )


def read_addendum(entry: Entry) -> Addendum:
    """An entry as an addendum."""
    return Addendum(written=written(entry, _author(entry)), text=_text(entry))


def _author(entry: Entry) -> str:
    return str((entry.resource.get("author") or [{}])[0].get("display", ""))


def _text(entry: Entry) -> str:
    for section in entry.resource.get("section", []):
        for extension in section.get("extension", []):
            if extension.get("url") == _TEXT_URL:
                return str(extension.get("valueString", ""))
    return ""
