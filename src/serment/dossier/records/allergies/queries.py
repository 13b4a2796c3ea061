"""Reading allergies."""

from __future__ import annotations

from uuid import UUID

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors
from serment.dossier.records.allergies import resources, rules
from serment.dossier.records.allergies.types import ALLERGIES, NONE_KNOWN, NOT_DOCUMENTED, Allergies, Allergy
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.entries.types import written


def active_for(*, permit: Permit) -> Allergies:
    """What is known of the patient's allergies, the worst first. An allergy always outweighs an older statement that there is none."""
    found = entries.current(permit=permit, kinds=[resources.KIND])
    standing = [entry for entry in found if not resources.is_refuted(entry)]
    known = [resources.read(entry) for entry in standing if not resources.is_none_known(entry)]
    if known:
        return Allergies(state=ALLERGIES, allergies=tuple(sorted(known, key=rules.worst_first)))
    for entry in standing:
        statement = written(entry, entry.resource.get("recorder", {}).get("display", ""))
        return Allergies(state=NONE_KNOWN, statement=statement, statement_version=entry.version, review=resources.review(entry.resource))
    return Allergies(state=NOT_DOCUMENTED)


def refuted_for(*, permit: Permit) -> tuple[Allergy, ...]:
    """The allergies that were shown not to be: they stay readable, so that nobody writes them again."""
    found = entries.current(permit=permit, kinds=[resources.KIND])
    return tuple(resources.read(entry) for entry in found if resources.is_refuted(entry) and not resources.is_none_known(entry))


def one(*, permit: Permit, entry: UUID) -> Allergy:
    """One allergy as it stands, to be corrected. Raises NotFound (`no_entry`)."""
    latest = entries.latest(permit=permit, entry=entry)
    if latest.kind != resources.KIND or latest.is_struck_out or resources.is_none_known(latest):
        raise errors.NotFound("no_entry")
    return resources.read(latest)
