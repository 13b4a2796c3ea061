"""The letterhead of an establishment: proposed by one administrator, approved by another, read at the head of letters."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest

from serment.oversight.four_eyes import proposals
from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.visitor import text, visitor
from tests.unit.guard.test_meters import act


@pytest.fixture
def home(dossier: Dossier) -> UUID:
    from serment.dossier.organisations import services

    id = uuid4()
    dossier.as_role("serment_owner")
    services.declare_establishment(id=id, group="G", name="Clinique des Tilleuls", kind="clinic", finess="000000001", authority="A")
    dossier.as_role("serment_app")
    return id


def letterhead(id: UUID) -> tuple[tuple[str, ...], str]:
    from serment.dossier.organisations import queries

    found = queries.establishment(id=id)
    return found.address, found.telephone


def typed(id: UUID, address: str, telephone: str = "01 99 00 40 00") -> dict[str, str]:
    return {f"{id}-address": address, f"{id}-telephone": telephone, f"{id}-reason": "déménagement"}


def proposed(dossier: Dossier, home: UUID, address: str, telephone: str = "01 99 00 40 00") -> UUID:
    denis = visitor(dossier, cast.DENIS)
    assert "Clinique des Tilleuls" in text(denis.get("/administration/establishments/"))
    done = denis.post(f"/administration/establishments/{home}/", typed(home, address, telephone))
    assert (done.status_code, done["Location"]) == (303, "/administration/?done=proposed")
    found = re.search(r"/administration/proposals/([0-9a-f-]{36})/withdraw/", denis.get("/administration/").content.decode())
    assert found
    return UUID(found[1])


def approve(dossier: Dossier, proposal: UUID) -> None:
    claire = visitor(dossier, cast.CLAIRE)
    page = text(claire.get("/administration/"))
    assert "Changer l’en-tête des lettres" in page
    form = {"decision": "approve", **act(claire.browser, "decide", proposal)}
    assert claire.post(f"/administration/proposals/{proposal}/", form)["Location"] == "/administration/?done=proposal-approved"


def test_two_administrators_say_where_an_establishment_is_written_to(dossier: Dossier, home: UUID) -> None:
    asked = proposed(dossier, home, "1 rue des Tilleuls\n\n 00100 SERMENT ")
    assert letterhead(home) == ((), "")
    page = text(visitor(dossier, cast.CLAIRE).get("/administration/"))
    for words in ("1 rue des Tilleuls", "01 99 00 40 00", "déménagement"):
        assert words in page, words
    approve(dossier, asked)
    visitor(dossier, cast.CLAIRE).get("/administration/")
    # An hour passes in which somebody may notice, and stop it.
    assert letterhead(home) == ((), "")
    dossier.house.clock.pass_by(hours=1, minutes=1)
    proposals.execute_due(dossier.house.guard, dossier.house.clock())
    visitor(dossier, cast.CLAIRE).get("/administration/")
    assert letterhead(home) == (("1 rue des Tilleuls", "00100 SERMENT"), "01 99 00 40 00")


def test_the_newest_decision_is_what_letters_say_whoever_looks(dossier: Dossier, home: UUID) -> None:
    for telephone in ("01 99 00 40 01", "01 99 00 40 02"):
        approve(dossier, proposed(dossier, home, "1 rue des Tilleuls", telephone))
        dossier.house.clock.pass_by(hours=1, minutes=1)
        proposals.execute_due(dossier.house.guard, dossier.house.clock())
    for player in (cast.DENIS, cast.CLAIRE):
        visitor(dossier, player).get("/administration/")
        assert letterhead(home)[1] == "01 99 00 40 02"


def test_one_stolen_account_prints_no_telephone_of_its_own(dossier: Dossier, home: UUID) -> None:
    asked = proposed(dossier, home, "1 rue des Tilleuls", "08 99 99 99 99")
    denis = visitor(dossier, cast.DENIS)
    denis.post(f"/administration/proposals/{asked}/", {"decision": "approve", **act(denis.browser, "decide", asked)})
    dossier.house.clock.pass_by(hours=30)
    proposals.execute_due(dossier.house.guard, dossier.house.clock())
    visitor(dossier, cast.CLAIRE).get("/administration/")
    assert letterhead(home) == ((), "")


def test_a_letterhead_too_long_for_the_envelope_is_given_back_as_it_was_typed(dossier: Dossier, home: UUID) -> None:
    answer = visitor(dossier, cast.DENIS).post(f"/administration/establishments/{home}/", typed(home, "a\nb\nc\nd\ne"))
    assert answer.status_code == 422
    assert "Quatre lignes au plus" in text(answer)
    assert letterhead(home) == ((), "")


@pytest.mark.parametrize("player", [cast.CHLOE, cast.BRUNO, cast.SONIA], ids=lambda player: player.role)
def test_nobody_else_changes_it(dossier: Dossier, home: UUID, player: cast.Player) -> None:
    other = visitor(dossier, player)
    assert other.get("/administration/establishments/").status_code == 403
    assert other.post(f"/administration/establishments/{home}/", typed(home, "ailleurs")).status_code == 403
    assert letterhead(home) == ((), "")


def test_an_establishment_that_is_not_there_is_not_found(dossier: Dossier, home: UUID) -> None:
    assert visitor(dossier, cast.DENIS).post(f"/administration/establishments/{uuid4()}/", typed(home, "x")).status_code == 404
