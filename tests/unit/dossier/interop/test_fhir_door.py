"""The door for applications: what a foreign program sees over HTTP, and what it cannot do."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from serment.dossier.interop.fhir import outcomes, patients
from serment.dossier.interop.fhir.urls import urlpatterns
from serment.drill.application import Application
from serment.wire import dpop
from serment.wire.protocol import Identity, Ins, LocalNumber
from serment.wire.words import OID_INS_NIA
from tests import cast
from tests.fixtures.applications import registered
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.test_pages import ALLERGY
from tests.unit.dossier.web.visitor import HERE, browser_of, chart, visitor


@dataclass
class Program:
    """A foreign program: HTTP and JSON, its keys, and nothing of ours."""

    application: Application
    client: Client = field(default_factory=browser_of)

    def sign_in(self, *, scope: str = "", proof: str = "", **changes: object) -> HttpResponse:
        response: Any = self.client.post(
            "/oauth/token", self._encoded(self.application.form(scope=scope, **changes)), content_type="application/x-www-form-urlencoded",
            headers={"DPoP": proof or self.application.token_proof()},
        )  # fmt: skip
        if response.status_code == 200:
            self.application.token = response.json()["access_token"]
        return response

    def get(self, path: str, **query: str) -> HttpResponse:
        response: Any = self.client.get(path, query, headers=self.application.headers("GET", path))
        return response

    def search(self, **traits: str) -> HttpResponse:
        path = "/fhir/Patient/_search"
        response: Any = self.client.post(
            path, self._encoded(traits), content_type="application/x-www-form-urlencoded", headers=self.application.headers("POST", path)
        )
        return response

    @staticmethod
    def _encoded(form: dict[str, str]) -> str:
        from urllib.parse import urlencode

        return urlencode(form)


def issue(response: HttpResponse) -> tuple[int, str, str]:
    body = json.loads(response.content)
    assert body["resourceType"] == "OperationOutcome"
    return response.status_code, body["issue"][0]["code"], body["issue"][0]["diagnostics"]


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    patient = dossier.admitted(cast.FARID)
    bruno = visitor(dossier, cast.BRUNO)
    bruno.get(chart(patient, "allergies/"))
    assert bruno.post(chart(patient, "allergies/"), {**ALLERGY, "token": str(uuid4())}).status_code == 303
    return patient


@pytest.fixture
def monitor(dossier: Dossier, farid: UUID) -> Program:
    program = Program(registered(dossier.house))
    assert program.sign_in().status_code == 200
    return program


# tokens -------------------------------------------------------------------------------------------------------------------------


def test_a_token_is_given_as_the_standards_say(monitor: Program) -> None:
    response = monitor.sign_in(scope="identity care")
    body = response.json()
    assert (body["token_type"], body["scope"]) == ("DPoP", "identity care")
    assert 3500 < body["expires_in"] <= 3600
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("scope", "changes", "status", "error"),
    [
        ("everything", {}, 400, "invalid_scope"),
        ("", {"aud": "https://elsewhere.example"}, 401, "invalid_client"),
        ("", {"iss": str(uuid4())}, 401, "invalid_client"),
    ],
)
def test_a_token_is_refused_in_the_standards_words(
    monitor: Program, scope: str, changes: dict[str, object], status: int, error: str
) -> None:
    response = monitor.sign_in(scope=scope, **changes)
    assert (response.status_code, response.json()) == (status, {"error": error})


def test_the_token_endpoint_takes_one_well_formed_form(monitor: Program) -> None:
    form, proof = monitor.application.form(), {"DPoP": monitor.application.token_proof()}
    good = "application/x-www-form-urlencoded"
    assert monitor.client.get("/oauth/token").status_code == 405

    def sent(body: str, kind: str = good) -> tuple[int, str]:
        answer = monitor.client.post("/oauth/token", body, content_type=kind, headers=proof)
        return answer.status_code, answer.json()["error"]

    assert sent(json.dumps(form), "application/json") == (400, "invalid_request")
    assert sent("x" * 20_000) == (400, "invalid_request")
    assert sent("grant_type=client_credentials&grant_type=client_credentials") == (400, "invalid_request")
    assert sent("grant_type=password") == (400, "unsupported_grant_type")
    assert sent("grant_type=client_credentials&client_assertion_type=secret") == (401, "invalid_client")
    assert monitor.sign_in(proof="nothing").json() == {"error": "invalid_dpop_proof"}


# reading ------------------------------------------------------------------------------------------------------------------------


def test_an_application_reads_the_person_as_fr_core_writes_them(monitor: Program, farid: UUID) -> None:
    response = monitor.get(f"/fhir/Patient/{farid}")
    assert (response.status_code, response["Content-Type"], response["Cache-Control"]) == (200, "application/fhir+json", "no-store")
    person = response.json()
    assert (person["resourceType"], person["id"], person["birthDate"]) == ("Patient", str(farid), cast.FARID.birth_date.isoformat())
    assert person["name"][0]["family"] == cast.FARID.birth_name
    assert person["meta"]["profile"] == [patients.PROFILE]


def test_it_reads_the_entries_of_a_type_and_every_entry(monitor: Program, farid: UUID) -> None:
    bundle = monitor.get(f"/fhir/Patient/{farid}/AllergyIntolerance").json()
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "searchset")
    (allergy,) = [entry["resource"] for entry in bundle["entry"]]
    assert (allergy["code"]["text"], allergy["meta"]["versionId"]) == ("Pénicilline", "1")
    assert monitor.get(f"/fhir/Patient/{farid}/Observation").json()["entry"] == []
    alone = monitor.get(f"/fhir/Patient/{farid}/AllergyIntolerance", _id=allergy["id"]).json()
    assert [entry["resource"]["id"] for entry in alone["entry"]] == [allergy["id"]]
    assert monitor.get(f"/fhir/Patient/{farid}/AllergyIntolerance", _id=str(uuid4())).json()["entry"] == []
    whole = monitor.get(f"/fhir/Patient/{farid}/$everything").json()
    assert [entry["resource"]["resourceType"] for entry in whole["entry"]] == ["Patient", "AllergyIntolerance"]


def test_a_long_record_comes_in_pages_each_entry_once(monitor: Program, dossier: Dossier, farid: UUID) -> None:
    bruno = visitor(dossier, cast.BRUNO)
    for number in range(4):
        bruno.get(chart(farid, "allergies/"))
        bruno.post(chart(farid, "allergies/"), {**ALLERGY, "substance": f"Substance {'ABCD'[number]}", "token": str(uuid4())})
    seen, query, path = [], {"_count": "2"}, f"/fhir/Patient/{farid}/AllergyIntolerance"
    for _ in range(3):
        page = monitor.get(path, **query).json()
        seen += [entry["resource"]["code"]["text"] for entry in page["entry"]]
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        query = dict(part.split("=") for part in urlsplit(following[0]).query.split("&")) if following else {}
    assert query == {}
    assert sorted(seen) == ["Pénicilline", "Substance A", "Substance B", "Substance C", "Substance D"]


def test_what_was_struck_out_is_not_given(monitor: Program, dossier: Dossier, farid: UUID) -> None:
    path = f"/fhir/Patient/{farid}/AllergyIntolerance"
    (entry,) = monitor.get(path).json()["entry"]
    amel = visitor(dossier, cast.AMEL)
    strike = chart(farid, f"allergies/{entry['resource']['id']}/strike-out/")
    amel.get(strike)
    assert amel.post(strike, {"reason": "erreur de patient", "version": "1"}).status_code == 303
    assert monitor.get(path).json()["entry"] == []


def test_it_lists_who_lies_in_its_units_and_finds_one_by_all_four_traits(monitor: Program, farid: UUID) -> None:
    listed = monitor.get("/fhir/Patient").json()["entry"]
    assert {entry["resource"]["id"] for entry in listed} <= {str(farid)}
    traits = {"family": cast.FARID.birth_name, "given": cast.FARID.first_given_name, "birthdate": cast.FARID.birth_date.isoformat()}
    found = monitor.search(**traits, gender="male").json()["entry"]
    assert [entry["resource"]["id"] for entry in found] == [str(farid)]
    assert found[0]["resource"]["meta"]["tag"] == [patients.SUBSETTED]
    assert issue(monitor.search(**traits)) == (400, "invalid", "traits_incomplete")
    assert issue(monitor.search(**{**traits, "birthdate": "1979"}, gender="male")) == (400, "invalid", "traits_incomplete")
    assert issue(monitor.search(name="PAT")) == (400, "invalid", "unknown_parameter")
    assert monitor.search(identifier="nobody-has-this").json()["entry"] == []
    assert issue(monitor.search(identifier="urn:oid:1.2.250.1.213.1.4.8|12")) == (400, "invalid", "ins_key")


def test_no_trait_goes_into_an_address(monitor: Program) -> None:
    assert issue(monitor.get("/fhir/Patient", family="PAT-TROIS")) == (400, "invalid", "post_search")


# refusals -----------------------------------------------------------------------------------------------------------------------


def test_every_address_but_the_two_public_ones_asks_for_a_token(dossier: Dossier, farid: UUID) -> None:
    client = Client(**HERE)
    assert client.get("/fhir/metadata").json()["fhirVersion"] == "4.0.1"
    assert client.get("/fhir/.well-known/smart-configuration").json()["token_endpoint"].endswith("/oauth/token")
    paths = [
        "/fhir/Patient", f"/fhir/Patient/{farid}", f"/fhir/Patient/{farid}/$everything", f"/fhir/Patient/{farid}/Condition",
        "/fhir/Observation", "/fhir/$export", "/fhir/",
    ]  # fmt: skip
    assert len(urlpatterns) == 3 + 6
    for path in paths:
        response = client.get(path)
        assert issue(response) == (401, "login", "no_token")
        assert response["WWW-Authenticate"] == 'DPoP algs="ES256"'
    response = client.post("/fhir/Patient/_search", {"identifier": "1"})
    assert issue(response) == (401, "login", "no_token")


def test_a_token_serves_neither_without_its_key_nor_for_another_request(monitor: Program, farid: UUID) -> None:
    path, other = f"/fhir/Patient/{farid}", "/fhir/Patient"
    good = monitor.application
    thief = replace(good, bound=dpop.ProofKey())
    bearer = {"Authorization": f"Bearer {good.token}", "DPoP": good.proof("GET", path)}
    for headers, expected in (
        (thief.headers("GET", path), "wrong_key"),
        (good.headers("GET", other), "wrong_address"),
        (good.headers("POST", path), "wrong_address"),
        (bearer, "no_token"),
        ({"Authorization": f"DPoP {good.token}"}, "no_token"),
        ({**good.headers("GET", path), "DPoP": "nothing"}, "bad_proof"),
        (replace(good, token="x").headers("GET", path), "unknown_session"),
    ):
        response = monitor.client.get(path, headers=headers)
        assert issue(response) == (401, "login", expected)
        assert 'algs="ES256"' in response["WWW-Authenticate"]


def test_a_proof_serves_once(monitor: Program, farid: UUID) -> None:
    path = f"/fhir/Patient/{farid}"
    headers = monitor.application.headers("GET", path)
    assert monitor.client.get(path, headers=headers).status_code == 200
    assert issue(monitor.client.get(path, headers=headers)) == (401, "login", "replayed_proof")


def test_a_cookie_of_a_person_opens_nothing_here_and_a_token_no_page(monitor: Program, dossier: Dossier, farid: UUID) -> None:
    bruno = visitor(dossier, cast.BRUNO)
    assert issue(bruno.get(f"/fhir/Patient/{farid}")) == (401, "login", "no_token")
    as_token = {"Authorization": f"DPoP {bruno.browser.session}", "DPoP": bruno.browser.proof("GET", f"/fhir/Patient/{farid}")}
    assert issue(bruno.client.get(f"/fhir/Patient/{farid}", headers=as_token))[0] == 401
    page = monitor.client.get(chart(farid), headers=monitor.application.headers("GET", chart(farid)))
    assert b"PAT-TROIS" not in page.content


def test_it_reads_nobody_elsewhere_and_learns_nothing_of_who_exists(monitor: Program, dossier: Dossier) -> None:
    elsewhere = dossier.admitted(cast.person("AILLEURS"), unit=cast.MEDICINE)
    refused = [monitor.get(f"/fhir/Patient/{one}") for one in (elsewhere, uuid4())]
    assert {issue(response) for response in refused} == {(403, "forbidden", "no_tie")}
    assert refused[0].content == refused[1].content


def test_a_scope_without_care_gives_no_care(dossier: Dossier, farid: UUID) -> None:
    reception = Program(registered(dossier.house, scopes="contact"))
    reception.sign_in()
    assert reception.get(f"/fhir/Patient/{farid}/AllergyIntolerance").json()["entry"] == []
    assert reception.get(f"/fhir/Patient/{farid}").status_code == 200


def test_the_twenty_sixth_patient_is_refused_and_says_when_to_come_back(monitor: Program, dossier: Dossier) -> None:
    several = dossier.house.admit_many(26)
    answers = [monitor.get(f"/fhir/Patient/{patient}") for patient in several[:25]]
    assert {answer.status_code for answer in answers} == {200}
    assert issue(monitor.get(f"/fhir/Patient/{several[25]}")) == (401, "expired", "lease_spent")
    monitor.sign_in()
    last = monitor.get(f"/fhir/Patient/{several[25]}")
    assert issue(last) == (429, "throttled", "shift_spent")
    assert last["Retry-After"] == "3600"


def test_nothing_is_written_deleted_searched_at_large_or_answered_in_another_format(monitor: Program, farid: UUID) -> None:
    path = f"/fhir/Patient/{farid}"
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = monitor.client.generic(method, path, "{}", content_type="application/fhir+json")
        assert issue(response) == (405, "not-supported", "method")
        assert response["Allow"] == "GET"
    assert issue(monitor.get("/fhir/Observation")) == (404, "not-found", "one_patient")
    assert issue(monitor.get("/fhir/Patient/$export")) == (404, "not-found", "one_patient")
    assert issue(monitor.get(path, _format="xml")) == (406, "not-supported", "not_acceptable")
    for query in ({"_count": "0"}, {"_count": "many"}, {"_after": "1"}, {"code": "x"}):
        assert issue(monitor.get(f"{path}/Observation", **query)) == (400, "invalid", "unknown_parameter")
    assert issue(monitor.get(f"{path}/$everything", _type="Observation")) == (400, "invalid", "unknown_parameter")


def test_an_application_in_containment_is_told_so(monitor: Program, dossier: Dossier, farid: UUID) -> None:
    from serment.wire.protocol import Contain

    sonia = dossier.house.browser(cast.SONIA)
    dossier.house.call("contain", Contain(**sonia.signed("POST", "/security/"), account=monitor.application.id))
    assert issue(monitor.get(f"/fhir/Patient/{farid}")) == (403, "forbidden", "contained")
    assert monitor.sign_in().json() == {"error": "invalid_client"}


# words and resources ------------------------------------------------------------------------------------------------------------


def test_every_refusal_has_an_issue_code_and_no_sentence_names_a_value() -> None:
    assert len(outcomes.ISSUES) == 9
    assert all(not re.search(r"[{}%]", sentence) for sentence in outcomes.SENTENCES.values())


def test_the_ins_leaves_only_when_the_identity_is_qualified() -> None:
    known = Identity(
        birth_name="DUPONT", first_given_name="LEA", given_names="LEA MARIE", birth_date=date(1980, 1, 2), sex="F", birth_place="63220",
        used_name="MARTIN", ins=Ins(matricule="2" * 15, oid=OID_INS_NIA), status="qualifiee",
        numbers=(LocalNumber(authority="630000001", value="42"), LocalNumber(authority="1.2.3", value="43")),
    )  # fmt: skip
    person = patients.patient(uuid4(), known, None)
    assert [(one["system"], one["value"]) for one in person["identifier"]] == [
        (f"urn:oid:{OID_INS_NIA}", "2" * 15), ("urn:serment:ipp:630000001", "42"), ("urn:oid:1.2.3", "43"),
    ]  # fmt: skip
    assert [(name["use"], name["family"], name["given"]) for name in person["name"]] == [
        ("official", "DUPONT", ["LEA"]), ("usual", "MARTIN", ["LEA"]),
    ]  # fmt: skip
    assert person["extension"][0]["extension"][0]["valueCoding"]["code"] == "VALI"
    provisional = patients.patient(uuid4(), replace(known, status="provisoire", numbers=()), None)
    assert "identifier" not in provisional
    assert provisional["extension"][0]["extension"][0]["valueCoding"]["code"] == "PROV"
