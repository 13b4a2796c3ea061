"""A right that was taken away is gone at once, for every verb, session and door, whatever was opened under it before.

Eve keeps what she had this morning: a chart that was open, a glass that was broken, a tie of her own writing, an approval under way.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from serment.guard.evidence import accounts
from serment.guard.presence import sessions
from serment.guard.release import cutting
from serment.oversight.four_eyes import proposals
from serment.wire import dpop, protocol
from tests import cast
from tests.authenticator import Browser, direct
from tests.fixtures.house import House
from tests.unit.guard.test_lasting_ties import asks, leave, wrote
from tests.unit.guard.test_meters import listed, refusal, search, untied
from tests.unit.guard.test_treating import declares
from tests.unit.oversight.test_four_eyes import decide, one, posts_of, propose
from tests.unit.oversight.test_four_eyes import listed as proposed

EVERYTHING = ("identity", "contact", "care", "sealed")


@pytest.fixture
def farid(house: House) -> UUID:
    return house.admit(cast.FARID)


def permits(house: House, account: UUID) -> int:
    """How many permits of the account row-level security sees."""
    with house.guard.dossier_pool.connection() as tx:
        row = tx.execute("select count(*) from opening where account_id = %s", (account,)).fetchone()
    return int(row[0]) if row else 0


def become(house: House, player: cast.Player, role: str) -> None:
    """Two administrators give somebody another role, and its delay passes."""
    denis, claire = house.browser(cast.DENIS), house.browser(cast.CLAIRE)
    decide(claire, propose(denis, "role", subject=player.id, role=role).id)
    house.clock.pass_by(minutes=16)
    assert proposals.execute_due(house.guard, house.clock()) == 1


def end_posts(house: House, player: cast.Player) -> None:
    denis = house.browser(cast.DENIS)
    for post in posts_of(denis, player.id):
        one(denis, "end_assignment", post.id)


# --- a tie ---


def test_a_tie_that_ended_is_gone_in_every_session_and_thread(house: House, farid: UUID) -> None:
    first, second = house.browser(cast.BRUNO), house.browser(cast.BRUNO)
    first.open(farid)
    second.open(farid)
    leave(house, farid)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda browser: refusal(browser.open, farid), [first, second] * 3))
    assert answers == [("no_tie", "break_glass")] * 6


def test_the_rows_of_a_record_are_hidden_from_whoever_has_no_tie_left_and_from_nobody_else(house: House, farid: UUID) -> None:
    house.tie(farid, kind="treating", reference="treating:1", holder_account=cast.CHLOE.id)
    other = house.admit(cast.person("AUTRE"))
    bruno, chloe = house.browser(cast.BRUNO), house.browser(cast.CHLOE)
    for patient in (farid, other):
        bruno.open(patient)
    chloe.open(farid)
    leave(house, farid)
    assert (permits(house, cast.BRUNO.id), permits(house, cast.CHLOE.id)) == (1, 1)
    assert chloe.open(farid).ticket


def test_a_transfer_hides_the_rows_from_the_ward_that_was_left(house: House, farid: UUID) -> None:
    bruno, nadia = house.browser(cast.BRUNO), house.browser(cast.NADIA)
    bruno.open(farid)
    house.tie(farid, holder_unit=cast.MEDICINE)
    assert permits(house, cast.BRUNO.id) == 0
    assert refusal(bruno.open, farid) == ("no_tie", "break_glass")
    nadia.open(farid)
    house.tie(farid, holder_unit=cast.MEDICINE, until=house.clock() + timedelta(days=9))
    assert permits(house, cast.NADIA.id) == 1, "a tie that is told anew and still stands hides nothing"


def test_a_permit_ends_with_the_tie_it_rests_on(house: House, farid: UUID) -> None:
    end = house.clock() + timedelta(hours=2)
    house.tie(farid, reference="stay:1", holder_unit=cast.SURGERY, until=end)
    opening = house.browser(cast.BRUNO).open(farid)
    assert opening.until == end
    with house.guard.dossier_pool.connection() as tx:
        assert tx.execute("select until from opening where id = %s", (opening.id,)).fetchone() == (end,)


def test_the_seal_closes_with_the_tie_of_the_treating_physician(house: House, farid: UUID) -> None:
    house.tie(farid, kind="treating", reference="treating:1", holder_account=cast.AMEL.id)
    amel = house.browser(cast.AMEL)
    assert set(amel.open(farid, EVERYTHING).keys) == set(EVERYTHING)
    house.by_interface("untie", protocol.Untie, patient=farid, reference="treating:1", at=house.clock())
    assert set(amel.open(farid, EVERYTHING).keys) == {"identity", "contact", "care"}


def test_who_filed_blind_under_a_stay_files_nothing_under_a_bill(house: House, farid: UUID) -> None:
    house.tie(farid, kind="billing", reference="billing:1", holder_account=cast.ODILE.id)
    odile = house.browser(cast.ODILE)
    assert set(odile.open(farid).deposits) == {"care"}
    leave(house, farid)
    opening = odile.open(farid)
    assert (set(opening.keys), opening.deposits) == ({"identity", "contact"}, {})


def test_what_was_open_under_a_tie_that_ended_serves_no_verb(house: House, farid: UUID) -> None:
    bruno = house.browser(cast.BRUNO)
    bruno.open(farid)
    leave(house, farid)
    signed = bruno.signed("POST", f"/patients/{farid}/allergies/")
    assert refusal(bruno.call, "flag", protocol.Flag(**signed, patient=farid, alerts=("fall",))) == ("not_open", "")
    read = protocol.Disclosures(**bruno.signed("GET", f"/patients/{farid}/openings/"), patient=farid)
    assert refusal(bruno.call, "disclosures", read) == ("not_open", "")
    assert refusal(wrote, bruno, farid) == ("not_open", "")
    assert refusal(asks, bruno, farid, cast.AMEL.rpps) == ("not_open", "")
    bruno.break_glass(farid)
    wrote(bruno, farid)
    assert bruno.call("disclosures", protocol.Disclosures(**bruno.signed("GET", f"/patients/{farid}/openings/"), patient=farid)).disclosures


# --- ties that care itself makes ---


def test_ones_own_writing_does_not_prolong_itself_for_ever(house: House, farid: UUID) -> None:
    bruno = house.browser(cast.BRUNO)
    bruno.open(farid)
    wrote(bruno, farid)
    leave(house, farid)
    for _ in range(2):
        house.clock.pass_by(days=14)
        bruno.sign_in()
        assert bruno.open(farid).tie == "authored"
        wrote(bruno, farid)
    house.clock.pass_by(days=3)
    bruno.sign_in()
    assert refusal(bruno.open, farid) == ("no_tie", "break_glass")


def test_ones_own_writing_gives_nobody_else_an_opinion_to_write(house: House) -> None:
    """Opened without a tie, written in, and a day later shared with an accomplice as if a ward had answered for it."""
    stranger = house.admit(cast.person("AILLEURS"), unit=cast.MEDICINE)
    bruno = house.browser(cast.BRUNO)
    untied(bruno, stranger)
    wrote(bruno, stranger)
    house.clock.pass_by(hours=25)
    bruno.sign_in()
    assert bruno.open(stranger).explained
    assert refusal(asks, bruno, stranger, cast.AMEL.rpps) == ("no_tie", "")


def test_two_who_give_one_another_opinions_do_not_keep_a_patient_who_left(house: House, farid: UUID) -> None:
    house.tie(farid, kind="treating", reference="treating:1", holder_account=cast.AMEL.id)
    amel, bruno = house.browser(cast.AMEL), house.browser(cast.BRUNO)
    bruno.open(farid)
    asks(bruno, farid, cast.AMEL.rpps)
    leave(house, farid)
    house.by_interface("untie", protocol.Untie, patient=farid, reference="treating:1", at=house.clock())
    assert amel.open(farid).tie == "advice"
    wrote(amel, farid)
    house.clock.pass_by(days=8)
    amel.sign_in()
    assert amel.open(farid).tie == "authored"
    assert refusal(asks, amel, farid, cast.AMEL.rpps) == ("no_tie", "")


# --- a role, a post, an account ---


@pytest.mark.parametrize("role", ["secretary", "coder"])
def test_a_glass_broken_as_a_doctor_is_whole_again_in_another_role(house: House, role: str) -> None:
    stranger = house.admit(cast.FARID)
    chloe = house.browser(cast.CHLOE)
    chloe.break_glass(stranger)
    assert "care" in chloe.open(stranger).keys
    become(house, cast.CHLOE, role)
    chloe.sign_in()
    assert refusal(chloe.open, stranger) == ("no_tie", "")


def test_a_glass_broken_with_a_passkey_is_not_open_to_a_password(house: House, farid: UUID) -> None:
    chloe = house.browser(cast.CHLOE)
    chloe.break_glass(farid)
    weaker = replace(house.guard, settings=replace(house.guard.settings, reduced_assurance=True))
    with weaker.pool.connection() as tx:
        key = dpop.public_key(chloe.key.jwk)
        opened = sessions.open_session(weaker, tx, account=cast.CHLOE.id, key=key, way="password", now=house.clock())
    by_password = Browser(call=direct(weaker), origin=chloe.origin, rp_id=chloe.rp_id, clock=house.clock, key=chloe.key)
    by_password.session = opened.session
    assert refusal(by_password.open, farid) == ("no_tie", "")
    assert chloe.open(farid).emergency


def test_who_has_left_opens_finds_and_lists_nothing_not_even_in_an_emergency(house: House, farid: UUID) -> None:
    """What the accounts of departed doctors were used for elsewhere: nobody had taken them away, and each of them still searched."""
    stranger = house.admit(cast.person("AILLEURS"), unit=cast.MEDICINE)
    house.tie(farid, kind="treating", reference="treating:1", holder_account=cast.AMEL.id)
    amel = house.browser(cast.AMEL)
    amel.open(farid)
    wrote(amel, farid)
    amel.break_glass(stranger)
    end_posts(house, cast.AMEL)
    assert permits(house, cast.AMEL.id) == 0
    assert refusal(amel.open, farid) == ("session_closed", "sign_in")
    amel.sign_in()
    amel.touch()
    house.clock.pass_by(hours=25)
    amel.sign_in()
    for patient in (farid, stranger):
        assert refusal(amel.open, patient) == ("no_post", "")
        assert refusal(untied, amel, patient) == ("no_post", "")
        assert refusal(amel.break_glass, patient) == ("no_post", "")
    assert refusal(search, amel, number="000003") == ("no_post", "")
    assert refusal(listed, amel, [farid]) == ("no_post", "")
    assert amel.attend().assignments == ()


def test_a_clerk_who_has_left_registers_and_ties_nobody(house: House) -> None:
    clerk = house.browser(cast.CLERK)
    signed = clerk.signed("POST", "/admissions/")
    patient = house.call("register", protocol.Register(**signed, identity=cast.INES, origin="desk")).patient
    end_posts(house, cast.CLERK)
    clerk.sign_in()
    again = protocol.Register(**clerk.signed("POST", "/admissions/"), identity=cast.person("AUTRE"), origin="desk")
    assert refusal(house.call, "register", again) == ("no_post", "")
    tie = protocol.Tie(
        **clerk.signed("POST", "/admissions/"), patient=patient, kind="stay", reference="s", since=house.clock(), holder_unit=cast.SURGERY
    )
    assert refusal(house.call, "tie", tie) == ("no_post", "")
    untie = protocol.Untie(**clerk.signed("POST", "/admissions/"), patient=patient, reference="s", at=house.clock())
    assert refusal(house.call, "untie", untie) == ("no_post", "")


def test_who_leaves_one_of_two_wards_works_on_in_the_other(house: House, farid: UUID) -> None:
    there = house.admit(cast.person("AILLEURS"), unit=cast.MEDICINE)
    with house.guard.pool.connection() as tx:
        since = house.clock() - timedelta(days=2)
        accounts.assign(house.guard, tx, id=uuid4(), account=cast.BRUNO.id, unit=cast.MEDICINE, role="nurse_day", since=since, until=None)
    bruno = house.browser(cast.BRUNO)
    for patient in (farid, there):
        bruno.open(patient)
    denis = house.browser(cast.DENIS)
    one(denis, "end_assignment", next(post.id for post in posts_of(denis, cast.BRUNO.id) if post.unit == cast.SURGERY))
    bruno.sign_in()
    assert refusal(bruno.open, farid) == ("no_tie", "break_glass")
    assert bruno.open(there).tie == "stay"


def test_what_was_open_before_a_release_from_containment_is_not_open_after_it(house: House) -> None:
    stranger = house.admit(cast.FARID)
    chloe = house.browser(cast.CHLOE)
    chloe.break_glass(stranger)
    with house.guard.pool.connection() as tx:
        cutting.cut(house.guard, tx, account=cast.CHLOE.id, by=cast.SONIA.id, why="person", now=house.clock())
    assert permits(house, cast.CHLOE.id) == 0
    decide(house.browser(cast.DPO), propose(house.browser(cast.SONIA), "release", subject=cast.CHLOE.id).id)
    chloe.sign_in()
    assert refusal(chloe.open, stranger) == ("no_tie", "break_glass")


def test_a_row_planted_in_the_database_keeps_nobody_from_being_cut(house: House, farid: UUID) -> None:
    """A database administrator who also works here plants rows under his own account, so that reading them fails."""
    bruno = house.browser(cast.BRUNO)
    bruno.open(farid)
    with house.guard.pool.connection() as tx:
        for table, planted in (("session", {"digest": "\\x00"}), ("opening", {})):
            told = json.dumps({"id": str(uuid4()), "mac": "\\x00", **planted})
            tx.execute(
                f"insert into {table} select (jsonb_populate_record(null::{table}, to_jsonb(one) || %s)).* from {table} one"
                " where account_id = %s limit 1",
                (told, cast.BRUNO.id),
            )
    signed = house.browser(cast.SONIA).signed("POST", "/security/contain/")
    house.call("contain", protocol.Contain(**signed, account=cast.BRUNO.id))
    assert refusal(bruno.open, farid) == ("contained", "")
    assert permits(house, cast.BRUNO.id) == 0


# --- a decision ---


@pytest.mark.parametrize("caught", [cast.DENIS, cast.CLAIRE], ids=["who proposed", "who approved"])
def test_what_a_thief_had_approved_is_not_done_once_he_is_cut(house: House, caught: cast.Player) -> None:
    denis, claire = house.browser(cast.DENIS), house.browser(cast.CLAIRE)
    asked = propose(denis, "administrator", label="Eve", profession="Informaticienne", role="administrator")
    assert decide(claire, asked.id).state == "approved"
    with house.guard.pool.connection() as tx:
        cutting.cut(house.guard, tx, account=caught.id, by=cast.SONIA.id, why="person", now=house.clock())
    house.clock.pass_by(hours=25)
    assert proposals.execute_due(house.guard, house.clock()) == 1
    assert proposed(house.browser(cast.SONIA))[asked.id].state == "failed"
    with house.guard.pool.connection() as tx:
        assert "Eve" not in {one.label for one in accounts.load_all(house.guard, tx)}


def test_what_somebody_proposed_who_has_another_role_now_is_not_approved(house: House) -> None:
    denis, claire = house.browser(cast.DENIS), house.browser(cast.CLAIRE)
    asked = propose(denis, "assignment", subject=cast.CHLOE.id, unit=str(cast.SURGERY))
    with house.guard.pool.connection() as tx:
        known = accounts.load(house.guard, tx, cast.DENIS.id)
        accounts.save(house.guard, tx, replace(known, role="secretary"))
    assert refusal(decide, claire, asked.id) == ("no_longer_theirs", "")
    assert proposed(claire)[asked.id].state == "proposed"


def test_an_officer_stops_what_two_administrators_approved_while_its_delay_runs(house: House) -> None:
    denis, claire, sonia = house.browser(cast.DENIS), house.browser(cast.CLAIRE), house.browser(cast.SONIA)
    asked = propose(denis, "administrator", label="Eve", profession="Informaticienne", role="administrator")
    decide(claire, asked.id)
    assert refusal(decide, sonia, asked.id, approve=True) == ("role", ""), "an officer stops it, and approves nothing of theirs"
    assert decide(sonia, asked.id, approve=False).state == "refused"
    house.clock.pass_by(hours=25)
    assert proposals.execute_due(house.guard, house.clock()) == 0
    sonia.sign_in()
    assert refusal(decide, sonia, asked.id, approve=False) == ("proposal_decided", "")


def test_an_administrator_who_did_not_approve_stops_it_too_and_nobody_approves_it_twice(house: House) -> None:
    denis, claire = house.browser(cast.DENIS), house.browser(cast.CLAIRE)
    asked = propose(denis, "limits", name="lease.patients", value="50")
    decide(claire, asked.id)
    assert refusal(decide, claire, asked.id) == ("proposal_decided", "")
    assert refusal(decide, denis, asked.id, approve=False) == ("own_proposal", ""), "who proposed takes it back instead"
    assert decide(claire, asked.id, approve=False).state == "refused"


# --- who treats ---


def test_two_declared_by_hand_do_not_keep_a_patient_by_declaring_one_another(house: House) -> None:
    """Nadia's ward declares Amel, and the patient leaves: Amel keeps the record, and cannot pass it on to have it passed back."""
    stranger = house.admit(cast.person("AILLEURS"), unit=cast.MEDICINE)
    nadia, amel = house.browser(cast.NADIA), house.browser(cast.AMEL)
    nadia.open(stranger)
    assert declares(nadia, stranger)
    leave(house, stranger)
    assert amel.open(stranger).tie == "treating"
    assert refusal(declares, amel, stranger, "10000000099") == ("no_tie", "")


def test_who_treats_no_more_is_shown_no_row_from_then_on(house: House) -> None:
    stranger = house.admit(cast.person("AILLEURS"), unit=cast.MEDICINE)
    nadia, amel = house.browser(cast.NADIA), house.browser(cast.AMEL)
    nadia.open(stranger)
    declares(nadia, stranger)
    amel.open(stranger)
    assert permits(house, cast.AMEL.id) == 1
    declares(nadia, stranger, "", former=cast.AMEL.rpps)
    assert permits(house, cast.AMEL.id) == 0
    assert refusal(amel.open, stranger) == ("no_tie", "break_glass")


def test_a_tie_of_ones_own_writing_declares_nobody(house: House, farid: UUID) -> None:
    bruno = house.browser(cast.BRUNO)
    bruno.open(farid)
    wrote(bruno, farid)
    leave(house, farid)
    house.clock.pass_by(hours=25)
    bruno.sign_in()
    assert bruno.open(farid).tie == "authored"
    assert refusal(declares, bruno, farid) == ("no_tie", "")
