"""Storing documents."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import config, errors
from serment.dossier.records.documents import queries, rules, screening, trimming
from serment.dossier.records.documents.models import DocumentRow
from serment.dossier.records.documents.types import Document
from serment.dossier.records.entries import queries as entry_queries
from serment.dossier.records.entries import rules as entry_rules
from serment.dossier.records.entries import services as entries
from serment.dossier.vault.objects import Source, Store
from serment.dossier.vault.sealing import Resource

_INSERT = """
insert into document (patient_id, id, compartment, author, deposit, stored_at, size, media_class, object_name)
values (%(patient)s, %(id)s, %(compartment)s, %(author)s, %(deposit)s, %(at)s, %(size)s, %(media_class)s, %(name)s)
on conflict do nothing
"""


def store(
    *,
    permit: Permit,
    token: UUID,
    source: Source,
    title: str,
    category: str,
    now: datetime,
    stay: UUID | None = None,
    compartment: str = "care",
    about: UUID | None = None,
    more: Resource | None = None,
    dated: date | None = None,
    origin: str = "",
    third_party: str = "",
) -> Document:
    """Seal a file into the record. `token` is the form's: the same form sent twice stores once. `more` are members of its
    DocumentReference besides the usual ones, `about` the entry that it belongs to; `dated` and `origin` what the paper says of itself;
    `third_party` that it comes from one or is about one: copies for the patient leave it out (CSP R.1112-2).

    Raises Invalid (`media_type_refused`, `document_too_large` above 25 MB, `document_empty`, `text_missing`), Denied
    (`compartment_closed`), Unavailable (`disk_full`); then nothing is kept.
    """
    permit.key(compartment)
    name = entry_rules.text(title, field="title", characters_max=rules.TITLE_CHARACTERS_MAX)
    if is_stored(permit=permit, document=token):
        return queries.get(permit=permit, document=token)
    said = rules.from_elsewhere(entry_rules.text(origin, field="origin", characters_max=rules.ORIGIN_CHARACTERS_MAX, required=False))
    files, told = _sealed(source, patient=permit.patient, document=token, compartment=compartment)
    author, at = entry_rules.author_reference(permit.who), rules.noon(dated, now=now)
    resource = rules.reference(
        document=token, patient=permit.patient, files=files, title=name, category=category, author=said or author, at=at,
        more=rules.joined(told, rules.filed_by(author) if said else {}, entry_rules.about_third_party({}, why=third_party), more or {}),
    )  # fmt: skip
    added = [_add(file, patient=permit.patient, compartment=compartment, author=permit.who.account, at=now) for file in files]
    if all(added):
        entries.record(
            permit=permit, entry=token, kind=rules.KIND, compartment=compartment, resource=resource, now=now, effective_at=at, stay=stay,
            about=about,
        )  # fmt: skip
    return queries.get(permit=permit, document=token)


def file(
    *, permit: Permit, token: UUID, source: Source, title: str, category: str, now: datetime, stay: UUID | None = None,
    dated: date | None = None, origin: str = "", third_party: str = "",
) -> bool:  # fmt: skip
    """Put a document among care without reading anything there: what a secretary does with the paper of the day. False when this form was
    sent already. Raises Denied (`compartment_closed`) for who may not, and like `store`."""
    if not permit.may_file("care"):
        raise errors.Denied("compartment_closed", field="care")
    name = entry_rules.text(title, field="title", characters_max=rules.TITLE_CHARACTERS_MAX)
    told = entry_rules.text(origin, field="origin", characters_max=rules.ORIGIN_CHARACTERS_MAX, required=False)
    author = entry_rules.author_reference(permit.who)
    return deposit(
        patient=permit.patient, keys=permit.deposits, document=token, source=source, title=name, category=category, now=now, stay=stay,
        author=permit.who.account, author_label=told or author["display"], effective_at=rules.noon(dated, now=now),
        more=rules.joined(rules.filed_by(author) if told else {}, entry_rules.about_third_party({}, why=third_party)),
    )  # fmt: skip


def deposit(
    *,
    patient: UUID,
    keys: Mapping[str, bytes],
    document: UUID,
    source: Source,
    title: str,
    category: str,
    now: datetime,
    effective_at: datetime | None = None,
    author_label: str = "",
    stay: UUID | None = None,
    compartment: str = "care",
    author: UUID | None = None,
    version: int = 1,
    beside: Sequence[bytes] = (),
    more: Resource | None = None,
) -> bool:
    """Seal a file into a record without being able to read it. False when it was there already. `version` replaces an earlier one;
    `beside` is what its sender sent besides (XML), kept and never shown. Raises like `store`."""
    files, told = _sealed(source, patient=patient, document=document, compartment=compartment, version=version)
    for rank, one in enumerate(beside, start=1):
        object = rules.object_of(document, version=version, rank=rank)
        files.append(_write(io.BytesIO(one), kind=rules.XML, patient=patient, object=object, compartment=compartment))
    added = [_add(file, patient=patient, compartment=compartment, author=author, at=now, deposit=True) for file in files]
    if not all(added):
        for file, is_new in zip(files, added, strict=True):
            if not is_new:
                _store().remove(file.sealed.name)
        return False
    resource = rules.reference(
        document=document, patient=patient, files=files, title=title[: rules.TITLE_CHARACTERS_MAX], category=category,
        author={"display": author_label} if author_label else None, at=effective_at or now,
        more=rules.joined(told, more or {}),
    )  # fmt: skip
    return entries.deposit(
        patient=patient, keys=keys, entry=document, kind=rules.KIND, compartment=compartment, resource=resource, now=now,
        effective_at=effective_at, stay=stay, author=author, version=version,
    )  # fmt: skip


def is_stored(*, permit: Permit, document: UUID) -> bool:
    """Whether this form was sent already."""
    return DocumentRow.objects.filter(patient_id=permit.patient, id=document).exists()


def strike_out(*, permit: Permit, document: UUID, version: int, reason: str, now: datetime) -> None:
    """Strike out a document filed in error. Raises like `entries.services.strike_out`."""
    entry_queries.latest(permit=permit, entry=document)
    entries.strike_out(permit=permit, entry=document, version=version, reason=reason, now=now, marks={"status": "entered-in-error"})


def _sealed(source: Source, *, patient: UUID, document: UUID, compartment: str, version: int = 1) -> tuple[list[rules.File], Resource]:
    """Seal one file. What it is, its first bytes say; an image ends where it ends; of a PDF with something that runs in it, the copy
    without it comes first and the original behind. Answers the files, and what the DocumentReference says of it."""
    head = source.read(rules.HEAD_BYTES)
    kind = rules.media_type(head) if head else ""
    image = trimming.Trimmed(head, source, kind)
    screened = screening.Screened(image, head=image.head, is_pdf=kind == rules.PDF)
    original = _write(
        screened, head=image.head, kind=kind, patient=patient, compartment=compartment,
        object=rules.object_of(document, version=version, rank=0),
    )  # fmt: skip
    if not screened.may_run:
        return [original], {}
    chunks = _store().read(original.sealed, patient=patient, document=original.object, compartment=compartment)
    try:
        with screening.without_what_runs(chunks) as verdict:
            if verdict is None:
                return [original], {}
            clean = _write(
                verdict.content, kind=kind, patient=patient, compartment=compartment,
                object=rules.object_of(document, version=version, rank=rules.CLEAN_RANK),
            )  # fmt: skip
            if clean.sealed.size != verdict.size:
                _store().remove(clean.sealed.name)
                raise errors.Invalid("pdf_damaged", field="file")
    except errors.Invalid:
        _store().remove(original.sealed.name)
        raise
    return [clean, original], rules.removed_extension(verdict.found)


def _write(source: Source, *, kind: str, patient: UUID, object: UUID, compartment: str, head: bytes = b"") -> rules.File:
    sealed = _store().write(source, patient=patient, document=object, compartment=compartment, head=head)
    return rules.File(sealed=sealed, media_type=kind, object=object)


def _store() -> Store:
    return Store(folder=config.current().objects_dir)


def _add(file: rules.File, *, patient: UUID, compartment: str, author: UUID | None, at: datetime, deposit: bool = False) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "patient": patient, "id": file.object, "compartment": compartment, "author": author, "deposit": deposit, "at": at,
                "size": file.sealed.size, "media_class": rules.MEDIA_CLASSES[file.media_type], "name": file.sealed.name,
            },
        )  # fmt: skip
        return bool(cursor.rowcount)
