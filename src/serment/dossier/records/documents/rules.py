"""Which files are taken, and how a document is written in FHIR. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid5

from serment.dossier.kernel import clock, errors
from serment.dossier.records.documents import categories
from serment.dossier.vault.objects import Sealed
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import decode_bytes, encode_bytes, instant

KIND = "DocumentReference"
TITLE_CHARACTERS_MAX = 200
ORIGIN_CHARACTERS_MAX = 120
HEAD_BYTES = 1024
_KEY_URL = "urn:serment:object-key"
_NAME_URL = "urn:serment:object-name"
_OBJECT_URL = "urn:serment:object-of"
XML, PDF = "application/xml", "application/pdf"
_FILED_URL = "urn:serment:filed-by"
_REMOVED_URL = "urn:serment:active-content-removed"
# The copy of a PDF without what runs in it has a place of its own, which no other file of a document takes.
CLEAN_RANK = 99

MEDIA_CLASSES = {
    "application/pdf": "pdf",
    "image/jpeg": "image",
    "image/png": "image",
    "image/tiff": "image",
    "text/plain": "text",
    XML: "text",
}


def media_type(head: bytes) -> str:
    """What a file is by its first bytes: what a browser or a sender calls it is not believed. Raises Invalid (`media_type_refused`)."""
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"II*\x00", b"MM\x00*")):
        return "image/tiff"
    if head and _is_text(head):
        return "text/plain"
    raise errors.Invalid("media_type_refused", field="file")


def _is_text(head: bytes) -> bool:
    if head.lstrip()[:1] == b"<":  # HTML, SVG and XML may carry scripts
        return False
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":  # else a letter cut by the end of the head
            return False
        text = head[: error.start].decode("utf-8")
    return all(letter.isprintable() or letter in "\n\r\t\f" for letter in text)


@dataclass(frozen=True, kw_only=True)
class File:
    """A sealed file of a document. `object` is the identifier that its seal is bound to."""

    sealed: Sealed
    media_type: str
    object: UUID


def object_of(document: UUID, *, version: int, rank: int) -> UUID:
    """The identifier of a file of a document: that of the document for the first file of the first version."""
    return document if version == 1 and rank == 0 else uuid5(document, f"{version}.{rank}")


def reference(
    *, document: UUID, patient: UUID, files: Sequence[File], title: str, category: str, author: Resource | None, at: datetime,
    more: Resource | None = None,
) -> Resource:  # fmt: skip
    """The DocumentReference of sealed files, the one that is shown first. It carries their keys: whoever opens the entry opens the files.
    `more` are members that a document of its kind has besides."""
    return {
        "resourceType": KIND,
        "id": str(document),
        "status": "current",
        "subject": {"reference": f"Patient/{patient}"},
        "date": instant(at),
        "type": categories.category(category).concept,
        **({"author": [author]} if author else {}),
        "content": [{"attachment": _attachment(file, title)} for file in files],
        **(more or {}),
    }


def _attachment(file: File, title: str) -> Resource:
    return {
        "contentType": file.media_type,
        "title": title,
        "size": file.sealed.size,
        "extension": [
            {"url": _NAME_URL, "valueString": file.sealed.name},
            {"url": _KEY_URL, "valueString": encode_bytes(file.sealed.key)},
            {"url": _OBJECT_URL, "valueString": str(file.object)},
        ],
    }


def removed_extension(found: Sequence[str]) -> Resource:
    """What a DocumentReference says of what was taken out of the file that is shown."""
    return {"extension": [{"url": _REMOVED_URL, "valueString": one} for one in found]}


def filed_by(author: Resource) -> Resource:
    """Who put a paper of somebody else's into the record."""
    return {"extension": [{"url": _FILED_URL, "valueString": str(author.get("display", ""))}]}


def filed(resource: Resource) -> str:
    """Who put a paper of somebody else's into the record, empty when its author did."""
    return next((str(one.get("valueString", "")) for one in resource.get("extension", []) if one.get("url") == _FILED_URL), "")


def from_elsewhere(origin: str) -> Resource:
    """The author that a paper names, empty when it names none."""
    return {"display": origin} if origin else {}


def joined(*members: Resource) -> Resource:
    """Members of one resource: the extensions add up."""
    extensions = [one for part in members for one in part.get("extension", [])]
    found = {name: value for part in members for name, value in part.items()}
    return {**found, **({"extension": extensions} if extensions else {})}


def noon(day: date | None, *, now: datetime) -> datetime:
    """When a paper of a day was true: at noon of it, and never later than now."""
    return min(datetime.combine(day, time(12), tzinfo=clock.PARIS), now) if day else now


def removed(resource: Resource) -> tuple[str, ...]:
    """What was taken out of the file that is shown; its original is kept behind it."""
    return tuple(str(one.get("valueString", "")) for one in resource.get("extension", []) if one.get("url") == _REMOVED_URL)


def attachments(resource: Resource) -> int:
    """How many files a document has."""
    return len(resource.get("content", []))


def attachment(resource: Resource, rank: int = 0) -> Resource:
    """One attachment of a DocumentReference. Raises Fault (`entry_malformed`)."""
    try:
        found: Resource = resource["content"][rank]["attachment"]
    except (KeyError, IndexError, TypeError):
        raise errors.Fault("entry_malformed") from None
    return found


def file_of(resource: Resource, *, document: UUID, rank: int = 0) -> File:
    """Where a file lies and its key. Raises Fault (`entry_malformed`)."""
    found = attachment(resource, rank)
    values = {extension.get("url"): extension.get("valueString", "") for extension in found.get("extension", [])}
    try:
        sealed = Sealed(name=values[_NAME_URL], size=int(found["size"]), key=decode_bytes(values[_KEY_URL]))
        return File(sealed=sealed, media_type=str(found.get("contentType", "")), object=UUID(values.get(_OBJECT_URL) or str(document)))
    except (KeyError, ValueError):
        raise errors.Fault("entry_malformed") from None
