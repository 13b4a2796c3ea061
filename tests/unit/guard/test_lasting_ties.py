"""Ties that care itself makes: who wrote may come back for a month; who is asked for an opinion may read for a week."""

from __future__ import annotations

from uuid import UUID

import pytest

from serment.guard.errors import Refused
from serment.wire import lasting
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.house import House
from tests.unit.guard.test_meters import refusal


def wrote(browser: Browser, patient: UUID) -> None:
    browser.call("authored", lasting.Authored(**browser.signed("POST", f"/patients/{patient}/notes/"), patient=patient))


def asks(browser: Browser, patient: UUID, rpps: str) -> None:
    browser.call("ask_advice", lasting.Advice(**browser.signed("POST", f"/patients/{patient}/advice/"), patient=patient, rpps=rpps))


def lines(house: House, kind: str) -> int:
    with house.guard.pool.connection() as tx:
        row = tx.execute(
            "select count(*) from journal_entry where kind = 'tie' and leaf like %s", (f'%"tie":"{kind}"%'.encode(),)
        ).fetchone()
    return int(row[0]) if row else 0


@pytest.fixture
def farid(house: House) -> UUID:
    return house.admit(cast.FARID)


def leave(house: House, patient: UUID) -> None:
    """The stay is over, and so is its tie."""
    from serment.wire.protocol import Untie

    house.by_interface("untie", Untie, patient=patient, reference="stay:1", at=house.clock())


def test_who_wrote_comes_back_after_the_patient_left_for_thirty_days(house: House, farid: UUID) -> None:
    bruno = house.browser(cast.BRUNO)
    bruno.open(farid)
    wrote(bruno, farid)
    leave(house, farid)
    house.clock.pass_by(hours=25)
    bruno.sign_in()
    again = bruno.open(farid)
    assert (again.tie, again.explained) == ("authored", True)
    house.clock.pass_by(days=29)
    bruno.sign_in()
    assert refusal(bruno.open, farid) == ("no_tie", "break_glass")


def test_a_tie_of_ones_own_writing_explains_nothing_for_a_day(house: House) -> None:
    elsewhere = house.admit(cast.person("AILLEURS"), unit=cast.MEDICINE)
    bruno = house.browser(cast.BRUNO)
    bruno.break_glass(elsewhere)
    wrote(bruno, elsewhere)
    house.clock.pass_by(hours=9)
    bruno.sign_in()
    assert not bruno.open(elsewhere).explained


def test_writing_all_day_makes_one_line_and_writing_next_day_prolongs(house: House, farid: UUID) -> None:
    bruno = house.browser(cast.BRUNO)
    bruno.open(farid)
    for _ in range(4):
        wrote(bruno, farid)
        house.clock.pass_by(minutes=7)
    assert lines(house, "authored") == 1
    house.clock.pass_by(hours=25)
    bruno.sign_in()
    bruno.open(farid)
    wrote(bruno, farid)
    assert lines(house, "authored") == 2


def test_nobody_says_that_they_wrote_in_a_record_that_is_not_open_to_them(house: House, farid: UUID) -> None:
    bruno, chloe = house.browser(cast.BRUNO), house.browser(cast.CHLOE)
    assert refusal(wrote, bruno, farid) == ("not_open", "")
    assert refusal(wrote, chloe, farid) == ("not_open", "")
    bruno.open(farid, ("identity",))
    assert refusal(wrote, bruno, farid) == ("not_open", "")
    read = lasting.Authored(**bruno.signed("GET", f"/patients/{farid}/notes/"), patient=farid)
    assert refusal(bruno.call, "authored", read) == ("wrong_address", "sign_in")
    assert lines(house, "authored") == 0


def test_a_colleague_asked_for_an_opinion_reads_for_a_week(house: House) -> None:
    patient = house.admit(cast.person("AILLEURS"), unit=cast.MEDICINE)
    nadia, amel = house.browser(cast.NADIA), house.browser(cast.AMEL)
    assert refusal(amel.open, patient) == ("no_tie", "break_glass")
    nadia.open(patient)
    asks(nadia, patient, cast.AMEL.rpps)
    opened = amel.open(patient)
    assert (opened.tie, opened.explained) == ("advice", True)
    assert refusal(asks, amel, patient, cast.AMEL.rpps) == ("no_tie", ""), "who was asked asks nobody further"
    house.clock.pass_by(days=8)
    amel.sign_in()
    assert refusal(amel.open, patient) == ("no_tie", "break_glass")


def test_an_opinion_is_asked_by_carers_under_a_tie_of_their_own(house: House, farid: UUID) -> None:
    bruno, odile, chloe = house.browser(cast.BRUNO), house.browser(cast.ODILE), house.browser(cast.CHLOE)
    assert refusal(asks, bruno, farid, cast.AMEL.rpps) == ("not_open", "")
    odile.open(farid, ("identity", "contact"))
    assert refusal(asks, odile, farid, cast.AMEL.rpps) == ("role", "")
    chloe.break_glass(farid)
    assert refusal(asks, chloe, farid, cast.AMEL.rpps) == ("no_tie", "")
    bruno.open(farid)
    assert refusal(asks, bruno, farid, "10000000099") == ("unknown_account", "")
    assert refusal(asks, bruno, farid, "") == ("unknown_account", "")
    amel = house.browser(cast.AMEL)
    amel.open(farid)
    assert refusal(asks, amel, farid, cast.AMEL.rpps) == ("oneself", "")
    new = house.browser(cast.BRUNO, is_new=True)
    new.open(farid)
    assert refusal(asks, new, farid, cast.AMEL.rpps) == ("too_new", "")
    asks(bruno, farid, cast.AMEL.rpps)
    assert lines(house, "advice") == 1


def test_whoever_has_the_care_or_the_paperwork_open_may_have_written(house: House, farid: UUID) -> None:
    bruno, odile = house.browser(cast.BRUNO), house.browser(cast.ODILE)
    bruno.open(farid, ("identity", "care"))
    wrote(bruno, farid)
    odile.open(farid, ("identity", "contact"))
    wrote(odile, farid)
    assert lines(house, "authored") == 2


def test_a_refusal_names_the_patient_it_was_about(house: House, farid: UUID) -> None:
    bruno = house.browser(cast.BRUNO)
    for verb, act in (("authored", lambda: wrote(bruno, farid)), ("ask_advice", lambda: asks(bruno, farid, "1"))):
        with pytest.raises(Refused) as caught:
            act()
        assert (verb, caught.value.account, caught.value.patient) == (verb, cast.BRUNO.id, farid)
