"""Whoever wants many identities at once asks the one door that gives them: the release to those who are told of an incident.

Path: the program that writes letters, its key, the database of the guard, one officer alone. Control: two officers decide on the digest of
one computed scope; rows with MACs, numbered without a gap; a bounded pace; every page in the journal before it is given. Bound: the persons
of that scope, three times, and of each no more than identity and contact.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from serment.oversight.four_eyes import proposals
from serment.oversight.incidents import telling
from serment.wire import incidents, protocol, seal
from tests import cast
from tests.authenticator import Browser
from tests.fixtures import lures
from tests.fixtures.house import House
from tests.fixtures.incidents import (
    MAILER,
    Mailer,
    amend,
    approve,
    approved,
    computed,
    declare,
    hold,
    leaves,
    propose,
    window,
)
from tests.fixtures.postgres import Databases
from tests.unit.guard.test_meters import decide as decide_limit
from tests.unit.guard.test_meters import refusal, search


@pytest.fixture
def sonia(house: House) -> Browser:
    return house.browser(cast.SONIA)


@pytest.fixture
def mailer(house: House) -> Mailer:
    return Mailer.at_work(house)


@pytest.fixture
def exposed_of_bruno(house: House) -> list[UUID]:
    """Three patients whose records Bruno opened, and one that he did not."""
    patients = house.admit_many(4)
    bruno = house.browser(cast.BRUNO)
    for patient in patients[:3]:
        bruno.open(patient)
    return sorted(patients[:3]) + patients[3:]


@pytest.fixture
def scope(house: House, sonia: Browser, exposed_of_bruno: list[UUID]) -> tuple[UUID, incidents.ScopeLine]:
    made = declare(sonia, window(house))
    return made.id, computed(house, sonia, made.id)


Scope = tuple[UUID, incidents.ScopeLine]


# --- what it is for ---


def test_two_officers_release_exactly_the_persons_of_the_scope(
    house: House, mailer: Mailer, scope: Scope, exposed_of_bruno: list[UUID], databases: Databases
) -> None:
    incident, line = scope
    given = mailer.people(incident, approved(house, line, incident))
    assert [one.exposure.patient for one in given.people] == exposed_of_bruno[:3]
    assert (given.last, given.done, given.unreachable) == (3, True, ())
    assert {one.identity.first_given_name for one in given.people} == {"FARID"}
    (leaf,) = leaves(house, "notification")
    assert (leaf["account"], leaf["body"]["patients"]) == (str(MAILER), [str(one) for one in exposed_of_bruno[:3]])


def test_pages_follow_one_another_and_the_same_page_comes_again(house: House, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    approval = approved(house, line, incident)
    pages = [mailer.people(incident, approval, after=after, limit=2) for after in (0, 2, 0)]
    assert [(len(one.people), one.last, one.done) for one in pages] == [(2, 2, False), (1, 3, True), (2, 2, False)]
    assert [one.exposure for one in pages[0].people] == [one.exposure for one in pages[2].people]
    end = mailer.people(incident, approval, after=3)
    assert (end.people, end.last, end.done) == ((), 3, True)


def test_the_ticket_shows_the_contacts_of_the_page_and_nothing_else_and_the_key_opens_them(
    house: House, mailer: Mailer, scope: Scope, exposed_of_bruno: list[UUID], databases: Databases
) -> None:
    incident, line = scope
    for patient in exposed_of_bruno:
        hold(databases, patient, "Patient", compartment="contact", at=house.clock())
        hold(databases, patient, "Condition", compartment="care", at=house.clock())
    given = mailer.people(incident, approved(house, line, incident), limit=2)
    with psycopg.connect(databases.dsn("serment_app", "serment"), autocommit=True) as app:
        app.execute("select set_config('serment.ticket', %s, false)", (given.ticket,))
        rows = app.execute("select patient_id, compartment from entry order by patient_id").fetchall()
    assert rows == [(patient, "contact") for patient in exposed_of_bruno[:2]]
    with house.guard.pool.connection() as tx:
        (wrapped,) = tx.execute("select wrapped from patient_key where patient_id = %s", (exposed_of_bruno[0],)).fetchone() or ()
    keys = house.guard.vault.compartment_keys(exposed_of_bruno[0], wrapped, ("contact", "care"))
    assert given.people[0].contact_key == keys["contact"] != keys["care"]
    assert seal.deposit_public_key(given.people[0].contact_key)


def test_the_ticket_is_over_after_ten_minutes(house: House, mailer: Mailer, scope: Scope, databases: Databases) -> None:
    incident, line = scope
    mailer.people(incident, approved(house, line, incident))
    with psycopg.connect(databases.dsn("superuser", "serment")) as tx:
        lives = tx.execute("select distinct until from opening where account_id = %s", (MAILER,)).fetchall()
    assert [round((until - house.clock()).total_seconds() / 60) for (until,) in lives] == [10]


def test_who_cannot_be_told_any_more_is_listed_without_an_identity(
    house: House, sonia: Browser, mailer: Mailer, exposed_of_bruno: list[UUID]
) -> None:
    from serment.guard.vault import shredding

    with house.guard.pool.connection() as tx:
        shredding.shred(house.guard, tx, patient=exposed_of_bruno[1], by=cast.SONIA.id, now=house.clock())
    made = declare(sonia, window(house))
    given = mailer.people(made.id, approved(house, computed(house, sonia, made.id), made.id))
    assert [one.exposure.patient for one in given.people] == [exposed_of_bruno[0], exposed_of_bruno[2]]
    assert [one.patient for one in given.unreachable] == [exposed_of_bruno[1]]


def test_a_release_is_itself_an_exposure_of_the_next_incident(house: House, sonia: Browser, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    given = mailer.people(incident, approved(house, line, incident))
    made = declare(sonia, window(house, accounts=(MAILER,)), reference="2026-002")
    again = computed(house, sonia, made.id)
    assert (again.persons, again.certain) == (len(given.people), 3)


# --- what is refused ---


def test_without_a_decision_nobody_is_released(house: House, sonia: Browser, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    terms = {"incident": str(incident), "digest": line.digest, "persons": str(line.persons)}
    proposed = propose(sonia, "notification", **terms)
    other = propose(sonia, "attribution", rows="5", digest="0" * 64, since="2026-01-01T00:00:00Z", until="2026-02-01T00:00:00Z")
    assert approve(house.browser(cast.DPO), other) == "executed"
    for approval in (proposed, other, uuid4()):
        assert refusal(mailer.people, incident, approval) == ("approval_missing", "")
    assert refusal(approve, sonia, proposed) == ("own_proposal", "")
    assert leaves(house, "notification") == []


@pytest.mark.parametrize("player", [cast.SONIA, cast.DPO, cast.DENIS, cast.AMEL, cast.CHLOE])
def test_no_person_asks_for_the_identities_not_even_the_officers(house: House, scope: Scope, player: cast.Player) -> None:
    incident, line = scope
    approval = approved(house, line, incident)
    browser = house.browser(player)
    signed = browser.signed("POST", "/security/incidents/")
    request = incidents.ExposedPeople(**signed, incident=incident, approval=approval)
    assert refusal(browser.call, "exposed_people", request) == ("role", "")


def test_no_other_program_asks_for_them_and_this_one_asks_for_nothing_else(house: House, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    approval = approved(house, line, incident)
    fields = {"incident": incident, "approval": approval}
    assert refusal(house.by_interface, "exposed_people", incidents.ExposedPeople, **fields) == ("role", "")
    assert refusal(mailer.call, "register", protocol.Register, identity=cast.FARID, origin="x") == ("role", "")
    assert refusal(mailer.call, "practitioner_account", protocol.PractitionerAccount, rpps="10000000011") == ("role", "")
    tie = {"kind": "stay", "patient": uuid4(), "holder_account": MAILER, "since": house.clock(), "reference": "x"}
    assert refusal(mailer.call, "tie", protocol.Tie, **tie) == ("role", "")
    assert refusal(mailer.call, "incidents", protocol.Signed) == ("role", "")


def test_a_decision_about_one_incident_releases_nobody_of_another(house: House, sonia: Browser, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    house.browser(cast.AMEL).open(house.admit(cast.FARID))
    other = declare(sonia, window(house, accounts=(cast.AMEL.id,)), reference="2026-002")
    computed(house, sonia, other.id)
    assert refusal(mailer.people, other.id, approved(house, line, incident)) == ("scope_changed", "")


def test_a_scope_that_has_grown_is_decided_on_anew(house: House, sonia: Browser, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    approval = approved(house, line, incident)
    house.browser(cast.BRUNO).open(house.admit(cast.FARID))
    grown = computed(house, sonia, incident)
    assert grown.digest != line.digest
    assert refusal(mailer.people, incident, approval) == ("scope_changed", "")
    assert len(mailer.people(incident, approved(house, grown, incident)).people) == 4


def test_two_stolen_accounts_of_officers_wait_an_hour_in_which_either_is_stopped(house: House, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    sonia = house.browser(cast.SONIA)
    approval = propose(sonia, "notification", incident=str(incident), digest=line.digest, persons=str(line.persons))
    assert approve(house.browser(cast.DPO), approval) == "approved"
    house.clock.pass_by(minutes=59)
    assert proposals.execute_due(house.guard, house.clock()) == 0
    assert refusal(mailer.people, incident, approval) == ("approval_missing", "")
    sonia.sign_in()
    sonia.call("contain", protocol.Contain(**sonia.signed("POST", "/security/"), account=cast.DPO.id))
    house.clock.pass_by(minutes=2)
    assert proposals.execute_due(house.guard, house.clock()) == 1
    assert refusal(mailer.people, incident, approval) == ("approval_missing", "")
    assert leaves(house, "notification") == []


def test_nobody_decides_on_persons_that_are_not_computed(house: House, sonia: Browser, scope: Scope) -> None:
    incident, line = scope
    good = {"incident": str(incident), "digest": line.digest, "persons": str(line.persons)}
    for wrong in ({"digest": "0" * 64}, {"persons": "2"}, {"incident": str(uuid4())}):
        assert refusal(propose, sonia, "notification", **{**good, **wrong}) == ("scope_changed", "")


def test_a_decision_lapses_after_three_months(house: House, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    approval = approved(house, line, incident)
    house.clock.pass_by(days=93)
    assert refusal(mailer.people, incident, approval) == ("approval_missing", "")


def test_the_decision_of_an_officer_who_was_contained_since_releases_nobody(house: House, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    approval = approved(house, line, incident)
    sonia = house.browser(cast.SONIA)
    sonia.call("contain", protocol.Contain(**sonia.signed("POST", "/security/"), account=cast.DPO.id))
    assert refusal(mailer.people, incident, approval) == ("approval_missing", "")


def test_a_program_that_was_contained_is_refused(house: House, sonia: Browser, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    approval = approved(house, line, incident)
    sonia.call("contain", protocol.Contain(**sonia.signed("POST", "/security/"), account=MAILER))
    assert refusal(mailer.people, incident, approval) == ("contained", "")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("update exposure set patient_id = (select patient_id from patient_key where patient_id not in (select patient_id from exposure)"
         " limit 1) where place = 2", "forged_row"),
        ("insert into exposure select scope_id, 4, patient_id, certainty, compartments, kinds, possible_kinds, first_at, last_at, openings,"
         " lines, flags, mac from exposure where place = 1; update scope set persons = 4", "forged_row"),
        ("delete from exposure where place = 3", "forged_row"),
        ("update proposal set terms = replace(terms, '\"persons\":\"3\"', '\"persons\":\"4\"')", "forged_row"),
        ("update proposal set state = 'executed'", "forged_row"),
    ],
)  # fmt: skip
def test_a_list_or_a_decision_altered_in_the_database_releases_nobody(
    house: House, sonia: Browser, mailer: Mailer, scope: Scope, databases: Databases, query: str, code: str
) -> None:
    incident, line = scope
    if "state =" in query:
        approval = propose(sonia, "notification", incident=str(incident), digest=line.digest, persons=str(line.persons))
    else:
        approval = approved(house, line, incident)
    with psycopg.connect(databases.dsn("superuser", "serment_guard")) as tx:
        tx.execute(sql.SQL(query))  # type: ignore[arg-type]
    assert refusal(mailer.people, incident, approval) == (code, "")
    assert leaves(house, "notification") == []


def test_a_copied_approval_row_is_no_approval(house: House, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    approval = approved(house, line, incident)
    with house.guard.pool.connection() as tx:
        known = proposals.PROPOSALS.one(house.guard, tx, "id = %s", approval)
        assert known is not None
        proposals.PROPOSALS.put(house.guard, tx, replace(known, decider=None))
    assert refusal(mailer.people, incident, approval) == ("approval_missing", "")


def test_no_decoy_is_ever_among_those_who_are_told(house: House, sonia: Browser, mailer: Mailer, monkeypatch: pytest.MonkeyPatch) -> None:
    (decoy,) = lures.planted(house, monkeypatch)
    from serment.guard.find import identities

    with house.guard.pool.connection() as tx:
        number = identities.read(house.guard, identities.ask(tx, [decoy]))[decoy].sheet.identity.numbers[0].value
    clerk = house.browser(cast.CLERK)
    assert len(search(clerk, number=number).lines) == 1
    clerk.open(house.admit(cast.FARID))
    made = declare(sonia, window(house, accounts=(cast.CLERK.id,)))
    given = mailer.people(made.id, approved(house, computed(house, sonia, made.id), made.id))
    assert decoy not in {one.exposure.patient for one in given.people}
    assert (len(given.people), given.done) == (1, True)
    assert leaves(house, "scope")[0]["body"]["decoys"] == 1


# --- how fast, and how often ---


def test_the_pace_is_bounded(house: House, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    decide_limit(house, "notification.minute", 3)
    approval = approved(house, line, incident)
    mailer.people(incident, approval, limit=2)
    assert refusal(mailer.people, incident, approval, after=1, limit=2) == ("release_spent", "retry")
    assert len(mailer.people(incident, approval, after=2).people) == 1
    house.clock.pass_by(minutes=2)
    assert len(mailer.people(incident, approval).people) == 3


def test_nobody_is_released_a_fourth_time_under_one_decision_also_after_a_restart(house: House, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    approval = approved(house, line, incident)
    for _ in range(3):
        mailer.people(incident, approval)
    assert refusal(mailer.people, incident, approval) == ("release_spent", "")
    telling._given.clear()
    assert refusal(mailer.people, incident, approval, after=2) == ("release_spent", "")
    assert json.dumps(leaves(house, "notification")).count(str(approval)) == 3
    assert len(mailer.people(incident, approved(house, line, incident)).people) == 3


@pytest.mark.parametrize("page", [{"after": -1}, {"limit": 0}, {"limit": 201}])
def test_a_page_has_a_size(mailer: Mailer, page: dict[str, int]) -> None:
    assert refusal(mailer.people, uuid4(), uuid4(), **page) == ("page_unreadable", "")


# --- the other decision of officers about an incident ---


@pytest.mark.parametrize(
    "wrong",
    [{"rows": "0"}, {"rows": "100001"}, {"digest": "x"}, {"until": "2025-12-01T00:00:00Z"}, {"since": "2016-01-01T00:00:00Z"}],
)
def test_a_list_to_compare_is_described_before_anybody_decides(sonia: Browser, wrong: dict[str, str]) -> None:
    good = {"rows": "5", "digest": "0" * 64, "since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}
    assert refusal(propose, sonia, "attribution", **{**good, **wrong}) == ("term_unreadable", "")


def test_a_later_statement_changes_nothing_of_what_was_decided(house: House, sonia: Browser, mailer: Mailer, scope: Scope) -> None:
    incident, line = scope
    approval = approved(house, line, incident)
    from tests.fixtures.incidents import one

    amend(sonia, one(sonia, incident), known="Plus.")
    assert timedelta(0) < window(house).until - house.clock()
    assert len(mailer.people(incident, approval).people) == 3
