"""What a line of the journal says of a disclosure, and whether an incident's criteria reach it. Pure; the rules are in README.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

import msgspec

from serment.guard.meters.limits import OPENING
from serment.guard.meters.windows import ESTABLISHMENT, SOURCE
from serment.guard.presence.sessions import SESSION_LIFE
from serment.guard.release.lines import SHOWN_FOR
from serment.wire.incidents import Criteria

# What gives keys; what shows lines; what passes an identity on without showing it; what gives identities and contacts to a program.
OPENINGS, LISTS, REGISTRATION, NOTIFICATION = ("opening", "emergency"), ("lines", "find"), "registration", "notification"
DISCLOSURES = (*OPENINGS, *LISTS, REGISTRATION, NOTIFICATION)

# What tells of sessions.
COMINGS = ("sign_in", "touch", "sign_out", "session_closed")

# How far before a window something can lie that still had effect in it.
LOOK_BACK = max(OPENING, SHOWN_FOR, SESSION_LIFE)


class Body(msgspec.Struct):
    """Of the body of a leaf, what matters here; the rest is left unread."""

    session: UUID | None = None
    compartments: tuple[str, ...] = ()
    until: datetime | None = None
    patients: tuple[UUID, ...] = ()
    places: tuple[str, ...] = ()
    passkey: UUID | None = None
    source: str = ""


class Leaf(msgspec.Struct):
    """A leaf of the kinds above, from its sealed bytes."""

    at: datetime
    kind: str
    account: UUID | None
    patient: UUID | None
    body: Body


DECODER = msgspec.json.Decoder(Leaf)


@dataclass(frozen=True, kw_only=True)
class Named:
    """The criteria of an incident, with what the journal says they reach: `sessions` are named, or opened by a passkey that is; `touched`
    had something that matches in the window; `holders` are whose these are. `closed` says when a session ended."""

    given: Criteria
    sessions: frozenset[UUID]
    touched: frozenset[UUID]
    holders: frozenset[UUID]
    closed: Mapping[UUID, datetime]

    @cached_property
    def accounts(self) -> frozenset[UUID]:
        return frozenset(self.given.accounts)

    @cached_property
    def places(self) -> frozenset[str]:
        sources = (f"{SOURCE}{one}" for one in self.given.sources)
        return frozenset((*sources, *(f"{ESTABLISHMENT}{one}" for one in self.given.establishments)))

    def matches(self, leaf: Leaf) -> bool:
        """Whether a leaf is of what the incident names, whenever it was written."""
        return (
            self.given.everybody
            or leaf.account in self.accounts
            or leaf.body.session in self.sessions
            or not self.places.isdisjoint(leaf.body.places)
            or (leaf.kind == "sign_in" and f"{SOURCE}{leaf.body.source}" in self.places)
        )

    def is_inside(self, at: datetime) -> bool:
        return self.given.since <= at <= self.given.until

    def usable_until(self, leaf: Leaf) -> datetime:
        """Until when the keys of an opening could be used, within the window."""
        ends = [self.given.until, leaf.body.until or leaf.at]
        if leaf.body.session and leaf.body.session in self.closed:
            ends.append(self.closed[leaf.body.session])
        return min(ends)

    def certainty(self, leaf: Leaf) -> str:
        """`certain`, `possible`, or empty for a leaf that exposed nobody to what the incident names."""
        inside, mine = self.is_inside(leaf.at), self.matches(leaf)
        if inside and mine and leaf.kind != REGISTRATION:
            return "certain"
        if leaf.kind in OPENINGS:
            live = inside or (leaf.at < self.given.since and self.usable_until(leaf) > self.given.since)
            return "possible" if live and (mine or leaf.body.session in self.touched) else ""
        if leaf.kind in LISTS:
            inside = self.given.since - SHOWN_FOR < leaf.at <= self.given.until
        return "possible" if inside and leaf.kind != NOTIFICATION and (mine or leaf.account in self.holders) else ""


def reading_from(criteria: Criteria) -> datetime:
    """The first instant of which leaves can matter."""
    return criteria.since - LOOK_BACK
