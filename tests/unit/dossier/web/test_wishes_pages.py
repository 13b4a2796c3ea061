"""The page of wishes and consents: answers with their history, for the ward and for the desk; nobody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.visitor import Visitor, chart, text, visitor

DIRECTIVES = {
    "answer": "advance_directives:exist", "text": "Pas de réanimation prolongée", "since": "03/2024", "kept_at": "chez sa fille",
    "document": "",
}  # fmt: skip


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    return dossier.admitted(cast.FARID)


@pytest.fixture
def bruno(dossier: Dossier, farid: UUID) -> Visitor:
    return visitor(dossier, cast.BRUNO)


def says(visitor: Visitor, patient: UUID, **form: str) -> int:
    return visitor.post(chart(patient, "wishes/"), {**DIRECTIVES, **form, "token": str(uuid4())}).status_code


def test_nothing_was_asked_yet_and_the_page_says_what_to_ask(bruno: Visitor, farid: UUID) -> None:
    page = text(bruno.get(chart(farid, "wishes/")))
    assert "Rien n’a encore été demandé" in page
    assert "Pas encore demandé Directives anticipées" in page


def test_an_answer_is_shown_with_its_words_and_who_wrote_it_and_what_was_said_before_beneath(bruno: Visitor, farid: UUID) -> None:
    assert says(bruno, farid, answer="advance_directives:none", text="", kept_at="", since="") == 303
    assert says(bruno, farid) == 303
    page = text(bruno.get(chart(farid, "wishes/")))
    for told in ("rédigées", "Pas de réanimation prolongée", "dit ou écrit le 03/2024", "papier gardé : chez sa fille", cast.BRUNO.label):
        assert told in page, told
    assert page.index("rédigées") < page.index("Avant il n’y en a pas")
    assert "Volontés et consentements" in text(bruno.get(chart(farid)))


def test_an_answer_that_is_none_is_refused(bruno: Visitor, farid: UUID) -> None:
    assert says(bruno, farid, answer="advance_directives:permit") == 422
    assert says(bruno, farid, answer="told:wish", text="") == 422


def test_an_error_is_struck_out(bruno: Visitor, farid: UUID) -> None:
    token = str(uuid4())
    bruno.post(chart(farid, "wishes/"), {**DIRECTIVES, "token": token})
    assert bruno.post(chart(farid, f"wishes/{token}/strike-out/"), {"version": "1", "reason": "Mauvais patient"}).status_code == 303
    page = text(bruno.get(chart(farid, "wishes/")))
    assert "Mauvais patient" in page
    assert "chez sa fille" not in page


def test_the_desk_writes_the_paperwork_and_sees_nothing_of_care(bruno: Visitor, dossier: Dossier, farid: UUID) -> None:
    says(bruno, farid)
    odile = visitor(dossier, cast.ODILE)
    page = odile.get(chart(farid, "wishes/"))
    assert "advance_directives" not in page.content.decode()
    assert "réanimation" not in text(page)
    assert says(odile, farid) == 422
    assert says(odile, farid, answer="told:wish", text="Sa fille") == 303
    assert "Sa fille" in text(odile.get(chart(farid, "wishes/")))


@pytest.mark.parametrize("player", [cast.CHLOE, cast.DENIS], ids=lambda player: player.label)
def test_who_has_no_tie_gets_and_writes_nothing(bruno: Visitor, dossier: Dossier, farid: UUID, player: Any) -> None:
    says(bruno, farid)
    stranger = visitor(dossier, player)
    answer = stranger.get(chart(farid, "wishes/"))
    assert answer.status_code == 403
    assert "réanimation" not in text(answer)
    assert says(stranger, farid, text="étranger") == 403
    assert "étranger" not in text(bruno.get(chart(farid, "wishes/")))
