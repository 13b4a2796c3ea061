"""`overview`: the security officer's live picture, in one round trip. Counts and names of staff; of patients, identifiers only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from serment import journal
from serment.guard.context import Guard, Transaction
from serment.guard.evidence import accounts
from serment.guard.meters import limits, windows
from serment.guard.presence import sessions
from serment.guard.release.caller import present, refusals_of
from serment.guard.review import decoys, queue
from serment.oversight.reviewing import acknowledged
from serment.wire.protocol import Signed
from serment.wire.reviewing import COUNTED, ContainedAccount, Emergency, GaugeSeen, Overview, Series, Sprung

HOURS, TOLD_FOR = 24, timedelta(days=30)


def overview(guard: Guard, request: Signed, now: datetime) -> Overview:
    """For the security officer and the data-protection officer."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="overview", now=now)
        with refusals_of(who):
            who.require("guard:journal:read")
        people = {str(one.id): one for one in accounts.load_all(guard, tx)}
        waiting, told = queue.REVIEWS.all(guard, tx, "answered_at is null"), journal.reading.counts(tx)
        hourly = journal.reading.hourly(tx, tuple(word for word in COUNTED if word != "unexplained"), now, hours=2 * HOURS)
        planted, to_come = decoys.counts(guard, tx)
        return Overview(
            at=now, gauges=_gauges(guard, tx, now), live_sessions=sum(sessions.live_counts(tx, now).values()),
            series=tuple(
                Series(word=word, today=tuple(hourly[word][HOURS - 1 :: -1]), yesterday=tuple(hourly[word][: HOURS - 1 : -1]))
                for word in COUNTED
            ),
            contained=tuple(
                ContainedAccount(account=one.id, label=one.label, profession=one.profession, since=one.contained_at)
                for one in people.values() if one.contained_at is not None
            ),
            emergencies=_unread(tx, people, now - TOLD_FOR),
            sprung=tuple(
                Sprung(how=leaf["body"]["how"], contained=leaf["body"]["contained"], **_by(leaf, people))
                for leaf in journal.reading.of_kind(tx, "decoy", since=now - TOLD_FOR)
            ),
            reviews_waiting=len(waiting), reviews_escalated=sum(one.due <= now for one in waiting), reviews_missing=queue.missing(tx),
            decoys_planted=planted - to_come, decoys_waiting=to_come, entries=told.entries, checkpoint_at=told.checkpoint_at,
        )  # fmt: skip


def _by(leaf: dict[str, Any], people: dict[str, accounts.Account]) -> dict[str, Any]:
    one = people[leaf["account"]]
    return {"at": datetime.fromisoformat(leaf["at"]), "account": one.id, "label": one.label, "profession": one.profession}


def _unread(tx: Transaction, people: dict[str, accounts.Account], since: datetime) -> tuple[Emergency, ...]:
    """The broken glasses that no officer has acknowledged, newest first."""
    read = acknowledged(tx, since)
    return tuple(
        Emergency(id=UUID(body["opening"]), patient=UUID(leaf["patient"]), reason=body["reason"], **_by(leaf, people))
        for leaf in journal.reading.emergencies(tx, since)
        if (body := leaf["body"])["opening"] not in read
    )


def _gauges(guard: Guard, tx: Transaction, now: datetime) -> tuple[GaugeSeen, ...]:
    """The windows of each establishment that anything was spent in; workstations are places too, and are left out."""
    values, spent = limits.current(guard, tx), windows.of(guard, tx, now)
    found = []
    for place in sorted(spent.places()):
        if len(place) > len(windows.ESTABLISHMENT) and place.startswith(windows.ESTABLISHMENT):
            id = UUID(place.removeprefix(windows.ESTABLISHMENT))
            for one in windows.gauges(spent, values, (place,), values.factor(id, now), now):
                found.append(GaugeSeen(place=str(id), word=one.word, seconds=one.seconds, used=one.used, limit=one.limit))
    return tuple(found)
