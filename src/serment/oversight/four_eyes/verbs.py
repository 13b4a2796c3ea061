"""`propose`, `proposals`, `decide`, `withdraw`, `end_assignment`, `directory`."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from serment import journal
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.meters import limits
from serment.guard.presence import sessions
from serment.guard.release import openings
from serment.guard.release.caller import present, refusals_of
from serment.oversight.four_eyes import proposals as store
from serment.wire.four_eyes import Decide, Decided, Directory, Limit, Member, One, Post, Proposal, Proposals, Propose, UnitLine
from serment.wire.protocol import CONFLICT, DENIED, NOT_FOUND, Empty, Signed

# What was decided stays on the page for a month; the journal keeps it for ever.
SHOWN_FOR = timedelta(days=31)


def propose(guard: Guard, request: Propose, now: datetime) -> Proposal:
    """Propose one change to whoever else may decide it. Refuses like `proposals.make`."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="propose", now=now)
        with refusals_of(who):
            who.require("guard:proposal:decide")
            made = store.make(
                guard, tx, who, kind=request.kind, subject=request.subject, terms=request.terms, reason=request.reason, now=now
            )
        return _shown(guard, tx, [made], who.id)[0]


def proposals(guard: Guard, request: Signed, now: datetime) -> Proposals:
    """What waits, and what was decided in the last month, newest first: the digest that the data-protection officer reads."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="proposals", now=now)
        with refusals_of(who):
            who.require("guard:proposal:decide")
        found = store.PROPOSALS.all(guard, tx, "proposed_at > %s order by proposed_at desc", now - SHOWN_FOR)
        return Proposals(proposals=tuple(_shown(guard, tx, found, who.id)))


def decide(guard: Guard, request: Decide, now: datetime) -> Decided:
    """Approve or refuse, with the passkey. Refuses like `proposals.decide`."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="decide", now=now)
        with refusals_of(who):
            who.require("guard:proposal:decide")
            state, code = store.decide(
                guard, tx, who, id=request.id, approve=request.approve, ceremony=request.ceremony, credential=request.credential, now=now
            )
    return Decided(state=state, code=code)


def withdraw(guard: Guard, request: One, now: datetime) -> Empty:
    """Take one's own proposal back, also after its approval as long as its delay runs. Refuses `unknown_proposal`, `proposal_decided`."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="withdraw", now=now)
        with refusals_of(who):
            who.require("guard:proposal:decide")
        proposal = store.PROPOSALS.one(guard, tx, "id = %s and proposer = %s for update", request.id, who.id)
        if proposal is None:
            raise Refused(NOT_FOUND, "unknown_proposal", field="id")
        if proposal.state not in ("proposed", "approved"):
            raise Refused(CONFLICT, "proposal_decided")
        store.PROPOSALS.put(guard, tx, replace(proposal, state="withdrawn"))
        journal.append(tx, at=now, kind="withdrawal", account=who.id, patient=None, body={"proposal": proposal.id, "what": proposal.kind})
    return Empty()


def end_assignment(guard: Guard, request: One, now: datetime) -> Empty:
    """End an assignment now: one administrator alone, since taking a right away is never delayed. Sessions and permits end with it.

    Refuses `unknown_assignment`, and `oneself`.
    """
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="end_assignment", now=now)
        with refusals_of(who):
            who.require("guard:assignment:end")
            post = accounts.POSTS.one(guard, tx, "id = %s and (until is null or until > %s) for update", request.id, now)
            if post is None:
                raise Refused(NOT_FOUND, "unknown_assignment", field="id")
            if post.account_id == who.id:
                raise Refused(DENIED, "oneself")
        accounts.POSTS.put(guard, tx, replace(post, until=now))
        sessions.close_all(guard, tx, post.account_id, now, by=who.id)
        body = {"assignment": post.id, "account": post.account_id, "unit": post.unit_id}
        journal.append(tx, at=now, kind="assignment_ended", account=who.id, patient=None, body=body)
    openings.hide_rows(guard, account=post.account_id)
    return Empty()


def directory(guard: Guard, request: Signed, now: datetime) -> Directory:
    """Everybody who works here and where, the units, and the limits in force; for the yearly review of rights too."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="directory", now=now)
        with refusals_of(who):
            who.require("guard:proposal:decide")
        people = [one for one in accounts.load_all(guard, tx) if one.kind != "interface"]
        posts = accounts.POSTS.all(guard, tx, "until is null or until > %s order by since", now)
        units = accounts.UNITS.all(guard, tx, "true order by label")
        seen = dict(tx.execute("select account_id, max(opened_at) from session group by account_id").fetchall())
        in_force = limits.current(guard, tx)
    return Directory(
        members=tuple(
            Member(
                account=one.id, label=one.label, profession=one.profession, role=one.role, contained=one.contained_at is not None,
                last_sign_in=seen.get(one.id), posts=tuple(_post(post) for post in posts if post.account_id == one.id),
            )
            for one in people
        ),
        units=tuple(UnitLine(unit=unit.id, label=unit.label, establishment=unit.establishment_id) for unit in units),
        limits=tuple(Limit(name=name, value=in_force[name], default=default) for name, default in limits.DEFAULTS.items()),
    )  # fmt: skip


def _post(post: accounts.Post) -> Post:
    return Post(id=post.id, account=post.account_id, unit=post.unit_id, role=post.role, since=post.since, until=post.until)


def _shown(guard: Guard, tx: Transaction, found: list[store.Proposal], reader: UUID) -> list[Proposal]:
    named = {id for one in found for id in (one.subject, one.proposer, one.decider) if id is not None}
    people = accounts.labels(guard, tx, named)

    def label(id: UUID | None) -> str:
        return people[id].label if id in people else ""

    return [
        Proposal(
            id=one.id, kind=one.kind, subject=one.subject, subject_label=label(one.subject), terms=json.loads(one.terms), reason=one.reason,
            proposer=one.proposer, proposer_label=label(one.proposer), proposed_at=one.proposed_at, not_before=one.not_before,
            until=one.until, state=one.state, decider_label=label(one.decider), decided_at=one.decided_at, mine=one.proposer == reader,
        )
        for one in found
    ]  # fmt: skip
