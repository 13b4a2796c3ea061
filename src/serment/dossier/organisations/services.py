"""Declaring the organisation. Each is safe to repeat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from serment.dossier.kernel import errors, ids
from serment.dossier.organisations.models import Bed, Establishment, Unit


def declare_establishment(*, id: UUID, group: str, name: str, kind: str, finess: str, authority: str) -> None:
    """Create or rename an establishment."""
    Establishment.objects.update_or_create(
        id=id, defaults={"group": group, "name": name, "kind": kind, "finess": finess, "authority": authority}
    )


def give_letterhead(*, establishment: UUID, address: Iterable[str], telephone: str) -> None:
    """Say where an establishment is written to and called. Raises NotFound (`unknown_establishment`)."""
    lines = "\n".join(address)
    if not Establishment.objects.filter(id=establishment).update(address=lines, telephone=telephone):
        raise errors.NotFound("unknown_establishment")


def declare_unit(*, id: UUID, establishment: UUID, code: str, name: str, kind: str) -> None:
    """Create or rename a unit."""
    Unit.objects.update_or_create(id=id, defaults={"establishment_id": establishment, "code": code, "name": name, "kind": kind})


def follow_letterhead(decided: Mapping[str, str]) -> None:
    """Write down the letterhead that two people decided. `decided` are the terms of their proposal; those of an establishment that is gone
    are left alone."""
    establishment = ids.parsed(decided.get("establishment", ""))
    if establishment and Establishment.objects.filter(id=establishment).exists():
        give_letterhead(
            establishment=establishment, address=decided.get("address", "").splitlines(), telephone=decided.get("telephone", "")
        )


def follow(decided: Mapping[str, str]) -> None:
    """Write down a unit that two people decided, and its establishment when it is new. `decided` are the terms of their proposal; those
    that do not name a unit are left alone, since the guard took them before there were such terms."""
    unit, establishment = ids.parsed(decided.get("unit", "")), ids.parsed(decided.get("establishment", ""))
    if unit is None or establishment is None:
        return
    name, finess = decided.get("establishment_name", ""), decided.get("finess", "")
    if name and finess:
        kind = decided.get("establishment_kind", "clinic")
        Establishment.objects.bulk_create(
            [Establishment(id=establishment, group=name, name=name, kind=kind, finess=finess, authority=finess)], ignore_conflicts=True
        )
    label = decided.get("label", "")
    if Establishment.objects.filter(id=establishment).exists():
        made = Unit(
            id=unit, establishment_id=establishment, code=decided.get("code", "") or label[:20], name=label,
            kind=decided.get("unit_kind", "medicine"),
        )  # fmt: skip
        Unit.objects.bulk_create([made], ignore_conflicts=True)


def declare_bed(*, unit: UUID, label: str) -> UUID:
    """The bed of this label in a unit, created when it is new: a message may name a bed that nobody had declared."""
    bed, _ = Bed.objects.get_or_create(unit_id=unit, label=label[:30], defaults={"id": ids.derived("bed", unit, label[:30])})
    return bed.id
