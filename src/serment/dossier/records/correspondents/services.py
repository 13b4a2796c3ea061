"""Writing correspondents."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors
from serment.dossier.records.correspondents import resources
from serment.dossier.records.correspondents.types import ROLES
from serment.dossier.records.entries import queries as entry_queries
from serment.dossier.records.entries import rules
from serment.dossier.records.entries import services as entries

NAME_CHARACTERS_MAX = 120
SHORT_CHARACTERS_MAX = 120
ADDRESS_CHARACTERS_MAX = 300


def record(
    *,
    permit: Permit,
    token: UUID,
    role: str,
    name: str,
    now: datetime,
    relation: str = "",
    phone: str = "",
    email: str = "",
    address: str = "",
) -> UUID:
    """Write a correspondent; answers its identifier, which is the form's token. Raises Invalid naming the field, Denied
    (`compartment_closed`)."""
    if role not in ROLES:
        raise errors.Invalid("choice_unknown", field="role")
    named = rules.text(name, field="name", characters_max=NAME_CHARACTERS_MAX)
    short = {
        field: rules.text(value, field=field, characters_max=SHORT_CHARACTERS_MAX, required=False)
        for field, value in (("relation", relation), ("phone", phone), ("email", email))
    }
    where = rules.text(address, field="address", characters_max=ADDRESS_CHARACTERS_MAX, required=False)
    resource = resources.correspondent(patient=permit.patient, role=role, name=named, address=where, **short)
    kind = str(resource["resourceType"])
    entries.record(permit=permit, entry=token, kind=kind, compartment=resources.COMPARTMENT, resource=resource, now=now)
    return token


def strike_out(*, permit: Permit, correspondent: UUID, version: int, reason: str, now: datetime) -> None:
    """Strike out a correspondent written in error. Raises NotFound, Conflict (`entry_changed`, `entry_struck_out`), Invalid."""
    if entry_queries.latest(permit=permit, entry=correspondent).kind not in resources.KINDS:
        raise errors.NotFound("no_entry")
    entries.strike_out(permit=permit, entry=correspondent, version=version, reason=reason, now=now)
