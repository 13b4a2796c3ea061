"""Gathering one record for a copy, as far as the permit goes and as far as was asked."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from serment.dossier.copies import marks, reading
from serment.dossier.copies.types import MINOR, Gathered, Mark, Scope
from serment.dossier.disclosure.types import Permit
from serment.dossier.encounters import queries as encounters
from serment.dossier.encounters.types import StayView
from serment.dossier.kernel import clock
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.entries.types import Entry


def gathered(*, permit: Permit, scope: Scope) -> Gathered:
    """The record, sorted. What was struck out as written in error is not in it: it may be about somebody else.

    Raises Fault (`record_too_long`, `seal_broken`): a copy with a hole would look complete.
    """
    put = marks.of_record(permit=permit)
    kept, withheld, outside = [], [], 0
    found = [entry for entry in entries.every(permit=permit) if reading.is_of_the_record(entry)]
    for entry in sorted(found, key=lambda one: (one.effective_at, one.recorded_at)):
        mark = withheld_by(entry, put, scope=scope)
        if not _is_asked(entry, scope):
            outside += 1
        elif mark is not None:
            withheld.append((entry, mark))
        else:
            kept.append(entry)
    stays = tuple(one for one in encounters.stays_of(permit) if _is_stay_asked(one, scope))
    return Gathered(entries=tuple(kept), withheld=tuple(withheld), outside=outside, stays=stays)


def withheld_by(entry: Entry, put: Mapping[UUID, tuple[Mark, ...]], *, scope: Scope) -> Mark | None:
    """The mark that keeps an entry out of this copy. What a minor keeps from their parents is kept from nobody else."""
    written = marks.written_with(entry)
    found = (*((written,) if written else ()), *put.get(entry.id, ()))
    # An addendum says what its note is about: what keeps one out keeps the other out.
    found = (*found, *(put.get(entry.about, ()) if entry.about else ()))
    return next((one for one in found if one.why != MINOR or scope.for_parent), None)


def _is_asked(entry: Entry, scope: Scope) -> bool:
    day = clock.today(entry.effective_at)
    return (
        (scope.since is None or day >= scope.since)
        and (scope.until is None or day <= scope.until)
        and (scope.stay is None or entry.stay == scope.stay)
        and (not scope.parts or reading.group(entry) in scope.parts)
    )


def _is_stay_asked(stay: StayView, scope: Scope) -> bool:
    if scope.parts and "stays" not in scope.parts:
        return False
    if scope.stay is not None:
        return stay.id == scope.stay
    start = clock.today(stay.started_at) if stay.started_at else None
    end = clock.today(stay.ended_at) if stay.ended_at else None
    return not ((scope.until and start and start > scope.until) or (scope.since and end and end < scope.since))
