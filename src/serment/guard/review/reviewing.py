"""The verbs of those who look: the queue, one opening with its context, the answer, and the broken glasses that were read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from serment import journal
from serment.guard import rows
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts, ties
from serment.guard.release.caller import Present, present, refusals_of
from serment.guard.review import queue
from serment.guard.review.queue import REVIEWS
from serment.wire import reviewing
from serment.wire.protocol import NOT_FOUND, Empty, Signed

ANSWERED_FOR = timedelta(days=7)
SHOWN_MAX = 200
DAY, MONTH = timedelta(days=1), timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """A broken glass that an officer has read."""

    opening_id: UUID
    account_id: UUID
    at: datetime


ACKNOWLEDGED = rows.Table("acknowledgement", Acknowledgement, key=("opening_id",))
TIES = rows.Table("tie", ties.Tie, key=("patient_id", "reference"))


def reviewer(guard: Guard, tx: Transaction, request: Signed, *, verb: str, now: datetime) -> Present:
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
        who = reviewer(guard, tx, Signed(session=request.session, proof=request.proof), verb="review", now=now)
        one = REVIEWS.one(guard, tx, "id = %s", request.id)
        if one is None:
            raise Refused(NOT_FOUND, "unknown_review")
        leaves = [leaf for leaf in journal.reading.for_patient(tx, one.patient_id) if leaf["kind"] in ("opening", "emergency")]
        mine: dict[str, str] = next((leaf["body"] for leaf in leaves if leaf["body"]["opening"] == str(one.opening_id)), {})
        near = [leaf for leaf in leaves if abs(datetime.fromisoformat(leaf["at"]) - one.at) <= DAY]
        others = [leaf for leaf in near if leaf["account"] != str(one.account_id)]
        people = accounts.labels(guard, tx, {UUID(leaf["account"]) for leaf in others})
        units = accounts.read_assignments(guard, accounts.ask_assignments(tx, one.account_id, one.at))
        names = dict(tx.execute("select id, label from unit").fetchall())
        theirs = {unit.unit for unit in units}
        counted = [_unexplained(tx, one.account_id, since=one.at - span, until=one.at) for span in (DAY, MONTH)]
        return reviewing.ReviewContext(
            review=_shown(guard, tx, [one], who=who, now=now)[0],
            reason=mine.get("reason", ""),
            units=tuple(names.get(unit.unit, "") for unit in units),
            ties=tuple(_tie(guard, tx, tie, names, account=one.account_id, theirs=theirs) for tie in _ties(guard, tx, one)),
            others=tuple(
                reviewing.OtherOpening(
                    label=people[UUID(leaf["account"])].label, profession=people[UUID(leaf["account"])].profession,
                    at=datetime.fromisoformat(leaf["at"]), explained=bool(leaf["body"]["explained"]),
                )
                for leaf in others
            ),
            unexplained_day=counted[0],
            unexplained_month=counted[1],
        )  # fmt: skip


def answer_review(guard: Guard, request: reviewing.AnswerReview, now: datetime) -> Empty:
    """Say whether an opening was right; `illegitimate` contains its author. Refuses like `queue.answer`."""
    with guard.pool.connection() as tx:
        who = reviewer(guard, tx, Signed(session=request.session, proof=request.proof), verb="answer_review", now=now)
        with refusals_of(who):
            queue.answer(guard, tx, id=request.id, by=who.id, verdict=request.answer, now=now)
    return Empty()


def acknowledge(guard: Guard, request: reviewing.Acknowledge, now: datetime) -> Empty:
    """Say that a broken glass was read. Said again, it changes nothing. Refuses `unknown_opening`."""
    with guard.pool.connection() as tx:
        who = reviewer(guard, tx, Signed(session=request.session, proof=request.proof), verb="acknowledge", now=now)
        if tx.execute("select from opening where id = %s and emergency", (request.id,)).fetchone() is None:
            raise Refused(NOT_FOUND, "unknown_opening")
        if ACKNOWLEDGED.one(guard, tx, "opening_id = %s", request.id) is None:
            ACKNOWLEDGED.keep(guard, tx, Acknowledgement(opening_id=request.id, account_id=who.id, at=now))
            journal.append(tx, at=now, kind="acknowledged", account=who.id, patient=None, body={"opening": request.id})
    return Empty()


def _shown(guard: Guard, tx: Transaction, found: Sequence[queue.Review], *, who: Present, now: datetime) -> tuple[reviewing.Review, ...]:
    people = accounts.labels(guard, tx, {one.account_id for one in found} | {one.reviewer for one in found if one.reviewer})
    return tuple(
        reviewing.Review(
            id=one.id, at=one.at, due=one.due, account=one.account_id, label=people[one.account_id].label,
            profession=people[one.account_id].profession, role=one.role, patient=one.patient_id, emergency=one.emergency,
            compartments=one.compartments, features=one.features, strength=one.strength, escalated=not one.answer and one.due <= now,
            tied_at=_tied_after(guard, tx, one), is_mine=one.account_id == who.id, answer=one.answer, answered_at=one.answered_at,
            reviewer=people[one.reviewer].label if one.reviewer else "",
        )
        for one in found
    )  # fmt: skip


def _ties(guard: Guard, tx: Transaction, one: queue.Review) -> list[ties.Tie]:
    """The patient's ties that were live, or made, within a day of the opening."""
    when = "patient_id = %s and made_at <= %s and (until is null or until > %s) order by made_at"
    return TIES.all(guard, tx, when, one.patient_id, one.at + queue.TIED_WITHIN, one.at - DAY)


def _tied_after(guard: Guard, tx: Transaction, one: queue.Review) -> datetime | None:
    """When somebody else made, within a day after, a tie that lets the account in."""
    units = accounts.read_assignments(guard, accounts.ask_assignments(tx, one.account_id, one.at))
    holders = {one.account_id, *(unit.unit for unit in units)}
    made = [
        tie.made_at
        for tie in _ties(guard, tx, one)
        if tie.made_at > one.at and tie.origin_account != one.account_id and {tie.holder_account, tie.holder_unit} & holders
    ]
    return min(made, default=None)


def _tie(guard: Guard, tx: Transaction, tie: ties.Tie, names: dict[UUID, str], *, account: UUID, theirs: set[UUID]) -> reviewing.TieSeen:
    is_theirs = tie.holder_account == account or tie.holder_unit in theirs
    holder = names.get(tie.holder_unit, "") if tie.holder_unit else ""
    if tie.holder_account:
        holder = accounts.load(guard, tx, tie.holder_account).label
    return reviewing.TieSeen(kind=tie.kind, holder=holder, since=tie.since, until=tie.until, made_at=tie.made_at, is_theirs=is_theirs)


def _unexplained(tx: Transaction, account: UUID, *, since: datetime, until: datetime) -> int:
    row = tx.execute(
        "select count(*) from opening where account_id = %s and not explained and since > %s and since <= %s", (account, since, until)
    ).fetchone()
    return int(row[0]) if row else 0
