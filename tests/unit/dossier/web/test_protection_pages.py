"""A protected identity on the pages: the ward sees the name, the desk and every search a pseudonym; who asks, who lifts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.visitor import Visitor, admit_to_a_bed, chart, text, visitor

FORM = {"kind": "victim", "pseudonym": "LILAS", "text": "À sa demande"}


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    patient = dossier.admitted(cast.FARID)
    admit_to_a_bed(dossier, patient, "207")
    return patient


@pytest.fixture
def bruno(dossier: Dossier, farid: UUID) -> Visitor:
    return visitor(dossier, cast.BRUNO)


def protects(person: Visitor, patient: UUID, **changes: str) -> int:
    return person.post(chart(patient, "protection/"), {**FORM, **changes}).status_code


def test_the_ward_sees_the_name_and_that_it_is_protected(bruno: Visitor, farid: UUID) -> None:
    assert "Hors de l’équipe de soins" in text(bruno.get(chart(farid, "protection/")))
    assert protects(bruno, farid) == 303
    page = text(bruno.get(chart(farid, "notes/")))
    assert "PAT-TROIS" in page
    assert "Identité protégée" in page
    ward = text(bruno.get(f"/units/{cast.SURGERY}/"))
    assert "PAT-TROIS" in ward
    assert "Identité protégée" in ward


def test_the_desk_sees_a_pseudonym_everywhere_and_no_address(bruno: Visitor, dossier: Dossier, farid: UUID) -> None:
    protects(bruno, farid)
    odile = visitor(dossier, cast.ODILE)
    for path in (f"/units/{cast.SURGERY}/", chart(farid), chart(farid, "stays/"), chart(farid, "protection/"), "/commands/"):
        page = text(odile.get(path))
        assert "PAT-TROIS" not in page, path
        assert "FARID" not in page.upper(), path
    assert "LILAS" in text(odile.get(chart(farid)))
    for path in (f"/units/{cast.SURGERY}/", chart(farid)):
        assert "01/01/1979" not in text(odile.get(path)), "a date that is not true is not shown as one"
    assert odile.get(chart(farid, "correspondents/")).status_code == 403


def test_a_search_by_the_name_finds_nobody_and_by_the_number_a_pseudonym(bruno: Visitor, dossier: Dossier, farid: UUID) -> None:
    protects(bruno, farid)
    chloe = visitor(dossier, cast.CHLOE)
    traits = {"birth_name": "PAT-TROIS", "first_given_name": "FARID", "birth_date": "28/03/1979", "sex": "M"}
    answer = chloe.post("/patients/find/", {"way": "traits", **traits})
    assert str(farid) not in answer.content.decode()
    answer = chloe.post("/patients/find/", {"way": "number", "number": "000003"})
    assert "LILAS" in text(answer)
    assert "Identité protégée" in text(answer)
    assert "PAT-TROIS" not in text(answer)


def test_the_desk_asks_for_it_and_the_ward_lifts_it(bruno: Visitor, dossier: Dossier, farid: UUID) -> None:
    odile = visitor(dossier, cast.ODILE)
    assert protects(odile, farid, pseudonym="") == 303
    assert protects(odile, farid, kind="") == 403
    assert "P. F." in text(odile.get(chart(farid)))
    assert protects(bruno, farid, text="") == 422
    assert protects(bruno, farid, kind="") == 303
    assert "PAT-TROIS" in text(odile.get(chart(farid)))


@pytest.mark.parametrize("player", [cast.CHLOE, cast.DENIS], ids=lambda player: player.label)
def test_who_has_no_tie_protects_and_lifts_nothing(bruno: Visitor, dossier: Dossier, farid: UUID, player: Any) -> None:
    protects(bruno, farid)
    stranger = visitor(dossier, player)
    assert stranger.get(chart(farid, "protection/")).status_code == 403
    assert protects(stranger, farid, kind="") == 403
    assert "LILAS" in text(visitor(dossier, cast.ODILE).get(chart(farid)))
