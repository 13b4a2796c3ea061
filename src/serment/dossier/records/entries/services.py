"""Writing entries. Nothing is changed in place: a correction is a version, an error is struck out and stays readable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection

from serment.dossier.disclosure import services as disclosure
from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors
from serment.dossier.records.entries import queries, rules
from serment.dossier.records.entries.types import ACTIVE, STRUCK_OUT, Entry
from serment.dossier.vault import deposits, sealing
from serment.dossier.vault.sealing import Resource

_INSERT = """
insert into entry (patient_id, id, version, kind, compartment, stay_id, about_id, author, recorded_at, effective_at, status, supersedes,
                   deposit, sealed)
values (%(patient)s, %(id)s, %(version)s, %(kind)s, %(compartment)s, %(stay)s, %(about)s, %(author)s, %(recorded_at)s, %(effective_at)s,
        %(status)s, %(supersedes)s, %(deposit)s, %(sealed)s)
on conflict do nothing
"""


def record(
    *,
    permit: Permit,
    entry: UUID,
    kind: str,
    compartment: str,
    resource: Resource,
    now: datetime,
    effective_at: datetime | None = None,
    stay: UUID | None = None,
    about: UUID | None = None,
) -> Entry:
    """Write a new entry under an identifier that the form chose: the same form sent twice writes once and answers the same.

    Raises Denied (`compartment_closed`), Invalid (`entry_too_long`), Conflict (`entry_exists`) when the identifier is another entry's.
    """
    first = Entry(
        patient=permit.patient, id=entry, version=1, kind=kind, compartment=compartment, stay=stay, author=permit.who.account,
        recorded_at=now, effective_at=effective_at or now, status=ACTIVE, supersedes=None, deposit=False,
        resource={**resource, "id": str(entry)}, about=about,
    )  # fmt: skip
    if add(first, sealing.seal(key=permit.key(compartment), place=first.place, resource=first.resource)):
        disclosure.authored(permit)
        return first
    earlier = queries.history(permit=permit, entry=entry)[-1]
    if not rules.is_same_act(earlier, kind=kind, author=permit.who.account):
        raise errors.Conflict("entry_exists")
    return earlier


def supersede(*, permit: Permit, entry: UUID, version: int, resource: Resource, now: datetime) -> Entry:
    """Write a correction. `version` is the one the page showed; the same correction sent twice writes once.

    Raises NotFound (`no_entry`), Conflict (`entry_changed`) when somebody was faster, (`entry_struck_out`).
    """
    latest = queries.latest(permit=permit, entry=entry)
    corrected = {**resource, "id": str(entry)}
    if rules.is_same_correction(latest, version=version, resource=corrected, author=permit.who.account):
        return latest
    rules.require_latest(latest, version)
    return _next(permit, latest, resource=corrected, status=ACTIVE, now=now)


def strike_out(*, permit: Permit, entry: UUID, version: int, reason: str, now: datetime, marks: Resource | None = None) -> Entry:
    """Strike out an entry made in error (CSP: nothing signed is deleted). It leaves every list and stays in the history.

    `marks` are the members that say so in its FHIR type. Raises like `supersede`, and Invalid (`reason_missing`, `text_too_long`).
    """
    why = rules.reason(reason)
    latest = queries.latest(permit=permit, entry=entry)
    rules.require_latest(latest, version)
    return _next(permit, latest, resource=rules.struck_out({**latest.resource, **(marks or {})}, why=why), status=STRUCK_OUT, now=now)


def deposit(
    *,
    patient: UUID,
    keys: Mapping[str, bytes],
    entry: UUID,
    kind: str,
    compartment: str,
    resource: Resource,
    now: datetime,
    effective_at: datetime | None = None,
    stay: UUID | None = None,
    version: int = 1,
    author: UUID | None = None,
    status: str = ACTIVE,
    about: UUID | None = None,
) -> bool:
    """Write an entry without being able to read it: what an interface does. `keys` are the deposit keys that the guard gave for this
    patient; `author` is the person who files, None for an interface; `status` strikes out what its sender withdrew; `about` is the entry
    that this one belongs to. True when it was written, False when this version was already there: a replay changes nothing.

    Raises Invalid (`entry_too_long`), Denied (`compartment_closed`) without a key for the compartment.
    """
    if compartment not in keys:
        raise errors.Denied("compartment_closed", field=compartment)
    made = Entry(
        patient=patient, id=entry, version=version, kind=kind, compartment=compartment, stay=stay, author=author, recorded_at=now,
        effective_at=effective_at or now, status=status, supersedes=version - 1 if version > 1 else None, deposit=True,
        resource={**resource, "id": str(entry)}, about=about,
    )  # fmt: skip
    return add(made, deposits.seal_deposit(public_key=keys[compartment], place=made.place, resource=made.resource))


def _next(permit: Permit, latest: Entry, *, resource: Resource, status: str, now: datetime) -> Entry:
    following = replace(
        latest, version=latest.version + 1, author=permit.who.account, recorded_at=now, status=status, supersedes=latest.version,
        deposit=False, resource=resource,
    )  # fmt: skip
    if not add(following, sealing.seal(key=permit.key(latest.compartment), place=following.place, resource=resource)):
        raise errors.Conflict("entry_changed")
    disclosure.authored(permit)
    return following


def add(entry: Entry, sealed: bytes) -> bool:
    """Insert a row, sealed already; False when its version exists. The conflict is not named, so that it needs no right to read."""
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "patient": entry.patient, "id": entry.id, "version": entry.version, "kind": entry.kind,
                "compartment": entry.compartment, "stay": entry.stay, "about": entry.about, "author": entry.author,
                "recorded_at": entry.recorded_at, "effective_at": entry.effective_at, "status": entry.status,
                "supersedes": entry.supersedes, "deposit": entry.deposit, "sealed": sealed,
            },
        )  # fmt: skip
        return bool(cursor.rowcount)
