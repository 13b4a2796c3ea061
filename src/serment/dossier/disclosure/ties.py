"""Telling the guard why a record may be opened. It checks who tells: a tie made by its own beneficiary explains nothing for a day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.dossier.vault import client
from serment.dossier.vault.types import Signer
from serment.wire.protocol import Tie, Untie


def make(
    *,
    signer: Signer,
    kind: str,
    patient: UUID,
    reference: str,
    since: datetime,
    until: datetime | None = None,
    account: UUID | None = None,
    unit: UUID | None = None,
) -> None:
    """Make a tie to an account or to a unit, or replace the one of the same reference. Raises Invalid, Denied, NotFound, Unavailable."""
    signed = signer.sign("tie")
    request = Tie(
        session=signed.session, proof=signed.proof, kind=kind, patient=patient, holder_account=account, holder_unit=unit,
        since=since, until=until, reference=reference,
    )  # fmt: skip
    client.guard().call("tie", request)


def end(*, signer: Signer, patient: UUID, reference: str, at: datetime) -> None:
    """End a tie. Raises like `make`."""
    signed = signer.sign("untie")
    client.guard().call("untie", Untie(session=signed.session, proof=signed.proof, patient=patient, reference=reference, at=at))
