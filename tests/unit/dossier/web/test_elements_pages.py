"""Everything a record holds is listed by type and readable, whatever its type."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.interop.test_fhir_import import bundle, condition, imported, patient_of, person, written
from tests.unit.dossier.web.visitor import chart, text, visitor

SHOT = {
    "resourceType": "Immunization", "id": "i1", "status": "completed", "patient": {"reference": "urn:uuid:p1"},
    "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "140", "display": "Grippe"}]},
    "occurrenceDateTime": "2021-10-11", "lotNumber": "LOT-7",
}  # fmt: skip
PRESSURE = {
    "resourceType": "Observation", "id": "o1", "status": "final", "subject": {"reference": "urn:uuid:p1"},
    "code": {"coding": [{"display": "Pression"}]}, "effectiveDateTime": "2021-10-11",
    "component": [
        {"code": {"text": "Systolique"}, "valueQuantity": {"value": 120}},
        {"code": {"text": "Diastolique"}, "valueQuantity": {"value": 80}},
    ],
}  # fmt: skip
DRUG = {
    "resourceType": "MedicationRequest", "id": "m1", "status": "active", "intent": "order", "subject": {"reference": "urn:uuid:p1"},
    "medicationCodeableConcept": {"text": "Salbutamol"}, "dosageInstruction": [{"text": "2 bouffées si besoin"}],
    "authoredOn": "2020-01-02",
}  # fmt: skip
CLAIM = {"resourceType": "Claim", "id": "k1", "status": "active", "patient": {"reference": "urn:uuid:p1"}, "created": "2020-02-02"}


@pytest.fixture
def foreign(dossier: Dossier, tmp_path: Path) -> UUID:
    days = range(1, 31)
    visits = [condition(id=f"c{day}", code={"text": f"Problème {day:02}"}, recordedDate=f"2019-01-{day:02}") for day in days]
    more = [condition(id=f"d{day}", code={"text": f"Ancien {day:02}"}, recordedDate=f"2009-01-{day:02}") for day in days]
    file = written(tmp_path, bundle(person(), SHOT, PRESSURE, DRUG, CLAIM, *visits, *more))
    assert imported(dossier, file)["refused"] == []
    patient = patient_of(dossier, "42")
    dossier.house.tie(patient, holder_unit=cast.SURGERY)
    return patient


def test_every_type_is_counted_and_listed_with_its_titles(dossier: Dossier, foreign: UUID) -> None:
    bruno = visitor(dossier, cast.BRUNO)
    first = text(bruno.get(chart(foreign, "elements/")))
    for words in ("Vaccinations 1", "Problèmes et antécédents 60", "Demandes de prise en charge 1", "Prescriptions reçues 1"):
        assert words in first, words
    shots = text(bruno.get(chart(foreign, "elements/"), type="Immunization"))
    assert "Grippe" in shots
    assert "11/10/2021" in shots


def test_a_long_list_comes_in_pages_newest_first(dossier: Dossier, foreign: UUID) -> None:
    bruno = visitor(dossier, cast.BRUNO)
    one = text(bruno.get(chart(foreign, "elements/"), type="Condition"))
    assert one.index("Problème 30") < one.index("Problème 01") < one.index("Ancien 30")
    assert "Plus anciens" in one and "Plus récents" not in one and "Ancien 01" not in one
    two = text(bruno.get(chart(foreign, "elements/"), type="Condition", page="2"))
    assert "Ancien 01" in two and "Plus récents" in two and "Plus anciens" not in two
    for nonsense in ("x", "-3", "99999999"):
        assert bruno.get(chart(foreign, "elements/"), type="Condition", page=nonsense).status_code == 200
    assert "Quand" not in text(bruno.get(chart(foreign, "elements/"), type="Nothing"))


def test_an_element_is_readable_member_by_member(dossier: Dossier, foreign: UUID) -> None:
    bruno = visitor(dossier, cast.BRUNO)
    page = bruno.get(chart(foreign, "elements/"), type="Immunization").content.decode()
    address = page.split('scope="row"><a href="')[1].split('"')[0]
    shown = text(bruno.get(address))
    for words in ("lotNumber LOT-7", "status completed", "vaccineCode Grippe", "Revenir à la liste"):
        assert words in shown, words
    assert bruno.get(chart(foreign, f"elements/{foreign}/")).status_code == 404


def test_foreign_treatments_and_measures_stand_where_ours_do(dossier: Dossier, foreign: UUID) -> None:
    synthesis = text(visitor(dossier, cast.BRUNO).get(chart(foreign)))
    for words in ("Salbutamol", "2 bouffées si besoin", "Systolique 120, Diastolique 80", "Problème 30"):
        assert words in synthesis, words


def test_a_code_of_another_system_is_not_shown_as_cim_10(dossier: Dossier, tmp_path: Path) -> None:
    snomed = {"text": "Diabète", "coding": [{"system": "http://snomed.info/sct", "code": "44054006"}]}
    both = {"text": "Asthme", "coding": [*snomed["coding"], {"system": "http://hl7.org/fhir/sid/icd-10", "code": "J45"}]}  # type: ignore[misc]
    file = written(tmp_path, bundle(person(), condition(code=snomed), condition(id="c2", code=both)))
    imported(dossier, file)
    patient = patient_of(dossier, "42")
    dossier.house.tie(patient, holder_unit=cast.SURGERY)
    synthesis = text(visitor(dossier, cast.BRUNO).get(chart(patient)))
    assert "44054006" not in synthesis
    assert "CIM-10 J45" in synthesis


def test_a_secretary_sees_paperwork_and_no_care(dossier: Dossier, foreign: UUID) -> None:
    odile = visitor(dossier, cast.ODILE)
    shown = text(odile.get(chart(foreign, "elements/")))
    assert "Demandes de prise en charge 1" in shown
    for word in ("Vaccinations", "Problèmes", "Prescriptions"):
        assert word not in shown
    assert "Grippe" not in text(odile.get(chart(foreign, "elements/"), type="Immunization"))
