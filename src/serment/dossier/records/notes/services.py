"""Writing notes. A note is never changed: something is added to it, or it is struck out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors
from serment.dossier.records.entries import queries as entry_queries
from serment.dossier.records.entries import rules
from serment.dossier.records.entries import services as entries
from serment.dossier.records.notes import resources

COMPARTMENT = "care"
TITLE_CHARACTERS_MAX = 120
TEXT_CHARACTERS_MAX = 20_000


def record(*, permit: Permit, token: UUID, title: str, text: str, now: datetime, stay: UUID | None = None) -> UUID:
    """Write a note; answers its identifier, which is the form's token: sent twice, it is written once.

    Raises Invalid naming the field, Denied (`compartment_closed`).
    """
    named = rules.text(title, field="title", characters_max=TITLE_CHARACTERS_MAX)
    words = rules.text(text, field="text", characters_max=TEXT_CHARACTERS_MAX)
    resource = resources.note(patient=permit.patient, title=named, text=words, at=now, author=rules.author_reference(permit.who))
    entries.record(permit=permit, entry=token, kind=resources.KIND, compartment=COMPARTMENT, resource=resource, now=now, stay=stay)
    return token


def add(*, permit: Permit, token: UUID, note: UUID, text: str, now: datetime) -> UUID:
    """Add to a note. Raises NotFound (`no_entry`), Conflict (`entry_struck_out`), and like `record`."""
    words = rules.text(text, field="text", characters_max=TEXT_CHARACTERS_MAX)
    target = entry_queries.latest(permit=permit, entry=note)
    if target.kind != resources.KIND or resources.appends(target):
        raise errors.NotFound("no_entry")
    if target.is_struck_out:
        raise errors.Conflict("entry_struck_out")
    title = str(target.resource.get("title", ""))
    author = rules.author_reference(permit.who)
    resource = resources.note(patient=permit.patient, title=title, text=words, at=now, author=author, appends=note)
    entries.record(
        permit=permit, entry=token, kind=resources.KIND, compartment=target.compartment, resource=resource, now=now, stay=target.stay
    )
    return token


def strike_out(*, permit: Permit, note: UUID, version: int, reason: str, now: datetime) -> None:
    """Strike out a note written in error. Raises NotFound, Conflict (`entry_changed`, `entry_struck_out`), Invalid (`reason_missing`)."""
    if entry_queries.latest(permit=permit, entry=note).kind != resources.KIND:
        raise errors.NotFound("no_entry")
    entries.strike_out(permit=permit, entry=note, version=version, reason=reason, now=now, marks={"status": "entered-in-error"})
