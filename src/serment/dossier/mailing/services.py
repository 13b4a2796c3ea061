"""Writing what was decided and sent. Every row is added once: the same call again, after a crash or by two at once, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from serment.dossier.kernel import errors
from serment.dossier.mailing import codes, letters, texts
from serment.dossier.mailing.models import CodeRow, Mailing, Telling
from serment.dossier.mailing.types import Event

ROWS_AT_ONCE = 1000


def declare(*, incident: UUID, event: Event, by: UUID, now: datetime) -> None:
    """Keep the words of an incident's letters. They do not change afterwards: a letter printed again is the same letter.

    Raises Invalid (`text_missing`, `text_too_long`, `link_in_letter`) naming the field, Conflict (`mailing_exists`)."""
    letters.check(event)
    made = Mailing(id=incident, words=texts.dump(event), written_on=event.written_on, created_at=now, created_by=by)
    if not Mailing.objects.bulk_create([made], ignore_conflicts=True) or not Mailing.objects.filter(id=incident, words=made.words).exists():
        raise errors.Conflict("mailing_exists")


def tell(*, incident: UUID, patients: Iterable[UUID]) -> None:
    """Put persons on the list of those who are to be told. Whoever is on it already stays on it once."""
    rows: list[Telling] = []
    for patient in patients:
        rows.append(Telling(patient_id=patient, mailing_id=incident))
        if len(rows) == ROWS_AT_ONCE:
            Telling.objects.bulk_create(rows, ignore_conflicts=True)
            rows = []
    Telling.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def give_codes(*, key: bytes, incident: UUID, given: Iterable[tuple[str, date]]) -> None:
    """Make codes verifiable with the birth dates they go with, before any letter that carries them leaves."""
    CodeRow.objects.bulk_create(
        [
            CodeRow(
                locator=codes.locator(key=key, code=code),
                mailing_id=incident,
                proof=codes.proof(key=key, code=code, incident=incident, birth_date=born),
            )
            for code, born in given
        ],
        ignore_conflicts=True,
    )
