"""The pages of allergies: choosing a code, correcting, two people at once, asking again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.dossier.kernel import clock
from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.visitor import Visitor, chart, text, visitor

CODE = "http://www.whocc.no/atc|J01C"
ALLERGY = {
    "substance": "Pénicilline", "code": CODE, "sort": "allergy", "certainty": "unconfirmed", "reaction": "Œdème", "severity": "severe",
    "category": "", "onset": "03/2019", "source": "relative", "source_name": "sa fille", "review": "12",
}  # fmt: skip


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    return dossier.admitted(cast.FARID)


@pytest.fixture
def bruno(dossier: Dossier, farid: UUID) -> Visitor:
    return visitor(dossier, cast.BRUNO)


@pytest.fixture
def written(bruno: Visitor, farid: UUID) -> str:
    token = str(uuid4())
    assert bruno.post(chart(farid, "allergies/"), {**ALLERGY, "token": token}).status_code == 303
    return token


def test_all_that_was_told_is_on_the_page_and_the_band_says_what_is_not_sure(bruno: Visitor, farid: UUID, written: str) -> None:
    page = text(bruno.get(chart(farid, "allergies/")))
    assert "Pénicilline · sévère · à confirmer" in page
    for told in ("dit par un proche, sa fille", "depuis 03/2019", "Pénicillines J01C", "Médicament", "à redemander le"):
        assert told in page, told


def test_substances_are_proposed_by_words_and_the_chosen_one_stays(bruno: Visitor) -> None:
    answer = bruno.post("/substances/", {"substance": "augmentin", "code": "http://www.whocc.no/atc|J01CR02"}, htmx=True).content.decode()
    assert "Amoxicilline et acide clavulanique" in answer
    assert 'value="http://www.whocc.no/atc|J01CR02" checked' in answer
    assert "radio" not in bruno.post("/substances/", {"substance": "au"}, htmx=True).content.decode()


def test_a_correction_begins_with_what_is_written(bruno: Visitor, farid: UUID, written: str) -> None:
    page = bruno.get(chart(farid, f"allergies/{written}/edit/")).content.decode()
    assert 'value="03/2019"' in page
    assert f'value="{CODE}" checked' in page
    assert "comme prévu" in page
    sent = bruno.post(chart(farid, f"allergies/{written}/edit/"), {**ALLERGY, "severity": "mild", "review": "keep", "version": "1"})
    assert sent["Location"].endswith("done=allergy-corrected")
    assert "Pénicilline · à confirmer" in text(bruno.get(chart(farid, "allergies/")))


def test_two_people_correct_at_once_and_nothing_of_either_is_lost(bruno: Visitor, dossier: Dossier, farid: UUID, written: str) -> None:
    edit = chart(farid, f"allergies/{written}/edit/")
    amel = visitor(dossier, cast.AMEL)
    amel.get(edit)
    assert bruno.post(edit, {**ALLERGY, "reaction": "Vue par Bruno", "version": "1"}).status_code == 303
    late = amel.post(edit, {**ALLERGY, "reaction": "Vue par Amel", "version": "1"})
    assert late.status_code == 422
    assert "Quelqu’un a modifié cette ligne" in text(late)
    content = late.content.decode()
    assert "Vue par Bruno" in content
    assert 'value="Vue par Amel"' in content
    assert '<input type="hidden" name="version" value="2">' in content
    # Having read both, she decides.
    assert amel.post(edit, {**ALLERGY, "reaction": "Vue par les deux", "version": "2"}).status_code == 303
    history = text(bruno.get(chart(farid, f"entries/{written}/")))
    assert history.count("version") >= 3


def test_a_wrong_code_or_date_is_told_beside_its_field(bruno: Visitor, farid: UUID) -> None:
    page = chart(farid, "allergies/")
    future = f"{clock.now() + timedelta(days=40):%d/%m/%Y}"
    assert "Cette date est dans le futur" in text(bruno.post(page, {**ALLERGY, "onset": future, "token": str(uuid4())}))
    assert bruno.post(page, {**ALLERGY, "onset": "jadis", "token": str(uuid4())}).status_code == 422
    assert bruno.post(page, {**ALLERGY, "code": "x|y", "token": str(uuid4())}).status_code == 422


def test_reviewed_today_is_one_touch_and_what_is_late_is_due_on_the_synthesis(
    bruno: Visitor, farid: UUID, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now() + timedelta(days=400)
    from serment.dossier.web.pages import allergies, synthesis

    with monkeypatch.context() as patch:
        for module in (allergies, synthesis):
            patch.setattr(module.clock, "now", lambda: later)
        assert "à redemander depuis le" in text(bruno.get(chart(farid, "allergies/")))
        assert "Allergie à redemander" in text(bruno.get(chart(farid)))
    review = chart(farid, f"allergies/{written}/review/")
    answer = bruno.post(review, {"version": "1"}, htmx=True)
    assert answer.status_code == 200
    assert "Noté\u202f: revue aujourd’hui" in answer.content.decode()
    assert "revue" in text(bruno.get(chart(farid, "allergies/")))
    # The page was older than the record: told, and nothing is written over.
    assert bruno.post(review, {"version": "1"}).status_code == 422


def test_that_there_is_none_is_reviewed_too(bruno: Visitor, farid: UUID) -> None:
    token = str(uuid4())
    bruno.post(chart(farid, "allergies/none/"), {"token": token})
    assert "à redemander le" in text(bruno.get(chart(farid, "allergies/")))
    assert bruno.post(chart(farid, f"allergies/{token}/review/"), {"version": "1", "months": "3"}).status_code == 303


@pytest.mark.parametrize("player", [cast.CHLOE, cast.DENIS, cast.ODILE], ids=lambda player: player.label)
@pytest.mark.parametrize("page", ["edit/", "review/"])
def test_who_may_not_read_the_care_part_gets_and_changes_nothing(
    dossier: Dossier, bruno: Visitor, farid: UUID, written: str, player: Any, page: str
) -> None:
    person = visitor(dossier, player)
    address = chart(farid, f"allergies/{written}/{page}")
    answers = [person.post(address, {**ALLERGY, "version": "1"})] + ([person.get(address)] if page == "edit/" else [])
    assert {answer.status_code for answer in answers} == {403}
    assert all("Pénicilline" not in answer.content.decode() for answer in answers)
    assert "version 2" not in text(bruno.get(chart(farid, "allergies/")))
