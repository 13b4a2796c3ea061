"""Reading disclosures back from the journal, as far as a signed checkpoint vouches for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from serment.entrance.passkeys import PASSKEYS
from serment.guard.context import Guard, Transaction
from serment.guard.presence.sessions import SESSIONS
from serment.oversight.incidents.criteria import COMINGS, DECODER, DISCLOSURES, Leaf, Named, reading_from
from serment.wire.incidents import Criteria

FETCH_ROWS = 5000

# The place of each leaf is looked up by itself: joined, the whole journal is read in its order to find a month of it.
_LEAVES: LiteralString = """
select e.leaf from journal_entry e where e.kind = any(%(kinds)s) and e.at >= %(since)s and e.at <= %(until)s
and (select s.leaf_index from journal_sequence s where s.entry_id = e.id) < %(size)s
"""
_PLACED: LiteralString = """
select s.leaf_index, e.leaf from journal_entry e join journal_sequence s on s.entry_id = e.id
where e.kind = any(%(kinds)s) and e.at >= %(since)s and e.at <= %(until)s and s.leaf_index < %(size)s and s.leaf_index > %(after)s
"""
_OF_ACCOUNTS: LiteralString = " and e.account_id = any(%(accounts)s)"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is read: up to which size of the tree, in which time, of whom (None: of everybody)."""

    size: int
    since: datetime
    until: datetime
    accounts: frozenset[UUID] | None

    def leaves(self, tx: Transaction, kinds: Iterable[str]) -> Iterator[Leaf]:
        """The leaves of some kinds, in no order, without ever holding them all."""
        asked = {"kinds": list(kinds), "since": self.since, "until": self.until, "size": self.size}
        query = _LEAVES
        if self.accounts is not None:
            query, asked["accounts"] = _LEAVES + _OF_ACCOUNTS, list(self.accounts)
        for (raw,) in _rows(tx, query, asked):
            yield DECODER.decode(raw)

    def placed(self, tx: Transaction, kinds: Iterable[str], *, after: int) -> Iterator[tuple[int, bytes, Leaf]]:
        """The leaves of some kinds after a place in the tree, in its order, each with its place and its bytes."""
        asked = {"kinds": list(kinds), "since": self.since, "until": self.until, "size": self.size, "after": after}
        query = _PLACED
        if self.accounts is not None:
            query, asked["accounts"] = query + _OF_ACCOUNTS, list(self.accounts)
        for index, raw in _rows(tx, query + " order by s.leaf_index", asked):
            yield index, bytes(raw), DECODER.decode(raw)

    def count(self, tx: Transaction) -> int:
        """About how many leaves will be read: for the progress."""
        query: LiteralString = "select count(*) from journal_entry e where e.kind = any(%s) and e.at >= %s and e.at <= %s"
        asked: list[Any] = [list(DISCLOSURES), self.since, self.until]
        if self.accounts is not None:
            query, asked = query + " and e.account_id = any(%s)", [*asked, list(self.accounts)]
        row = tx.execute(query, asked).fetchone()
        return int(row[0]) if row else 0


def _rows(tx: Transaction, query: LiteralString, asked: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with tx.cursor(name="disclosures") as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(query, asked, binary=True)
        yield from cursor


def resolve(guard: Guard, tx: Transaction, criteria: Criteria, size: int, *, among: frozenset[UUID] | None = None) -> tuple[Named, Reading]:
    """The criteria with the sessions that they reach, and what is to be read to find everybody; `among`: nobody else's leaves matter."""
    owners = None if criteria.everybody or criteria.sources or criteria.establishments else _owners(guard, tx, criteria)
    reading = Reading(size=size, since=reading_from(criteria), until=criteria.until, accounts=among if owners is None else owners)
    sessions, closed = _sessions(tx, reading, criteria)
    named = Named(given=criteria, sessions=sessions, touched=sessions, holders=owners or frozenset(), closed=closed)
    return (named if owners is not None or criteria.everybody else _with_touched(tx, named, reading)), reading


def _owners(guard: Guard, tx: Transaction, criteria: Criteria) -> frozenset[UUID] | None:
    """Whose the named accounts, sessions and passkeys are; None when one is of nobody known, and everything must be read."""
    wanted = {*criteria.sessions, *criteria.passkeys}
    found = {
        **{one.id: one.account_id for one in SESSIONS.all(guard, tx, "id = any(%s)", list(criteria.sessions))},
        **{one.id: one.account_id for one in PASSKEYS.all(guard, tx, "id = any(%s)", list(criteria.passkeys))},
    }
    return frozenset(criteria.accounts).union(found.values()) if wanted <= found.keys() else None


def _sessions(tx: Transaction, reading: Reading, criteria: Criteria) -> tuple[frozenset[UUID], dict[UUID, datetime]]:
    """The sessions that are named or that a named passkey opened or touched, and when any session ended."""
    sessions, closed, passkeys = set(criteria.sessions), dict[UUID, datetime](), frozenset(criteria.passkeys)
    for leaf in reading.leaves(tx, COMINGS):
        session = leaf.body.session
        if session and leaf.body.passkey in passkeys:
            sessions.add(session)
        if session and leaf.kind in ("sign_out", "session_closed"):
            closed[session] = min(leaf.at, closed.get(session, leaf.at))
    return frozenset(sessions), closed


def _with_touched(tx: Transaction, named: Named, reading: Reading) -> Named:
    """The sessions of which something that matches happened in the window, and whose they are."""
    touched, holders = set(named.touched), set[UUID]()
    for leaf in reading.leaves(tx, (*COMINGS, *DISCLOSURES)):
        if leaf.body.session and leaf.account and named.is_inside(leaf.at) and named.matches(leaf):
            touched.add(leaf.body.session)
            holders.add(leaf.account)
    return replace(named, touched=frozenset(touched), holders=frozenset(holders))
