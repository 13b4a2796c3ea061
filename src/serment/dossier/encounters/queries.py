"""Who is where."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from serment.dossier.disclosure.types import Permit
from serment.dossier.encounters.models import Movement, Stay
from serment.dossier.encounters.types import CURRENT, MovementView, Presence, StayView
from serment.dossier.kernel import ids
from serment.dossier.organisations import queries as organisations

WARD_PATIENTS_MAX = 400


def on_ward(unit_ids: Iterable[UUID]) -> tuple[Presence, ...]:
    """Who lies in these units now, by bed, each once. Identifiers, places and times: names are the guard's to give."""
    open_stays = Stay.objects.filter(unit_id__in=list(unit_ids), state=CURRENT).order_by("started_at")[:WARD_PATIENTS_MAX]
    # A sender that never closes a stay and opens another is common: the latest one says where the person is.
    rows = list({row.patient_id: row for row in open_stays}.values())
    labels = organisations.bed_labels({row.bed_id for row in rows if row.bed_id})
    present = [
        Presence(
            patient=row.patient_id,
            stay=row.id,
            unit=row.unit_id,
            bed=_label(row, labels),
            since=row.started_at,
            expected_end=row.expected_end,
        )
        for row in rows
        if row.unit_id and row.started_at
    ]
    return tuple(sorted(present, key=lambda one: (str(one.unit), one.bed == "", one.bed, one.since)))


def stays_of(permit: Permit) -> tuple[StayView, ...]:
    """Every stay of the patient that was not cancelled, newest first, with its movements."""
    rows = list(Stay.objects.filter(patient_id=permit.patient).exclude(state="cancelled").order_by("-started_at"))
    movements = list(Movement.objects.filter(patient_id=permit.patient, cancelled_at=None).order_by("at", "recorded_at"))
    labels = organisations.bed_labels({row.bed_id for row in rows if row.bed_id})
    return tuple(_stay(row, labels, tuple(movement_view(m) for m in movements if m.stay_id == row.id)) for row in rows)


def current_stay(permit: Permit) -> StayView | None:
    """The stay under way, the latest when there are several."""
    return next((stay for stay in stays_of(permit) if stay.state == CURRENT), None)


def stay_id(*, patient: UUID, source: str, external_id: str) -> UUID:
    """The identifier of a stay that a sender names, whether it exists already or not."""
    return ids.derived("stay", patient, source, external_id)


def movement_view(row: Movement) -> MovementView:
    """A row as it crosses the door."""
    return MovementView(
        id=row.id, kind=row.kind, unit=row.unit_id, bed=row.bed_id, at=row.at, recorded_at=row.recorded_at,
        cancelled=row.cancelled_at is not None,
    )  # fmt: skip


def _stay(row: Stay, labels: dict[UUID, str], movements: tuple[MovementView, ...]) -> StayView:
    return StayView(
        patient=row.patient_id, id=row.id, kind=row.kind, state=row.state, unit=row.unit_id, bed=_label(row, labels),
        started_at=row.started_at, expected_end=row.expected_end, ended_at=row.ended_at, movements=movements,
    )  # fmt: skip


def _label(row: Stay, labels: dict[UUID, str]) -> str:
    return labels.get(row.bed_id, "") if row.bed_id else ""
