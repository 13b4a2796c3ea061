"""Who is declared to treat a patient may open the record; nobody declares themselves, and what is sealed waits a day."""

from __future__ import annotations

from uuid import UUID

import pytest

from serment.guard import policies
from serment.guard.errors import Refused
from serment.wire import lasting, protocol
from serment.wire.words import ROLES
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.house import House
from tests.unit.guard.test_lasting_ties import lines
from tests.unit.guard.test_meters import refusal
from tests.unit.guard.test_policies import MATRIX

WHOLE = ("identity", "contact", "care", "sealed")
ACTION = "record:treating:declare"


def declares(browser: Browser, patient: UUID, rpps: str = cast.AMEL.rpps, *, former: str = "") -> bool:
    signed = browser.signed("POST", f"/patients/{patient}/correspondents/")
    told: lasting.TreatingTold = browser.call("treating", lasting.Treating(**signed, patient=patient, rpps=rpps, former=former))
    return told.works_here


@pytest.fixture
def elsewhere(house: House) -> UUID:
    return house.admit(cast.person("AILLEURS"), unit=cast.MEDICINE)


@pytest.fixture
def nadia(house: House, elsewhere: UUID) -> Browser:
    browser = house.browser(cast.NADIA)
    browser.open(elsewhere)
    return browser


def test_a_declared_physician_opens_the_record_and_after_a_day_what_is_sealed(house: House, nadia: Browser, elsewhere: UUID) -> None:
    amel = house.browser(cast.AMEL)
    assert refusal(amel.open, elsewhere, WHOLE) == ("no_tie", "break_glass")
    assert declares(nadia, elsewhere)
    opened = amel.open(elsewhere, WHOLE)
    assert (opened.tie, opened.explained, tuple(opened.keys)) == ("treating", True, ("identity", "contact", "care"))
    house.clock.pass_by(hours=25)
    amel.sign_in()
    assert tuple(amel.open(elsewhere, WHOLE).keys) == WHOLE


def test_an_admission_that_names_the_physician_opens_it_at_once(house: House, elsewhere: UUID) -> None:
    house.tie(elsewhere, kind="treating", reference=f"treating:{cast.AMEL.id}", holder_account=cast.AMEL.id)
    assert tuple(house.browser(cast.AMEL).open(elsewhere, WHOLE).keys) == WHOLE


def test_declared_twice_is_one_tie_and_the_end_is_an_end(house: House, nadia: Browser, elsewhere: UUID) -> None:
    for _ in range(2):
        assert declares(nadia, elsewhere)
    assert lines(house, "treating") == 1
    amel = house.browser(cast.AMEL)
    amel.open(elsewhere)
    for _ in range(2):
        assert not declares(nadia, elsewhere, "", former=cast.AMEL.rpps)
    house.clock.pass_by(hours=9)
    amel.sign_in()
    assert refusal(amel.open, elsewhere) == ("no_tie", "break_glass")


def test_the_end_ends_what_an_admission_said_too(house: House, nadia: Browser, elsewhere: UUID) -> None:
    house.tie(elsewhere, kind="treating", reference=f"treating:{cast.AMEL.id}", holder_account=cast.AMEL.id)
    assert declares(nadia, elsewhere), "known already"
    assert lines(house, "treating") == 1
    declares(nadia, elsewhere, "", former=cast.AMEL.rpps)
    house.clock.pass_by(minutes=1)
    assert refusal(house.browser(cast.AMEL).open, elsewhere) == ("no_tie", "break_glass")


def test_declared_again_after_its_end_it_is_young_again(house: House, nadia: Browser, elsewhere: UUID) -> None:
    declares(nadia, elsewhere)
    house.clock.pass_by(hours=30)
    nadia.sign_in()
    nadia.open(elsewhere)
    declares(nadia, elsewhere, "", former=cast.AMEL.rpps)
    house.clock.pass_by(minutes=1)
    declares(nadia, elsewhere)
    assert "sealed" not in house.browser(cast.AMEL).open(elsewhere, WHOLE).keys


@pytest.mark.parametrize("rpps", ["10000000099", ""])
def test_of_a_physician_of_elsewhere_nothing_is_kept(house: House, nadia: Browser, elsewhere: UUID, rpps: str) -> None:
    assert not declares(nadia, elsewhere, rpps)
    assert lines(house, "treating") == 0


def test_nobody_declares_themselves(house: House) -> None:
    farid = house.admit(cast.FARID)
    amel = house.browser(cast.AMEL)
    amel.open(farid)
    assert refusal(declares, amel, farid) == ("oneself", "")
    assert "sealed" not in amel.open(farid, WHOLE).keys


def test_only_under_a_tie_that_explains_and_that_lets_one_know(house: House, elsewhere: UUID) -> None:
    bruno, odile, nadia = house.browser(cast.BRUNO), house.browser(cast.ODILE), house.browser(cast.NADIA)
    assert refusal(declares, bruno, elsewhere) == ("not_open", "")
    bruno.break_glass(elsewhere)
    assert refusal(declares, bruno, elsewhere) == ("no_tie", "")
    house.tie(elsewhere, kind="order", reference="order:1", holder_unit=cast.SURGERY)
    bruno.open(elsewhere)
    assert refusal(declares, bruno, elsewhere) == ("no_tie", "")
    assert refusal(declares, odile, elsewhere) == ("not_open", "")
    assert refusal(declares, nadia, elsewhere) == ("not_open", "")
    new = house.browser(cast.NADIA, is_new=True)
    new.open(elsewhere)
    assert refusal(declares, new, elsewhere) == ("too_new", "")


def test_a_secretary_declares_whom_the_patient_names(house: House) -> None:
    farid = house.admit(cast.FARID)
    odile = house.browser(cast.ODILE)
    odile.open(farid, ("identity", "contact"))
    assert declares(odile, farid)


def test_who_opens_no_record_declares_nobody(house: House, elsewhere: UUID) -> None:
    assert refusal(declares, house.browser(cast.DENIS), elsewhere) == ("role", "")


def test_the_matrix_says_who_declares() -> None:
    said = {role for role in ROLES if policies.is_allowed(role=role, action=ACTION, compartment="contact")}
    assert said == set(MATRIX["actions"][ACTION])


def test_a_declaration_cannot_be_made_to_look_like_that_of_an_admission(house: House, elsewhere: UUID) -> None:
    with pytest.raises(Refused, match="tie"):
        house.tie(elsewhere, kind="treating", reference=f"declared:{cast.AMEL.id}", holder_account=cast.AMEL.id)


def test_a_refusal_names_the_patient(house: House, elsewhere: UUID) -> None:
    with pytest.raises(Refused) as caught:
        declares(house.browser(cast.NADIA), elsewhere)
    assert (caught.value.account, caught.value.patient) == (cast.NADIA.id, elsewhere)
    assert caught.value.refusal.category == protocol.DENIED


def test_one_takes_the_place_of_another_in_one_breath(house: House, nadia: Browser, elsewhere: UUID) -> None:
    declares(nadia, elsewhere)
    assert not declares(nadia, elsewhere, "10000023084", former=cast.AMEL.rpps)
    house.clock.pass_by(minutes=1)
    assert refusal(house.browser(cast.AMEL).open, elsewhere) == ("no_tie", "break_glass")


def test_told_to_have_taken_their_own_place_they_keep_it(house: House, nadia: Browser, elsewhere: UUID) -> None:
    declares(nadia, elsewhere)
    assert declares(nadia, elsewhere, former=cast.AMEL.rpps)
    assert house.browser(cast.AMEL).open(elsewhere).tie == "treating"


def test_who_may_not_declare_may_still_take_away(house: House, nadia: Browser, elsewhere: UUID) -> None:
    declares(nadia, elsewhere)
    bruno = house.browser(cast.BRUNO)
    bruno.break_glass(elsewhere)
    assert not declares(bruno, elsewhere, "10000000099", former=cast.AMEL.rpps)
    house.clock.pass_by(minutes=1)
    assert refusal(house.browser(cast.AMEL).open, elsewhere) == ("no_tie", "break_glass")
