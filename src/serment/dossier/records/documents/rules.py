"""Which files are taken, and how a document is written in FHIR. Pure."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

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

MEDIA_CLASSES = {"application/pdf": "pdf", "image/jpeg": "image", "image/png": "image", "image/tiff": "image", "text/plain": "text"}


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


def reference(
    *, document: UUID, patient: UUID, sealed: Sealed, title: str, category: str, media_type: str, author: Resource | None, at: datetime,
    more: Resource | None = None,
) -> Resource:  # fmt: skip
    """The DocumentReference of a sealed file. It carries the file's key: whoever opens the entry opens the file. `more` are members that
    a document of its kind has besides."""
    return {
        "resourceType": KIND,
        "id": str(document),
        "status": "current",
        "subject": {"reference": f"Patient/{patient}"},
        "date": instant(at),
        "type": categories.category(category).concept,
        **({"author": [author]} if author else {}),
        "content": [
            {
                "attachment": {
                    "contentType": media_type,
                    "title": title,
                    "size": sealed.size,
                    "extension": [
                        {"url": _NAME_URL, "valueString": sealed.name},
                        {"url": _KEY_URL, "valueString": encode_bytes(sealed.key)},
                    ],
                }
            }
        ],
        **(more or {}),
    }


def attachment(resource: Resource) -> Resource:
    """The attachment of a DocumentReference. Raises Fault (`entry_malformed`)."""
    try:
        found: Resource = resource["content"][0]["attachment"]
    except (KeyError, IndexError, TypeError):
        raise errors.Fault("entry_malformed") from None
    return found


def sealed_of(resource: Resource) -> Sealed:
    """Where the file lies and its key. Raises Fault (`entry_malformed`)."""
    found = attachment(resource)
    values = {extension.get("url"): extension.get("valueString", "") for extension in found.get("extension", [])}
    try:
        return Sealed(name=values[_NAME_URL], size=int(found["size"]), key=decode_bytes(values[_KEY_URL]))
    except (KeyError, ValueError):
        raise errors.Fault("entry_malformed") from None
