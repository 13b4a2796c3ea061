"""Asking the guard about accounts."""

from __future__ import annotations

from uuid import UUID

from serment.dossier.vault import client
from serment.dossier.vault.types import SignedRequest
from serment.wire.protocol import AccountView, Empty, Notice, Notices, Persona, Personas, Signed, Staff, StaffMember
from serment.wire.reviewing import OneReview, Overview, ReviewContext, Reviews
from serment.wire.witnessing import Witnesses


def account(*, signed: SignedRequest) -> AccountView:
    """The caller's own sessions and passkeys."""
    answer: AccountView = client.guard().call("account", Signed(session=signed.session, proof=signed.proof))
    return answer


def staff(*, signed: SignedRequest) -> tuple[StaffMember, ...]:
    """Every account, for the security officer. Raises Denied (`role`)."""
    answer: Staff = client.guard().call("staff", Signed(session=signed.session, proof=signed.proof))
    return answer.members


def notices(*, signed: SignedRequest) -> tuple[Notice, ...]:
    """The broken glasses to read, newest first, for the security officer: the patient by identifier only. Raises Denied (`role`)."""
    answer: Notices = client.guard().call("notices", Signed(session=signed.session, proof=signed.proof))
    return answer.notices


def personas() -> tuple[Persona, ...]:
    """The fictional people of a demonstration. Raises Denied in any other instance."""
    answer: Personas = client.guard().call("personas", Empty())
    return answer.personas


def overview(*, signed: SignedRequest) -> Overview:
    """The security officer's live picture, in one round trip. Raises Denied (`role`)."""
    answer: Overview = client.guard().call("overview", Signed(session=signed.session, proof=signed.proof))
    return answer


def witnesses() -> Witnesses:
    """Where the witnesses of the journal stand: sizes and instants, nothing of anybody."""
    answer: Witnesses = client.guard().call("witnesses", Empty())
    return answer


def reviews(*, signed: SignedRequest) -> Reviews:
    """The openings that wait for a reviewer, and those answered lately. Raises Denied (`role`)."""
    answer: Reviews = client.guard().call("reviews", Signed(session=signed.session, proof=signed.proof))
    return answer


def review(*, signed: SignedRequest, id: UUID) -> ReviewContext:
    """One opening with what helps to judge it. Raises Denied (`role`), NotFound (`unknown_review`)."""
    answer: ReviewContext = client.guard().call("review", OneReview(session=signed.session, proof=signed.proof, id=id))
    return answer
