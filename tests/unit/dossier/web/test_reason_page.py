"""Why somebody is here: the reason of the stay, written and corrected; the symptoms, noted, gone, struck out."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest

from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.visitor import Visitor, admit_to_a_bed, chart, text, visitor

PAIN = {
    "label": "Douleur abdominale",
    "severity": "severe",
    "site": "fosse iliaque droite",
    "since": "12/03/2026",
    "code": "",
    "remark": "",
}


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    patient = dossier.admitted(cast.FARID)
    admit_to_a_bed(dossier, patient, "207")
    return patient


@pytest.fixture
def bruno(dossier: Dossier, farid: UUID) -> Visitor:
    return visitor(dossier, cast.BRUNO)


def test_the_reason_is_written_then_corrected_and_the_first_words_stay(bruno: Visitor, farid: UUID) -> None:
    assert "Personne ne l’a encore écrit." in text(bruno.get(chart(farid, "reason/")))
    first = {"text": "Douleur abdominale", "version": "0", "token": str(uuid4())}
    assert bruno.post(chart(farid, "reason/"), first).status_code == 303
    assert bruno.post(chart(farid, "reason/"), first).status_code == 303
    # Who saw the page without a reason does not write over the one that came meanwhile.
    assert bruno.post(chart(farid, "reason/"), {**first, "text": "Autre", "token": str(uuid4())}).status_code == 422
    better = {"text": "Appendicite aiguë", "version": "1", "token": str(uuid4())}
    assert bruno.post(chart(farid, "reason/"), better).status_code == 303
    page = bruno.get(chart(farid, "reason/"))
    assert "Appendicite aiguë" in text(page)
    history = re.search(r'href="(/patients/[^"]*/entries/[^"]*)"', page.content.decode())
    assert history
    assert "version 2" in text(bruno.get(history[1]))
    assert "Motif du séjour Appendicite aiguë" in text(bruno.get(chart(farid)))


def test_a_symptom_is_on_the_synthesis_until_it_is_gone(bruno: Visitor, farid: UUID) -> None:
    assert bruno.post(chart(farid, "symptoms/"), {**PAIN, "token": str(uuid4())}).status_code == 303
    page = bruno.get(chart(farid, "reason/"))
    assert "Symptômes présents 1 Douleur abdominale sévère fosse iliaque droite · depuis 12/03/2026" in text(page)
    assert "Symptômes Douleur abdominale (sévère)" in text(bruno.get(chart(farid)))
    assert "Aucun problème renseigné." in text(bruno.get(chart(farid, "problems/")))
    gone = re.search(r'action="(/patients/[^"]*/symptoms/[^"]*/resolve/)"', page.content.decode())
    assert gone
    assert bruno.post(gone[1], {"version": "1"}).status_code == 303
    assert "Symptômes disparus 1" in text(bruno.get(chart(farid, "reason/")))
    assert "Douleur abdominale (sévère)" not in text(bruno.get(chart(farid)))


def test_a_symptom_without_a_word_is_asked_again_and_an_error_is_struck_out(bruno: Visitor, farid: UUID) -> None:
    assert bruno.post(chart(farid, "symptoms/"), {**PAIN, "label": " ", "token": str(uuid4())}).status_code == 422
    bruno.post(chart(farid, "symptoms/"), {**PAIN, "token": str(uuid4())})
    strike = re.search(r'href="(/patients/[^"]*/symptoms/[^"]*/strike-out/)"', bruno.get(chart(farid, "reason/")).content.decode())
    assert strike
    assert bruno.post(strike[1], {"version": "1", "reason": "Autre patient"}).status_code == 303
    assert "Aucun symptôme noté." in text(bruno.get(chart(farid, "reason/")))


def test_the_page_is_closed_to_who_has_no_tie_and_to_who_gives_no_care(dossier: Dossier, bruno: Visitor, farid: UUID) -> None:
    bruno.post(chart(farid, "symptoms/"), {**PAIN, "token": str(uuid4())})
    for player in (cast.CHLOE, cast.DENIS, cast.ODILE):
        other = visitor(dossier, player)
        for answer in (other.get(chart(farid, "reason/")), other.post(chart(farid, "symptoms/"), {**PAIN, "token": str(uuid4())})):
            assert answer.status_code == 403
            assert "abdominale" not in text(answer)
