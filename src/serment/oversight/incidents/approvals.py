"""What two officers decided about an incident: a proposal that was approved and executed, and still stands."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import UUID

from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import contained
from serment.oversight.four_eyes.proposals import PROPOSALS
from serment.wire.protocol import DENIED

# Letters come back, and go out again by another way: three months after the decision everybody was told, or two persons decide anew.
STANDS_FOR = timedelta(days=92)


def terms(guard: Guard, tx: Transaction, *, approval: UUID, kind: str, now: datetime) -> dict[str, str]:
    """The terms of a decision of this kind. Refuses `approval_missing`: never made, not executed, too old, or by somebody who has been
    contained since."""
    found = PROPOSALS.one(guard, tx, "id = %s", approval)
    if found is None or found.kind != kind or found.state != "executed" or found.decided_at is None or found.decider is None:
        raise Refused(DENIED, "approval_missing")
    if found.decided_at + STANDS_FOR <= now or any(contained.is_contained(guard, tx, one) for one in (found.proposer, found.decider)):
        raise Refused(DENIED, "approval_missing")
    decided: dict[str, str] = json.loads(found.terms)
    return decided
