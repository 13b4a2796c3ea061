"""Declaring the organisation. Each is safe to repeat."""

from __future__ import annotations

from uuid import UUID

from serment.dossier.kernel import ids
from serment.dossier.organisations.models import Bed, Establishment, Unit


def declare_establishment(*, id: UUID, group: str, name: str, kind: str, finess: str, authority: str) -> None:
    """Create or rename an establishment."""
    Establishment.objects.update_or_create(
        id=id, defaults={"group": group, "name": name, "kind": kind, "finess": finess, "authority": authority}
    )


def declare_unit(*, id: UUID, establishment: UUID, code: str, name: str, kind: str) -> None:
    """Create or rename a unit."""
    Unit.objects.update_or_create(id=id, defaults={"establishment_id": establishment, "code": code, "name": name, "kind": kind})


def declare_bed(*, unit: UUID, label: str) -> UUID:
    """The bed of this label in a unit, created when it is new: a message may name a bed that nobody had declared."""
    bed, _ = Bed.objects.get_or_create(unit_id=unit, label=label[:30], defaults={"id": ids.derived("bed", unit, label[:30])})
    return bed.id
