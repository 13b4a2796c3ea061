"""Writing conditions."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import clock, errors
from serment.dossier.records.conditions import resources
from serment.dossier.records.conditions.types import SEVERITIES
from serment.dossier.records.entries import queries as entry_queries
from serment.dossier.records.entries import rules
from serment.dossier.records.entries import services as entries

COMPARTMENT = "care"
LABEL_CHARACTERS_MAX = 200
RELATION_CHARACTERS_MAX = 60
_CODE = re.compile(r"[A-Z][0-9]{2}(?:\.?[0-9A-Z+]{1,4})?\Z")  # CIM-10, with the French extensions
_ONSET = resources.ISO_DAY
SINCE_CHARACTERS_MAX, SITE_CHARACTERS_MAX, REMARK_CHARACTERS_MAX = 60, 120, 1000


def record(
    *,
    permit: Permit,
    token: UUID,
    label: str,
    now: datetime,
    code: str = "",
    onset: str = "",
    is_active: bool = True,
    history_field: str = "",
) -> UUID:
    """Write a problem (or, not active, a history); answers its identifier, which is the form's token. `history_field` is one of
    `types.FIELDS`, or empty.

    Raises Invalid naming the field, Denied (`compartment_closed`).
    """
    named = rules.text(label, field="label", characters_max=LABEL_CHARACTERS_MAX)
    for field, value, shape in (("code", code, _CODE), ("onset", onset, _ONSET)):
        if value and not shape.match(value):
            raise errors.Invalid("malformed", field=field)
    resource = resources.condition(
        patient=permit.patient, label=named, at=now, author=rules.author_reference(permit.who), code=code, onset=onset, is_active=is_active,
        field=history_field,
    )  # fmt: skip
    entries.record(permit=permit, entry=token, kind=resources.KIND, compartment=COMPARTMENT, resource=resource, now=now)
    return token


def record_symptom(
    *,
    permit: Permit,
    token: UUID,
    label: str,
    now: datetime,
    code: str = "",
    since: str = "",
    severity: str = "",
    site: str = "",
    remark: str = "",
    stay: UUID | None = None,
) -> UUID:
    """Write a symptom of today; answers its identifier, the form's token. `since` is a day as FHIR writes it, or words; `severity` one of
    `types.SEVERITIES`, or empty.

    Raises Invalid naming the field, Denied (`compartment_closed`).
    """
    if severity and severity not in SEVERITIES:
        raise errors.Invalid("choice_unknown", field="severity")
    if code and not _CODE.match(code):
        raise errors.Invalid("malformed", field="code")
    limits = {"label": LABEL_CHARACTERS_MAX, "since": SINCE_CHARACTERS_MAX, "site": SITE_CHARACTERS_MAX, "remark": REMARK_CHARACTERS_MAX}
    typed = {"label": label, "since": since, "site": site, "remark": remark}
    told = {
        field: rules.text(typed[field], field=field, characters_max=limit, required=field == "label") for field, limit in limits.items()
    }
    resource = resources.symptom(
        patient=permit.patient, at=now, author=rules.author_reference(permit.who), code=code, severity=severity, **told
    )
    entries.record(permit=permit, entry=token, kind=resources.KIND, compartment=COMPARTMENT, resource=resource, now=now, stay=stay)
    return token


def record_family(*, permit: Permit, token: UUID, label: str, relation: str, now: datetime, code: str = "") -> UUID:
    """Write what a relative had; answers its identifier, the form's token. Raises Invalid naming the field, Denied."""
    named = rules.text(label, field="label", characters_max=LABEL_CHARACTERS_MAX)
    whose = rules.text(relation, field="relation", characters_max=RELATION_CHARACTERS_MAX)
    if code and not _CODE.match(code):
        raise errors.Invalid("malformed", field="code")
    resource = resources.family(
        patient=permit.patient, label=named, relation=whose, at=now, author=rules.author_reference(permit.who), code=code
    )
    entries.record(permit=permit, entry=token, kind=resources.FAMILY, compartment=COMPARTMENT, resource=resource, now=now)
    return token


def resolve(*, permit: Permit, condition: UUID, version: int, now: datetime) -> None:
    """A problem is over: it becomes history. Raises NotFound, Conflict (`entry_changed`, `entry_struck_out`)."""
    found = entry_queries.latest(permit=permit, entry=condition)
    if found.kind != resources.KIND:
        raise errors.NotFound("no_entry")
    resource = resources.resolved(found.resource, on=clock.today(now).isoformat())
    entries.supersede(permit=permit, entry=condition, version=version, resource=resource, now=now)


def strike_out(*, permit: Permit, condition: UUID, version: int, reason: str, now: datetime) -> None:
    """Strike out a condition written in error. Raises NotFound, Conflict (`entry_changed`, `entry_struck_out`), Invalid."""
    kind = entry_queries.latest(permit=permit, entry=condition).kind
    if kind not in (resources.KIND, resources.FAMILY):
        raise errors.NotFound("no_entry")
    marks = resources.STRUCK_OUT if kind == resources.KIND else {"status": "entered-in-error"}
    entries.strike_out(permit=permit, entry=condition, version=version, reason=reason, now=now, marks=marks)
