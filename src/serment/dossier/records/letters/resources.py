"""Letters in FHIR R4, written and read. Pure.

A signed letter is one entry: the DocumentReference of its page, with the Composition that the page was set from contained in it. So the
words and the page are signed, struck out and handed over together, and neither is found without the other.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from serment.dossier.records.documents import categories
from serment.dossier.records.documents import rules as documents
from serment.dossier.records.entries.types import Entry
from serment.dossier.records.letters import signing
from serment.dossier.records.letters.kinds import Kind
from serment.dossier.records.letters.types import Delivery, Letter, Part, Signed
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

COMPOSITION = "letter"
_KIND_SYSTEM = "urn:serment:letter-kind"
_PART_SYSTEM = "urn:serment:letter-part"
_TEXT_URL = "urn:serment:plain-text"
_ADDRESSEE_URL = "urn:serment:addressee"
_DELIVERY_URL = "urn:serment:delivery"
# Person identifiers of the French directory: RPPS.
_OID_PEOPLE = "urn:oid:1.2.250.1.71.4.2.1"


def members(
    letter: Letter, kind: Kind, *, patient: UUID, author: Resource, appends: UUID | None = None, signature: Resource | None = None
) -> Resource:
    """What a letter adds to the DocumentReference of its page."""
    related = [{"code": "appends", "target": {"reference": f"{documents.KIND}/{appends}"}}] if appends else []
    return {
        "docStatus": "final",
        "contained": [composition(letter, kind, patient=patient, author=author)],
        "authenticator": _identified(author, letter.sender.rpps),
        "context": {"related": [{"reference": f"#{COMPOSITION}"}]},
        **({"relatesTo": related} if related else {}),
        **({"extension": [signature]} if signature else {}),
    }


def composition(letter: Letter, kind: Kind, *, patient: UUID, author: Resource) -> Resource:
    """The words of a letter."""
    coding = [{"system": _KIND_SYSTEM, "code": kind.code}]
    concept = categories.category(kind.category).concept
    signed = _identified(author, letter.sender.rpps)
    return {
        "resourceType": "Composition",
        "id": COMPOSITION,
        "status": "final",
        "type": {**concept, "coding": [*concept.get("coding", []), *coding]},
        "subject": {"reference": f"Patient/{patient}"},
        "date": instant(letter.at),
        "author": [signed],
        "title": letter.title,
        "attester": [{"mode": "legal", "time": instant(letter.at), "party": signed}],
        "custodian": {"display": letter.sender.establishment},
        "extension": [{"url": _ADDRESSEE_URL, "valueString": "\n".join(letter.addressee.lines)}],
        "section": [_section(part) for part in letter.parts],
    }


def _identified(author: Resource, rpps: str) -> Resource:
    return {**author, "identifier": {"system": _OID_PEOPLE, "value": rpps}} if rpps else author


def _section(part: Part) -> Resource:
    body = "<br/>".join(html.escape(line) for line in part.text.splitlines())
    return {
        **({"title": part.label} if part.label else {}),
        "code": {"coding": [{"system": _PART_SYSTEM, "code": part.code}]},
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'},
        "extension": [{"url": _TEXT_URL, "valueString": part.text}],
    }


def delivered(resource: Resource, delivery: Delivery) -> Resource:
    """The same letter, with one more person whom it reached."""
    told = {"to": delivery.to, "how": delivery.how, "by": delivery.by}
    parts = [{"url": name, "valueString": value} for name, value in told.items()]
    one = {"url": _DELIVERY_URL, "extension": [*parts, {"url": "at", "valueDateTime": instant(delivery.at)}]}
    return {**resource, "extension": [*resource.get("extension", []), one]}


def is_letter(entry: Entry) -> bool:
    """Whether a document is a letter that was written and signed here."""
    return any(one.get("id") == COMPOSITION for one in entry.resource.get("contained", []))


def read(entry: Entry) -> Signed:
    """An entry as a signed letter."""
    words = next(one for one in entry.resource["contained"] if one.get("id") == COMPOSITION)
    author = (words.get("author") or [{}])[0]
    related: Resource = next(iter(entry.resource.get("relatesTo", [])), {})
    appends = str(related.get("target", {}).get("reference", "")).removeprefix(f"{documents.KIND}/")
    return Signed(
        entry=entry.id, version=entry.version, kind=_kind(words), title=str(words.get("title", "")),
        author=str(author.get("display", "")), rpps=str(author.get("identifier", {}).get("value", "")),
        at=datetime.fromisoformat(words["date"]), addressee=_valued(words.get("extension", []), _ADDRESSEE_URL),
        deliveries=tuple(_delivery(one) for one in entry.resource.get("extension", []) if one.get("url") == _DELIVERY_URL),
        appends=UUID(appends) if appends else None,
        holds=signing.holds(entry.resource, words, document=entry.id, patient=entry.patient),
    )  # fmt: skip


def _kind(composition: Resource) -> str:
    codings = composition.get("type", {}).get("coding") or []
    return next((str(one.get("code")) for one in codings if one.get("system") == _KIND_SYSTEM), "")


def _delivery(extension: Resource) -> Delivery:
    parts = extension.get("extension", [])
    at = next(str(one["valueDateTime"]) for one in parts if one.get("url") == "at")
    return Delivery(to=_valued(parts, "to"), how=_valued(parts, "how"), by=_valued(parts, "by"), at=datetime.fromisoformat(at))


def _valued(extensions: Iterable[Resource], url: str) -> str:
    return next((str(one.get("valueString", "")) for one in extensions if one.get("url") == url), "")
