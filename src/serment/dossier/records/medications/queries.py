"""Reading treatments."""

from __future__ import annotations

from datetime import datetime

from serment.dossier.disclosure.types import Permit
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.medications import resources
from serment.dossier.records.medications.types import Medication


def active_for(*, permit: Permit) -> tuple[Medication, ...]:
    """The treatments under way, by substance."""
    found = entries.current(permit=permit, kinds=resources.KINDS)
    standing = [resources.read(entry) for entry in found if resources.is_under_way(entry)]
    return tuple(sorted(standing, key=lambda one: one.substance.lower()))


def stopped_since(*, permit: Permit, since: datetime) -> tuple[Medication, ...]:
    """The treatments that were written down as stopped after an instant, by substance."""
    found = entries.current(permit=permit, kinds=resources.KINDS)
    ended = [resources.read(entry) for entry in found if not resources.is_under_way(entry) and entry.recorded_at >= since]
    return tuple(sorted(ended, key=lambda one: one.substance.lower()))
