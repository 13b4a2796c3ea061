"""Who opened this record, and the journal's last checkpoint."""

from __future__ import annotations

from uuid import UUID

from serment.dossier.vault import client
from serment.dossier.vault.types import SignedRequest
from serment.wire.protocol import Checkpoint, Disclosure, Disclosures, DisclosureSet, Empty, Status


def disclosures(*, signed: SignedRequest, patient: UUID) -> tuple[Disclosure, ...]:
    """Who opened this record, newest first, as the journal has it. Raises Denied without an opening of it."""
    answer: DisclosureSet = client.guard().call("disclosures", Disclosures(session=signed.session, proof=signed.proof, patient=patient))
    return answer.disclosures


def checkpoint() -> str:
    """The last signed checkpoint, in the C2SP note format."""
    answer: Checkpoint = client.guard().call("checkpoint", Empty())
    return answer.note


def status() -> Status:
    """The guard's own account of itself."""
    answer: Status = client.guard().call("status", Empty())
    return answer
