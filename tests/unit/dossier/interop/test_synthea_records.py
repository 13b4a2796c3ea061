"""Six whole records that no one here wrote: every resource is kept, and stands on the page where a clinician looks for it."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests import cast
from tests.fixtures import shared_data
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.interop.test_fhir_import import imported, patient_of
from tests.unit.dossier.web.visitor import Visitor, visitor
from tests.unit.dossier.web.visitor import chart as address

FILES = sorted((shared_data.FOLDER / "synthea-r4").glob("*.json.gz"))
if not FILES:
    pytest.skip("the Synthea files are not here", allow_module_level=True)


def resources(file: Path) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in json.loads(gzip.decompress(file.read_bytes()))["entry"]]


def number(patient: dict[str, Any]) -> str:
    """The medical record number, by which the person is found again."""
    of_records = (one for one in patient["identifier"] if one.get("type", {}).get("coding", [{}])[0].get("code") == "MR")
    return str(next(of_records)["value"])


def words(of: Visitor, patient: UUID, page: str, /, **query: str) -> str:
    """The page's body without its tags, entities and doubled spaces."""
    body = of.get(address(patient, page), **query).content.decode().split('<main class="page-body"')[1]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u202f", " "))


def every_page(of: Visitor, patient: UUID, page: str, /, **query: str) -> str:
    """All the pages of a list, one after the other."""
    found, number = "", 1
    while True:
        shown = words(of, patient, page, **query, page=str(number))
        found, number = found + shown, number + 1
        if "Plus ancien" not in shown:
            return found


def named(resource: dict[str, Any], member: str = "code") -> str:
    concept = resource.get(member)
    concept = concept[0] if isinstance(concept, list) else concept
    said = (concept or {}).get("text") or next((one.get("display", "") for one in (concept or {}).get("coding", [])), "")
    return re.sub(r"\s+", " ", str(said))


def bare(text: str) -> str:
    """A text as it sounds: look-alike names are written in letters of two sizes."""
    return re.sub(r"\s", "", text).casefold()


@pytest.mark.parametrize("file", FILES, ids=[file.name.split("_")[0] for file in FILES])
def test_a_whole_record_is_kept_and_shown_in_its_places(dossier: Dossier, file: Path) -> None:
    given = resources(file)
    by_type = Counter(one["resourceType"] for one in given)
    report = imported(dossier, file)
    assert (report["read"], report["kept"], report["refused"]) == (len(given), len(given), [])
    assert report["types"] == by_type
    again = imported(dossier, file)
    assert (again["unchanged"], again["added"], again["updated"]) == (len(given), 0, 0)

    patient = patient_of(dossier, number(next(one for one in given if one["resourceType"] == "Patient")))
    dossier.house.tie(patient, holder_unit=cast.SURGERY)
    amel = visitor(dossier, cast.AMEL)
    from serment.dossier.web.words import TYPES

    whole = words(amel, patient, "elements/")
    for kind, count in by_type.items():
        assert f"{TYPES.get(kind, kind)} {count} " in f"{whole} ", kind
    shown = {page: every_page(amel, patient, page) for page in ("problems/", "results/", "stays/", "vitals/")}
    for one in given:
        if one["resourceType"] == "Condition":
            assert named(one) in shown["problems/"]
        if one["resourceType"] == "Encounter":
            assert named(one, "type") in shown["stays/"]
        if one["resourceType"] == "DiagnosticReport":
            assert named(one) in shown["results/"]
        if one["resourceType"] == "AllergyIntolerance":
            assert named(one) in words(amel, patient, "allergies/")
    assert shown["problems/"].count("Transmis par une interface") == by_type["Condition"]
    synthesis = words(amel, patient, "")
    for one in given:
        if one["resourceType"] == "MedicationRequest" and one["status"] == "active":
            assert bare(named(one, "medicationCodeableConcept")[:40]) in bare(synthesis)
    for kind in ("Immunization", "Procedure", "CarePlan", "Claim", "Goal", "ImagingStudy", "ExplanationOfBenefit"):
        if by_type[kind]:
            listed = every_page(amel, patient, "elements/", type=kind)
            assert len(re.findall(r"\d\d/\d\d/\d{4}\s\d\d:\d\d", listed)) == by_type[kind], kind
