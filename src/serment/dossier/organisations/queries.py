"""Units and establishments."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from serment.dossier.kernel import errors
from serment.dossier.organisations.models import Bed, Establishment, Unit
from serment.dossier.organisations.types import EstablishmentView, UnitView


def establishments() -> tuple[EstablishmentView, ...]:
    """Every establishment of the group, by name."""
    return tuple(_establishment(row) for row in Establishment.objects.order_by("name"))


def establishment(*, id: UUID) -> EstablishmentView:
    """One establishment. Raises NotFound (`unknown_establishment`)."""
    return _only(Establishment.objects.filter(id=id))


def establishment_by(*, finess_or_authority: str) -> EstablishmentView:
    """One establishment. Raises NotFound (`unknown_establishment`)."""
    return _only(Establishment.objects.filter(Q(finess=finess_or_authority) | Q(authority=finess_or_authority)))


def units(ids: Iterable[UUID] | None = None) -> tuple[UnitView, ...]:
    """The units of these identifiers, or all, by establishment and name. Unknown identifiers are left out."""
    rows = Unit.objects.select_related("establishment").order_by("establishment__name", "name")
    return tuple(_unit(row) for row in (rows if ids is None else rows.filter(id__in=list(ids))))


def unit(*, id: UUID) -> UnitView:
    """One unit. Raises NotFound (`unknown_unit`)."""
    return _one(Unit.objects.filter(id=id))


def unit_by_code(*, establishment: str, code: str) -> UnitView:
    """The unit of a code in the establishment of a FINESS number or HL7 authority. Raises NotFound (`unknown_unit`)."""
    return _one(Unit.objects.filter(Q(establishment__finess=establishment) | Q(establishment__authority=establishment), code=code))


def bed_labels(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The labels of beds."""
    return dict(Bed.objects.filter(id__in=list(ids)).values_list("id", "label"))


def bed_labels_of(*, unit: UUID) -> tuple[str, ...]:
    """The labels of the beds of a unit, in their order, taken or free."""
    return tuple(Bed.objects.filter(unit_id=unit).order_by("label").values_list("label", flat=True))


def _one(rows: object) -> UnitView:
    row = rows.select_related("establishment").first()  # type: ignore[attr-defined]
    if row is None:
        raise errors.NotFound("unknown_unit")
    return _unit(row)


def _only(rows: QuerySet[Establishment]) -> EstablishmentView:
    row = rows.first()
    if row is None:
        raise errors.NotFound("unknown_establishment")
    return _establishment(row)


def _establishment(row: Establishment) -> EstablishmentView:
    return EstablishmentView(
        id=row.id, group=row.group, name=row.name, kind=row.kind, finess=row.finess, authority=row.authority,
        address=tuple(row.address.splitlines()), telephone=row.telephone,
    )  # fmt: skip


def _unit(row: Unit) -> UnitView:
    return UnitView(
        id=row.id,
        establishment=row.establishment_id,
        establishment_name=row.establishment.name,
        code=row.code,
        name=row.name,
        kind=row.kind,
    )
