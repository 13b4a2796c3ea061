"""The organisation as it crosses the door."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class EstablishmentView:
    """`kind` is `clinic` or `nursing_home`; `authority` the name that HL7 messages give it; `address` its lines."""

    id: UUID
    group: str
    name: str
    kind: str
    finess: str
    authority: str
    address: tuple[str, ...] = ()
    telephone: str = ""


@dataclass(frozen=True, kw_only=True)
class UnitView:
    """`kind`: medicine, surgery, intensive_care, emergency, maternity, rehabilitation, nursing_home, consultation, laboratory…"""

    id: UUID
    establishment: UUID
    establishment_name: str
    code: str
    name: str
    kind: str
