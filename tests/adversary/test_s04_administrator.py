"""S4: the administrator's account is stolen, with its authenticator. R = 0: he opens nothing, and gives nothing to himself or to a friend
without a second person."""

from __future__ import annotations

from uuid import uuid4

import pytest

from serment.guard.errors import Refused
from serment.guard.meters import limits
from serment.oversight.four_eyes import proposals
from serment.wire import four_eyes
from tests import cast
from tests.fixtures.house import House
from tests.unit.guard.test_meters import act, refusal, untied
from tests.unit.oversight.test_four_eyes import decide, directory, listed, propose


def test_he_does_not_approve_what_he_proposed(house: House) -> None:
    denis = house.browser(cast.DENIS)
    asked = propose(denis, "role", subject=cast.BRUNO.id, role="ward_physician")
    assert refusal(decide, denis, asked.id) == ("own_proposal", "")


@pytest.mark.parametrize(("kind", "terms"), [("role", {"role": "ward_physician"}), ("assignment", {"unit": str(cast.MEDICINE)})])
def test_he_proposes_nothing_for_himself_and_decides_nothing_about_himself(house: House, kind: str, terms: dict[str, str]) -> None:
    denis, claire = house.browser(cast.DENIS), house.browser(cast.CLAIRE)
    assert refusal(propose, denis, kind, subject=cast.DENIS.id, **terms) == ("oneself", "")
    asked = propose(claire, kind, subject=cast.DENIS.id, **terms)
    assert refusal(decide, denis, asked.id) == ("oneself", "")


def test_a_touch_given_for_one_proposal_approves_no_other_and_serves_once(house: House) -> None:
    denis, claire = house.browser(cast.DENIS), house.browser(cast.CLAIRE)
    harmless = propose(denis, "role", subject=cast.BRUNO.id, role="coder")
    harmful = propose(denis, "role", subject=cast.BRUNO.id, role="ward_physician")
    given = act(claire, "decide", harmless.id)
    assert refusal(decide, claire, harmful.id, **given) == ("touch_refused", "touch")
    assert refusal(decide, claire, harmless.id, **given) == ("ceremony_over", "retry")
    other = act(denis, "decide", harmful.id)
    assert refusal(decide, claire, harmful.id, **other) == ("touch_refused", "touch")
    assert listed(claire)[harmful.id].state == "proposed"


def test_an_accomplice_of_today_approves_nothing(house: House) -> None:
    asked = propose(house.browser(cast.DENIS), "role", subject=cast.BRUNO.id, role="ward_physician")
    assert refusal(decide, house.browser(cast.CLAIRE, is_new=True), asked.id) == ("too_new", "")


def test_the_account_two_thieves_make_has_an_empty_budget_for_a_day(house: House) -> None:
    denis, claire = house.browser(cast.DENIS), house.browser(cast.CLAIRE)
    decide(claire, propose(denis, "account", label="Eve", profession="Médecin", role="ward_physician").id)
    house.clock.pass_by(minutes=16)
    proposals.execute_due(house.guard, house.clock())
    eve = next(member for member in directory(house.browser(cast.CLAIRE)).members if member.label == "Eve")
    code = decide(house.browser(cast.CLAIRE), propose(house.browser(cast.DENIS), "recovery", subject=eve.account).id).code
    browser = house.browser(cast.CHLOE)
    browser.authenticator = None
    browser.enrol(code)
    browser.sign_in()
    assert browser.attend().label == "Eve"
    stranger = house.admit(cast.FARID)
    assert refusal(untied, browser, stranger) == ("no_post", ""), "an account that works nowhere opens nothing at all"
    decide(house.browser(cast.CLAIRE), propose(house.browser(cast.DENIS), "assignment", subject=eve.account, unit=str(cast.MEDICINE)).id)
    assert refusal(untied, browser, stranger) == ("unexplained_spent", "colleague")


def test_a_proposal_edited_in_the_database_is_no_proposal(house: House) -> None:
    denis, claire = house.browser(cast.DENIS), house.browser(cast.CLAIRE)
    asked = propose(denis, "role", subject=cast.BRUNO.id, role="coder")
    with house.guard.pool.connection() as tx:
        tx.execute("update proposal set terms = %s where id = %s", ('{"role":"ward_physician"}', asked.id))
    assert refusal(decide, claire, asked.id) == ("forged_row", "")
    with house.guard.pool.connection() as tx:
        tx.execute("update proposal set state = 'approved', decider = %s where id = %s", (cast.CLAIRE.id, asked.id))
    house.clock.pass_by(minutes=16)
    with pytest.raises(Refused, match="forged_row"):
        proposals.execute_due(house.guard, house.clock())


def test_no_limit_is_loosened_beyond_what_the_house_allows_by_any_number_of_people(house: House) -> None:
    denis = house.browser(cast.DENIS)
    for name, value in (("lease.patients", "1000"), ("unexplained.most", "1000"), ("delay.administrator", "999999")):
        assert refusal(propose, denis, "limits", name=name, value=value) == ("limit_too_loose", "")
    assert limits.LOOSEN_FACTOR == 4


def test_a_password_decides_nothing(house: House) -> None:
    """The act needs a passkey: a session of less is refused before anything is looked at."""
    claire = house.browser(cast.CLAIRE)
    signed = claire.signed("POST", "/administration/decide/")
    asked = four_eyes.Decide(**signed, id=uuid4(), approve=True, ceremony=str(uuid4()), credential="{}")
    assert refusal(claire.call, "decide", asked) == ("unknown_proposal", "")
