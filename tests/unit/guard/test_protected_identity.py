"""A name under its own rule: shown to the patient's carers and in an emergency, a pseudonym to everybody else and in every search."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from serment.guard.find import identities
from serment.wire import protection, protocol
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.house import House
from tests.unit.guard.test_meters import refusal

WHOLE = ("identity", "contact", "care")


@pytest.fixture
def farid(house: House) -> UUID:
    return house.admit(cast.FARID)


@pytest.fixture
def bruno(house: House, farid: UUID) -> Browser:
    browser = house.browser(cast.BRUNO)
    browser.open(farid, WHOLE)
    return browser


def protects(browser: Browser, patient: UUID, kind: str = "victim", *, pseudonym: str = "LILAS", text: str = "À sa demande") -> None:
    signed = browser.signed("POST", f"/patients/{patient}/protection/")
    browser.call("protect", protection.Protect(**signed, patient=patient, kind=kind, pseudonym=pseudonym, text=text))


def line(browser: Browser, patient: UUID) -> protocol.Line:
    found = browser.call("lines", protocol.Lines(**browser.signed("GET", "/"), patients=(patient,)))
    (one,) = found.lines
    return one


def test_the_carers_of_the_patient_see_the_name_with_its_reason(house: House, bruno: Browser, farid: UUID) -> None:
    protects(bruno, farid)
    opened = bruno.open(farid, WHOLE)
    assert (opened.identity.birth_name, opened.protection, tuple(opened.keys)) == ("PAT-TROIS", "victim", WHOLE)
    shown = line(bruno, farid)
    assert (shown.birth_name, shown.birth_date, shown.protected) == ("PAT-TROIS", cast.FARID.birth_date, True)


def test_the_desk_of_the_unit_sees_a_pseudonym_and_no_address(house: House, bruno: Browser, farid: UUID) -> None:
    odile = house.browser(cast.ODILE)
    assert "contact" in odile.open(farid, ("identity", "contact")).keys
    protects(bruno, farid)
    opened = odile.open(farid, ("identity", "contact"))
    assert (opened.identity.birth_name, opened.identity.first_given_name, opened.protection) == ("LILAS", "", "hidden")
    assert (opened.identity.birth_date, opened.identity.numbers, opened.identity.ins) == (date(1979, 1, 1), (), None)
    assert tuple(opened.keys) == ("identity",)
    shown = line(odile, farid)
    assert (shown.birth_name, shown.first_given_name, shown.birth_date, shown.protected) == ("LILAS", "", date(1979, 1, 1), True)


def test_who_breaks_the_glass_sees_the_name_and_who_opens_without_a_tie_does_not(house: House, bruno: Browser, farid: UUID) -> None:
    protects(bruno, farid)
    chloe, nadia = house.browser(cast.CHLOE), house.browser(cast.NADIA)
    assert chloe.break_glass(farid).identity.birth_name == "PAT-TROIS"
    assert chloe.open(farid, WHOLE).protection == "victim"
    untied = protocol.OpenUntied(**nadia.signed("POST", f"/patients/{farid}/open-untied/"), patient=farid, compartments=WHOLE)
    opened = nadia.call("open_untied", untied)
    assert (opened.identity.birth_name, "contact" in opened.keys, opened.protection) == ("LILAS", False, "hidden")


def found(browser: Browser, **traits: object) -> list[protocol.Line]:
    asked = protocol.Find(**browser.signed("POST", "/patients/find/"), **traits)
    return list(browser.call("find", asked).lines)


TRAITS = {"birth_name": "PAT-TROIS", "first_given_name": "FARID", "birth_date": cast.FARID.birth_date, "sex": "M"}


def test_no_search_shows_the_name_nor_finds_by_it_but_for_the_carers(house: House, bruno: Browser, farid: UUID) -> None:
    other = house.register(replace(cast.FARID, numbers=cast.INES.numbers, ins=None, validated=False)).patient
    protects(bruno, farid)
    chloe, odile = house.browser(cast.CHLOE), house.browser(cast.ODILE)
    for browser in (chloe, odile):
        assert [one.patient for one in found(browser, **TRAITS)] == [other]
    mine = {one.patient: one.birth_name for one in found(bruno, **TRAITS)}
    assert mine == {farid: "LILAS", other: "PAT-TROIS"}
    (by_number,) = found(chloe, number="000003")
    assert (by_number.patient, by_number.birth_name, by_number.protected) == (farid, "LILAS", True)


def test_without_a_pseudonym_initials_stand_for_the_name(bruno: Browser, house: House, farid: UUID) -> None:
    protects(bruno, farid, pseudonym="  ")
    assert house.browser(cast.ODILE).open(farid, ("identity",)).identity.birth_name == "P. F."
    used = replace(cast.FARID, used_name="Martin", used_given_name="Zoé")
    assert identities.initials(used) == "M. Z."


def leaves(house: House) -> list[bytes]:
    with house.guard.pool.connection() as tx:
        rows = tx.execute("select leaf from journal_entry where kind = 'protection' order by account_seq").fetchall()
    return [bytes(row[0]) for row in rows]


def test_it_is_journaled_without_its_reason_and_once(house: House, bruno: Browser, farid: UUID) -> None:
    for _ in range(2):
        protects(bruno, farid)
    (leaf,) = leaves(house)
    assert b'"protected":true' in leaf
    assert b"victim" not in leaf
    assert b"demande" not in leaf


def test_lifted_by_who_is_shown_the_name_and_by_nobody_else(house: House, bruno: Browser, farid: UUID) -> None:
    odile = house.browser(cast.ODILE)
    odile.open(farid, ("identity",))
    protects(odile, farid)
    assert refusal(protects, odile, farid, "") == ("role", "")
    chloe = house.browser(cast.CHLOE)
    chloe.break_glass(farid)
    assert refusal(protects, chloe, farid, "") == ("no_tie", "")
    protects(bruno, farid, "")
    assert odile.open(farid, ("identity",)).identity.birth_name == "PAT-TROIS"
    assert len(leaves(house)) == 2


def test_only_who_has_the_record_open_under_a_tie_that_explains(house: House, farid: UUID) -> None:
    bruno, chloe, denis = (house.browser(player) for player in (cast.BRUNO, cast.CHLOE, cast.DENIS))
    assert refusal(protects, bruno, farid) == ("not_open", "")
    chloe.break_glass(farid)
    assert refusal(protects, chloe, farid) == ("no_tie", "")
    assert refusal(protects, denis, farid) == ("role", "")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "x"}, "protection_unknown"), ({"pseudonym": "x" * 41}, "reason_too_long"), ({"text": "x" * 301}, "reason_too_long"),
        ({"text": " "}, "reason_missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(bruno: Browser, farid: UUID, fields: dict[str, str], code: str) -> None:
    assert refusal(protects, bruno, farid, **fields) == (code, "")


def test_an_admission_protects_and_the_next_one_does_not_lift_it(house: House) -> None:
    ask = {"identity": cast.FARID, "origin": "test"}
    patient = house.by_interface("register", protocol.Register, protected=True, **ask).patient
    house.tie(patient, holder_unit=cast.SURGERY)
    odile = house.browser(cast.ODILE)
    assert odile.open(patient, ("identity",)).identity.birth_name == "P. F."
    for protected in (False, True):
        assert house.by_interface("register", protocol.Register, protected=protected, **ask).outcome == "found"
    named = replace(cast.FARID, used_name="Autre")
    house.by_interface("register", protocol.Register, identity=named, origin="test")
    assert odile.open(patient, ("identity",)).protection == "hidden"


def test_a_known_person_comes_under_the_rule_by_an_admission_too(house: House, farid: UUID) -> None:
    again = house.by_interface("register", protocol.Register, protected=True, identity=cast.FARID, origin="test")
    assert (again.patient, again.outcome) == (farid, "updated")
    assert house.browser(cast.ODILE).open(farid, ("identity",)).protection == "hidden"
