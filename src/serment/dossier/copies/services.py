"""Making a copy: the guard journals it first, then it goes out sealed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

from serment.dossier.copies import fhir, printing, sealing, words
from serment.dossier.copies.types import Cover, Gathered
from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import config, errors
from serment.dossier.records.documents import rules as documents
from serment.dossier.records.entries import rules as entry_rules
from serment.dossier.records.entries.types import Entry
from serment.dossier.vault import client
from serment.dossier.vault.objects import Store
from serment.dossier.vault.sealing import Resource
from serment.wire.copying import Copy

SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/tiff": ".tiff", "text/plain": ".txt"}
READ_ME, PDF, FHIR = "LISEZ-MOI.txt", "dossier.pdf", "dossier.fhir.json"


def declare(*, permit: Permit, request: UUID, gathered: Gathered) -> None:
    """Tell the guard that a copy is about to be made. Raises Denied (`role`, `not_open`, `copy_in_emergency`), StepUp (`copy_touch`),
    Exhausted (`copies_spent`); NotFound (`document_missing`) when a file is gone: a copy with a hole would look complete."""
    for entry in gathered.documents:
        if not Store(folder=config.current().objects_dir).path(documents.file_of(entry.resource, document=entry.id).sealed.name).exists():
            raise errors.NotFound("document_missing")
    asked = Copy(
        session=permit.signed.session, proof=permit.signed.proof, patient=permit.patient, request=request,
        entries=len(gathered.entries), documents=len(gathered.documents), withheld=len(gathered.withheld),
    )  # fmt: skip
    client.guard().call("copy", asked)


def archive(*, permit: Permit, patient: Resource, cover: Cover, gathered: Gathered, base: str, password: str) -> Iterator[bytes]:
    """The whole copy as an encrypted ZIP, in pieces. What can fail fails before the first one. Raises Fault (`not_set`)."""
    names = files(gathered)
    pdf = printing.pdf(cover=cover, gathered=gathered, files=names)
    bundle = fhir.document(
        base=base, patient=patient, cover=cover, gathered=gathered, contents=lambda entry: content(permit.patient, entry)
    )
    listed = [
        sealing.File(name=READ_ME, chunks=[words.read_me(names.values()).encode("utf-8")]),
        sealing.File(name=PDF, chunks=[pdf]),
        sealing.File(name=FHIR, chunks=bundle),
        *(sealing.File(name=names[entry.id], chunks=content(permit.patient, entry)) for entry in gathered.documents),
    ]
    return sealing.archive(listed, password=password, at=cover.made_at)


def pdf(*, permit: Permit, cover: Cover, gathered: Gathered, password: str) -> bytes:
    """The copy to read, with the documents behind it as far as they fit, encrypted. Raises Fault (`not_set`)."""
    papers = [_paper(permit.patient, entry) for entry in gathered.documents]
    fitting = sealing.joined(papers)
    told = {
        entry.id: "à la suite de cette copie" if is_joined else "remis à part, dans l’archive complète"
        for entry, is_joined in zip(gathered.documents, fitting, strict=True)
    }
    made = printing.pdf(cover=cover, gathered=gathered, files=told)
    chosen = (paper for paper, is_joined in zip(papers, fitting, strict=True) if is_joined)
    return sealing.protected(made, chosen, password=password)


def files(gathered: Gathered) -> dict[UUID, str]:
    """The name of each document in the archive: a number, since names can be read without the password."""
    return {entry.id: f"documents/{number:03}{_suffix(entry)}" for number, entry in enumerate(gathered.documents, 1)}


def content(patient: UUID, entry: Entry) -> Iterator[bytes]:
    """The clear bytes of a document, a chunk at a time; opened when the first is asked for."""
    store = Store(folder=config.current().objects_dir)
    file = documents.file_of(entry.resource, document=entry.id)
    yield from store.read(file.sealed, patient=patient, document=file.object, compartment=entry_rules.sealed_in(entry))


def file_name(reference: str, suffix: str) -> str:
    """What the file is called on the way: a reference, never a name."""
    return f"copie-{re.sub(r'[^0-9A-Za-z-]', '', reference)}{suffix}"


def _paper(patient: UUID, entry: Entry) -> sealing.Paper:
    size = int(documents.attachment(entry.resource).get("size", 0))
    return sealing.Paper(media_type=_media_type(entry), size=size, read=lambda: b"".join(content(patient, entry)))


def _media_type(entry: Entry) -> str:
    return str(documents.attachment(entry.resource).get("contentType", ""))


def _suffix(entry: Entry) -> str:
    return SUFFIXES.get(_media_type(entry), "")
