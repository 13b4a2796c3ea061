"""Reading documents."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import config, errors
from serment.dossier.records.documents import rules
from serment.dossier.records.documents.types import Document
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.entries import rules as entry_rules
from serment.dossier.records.entries.types import Entry, written
from serment.dossier.vault.objects import Store


def active_for(*, permit: Permit) -> tuple[Document, ...]:
    """The documents of the record, newest first."""
    return tuple(_document(entry) for entry in entries.current(permit=permit, kinds=[rules.KIND]))


def newest(*, permit: Permit, count: int, page: int = 1) -> tuple[tuple[Document, ...], bool]:
    """A page of documents, the newest first, and whether another follows. No other is decrypted."""
    found, more = entries.newest(permit=permit, kind=rules.KIND, page=page, count=count)
    return tuple(_document(entry) for entry in found), more


def get(*, permit: Permit, document: UUID) -> Document:
    """One document. Raises NotFound (`no_entry`) for one that is not of this record, or was struck out."""
    return _document(_entry(permit, document))


def open_content(*, permit: Permit, document: UUID, rank: int = 0) -> tuple[Document, Iterator[bytes]]:
    """One document and the clear bytes of one of its files, a chunk at a time: memory does not grow with the file. The Document answered
    is of that file. The first is the one that is shown.

    Raises NotFound (`no_entry`, `document_missing`), and Fault (`seal_broken`) before any byte of a damaged chunk.
    """
    entry = _entry(permit, document)
    if rank >= rules.attachments(entry.resource):
        raise errors.NotFound("no_entry")
    file = rules.file_of(entry.resource, document=entry.id, rank=rank)
    content = Store(folder=config.current().objects_dir).read(
        file.sealed, patient=permit.patient, document=file.object, compartment=entry_rules.sealed_in(entry)
    )
    return _document(entry, rank), content


def _entry(permit: Permit, document: UUID) -> Entry:
    entry = entries.latest(permit=permit, entry=document)
    if entry.kind != rules.KIND or entry.is_struck_out:
        raise errors.NotFound("no_entry")
    return entry


def _document(entry: Entry, rank: int = 0) -> Document:
    attachment = rules.attachment(entry.resource, rank)
    authors = entry.resource.get("author") or [{}]
    return Document(
        written=written(entry, authors[0].get("display", "")),
        title=attachment.get("title", ""),
        category=entry.resource.get("type", {}).get("text", ""),
        media_type=attachment.get("contentType", ""),
        size=int(attachment.get("size", 0)),
        stay=entry.stay,
        files=rules.attachments(entry.resource),
        removed=rules.removed(entry.resource),
        filed_by=rules.filed(entry.resource),
        third_party=entry_rules.third_party(entry.resource),
    )
