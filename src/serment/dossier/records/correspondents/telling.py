"""Whom to write to about many persons at once, after an incident: the one query here over more than one patient.

The guard shows the `contact` rows of exactly these persons to whoever holds its ticket, for ten minutes, after two officers decided
(`docs/subsystems/guard-protocol.md`, `exposed_people`). Nothing clinical is reachable under it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from serment.dossier.disclosure import services as disclosure
from serment.dossier.records.correspondents import resources
from serment.dossier.records.correspondents.types import Reach
from serment.dossier.records.entries import queries as entries
from serment.dossier.vault.sealing import Resource

# The treating physician and other professionals are not written to.
_KINDS = (resources.PATIENT, resources.RELATED_PERSON)


@transaction.atomic
def reach_of(*, ticket: str, keys: Mapping[UUID, bytes], today: date) -> dict[UUID, Reach]:
    """Whom one may write to about each of these persons; `keys` are those of their `contact` compartments. Raises Fault (`seal_broken`)."""
    disclosure.show(ticket)
    told: dict[UUID, list[Resource]] = {patient: [] for patient in keys}
    for patient, resource in entries.of_many(keys=keys, kinds=_KINDS, compartment=resources.COMPARTMENT):
        told[patient].append(resource)
    return {patient: resources.reach(found, today=today) for patient, found in told.items()}
