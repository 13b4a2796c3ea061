"""Reading letters, and what they begin from."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection

from serment.dossier.disclosure.types import Permit
from serment.dossier.encounters.types import StayView
from serment.dossier.identity import rules as identity
from serment.dossier.kernel import clock, errors
from serment.dossier.records.allergies import queries as allergies
from serment.dossier.records.conditions import queries as conditions
from serment.dossier.records.documents import rules as documents
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.entries import rules as entry_rules
from serment.dossier.records.entries.types import Along, Entry
from serment.dossier.records.letters import assembling, resources
from serment.dossier.records.letters.assembling import Sources
from serment.dossier.records.letters.types import Signed
from serment.dossier.records.medications import queries as medications
from serment.dossier.records.notes import queries as notes
from serment.dossier.records.observations import measures, scales
from serment.dossier.records.observations import queries as observations
from serment.dossier.records.reasons import queries as reasons

NOTES_READ = 60
MEASURES_READ = 200
REPORT = "DiagnosticReport"
# FHIR: what a laboratory has announced and not finished.
UNFINISHED = frozenset({"registered", "partial", "preliminary"})


def sources(*, permit: Permit, stay: StayView | None, unit: str, now: datetime) -> Sources:
    """What the record says, for a letter to begin from. Without a stay, its lasting parts alone."""
    began = stay.started_at if stay else None
    written, _more = notes.page(permit=permit, count=NOTES_READ) if stay else ((), False)
    measured = observations.newest(permit=permit, count=MEASURES_READ)
    results = [one for one in measured if one.code not in measures.VITAL_CODES and one.code not in scales.SCALES]
    return Sources(
        person=identity.shown(permit.identity, on=clock.today(now)), today=clock.today(now), stay=stay, unit=unit,
        reason=reasons.of_stay(permit=permit, stay=stay.id) if stay else "", allergies=allergies.active_for(permit=permit),
        conditions=conditions.active_for(permit=permit), medications=medications.active_for(permit=permit),
        stopped=medications.stopped_since(permit=permit, since=began) if began else (),
        notes=tuple(note for note in written if stay and (note.stay == stay.id or _is_within(note.written.effective_at, stay))),
        vitals=assembling.vitals_told(measured), results=observations.latest_of(results), pending=_pending(permit),
    )  # fmt: skip


def _is_within(at: datetime, stay: StayView) -> bool:
    return stay.started_at is not None and at >= stay.started_at and (stay.ended_at is None or at <= stay.ended_at)


def _pending(permit: Permit) -> tuple[str, ...]:
    found = entries.current(permit=permit, kinds=[REPORT])
    return tuple(entry_rules.title(one.resource) for one in found if one.resource.get("status") in UNFINISHED)


def get(*, permit: Permit, letter: UUID) -> Signed | None:
    """What a document says of itself when it is a letter written here, else None. Raises NotFound (`no_entry`)."""
    entry = entries.latest(permit=permit, entry=letter)
    if entry.kind != documents.KIND or entry.is_struck_out:
        raise errors.NotFound("no_entry")
    return resources.read(entry) if resources.is_letter(entry) else None


def of_stay(*, permit: Permit, stay: UUID, kind: str) -> tuple[Signed, ...]:
    """The letters of one kind that were signed for one stay, newest first. Decrypts the documents of that stay."""
    found, _more = entries.along(permit=permit, wanted=Along(kinds=(documents.KIND,), stay=stay), page=1, count=100)
    letters = [resources.read(entry) for entry in found if resources.is_letter(entry)]
    return tuple(one for one in letters if one.kind == kind)


def addenda(*, permit: Permit, letter: UUID) -> tuple[Signed, ...]:
    """What completes a letter, oldest first."""
    found: list[Entry] = entries.about(permit=permit, entry=letter, kind=documents.KIND)
    return tuple(resources.read(entry) for entry in found if resources.is_letter(entry))


def discharged_with(stays: Collection[UUID]) -> frozenset[UUID]:
    """Which of these stays have a lettre de liaison. By identifiers alone: nothing is read of anybody."""
    with connection.cursor() as cursor:
        cursor.execute("select * from discharge_letters_of(%s)", [list(stays)])
        return frozenset(row[0] for row in cursor.fetchall())
