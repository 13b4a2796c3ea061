"""What another software reads in a copy: which French profile an entry follows, and what that profile asks for."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from serment.dossier.copies import fhir
from serment.dossier.records.correspondents import resources
from serment.dossier.records.correspondents.types import RELATIVE, TREATING_PHYSICIAN, Told
from serment.dossier.records.entries.types import ACTIVE, Entry, Written
from serment.dossier.vault.sealing import Resource

AT = datetime(2026, 11, 28, tzinfo=UTC)
PATIENT = uuid4()


def told(resource: Resource, id: UUID) -> Resource:
    entry = Entry(
        patient=PATIENT, id=id, version=1, kind=resource["resourceType"], compartment="contact", stay=None, author=None, recorded_at=AT,
        effective_at=AT, status=ACTIVE, supersedes=None, deposit=False, resource=resource, about=None,
    )  # fmt: skip
    return fhir.resource(entry)


def test_a_relative_has_the_identifier_that_the_profile_asks_for_and_no_rpps_of_it() -> None:
    id = uuid4()
    found = told(resources.correspondent(patient=PATIENT, told=Told(role=RELATIVE, name="Lina DURAND", relation="fille")), id)
    assert found["meta"]["profile"] == ["https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-related-person"]
    assert found["identifier"] == [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{id}"}]
    assert found["patient"] == {"reference": f"Patient/{PATIENT}"}
    again = Written(entry=id, version=1, author=None, author_label="", recorded_at=AT, effective_at=AT, deposit=False)
    assert resources.of_resource(found, again).rpps == ""


def test_an_identifier_that_somebody_brought_stays() -> None:
    resource = resources.correspondent(patient=PATIENT, told=Told(role=RELATIVE, name="Lina DURAND"))
    brought = [{"system": "urn:oid:1.2.3", "value": "7"}]
    assert told({**resource, "identifier": brought}, uuid4())["identifier"] == brought


def test_a_professional_keeps_their_national_number() -> None:
    resource = resources.correspondent(patient=PATIENT, told=Told(role=TREATING_PHYSICIAN, name="Dr Weill", rpps="10000000011"))
    found = told(resource, uuid4())
    assert [one["value"] for one in found["identifier"]] == ["10000000011"]
    assert found["meta"]["profile"] == ["https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner"]
