"""Rights decided by two, through the web: propose, approve with the passkey, refuse, withdraw; and a leaver cut at once."""

from __future__ import annotations

import json
import re
from uuid import UUID

import pytest

from serment.wire import dpop
from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.visitor import Visitor, chart, text, visitor
from tests.unit.guard.test_meters import act


@pytest.fixture
def denis(dossier: Dossier) -> Visitor:
    return visitor(dossier, cast.DENIS)


@pytest.fixture
def claire(dossier: Dossier) -> Visitor:
    return visitor(dossier, cast.CLAIRE)


def proposed(person: Visitor, kind: str, **terms: str) -> UUID:
    """Propose, and find the proposal on the page."""
    page = f"/administration/propose/{kind}/"
    person.get(page)
    answer = person.post(page, {"reason": "départ en congé", **terms})
    assert answer.status_code == 303, text(answer)
    found = re.search(r"/administration/proposals/([0-9a-f-]{36})/withdraw/", person.get("/administration/").content.decode())
    assert found
    return UUID(found[1])


def test_an_administrator_begins_where_rights_are_decided(dossier: Dossier) -> None:
    claire = visitor(dossier, cast.CLAIRE)
    assert claire.get("/")["Location"] == "/administration/"
    assert "Rien n’attend" in text(claire.get("/administration/"))


def test_a_locum_is_assigned_by_two(dossier: Dossier, denis: Visitor, claire: Visitor) -> None:
    patient = dossier.admitted(cast.FARID)
    chloe = visitor(dossier, cast.CHLOE)
    assert chloe.get(chart(patient)).status_code == 403
    asked = proposed(denis, "assignment", subject=str(cast.CHLOE.id), unit=str(cast.SURGERY))
    page = text(claire.get("/administration/"))
    for words in ("Affecter à une unité", cast.CHLOE.label, "départ en congé", f"Proposée par {cast.DENIS.label}", "Approuver avec ma clé"):
        assert words in page, words
    done = claire.post(f"/administration/proposals/{asked}/", {"decision": "approve", **act(claire.browser, "decide", asked)})
    assert done["Location"] == "/administration/?done=proposal-executed"
    assert chloe.get(chart(patient)).status_code == 200


def test_a_code_to_hand_over_is_shown_once(dossier: Dossier, denis: Visitor, claire: Visitor) -> None:
    asked = proposed(denis, "recovery", subject=str(cast.BRUNO.id))
    answer = claire.post(f"/administration/proposals/{asked}/", {"decision": "approve", **act(claire.browser, "decide", asked)})
    assert "Remettez ce code en main propre" in text(answer)
    code = re.search(r"<b>([A-Z2-7]{16})</b>", answer.content.decode())
    assert code
    assert code[1] not in claire.get("/administration/").content.decode()


def test_a_refusal_and_a_withdrawal_change_nothing(dossier: Dossier, denis: Visitor, claire: Visitor) -> None:
    asked = proposed(denis, "role", subject=str(cast.CHLOE.id), role="coder")
    refused = claire.post(f"/administration/proposals/{asked}/", {"decision": "refuse", **act(claire.browser, "decide", asked)})
    assert refused["Location"] == "/administration/?done=proposal-refused"
    again = proposed(denis, "role", subject=str(cast.CHLOE.id), role="coder")
    assert denis.post(f"/administration/proposals/{again}/withdraw/")["Location"] == "/administration/?done=proposal-withdrawn"
    page = text(claire.get("/administration/"))
    assert "refusée" in page
    assert "retirée" in page


def test_an_officer_stops_what_two_administrators_approved(dossier: Dossier, denis: Visitor, claire: Visitor) -> None:
    asked = proposed(denis, "administrator", label="Eve Durand", profession="Informaticienne", role="administrator")
    claire.post(f"/administration/proposals/{asked}/", {"decision": "approve", **act(claire.browser, "decide", asked)})
    sonia = visitor(dossier, cast.SONIA)
    page = text(sonia.get("/administration/"))
    assert "Arrêter avec ma clé" in page
    assert "Approuver avec ma clé" not in page
    stopped = sonia.post(f"/administration/proposals/{asked}/", {"decision": "refuse", **act(sonia.browser, "decide", asked)})
    assert stopped["Location"] == "/administration/?done=proposal-refused"
    assert "Arrêter avec ma clé" not in text(sonia.get("/administration/"))


def test_a_proposal_in_error_keeps_what_was_typed(denis: Visitor) -> None:
    page = "/administration/propose/limits/"
    denis.get(page)
    answer = denis.post(page, {"name": "lease.patients", "value": "1000", "reason": "confort"})
    assert answer.status_code == 422
    assert "Cette valeur relâcherait trop la limite." in text(answer)
    assert 'value="confort"' in answer.content.decode()


@pytest.mark.parametrize("kind", ["account", "role", "assignment", "administrator", "unit", "limits", "recovery", "surge"])
def test_every_form_of_an_administrator_opens(denis: Visitor, kind: str) -> None:
    assert denis.get(f"/administration/propose/{kind}/").status_code == 200


@pytest.mark.parametrize("kind", ["release", "decoys", "bulk_export", "shred"])
def test_every_form_of_an_officer_opens_and_no_administrators(dossier: Dossier, denis: Visitor, kind: str) -> None:
    assert visitor(dossier, cast.SONIA).get(f"/administration/propose/{kind}/").status_code == 200
    assert denis.get(f"/administration/propose/{kind}/").status_code == 403


def test_a_new_unit_is_given_an_identifier(dossier: Dossier, denis: Visitor) -> None:
    answer = denis.get("/administration/propose/unit/")
    assert "Nom de l’unité" in text(answer)


def test_who_leaves_is_out_at_the_next_page(dossier: Dossier, denis: Visitor) -> None:
    patient = dossier.admitted(cast.FARID)
    bruno = visitor(dossier, cast.BRUNO)
    assert bruno.get(chart(patient)).status_code == 200
    page = denis.get("/administration/people/").content.decode()
    row = page[page.index(cast.BRUNO.label) :]
    post = re.search(r"/administration/assignments/([0-9a-f-]{36})/end/", row)
    assert post
    assert denis.post(f"/administration/assignments/{post[1]}/end/")["Location"] == "/administration/people/?done=assignment-ended"
    assert "PAT-TROIS" not in bruno.get(chart(patient)).content.decode()
    bruno.browser.sign_in()
    again = visitor(dossier, cast.BRUNO)
    answer = again.get(chart(patient))
    assert answer.status_code == 403
    assert "Vous n’êtes affecté à aucune unité" in text(answer)
    found = again.post("/patients/find/", {"way": "number", "number": "000003"})
    assert found.status_code == 403
    assert "PAT-TROIS" not in found.content.decode()


def test_nobody_of_the_wards_sees_any_of_it(dossier: Dossier) -> None:
    nadia = visitor(dossier, cast.NADIA)
    for page in ("/administration/", "/administration/people/", "/administration/propose/role/"):
        assert nadia.get(page).status_code == 403


def test_a_ward_of_a_new_clinic_is_declared_by_two_and_receives_patients(dossier: Dossier, denis: Visitor, claire: Visitor) -> None:
    from serment.dossier.organisations import queries as organisations

    page = "/administration/propose/unit/"
    denis.get(page)
    bare = denis.post(page, {"label": "Cardiologie", "unit_kind": "medicine", "reason": "ouverture"})
    assert bare.status_code == 422
    assert "donnez le nom et le FINESS d’un nouveau" in text(bare)
    new = {"establishment_name": "Clinique du Lac", "finess": "630000404", "establishment_kind": "clinic"}
    asked = proposed(denis, "unit", label="Cardiologie", code="CARDIO", unit_kind="medicine", **new)
    shown = text(claire.get("/administration/"))
    for words in ("Nom Cardiologie", "Code CARDIO", "Activité Médecine", "Nouvel établissement Clinique du Lac", "FINESS 630000404"):
        assert words in shown, words
    claire.post(f"/administration/proposals/{asked}/", {"decision": "approve", **act(claire.browser, "decide", asked)})
    claire.get("/administration/")
    unit = organisations.unit_by_code(establishment="630000404", code="CARDIO")
    assert (unit.name, unit.establishment_name, unit.kind) == ("Cardiologie", "Clinique du Lac", "medicine")
    again = proposed(denis, "unit", label="Néphrologie", unit_kind="medicine", establishment=str(unit.establishment))
    claire.post(f"/administration/proposals/{again}/", {"decision": "approve", **act(claire.browser, "decide", again)})
    denis.get("/administration/")
    assert [one.name for one in organisations.units() if one.establishment == unit.establishment] == ["Cardiologie", "Néphrologie"]
    posted = proposed(denis, "assignment", subject=str(cast.CHLOE.id), unit=str(unit.id), since="2026-12-01T08:00")
    assert "Unité Cardiologie" in text(claire.get("/administration/"))
    assert "01/12/2026" in text(claire.get("/administration/"))
    claire.post(f"/administration/proposals/{posted}/", {"decision": "approve", **act(claire.browser, "decide", posted)})


def test_an_application_is_connected_by_two(dossier: Dossier, denis: Visitor, claire: Visitor) -> None:
    key = json.dumps(dpop.ProofKey().jwk)
    page = "/administration/propose/client/"
    denis.get(page)
    assert "P-256" in text(denis.post(page, {"label": "Moniteur", "scopes": "identity care", "key": "rien", "reason": "essai"}))
    asked = proposed(denis, "client", label="Moniteur", scopes="identity care", key=key)
    assert "Ce qu’elle lit L’identité et le dossier de soins" in text(claire.get("/administration/"))
    done = claire.post(f"/administration/proposals/{asked}/", {"decision": "approve", **act(claire.browser, "decide", asked)})
    assert done["Location"] == "/administration/?done=proposal-approved"
