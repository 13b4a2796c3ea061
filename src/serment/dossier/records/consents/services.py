"""Writing consents and wishes. Another answer does not change the one before: it comes after it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import clock, errors
from serment.dossier.records.consents import resources, rules
from serment.dossier.records.consents.types import TOPICS, Told
from serment.dossier.records.entries import queries as entry_queries
from serment.dossier.records.entries import rules as entry_rules
from serment.dossier.records.entries import services as entries


def record(*, permit: Permit, token: UUID, told: Told, now: datetime) -> UUID:
    """Write an answer; the one in force becomes history. Two people who write at once are both kept, the later one in force.

    Raises Invalid naming the field, Denied (`compartment_closed`) for a topic that the holder of the permit may not read.
    """
    checked = rules.checked(told, today=clock.today(now))
    author = entry_rules.author_reference(permit.who)
    resource = resources.consent(patient=permit.patient, told=checked, at=now, author=author)
    compartment = TOPICS[checked.topic].compartment
    entries.record(permit=permit, entry=token, kind=resources.KIND, compartment=compartment, resource=resource, now=now)
    return token


def strike_out(*, permit: Permit, entry: UUID, version: int, reason: str, now: datetime) -> None:
    """Strike out an answer written in error: the one before is in force again. Raises NotFound (`no_entry`), Conflict, Invalid."""
    if entry_queries.latest(permit=permit, entry=entry).kind != resources.KIND:
        raise errors.NotFound("no_entry")
    entries.strike_out(permit=permit, entry=entry, version=version, reason=reason, now=now, marks=resources.struck_out())
