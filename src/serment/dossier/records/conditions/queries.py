"""Reading conditions."""

from __future__ import annotations

from serment.dossier.disclosure.types import Permit
from serment.dossier.records.conditions import resources
from serment.dossier.records.conditions.types import Condition, Relative, Symptom
from serment.dossier.records.entries import queries as entries


def active_for(*, permit: Permit) -> tuple[Condition, ...]:
    """The problems of today, then the history, each newest first."""
    standing = entries.current(permit=permit, kinds=[resources.KIND])
    found = [resources.read(entry) for entry in standing if not resources.is_symptom(entry.resource)]
    return tuple(sorted(found, key=lambda one: not one.is_active))


def symptoms(*, permit: Permit) -> tuple[Symptom, ...]:
    """The symptoms of today, then those that are gone, each newest first."""
    standing = entries.current(permit=permit, kinds=[resources.KIND])
    found = [resources.read_symptom(entry) for entry in standing if resources.is_symptom(entry.resource)]
    return tuple(sorted(found, key=lambda one: not one.is_present))


def relatives(*, permit: Permit) -> tuple[Relative, ...]:
    """What runs in the family, newest first."""
    return tuple(resources.read_family(entry) for entry in entries.current(permit=permit, kinds=[resources.FAMILY]))
