"""What two people decide together, asked of the guard."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from serment.dossier.vault import client
from serment.dossier.vault.types import SignedRequest
from serment.wire.four_eyes import Decide, Decided, Directory, One, Proposal, Proposals, Propose
from serment.wire.protocol import Signed


def propose(*, signed: SignedRequest, kind: str, subject: UUID | None, terms: Mapping[str, str], reason: str) -> Proposal:
    """Propose one change. Raises Invalid naming the term at fault, Denied (`role`, `oneself`, `assurance`)."""
    request = Propose(session=signed.session, proof=signed.proof, kind=kind, subject=subject, terms=dict(terms), reason=reason)
    made: Proposal = client.guard().call("propose", request)
    return made


def proposals(*, signed: SignedRequest) -> tuple[Proposal, ...]:
    """What waits and what was decided in the last month, newest first."""
    found: Proposals = client.guard().call("proposals", Signed(session=signed.session, proof=signed.proof))
    return found.proposals


def decide(*, signed: SignedRequest, id: UUID, approve: bool, ceremony: str, credential: str) -> Decided:
    """Approve or refuse somebody else's proposal. Raises Denied (`own_proposal`, `too_new`, `touch_refused`), Conflict, NotFound."""
    request = Decide(session=signed.session, proof=signed.proof, id=id, approve=approve, ceremony=ceremony, credential=credential)
    decided: Decided = client.guard().call("decide", request)
    return decided


def withdraw(*, signed: SignedRequest, id: UUID) -> None:
    """Take one's own proposal back. Raises NotFound, Conflict."""
    client.guard().call("withdraw", One(session=signed.session, proof=signed.proof, id=id))


def end_assignment(*, signed: SignedRequest, id: UUID) -> None:
    """End an assignment now, with the sessions of who holds it. Raises NotFound, Denied (`oneself`, `role`)."""
    client.guard().call("end_assignment", One(session=signed.session, proof=signed.proof, id=id))


def directory(*, signed: SignedRequest) -> Directory:
    """Who works here and where, the units, and the limits in force."""
    found: Directory = client.guard().call("directory", Signed(session=signed.session, proof=signed.proof))
    return found
