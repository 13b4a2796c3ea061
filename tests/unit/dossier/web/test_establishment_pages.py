"""The letterhead of an establishment: kept by an administrator, read at the head of letters."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.visitor import text, visitor


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


def kept(id: UUID, address: str, telephone: str = "01 99 00 40 00") -> dict[str, str]:
    return {f"{id}-address": address, f"{id}-telephone": telephone}


def test_an_administrator_says_where_an_establishment_is_written_to(dossier: Dossier, home: UUID) -> None:
    denis = visitor(dossier, cast.DENIS)
    assert "Clinique des Tilleuls" in text(denis.get("/administration/establishments/"))
    done = denis.post(f"/administration/establishments/{home}/", kept(home, "1 rue des Tilleuls\n\n 00100 SERMENT "))
    assert (done.status_code, done["Location"]) == (303, "/administration/establishments/?done=letterhead-kept")
    assert letterhead(home) == (("1 rue des Tilleuls", "00100 SERMENT"), "01 99 00 40 00")


def test_a_letterhead_too_long_for_the_envelope_is_given_back_as_it_was_typed(dossier: Dossier, home: UUID) -> None:
    answer = visitor(dossier, cast.DENIS).post(f"/administration/establishments/{home}/", kept(home, "a\nb\nc\nd\ne"))
    assert answer.status_code == 422
    assert "Quatre lignes au plus" in text(answer)
    assert letterhead(home) == ((), "")


@pytest.mark.parametrize("player", [cast.CHLOE, cast.BRUNO, cast.SONIA], ids=lambda player: player.role)
def test_nobody_else_changes_it(dossier: Dossier, home: UUID, player: cast.Player) -> None:
    other = visitor(dossier, player)
    assert other.get("/administration/establishments/").status_code == 403
    assert other.post(f"/administration/establishments/{home}/", kept(home, "ailleurs")).status_code == 403
    assert letterhead(home) == ((), "")


def test_an_establishment_that_is_not_there_is_not_found(dossier: Dossier, home: UUID) -> None:
    assert visitor(dossier, cast.DENIS).post(f"/administration/establishments/{uuid4()}/", kept(home, "x")).status_code == 404
