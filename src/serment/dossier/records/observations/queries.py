"""Reading measures."""

from __future__ import annotations

from collections.abc import Iterable

from serment.dossier.disclosure.types import Permit
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.entries.types import Entry
from serment.dossier.records.observations import resources
from serment.dossier.records.observations.types import Observation


def active_for(*, permit: Permit) -> tuple[Observation, ...]:
    """Every measure, newest first."""
    return tuple(resources.read(entry) for entry in entries.current(permit=permit, kinds=[resources.KIND]))


def newest(*, permit: Permit, count: int) -> tuple[Observation, ...]:
    """The newest measures and results, as many as asked, and no other is decrypted."""
    found, _more = entries.newest(permit=permit, kind=resources.KIND, page=1, count=count)
    return tuple(resources.read(entry) for entry in found)


def received(*, permit: Permit, count: int) -> tuple[Observation, ...]:
    """The newest that came from elsewhere, a laboratory above all: nobody types those here, and what is typed here is not opened."""
    found, _more = entries.newest(permit=permit, kind=resources.KIND, page=1, count=count, received=True)
    return tuple(resources.read(entry) for entry in found)


def told(entry: Entry) -> Observation:
    """An entry that another query brought, as a measure."""
    return resources.read(entry)


def latest_of(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """The newest measure of each kind, out of measures newest first."""
    newest: dict[str, Observation] = {}
    for one in observations:
        newest.setdefault(one.code or one.label, one)
    return tuple(newest.values())
