"""Reading consents."""

from __future__ import annotations

from serment.dossier.disclosure.types import Permit
from serment.dossier.records.consents import resources
from serment.dossier.records.consents.types import Consent
from serment.dossier.records.entries import queries as entries


def active_for(*, permit: Permit) -> tuple[Consent, ...]:
    """The last decision on each topic."""
    newest: dict[str, Consent] = {}
    for entry in entries.current(permit=permit, kinds=[resources.KIND]):
        one = resources.read(entry)
        newest.setdefault(one.topic, one)
    return tuple(newest.values())
