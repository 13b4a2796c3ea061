"""Reading one's own drafts."""

from __future__ import annotations

from datetime import datetime

from serment.dossier.disclosure.types import Permit
from serment.dossier.records.drafts import rules
from serment.dossier.records.drafts.models import DraftRow
from serment.dossier.records.drafts.types import Draft
from serment.dossier.vault import sealing


def one(*, permit: Permit, form: str) -> Draft | None:
    """The draft of the permit's holder in a form, if they left one."""
    row = DraftRow.objects.filter(patient_id=permit.patient, author=permit.who.account, form=form).first()
    if row is None:
        return None
    place = rules.place(patient=permit.patient, author=permit.who.account, form=form)
    typed = sealing.unseal(key=permit.key(row.compartment), place=place, sealed=bytes(row.sealed))
    return Draft(form=form, typed=typed, saved_at=row.saved_at)


def left(*, permit: Permit) -> list[tuple[str, datetime]]:
    """The forms in which the permit's holder left a draft, newest first. Decrypts nothing."""
    rows = DraftRow.objects.filter(patient_id=permit.patient, author=permit.who.account)
    return list(rows.order_by("-saved_at").values_list("form", "saved_at"))
