"""Writing what was decided and sent. Every row is added once: the same call again, after a crash or by two at once, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from serment.dossier.kernel import errors
from serment.dossier.mailing import batches, codes, letters, queries, texts
from serment.dossier.mailing.models import BatchRow, BatchStep, CodeRow, Mailing, Start, Step, Stop
from serment.dossier.mailing.types import EMAIL, HAND, INTENDED, PAPER, PRINTED, RETURNED, SENT, Event


def declare(*, incident: UUID, event: Event, by: UUID, now: datetime) -> None:
    """Keep the words of an incident's letters. They do not change afterwards: a letter printed again is the same letter.

    Raises Invalid (`text_missing`, `text_too_long`, `link_in_letter`) naming the field, Conflict (`mailing_exists`)."""
    letters.check(event)
    made = Mailing(id=incident, words=texts.dump(event), written_on=event.written_on, created_at=now, created_by=by)
    if not Mailing.objects.bulk_create([made], ignore_conflicts=True) or not Mailing.objects.filter(id=incident, words=made.words).exists():
        raise errors.Conflict("mailing_exists")


@dataclass(frozen=True, kw_only=True)
class Given:
    """The code of one letter, and the birth date it is checked with."""

    code: str = field(repr=False)
    born: date = field(repr=False)
    patient: UUID
    ordinal: int = 0


@transaction.atomic
def give_codes(*, key: bytes, incident: UUID, given: Iterable[Given]) -> None:
    """Make codes verifiable with the birth dates they go with, before any letter that carries them leaves."""
    CodeRow.objects.bulk_create(
        [
            CodeRow(
                locator=codes.locator(key=key, code=one.code),
                mailing_id=incident,
                proof=codes.proof(key=key, code=one.code, incident=incident, birth_date=one.born),
                back=codes.back(key=key, code=one.code, patient=one.patient, ordinal=one.ordinal),
            )
            for one in given
        ],
        ignore_conflicts=True,
    )


# Longer than a relay may take to answer (`electronic.SECONDS_MAX` for each of its three answers): what is younger may still leave.
LEAVING_FOR = timedelta(minutes=5)
SETTLING = 5_130_031

# How somebody who could not be written to was told, or why not.
BY_HAND = ("telephone", "visit", "letter", "impossible")
FETCHED, POSTED = "fetched", "posted"


def start(*, incident: UUID, approval: UUID, recipient: str, by: UUID, now: datetime) -> None:
    """Let the letters leave that two people approved; the worker does the rest. The same approval again changes nothing.

    Raises Invalid (`recipient_unreadable`), NotFound (`no_mailing`) before the words are kept."""
    key = batches.recipient(recipient)
    if not Mailing.objects.filter(id=incident).exists():
        raise errors.NotFound("no_mailing")
    Start.objects.bulk_create([Start(approval=approval, mailing_id=incident, recipient=key, at=now, by=by)], ignore_conflicts=True)


def stopped(*, incident: UUID, approval: UUID, code: str, now: datetime) -> None:
    """Write down that the worker could not go on, for the officers' page; or, with no code, that it goes on. Said once until it changes."""
    last = Stop.objects.filter(approval=approval).order_by("-at").first()
    if code != (last.code if last else ""):
        Stop.objects.bulk_create([Stop(approval=approval, at=now, mailing_id=incident, code=code)], ignore_conflicts=True)


def behind(*, key: bytes, code: str) -> tuple[UUID, UUID, int]:
    """Incident, patient and ordinal of the letter that carries a code. Raises Invalid (`code_slip`), NotFound (`unknown_code`)."""
    read = codes.read(code)
    if read is None:
        raise errors.Invalid("code_slip", field="code")
    row = CodeRow.objects.filter(locator=codes.locator(key=key, code=read)).first()
    found = codes.letter_of(key=key, code=read, incident=row.mailing_id, back=bytes(row.back)) if row else None
    if row is None or found is None:
        raise errors.NotFound("unknown_code", field="code")
    return row.mailing_id, *found


def returned(*, key: bytes, code: str, by: UUID, now: datetime) -> str:
    """A letter came back, known by its code: the other way is next. Answers the way it had gone.

    Raises Invalid (`code_slip`) for what is no code, NotFound (`unknown_code`), Conflict (`not_gone`) for a letter that has not left or
    came back already."""
    incident, patient, ordinal = behind(key=key, code=code)
    steps = queries.histories(incident=incident, patients=[patient]).get(patient, {})
    for channel, gone in ((EMAIL, SENT), (PAPER, PRINTED)):
        of_way = steps.get((ordinal, channel), frozenset())
        if gone in of_way and RETURNED not in of_way:
            _say(incident, patient, ordinal, channel, RETURNED, reason="by_post" if channel == PAPER else "by_mail", by=by, now=now)
            return channel
    raise errors.Conflict("not_gone")


@transaction.atomic
def settle(*, incident: UUID, patient: UUID, ordinal: int, left: bool, by: UUID, now: datetime) -> None:
    """Say of a doubtful e-mail whether the relay sent it, as its own log has it. It goes on paper if not.

    Raises Conflict (`not_doubtful`), and (`still_leaving`) for one that the worker may be giving to the relay at this moment."""
    with connection.cursor() as cursor:
        # Two officers who say the contrary at once would have it both sent and printed.
        cursor.execute("select pg_advisory_xact_lock(%s)", [SETTLING])
    steps = queries.histories(incident=incident, patients=[patient]).get(patient, {}).get((ordinal, EMAIL), frozenset())
    if INTENDED not in steps or steps & {SENT, RETURNED}:
        raise errors.Conflict("not_doubtful")
    intended = Step.objects.get(patient_id=patient, mailing_id=incident, ordinal=ordinal, channel=EMAIL, step=INTENDED)
    if now - intended.at < LEAVING_FOR:
        raise errors.Conflict("still_leaving")
    _say(incident, patient, ordinal, EMAIL, SENT if left else RETURNED, reason="relay_log", by=by, now=now)


def tell_by_hand(*, incident: UUID, patient: UUID, ordinal: int, how: str, by: UUID, now: datetime) -> None:
    """Somebody whom no letter reaches was told, or cannot be (`BY_HAND`). Raises Invalid (`unknown_way`), Conflict (`not_held`)."""
    if how not in BY_HAND:
        raise errors.Invalid("unknown_way", field="how")
    if not any(one.patient == patient and one.ordinal == ordinal for one in queries.held(incident=incident, patient=patient)):
        raise errors.Conflict("not_held")
    _say(incident, patient, ordinal, HAND, RETURNED if how == "impossible" else SENT, reason=how, by=by, now=now)


def mark_batch(*, incident: UUID, number: int, step: str, by: UUID, now: datetime) -> None:
    """A batch was fetched, or the mailing house has posted it. Raises NotFound (`unknown_batch`)."""
    if not BatchRow.objects.filter(mailing_id=incident, number=number).exists():
        raise errors.NotFound("unknown_batch")
    BatchStep.objects.bulk_create([BatchStep(mailing_id=incident, number=number, step=step, at=now, by=by)], ignore_conflicts=True)


def _say(incident: UUID, patient: UUID, ordinal: int, channel: str, step: str, *, reason: str, by: UUID, now: datetime) -> None:
    row = Step(patient_id=patient, mailing_id=incident, ordinal=ordinal, channel=channel, step=step, reason=reason, at=now, by=by)
    Step.objects.bulk_create([row], ignore_conflicts=True)
