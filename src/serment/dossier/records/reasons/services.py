"""Writing why somebody is here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors
from serment.dossier.records.entries import queries as entry_queries
from serment.dossier.records.entries import rules
from serment.dossier.records.entries import services as entries
from serment.dossier.records.reasons import resources

COMPARTMENT = "care"
TEXT_CHARACTERS_MAX = 300


def tell(*, permit: Permit, token: UUID, stay: UUID, text: str, version: int, now: datetime) -> None:
    """Write the reason of a stay, or another version of it: the first words stay in its history. `version` is the one that the page showed,
    0 when it showed none; `token` the identifier of a reason that nobody had written.

    Raises Invalid (`text_missing`, `text_too_long`), Conflict (`entry_changed`) when somebody was faster, Denied (`compartment_closed`).
    """
    words = rules.text(text, field="text", characters_max=TEXT_CHARACTERS_MAX)
    found = entry_queries.of_stay(permit=permit, kind=resources.KIND, stay=stay)
    if found is not None and found.id != token:
        if version == 0:
            raise errors.Conflict("entry_changed")
        resource = resources.retold(found.resource, text=words)
        entries.supersede(permit=permit, entry=found.id, version=version, resource=resource, now=now)
        return
    resource = resources.reason(patient=permit.patient, text=words)
    entries.record(permit=permit, entry=token, kind=resources.KIND, compartment=COMPARTMENT, resource=resource, now=now, stay=stay)
