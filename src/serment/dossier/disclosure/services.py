"""Opening a record: the first line of every view that shows a patient."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors
from serment.dossier.vault import client
from serment.dossier.vault.types import SignedRequest
from serment.wire.lasting import Advice, Authored, Treating, TreatingTold
from serment.wire.protocol import BreakGlass, Open, Opening, OpenUntied, Who

# What a page asks for: the guard gives what the role may have of it, and what is sealed to the treating physician or in an emergency.
CARE = ("identity", "contact", "care", "sealed")


def open_record(*, signed: SignedRequest, who: Who, patient: UUID, compartments: Sequence[str] = CARE) -> Permit:
    """Ask the guard for one record, and show its rows to the current transaction.

    The guard grants those of the wanted compartments that the role may have: ask `permit.has(...)`. Raises Denied (`no_tie`, remedy
    `break_glass`; `role`; `contained`), StepUp (remedy `touch`), Exhausted (remedy `colleague`), NotFound, Unavailable; Fault outside a
    transaction, since the rows are shown to one transaction only.
    """
    _require_transaction()
    request = Open(session=signed.session, proof=signed.proof, patient=patient, compartments=tuple(compartments))
    return _permit(client.guard().call("open", request), who=who, signed=signed)


def open_untied(*, signed: SignedRequest, who: Who, patient: UUID, compartments: Sequence[str] = CARE) -> Permit:
    """Open a record that no tie explains, outside an emergency: counted, seen by the patient, and perhaps looked at by a reviewer.

    Raises like `open_record`, and Exhausted (`unexplained_spent`, remedy `colleague`; `breaker`, remedy `break_glass`).
    """
    _require_transaction()
    request = OpenUntied(session=signed.session, proof=signed.proof, patient=patient, compartments=tuple(compartments))
    return _permit(client.guard().call("open_untied", request), who=who, signed=signed)


def break_glass(*, signed: SignedRequest, who: Who, patient: UUID, reason: str, text: str = "") -> Permit:
    """Open a record in an emergency, without a tie. The security officer is told at once, and the patient can read it.

    `reason` is one of `wire.words.BREAK_GLASS_REASONS`. Raises like `open_record`, and Invalid for a reason that is not one.
    """
    _require_transaction()
    request = BreakGlass(session=signed.session, proof=signed.proof, patient=patient, reason=reason, text=text)
    return _permit(client.guard().call("break_glass", request), who=who, signed=signed)


def authored(permit: Permit) -> None:
    """Tell the guard that the holder of the permit has written in this record: they may come back to it for a month. Once a request."""
    if permit.told:
        return
    permit.told.append("authored")
    request = Authored(session=permit.signed.session, proof=permit.signed.proof, patient=permit.patient)
    client.guard().call("authored", request)


def ask_advice(permit: Permit, *, rpps: str) -> None:
    """Ask a colleague for an opinion. Raises NotFound (`unknown_account`), Invalid (`oneself`), Denied (`role`, `too_new`, `no_tie`)."""
    request = Advice(session=permit.signed.session, proof=permit.signed.proof, patient=permit.patient, rpps="".join(rpps.split()))
    client.guard().call("ask_advice", request)


def declare_treating(permit: Permit, *, rpps: str, former: str = "") -> bool:
    """Tell the guard, once a request, who treats the patient and who does so no more (either may be empty); answers whether the one who
    treats works here.

    Raises Denied (`oneself`, `no_tie`, `too_new`, `role`, `not_open`).
    """
    signed = permit.signed
    request = Treating(session=signed.session, proof=signed.proof, patient=permit.patient, rpps=rpps, former=former)
    told: TreatingTold = client.guard().call("treating", request)
    return told.works_here


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise errors.Fault("no_transaction")


def show(ticket: str) -> None:
    """Have the database show what a ticket of the guard lets see, to this transaction alone. Raises Fault outside one."""
    _require_transaction()
    with connection.cursor() as cursor:
        # Local to the transaction: a pooled connection carries no permit to the next request.
        cursor.execute("select set_config('serment.ticket', %s, true)", [ticket])


def _permit(opening: Opening, *, who: Who, signed: SignedRequest) -> Permit:
    show(opening.ticket)
    return Permit(opening=opening, who=who, signed=signed)
