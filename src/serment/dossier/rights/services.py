"""Registering a request and taking it further. What was said is sealed with the record; a step is added, never changed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors
from serment.dossier.records.entries import queries as entry_queries
from serment.dossier.records.entries import rules as entry_rules
from serment.dossier.records.entries import services as entries
from serment.dossier.rights import queries, resources, rules
from serment.dossier.rights.types import RECEIVED, Asked

COMPARTMENT = "contact"

_REGISTER = """
insert into right_request (patient_id, id, kind, received_at, is_old, recorded_at, recorded_by) values (%s, %s, %s, %s, %s, %s, %s)
on conflict do nothing
"""
_STEP = """
insert into right_step (patient_id, request_id, number, step, account, at) values (%s, %s, %s, %s, %s, %s) on conflict do nothing
"""


def register(*, permit: Permit, token: UUID, asked: Asked, label: str, now: datetime) -> UUID:
    """Write a request down; answers its identifier, which is the form's token: sent twice, it is written once.

    Raises Invalid naming the field (see `rules.require`), Denied (`compartment_closed`).
    """
    rules.require(asked, now=now)
    clock = rules.clock_of(kind=asked.kind, received_at=asked.received_at, is_old=asked.is_old)
    resource = resources.task(asked, patient=permit.patient, label=label, clock=clock)
    entries.record(
        permit=permit, entry=token, kind=resources.KIND, compartment=COMPARTMENT, resource=resource, now=now,
        effective_at=asked.received_at,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_REGISTER, [permit.patient, token, asked.kind, asked.received_at, asked.is_old, now, permit.who.account])
        cursor.execute(_STEP, [permit.patient, token, 1, RECEIVED, permit.who.account, now])
    return token


def take(*, permit: Permit, request: UUID, version: int, step: str, now: datetime, means: str = "", words: str = "") -> None:
    """Take a request one step further. `version` is the one the page showed.

    Raises NotFound (`no_request`), Conflict (`request_moved`, `entry_changed`) when somebody was faster, Invalid (`means_missing`,
    `reason_missing`, `too_early`: 48 hours of reflection, CSP L.1111-7).
    """
    found = queries.one(permit=permit, request=request)
    said = rules.require_step(found.line, step, quality=found.asked.quality, means=means, words=words, now=now)
    current = entry_queries.latest(permit=permit, entry=request)
    resource = resources.stepped(current.resource, step=step, by=entry_rules.author_reference(permit.who), words=said, means=means, at=now)
    entries.supersede(permit=permit, entry=request, version=version, resource=resource, now=now)
    with connection.cursor() as cursor:
        cursor.execute(_STEP, [permit.patient, request, len(found.line.steps) + 1, step, permit.who.account, now])
        if not cursor.rowcount:
            raise errors.Conflict("request_moved")
