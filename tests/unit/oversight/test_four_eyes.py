"""Four eyes: nobody gives a right alone, everything is tried before it is asked, and what was decided is done once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.drill.application import Application
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.presence import sessions
from serment.oversight.four_eyes import proposals
from serment.oversight.four_eyes.kinds import KINDS, Order
from serment.wire import dpop, four_eyes, protocol
from tests import cast
from tests.authenticator import Browser, direct
from tests.fixtures.applications import ask, open_record, registered
from tests.fixtures.house import House
from tests.unit.guard.test_meters import act, refusal, untied

HOME = uuid4()


def propose(
    browser: Browser, kind: str, *, subject: UUID | None = None, reason: str = "demande du cadre", **terms: str
) -> four_eyes.Proposal:
    signed = browser.signed("POST", "/administration/propose/")
    made: four_eyes.Proposal = browser.call("propose", four_eyes.Propose(**signed, kind=kind, subject=subject, terms=terms, reason=reason))
    return made


def decide(browser: Browser, id: UUID, *, approve: bool = True, **proof: str) -> four_eyes.Decided:
    signed = browser.signed("POST", "/administration/decide/")
    request = four_eyes.Decide(**signed, id=id, approve=approve, **(proof or act(browser, "decide", id)))
    decided: four_eyes.Decided = browser.call("decide", request)
    return decided


def listed(browser: Browser) -> dict[UUID, four_eyes.Proposal]:
    found = browser.call("proposals", protocol.Signed(**browser.signed("GET", "/administration/"))).proposals
    return {one.id: one for one in found}


def one(browser: Browser, verb: str, id: UUID) -> None:
    browser.call(verb, four_eyes.One(**browser.signed("POST", "/administration/"), id=id))


def kinds(house: House) -> list[str]:
    with house.guard.pool.connection() as tx:
        rows = tx.execute("select kind from journal_entry order by id").fetchall()
    return [row[0] for row in rows]


@pytest.fixture
def denis(house: House) -> Browser:
    return house.browser(cast.DENIS)


@pytest.fixture
def claire(house: House) -> Browser:
    return house.browser(cast.CLAIRE)


# --- what two persons may do ---


def test_a_locum_works_in_a_ward_once_two_administrators_have_said_so(house: House, denis: Browser, claire: Browser) -> None:
    patient = house.admit(cast.FARID)
    chloe = house.browser(cast.CHLOE)
    assert refusal(chloe.open, patient) == ("no_tie", "break_glass")
    until = (house.clock() + timedelta(days=3)).isoformat()
    asked = propose(denis, "assignment", subject=cast.CHLOE.id, unit=str(cast.SURGERY), until=until)
    assert (asked.state, asked.subject_label, asked.proposer_label, asked.mine) == ("proposed", cast.CHLOE.label, cast.DENIS.label, True)
    assert refusal(chloe.open, patient) == ("no_tie", "break_glass")
    assert decide(claire, asked.id) == four_eyes.Decided(state="executed")
    assert chloe.open(patient).tie == "stay"
    seen = listed(claire)[asked.id]
    assert (seen.state, seen.decider_label, seen.mine) == ("executed", cast.CLAIRE.label, False)
    assert [kind for kind in kinds(house) if kind in ("proposal", "decision", "execution")] == ["proposal", "decision", "execution"]


def test_an_assignment_that_begins_later_opens_nothing_before(house: House, denis: Browser, claire: Browser) -> None:
    patient = house.admit(cast.FARID)
    since = (house.clock() + timedelta(days=2)).isoformat()
    decide(claire, propose(denis, "assignment", subject=cast.CHLOE.id, unit=str(cast.SURGERY), since=since).id)
    assert refusal(house.browser(cast.CHLOE).open, patient) == ("no_tie", "break_glass")
    house.clock.pass_by(hours=49)
    assert house.browser(cast.CHLOE).open(patient).explained


def test_a_new_person_enrols_with_the_code_that_the_second_person_hands_over(house: House, denis: Browser, claire: Browser) -> None:
    asked = propose(denis, "account", label="Zoé NEUVE", profession="Infirmière", role="nurse_day")
    assert decide(claire, asked.id) == four_eyes.Decided(state="approved")
    assert proposals.execute_due(house.guard, house.clock()) == 0
    house.clock.pass_by(minutes=16)
    assert proposals.execute_due(house.guard, house.clock()) == 1
    assert proposals.execute_due(house.guard, house.clock()) == 0
    members = {one.label: one for one in directory(house.browser(cast.CLAIRE)).members}
    assert (members["Zoé NEUVE"].role, members["Zoé NEUVE"].posts) == ("nurse_day", ())
    recovery = propose(house.browser(cast.DENIS), "recovery", subject=members["Zoé NEUVE"].account)
    code = decide(house.browser(cast.CLAIRE), recovery.id).code
    browser = Browser(call=house.call, clock=house.clock)
    assert browser.enrol(code).label == "Zoé NEUVE"
    browser.sign_in()
    assert browser.attend().unexplained_left == 0


def directory(browser: Browser) -> four_eyes.Directory:
    found: four_eyes.Directory = browser.call("directory", protocol.Signed(**browser.signed("GET", "/administration/")))
    return found


def test_without_a_delay_the_code_is_shown_at_once(house: House, denis: Browser, claire: Browser) -> None:
    asked = propose(denis, "limits", name="delay.account", value="0")
    decide(claire, asked.id)
    house.clock.pass_by(hours=2)
    proposals.execute_due(house.guard, house.clock())
    from tests.unit.guard.test_meters import forget

    forget(house)
    made = decide(house.browser(cast.CLAIRE), propose(house.browser(cast.DENIS), "account", label="A", profession="P", role="coder").id)
    assert made.state == "executed"
    assert len(made.code) == 16


def test_another_role_closes_what_was_open_and_starts_with_an_empty_budget(house: House, denis: Browser, claire: Browser) -> None:
    nadia = house.browser(cast.NADIA)
    asked = propose(denis, "role", subject=cast.NADIA.id, role="ward_physician")
    decide(claire, asked.id)
    house.clock.pass_by(minutes=16)
    proposals.execute_due(house.guard, house.clock())
    assert refusal(nadia.attend) == ("session_closed", "sign_in")
    again = house.browser(cast.NADIA)
    assert (again.attend().role, refusal(untied, again, house.admit(cast.FARID))) == ("ward_physician", ("unexplained_spent", "colleague"))


def test_power_over_rights_is_given_after_a_day(house: House, denis: Browser, claire: Browser) -> None:
    asked = propose(denis, "administrator", subject=cast.NADIA.id, role="administrator")
    assert decide(claire, asked.id).state == "approved"
    house.clock.pass_by(hours=23)
    assert proposals.execute_due(house.guard, house.clock()) == 0
    house.clock.pass_by(hours=2)
    assert proposals.execute_due(house.guard, house.clock()) == 1
    assert house.browser(cast.NADIA).attend().role == "administrator"
    fresh = propose(house.browser(cast.DENIS), "administrator", label="Noé ADMIN", profession="Admin", role="security_officer")
    assert decide(house.browser(cast.CLAIRE), fresh.id).state == "approved"
    house.clock.pass_by(hours=25)
    proposals.execute_due(house.guard, house.clock())
    assert "Noé ADMIN" in {member.label for member in directory(house.browser(cast.CLAIRE)).members}


def test_a_unit_belongs_to_an_establishment_and_so_does_who_works_there(house: House, denis: Browser, claire: Browser) -> None:
    unit = uuid4()
    decide(claire, propose(denis, "unit", unit=str(unit), label="Cardiologie", establishment=str(HOME)).id)
    assert (unit, "Cardiologie", HOME) in {(one.unit, one.label, one.establishment) for one in directory(denis).units}
    decide(claire, propose(denis, "assignment", subject=cast.CHLOE.id, unit=str(unit)).id)
    assert HOME in {one.establishment for one in house.browser(cast.CHLOE).attend().assignments}


def test_a_letterhead_is_whole_and_takes_effect_an_hour_after_two_administrators(house: House, denis: Browser, claire: Browser) -> None:
    said = {"establishment": str(HOME), "address": "1 rue des Tilleuls\n00100 SERMENT", "telephone": "01 99 00 40 00"}
    for name, value in (
        ("establishment", "Clinique"),
        ("address", " "),
        ("address", "x" * 201),
        ("telephone", ""),
        ("telephone", "0" * 31),
    ):
        assert refusal(propose, denis, "letterhead", **{**said, name: value})[0] in ("term_missing", "term_unreadable")
    asked = propose(denis, "letterhead", **said)
    assert refusal(decide, denis, asked.id)[0] == "own_proposal"
    assert decide(claire, asked.id).state == "approved"
    assert proposals.execute_due(house.guard, house.clock()) == 0
    house.clock.pass_by(hours=1, minutes=1)
    assert proposals.execute_due(house.guard, house.clock()) == 1
    executed = listed(claire)[asked.id]
    assert (executed.state, executed.terms) == ("executed", said)


def test_the_contained_are_released_by_two_officers_and_sign_in_anew(house: House) -> None:
    sonia, dpo, bruno = house.browser(cast.SONIA), house.browser(cast.DPO), house.browser(cast.BRUNO)
    sonia.call("contain", protocol.Contain(**sonia.signed("POST", "/security/"), account=cast.BRUNO.id))
    assert refusal(bruno.attend) == ("contained", "")
    asked = propose(sonia, "release", subject=cast.BRUNO.id)
    assert refusal(bruno.attend) == ("contained", "")
    assert decide(dpo, asked.id).state == "executed"
    assert refusal(bruno.attend) == ("session_closed", "sign_in")
    assert bruno.sign_in()
    from serment.guard.evidence import contained

    contained._known.clear()
    contained._read.clear()
    assert bruno.attend().label == cast.BRUNO.label


def test_lost_passkeys_end_when_two_persons_have_recognised_their_owner(house: House, denis: Browser, claire: Browser) -> None:
    bruno = house.browser(cast.BRUNO)
    decided = decide(claire, propose(denis, "recovery", subject=cast.BRUNO.id).id)
    assert refusal(bruno.attend) == ("session_closed", "sign_in")
    assert refusal(bruno.sign_in)[0] == "sign_in_refused"
    again = Browser(call=house.call, clock=house.clock)
    again.enrol(decided.code)
    assert again.sign_in()


def test_the_plan_of_a_catastrophe_the_decoys_and_an_export_take_two_as_well(house: House, denis: Browser, claire: Browser) -> None:
    assert decide(claire, propose(denis, "surge", establishment=str(HOME)).id).state == "executed"
    sonia, dpo = house.browser(cast.SONIA), house.browser(cast.DPO)
    assert decide(dpo, propose(sonia, "decoys", authority=cast.AUTHORITY, count="5").id).state == "executed"
    export = propose(sonia, "bulk_export", subject=cast.AMEL.id, records="100")
    assert decide(dpo, export.id).state == "approved"
    house.clock.pass_by(hours=25)
    assert proposals.execute_due(house.guard, house.clock()) == 1
    with house.guard.pool.connection() as tx:
        assert tx.execute("select account_id, records from export_grant").fetchall() == [(cast.AMEL.id, 100)]


def test_the_end_of_retention_takes_two_and_a_day(house: House) -> None:
    patient = house.admit(cast.FARID)
    sonia, dpo = house.browser(cast.SONIA), house.browser(cast.DPO)
    decide(dpo, propose(sonia, "shred", patient=str(patient)).id)
    house.clock.pass_by(hours=25)
    assert proposals.execute_due(house.guard, house.clock()) == 1
    assert refusal(house.browser(cast.BRUNO).open, patient)[0] == "no_tie"


def test_what_cannot_be_done_any_more_fails_and_is_told(house: House, denis: Browser, claire: Browser) -> None:
    patient = house.admit(cast.FARID)
    sonia, dpo = house.browser(cast.SONIA), house.browser(cast.DPO)
    twice = [propose(sonia, "shred", patient=str(patient)) for _ in range(2)]
    for asked in twice:
        decide(dpo, asked.id)
    house.clock.pass_by(hours=25)
    assert proposals.execute_due(house.guard, house.clock()) == 2
    states = [listed(house.browser(cast.DPO))[asked.id].state for asked in twice]
    assert sorted(states) == ["executed", "failed"]


# --- what nobody may ---


@pytest.mark.parametrize(
    ("kind", "terms", "code"),
    [
        ("coup d'état", {}, "kind_unknown"),
        ("assignment", {"unit": "x"}, "term_unreadable"),
        ("assignment", {"unit": str(uuid4())}, "unknown_unit"),
        ("assignment", {"unit": str(cast.SURGERY), "since": "demain"}, "term_unreadable"),
        ("assignment", {"unit": str(cast.SURGERY), "since": "2026-11-23T08:00:00"}, "term_unreadable"),
        ("assignment", {}, "term_missing"),
        ("assignment", {"unit": "x" * 3000}, "terms_too_long"),
        ("account", {"label": "A", "profession": "B", "role": "administrator"}, "role_unknown"),
        ("account", {"label": "A", "profession": "B", "role": "interface"}, "role_unknown"),
        ("account", {"label": "A", "profession": "B", "role": "king"}, "role_unknown"),
        ("limits", {"name": "lease.patients", "value": "-3"}, "term_unreadable"),
        ("limits", {"name": "lease.patients", "value": "101"}, "limit_too_loose"),
        ("limits", {"name": "no.such", "value": "1"}, "limit_unknown"),
    ],
)
def test_nobody_is_asked_to_approve_what_cannot_be_done(denis: Browser, kind: str, terms: dict[str, str], code: str) -> None:
    assert refusal(propose, denis, kind, subject=cast.CHLOE.id, **terms)[0] == code


def test_a_proposal_gives_its_reason_and_its_subject(denis: Browser) -> None:
    assert refusal(propose, denis, "role", subject=cast.CHLOE.id, role="coder", reason=" ") == ("reason_missing", "")
    assert refusal(propose, denis, "role", role="coder") == ("term_missing", "")


def test_each_kind_belongs_to_those_who_answer_for_it(house: House, denis: Browser) -> None:
    assert refusal(propose, denis, "release", subject=cast.BRUNO.id) == ("role", "")
    assert refusal(propose, house.browser(cast.SONIA), "assignment", subject=cast.CHLOE.id, unit=str(cast.SURGERY)) == ("role", "")
    assert refusal(propose, house.browser(cast.AMEL), "assignment", subject=cast.CHLOE.id, unit=str(cast.SURGERY)) == ("role", "")
    assert refusal(listed, house.browser(cast.AMEL)) == ("role", "")
    assert refusal(directory, house.browser(cast.AMEL)) == ("role", "")


def test_ones_own_proposal_is_withdrawn_and_nobody_elses(house: House, denis: Browser, claire: Browser) -> None:
    asked = propose(denis, "role", subject=cast.CHLOE.id, role="coder")
    assert refusal(one, claire, "withdraw", asked.id) == ("unknown_proposal", "")
    decide(claire, asked.id)
    one(denis, "withdraw", asked.id)
    house.clock.pass_by(minutes=20)
    assert proposals.execute_due(house.guard, house.clock()) == 0
    assert listed(house.browser(cast.DENIS))[asked.id].state == "withdrawn"
    assert refusal(one, house.browser(cast.DENIS), "withdraw", asked.id) == ("proposal_decided", "")
    assert refusal(one, house.browser(cast.AMEL), "withdraw", asked.id) == ("role", "")


def test_a_refused_proposal_does_nothing(house: House, denis: Browser, claire: Browser) -> None:
    asked = propose(denis, "assignment", subject=cast.CHLOE.id, unit=str(cast.SURGERY))
    assert decide(claire, asked.id, approve=False).state == "refused"
    assert refusal(house.browser(cast.CHLOE).open, house.admit(cast.FARID)) == ("no_tie", "break_glass")
    assert refusal(decide, claire, asked.id) == ("proposal_decided", "")


def test_a_proposal_nobody_decided_lapses_after_a_week(house: House, denis: Browser) -> None:
    asked = propose(denis, "role", subject=cast.CHLOE.id, role="coder")
    house.clock.pass_by(days=7, minutes=1)
    assert refusal(decide, house.browser(cast.CLAIRE), asked.id) == ("proposal_over", "")
    assert refusal(decide, house.browser(cast.CLAIRE), uuid4()) == ("unknown_proposal", "")


def test_two_who_decide_at_once_decide_once(house: House, denis: Browser, claire: Browser) -> None:
    asked = propose(denis, "assignment", subject=cast.CHLOE.id, unit=str(cast.SURGERY))
    proofs = [act(claire, "decide", asked.id) for _ in range(2)]

    def attempt(proof: dict[str, str]) -> str:
        try:
            return decide(claire, asked.id, **proof).state
        except Refused as refused:
            return refused.refusal.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, proofs)) == ["executed", "proposal_decided"]
    with house.guard.pool.connection() as tx:
        posts = accounts.POSTS.all(house.guard, tx, "account_id = %s and unit_id = %s", cast.CHLOE.id, cast.SURGERY)
    assert len(posts) == 1


# --- leavers ---


def posts_of(browser: Browser, account: UUID) -> list[four_eyes.Post]:
    return [post for member in directory(browser).members if member.account == account for post in member.posts]


def test_who_leaves_is_out_at_once_of_every_session_and_record(house: House, denis: Browser) -> None:
    patient = house.admit(cast.FARID)
    bruno, other = house.browser(cast.BRUNO), house.browser(cast.BRUNO, touched=False)
    ticket = bruno.open(patient).ticket
    with house.guard.dossier_pool.connection() as tx:
        assert tx.execute("select count(*) from opening where account_id = %s", (cast.BRUNO.id,)).fetchone() == (1,)
    (post,) = posts_of(denis, cast.BRUNO.id)
    one(denis, "end_assignment", post.id)
    assert ticket
    for browser in (bruno, other):
        assert refusal(browser.open, patient) == ("session_closed", "sign_in")
    with house.guard.dossier_pool.connection() as tx:
        assert tx.execute("select count(*) from opening where account_id = %s", (cast.BRUNO.id,)).fetchone() == (0,)
    bruno.sign_in()
    assert refusal(bruno.open, patient) == ("no_post", "")
    assert posts_of(denis, cast.BRUNO.id) == []
    assert refusal(one, denis, "end_assignment", post.id) == ("unknown_assignment", "")


def test_nobody_ends_his_own_assignment_and_only_administrators_end_others(house: House, denis: Browser) -> None:
    (mine, _) = posts_of(denis, cast.DENIS.id)
    assert refusal(one, denis, "end_assignment", mine.id) == ("oneself", "")
    assert refusal(one, house.browser(cast.SONIA), "end_assignment", mine.id) == ("role", "")


def test_the_limits_in_force_are_listed_beside_their_defaults(house: House, denis: Browser) -> None:
    found = {limit.name: limit for limit in directory(denis).limits}
    assert (found["lease.patients"].value, found["lease.patients"].default) == (25, 25)


def test_the_journal_tells_the_terms_of_what_was_proposed(house: House, denis: Browser) -> None:
    propose(denis, "limits", name="lease.patients", value="20")
    with house.guard.pool.connection() as tx:
        row: Any = tx.execute("select leaf from journal_entry where kind = 'proposal'").fetchone()
    body = json.loads(bytes(row[0]))["body"]
    assert (body["what"], json.loads(body["terms"])) == ("limits", {"name": "lease.patients", "value": "20"})


# --- applications ---


def test_two_administrators_connect_an_application_and_change_its_key(house: House, denis: Browser, claire: Browser) -> None:
    key, new = dpop.ProofKey(), dpop.ProofKey()
    asked = propose(denis, "client", label="Moniteur", scopes="care", key=json.dumps(key.jwk))
    assert decide(claire, asked.id).state == "approved"
    house.clock.pass_by(minutes=61)
    assert proposals.execute_due(house.guard, house.clock()) == 1
    again, other = house.browser(cast.DENIS), house.browser(cast.CLAIRE)
    (member,) = [one for one in directory(other).members if one.role == "application"]
    assert (member.label, member.profession) == ("Moniteur", "")
    unit = propose(again, "assignment", subject=member.account, unit=str(cast.SURGERY))
    assert decide(other, unit.id).state == "executed"
    monitor = Application(id=member.account, origin=house.guard.settings.origin, clock=house.clock, key=key)
    assert ask(house, monitor).scopes == ("identity", "care")
    assert open_record(house, monitor, house.admit(cast.FARID)).explained
    decide(other, propose(again, "client", subject=member.account, scopes="contact", key=json.dumps(new.jwk)).id)
    house.clock.pass_by(minutes=61)
    proposals.execute_due(house.guard, house.clock())
    assert refusal(ask, house, monitor) == ("client_refused", "")
    assert ask(house, replace(monitor, key=new)).scopes == ("identity", "contact")


def test_an_application_is_no_person_and_a_person_no_application(house: House, denis: Browser) -> None:
    key = json.dumps(dpop.ProofKey().jwk)
    monitor = registered(house)
    assert refusal(propose, denis, "client", label="Moniteur", scopes="care", key="x") == ("client_key", "")
    assert refusal(propose, denis, "client", label="Moniteur", scopes="sealed", key=key) == ("scope_unknown", "")
    assert refusal(propose, denis, "client", scopes="care", key=key) == ("term_missing", "")
    assert refusal(propose, denis, "client", subject=cast.BRUNO.id, scopes="care", key=key) == ("role_unknown", "")
    assert refusal(propose, denis, "role", subject=monitor.id, role="ward_physician") == ("role_unknown", "")
    assert refusal(propose, denis, "account", label="A", profession="P", role="application") == ("role_unknown", "")


# --- what stops ---


def test_a_session_by_password_proposes_and_decides_nothing(house: House, denis: Browser, claire: Browser) -> None:
    asked = propose(denis, "unit", unit=str(uuid4()), label="Cardiologie", establishment=str(HOME))
    with house.guard.pool.connection() as tx:
        for session in sessions.live(house.guard, tx, account=cast.CLAIRE.id, now=house.clock()):
            sessions.SESSIONS.put(house.guard, tx, replace(session, assurance="reduced"))
    allowed = replace(house.guard, settings=replace(house.guard.settings, reduced_assurance=True))
    claire.call = direct(allowed)
    assert refusal(propose, claire, "unit", unit=str(uuid4()), label="B", establishment=str(HOME)) == ("assurance", "")
    request = four_eyes.Decide(**claire.signed("POST", "/administration/decide/"), id=asked.id, approve=True, ceremony="", credential="")
    assert refusal(claire.call, "decide", request) == ("assurance", "")


def test_an_approval_that_another_round_is_executing_is_left_to_it(house: House, denis: Browser, claire: Browser) -> None:
    asked = propose(denis, "account", label="Zoé NEUVE", profession="Infirmière", role="nurse_day")
    decide(claire, asked.id)
    house.clock.pass_by(minutes=16)
    with house.guard.pool.connection() as tx:
        tx.execute("select 1 from proposal where id = %s for update", (asked.id,))
        assert proposals.execute_due(house.guard, house.clock()) == 0
    assert proposals.execute_due(house.guard, house.clock()) == 1


def test_an_order_about_somebody_names_them(house: House) -> None:
    order = Order(subject=None, terms={}, by=cast.DENIS.id, now=house.clock())
    with house.guard.pool.connection() as tx:
        assert refusal(KINDS["release"].execute, house.guard, tx, order) == ("term_missing", "")
