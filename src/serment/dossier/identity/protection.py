"""Putting a name under its own rule, and lifting that. The guard decides; nothing of it is kept here."""

from __future__ import annotations

from serment.dossier.disclosure.types import Permit
from serment.dossier.vault import client
from serment.wire.protection import Protect


def protect(*, permit: Permit, kind: str, pseudonym: str, text: str) -> None:
    """Protect the identity (`kind` is one of `wire.words.PROTECTIONS`), or lift that (empty `kind`).

    Raises Invalid (`protection_unknown`, `reason_too_long`, `reason_missing`), Denied (`role`, `no_tie`, `not_open`).
    """
    signed = permit.signed
    request = Protect(session=signed.session, proof=signed.proof, patient=permit.patient, kind=kind, pseudonym=pseudonym, text=text)
    client.guard().call("protect", request)
