"""Proposals: made by one, decided by another with a touch, executed when their delay has passed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from serment import journal
from serment.entrance import acts
from serment.guard import rows
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts, contained
from serment.guard.meters import limits
from serment.guard.release.caller import Present
from serment.oversight.four_eyes.kinds import KINDS, OFFICERS, Order
from serment.wire import canonical
from serment.wire.protocol import CONFLICT, DENIED, INVALID, NOT_FOUND
from serment.wire.words import FULL

# A proposal nobody decided on is no longer what its author wants.
STANDS_FOR = timedelta(days=7)
REASON_MAX, TERMS_MAX = 300, 2000


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One change that takes two persons."""

    id: UUID
    kind: str
    subject: UUID | None
    terms: str
    reason: str
    proposer: UUID
    proposed_at: datetime
    not_before: datetime
    until: datetime
    state: str = "proposed"
    decider: UUID | None = None
    decided_at: datetime | None = None


PROPOSALS = rows.Table("proposal", Proposal)


def make(
    guard: Guard, tx: Transaction, who: Present, *, kind: str, subject: UUID | None, terms: Mapping[str, str], reason: str, now: datetime
) -> Proposal:
    """Propose. The terms are tried at once, and undone, so that nobody is asked to approve what cannot be done.

    Refuses `kind_unknown`, `role`, `assurance`, `oneself`, `reason_missing`, `terms_too_long`, and what the kind itself refuses.
    """
    if kind not in KINDS:
        raise Refused(INVALID, "kind_unknown", field="kind")
    _require(who, kind, subject)
    if not reason.strip() or len(reason) > REASON_MAX:
        raise Refused(INVALID, "reason_missing", field="reason")
    if KINDS[kind].has_subject and subject is None:
        raise Refused(INVALID, "term_missing", field="subject")
    text = canonical.encode(dict(terms)).decode()
    if len(text) > TERMS_MAX:
        raise Refused(INVALID, "terms_too_long", field="terms")
    delay = timedelta(minutes=limits.current(guard, tx)[f"delay.{kind}"])
    proposal = Proposal(
        id=uuid4(), kind=kind, subject=subject, terms=text, reason=reason, proposer=who.id, proposed_at=now, not_before=now + delay,
        until=now + STANDS_FOR,
    )  # fmt: skip
    _try(guard, tx, proposal, by=who.id, now=now)
    PROPOSALS.add(guard, tx, proposal)
    body = {"proposal": proposal.id, "what": kind, "subject": subject, "terms": text, "not_before": proposal.not_before}
    journal.append(tx, at=now, kind="proposal", account=who.id, patient=None, body=body)
    return proposal


class _Tried(Exception):
    """Undoes what was tried."""


def _try(guard: Guard, tx: Transaction, proposal: Proposal, *, by: UUID, now: datetime) -> None:
    """Only kinds that change nothing outside the database can be tried and undone; the others are looked at by a function of their own."""
    kind, order = KINDS[proposal.kind], _order(proposal, by=by, now=now)
    if kind.look is not None:
        kind.look(guard, tx, order)
        return
    try:
        with tx.transaction():
            kind.execute(guard, tx, order)
            raise _Tried
    except _Tried:
        return


def _order(proposal: Proposal, *, by: UUID, now: datetime) -> Order:
    return Order(subject=proposal.subject, terms=json.loads(proposal.terms), by=by, now=now)


def _require(who: Present, kind: str, subject: UUID | None, *, stops: bool = False) -> None:
    """Who proposes, and who decides: the role, a passkey, and never about oneself. An officer may stop whatever anybody proposed."""
    if who.account.role not in (KINDS[kind].who | OFFICERS if stops else KINDS[kind].who):
        raise Refused(DENIED, "role")
    if who.caller.assurance != FULL:
        raise Refused(DENIED, "assurance")
    if subject == who.id:
        raise Refused(DENIED, "oneself")


def decide(
    guard: Guard, tx: Transaction, who: Present, *, id: UUID, approve: bool, ceremony: str, credential: str, now: datetime
) -> tuple[str, str]:
    """The second person's decision: the state that follows, and the enrolment code if it gave one. What is approved may still be refused,
    by whoever could have decided it or by an officer, until its delay has passed: that is what a delay is for.

    Refuses `unknown_proposal`, `proposal_decided`, `proposal_over`, `own_proposal`, `too_new`, `touch_refused`, and like `make`.
    """
    proposal = PROPOSALS.one(guard, tx, "id = %s for update", id)
    if proposal is None:
        raise Refused(NOT_FOUND, "unknown_proposal", field="id")
    _require(who, proposal.kind, proposal.subject, stops=not approve)
    if proposal.proposer == who.id:
        raise Refused(DENIED, "own_proposal")
    if who.is_new(now):
        raise Refused(DENIED, "too_new")
    if proposal.state not in (("proposed",) if approve else ("proposed", "approved")):
        raise Refused(CONFLICT, "proposal_decided")
    if proposal.until <= now:
        raise Refused(CONFLICT, "proposal_over")
    acts.prove(guard, tx, who.caller, act="decide", subject=proposal.id, ceremony=ceremony, credential=credential, now=now)
    decided = replace(proposal, state="approved" if approve else "refused", decider=who.id, decided_at=now)
    PROPOSALS.put(guard, tx, decided)
    body = {"proposal": proposal.id, "what": proposal.kind, "approved": approve}
    journal.append(tx, at=now, kind="decision", account=who.id, patient=None, body=body)
    if not approve or decided.not_before > now:
        return decided.state, ""
    return "executed", execute(guard, tx, decided, now=now)


def execute(guard: Guard, tx: Transaction, proposal: Proposal, *, now: datetime) -> str:
    """Do what two persons decided, once. Returns the enrolment code, if there is one to hand over.

    Refuses (`no_longer_theirs`) when either has been contained meanwhile, or could not decide it any more."""
    for person in (proposal.proposer, proposal.decider):
        if person is not None and not _may_still(guard, tx, person, proposal.kind):
            raise Refused(DENIED, "no_longer_theirs")
    code = KINDS[proposal.kind].execute(guard, tx, _order(proposal, by=proposal.decider or proposal.proposer, now=now))
    PROPOSALS.put(guard, tx, replace(proposal, state="executed"))
    body = {"proposal": proposal.id, "what": proposal.kind}
    journal.append(tx, at=now, kind="execution", account=proposal.decider, patient=None, body=body)
    return code


def _may_still(guard: Guard, tx: Transaction, person: UUID, kind: str) -> bool:
    known = accounts.load(guard, tx, person)
    return known.role in KINDS[kind].who and known.contained_at is None and not contained.is_contained(guard, tx, person)


def execute_due(guard: Guard, now: datetime) -> int:
    """Execute the approvals whose delay has passed, each in a transaction of its own. Returns how many were dealt with here.

    What cannot be done any more (a unit that is gone) is marked as failed. Nobody sees a code made then: a recovery gives one.
    """
    with guard.pool.connection() as tx:
        due = [one.id for one in PROPOSALS.all(guard, tx, "state = 'approved' and not_before <= %s order by not_before", now)]
    done = 0
    for id in due:
        with guard.pool.connection() as tx:
            proposal = PROPOSALS.one(guard, tx, "id = %s and state = 'approved' for update skip locked", id)
            if proposal is None:
                continue
            done += 1
            try:
                with tx.transaction():
                    execute(guard, tx, proposal, now=now)
            except Refused as refused:
                PROPOSALS.put(guard, tx, replace(proposal, state="failed"))
                body = {"proposal": id, "what": proposal.kind, "code": refused.refusal.code}
                journal.append(tx, at=now, kind="execution", account=proposal.decider, patient=None, body=body)
    return done
