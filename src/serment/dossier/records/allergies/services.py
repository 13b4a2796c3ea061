"""Writing allergies. The guard's alert icons follow in the same breath, so that a ward list never says otherwise."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.dossier.disclosure import alerts
from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors, ids
from serment.dossier.records.allergies import queries, resources
from serment.dossier.records.allergies.types import ALLERGIES, CATEGORIES, CERTAINTIES, NONE_KNOWN, SEVERITIES
from serment.dossier.records.entries import queries as entry_queries
from serment.dossier.records.entries import rules
from serment.dossier.records.entries import services as entries
from serment.dossier.records.entries.types import Entry

COMPARTMENT = "care"
SUBSTANCE_CHARACTERS_MAX = 200
REACTION_CHARACTERS_MAX = 500


def record(
    *,
    permit: Permit,
    token: UUID,
    substance: str,
    now: datetime,
    reaction: str = "",
    severity: str = "",
    certainty: str = "confirmed",
    category: str = "",
    code: str = "",
) -> UUID:
    """Write an allergy; answers its identifier, which is the form's token. A statement that none is known falls with it.

    Raises Invalid naming the field, Denied (`compartment_closed`), and what the guard refuses with; then nothing is kept.
    """
    named = rules.text(substance, field="substance", characters_max=SUBSTANCE_CHARACTERS_MAX)
    told = rules.text(reaction, field="reaction", characters_max=REACTION_CHARACTERS_MAX, required=False)
    _require(severity in ("", *SEVERITIES), "severity")
    _require(certainty in CERTAINTIES, "certainty")
    _require(category in ("", *CATEGORIES), "category")
    before = queries.active_for(permit=permit)
    resource = resources.allergy(
        patient=permit.patient, substance=named, at=now, author=rules.author_reference(permit.who), code=code, category=category,
        reaction=told, severity=severity, certainty=certainty,
    )  # fmt: skip
    entries.record(permit=permit, entry=token, kind=resources.KIND, compartment=COMPARTMENT, resource=resource, now=now)
    if before.state == NONE_KNOWN and before.statement is not None:
        _refute(permit, before.statement.entry, before.statement.version, why="Une allergie a été déclarée depuis.", now=now)
    _flag(permit)
    return token


def declare_none(*, permit: Permit, token: UUID, now: datetime) -> UUID:
    """State that no allergy is known. Raises Conflict (`allergies_exist`) while one stands, and like `record`."""
    before = queries.active_for(permit=permit)
    if before.state == ALLERGIES:
        raise errors.Conflict("allergies_exist")
    if before.statement is not None:
        return before.statement.entry
    resource = resources.none_known(patient=permit.patient, at=now, author=rules.author_reference(permit.who))
    entries.record(permit=permit, entry=token, kind=resources.KIND, compartment=COMPARTMENT, resource=resource, now=now)
    _flag(permit)
    return token


def refute(*, permit: Permit, entry: UUID, version: int, reason: str, now: datetime) -> None:
    """Write that an allergy was shown not to be one (tests, history). It stays readable as refuted.

    Raises NotFound (`no_entry`), Conflict (`entry_changed`, `entry_struck_out`), Invalid (`reason_missing`), and like `record`.
    """
    _refute(permit, entry, version, why=rules.reason(reason), now=now)
    _flag(permit)


def strike_out(*, permit: Permit, entry: UUID, version: int, reason: str, now: datetime) -> None:
    """Strike out what was written in error (wrong patient, wrong substance). Raises like `refute`."""
    latest = _allergy(permit, entry)
    entries.strike_out(permit=permit, entry=entry, version=version, reason=reason, now=now, marks=resources.struck_out(latest.resource))
    _flag(permit)


def deposit_id(*, patient: UUID, source: str, external_id: str) -> UUID:
    """The identifier under which an interface deposits the allergy that it calls by this name."""
    return ids.derived("allergy", patient, source, external_id)


def _allergy(permit: Permit, entry: UUID) -> Entry:
    latest = entry_queries.latest(permit=permit, entry=entry)
    if latest.kind != resources.KIND:
        raise errors.NotFound("no_entry")
    return latest


def _refute(permit: Permit, entry: UUID, version: int, *, why: str, now: datetime) -> None:
    latest = _allergy(permit, entry)
    entries.supersede(permit=permit, entry=entry, version=version, resource=resources.refuted(latest.resource, why=why), now=now)


def _flag(permit: Permit) -> None:
    """What the icons say comes from what the record says now, not from what this act believed."""
    state = queries.active_for(permit=permit).state
    alerts.replace(
        permit=permit, among=("allergy", "no_known_allergy"), by={ALLERGIES: "allergy", NONE_KNOWN: "no_known_allergy"}.get(state, "")
    )


def _require(condition: bool, field: str) -> None:
    if not condition:
        raise errors.Invalid("choice_unknown", field=field)
