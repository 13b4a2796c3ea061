"""Telling that something came, and signing that it was seen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors, ids
from serment.dossier.records.results import queries, rules
from serment.dossier.records.results.models import ARRIVED, SEEN, UNSEEN

_STEP = """
insert into result_step (patient_id, id, entry, version, kind, step, is_urgent, author, at)
values (%(patient)s, %(id)s, %(entry)s, %(version)s, %(kind)s, %(step)s, %(urgent)s, %(author)s, %(at)s) on conflict do nothing
"""


def arrived(
    *, patient: UUID, entry: UUID, kind: str, now: datetime, version: int = 1, is_urgent: bool = False, author: UUID | None = None
) -> None:
    """A document came from elsewhere and waits for a physician: told again it is the same step, a corrected version waits again.
    `author` is who filed it, None for an interface."""
    _step(
        patient=patient, id=ids.derived("arrived", entry, str(version)), entry=entry, version=version, kind=kind, step=ARRIVED,
        urgent=is_urgent, author=author, at=now,
    )  # fmt: skip


def see(*, permit: Permit, entry: UUID, version: int, now: datetime) -> None:
    """Sign that one has seen a document. `version` is the one the page showed.

    Raises Denied (`role`) for who is no physician in charge, NotFound (`no_entry`) for what waits for nobody, Conflict (`entry_changed`)
    when a corrected version came meanwhile, (`seen_already`).
    """
    rules.require_physician(permit.who)
    state = queries.state_of(permit=permit, entry=entry)
    if state is None:
        raise errors.NotFound("no_entry")
    if state.version != version:
        raise errors.Conflict("entry_changed")
    if state.seen_by is not None:
        raise errors.Conflict("seen_already")
    _of(permit, entry=entry, version=version, kind=state.kind, urgent=state.is_urgent, step=SEEN, now=now)


def unsee(*, permit: Permit, entry: UUID, now: datetime) -> None:
    """Take back one's own signature within the day. Raises NotFound (`no_entry`), Denied (`role`), Conflict (`seen_too_long`)."""
    state = queries.state_of(permit=permit, entry=entry)
    if state is None:
        raise errors.NotFound("no_entry")
    rules.require_undoable(state, account=permit.who.account, now=now)
    _of(permit, entry=entry, version=state.version, kind=state.kind, urgent=state.is_urgent, step=UNSEEN, now=now)


def _of(permit: Permit, *, entry: UUID, version: int, kind: str, urgent: bool, step: str, now: datetime) -> None:
    _step(
        patient=permit.patient, id=ids.new(), entry=entry, version=version, kind=kind, step=step, urgent=urgent, author=permit.who.account,
        at=now,
    )  # fmt: skip


def _step(**row: UUID | str | int | bool | datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STEP, row)
