"""What an entry says, in the words of the patient's copy. Pure.

Each kind that the record writes itself is told as its page tells it; any other is told member by member, so that nothing is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from serment.dossier.copies import marks, words
from serment.dossier.kernel import clock
from serment.dossier.records.allergies import resources as allergies
from serment.dossier.records.conditions import resources as conditions
from serment.dossier.records.consents import resources as consents
from serment.dossier.records.correspondents import resources as correspondents
from serment.dossier.records.documents import rules as documents
from serment.dossier.records.entries import rules
from serment.dossier.records.entries.types import Entry
from serment.dossier.records.medications import resources as medications
from serment.dossier.records.notes import resources as notes
from serment.dossier.records.observations import resources as observations

GROUPS = tuple(words.GROUPS)
MEASURES = "measures"

_GROUP_OF = {
    "AllergyIntolerance": "problems", "Condition": "problems", "FamilyMemberHistory": "problems", "MedicationStatement": "treatments",
    "MedicationRequest": "treatments", "MedicationAdministration": "treatments", "MedicationDispense": "treatments",
    "Medication": "treatments", "Immunization": "treatments", "Observation": MEASURES, "DiagnosticReport": "reports",
    "ImagingStudy": "reports", "Procedure": "reports", "Composition": "notes", "Communication": "notes", "DocumentReference": "documents",
    "Consent": "wishes", "Practitioner": "people", "PractitionerRole": "people", "RelatedPerson": "people", "Patient": "people",
    "Organization": "people", "Encounter": "stays",
}  # fmt: skip
# The register of requests is not the record: our own Tasks stay out, another's do not.
_REGISTER = "urn:serment:patient-right"
# Where FHIR says who wrote.
_AUTHORS = ("author", "recorder", "performer", "informationSource", "asserter", "requester")


@dataclass(frozen=True, kw_only=True)
class Told:
    """One entry in words: its heading, its lines with their labels (empty for plain text), who wrote it and when it was true."""

    title: str = field(repr=False)
    at: datetime
    author: str
    lines: tuple[tuple[str, str], ...] = field(repr=False)


def is_of_the_record(entry: Entry) -> bool:
    """Whether an entry belongs in a copy: marks and requests are about the record, not of it."""
    is_request = any(one.get("system") == _REGISTER for one in entry.resource.get("code", {}).get("coding", []) if isinstance(one, dict))
    return not marks.is_mark(entry) and not (entry.kind == "Task" and is_request)


def group(entry: Entry) -> str:
    """The part of the copy in which an entry stands."""
    return _GROUP_OF.get(entry.kind, "other")


def told(entry: Entry) -> Told:
    """An entry in words."""
    lines = tuple((label, text.strip()) for label, text in _READERS.get(entry.kind, _members)(entry) if text and text.strip())
    return Told(title=title(entry), at=entry.effective_at, author=author(entry), lines=lines)


def title(entry: Entry) -> str:
    """What an entry is called; of one that bears no name, what its type is called."""
    if entry.kind == "Consent":
        return words.CONSENTS.get(consents.read(entry).topic, words.TYPES[entry.kind])
    named = rules.title(entry.resource)
    return words.TYPES.get(named, named)


def author(entry: Entry) -> str:
    """Who wrote an entry, as it says; empty for what an interface sent without a name."""
    for name in _AUTHORS:
        value = entry.resource.get(name)
        first = value[0] if isinstance(value, list) and value else value
        actor = first.get("actor", first) if isinstance(first, dict) else {}
        if isinstance(actor, dict) and actor.get("display"):
            return str(actor["display"])
    return rules.version_of(entry).author_label if entry.kind not in ("Patient", "Practitioner") else ""


def measure(entry: Entry) -> tuple[str, str, str, str, str]:
    """A measure as a row: when, what, its value with its unit, its range or what it means, who took it."""
    found = observations.read(entry)
    bounds = words.quantity(" à ".join(one for one in (found.low, found.high) if one))
    value = " ".join(one for one in (words.quantity(found.value), words.unit(found.unit)) if one)
    return (
        moment(found.at),
        found.label,
        value,
        found.meaning or (f"{bounds} {words.unit(found.unit)}".strip() if bounds else ""),
        author(entry),
    )


def moment(value: datetime) -> str:
    """`23/11/2026 14:05`, in France."""
    return f"{value.astimezone(clock.PARIS):%d/%m/%Y %H:%M}"


def _note(entry: Entry) -> Iterator[tuple[str, str]]:
    found = notes.read(entry)
    yield from ((section.label, section.text) for section in found.sections)
    yield from (("Contresigné", f"{one.label}, {moment(one.at)}") for one in found.signatures)


def _allergy(entry: Entry) -> Iterator[tuple[str, str]]:
    found = allergies.read(entry)
    yield "Réaction", found.reaction
    yield "Gravité", words.SEVERITIES.get(found.severity, found.severity)
    yield "Certitude", words.CERTAINTIES.get(found.certainty, found.certainty)
    yield "Depuis", "/".join(reversed(found.onset.split("-")))
    yield "Dit par", ", ".join(one for one in (words.SOURCES.get(found.source, ""), found.source_name) if one)


def _condition(entry: Entry) -> Iterator[tuple[str, str]]:
    found = conditions.read(entry)
    yield "État", "en cours" if found.is_active else "antécédent"
    yield "Code CIM-10", found.code
    yield "Depuis", "/".join(reversed(found.onset.partition("T")[0].split("-")))


def _family(entry: Entry) -> Iterator[tuple[str, str]]:
    found = conditions.read_family(entry)
    yield "Parent", found.relation
    yield "Maladie", found.label


def _medication(entry: Entry) -> Iterator[tuple[str, str]]:
    found = medications.read(entry)
    yield "Spécialité", " ".join(one for one in (found.brand, found.strength, found.form) if one)
    yield "Dose", " ".join(one for one in (found.dose, found.route, found.rhythm) if one)
    yield "Depuis", "/".join(reversed(found.since.partition("T")[0].split("-")))
    yield "État", words.STATES.get(str(entry.resource.get("status", "")), "")


def _document(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "Nature", rules.concept(entry.resource.get("type"))
    yield "Format", str(documents.attachment(entry.resource).get("contentType", "")) if entry.resource.get("content") else ""


def _person(entry: Entry) -> Iterator[tuple[str, str]]:
    found = correspondents.read(entry)
    yield "Qualité", " ".join(one for one in (words.ROLES.get(found.role, ""), found.relation) if one)
    yield "Téléphone", found.phone
    yield "Courriel", found.email
    yield "Adresse", found.address


def _contact(entry: Entry) -> Iterator[tuple[str, str]]:
    found = correspondents.read_contact(entry)
    yield "Adresse", found.address
    yield "Téléphone", ", ".join(found.phones)
    yield "Courriel", ", ".join(found.emails)


def _consent(entry: Entry) -> Iterator[tuple[str, str]]:
    found = consents.read(entry)
    yield "Décision", words.DECISIONS.get(found.decision, found.decision)
    yield "Précisions", found.text
    yield "Dit ou écrit le", "/".join(reversed(found.since.split("-")))
    yield "Papier gardé", found.kept_at
    if found.topic not in words.CONSENTS:
        yield from _members(entry)


def _encounter(entry: Entry) -> Iterator[tuple[str, str]]:
    """The reason for a visit, as the record writes it; a visit told by another software, member by member."""
    reason = rules.concept(entry.resource.get("reasonCode"))
    if entry.stay is not None and reason:
        yield "Motif", reason
    else:
        yield from _members(entry)


def _members(entry: Entry) -> Iterator[tuple[str, str]]:
    return rules.members(entry.resource)


_READERS: dict[str, Callable[[Entry], Iterator[tuple[str, str]]]] = {
    "Composition": _note, "AllergyIntolerance": _allergy, "Condition": _condition, "FamilyMemberHistory": _family,
    "MedicationStatement": _medication, "MedicationRequest": _medication, "DocumentReference": _document, "Practitioner": _person,
    "RelatedPerson": _person, "Patient": _contact, "Consent": _consent, "Encounter": _encounter,
}  # fmt: skip
