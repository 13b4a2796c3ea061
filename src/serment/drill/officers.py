"""The officers at work, as their pages are: they ask the guard's verbs with their own session and their own proof."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from serment.drill.browser import HttpBrowser
from serment.drill.door import Door
from serment.wire import four_eyes, incidents
from serment.wire.verbs import ACTS, VERBS

PAGE = "/incidents/"
COMPUTED_WITHIN_SECONDS = 120


class Refused(Exception):
    """The guard said no. The message is its code."""


@dataclass(kw_only=True)
class Officer:
    """One officer, signed in."""

    browser: HttpBrowser
    door: Door

    def ask(self, verb: str, request: type, **fields: object) -> Any:
        """The reply of one verb. Raises Refused."""
        method = "POST" if verb in ACTS else "GET"
        proof = self.browser.key.proof(htm=method, htu=self.browser.origin + PAGE, now=self.browser.clock())
        session = next(value for name, value in self.browser.cookies.items() if "session" in name)
        return answer(self.door, verb, request(session=session, proof=proof, **fields))

    def propose(self, kind: str, **terms: str) -> UUID:
        made = self.ask("propose", four_eyes.Propose, kind=kind, subject=None, terms=terms, reason="exercice")
        return UUID(str(made.id))

    def approve(self, proposal: UUID) -> str:
        """The second person's touch: the state that follows."""
        proved = self.browser.act("decide", str(proposal))
        credential = msgspec.json.encode(proved["credential"]).decode()
        decided = self.ask("decide", four_eyes.Decide, id=proposal, approve=True, ceremony=proved["ceremony"], credential=credential)
        return str(decided.state)

    def compute(self, incident: UUID, *, wait: Callable[[float], None] = time.sleep) -> incidents.ScopeLine:
        """Have the scope computed, and wait for it. Raises Refused (`scope_failed`)."""
        self.ask("compute_scope", incidents.OneIncident, incident=incident)
        until = time.monotonic() + COMPUTED_WITHIN_SECONDS
        while time.monotonic() < until:
            line: incidents.ScopeLine = self.ask("scope_progress", incidents.OneIncident, incident=incident)
            if line.state == incidents.DONE:
                return line
            wait(0.5)
        raise Refused("scope_failed")

    def exposed(self, incident: UUID) -> Iterator[incidents.Exposure]:
        """Every person of the scope."""
        after, more = 0, True
        while more:
            page = self.ask("exposed", incidents.ExposedPage, incident=incident, after=after, limit=incidents.PAGE_MAX)
            yield from page.persons
            after = page.persons[-1].place if page.persons else after
            more = len(page.persons) == incidents.PAGE_MAX


def answer(door: Door, verb: str, request: object) -> Any:
    """The reply of the guard. Raises Refused."""
    status, body = door.ask(verb, msgspec.msgpack.encode(request))
    if status != 200:
        raise Refused(str(msgspec.msgpack.decode(body).get("code", status)))
    return msgspec.msgpack.decode(body, type=VERBS[verb][1])
