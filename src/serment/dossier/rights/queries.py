"""Reading the register. The list says of a patient the identifier alone; what was said is read with the record open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors
from serment.dossier.records.entries import queries as entries
from serment.dossier.rights import resources, rules
from serment.dossier.rights.models import RequestRow, StepRow
from serment.dossier.rights.types import ANSWERED, Line, Request, Step

# The list of a large group in a bad month. Beyond, the oldest deadlines come first anyhow.
LISTED_MAX = 200
SOON = timedelta(days=2)


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """How many wait beyond their last day, and how many reach it within two days."""

    late: int
    soon: int


def pending() -> tuple[Line, ...]:
    """The requests that wait for an answer, by deadline: the late ones on top."""
    done = StepRow.objects.filter(patient_id=OuterRef("patient_id"), request_id=OuterRef("id"), step__in=ANSWERED)
    return tuple(_lines(RequestRow.objects.exclude(Exists(done)).order_by("received_at")[:LISTED_MAX]))


def answered_since(instant: datetime) -> tuple[Line, ...]:
    """Those answered after an instant, the latest first."""
    answered = StepRow.objects.filter(patient_id=OuterRef("patient_id"), request_id=OuterRef("id"), step__in=ANSWERED, at__gt=instant)
    lines = _lines(RequestRow.objects.filter(Exists(answered)).order_by("-received_at")[:LISTED_MAX])
    return tuple(sorted((one for one in lines if not one.is_open), key=lambda one: one.steps[-1].at, reverse=True))


def reminder(*, now: datetime) -> Reminder:
    """What presses, for the first page of whoever answers."""
    lines = pending()
    late = sum(one.is_late(now) for one in lines)
    return Reminder(late=late, soon=sum(one.clock.due - now <= SOON for one in lines) - late)


def of_patient(*, permit: Permit) -> tuple[Line, ...]:
    """The requests about one patient, the newest first."""
    lines = _lines(RequestRow.objects.filter(patient_id=permit.patient).order_by("-received_at"))
    return tuple(sorted(lines, key=lambda one: one.received_at, reverse=True))


def one(*, permit: Permit, request: UUID) -> Request:
    """A request with what was said. Raises NotFound (`no_request`), Denied (`compartment_closed`)."""
    lines = _lines(RequestRow.objects.filter(patient_id=permit.patient, id=request))
    if not lines:
        raise errors.NotFound("no_request")
    permit.key("contact")
    entry = entries.latest(permit=permit, entry=request)
    return Request(
        line=lines[0], asked=resources.read(entry.resource), version=entry.version, means=resources.means(entry.resource),
        remarks=resources.remarks(entry.resource),
    )  # fmt: skip


def _lines(rows: Iterable[RequestRow]) -> list[Line]:
    """Rows with their steps, by deadline. Two queries, however many."""
    found = list(rows)
    steps: dict[UUID, list[Step]] = {row.id: [] for row in found}
    wanted = Q(patient_id__in={row.patient_id for row in found}, request_id__in=list(steps))
    for row in StepRow.objects.filter(wanted).order_by("number") if found else ():
        steps[row.request_id].append(Step(number=row.number, step=row.step, account=row.account, at=row.at))
    lines = [
        Line(
            patient=row.patient_id, id=row.id, kind=row.kind, received_at=row.received_at, steps=tuple(steps[row.id]),
            clock=rules.clock_of(kind=row.kind, received_at=row.received_at, is_old=row.is_old),
        )
        for row in found
    ]  # fmt: skip
    return sorted(lines, key=rules.urgency)
