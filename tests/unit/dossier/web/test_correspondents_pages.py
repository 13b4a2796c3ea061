"""The pages of correspondents and of how to reach the patient: everything typed is shown, two people at once, who may not."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.visitor import Visitor, chart, text, visitor

GUARDIAN = {
    "role": "guardian", "name": "Association des Levées", "relation": "mandataire", "measure": "curatorship", "phone": "0241000000",
    "email": "a@exemple.fr", "lines": "Bât B\n3 place du Bac", "postcode": "49000", "city": "Angers", "country": "", "rpps": "",
    "receives": ["appointments", "bad_news_by_voice"],
}  # fmt: skip
REACH = {
    "lines": "4 quai des Gabares", "postcode": "49000", "city": "Angers", "phone1": "0241000000", "phone1_verified": "on",
    "email1": "farid@exemple.fr", "language": "ar", "life": "", "deceased": "", "seen": "",
}  # fmt: skip


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    return dossier.admitted(cast.FARID)


@pytest.fixture
def odile(dossier: Dossier, farid: UUID) -> Visitor:
    """A secretary: everything here is hers to write."""
    return visitor(dossier, cast.ODILE)


@pytest.fixture
def written(odile: Visitor, farid: UUID) -> str:
    token = str(uuid4())
    assert odile.post(chart(farid, "correspondents/"), {**GUARDIAN, "token": token}).status_code == 303
    return token


def test_everything_told_of_somebody_is_on_the_page(odile: Visitor, farid: UUID, written: str) -> None:
    page = text(odile.get(chart(farid, "correspondents/")))
    for told in (
        "Représentant légal · curateur · mandataire", "Association des Levées", "Bât B, 3 place du Bac, 49000 Angers",
        "les rendez-vous, une mauvaise nouvelle, de vive voix seulement",
    ):  # fmt: skip
        assert told in page, told


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"measure": ""}, "Dites à quel titre"),
        ({"phone": "024100"}, "n’a pas dix chiffres"),
        ({"email": "a@b"}, "n’est pas complète"),
        ({"role": "specialist", "rpps": "10000000011"}, "n’est pas un RPPS"),
        ({"postcode": "4900"}, "cinq chiffres"),
        ({"receives": ["nothing", "news"]}, "Choisissez une des réponses"),
    ],
)
def test_what_is_wrong_is_said_kindly_beside_its_field(odile: Visitor, farid: UUID, changes: dict[str, Any], said: str) -> None:
    answer = odile.post(chart(farid, "correspondents/"), {**GUARDIAN, **changes, "token": str(uuid4())})
    assert answer.status_code == 422
    assert said in text(answer)
    assert "Association des Levées" in answer.content.decode()


def test_two_people_correct_at_once_and_nothing_of_either_is_lost(odile: Visitor, dossier: Dossier, farid: UUID, written: str) -> None:
    edit = chart(farid, f"correspondents/{written}/edit/")
    bruno = visitor(dossier, cast.BRUNO)
    assert "Bât B\n3 place du Bac" in bruno.get(edit).content.decode()
    assert odile.post(edit, {**GUARDIAN, "phone": "0241111111", "version": "1"}).status_code == 303
    late = bruno.post(edit, {**GUARDIAN, "phone": "0241222222", "version": "1"})
    assert late.status_code == 422
    assert "Quelqu’un a modifié cette ligne" in text(late)
    assert 'value="0241222222"' in late.content.decode()
    assert re.search(r"02\D*41\D*11\D*11\D*11", text(late)), "what the other wrote is beside it"
    assert bruno.post(edit, {**GUARDIAN, "phone": "0241222222", "version": "2"}).status_code == 303


def test_one_who_is_so_no_more_is_among_the_former(odile: Visitor, farid: UUID, written: str) -> None:
    end = chart(farid, f"correspondents/{written}/end/")
    assert "Association des Levées" in text(odile.get(end))
    assert odile.post(end, {"version": "1", "on": "01/01/2999"}).status_code == 422
    assert odile.post(end, {"version": "1", "on": "01/11/2026"}).status_code == 303
    page = text(odile.get(chart(farid, "correspondents/")))
    assert "Anciens, ou barrés" in page
    assert "jusqu’au 01/11/2026" in page


def test_how_to_reach_the_patient_is_told_in_parts_with_what_was_made_sure_of(odile: Visitor, farid: UUID) -> None:
    page = chart(farid, "correspondents/contact/")
    assert odile.post(page, {**REACH, "token": str(uuid4())}).status_code == 303
    shown = text(odile.get(chart(farid, "correspondents/")))
    assert "4 quai des Gabares, 49000 Angers" in shown
    assert "vérifié le" in shown
    assert "arabe" in shown
    # Changed elsewhere, the number stays verified.
    form = odile.get(page).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', form)
    assert seen
    assert 'value="farid@exemple.fr"' in form
    unsure = {name: value for name, value in REACH.items() if name != "phone1_verified"}
    again = {**unsure, "email1": "f@exemple.fr", "seen": seen[1], "token": str(uuid4())}
    assert odile.post(page, again).status_code == 303
    assert "vérifié le" in text(odile.get(chart(farid, "correspondents/")))
    late = odile.post(page, {**again, "email1": "tard@exemple.fr", "token": str(uuid4())})
    assert late.status_code == 422
    assert "Quelqu’un a modifié cette ligne" in text(late)
    assert 'value="tard@exemple.fr"' in late.content.decode()
    assert "f@exemple.fr" in text(late)


def test_a_wrong_number_is_said_beside_it(odile: Visitor, farid: UUID) -> None:
    answer = odile.post(chart(farid, "correspondents/contact/"), {**REACH, "phone1": "123456", "token": str(uuid4())})
    assert answer.status_code == 422
    assert "n’a pas dix chiffres" in text(answer)


def test_a_death_is_in_the_band_of_every_page(odile: Visitor, farid: UUID) -> None:
    dead = {**REACH, "life": "dead", "deceased": "11/2026", "token": str(uuid4())}
    assert odile.post(chart(farid, "correspondents/contact/"), dead).status_code == 303
    assert "Décès : 11/2026" in text(odile.get(chart(farid, "stays/")))
    form = odile.get(chart(farid, "correspondents/contact/")).content.decode()
    assert 'value="11/2026"' in form


def test_the_synthesis_shows_the_first_of_them(odile: Visitor, farid: UUID, written: str) -> None:
    assert "Association des Levées" in text(odile.get(chart(farid)))


@pytest.mark.parametrize("player", [cast.CHLOE, cast.DENIS], ids=lambda player: player.label)
@pytest.mark.parametrize("page", ["contact/", "{}/edit/", "{}/end/"])
def test_who_has_no_tie_gets_and_changes_nothing(
    dossier: Dossier, odile: Visitor, farid: UUID, written: str, player: Any, page: str
) -> None:
    person, address = visitor(dossier, player), chart(farid, "correspondents/" + page.format(written))
    for answer in (person.get(address), person.post(address, {**GUARDIAN, **REACH, "version": "1", "token": str(uuid4())})):
        assert answer.status_code == 403
        assert "Levées" not in answer.content.decode()
    assert "Anciens" not in text(odile.get(chart(farid, "correspondents/")))
