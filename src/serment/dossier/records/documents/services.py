"""Storing documents."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import config, errors
from serment.dossier.records.documents import queries, rules
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
) -> Document:
    """Seal a file into the record. `token` is the form's: the same form sent twice stores once. `more` are members of its
    DocumentReference besides the usual ones, `about` the entry that it belongs to.

    Raises Invalid (`media_type_refused`, `document_too_large` above 25 MB, `document_empty`, `text_missing`), Denied
    (`compartment_closed`), Unavailable (`disk_full`); then nothing is kept.
    """
    permit.key(compartment)
    name = entry_rules.text(title, field="title", characters_max=rules.TITLE_CHARACTERS_MAX)
    if DocumentRow.objects.filter(patient_id=permit.patient, id=token).exists():
        return queries.get(permit=permit, document=token)
    file = _seal(source, patient=permit.patient, object=token, compartment=compartment)
    author = entry_rules.author_reference(permit.who)
    resource = rules.reference(
        document=token, patient=permit.patient, files=[file], title=name, category=category, author=author, at=now, more=more
    )
    if _add(file, patient=permit.patient, compartment=compartment, author=permit.who.account, at=now):
        entries.record(
            permit=permit, entry=token, kind=rules.KIND, compartment=compartment, resource=resource, now=now, stay=stay, about=about
        )
    return queries.get(permit=permit, document=token)


def file(*, permit: Permit, token: UUID, source: Source, title: str, category: str, now: datetime, stay: UUID | None = None) -> bool:
    """Put a document among care without reading anything there: what a secretary does with the paper of the day. False when this form was
    sent already. Raises Denied (`compartment_closed`) for who may not, and like `store`."""
    if not permit.may_file("care"):
        raise errors.Denied("compartment_closed", field="care")
    name = entry_rules.text(title, field="title", characters_max=rules.TITLE_CHARACTERS_MAX)
    return deposit(
        patient=permit.patient, keys=permit.deposits, document=token, source=source, title=name, category=category, now=now, stay=stay,
        author=permit.who.account, author_label=entry_rules.author_reference(permit.who)["display"],
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
    sources = [(source, ""), *((io.BytesIO(one), rules.XML) for one in beside)]
    files: list[rules.File] = []
    for rank, (one, kind) in enumerate(sources):
        object = rules.object_of(document, version=version, rank=rank)
        files.append(_seal(one, patient=patient, object=object, compartment=compartment, kind=kind))
    added = [_add(file, patient=patient, compartment=compartment, author=author, at=now, deposit=True) for file in files]
    if not all(added):
        for file, is_new in zip(files, added, strict=True):
            if not is_new:
                Store(folder=config.current().objects_dir).remove(file.sealed.name)
        return False
    resource = rules.reference(
        document=document, patient=patient, files=files, title=title[: rules.TITLE_CHARACTERS_MAX], category=category,
        author={"display": author_label} if author_label else None, at=effective_at or now, more=more,
    )  # fmt: skip
    return entries.deposit(
        patient=patient, keys=keys, entry=document, kind=rules.KIND, compartment=compartment, resource=resource, now=now,
        effective_at=effective_at, stay=stay, author=author, version=version,
    )  # fmt: skip


def strike_out(*, permit: Permit, document: UUID, version: int, reason: str, now: datetime) -> None:
    """Strike out a document filed in error. Raises like `entries.services.strike_out`."""
    entry_queries.latest(permit=permit, entry=document)
    entries.strike_out(permit=permit, entry=document, version=version, reason=reason, now=now, marks={"status": "entered-in-error"})


def _seal(source: Source, *, patient: UUID, object: UUID, compartment: str, kind: str = "") -> rules.File:
    """Seal one file. What it is, its first bytes say, unless it comes from a sender who may keep what is never shown (`kind`)."""
    head = source.read(rules.HEAD_BYTES)
    media_type = kind or (rules.media_type(head) if head else "")
    folder = Store(folder=config.current().objects_dir)
    sealed = folder.write(source, patient=patient, document=object, compartment=compartment, head=head)
    return rules.File(sealed=sealed, media_type=media_type, object=object)


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
