"""Reading treatments."""

from __future__ import annotations

from serment.dossier.disclosure.types import Permit
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.medications import resources
from serment.dossier.records.medications.types import Medication


def active_for(*, permit: Permit) -> tuple[Medication, ...]:
    """The treatments under way, by substance."""
    found = entries.current(permit=permit, kinds=resources.KINDS)
    standing = [resources.read(entry) for entry in found if resources.is_under_way(entry)]
    return tuple(sorted(standing, key=lambda one: one.substance.lower()))
