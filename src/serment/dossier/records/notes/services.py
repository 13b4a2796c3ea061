"""Writing notes. A note is never changed: something is added to it, another signs it too, or it is struck out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors
from serment.dossier.records.entries import masking
from serment.dossier.records.entries import queries as entry_queries
from serment.dossier.records.entries import rules as entry_rules
from serment.dossier.records.entries import services as entries
from serment.dossier.records.entries.types import Entry
from serment.dossier.records.notes import kinds, resources, rules
from serment.dossier.records.notes.types import Section

COMPARTMENT = "care"


def record(
    *,
    permit: Permit,
    token: UUID,
    title: str,
    typed: Mapping[str, str],
    now: datetime,
    kind: str = kinds.SIMPLE,
    awaits: bool = False,
    third_party: str = "",
    stay: UUID | None = None,
    protected: bool = False,
) -> UUID:
    """Write a note; answers its identifier, which is the form's token: sent twice, it is written once. `typed` holds the words under each
    heading of the kind; `awaits` asks for another signature under one's own; `third_party` says that it comes from one or is about one:
    copies for the patient leave it out (CSP R.1112-2).

    Raises Invalid naming the field, Denied (`compartment_closed`).
    """
    named = entry_rules.text(title, field="title", characters_max=rules.TITLE_CHARACTERS_MAX)
    resource = resources.note(
        patient=permit.patient, title=named, sections=rules.sections(kind, typed), at=now, kind=kind, awaits=awaits,
        author=entry_rules.author_reference(permit.who),
    )  # fmt: skip
    resource = entry_rules.about_third_party(resource, why=third_party)
    if protected:
        masking.record(permit=permit, entry=token, kind=resources.KIND, resource=resource, now=now, stay=stay)
        return token
    entries.record(permit=permit, entry=token, kind=resources.KIND, compartment=COMPARTMENT, resource=resource, now=now, stay=stay)
    return token


def add(*, permit: Permit, token: UUID, note: UUID, text: str, now: datetime, closes: bool = False) -> UUID:
    """Add to a note; `closes` makes it the results of a targeted transmission. Raises NotFound (`no_entry`), Conflict
    (`entry_struck_out`), and like `record`."""
    words = entry_rules.text(text, field="text", characters_max=rules.TEXT_CHARACTERS_MAX)
    target = _standing(permit, note)
    added = (Section(code=kinds.RESULTS, label="Résultats", text=words),) if closes else resources.free(words)
    resource = resources.note(
        patient=permit.patient, title=str(target.resource.get("title", "")), sections=added, at=now, appends=note,
        author=entry_rules.author_reference(permit.who),
    )  # fmt: skip
    entries.record(
        permit=permit, entry=token, kind=resources.KIND, compartment=target.compartment, resource=resource, now=now, stay=target.stay,
        about=note,
    )  # fmt: skip
    return token


def sign(*, permit: Permit, note: UUID, version: int, now: datetime) -> None:
    """Put one's name to a note that awaits it. `version` is the one that was read.

    Raises NotFound (`no_entry`), Conflict (`entry_changed`, `entry_struck_out`), Denied (`role`), Invalid (`oneself`).
    """
    target = _standing(permit, note)
    rules.require_signer(author=entry_queries.history(permit=permit, entry=note)[-1].author, who=permit.who)
    if target.resource.get("status") != resources.PRELIMINARY:
        raise errors.Conflict("entry_changed")
    resource = resources.signed(target.resource, by=entry_rules.author_reference(permit.who), at=now)
    entries.supersede(permit=permit, entry=note, version=version, resource=resource, now=now)


def strike_out(*, permit: Permit, note: UUID, version: int, reason: str, now: datetime) -> None:
    """Strike out a note written in error. Raises NotFound, Conflict (`entry_changed`, `entry_struck_out`), Invalid (`reason_missing`)."""
    if entry_queries.latest(permit=permit, entry=note).kind != resources.KIND:
        raise errors.NotFound("no_entry")
    entries.strike_out(permit=permit, entry=note, version=version, reason=reason, now=now, marks={"status": "entered-in-error"})


def _standing(permit: Permit, note: UUID) -> Entry:
    """A note that something can be done to. Raises NotFound (`no_entry`), Conflict (`entry_struck_out`)."""
    target = entry_queries.latest(permit=permit, entry=note)
    if target.kind != resources.KIND or resources.appends(target):
        raise errors.NotFound("no_entry")
    if target.is_struck_out:
        raise errors.Conflict("entry_struck_out")
    return target
