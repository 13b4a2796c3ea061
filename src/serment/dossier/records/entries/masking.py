"""Masking an entry at the patient's request, and unmasking it (CSP L.1110-4: the patient may oppose sharing). See ADR 0026.

The entry gets a version among what is sealed, and its older versions are shown to nobody who has not `sealed` open. Who masks need not be
able to read it back: the version is sealed with a public key then.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from serment.dossier.disclosure import services as disclosure
from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors
from serment.dossier.records.entries import queries, rules, services
from serment.dossier.records.entries.models import MaskingRow
from serment.dossier.records.entries.types import Entry
from serment.dossier.vault import deposits, sealing
from serment.dossier.vault.sealing import Resource

CARE, SEALED = "care", "sealed"
# What may be masked. Never an allergy nor a treatment: who is about to give a drug must see what must not be given with it.
KINDS = frozenset({"Composition", "Condition", "DiagnosticReport", "DocumentReference", "FamilyMemberHistory", "Observation", "Procedure"})


def may_mask(permit: Permit) -> bool:
    """Whether the holder of a permit may put something among what is sealed."""
    return permit.has(SEALED) or permit.may_file(SEALED)


def mask(*, permit: Permit, entry: UUID, version: int, reason: str, now: datetime) -> None:
    """Mask an entry with what was added to it. `version` is the one the page showed.

    Raises NotFound (`no_entry`), Conflict (`entry_changed`, `entry_struck_out`), Invalid (`not_maskable`, `reason_missing`), Denied
    (`compartment_closed`) for who may not.
    """
    why = rules.reason(reason)
    latest = queries.latest(permit=permit, entry=entry)
    rules.require_latest(latest, version)
    if latest.compartment != CARE or latest.kind not in KINDS:
        raise errors.Invalid("not_maskable")
    for one in (latest, *queries.added_to(permit=permit, entry=entry)):
        following = _following(permit, one, resource=rules.masked(one.resource, why=why), compartment=SEALED, now=now)
        _add(permit, following)
        MaskingRow.objects.create(
            patient_id=permit.patient, entry_id=one.id, version=following.version, lifts=None, author=permit.who.account, at=now
        )
    disclosure.authored(permit)


def was_done(*, permit: Permit, entry: UUID, version: int) -> bool:
    """Whether the holder of the permit has masked this version, or shown it again, already: a form sent twice is done once."""
    return MaskingRow.objects.filter(patient_id=permit.patient, entry_id=entry, version=version + 1, author=permit.who.account).exists()


def unmask(*, permit: Permit, entry: UUID, version: int, reason: str, now: datetime) -> None:
    """Show an entry again to everybody who reads care, with what was added to it. By who may read what is sealed.

    Raises like `mask`, and Invalid (`not_masked`).
    """
    why = rules.reason(reason)
    latest = queries.latest(permit=permit, entry=entry)
    rules.require_latest(latest, version)
    if latest.compartment != SEALED:
        raise errors.Invalid("not_masked")
    for one in (latest, *(added for added in queries.added_to(permit=permit, entry=entry) if added.compartment == SEALED)):
        following = _following(permit, one, resource=rules.unmasked(one.resource, why=why), compartment=CARE, now=now)
        _add(permit, following)
        if MaskingRow.objects.filter(patient_id=permit.patient, entry_id=one.id, version=one.version).exists():
            MaskingRow.objects.create(
                patient_id=permit.patient, entry_id=one.id, version=following.version, lifts=one.version, author=permit.who.account, at=now
            )
    disclosure.authored(permit)


def record(*, permit: Permit, entry: UUID, kind: str, resource: Resource, now: datetime, stay: UUID | None = None) -> None:
    """Write a new entry among what is sealed: psychiatry, addiction. Who writes may be unable to read it back.

    Raises Denied (`compartment_closed`), Invalid (`entry_too_long`), Conflict (`entry_exists`).
    """
    if permit.has(SEALED):
        services.record(permit=permit, entry=entry, kind=kind, compartment=SEALED, resource=resource, now=now, stay=stay)
        return
    services.deposit(
        patient=permit.patient, keys=permit.deposits, entry=entry, kind=kind, compartment=SEALED, resource=resource, now=now, stay=stay,
        author=permit.who.account,
    )  # fmt: skip
    disclosure.authored(permit)


def _following(permit: Permit, one: Entry, *, resource: Resource, compartment: str, now: datetime) -> Entry:
    blind = not permit.has(compartment)
    return replace(
        one, version=one.version + 1, compartment=compartment, author=permit.who.account, recorded_at=now, supersedes=one.version,
        deposit=blind, resource=resource,
    )  # fmt: skip


def _add(permit: Permit, following: Entry) -> None:
    if following.deposit and not permit.may_file(following.compartment):
        raise errors.Denied("compartment_closed", field=following.compartment)
    sealed = (
        deposits.seal_deposit(public_key=permit.deposits[following.compartment], place=following.place, resource=following.resource)
        if following.deposit
        else sealing.seal(key=permit.key(following.compartment), place=following.place, resource=following.resource)
    )
    if not services.add(following, sealed):
        raise errors.Conflict("entry_changed")
