"""The end of retention (*crypto-shredding*): without its key, what is sealed of one patient is noise, wherever copies of it lie."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment import journal
from serment.guard.context import Guard, Transaction
from serment.guard.vault import store


def shred(guard: Guard, tx: Transaction, *, patient: UUID, by: UUID, now: datetime) -> None:
    """Delete the patient's wrapped key, sealed identity, search tokens and ties; whoever calls has two persons' decision (CSP R.1112-7).

    The journal keeps who opened the record, by identifiers only. Refuses `unknown_patient`, also for a patient shredded before.
    """
    tx.execute("select from patient_key where patient_id = %s for update", (patient,))
    store.patient_key(tx, patient)
    body = {"ties": tx.execute("delete from tie where patient_id = %s", (patient,)).rowcount}
    for table in ("find_token", "identity", "patient_key"):
        tx.execute(f"delete from {table} where patient_id = %s", (patient,))
    journal.append(tx, at=now, kind="shred", account=by, patient=patient, body=body)
    # The ciphertext that is open somewhere at this moment is shown no more.
    with guard.dossier_pool.connection() as dossier:
        dossier.execute("delete from opening where patient_id = %s", (patient,))
