"""What an owner does to their account, and a security officer to another's."""

from __future__ import annotations

from uuid import UUID

from serment.dossier.vault import client
from serment.dossier.vault.types import SignedRequest
from serment.wire.protocol import CloseSession, Contain, RevokePasskey, Signed
from serment.wire.reviewing import Acknowledge, AnswerReview
from serment.wire.unlocking import Unlock, UnlockRequest, UnlockRequests
from serment.wire.ways_in import RenamePasskey


def close_session(*, signed: SignedRequest, id: UUID) -> None:
    """Close one of the caller's sessions, here or elsewhere. Raises NotFound."""
    client.guard().call("close_session", CloseSession(session=signed.session, proof=signed.proof, id=id))


def revoke_passkey(*, signed: SignedRequest, id: UUID) -> None:
    """Withdraw one of the caller's passkeys. Raises NotFound, Conflict when it is the last."""
    client.guard().call("revoke_passkey", RevokePasskey(session=signed.session, proof=signed.proof, id=id))


def ask_unlock(*, signed: SignedRequest) -> UnlockRequest:
    """Ask the colleagues of the caller's units to unlock the budget. Raises Conflict (`unlock_needless`), Denied (`role`)."""
    asked: UnlockRequest = client.guard().call("ask_unlock", Signed(session=signed.session, proof=signed.proof))
    return asked


def unlock_requests(*, signed: SignedRequest) -> tuple[UnlockRequest, ...]:
    """What colleagues of the caller's units ask for now."""
    found: UnlockRequests = client.guard().call("unlock_requests", Signed(session=signed.session, proof=signed.proof))
    return found.requests


def unlock(*, signed: SignedRequest, id: UUID, ceremony: str, credential: str) -> None:
    """Unlock a colleague's budget, with the caller's passkey. Raises NotFound, Denied (`not_a_colleague`, `too_new`, `touch_refused`)."""
    request = Unlock(session=signed.session, proof=signed.proof, id=id, ceremony=ceremony, credential=credential)
    client.guard().call("unlock", request)


def rename_passkey(*, signed: SignedRequest, id: UUID, label: str) -> None:
    """Give one of the caller's passkeys another name. Raises NotFound."""
    client.guard().call("rename_passkey", RenamePasskey(session=signed.session, proof=signed.proof, id=id, label=label))


def sign_out(*, signed: SignedRequest) -> None:
    """Close the current session."""
    client.guard().call("sign_out", Signed(session=signed.session, proof=signed.proof))


def contain(*, signed: SignedRequest, account: UUID) -> None:
    """Refuse one account everything, at once, in all its sessions. Raises Denied (`role`), NotFound."""
    client.guard().call("contain", Contain(session=signed.session, proof=signed.proof, account=account))


def answer_review(*, signed: SignedRequest, id: UUID, answer: str) -> None:
    """Say whether an opening was right; `illegitimate` contains its author at once. Raises Denied, NotFound, Invalid, Conflict when
    somebody was faster (`review_answered`)."""
    client.guard().call("answer_review", AnswerReview(session=signed.session, proof=signed.proof, id=id, answer=answer))


def acknowledge(*, signed: SignedRequest, id: UUID) -> None:
    """Say that a broken glass was read. Raises Denied, NotFound."""
    client.guard().call("acknowledge", Acknowledge(session=signed.session, proof=signed.proof, id=id))
