"""What makes a new version, and what a replay may be mistaken for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from serment.dossier.kernel import errors
from serment.dossier.records.entries.types import ACTIVE, Entry, Version
from serment.dossier.vault.sealing import Resource
from serment.wire.protocol import Who

REASON_CHARACTERS_MAX = 500


def require_latest(entry: Entry, version: int) -> None:
    """Raises Conflict: `entry_changed` when the page showed an older version, `entry_struck_out` when nothing is left to change."""
    if entry.is_struck_out:
        raise errors.Conflict("entry_struck_out")
    if entry.version != version:
        raise errors.Conflict("entry_changed")


def is_same_act(earlier: Entry, *, kind: str, author: UUID) -> bool:
    """Whether an entry that already exists is this very act, sent twice by a double click or a lost answer."""
    return earlier.version == 1 and earlier.kind == kind and earlier.author == author


def is_same_correction(latest: Entry, *, version: int, resource: Resource, author: UUID) -> bool:
    """Whether the latest version is this very correction of the version that the page showed, sent twice."""
    return latest.version == version + 1 and latest.author == author and latest.status == ACTIVE and latest.resource == resource


def reason(text: str) -> str:
    """The reason of a correction, trimmed. Raises Invalid (`reason_missing`, `text_too_long`)."""
    given = text.strip()
    if not given:
        raise errors.Invalid("reason_missing", field="reason")
    if len(given) > REASON_CHARACTERS_MAX:
        raise errors.Invalid("text_too_long", field="reason")
    return given


def text(value: str, *, field: str, characters_max: int, required: bool = True) -> str:
    """What a person typed, trimmed. Raises Invalid (`text_missing`, `text_too_long`, `text_unreadable`) naming the field."""
    given = value.strip()
    if required and not given:
        raise errors.Invalid("text_missing", field=field)
    if len(given) > characters_max:
        raise errors.Invalid("text_too_long", field=field)
    if any(ord(letter) < 32 and letter not in "\n\r\t" for letter in given):
        raise errors.Invalid("text_unreadable", field=field)
    return given


_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")


def partial_date(value: str, *, field: str, today: date) -> str:
    """A year, a month or a day as FHIR writes them, empty when none is told. Raises Invalid (`date_unreadable`, `date_future`)."""
    if not value:
        return ""
    found = _PARTIAL.match(value)
    try:
        first = date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
    except ValueError:
        first = None
    if first is None:
        raise errors.Invalid("date_unreadable", field=field)
    if first > today:
        raise errors.Invalid("date_future", field=field)
    return value


def author_reference(who: Who) -> Resource:
    """Who writes, as FHIR refers to people: the name stays with the entry even when the account is gone."""
    return {"reference": f"Practitioner/{who.account}", "display": f"{who.label}, {who.profession}" if who.profession else who.label}


def struck_out(resource: Resource, *, why: str) -> Resource:
    """The same resource with the reason why it was an error, where FHIR has no element of its own for it."""
    extension = {"url": "urn:serment:struck-out-reason", "valueString": why}
    return {**resource, "extension": [*resource.get("extension", []), extension]}


def struck_out_reason(resource: Resource) -> str:
    """The reason given when the entry was struck out, empty when it was not."""
    for extension in resource.get("extension", []):
        if extension.get("url") == "urn:serment:struck-out-reason":
            return str(extension.get("valueString", ""))
    return ""


THIRD_PARTY_URL = "urn:serment:third-party"


def about_third_party(resource: Resource, *, why: str) -> Resource:
    """The same resource, told by its author to come from a third party or to be about one (CSP R.1112-2): copies for the patient leave it
    out. No `why`: as it was."""
    extension = {"url": THIRD_PARTY_URL, "valueCode": why}
    return {**resource, "extension": [*resource.get("extension", []), extension]} if why else resource


def third_party(resource: Resource) -> str:
    """What its author said of third parties, empty when nothing."""
    told = (one.get("valueCode", "") for one in resource.get("extension", []) if one.get("url") == THIRD_PARTY_URL)
    return str(next(told, ""))


_MASKED_URL, _UNMASKED_URL, _SEALED_IN_URL = "urn:serment:masked-reason", "urn:serment:unmasked-reason", "urn:serment:sealed-in"


def masked(resource: Resource, *, why: str) -> Resource:
    """The same resource with the reason why it was masked, and that a file of it lies sealed among care."""
    said = [{"url": _MASKED_URL, "valueString": why}, {"url": _SEALED_IN_URL, "valueCode": "care"}]
    return {**resource, "extension": [*_without(resource, _MASKED_URL, _UNMASKED_URL, _SEALED_IN_URL), *said]}


def unmasked(resource: Resource, *, why: str) -> Resource:
    """The same resource with the reason why it is shown again."""
    others = _without(resource, _MASKED_URL, _UNMASKED_URL)
    return {**resource, "extension": [*others, {"url": _UNMASKED_URL, "valueString": why}]}


def masking_reason(resource: Resource) -> str:
    """Why an entry was masked or shown again, empty when it was neither."""
    wanted = (_MASKED_URL, _UNMASKED_URL)
    return next((str(one.get("valueString", "")) for one in resource.get("extension", []) if one.get("url") in wanted), "")


def sealed_in(entry: Entry) -> str:
    """The compartment under whose name a file of the entry was sealed: what is masked later keeps its file."""
    found = (str(one.get("valueCode", "")) for one in entry.resource.get("extension", []) if one.get("url") == _SEALED_IN_URL)
    return next(found, entry.compartment)


def _without(resource: Resource, *urls: str) -> list[Resource]:
    return [one for one in resource.get("extension", []) if one.get("url") not in urls]


def title(resource: Resource) -> str:
    """What an entry is called, whatever its FHIR type: its own title, its code's text, its file's title, or the name it bears."""
    attachment = (resource.get("content") or [{}])[0].get("attachment", {})
    named = (resource.get("title"), concept(resource.get("code")), attachment.get("title"), _name(resource), *_other_names(resource))
    return next((str(name) for name in named if name), str(resource.get("resourceType", "")))


def concept(value: object) -> str:
    """A FHIR CodeableConcept in words: its text, else what one of its codings is called."""
    if isinstance(value, list):
        return next((words for one in value if (words := concept(one))), "")
    if not isinstance(value, dict):
        return ""
    codings = value.get("coding") or []
    return str(value.get("text") or next((one.get("display") or one.get("code") for one in codings if isinstance(one, dict)), "") or "")


GIST_CHARACTERS_MAX = 160


def gist(resource: Resource) -> str:
    """A few words of what an entry says besides its title: a value, the beginning of a note, a dose, a reaction."""
    quantity = resource.get("valueQuantity") or {}
    told = next((str(one["valueString"]) for one in quantity.get("extension", []) if one.get("valueString")), quantity.get("value", ""))
    said = (
        f"{told} {quantity.get('unit', '')}".strip() if told != "" else "",
        str(resource.get("valueString", "")) or concept(resource.get("valueCodeableConcept")),
        " ".join(str(one.get("valueString", "")) for section in resource.get("section", []) for one in section.get("extension", [])),
        " ".join(str(one.get("text", "")) for one in resource.get("dosage") or resource.get("dosageInstruction") or []),
        " ".join(concept(one.get("manifestation")) for one in resource.get("reaction", [])),
        str(resource.get("conclusion", "")),
    )
    found = next((" ".join(one.split()) for one in said if one.strip()), "")
    return found if len(found) <= GIST_CHARACTERS_MAX else found[:GIST_CHARACTERS_MAX].rsplit(" ", 1)[0] + "…"


# Where a type that has neither title nor code says what it is.
_NAMING = ("vaccineCode", "medicationCodeableConcept", "description", "type", "category", "serviceType", "class", "reasonCode")


def _other_names(resource: Resource) -> list[str]:
    return [concept(resource[name]) for name in _NAMING if name in resource]


# Said elsewhere on a page, or of no use to a reader.
SILENT = frozenset({"resourceType", "id", "meta", "text", "extension", "subject", "patient"})
DEPTH_MAX = 12


def members(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """The leaves of a resource with the way to each: `dosageInstruction.route.text`. A concept is one leaf, in words."""
    told = concept(value) if isinstance(value, dict) and {"coding", "text"} & value.keys() else ""
    if told:
        yield path, told
    elif isinstance(value, dict) and depth < DEPTH_MAX:
        for name, one in value.items():
            if depth or name not in SILENT:
                yield from members(one, f"{path}.{name}" if path else name, depth + 1)
    elif isinstance(value, list) and depth < DEPTH_MAX:
        for number, one in enumerate(value, start=1):
            yield from members(one, f"{path} {number}" if len(value) > 1 else path, depth + 1)
    elif value not in (None, ""):
        yield path, str(value)


def _name(resource: Resource) -> str:
    names = resource.get("name") or [{}]
    if isinstance(names, str):
        return names
    first = names[0] if isinstance(names, list) and isinstance(names[0], dict) else {}
    given = " ".join(str(one) for one in first.get("given", []))
    return str(first.get("text") or f"{first.get('family', '')} {given}".strip())


def version_of(entry: Entry) -> Version:
    """An entry as its history shows it. The label is that of the first author: who changed it later is known by their account."""
    resource = entry.resource
    author = resource.get("recorder") or (resource.get("author") or [{}])[0]
    notes = resource.get("note") or [{}]
    return Version(
        entry=entry.id, version=entry.version, kind=entry.kind, title=title(resource), author=entry.author,
        author_label=str(author.get("display", "")), recorded_at=entry.recorded_at, is_struck_out=entry.is_struck_out,
        is_masked=entry.compartment == "sealed",
        reason=struck_out_reason(resource) or masking_reason(resource) or (str(notes[-1].get("text", "")) if entry.version > 1 else ""),
    )  # fmt: skip
