"""Who may ask about incidents: the security officer and the data-protection officer, signed in with a passkey or its equal."""

from __future__ import annotations

from datetime import datetime

from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.release.caller import Asked, Present, present, refusals_of
from serment.wire.protocol import DENIED
from serment.wire.words import FULL


def officer(guard: Guard, tx: Transaction, request: Asked, *, verb: str, now: datetime, page: int = 0) -> Present:
    """Refuses `role`, and `assurance` for a sign-in by password: what is asked here names many people. One proof serves each `page` of a
    list once, as it serves each patient once elsewhere: an archive of many pages is fetched by one request of a browser."""
    who = present(guard, tx, request, verb=f"{verb}:{page}" if page else verb, now=now)
    with refusals_of(who):
        who.require("guard:incident:handle")
        if who.caller.assurance != FULL:
            raise Refused(DENIED, "assurance")
    return who
