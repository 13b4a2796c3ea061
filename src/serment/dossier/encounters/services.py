"""Admitting, transferring, discharging. Each is told by an event with a name; told again, it changes nothing.

The guard is told in the same breath which units now have a reason to open the record; when it refuses, nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from serment.dossier.disclosure import ties
from serment.dossier.encounters import queries, rules
from serment.dossier.encounters.models import Movement, Stay
from serment.dossier.encounters.types import ADMIT, CANCELLED, DISCHARGE, TRANSFER, Event, Situation
from serment.dossier.kernel import errors, ids
from serment.dossier.vault.types import Signer

NAME_CHARACTERS_MAX = 120


def admit(
    *,
    signer: Signer,
    patient: UUID,
    event: Event,
    unit: UUID,
    at: datetime,
    now: datetime,
    bed: UUID | None = None,
    kind: str = "inpatient",
    expected_end: datetime | None = None,
) -> UUID:
    """Admit to a unit; answers the stay's identifier. The unit's staff may open the record from then on.

    Raises Invalid naming the field, and whatever the guard refuses with; then nothing is kept.
    """
    with transaction.atomic():
        _open_stay(patient=patient, event=event, kind=kind, expected_end=expected_end)
        with _settling(signer=signer, patient=patient, event=event, now=now) as stay:
            _tell(stay=stay, event=event, kind=ADMIT, unit=unit, bed=bed, at=at, now=now)
    return stay.id


def transfer(*, signer: Signer, patient: UUID, event: Event, unit: UUID, at: datetime, now: datetime, bed: UUID | None = None) -> UUID:
    """Move to another unit or bed. A transfer heard of before its admission opens the stay. Raises like `admit`."""
    with transaction.atomic():
        _open_stay(patient=patient, event=event, kind="inpatient", expected_end=None)
        with _settling(signer=signer, patient=patient, event=event, now=now) as stay:
            _tell(stay=stay, event=event, kind=TRANSFER, unit=unit, bed=bed, at=at, now=now)
    return stay.id


def discharge(*, signer: Signer, patient: UUID, event: Event, at: datetime, now: datetime) -> UUID:
    """End a stay. Its units may still open the record for thirty days. Raises NotFound (`unknown_stay`), and like `admit`."""
    with transaction.atomic(), _settling(signer=signer, patient=patient, event=event, now=now) as stay:
        _tell(stay=stay, event=event, kind=DISCHARGE, unit=None, bed=None, at=at, now=now)
    return stay.id


def cancel(*, signer: Signer, patient: UUID, event: Event, now: datetime) -> UUID:
    """Cancel one movement; a stay without any left is cancelled. Raises NotFound (`unknown_stay`, `unknown_movement`)."""
    with transaction.atomic(), _settling(signer=signer, patient=patient, event=event, now=now) as stay:
        wanted = Movement.objects.filter(patient_id=patient, id=_movement_id(stay, event))
        if not wanted.exists():
            raise errors.NotFound("unknown_movement", field="movement")
        wanted.filter(cancelled_at=None).update(cancelled_at=now)
    return stay.id


def _open_stay(*, patient: UUID, event: Event, kind: str, expected_end: datetime | None) -> None:
    """Make the stay exist; what it is comes from its movements."""
    for name, value in (("source", event.source), ("stay", event.stay), ("movement", event.movement)):
        if not value or len(value) > NAME_CHARACTERS_MAX:
            raise errors.Invalid("event_unnamed", field=name)
    row = Stay(
        patient_id=patient,
        id=queries.stay_id(patient=patient, source=event.source, external_id=event.stay),
        kind=kind,
        state=CANCELLED,
        expected_end=expected_end,
        source=event.source,
        external_id=event.stay,
    )
    Stay.objects.bulk_create([row], ignore_conflicts=True)


@contextmanager
def _settling(*, signer: Signer, patient: UUID, event: Event, now: datetime) -> Iterator[Stay]:
    """Hold one stay while its movements change, then make it what they say and tell the guard what changed for whom."""
    stay_id = queries.stay_id(patient=patient, source=event.source, external_id=event.stay)
    with connection.cursor() as cursor:
        # An advisory lock, since locking the row would need the right to change all of it.
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"stay:{stay_id}"])
    stay = Stay.objects.filter(patient_id=patient, id=stay_id).first()
    if stay is None:
        raise errors.NotFound("unknown_stay", field="stay")
    before = _situation(stay)
    yield stay
    after = _situation(stay)
    if after == before:
        return
    Stay.objects.filter(patient_id=patient, id=stay_id).update(
        state=after.state, unit_id=after.unit, bed_id=after.bed, started_at=after.started_at, ended_at=after.ended_at
    )
    _tie(signer=signer, stay=stay, before=before, after=after, now=now)


def _situation(stay: Stay) -> Situation:
    told = Movement.objects.filter(patient_id=stay.patient_id, stay_id=stay.id)
    return rules.situation(queries.movement_view(row) for row in told)


def _movement_id(stay: Stay, event: Event) -> UUID:
    return ids.derived("movement", stay.id, event.source, event.movement)


def _tell(*, stay: Stay, event: Event, kind: str, unit: UUID | None, bed: UUID | None, at: datetime, now: datetime) -> None:
    row = Movement(
        patient_id=stay.patient_id, id=_movement_id(stay, event), stay_id=stay.id, kind=kind, unit_id=unit, bed_id=bed, at=at,
        recorded_at=now, source=event.source, external_id=event.movement,
    )  # fmt: skip
    Movement.objects.bulk_create([row], ignore_conflicts=True)


def _tie(*, signer: Signer, stay: Stay, before: Situation, after: Situation, now: datetime) -> None:
    known = set(before.passages)
    kind = "resident" if stay.kind == "resident" else "stay"
    for passage in after.passages:
        if passage not in known:
            reference = rules.tie_reference(stay=stay.id, unit=passage.unit)
            ties.make(
                signer=signer, kind=kind, patient=stay.patient_id, unit=passage.unit, reference=reference,
                since=passage.since, until=rules.tie_until(passage),
            )  # fmt: skip
    for unit in {passage.unit for passage in before.passages} - {passage.unit for passage in after.passages}:
        ties.end(signer=signer, patient=stay.patient_id, reference=rules.tie_reference(stay=stay.id, unit=unit), at=now)
