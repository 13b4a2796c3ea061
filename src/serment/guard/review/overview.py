"""`overview`: the security officer's live picture, in one round trip. Counts and names of staff; of patients, identifiers only."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from serment import journal
from serment.guard.context import Guard, Transaction
from serment.guard.evidence import accounts
from serment.guard.meters import limits, windows
from serment.guard.release.caller import present, refusals_of
from serment.guard.review import decoys, queue
from serment.guard.review.reviewing import ACKNOWLEDGED
from serment.guard.sign_in import sessions
from serment.wire.protocol import Signed
from serment.wire.reviewing import COUNTED, ContainedAccount, Emergency, GaugeSeen, Overview, Series, Sprung

HOURS, TOLD_FOR = 24, timedelta(days=30)
UNEXPLAINED = b'%"explained":false%'


def overview(guard: Guard, request: Signed, now: datetime) -> Overview:
    """For the security officer and the data-protection officer."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="overview", now=now)
        with refusals_of(who):
            who.require("guard:journal:read")
        live, told = sessions.live_counts(tx, now), journal.reading.counts(tx)
        broken, sprung = journal.reading.emergencies(tx, now - TOLD_FOR), journal.reading.of_kind(tx, "decoy", since=now - TOLD_FOR)
        people = {one.id: one for one in accounts.load_all(guard, tx)}
        waiting = queue.REVIEWS.all(guard, tx, "answered_at is null")
        read = {one.opening_id for one in ACKNOWLEDGED.all(guard, tx, "at > %s", now - TOLD_FOR)}
        planted, to_come = decoys.counts(guard, tx)
        return Overview(
            at=now,
            series=_series(tx, now),
            gauges=_gauges(guard, tx, now),
            contained=tuple(
                ContainedAccount(
                    account=one.id, label=one.label, profession=one.profession, since=one.contained_at, live_sessions=live.get(one.id, 0)
                )
                for one in people.values()
                if one.contained_at is not None
            ),
            live_sessions=sum(live.values()),
            reviews_waiting=len(waiting),
            reviews_escalated=sum(one.due <= now for one in waiting),
            reviews_missing=queue.missing(tx),
            emergencies=tuple(
                Emergency(
                    id=UUID(leaf["body"]["opening"]), at=datetime.fromisoformat(leaf["at"]), account=UUID(leaf["account"]),
                    label=people[UUID(leaf["account"])].label, profession=people[UUID(leaf["account"])].profession,
                    patient=UUID(leaf["patient"]), reason=leaf["body"]["reason"],
                )
                for leaf in broken
                if UUID(leaf["body"]["opening"]) not in read
            ),
            sprung=tuple(
                Sprung(
                    at=datetime.fromisoformat(leaf["at"]), account=UUID(leaf["account"]), label=people[UUID(leaf["account"])].label,
                    how=leaf["body"]["how"], contained=leaf["body"]["contained"],
                )
                for leaf in sprung
            ),
            decoys_planted=planted - to_come,
            decoys_waiting=to_come,
            entries=told.entries,
            checkpoint_at=told.checkpoint_at,
        )  # fmt: skip


def _series(tx: Transaction, now: datetime) -> tuple[Series, ...]:
    """What happened in each of the last 48 hours, counted back from now."""
    counted: dict[str, Counter[int]] = {word: Counter() for word in COUNTED}
    rows = tx.execute(
        """select kind, floor(extract(epoch from %(now)s - at) / 3600)::int, count(*), count(*) filter (where leaf like %(unexplained)s)
           from journal_entry where kind = any(%(kinds)s) and at > %(now)s - interval '48 hours' and at <= %(now)s group by 1, 2""",
        {"now": now, "unexplained": UNEXPLAINED, "kinds": list(COUNTED)},
    ).fetchall()
    for kind, ago, count, unexplained in rows:
        counted[kind][ago] += count
        counted["unexplained"][ago] += unexplained
    back = range(HOURS - 1, -1, -1)
    return tuple(
        Series(word=word, today=tuple(hours[ago] for ago in back), yesterday=tuple(hours[ago + HOURS] for ago in back))
        for word, hours in counted.items()
    )


def _gauges(guard: Guard, tx: Transaction, now: datetime) -> tuple[GaugeSeen, ...]:
    """The windows of each establishment that anything was spent in."""
    values, spent = limits.current(guard, tx), windows.of(guard, tx, now)
    places = sorted(place for place in spent.places() if _is_establishment(place))
    return tuple(
        GaugeSeen(place=one.place, word=one.word, seconds=one.seconds, used=one.used, limit=one.limit)
        for place in places
        for one in windows.gauges(spent, values, (place,), values.factor(UUID(place), now), now)
    )


def _is_establishment(place: str) -> bool:
    """A place that is counted is an establishment's identifier, or a workstation's address."""
    try:
        return bool(UUID(place))
    except ValueError:
        return False
