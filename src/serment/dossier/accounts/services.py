"""What an owner does to their account, and a security officer to another's."""

from __future__ import annotations

from uuid import UUID

from serment.dossier.vault import client
from serment.dossier.vault.types import SignedRequest
from serment.wire.protocol import CloseSession, Contain, RevokePasskey, Signed


def close_session(*, signed: SignedRequest, id: UUID) -> None:
    """Close one of the caller's sessions, here or elsewhere. Raises NotFound."""
    client.guard().call("close_session", CloseSession(session=signed.session, proof=signed.proof, id=id))


def revoke_passkey(*, signed: SignedRequest, id: UUID) -> None:
    """Withdraw one of the caller's passkeys. Raises NotFound, Conflict when it is the last."""
    client.guard().call("revoke_passkey", RevokePasskey(session=signed.session, proof=signed.proof, id=id))


def sign_out(*, signed: SignedRequest) -> None:
    """Close the current session."""
    client.guard().call("sign_out", Signed(session=signed.session, proof=signed.proof))


def contain(*, signed: SignedRequest, account: UUID) -> None:
    """Refuse one account everything, at once, in all its sessions. Raises Denied (`role`), NotFound."""
    client.guard().call("contain", Contain(session=signed.session, proof=signed.proof, account=account))
