"""The legal clock, what follows what, and what a request must say. Pure."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from uuid import UUID

from serment.dossier.kernel import clock, errors
from serment.dossier.records.entries import rules as entries
from serment.dossier.rights import types
from serment.dossier.rights.types import Asked, Clock, Line

# CSP L.1111-7: at the earliest 48 hours after the request, at the latest within eight days; two months when the information is more
# than five years old.
REFLECTION = timedelta(hours=48)
ACCESS_DAYS, OLD_ACCESS_MONTHS = 8, 2
# GDPR 12(3), for rectification and opposition. The house gives itself as long for a complaint.
OTHER_MONTHS = 1

# Ten years back at most may a request be registered late; tomorrow never.
LATE_MAX = timedelta(days=3660)
NAME_CHARACTERS_MAX, TEXT_CHARACTERS_MAX = 200, 4000

NEXT: dict[str, tuple[str, ...]] = {
    types.RECEIVED: (types.IDENTITY, types.PREPARING, types.REFUSED, types.CLOSED),
    types.IDENTITY: (types.PREPARING, types.REFUSED, types.CLOSED),
    types.PREPARING: (types.READY, types.REFUSED, types.CLOSED),
    types.READY: (types.HANDED_OVER, types.PREPARING, types.REFUSED, types.CLOSED),
    types.HANDED_OVER: (types.CLOSED,),
    types.REFUSED: (types.CLOSED,),
    types.CLOSED: (),
}
# States in which a copy may be made: whoever asks is known by then.
COPIED_IN = (types.PREPARING, types.READY)


def clock_of(*, kind: str, received_at: datetime, is_old: bool) -> Clock:
    """When an answer may be given, and by when it must. The last day is counted whole, in France."""
    day = clock.today(received_at)
    if kind != types.ACCESS:
        return Clock(not_before=None, due=_end_of(months_after(day, OTHER_MONTHS)))
    last = months_after(day, OLD_ACCESS_MONTHS) if is_old else day + timedelta(days=ACCESS_DAYS)
    return Clock(not_before=received_at + REFLECTION, due=_end_of(last))


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last one: two months after 31 December end on 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=clock.PARIS)


def urgency(line: Line) -> tuple[datetime, datetime, UUID]:
    """By deadline, so that the late ones stand on top."""
    return (line.clock.due, line.received_at, line.id)


def require(asked: Asked, *, now: datetime) -> None:
    """Raises Invalid naming the field: `choice_unknown`, `text_missing`, `text_too_long`, `time_wrong`, `motive_missing`, `heir_whole`,
    `period_wrong`."""
    for name, known in (("kind", types.KINDS), ("quality", types.QUALITIES), ("channel", types.CHANNELS), ("scope", types.SCOPES)):
        if getattr(asked, name) not in known:
            raise errors.Invalid("choice_unknown", field=name)
    entries.text(asked.requester, field="requester", characters_max=NAME_CHARACTERS_MAX)
    # Access says what it wants by its scope; everything else only in words.
    entries.text(asked.words, field="words", characters_max=TEXT_CHARACTERS_MAX, required=asked.kind != types.ACCESS)
    entries.text(asked.reply_to, field="reply_to", characters_max=TEXT_CHARACTERS_MAX, required=False)
    if asked.received_at > now or asked.received_at < now - LATE_MAX:
        raise errors.Invalid("time_wrong", field="received_on")
    _require_quality(asked)
    _require_scope(asked)


def _require_quality(asked: Asked) -> None:
    if asked.quality == types.HEIR and asked.motive not in types.MOTIVES:
        raise errors.Invalid("motive_missing", field="motive")
    if asked.quality == types.HEIR and asked.kind == types.ACCESS and asked.scope == types.WHOLE and asked.motive == types.MOTIVES[0]:
        # Only what the motive needs (CSP L.1110-4 V): the causes of a death are never the whole of a life.
        raise errors.Invalid("heir_whole", field="scope")
    if asked.quality != types.HEIR and asked.motive:
        raise errors.Invalid("choice_unknown", field="motive")
    if asked.minor_opposes and asked.quality != types.PARENT:
        raise errors.Invalid("choice_unknown", field="minor_opposes")


def _require_scope(asked: Asked) -> None:
    if asked.scope == types.PERIOD and (asked.since is None or asked.until is None or asked.until < asked.since):
        raise errors.Invalid("period_wrong", field="until")
    if asked.scope == types.STAY and asked.stay is None:
        raise errors.Invalid("text_missing", field="stay")
    if asked.scope == types.PARTS and not asked.parts:
        raise errors.Invalid("text_missing", field="parts")


def require_step(line: Line, step: str, *, quality: str, means: str, words: str, now: datetime) -> str:
    """What is written beside the step, trimmed. Raises Conflict (`request_moved`) when the step does not follow, Invalid
    (`means_missing`, `reason_missing`, `too_early`, `text_too_long`)."""
    if step not in NEXT[line.state]:
        raise errors.Conflict("request_moved")
    if step == types.PREPARING and line.state != types.READY and means not in types.MEANS:
        raise errors.Invalid("means_missing", field="means")
    if step == types.PREPARING and quality != types.PATIENT and means == "known" and line.state != types.READY:
        # That somebody is known does not say what they are to the patient.
        raise errors.Invalid("means_missing", field="means")
    if step == types.HANDED_OVER and line.clock.not_before is not None and now < line.clock.not_before:
        raise errors.Invalid("too_early", field="step")
    given = entries.text(words, field="words", characters_max=TEXT_CHARACTERS_MAX, required=False)
    if step == types.REFUSED and not given:
        raise errors.Invalid("reason_missing", field="words")
    return given
