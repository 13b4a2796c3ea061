"""Reading what was written down of an incident's letters: counts, and who is left. Patients by identifier only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, Sum
from django.db.models.functions import Coalesce

from serment.dossier.mailing import texts
from serment.dossier.mailing.models import Apart, BatchRow, Mailing, Reached, Start, Step, Stop, Telling
from serment.dossier.mailing.planning import History
from serment.dossier.mailing.types import Event, SetApart

LISTED_MAX = 200

# Letters that were given a way, of which none is under way or has arrived, and on which no human being decides: as `planning.turn` has it.
_OPEN = """
    with ways as (
        select patient_id, ordinal, bool_or(step = 'planned') as planned, bool_or(step = 'held') as held,
               bool_or(step in ('printed', 'intended', 'sent')) and not bool_or(step = 'returned') as gone
        from telling_step where mailing_id = %(incident)s group by patient_id, ordinal, channel)
    select distinct place from telling join ways using (patient_id)
    where mailing_id = %(incident)s and approval = %(approval)s
    group by patient_id, place, ordinal having bool_or(planned) and not bool_or(held) and not bool_or(gone)
    order by place
"""

_DOUBTFUL = """
    select s.patient_id, s.ordinal, s.at from telling_step s
    where s.mailing_id = %(incident)s and s.channel = 'email' and s.step = 'intended'
      and not exists (select from telling_step d where (d.patient_id, d.mailing_id, d.ordinal, d.channel)
                      = (s.patient_id, s.mailing_id, s.ordinal, s.channel) and d.step in ('sent', 'returned'))
    order by s.at
"""

_HELD = """
    select s.patient_id, s.ordinal, s.reason, s.at from telling_step s
    where s.mailing_id = %(incident)s and s.step = 'held' and (%(patient)s::uuid is null or s.patient_id = %(patient)s)
      and not exists (select from telling_step d where (d.patient_id, d.mailing_id, d.ordinal) = (s.patient_id, s.mailing_id, s.ordinal)
                      and d.channel = 'hand')
    order by s.at, s.patient_id
"""

# A letter on paper has left when its batch was posted. One that came back told nobody.
_TOLD = """
    select count(distinct s.patient_id), min(coalesce(b.at, s.at)) from telling_step s
    left join letter_batch_step b on b.mailing_id = s.mailing_id and b.number = s.batch and b.step = 'posted'
    where s.mailing_id = %(incident)s and (s.step = 'sent' or (s.step = 'printed' and b.at is not null))
      and not exists (select from telling_step d where (d.patient_id, d.mailing_id, d.ordinal, d.channel)
                      = (s.patient_id, s.mailing_id, s.ordinal, s.channel) and d.step = 'returned')
"""

_STEPS = "select channel, step, count(*) from telling_step where mailing_id = %(incident)s group by channel, step"

_BATCHES = """
    select b.number, b.letters, b.digest, b.made_at, f.at, p.at from letter_batch b
    left join letter_batch_step f on (f.mailing_id, f.number, f.step) = (b.mailing_id, b.number, 'fetched')
    left join letter_batch_step p on (p.mailing_id, p.number, p.step) = (b.mailing_id, b.number, 'posted')
    where b.mailing_id = %(incident)s order by b.number
"""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A mailing that two people let go: the approval, and for whom its batches are sealed."""

    incident: UUID
    approval: UUID
    recipient: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the letters are. `listed`: persons written down so far; `told`: persons to whom one letter at least has left and not come
    back; `steps`: letters by way and step; `doubtful`: e-mails that nobody knows to have left; `held`: letters a human being decides on."""

    listed: int
    told: int
    told_from: datetime | None
    steps: dict[tuple[str, str], int]
    doubtful: int
    held: int

    def count(self, channel: str, step: str) -> int:
        return self.steps.get((channel, step), 0)


@dataclass(frozen=True, kw_only=True)
class BatchSeen:
    """A batch that is complete, and when it was fetched and posted."""

    number: int
    letters: int
    digest: str
    made_at: datetime
    fetched_at: datetime | None
    posted_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A letter that waits for a human being."""

    patient: UUID
    ordinal: int
    reason: str
    at: datetime


def words_of(*, incident: UUID) -> Event | None:
    """The words of an incident's letters, once they are kept."""
    row = Mailing.objects.filter(id=incident).first()
    return texts.load(row.words) if row else None


def begun(*, incident: UUID | None = None) -> list[Begun]:
    """The mailings that were let go, the first one first."""
    rows = Start.objects.order_by("at")
    if incident is not None:
        rows = rows.filter(mailing_id=incident)
    return [Begun(incident=row.mailing_id, approval=row.approval, recipient=row.recipient, at=row.at) for row in rows]


def last_place(*, incident: UUID, approval: UUID) -> int:
    """The place of the last person written down under an approval; 0 for nobody."""
    return Telling.objects.filter(mailing_id=incident, approval=approval).aggregate(last=Max("place"))["last"] or 0


def last_batch(*, incident: UUID) -> int:
    """The number of the last complete batch; 0 for none."""
    return BatchRow.objects.filter(mailing_id=incident).aggregate(last=Max("number"))["last"] or 0


def places_open(*, incident: UUID, approval: UUID) -> list[int]:
    """The places of persons of whom a letter is planned and did not leave, or came back and has no other way yet."""
    return [place for (place,) in _rows(_OPEN, incident=incident, approval=approval)]


def is_reached(*, approval: UUID) -> bool:
    """Whether everybody on an approved list was written down."""
    return Reached.objects.filter(approval=approval).exists()


def histories(*, incident: UUID, patients: Sequence[UUID]) -> dict[UUID, History]:
    """Every step of the letters of these persons."""
    found: dict[UUID, dict[tuple[int, str], frozenset[str]]] = {}
    rows = Step.objects.filter(mailing_id=incident, patient_id__in=patients).values_list("patient_id", "ordinal", "channel", "step")
    for patient, ordinal, channel, step in rows:
        letters = found.setdefault(patient, {})
        letters[ordinal, channel] = letters.get((ordinal, channel), frozenset()) | {step}
    return dict(found)


def progress(*, incident: UUID) -> Progress:
    """Counts of everything."""
    steps = {(channel, step): count for channel, step, count in _rows(_STEPS, incident=incident)}
    held = _rows(f"select count(*) from ({_HELD}) as held", incident=incident, patient=None)
    told, told_from = _rows(_TOLD, incident=incident)[0]
    return Progress(
        listed=Telling.objects.filter(mailing_id=incident).count(), told=told, told_from=told_from, steps=steps,
        doubtful=len(_rows(_DOUBTFUL, incident=incident)), held=held[0][0],
    )  # fmt: skip


def set_apart(*, incident: UUID) -> SetApart:
    """Who is set apart among those written down so far: what their records say of it is read when their letters are written."""
    sums = {name: Coalesce(Sum(name), 0) for name in ("deceased", "protected_adults", "safe_contacts")}
    return SetApart(**Apart.objects.filter(mailing_id=incident).aggregate(**sums))


def doubtful(*, incident: UUID) -> list[Waiting]:
    """The e-mails that the relay was given and of which nobody knows whether it took them."""
    return [Waiting(patient=one, ordinal=ordinal, reason="", at=at) for one, ordinal, at in _rows(_DOUBTFUL, incident=incident)]


def held(*, incident: UUID, patient: UUID | None = None) -> list[Waiting]:
    """The first letters that wait for a human being, with the reason; of one patient if asked."""
    rows = _rows(f"{_HELD} limit {LISTED_MAX}", incident=incident, patient=patient)
    return [Waiting(patient=one, ordinal=ordinal, reason=reason, at=at) for one, ordinal, reason, at in rows]


def batches_of(*, incident: UUID) -> list[BatchSeen]:
    """Every complete batch."""
    return [
        BatchSeen(number=number, letters=letters, digest=digest, made_at=made, fetched_at=fetched, posted_at=posted)
        for number, letters, digest, made, fetched, posted in _rows(_BATCHES, incident=incident)
    ]


def stops(*, incident: UUID) -> list[tuple[str, datetime]]:
    """What the letters of an incident are stopped by now, and since when: of each approval, unless it went on since."""
    last = Stop.objects.filter(mailing_id=incident).order_by("approval", "-at").distinct("approval")
    return [(row.code, row.at) for row in last if row.code]


def about(*, patient: UUID) -> list[str]:
    """The references of the incidents of which a letter about this person left, whether or not it came back."""
    left = Step.objects.filter(patient_id=patient, step__in=("printed", "sent")).values("mailing_id")
    return [texts.load(row.words).reference for row in Mailing.objects.filter(id__in=left).order_by("created_at")]


def _rows(query: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
