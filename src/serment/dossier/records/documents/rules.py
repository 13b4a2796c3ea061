"""Which files are taken, and how a document is written in FHIR. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from serment.dossier.kernel import errors
from serment.dossier.records.documents import categories
from serment.dossier.vault.objects import Sealed
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import decode_bytes, encode_bytes, instant

KIND = "DocumentReference"
TITLE_CHARACTERS_MAX = 200
HEAD_BYTES = 1024
_KEY_URL = "urn:serment:object-key"
_NAME_URL = "urn:serment:object-name"
_OBJECT_URL = "urn:serment:object-of"
XML = "application/xml"

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
