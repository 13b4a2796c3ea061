"""What the guard is told of the fictional group: units, accounts, keys of interfaces. Needs no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from serment.dossier.demonstration.organisation import CLINIC, ESTABLISHMENT, SECOND_CLINIC, UNIT, UNITS
from serment.dossier.demonstration.staff import APPLICATION, INTERFACES, MAILER, STAFF
from serment.dossier.demonstration.types import Member
from serment.wire.words import SCOPES

# How many records of nobody hide among the patients of each establishment.
DECOYS = {CLINIC: 8, SECOND_CLINIC: 4}

SINCE = "2026-01-01T08:00:00+01:00"

LISTENER, LOADER = INTERFACES[0].key, INTERFACES[1].key


def provisioning(*, interface_keys: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The guard's provision file as JSON-ready values.

    `interface_keys` maps `listener`, `loader`, `mailer` and `application` to the PEM public key of their process. Raises ValueError for any
    other name.
    """
    keys = dict(interface_keys or {})
    unknown = keys.keys() - {member.key for member in (*INTERFACES, MAILER, APPLICATION)}
    if unknown:
        raise ValueError(f"no such interface: {', '.join(sorted(unknown))}")
    return {
        "units": [{"id": str(unit.id), "label": unit.name, "establishment": str(ESTABLISHMENT[unit.establishment].id)} for unit in UNITS],
        "accounts": [_account(member, keys.get(member.key, "")) for member in (*STAFF, *INTERFACES, MAILER, APPLICATION)],
        # Two people would decide it; a demonstration has its decoys from the first day.
        "decoys": [{"authority": ESTABLISHMENT[one].finess, "count": count} for one, count in DECOYS.items()],
    }


def _account(member: Member, key: str) -> dict[str, Any]:
    return {
        "id": str(member.id),
        "label": member.label,
        "profession": member.profession,
        "role": member.role,
        "rpps": member.rpps,
        "demonstration": True,
        "units": [str(UNIT[unit].id) for unit in member.units],
        "enrolment_code": "",
        "interface_key": key,
        # They have worked here for a while: what is new in a day is trusted with less.
        "since": SINCE,
        "scopes": " ".join(SCOPES) if member.role == "application" else "",
    }
