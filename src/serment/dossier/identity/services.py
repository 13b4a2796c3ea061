"""Registering people."""

from __future__ import annotations

from datetime import datetime

from serment.dossier.identity.models import Patient
from serment.dossier.vault import client
from serment.dossier.vault.types import Signer
from serment.wire.protocol import Identity, Register, Registered


def register(
    *,
    signer: Signer,
    identity: Identity,
    origin: str,
    now: datetime,
    alerts: tuple[str, ...] = (),
    lure: str = "",
    known_only: bool = False,
    protected: bool = False,
) -> Registered:
    """Create, find or complete an identity with the guard, and lead a record by it.

    Found by INS, else by local number, never by traits alone. `origin` names the event it comes from and is journaled; `alerts` are
    the facts that the sender knows (`wire.words.ALERTS`), none leaves what is known as it is; `lure` is the token of a `Lure`;
    `known_only` finds somebody, and neither creates nor completes them; `protected` puts the name under its own rule.

    Raises Invalid naming the field, Conflict when the INS is another person's, NotFound (`unknown_patient`), Denied, Unavailable.
    """
    signed = signer.sign("register")
    request = Register(
        session=signed.session, proof=signed.proof, identity=identity, alerts=alerts, origin=origin, lure=lure, known_only=known_only,
        protected=protected,
    )  # fmt: skip
    registered: Registered = client.guard().call("register", request)
    # Without naming the conflict: it needs no right to read.
    Patient.objects.bulk_create([Patient(id=registered.patient, created_at=now)], ignore_conflicts=True)
    return registered
