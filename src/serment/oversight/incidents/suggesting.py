"""`suggest_window`: from when on something was strange, and until when what was opened could be used."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.guard.context import Guard, Transaction
from serment.guard.evidence import accounts
from serment.guard.release.caller import refusals_of
from serment.oversight.incidents import disclosures, signs
from serment.oversight.incidents.asking import officer
from serment.oversight.incidents.declaring import check_criteria
from serment.wire import incidents as wire

# More signs than anybody reads; accounts that are looked at one after the other.
SIGNS_MAX, LOOKED_AT_MAX = 500, 50


def suggest(guard: Guard, request: wire.SuggestWindow, now: datetime) -> wire.Suggestion:
    """Look at the accounts that the criteria reach, within their window. For everybody nothing is suggested: nobody's habit is everybody's.

    Refuses what a declaration refuses."""
    with guard.pool.connection() as tx:
        who = officer(guard, tx, request, verb="suggest_window", now=now)
        with refusals_of(who):
            check_criteria(guard, tx, request.criteria)
        last = tx.execute("select coalesce(max(size), 0) from journal_checkpoint").fetchone()
        named, _ = disclosures.resolve(guard, tx, request.criteria, int(last[0]) if last else 0)
        reached = sorted(named.accounts | named.holders)[:LOOKED_AT_MAX] if not request.criteria.everybody else []
        people, found = accounts.labels(guard, tx, set(reached)), list[wire.Sign]()
        for account in reached:
            leaves = _leaves(tx, account, request.criteria)
            label = people[account].label
            found += [wire.Sign(at=one.at, sign=one.sign, account=account, label=label, detail=one.detail) for one in
                      signs.strange(leaves, request.criteria.since)]  # fmt: skip
        found.sort(key=lambda one: one.at)
        since = signs.begins(signs.Strange(one.at, one.sign, one.detail) for one in found)
        until = _ends(tx, reached, request.criteria, since) if since else None
        return wire.Suggestion(since=since, until=until, signs=tuple(found[:SIGNS_MAX]))


def _leaves(tx: Transaction, account: UUID, criteria: wire.Criteria) -> list[signs.Leaf]:
    rows = tx.execute(
        "select leaf from journal_entry where account_id = %s and kind = any(%s) and at > %s and at <= %s order by account_seq",
        (account, list(signs.LOOKED_AT), criteria.since - signs.HABIT, criteria.until),
    )
    return [signs.DECODER.decode(bytes(raw)) for (raw,) in rows]


def _ends(tx: Transaction, reached: list[UUID], criteria: wire.Criteria, since: datetime) -> datetime:
    """Until when the last opening of these accounts could be used: its own end, or that of its session; within the window asked for."""
    rows = tx.execute(
        """select leaf from journal_entry where account_id = any(%s) and at >= %s and at <= %s
           and kind in ('opening', 'emergency', 'lines', 'find', 'sign_out', 'session_closed') order by at, id""",
        (reached, since, criteria.until),
    ).fetchall()
    ends: dict[UUID | None, datetime] = {}
    for (raw,) in rows:
        leaf = signs.DECODER.decode(bytes(raw))
        session, known = leaf.body.session, ends.get(leaf.body.session, since)
        closes = leaf.kind in ("sign_out", "session_closed")
        ends[session] = min(known, leaf.at) if closes else max(known, leaf.body.until or leaf.at)
    return min(max(ends.values(), default=since), criteria.until)
