"""The verbs of those who look: the queue, one opening with its context, the answer, and the broken glasses that were read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from serment import journal
from serment.guard import rows
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts, ties
from serment.guard.release.caller import Asked, Present, present, refusals_of
from serment.guard.review import queue
from serment.guard.review.queue import REVIEWS
from serment.wire import reviewing
from serment.wire.protocol import NOT_FOUND, Empty, Signed

ANSWERED_FOR = timedelta(days=7)
SHOWN_MAX = 200
DAY, MONTH = timedelta(days=1), timedelta(days=30)

# More than the officers of a large group read in a month.
ACKNOWLEDGED_MAX = 5000


TIES = rows.Table("tie", ties.Tie, key=("patient_id", "reference"))


def reviewer(guard: Guard, tx: Transaction, request: Asked, *, verb: str, now: datetime) -> Present:
    who = present(guard, tx, request, verb=verb, now=now)
    with refusals_of(who):
        who.require("guard:review:answer")
    return who


def reviews(guard: Guard, request: Signed, now: datetime) -> reviewing.Reviews:
    """What waits, and what was answered in the last week."""
    with guard.pool.connection() as tx:
        who = reviewer(guard, tx, request, verb="reviews", now=now)
        waiting = REVIEWS.all(guard, tx, "answered_at is null order by due <= %s desc, strength desc, at limit %s", now, SHOWN_MAX)
        done = REVIEWS.all(guard, tx, "answered_at > %s order by answered_at desc limit %s", now - ANSWERED_FOR, SHOWN_MAX)
        shown = _shown(guard, tx, [*waiting, *done], who=who, now=now)
        return reviewing.Reviews(waiting=shown[: len(waiting)], answered=shown[len(waiting) :], missing=queue.missing(tx))


def review(guard: Guard, request: reviewing.OneReview, now: datetime) -> reviewing.ReviewContext:
    """One opening with what helps to judge it. Refuses `unknown_review`."""
    with guard.pool.connection() as tx:
        who = reviewer(guard, tx, request, verb="review", now=now)
        one = REVIEWS.one(guard, tx, "id = %s", request.id)
        if one is None:
            raise Refused(NOT_FOUND, "unknown_review")
        leaves = [leaf for leaf in journal.reading.for_patient(tx, one.patient_id) if leaf["kind"] in ("opening", "emergency")]
        mine = next((leaf["body"] for leaf in leaves if leaf["body"]["opening"] == str(one.opening_id)), {"reason": ""})
        people, names = (
            {str(other.id): other for other in accounts.load_all(guard, tx)},
            dict(tx.execute("select id, label from unit").fetchall()),
        )
        units = _units(guard, tx, one)
        return reviewing.ReviewContext(
            review=_shown(guard, tx, [one], who=who, now=now)[0], reason=mine.get("reason", ""), units=tuple(names[unit] for unit in units),
            ties=tuple(
                reviewing.TieSeen(
                    kind=tie.kind, since=tie.since, until=tie.until, made_at=tie.made_at,
                    holder=names[tie.holder_unit] if tie.holder_unit else people[str(tie.holder_account)].label,
                    is_theirs=tie.holder_account == one.account_id or tie.holder_unit in units,
                )
                for tie in _ties(guard, tx, one)
            ),
            others=tuple(
                reviewing.OtherOpening(label=other.label, profession=other.profession, at=at, explained=bool(leaf["body"]["explained"]))
                for leaf in leaves
                if (other := people[leaf["account"]]).id != one.account_id
                and abs((at := datetime.fromisoformat(leaf["at"])) - one.at) <= DAY
            ),
            unexplained_day=_unexplained(tx, one, DAY), unexplained_month=_unexplained(tx, one, MONTH),
        )  # fmt: skip


def answer_review(guard: Guard, request: reviewing.AnswerReview, now: datetime) -> Empty:
    """Say whether an opening was right; `illegitimate` contains its author. Refuses like `queue.answer`."""
    with guard.pool.connection() as tx:
        who = reviewer(guard, tx, request, verb="answer_review", now=now)
        with refusals_of(who):
            queue.answer(guard, tx, id=request.id, by=who.id, verdict=request.answer, now=now)
    return Empty()


def acknowledge(guard: Guard, request: reviewing.Acknowledge, now: datetime) -> Empty:
    """Say that a broken glass was read. Said again, it changes nothing. Refuses `unknown_opening`."""
    with guard.pool.connection() as tx:
        who = reviewer(guard, tx, request, verb="acknowledge", now=now)
        if tx.execute("select from opening where id = %s and emergency", (request.id,)).fetchone() is None:
            raise Refused(NOT_FOUND, "unknown_opening")
        if str(request.id) not in acknowledged(tx, now - MONTH):
            journal.append(tx, at=now, kind="acknowledged", account=who.id, patient=None, body={"opening": request.id})
    return Empty()


def acknowledged(tx: Transaction, since: datetime) -> set[str]:
    """The broken glasses that an officer has read, by the journal alone."""
    return {leaf["body"]["opening"] for leaf in journal.reading.of_kind(tx, "acknowledged", since=since, limit=ACKNOWLEDGED_MAX)}


_SAME = ("id", "at", "due", "role", "emergency", "compartments", "features", "strength", "answer", "answered_at")


def _shown(guard: Guard, tx: Transaction, found: Sequence[queue.Review], *, who: Present, now: datetime) -> tuple[reviewing.Review, ...]:
    people = accounts.labels(guard, tx, {one.account_id for one in found} | {one.reviewer for one in found if one.reviewer})
    return tuple(
        reviewing.Review(
            **{name: getattr(one, name) for name in _SAME}, account=one.account_id, patient=one.patient_id,
            label=people[one.account_id].label, profession=people[one.account_id].profession, is_mine=one.account_id == who.id,
            escalated=not one.answer and one.due <= now, tied_at=_tied_after(guard, tx, one),
            reviewer=people[one.reviewer].label if one.reviewer else "",
        )
        for one in found
    )  # fmt: skip


def _units(guard: Guard, tx: Transaction, one: queue.Review) -> list[UUID]:
    """Where the account worked then."""
    return [unit.unit for unit in accounts.read_assignments(guard, accounts.ask_assignments(tx, one.account_id, one.at))]


def _ties(guard: Guard, tx: Transaction, one: queue.Review) -> list[ties.Tie]:
    """The patient's ties that were live, or made, within a day of the opening."""
    when = "patient_id = %s and made_at <= %s and (until is null or until > %s) order by made_at"
    return TIES.all(guard, tx, when, one.patient_id, one.at + DAY, one.at - DAY)


def _tied_after(guard: Guard, tx: Transaction, one: queue.Review) -> datetime | None:
    """When somebody else made a tie that lets the account in, within a day after: it explains what was then known at the bedside only."""
    holders = {one.account_id, *_units(guard, tx, one)}
    late = [tie for tie in _ties(guard, tx, one) if tie.made_at > one.at and tie.origin_account != one.account_id]
    return min((tie.made_at for tie in late if {tie.holder_account, tie.holder_unit} & holders), default=None)


def _unexplained(tx: Transaction, one: queue.Review, span: timedelta) -> int:
    query = "select count(*) from opening where account_id = %s and not explained and since > %s and since <= %s"
    row = tx.execute(query, (one.account_id, one.at - span, one.at)).fetchone()
    return int(row[0]) if row else 0
