"""Keeping what somebody types, and letting it go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from serment.dossier.disclosure.types import Permit
from serment.dossier.records.drafts import rules
from serment.dossier.records.drafts.models import DraftRow
from serment.dossier.vault import sealing

_KEEP = """
insert into draft (patient_id, author, form, compartment, saved_at, sealed) values (%s, %s, %s, %s, %s, %s)
on conflict (patient_id, author, form) do update set saved_at = excluded.saved_at, sealed = excluded.sealed
"""


def keep(*, permit: Permit, form: str, typed: Mapping[str, object], now: datetime) -> bool:
    """Keep what was typed in a form of this record, for its writer alone; whether there was anything to keep. Emptied fields remove the
    draft. Raises Invalid (`malformed`, `text_too_long`), Denied (`compartment_closed`)."""
    kept = rules.require(form, typed)
    if not kept:
        drop(permit=permit, form=form)
        return False
    place = rules.place(patient=permit.patient, author=permit.who.account, form=form)
    sealed = sealing.seal(key=permit.key(rules.COMPARTMENT), place=place, resource=kept)
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [permit.patient, permit.who.account, form, rules.COMPARTMENT, now, sealed])
    return True


def drop(*, permit: Permit, form: str) -> None:
    """Remove a draft: it was signed, or given up. Nothing happens when there is none."""
    DraftRow.objects.filter(patient_id=permit.patient, author=permit.who.account, form=form).delete()


def forget_old(*, now: datetime) -> int:
    """Remove what nobody came back to within `rules.KEPT`; answers how many. Needs no opening, and reads nothing."""
    with connection.cursor() as cursor:
        cursor.execute("select forget_drafts(%s)", [now - rules.KEPT])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
