"""Reading the reasons of stays."""

from __future__ import annotations

from uuid import UUID

from serment.dossier.disclosure.types import Permit
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.entries.types import written
from serment.dossier.records.reasons import resources
from serment.dossier.records.reasons.types import Reason


def of_stay(*, permit: Permit, stay: UUID) -> str:
    """The reason of one stay, empty when nobody told."""
    found = entries.of_stay(permit=permit, kind=resources.KIND, stay=stay)
    return resources.read(found) if found else ""


def told(*, permit: Permit, stay: UUID) -> Reason | None:
    """The reason of one stay with who told it and in which version, None when nobody did."""
    found = entries.of_stay(permit=permit, kind=resources.KIND, stay=stay)
    return Reason(written=written(found, ""), text=resources.read(found)) if found else None


def by_stay(*, permit: Permit) -> dict[UUID, str]:
    """The reason of each stay that has one: the newest told."""
    reasons: dict[UUID, str] = {}
    for entry in entries.current(permit=permit, kinds=[resources.KIND]):
        if entry.stay is not None:
            reasons.setdefault(entry.stay, resources.read(entry))
    return reasons
