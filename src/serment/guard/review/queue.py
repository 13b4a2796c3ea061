"""Reviews: a share of what nothing explains is looked at by a person, and what looks worst always is.

Whoever opens never learns whether they were drawn. The share is what bounds an account that takes its time (S11).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from serment import journal
from serment.guard import rows
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence.accounts import Account
from serment.guard.find import rules
from serment.guard.find.identities import Sheet
from serment.guard.meters import account as meters
from serment.guard.meters import limits
from serment.guard.release import cutting
from serment.guard.release.openings import Book
from serment.wire.protocol import CONFLICT, INVALID, NOT_FOUND, Identity
from serment.wire.reviewing import ANSWERS

# How much each feature adds to what there is to explain.
WEIGHTS = {
    "colleague": 5, "same_surname": 4, "sealed": 4, "many_emergencies": 4, "in_a_row": 3, "at_threshold": 3, "not_in_care": 2,
    "in_care_elsewhere": 0, "unusual_hour": 1, "first_pair": 1,
}  # fmt: skip

# One of these, and the draw is not left to chance.
ALWAYS = frozenset({"colleague", "same_surname", "sealed", "many_emergencies", "at_threshold"})

# From how many unexplained openings within an hour they are "in a row"; and emergencies within a shift, "many".
IN_A_ROW, EMERGENCIES, HOURS_KNOWN_MIN = 3, 3, 20


@dataclass(frozen=True, kw_only=True)
class Review:
    """One opening that was drawn; `answer` is empty until somebody has looked."""

    id: UUID
    opening_id: UUID
    account_id: UUID
    patient_id: UUID
    at: datetime
    role: str
    emergency: bool
    compartments: tuple[str, ...]
    features: tuple[str, ...]
    strength: int
    due: datetime
    escalated_at: datetime | None = None
    reviewer: UUID | None = None
    answered_at: datetime | None = None
    answer: str = ""


REVIEWS = rows.Table("review", Review)


def sample(guard: Guard, tx: Transaction, *, book: Book, account: Account, sheet: Sheet, at_step_up: bool, now: datetime) -> None:
    """Perhaps put a new unexplained opening, already saved in this transaction, before the reviewers."""
    features = _features(tx, book=book, account=account, identity=sheet.identity, at_step_up=at_step_up, now=now)
    values = limits.current(guard, tx)
    drawn = secrets.randbelow(100) < values["review.share_percent"]
    if not drawn and not ALWAYS & set(features):
        return
    review = Review(
        id=uuid4(), opening_id=book.id, account_id=account.id, patient_id=book.patient_id, at=now, role=account.role,
        emergency=book.emergency, compartments=book.compartments, features=features, strength=sum(WEIGHTS[name] for name in features),
        due=now + timedelta(hours=values["review.hours"]),
    )  # fmt: skip
    REVIEWS.add(guard, tx, review)
    # Without its row, the journal still knows that there is one: a deleted review is missed.
    journal.append(tx, at=now, kind="review_asked", account=account.id, patient=None, body={"review": review.id, "opening": book.id})


def answer(guard: Guard, tx: Transaction, *, id: UUID, by: UUID, verdict: str, now: datetime) -> None:
    """Say whether an opening was right. `illegitimate` contains its author at once; when nothing of an account waits any more, its meter
    starts afresh. Refuses `unknown_review`, `review_answered`, `answer_unknown` and `oneself`."""
    if verdict not in ANSWERS:
        raise Refused(INVALID, "answer_unknown", field="answer")
    review = REVIEWS.one(guard, tx, "id = %s for update", id)
    if review is None:
        raise Refused(NOT_FOUND, "unknown_review")
    if review.account_id == by:
        raise Refused(INVALID, "oneself", field="id")
    if review.answer:
        raise Refused(CONFLICT, "review_answered")
    REVIEWS.put(guard, tx, replace(review, reviewer=by, answered_at=now, answer=verdict))
    body = {"review": id, "opening": review.opening_id, "account": review.account_id, "answer": verdict}
    journal.append(tx, at=now, kind="review", account=by, patient=None, body=body)
    if verdict == "illegitimate":
        cutting.cut(guard, tx, account=review.account_id, by=by, why="review", now=now)
    elif not REVIEWS.all(guard, tx, "account_id = %s and answered_at is null", review.account_id):
        meters.note(guard, tx, account=review.account_id, kind="cleared", body={"by": by}, now=now)


def is_overdue(guard: Guard, tx: Transaction, account: UUID, now: datetime) -> bool:
    """Whether an opening of the account has waited too long for a reviewer: nothing unexplained is added to it but emergencies."""
    late = now - timedelta(hours=limits.current(guard, tx)["review.late_hours"])
    return REVIEWS.one(guard, tx, "account_id = %s and answered_at is null and at <= %s limit 1", account, late) is not None


def escalate(guard: Guard, tx: Transaction, now: datetime) -> int:
    """Tell the journal, once each, which reviews nobody has answered in time; they then stand before all others. Returns how many."""
    late = REVIEWS.all(guard, tx, "answered_at is null and escalated_at is null and due <= %s for update skip locked", now)
    for review in late:
        REVIEWS.put(guard, tx, replace(review, escalated_at=now))
        body = {"review": review.id, "account": review.account_id, "due": review.due}
        journal.append(tx, at=now, kind="review_late", account=None, patient=None, body=body)
    return len(late)


def missing(tx: Transaction) -> int:
    """How many reviews the journal knows of that have no row any more."""
    row = tx.execute("select (select count(*) from journal_entry where kind = 'review_asked') - (select count(*) from review)").fetchone()
    return int(row[0]) if row else 0


# what speaks for and against --------------------------------------------------------------------------------------------------

# Named in a migration, beside the table.
_FACTS = "select known, in_hour, emergencies, hours, count, in_care from review_facts(%s, %s, %s, %s)"


def _features(tx: Transaction, *, book: Book, account: Account, identity: Identity, at_step_up: bool, now: datetime) -> tuple[str, ...]:
    """What is worth telling the reviewer, each a plain fact, in the order of weight."""
    facts = tx.execute(_FACTS, (account.id, book.patient_id, book.id, now)).fetchone()
    known, in_hour, emergencies, hours, count, in_care = facts or (False, 0, 0, [], 0, False)
    near = {(now.hour + shift) % 24 for shift in (-1, 0, 1)}
    found = {
        "colleague": _is_colleague(tx, identity),
        "same_surname": bool(_sounds(_surname(account.label)) & _surnames(identity)),
        # An emergency shows a physician everything: that says nothing of what was looked for.
        "sealed": "sealed" in book.compartments and not book.emergency,
        "many_emergencies": book.emergency and emergencies >= EMERGENCIES,
        "in_a_row": in_hour >= IN_A_ROW,
        "at_threshold": at_step_up,
        "not_in_care": not in_care,
        "in_care_elsewhere": in_care,
        "unusual_hour": count >= HOURS_KNOWN_MIN and not near & set(hours),
        "first_pair": not known,
    }
    return tuple(name for name in WEIGHTS if found[name])


def _is_colleague(tx: Transaction, identity: Identity) -> bool:
    """Whether somebody who works here bears the patient's name. Labels are read unchecked: a false one hides or adds a hint, no more."""
    given = rules.folded(identity.first_given_name)
    labels = [row[0] for row in tx.execute("select label from account where kind = 'person'").fetchall()]
    return any(given in rules.folded(label) and _sounds(_surname(label)) & _surnames(identity) for label in labels)


def _surname(label: str) -> str:
    """Of `Dr Amel BENSAID` or `Bruno Lemoine`, the name: what stands in capitals, else the last word."""
    words = label.split()
    return " ".join(word for word in words if len(word) > 1 and word.isupper()) or words[-1]


def _surnames(identity: Identity) -> set[str]:
    return _sounds(identity.birth_name) | _sounds(identity.used_name)


def _sounds(name: str) -> set[str]:
    """How each word of a name sounds; particles (`de`, `la`, `Le`) say nothing of a family."""
    return {rules.sounded(word) for word in rules.folded(name).split() if len(word) > 2}
