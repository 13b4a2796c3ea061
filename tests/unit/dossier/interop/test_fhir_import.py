"""Records from elsewhere, in FHIR: every resource kept in its compartment, nothing changed by the same file again, nothing half kept."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from serment.dossier.kernel import clock
from tests import cast
from tests.fixtures.dossier import Dossier
from tests.fixtures.shared_data import FOLDER

SYNTHEA = sorted((FOLDER / "synthea-r4").glob("*.json.gz"))


def person(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient", "id": "p1", "name": [{"use": "official", "family": "Lefèvre", "given": ["Zoé", "Anne"]}],
        "gender": "female", "birthDate": "1980-02-03", "identifier": [{"system": "urn:oid:1.2.3", "value": "42"}],
        "address": [{"line": ["3 rue du Lac"], "postalCode": "63000", "city": "Clermont-Ferrand"}],
        "telecom": [{"system": "phone", "value": "0473000000"}], **changes,
    }  # fmt: skip


def condition(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition", "id": "c1", "subject": {"reference": "urn:uuid:p1"}, "code": {"text": "Asthme"},
        "clinicalStatus": {"coding": [{"code": "active"}]}, "recordedDate": "2019-05-06", **changes,
    }  # fmt: skip


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def written(folder: Path, content: Any, name: str = "one.json") -> Path:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def imported(dossier: Dossier, *files: Path) -> dict[str, Any]:
    from serment.dossier.interop.fhir import importing

    dossier.as_role("serment_owner")
    try:
        return importing.run(files, signer=dossier.interface, now=clock.now()).as_dict()
    finally:
        dossier.as_role("serment_app")


def patient_of(dossier: Dossier, number: str) -> UUID:
    from serment.guard.find import identities, rules

    with dossier.house.guard.pool.connection() as tx:
        (found,) = identities.having(tx, rules.number_value_token(dossier.house.guard.vault, number))
    return found


def chart(dossier: Dossier, patient: UUID, kind: str) -> list[dict[str, Any]]:
    """What a nurse of the ward reads, once the patient is admitted there."""
    from serment.dossier.records.entries import queries

    dossier.house.tie(patient, holder_unit=cast.SURGERY)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        return [entry.resource for entry in queries.current(permit=permit, kinds=[kind])]


def test_a_person_and_their_problem_are_kept_and_read(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.records.correspondents import queries as correspondents

    report = imported(dossier, written(tmp_path, bundle(person(), condition())))
    assert {name: report[name] for name in ("files", "patients", "read", "kept", "added", "refused")} == {
        "files": 1, "patients": 1, "read": 2, "kept": 2, "added": 2, "refused": [],
    }  # fmt: skip
    patient = patient_of(dossier, "42")
    (problem,) = chart(dossier, patient, "Condition")
    assert (problem["code"]["text"], problem["subject"]) == ("Asthme", {"reference": f"Patient/{patient}"})
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        contact = correspondents.contact_of(permit=permit)
        assert contact is not None
        assert (contact.address, contact.phones) == ("3 rue du Lac, 63000 Clermont-Ferrand", ("0473000000",))
        assert (permit.identity.birth_name, permit.identity.first_given_name) == ("LEFEVRE", "ZOE")


def test_the_same_file_again_changes_nothing_and_a_changed_resource_is_a_version(dossier: Dossier, tmp_path: Path) -> None:
    file = written(tmp_path, bundle(person(), condition()))
    imported(dossier, file)
    again = imported(dossier, file)
    assert (again["kept"], again["added"], again["updated"], again["unchanged"]) == (2, 0, 0, 2)
    changed = imported(dossier, written(tmp_path, bundle(person(), condition(code={"text": "Asthme sévère"}))))
    assert (changed["added"], changed["updated"], changed["unchanged"]) == (0, 1, 1)
    (problem,) = chart(dossier, patient_of(dossier, "42"), "Condition")
    assert problem["code"]["text"] == "Asthme sévère"


def test_decimals_keep_the_digits_they_were_written_with(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.records.observations import queries

    weight = '{"resourceType":"Observation","id":"o1","subject":{"reference":"urn:uuid:p1"},"code":{"text":"Poids"},'
    weight += '"valueQuantity":{"value":70.10,"unit":"kg"},"effectiveDateTime":"2020-01-01T10:00:00+01:00"}'
    whole = json.dumps(bundle(person()))[:-2] + f',{{"fullUrl":"urn:uuid:o1","resource":{weight}}}]}}'
    assert imported(dossier, written(tmp_path, whole))["kept"] == 2
    patient = patient_of(dossier, "42")
    dossier.house.tie(patient, holder_unit=cast.SURGERY)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        (measure,) = queries.active_for(permit=permit)
    assert (measure.value, measure.at.isoformat()) == ("70.10", "2020-01-01T09:00:00+00:00")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("no json", "not_fhir"),
        ("[]", "not_fhir"),
        ('{"type": 1}', "not_fhir"),
        (bundle(person(birthDate="1980")), "trait_missing:birthDate"),
        (bundle(person(name=[])), "trait_missing:name"),
        (bundle(condition()), "no_patient"),
        ({"resourceType": "Bundle", "entry": [{"resource": 3}]}, "no_resource"),
        (bundle(person(), {"resourceType": "drop table", "id": "x"}), "type_unknown"),
    ],
)
def test_what_cannot_be_kept_is_named_with_why(dossier: Dossier, tmp_path: Path, content: Any, why: str) -> None:
    report = imported(dossier, written(tmp_path, content))
    assert why in {one["why"] for one in report["refused"]}
    assert all(one["file"] == "one.json" for one in report["refused"])


def test_one_who_cannot_be_registered_keeps_nobody_else_out(dossier: Dossier, tmp_path: Path) -> None:
    other = person(id="p2", identifier=[{"system": "urn:oid:1.2.3", "value": "43"}], name=[])
    hers = condition(id="c2", subject={"reference": "urn:uuid:p2"})
    team = {"resourceType": "Organization", "id": "o1", "name": "Clinique"}
    report = imported(dossier, written(tmp_path, bundle(person(), condition(asserter={"reference": "urn:uuid:o1"}), other, hers, team)))
    assert (report["read"], report["kept"]) == (5, 3)
    assert {(one["type"], one["id"]) for one in report["refused"]} == {("Patient", "p2"), ("Condition", "c2")}


def test_a_gzipped_file_and_one_cut_short(dossier: Dossier, tmp_path: Path) -> None:
    whole = gzip.compress(json.dumps(bundle(person(), condition())).encode())
    good, cut = tmp_path / "good.json.gz", tmp_path / "cut.json.gz"
    good.write_bytes(whole)
    cut.write_bytes(whole[:-9])
    report = imported(dossier, good, cut)
    assert (report["files"], report["kept"]) == (2, 2)
    assert [(one["file"], one["why"]) for one in report["refused"]] == [("cut.json.gz", "file_unreadable")]


@pytest.mark.skipif(not SYNTHEA, reason="the Synthea files are not here")
def test_a_whole_foreign_record_is_kept_to_the_last_resource(dossier: Dossier) -> None:
    smallest = min(SYNTHEA, key=lambda file: file.stat().st_size)
    report = imported(dossier, smallest)
    assert report["refused"] == []
    assert report["kept"] == report["read"] > 150
    again = imported(dossier, smallest)
    assert (again["unchanged"], again["added"], again["updated"]) == (report["read"], 0, 0)
