"""Whoever calls and worries is found by what they can say; each look-up is counted and journaled, and shows nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from serment.wire import incidents
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.house import House
from tests.unit.guard.test_meters import refusal

SAID = {"birth_name": "pat trois", "first_given_name": "Farid", "birth_date": cast.FARID.birth_date, "sex": "M"}


def called(browser: Browser, **said: Any) -> incidents.Caller:
    answer: incidents.Caller = browser.call("find_caller", incidents.FindCaller(**browser.signed("POST", "/incidents/caller/"), **said))
    return answer


def leaves(house: House, kind: str) -> list[dict[str, Any]]:
    with house.guard.pool.connection() as tx:
        rows = tx.execute("select leaf from journal_entry where kind = %s order by id", (kind,)).fetchall()
    return [json.loads(bytes(leaf))["body"] for (leaf,) in rows]


@pytest.mark.parametrize("said", [SAID, {"number": "000003"}, {"ins": "279035121518989"}], ids=["traits", "number", "ins"])
def test_a_caller_is_found_by_each_thing_that_they_can_say_and_one_line_says_so(house: House, said: dict[str, Any]) -> None:
    farid = house.admit(cast.FARID)
    assert called(house.browser(cast.SONIA), **said) == incidents.Caller(patient=farid)
    (told,) = leaves(house, "find")
    assert (told["caller"], told["patients"], told["spent"]) == ([str(farid)], [], {"lines": 1})


@pytest.mark.parametrize("left_out", SAID)
def test_nobody_is_found_by_part_of_what_identifies_them(house: House, left_out: str) -> None:
    house.admit(cast.FARID)
    assert refusal(called, house.browser(cast.SONIA), **{name: said for name, said in SAID.items() if name != left_out})[0] == (
        "traits_incomplete"
    )


def test_homonyms_are_told_apart_by_the_birth_place_and_never_listed(house: House) -> None:
    one = house.admit(cast.person("DUPONT", number="A1"))
    other = house.admit(replace(cast.person("DUPONT", number="A2"), birth_place="75056"))
    sonia, said = house.browser(cast.SONIA), {**SAID, "birth_name": "Dupont"}
    found = {place: called(sonia, **said, birth_place=place) for place in ("", "75056", "63220", "99100")}
    assert found[""] == incidents.Caller(patient=None, several=True)
    assert (found["75056"].patient, found["63220"].patient) == (other, one)
    assert found["99100"] == incidents.Caller(patient=None)


def test_who_is_not_found_costs_as_much_and_a_stolen_session_is_stopped_by_its_touch(house: House) -> None:
    sonia = house.browser(cast.SONIA)
    for n in range(60):
        assert called(sonia, number=f"X{n}") == incidents.Caller(patient=None)
    assert refusal(called, sonia, number="X60") == ("lines_spent", "touch")
    assert len(leaves(house, "find")) == 60


@pytest.mark.parametrize("player", [cast.CHLOE, cast.DENIS, cast.BRUNO], ids=lambda player: player.role)
def test_nobody_but_the_officers_looks_a_caller_up(house: House, player: cast.Player) -> None:
    house.admit(cast.FARID)
    assert refusal(called, house.browser(player), **SAID)[0] == "role"
    assert leaves(house, "find") == []
