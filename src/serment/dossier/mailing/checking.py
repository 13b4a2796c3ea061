"""Is this message from us? Asked with its code and the birth date of the person it is about; answered alike by page and by telephone.

Without the code nothing is said of anybody: a code that was never given, one with a slip, one of another person, a wrong birth date are
one answer, in the same words and after the same work.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from serment.dossier.kernel import errors
from serment.dossier.mailing import codes, texts
from serment.dossier.mailing.attempts import Attempts
from serment.dossier.mailing.models import CodeRow, Step
from serment.dossier.mailing.types import CHECKED, READ

# Looked up when what was typed is no code at all, so that a slip costs the same work as a wrong code.
NO_CODE = "0" * (codes.SYMBOLS + codes.CHECK_DIGITS)
NOBODY = UUID(int=0)
NO_DATE = date(1, 1, 1)
_DAY = re.compile(r"^\s*(\d{1,2})\s*[/. -]\s*(\d{1,2})\s*[/. -]\s*(\d{4})\s*$")


@dataclass(frozen=True, kw_only=True)
class Ours:
    """The message is ours: who sent it, when, under which reference. Nothing of the person."""

    sender: str
    reference: str
    written_on: date
    telephone: str


def birth_date(typed: str) -> date | None:
    """`12/03/1948`, or None for what is no date."""
    found = _DAY.match(typed)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def check(*, key: bytes, code: str, born: str, source: str, attempts: Attempts, now: datetime) -> Ours | None:
    """What is known of a message, or None when code and birth date do not agree. Raises Exhausted (`too_many_checks`) for wrong answers
    in a flood, and for a code that was tried with too many dates."""
    read, told = codes.read(code), birth_date(born)
    wanted = read or NO_CODE
    locator = codes.locator(key=key, code=wanted)
    row = CodeRow.objects.select_related("mailing").filter(locator=locator).first()
    incident = row.mailing_id if row is not None else NOBODY
    proof = codes.proof(key=key, code=wanted, incident=incident, birth_date=told or NO_DATE)
    agrees = hmac.compare_digest(proof, bytes(row.proof) if row is not None else bytes(len(proof)))
    # A slip has no code to wear out: two people who mistype are not one who tries dates.
    if read is not None and attempts.is_code_worn(locator, now):
        raise errors.Exhausted("too_many_checks")
    if agrees and row is not None and read is not None and told is not None:
        _read(key, read, row, now)
        event = texts.load(row.mailing.words)
        return Ours(sender=event.sender.name, reference=event.reference, written_on=event.written_on, telephone=event.sender.telephone)
    is_flooded = attempts.is_flooded(source, now)
    attempts.wrong(source, locator if read is not None else b"", now)
    if is_flooded:
        raise errors.Exhausted("too_many_checks")
    return None


def _read(key: bytes, code: str, row: CodeRow, now: datetime) -> None:
    """Whoever has the code and the birth date has the letter: it arrived."""
    found = codes.letter_of(key=key, code=code, incident=row.mailing_id, back=bytes(row.back))
    if found is not None:
        step = Step(patient_id=found[0], mailing_id=row.mailing_id, ordinal=found[1], channel=CHECKED, step=READ, at=now)
        Step.objects.bulk_create([step], ignore_conflicts=True)
