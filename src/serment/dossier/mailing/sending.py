"""Sending the letters of an incident: everybody on the approved list, each letter once, whatever dies in the middle.

Persons come in waves. Of each wave, the letters and their ways are written down first, with the codes; then they leave. A batch of paper
is complete when its row is there, in the transaction that marks its letters; a file without a row is written over. An e-mail is written
down before the relay is given it and after it took it: one that has the first mark alone is in doubt, is never sent again by itself, and
is listed for a human being (ADR 0030).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import transaction

from serment.dossier.kernel import errors
from serment.dossier.mailing import batches, codes, electronic, planning, printing, queries, services
from serment.dossier.mailing.addressees import is_minor
from serment.dossier.mailing.models import Apart, BatchRow, PortalMessage, Reached, Step, Telling
from serment.dossier.mailing.planning import Planned
from serment.dossier.mailing.types import (
    EMAIL,
    HELD,
    INTENDED,
    NO_CHANNEL,
    ONESELF,
    PAPER,
    PLANNED,
    PORTAL,
    PRINTED,
    RETURNED,
    SENT,
    STORED,
    Event,
    Letter,
    Page,
    Placed,
    Subject,
)

# Sorted together for the post. More would sort better, and hold more names in memory.
WAVE_PERSONS = 5000
PAGE_PERSONS = 200

# The persons after a place, so many at most.
Release = Callable[[int, int], Page]


@dataclass(frozen=True, kw_only=True)
class Job:
    """What sends the letters of one approval, and with what. `release` gives the persons; `key` is that of the codes."""

    incident: UUID
    approval: UUID
    event: Event
    recipient: str
    folder: Path
    key: bytes = field(repr=False)
    release: Release = field(repr=False)
    press: printing.Press = field(repr=False)
    # Where the identifiers of messages say they come from.
    domain: str
    post: electronic.Post | None
    now: Callable[[], datetime] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class _Work:
    """One letter ready to leave."""

    planned: Planned
    letter: Letter = field(repr=False)
    subject: Subject = field(repr=False)

    @property
    def patient(self) -> UUID:
        return self.subject.person.patient


def run(job: Job) -> None:
    """Everything there is to do: what a crash left, what came back, and everybody not reached yet.

    Raises what `release` raises, Unavailable (`disk_full`), Fault (`letter_too_long`). What was done stays done."""
    for people in _chunks(_again(job), WAVE_PERSONS):
        _wave(job, people)
    if queries.is_reached(approval=job.approval):
        return
    for people in _chunks(_onward(job), WAVE_PERSONS):
        _wave(job, people)
    Reached.objects.bulk_create([Reached(approval=job.approval, mailing_id=job.incident, at=job.now())], ignore_conflicts=True)


def _again(job: Job) -> Iterator[Placed]:
    """The persons about whom something is left to do, by their places. Nobody else is asked for: what the guard gives is counted."""
    for first, count in _runs(queries.places_open(incident=job.incident, approval=job.approval)):
        yield from job.release(first - 1, count).people


def _runs(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Places that follow one another: the first and how many, a page at most."""
    first, count = 0, 0
    for place in places:
        if count and place == first + count and count < PAGE_PERSONS:
            count += 1
            continue
        if count:
            yield first, count
        first, count = place, 1
    if count:
        yield first, count


def _onward(job: Job) -> Iterator[Placed]:
    """Everybody after the last person who was written down."""
    after, done = queries.last_place(incident=job.incident, approval=job.approval), False
    while not done:
        page = job.release(after, PAGE_PERSONS)
        yield from page.people
        after, done = page.last, page.done


def _chunks(people: Iterable[Placed], size: int) -> Iterator[list[Placed]]:
    source = iter(people)
    return iter(lambda: list(islice(source, size)), [])


def _wave(job: Job, people: list[Placed]) -> None:
    work = _write_down(job, people)
    _print(job, [one for one in work if one.planned.channel == PAPER])
    _mail(job, [one for one in work if one.planned.channel == EMAIL])


@transaction.atomic
def _write_down(job: Job, people: Sequence[Placed]) -> list[_Work]:
    """Put them on the list, choose the ways, make the codes verifiable. What is returned may leave: it is all written down."""
    known = queries.histories(incident=job.incident, patients=[one.patient for one in people])
    work: list[_Work] = []
    steps: list[Step] = []
    given: list[services.Given] = []
    messages: list[PortalMessage] = []
    for placed in people:
        turn = planning.turn(placed, known.get(placed.patient, {}), today=job.event.written_on, mails=job.post is not None)
        ready, held = _written(job, placed, turn)
        steps += [_step(job, placed.patient, ordinal, NO_CHANNEL, HELD, reason=reason) for ordinal, reason in (*turn.held, *held)]
        if held:
            continue
        steps += [_step(job, placed.patient, one.ordinal, one.channel, PLANNED) for one in turn.planned]
        given += [
            services.Given(
                code=one.letter.code.replace("-", ""),
                born=one.subject.person.birth_date,
                patient=placed.patient,
                ordinal=one.planned.ordinal,
            )
            for one in ready
        ]
        work += ready
        messages += _message(job, ready)
    _count_apart(job, people)
    Telling.objects.bulk_create(
        [Telling(patient_id=one.patient, mailing_id=job.incident, approval=job.approval, place=one.place) for one in people],
        ignore_conflicts=True,
    )
    steps += [_step(job, one.patient_id, one.ordinal, PORTAL, STORED) for one in messages]
    PortalMessage.objects.bulk_create(messages, ignore_conflicts=True)
    Step.objects.bulk_create(steps, ignore_conflicts=True)
    services.give_codes(key=job.key, incident=job.incident, given=given)
    return work


def _count_apart(job: Job, people: Sequence[Placed]) -> None:
    """Count those who are written down for the first time, in the transaction that writes them down: nobody is counted twice."""
    standing = Telling.objects.filter(mailing_id=job.incident, patient_id__in=[one.patient for one in people])
    known = set(standing.values_list("patient_id", flat=True))
    fresh = [one.subject.person for one in people if one.subject is not None and one.patient not in known]
    counts = {
        "deceased": sum(one.is_deceased for one in fresh),
        "protected_adults": sum(bool(one.protection) and not is_minor(one.birth_date, job.event.written_on) for one in fresh),
        "safe_contacts": sum(one.has_safe_contact for one in fresh),
    }
    if any(counts.values()):
        Apart.objects.create(approval=job.approval, place=people[0].place, mailing_id=job.incident, **counts)


def _written(job: Job, placed: Placed, turn: planning.Turn) -> tuple[list[_Work], list[tuple[int, str]]]:
    """The letters of one person, or why not one of them may leave: a person half told would count as told."""
    ready: list[_Work] = []
    for planned in (*turn.planned, *turn.again):
        if placed.subject is None:
            return [], [(planned.ordinal, placed.hold)]
        code = codes.of(key=job.key, incident=job.incident, patient=placed.patient, ordinal=planned.ordinal)
        try:
            letter = planning.write(placed.subject, planned, event=job.event, code=codes.grouped(code))
        except errors.Invalid as refused:
            return [], [(planned.ordinal, refused.code)]
        ready.append(_Work(planned=planned, letter=letter, subject=placed.subject))
    return ready, []


def _message(job: Job, ready: list[_Work]) -> list[PortalMessage]:
    """For the person's own portal, and nobody else's."""
    return [
        PortalMessage(
            patient_id=one.patient, mailing_id=job.incident, ordinal=one.planned.ordinal,
            sealed=one.subject.seal(electronic.text(one.letter)),
        )
        for one in ready
        if one.subject.seal is not None and one.planned.addressee.quality == ONESELF
    ]  # fmt: skip


def _print(job: Job, work: list[_Work]) -> None:
    """Batch after batch in the order of the post; each is complete with its row."""
    ordered = sorted(work, key=lambda one: printing.post_order(one.letter))
    number, start = queries.last_batch(incident=job.incident), 0
    for batch in job.press.batches(event=job.event, letters=(one.letter for one in ordered)):
        number += 1
        inside, start = ordered[start : start + batch.letters], start + batch.letters
        digest = batches.write(job.folder, incident=job.incident, number=number, sealed=batches.seal(batch, job.recipient))
        with transaction.atomic():
            row = BatchRow(mailing_id=job.incident, number=number, letters=batch.letters, digest=digest, made_at=job.now())
            row.save(force_insert=True)
            Step.objects.bulk_create(
                [_step(job, one.patient, one.planned.ordinal, PAPER, PRINTED, batch=number) for one in inside], ignore_conflicts=True
            )


def _mail(job: Job, work: list[_Work]) -> None:
    """One after the other, so that a crash leaves one in doubt at most. A relay that is away is asked again at the next run."""
    if job.post is None:
        return
    for one in work:
        try:
            refused = _deliver(job, job.post, one)
        except errors.Unavailable:
            return
        except electronic.Doubtful:
            continue
        _mark(job, one, RETURNED if refused else SENT, reason=f"smtp_{refused}" if refused else "")


def _deliver(job: Job, post: electronic.Post, one: _Work) -> str:
    identifier = electronic.message_id(
        key=job.key, incident=job.incident, patient=one.patient, ordinal=one.planned.ordinal, domain=job.domain
    )
    message = electronic.compose(one.letter, sender=post.sender, to=one.subject.email, identifier=identifier, now=job.now())
    return post.deliver(message, to=one.subject.email, before=lambda: _mark(job, one, INTENDED))


def _mark(job: Job, one: _Work, step: str, *, reason: str = "") -> None:
    """Durable when it returns. Raises IntegrityError when it was marked before: what was given to the relay is not given again."""
    _step(job, one.patient, one.planned.ordinal, EMAIL, step, reason=reason).save(force_insert=True)


def _step(job: Job, patient: UUID, ordinal: int, channel: str, step: str, *, reason: str = "", batch: int | None = None) -> Step:
    return Step(
        patient_id=patient, mailing_id=job.incident, ordinal=ordinal, channel=channel, step=step, reason=reason, batch=batch, at=job.now()
    )
