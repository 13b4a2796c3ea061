"""Whom an incident exposed: exactly those whom the journal says, for certain or possibly, with what was seen of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from serment.guard.context import Guard
from serment.guard.release import lines as release_lines
from serment.guard.vault import shredding
from serment.oversight.incidents import computing, kinds, scopes
from serment.wire import incidents, protocol
from serment.wire.incidents import KINDS
from tests import cast
from tests.authenticator import Browser
from tests.fixtures import lures
from tests.fixtures.house import House
from tests.fixtures.incidents import (
    ask,
    at,
    computed,
    declare,
    exposed,
    hold,
    leaves,
    one,
    passkey,
    scoped,
    sequenced,
    session,
    window,
)
from tests.fixtures.postgres import Databases
from tests.unit.guard.test_meters import listed, refusal, search
from tests.unit.guard.test_protected_identity import protects


@pytest.fixture
def sonia(house: House) -> Browser:
    return house.browser(cast.SONIA)


def forget_shown(house: House) -> None:
    release_lines.SHOWN.pop(house.guard.settings.instance, None)


# --- who is exposed ---


def test_of_an_account_everybody_whose_record_or_line_it_saw_is_exposed_and_nobody_else(house: House, sonia: Browser) -> None:
    opened, shown, broken, found, other = house.admit_many(5)
    bruno, amel = house.browser(cast.BRUNO), house.browser(cast.AMEL)
    bruno.open(opened)
    listed(bruno, [shown])
    bruno.break_glass(broken)
    search(bruno, number=f"PATIENT {_letters(3)}")
    amel.open(other)
    persons = scoped(house, sonia, window(house))
    assert set(persons) == {opened, shown, broken, found}
    assert {one.certainty for one in persons.values()} == {"certain"}
    assert (persons[opened].compartments, persons[opened].openings) == (("identity", "contact", "care"), 1)
    assert (persons[shown].compartments, persons[shown].kinds, persons[shown].lines) == (("identity",), ("identity",), 1)
    assert sorted(one.place for one in persons.values()) == [1, 2, 3, 4]
    assert [one.patient for one in sorted(persons.values(), key=lambda one: one.place)] == sorted(persons)


def _letters(number: int) -> str:
    from tests.fixtures.house import letters

    return letters(number)


def test_the_instants_are_those_of_the_first_and_the_last_disclosure(house: House, sonia: Browser) -> None:
    (patient,) = house.admit_many(1)
    bruno = house.browser(cast.BRUNO)
    bruno.open(patient, ("identity",))
    house.clock.pass_by(hours=2)
    bruno.open(patient)
    house.clock.pass_by(hours=2)
    person = scoped(house, sonia_again(house), window(house))[patient]
    assert timedelta(hours=1, minutes=59) < person.last_at - person.first_at < timedelta(hours=2, minutes=1)
    assert person.openings == 2


def sonia_again(house: House) -> Browser:
    return house.browser(cast.SONIA)


def test_what_happened_outside_the_window_exposes_nobody(house: House, sonia: Browser) -> None:
    before, inside, after = house.admit_many(3)
    bruno = house.browser(cast.BRUNO)
    bruno.open(before)
    house.clock.pass_by(hours=11)
    since, bruno = house.clock(), house.browser(cast.BRUNO)
    bruno.open(inside)
    house.clock.pass_by(hours=1)
    until = house.clock()
    bruno.open(after)
    criteria = window(house, accounts=(cast.BRUNO.id,), since=since, until=until)
    assert set(scoped(house, house.browser(cast.SONIA), criteria)) == {inside}


def test_a_record_open_since_before_the_window_is_possible_as_long_as_its_keys_lived(house: House, sonia: Browser) -> None:
    live, closed = house.admit_many(2)
    bruno, away = house.browser(cast.BRUNO), house.browser(cast.BRUNO)
    bruno.open(live)
    away.open(closed)
    away.call("sign_out", protocol.Signed(**away.signed("POST", "/sign-out/")))
    house.clock.pass_by(hours=1)
    since = house.clock()
    house.clock.pass_by(hours=1)
    persons = scoped(house, house.browser(cast.SONIA), window(house, accounts=(cast.BRUNO.id,), since=since, until=house.clock()))
    assert {id: (one.certainty, one.first_at) for id, one in persons.items()} == {live: ("possible", since)}


def test_a_line_shown_up_to_eight_hours_before_may_have_been_shown_again(house: House, sonia: Browser) -> None:
    long_ago, lately = house.admit_many(2)
    bruno = house.browser(cast.BRUNO)
    listed(bruno, [long_ago])
    house.clock.pass_by(hours=5)
    listed(bruno, [lately])
    house.clock.pass_by(hours=4)
    since = house.clock()
    house.clock.pass_by(hours=1)
    persons = scoped(house, house.browser(cast.SONIA), window(house, accounts=(cast.BRUNO.id,), since=since, until=house.clock()))
    assert {id: one.certainty for id, one in persons.items()} == {lately: "possible"}


def test_of_one_session_the_records_are_certain_and_the_lines_of_its_owner_possible(house: House, sonia: Browser) -> None:
    stolen_open, owner_open, owner_line = house.admit_many(3)
    owner, stolen = house.browser(cast.BRUNO), house.browser(cast.BRUNO)
    owner.open(owner_open)
    listed(owner, [owner_line])
    stolen.open(stolen_open)
    persons = scoped(house, sonia, window(house, sessions=(session(stolen),)))
    assert {id: one.certainty for id, one in persons.items()} == {stolen_open: "certain", owner_line: "possible"}


def test_a_passkey_reaches_the_sessions_that_it_opened(house: House, sonia: Browser) -> None:
    by_thief, by_owner = house.admit_many(2)
    owner, thief = house.browser(cast.BRUNO), house.browser(cast.BRUNO)
    owner.open(by_owner)
    thief.open(by_thief)
    assert set(scoped(house, sonia, window(house, passkeys=(passkey(thief),)))) == {by_thief}


def test_a_session_that_nobody_remembers_is_looked_for_in_the_whole_journal(house: House, sonia: Browser) -> None:
    house.browser(cast.BRUNO).open(house.admit_many(1)[0])
    assert scoped(house, sonia, window(house, sessions=(uuid4(),))) == {}


def test_of_a_workstation_what_its_sessions_did_elsewhere_is_possible(house: House, sonia: Browser) -> None:
    there, elsewhere, shown_elsewhere, stranger = house.admit_many(4)
    bruno, amel = house.browser(cast.BRUNO), house.browser(cast.AMEL)
    at(house, bruno, "192.0.2.7").open(there)
    at(house, bruno, "192.0.2.8").open(elsewhere)
    listed(bruno, [shown_elsewhere])
    at(house, amel, "192.0.2.8").open(stranger)
    persons = scoped(house, sonia, window(house, sources=("192.0.2.7",)))
    assert {id: one.certainty for id, one in persons.items()} == {
        there: "certain", elsewhere: "possible", shown_elsewhere: "possible",
    }  # fmt: skip


def test_who_only_signed_in_at_a_workstation_was_there_too(house: House, sonia: Browser) -> None:
    (patient,) = house.admit_many(1)
    bruno = at(house, house.browser(cast.BRUNO), "192.0.2.7")
    bruno.sign_in()
    at(house, bruno, "192.0.2.8").open(patient)
    assert scoped(house, sonia, window(house, sources=("192.0.2.7",)))[patient].certainty == "possible"


def test_of_an_establishment_and_of_everybody(house: House, sonia: Browser) -> None:
    one_patient, other = house.admit_many(2)
    house.browser(cast.BRUNO).open(one_patient)
    house.browser(cast.AMEL).open(other)
    assert scoped(house, sonia, window(house, establishments=(uuid4(),))) == {}
    everybody = scoped(house, sonia, window(house, everybody=True))
    assert {id: one.certainty for id, one in everybody.items()} == {one_patient: "certain", other: "certain"}


def test_who_registers_an_identity_may_know_it(house: House, sonia: Browser) -> None:
    patient = house.register(cast.FARID).patient
    person = scoped(house, sonia, window(house, accounts=(cast.INTERFACE,)))[patient]
    assert (person.certainty, person.kinds, person.compartments) == ("possible", ("identity",), ("identity",))


def test_a_list_of_many_readings_holds_each_person_once(house: House, sonia: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "READ_PATIENTS_MAX", 1)
    monkeypatch.setattr(computing, "ASSEMBLED_PATIENTS", 2)
    patients = house.admit_many(5)
    bruno = house.browser(cast.BRUNO)
    for patient in patients:
        bruno.open(patient, ("identity",))
        bruno.open(patient)
    persons = scoped(house, sonia, window(house))
    assert set(persons) == set(patients)
    assert {one.openings for one in persons.values()} == {2}


# --- what was seen of them ---


def test_the_kinds_are_those_that_the_record_held_while_it_could_be_read(house: House, sonia: Browser, databases: Databases) -> None:
    (patient,) = house.admit_many(1)
    now = house.clock()
    hold(databases, patient, "AllergyIntolerance", at=now - timedelta(days=3))
    hold(databases, patient, "Procedure", at=now - timedelta(days=3))
    hold(databases, patient, "Observation", at=now + timedelta(hours=2))
    hold(databases, patient, "Composition", at=now + timedelta(hours=9))
    hold(databases, patient, "Patient", compartment="contact", at=now - timedelta(days=3))
    hold(databases, patient, "Condition", compartment="sealed", at=now - timedelta(days=3))
    house.browser(cast.BRUNO).open(patient)
    person = scoped(house, sonia, window(house, accounts=(cast.BRUNO.id,), until=now + timedelta(days=1)))[patient]
    assert person.kinds == ("identity", "address", "telephone", "email", "stays", "allergies", "observations", "other")
    assert person.flags == ("sealed",)


def test_the_number_of_social_security_is_said_of_who_has_one(house: House, sonia: Browser) -> None:
    farid, other = house.admit(cast.FARID), house.admit(cast.INES)
    assert cast.FARID.ins is not None
    bruno = house.browser(cast.BRUNO)
    bruno.open(farid, ("identity",))
    bruno.open(other, ("identity",))
    persons = scoped(house, sonia, window(house))
    assert (persons[farid].kinds, persons[other].kinds) == (("identity", "insurance", "stays"), ("identity", "stays"))


def test_the_icons_of_a_line_say_something_too(house: House, sonia: Browser) -> None:
    patient = house.register(cast.FARID, alerts=("allergy", "fall")).patient
    house.tie(patient, holder_unit=cast.SURGERY)
    listed(house.browser(cast.BRUNO), [patient])
    assert scoped(house, sonia, window(house))[patient].kinds == ("identity", "allergies", "other")


def test_what_was_certain_and_what_was_possible_of_one_person_are_told_apart(house: House, sonia: Browser, databases: Databases) -> None:
    (patient,) = house.admit_many(1)
    hold(databases, patient, "Condition", at=house.clock() - timedelta(days=1))
    owner, stolen = house.browser(cast.BRUNO), house.browser(cast.BRUNO)
    owner.open(patient)
    house.clock.pass_by(hours=1)
    since = house.clock()
    stolen.open(patient, ("identity",))
    criteria = window(house, accounts=(cast.BRUNO.id,), since=since, until=house.clock() + timedelta(minutes=1))
    person = scoped(house, house.browser(cast.SONIA), criteria)[patient]
    assert (person.certainty, person.kinds, person.possible_kinds) == ("certain", ("identity", "stays"), ("conditions",))
    assert (person.compartments, person.openings) == (("identity",), 2)


def test_when_the_record_does_not_answer_everything_is_said(house: House, sonia: Browser, databases: Databases) -> None:
    (patient,) = house.admit_many(1)
    house.browser(cast.BRUNO).open(patient)
    with psycopg.connect(databases.dsn("superuser", "serment")) as tx:
        tx.execute("revoke select on entry from serment_guard")
        tx.execute("revoke select (patient_id, kind, compartment, status, recorded_at) on entry from serment_guard")
    try:
        made = declare(sonia, window(house))
        assert computed(house, sonia, made.id).state == "done"
    finally:
        with psycopg.connect(databases.dsn("superuser", "serment")) as tx:
            tx.execute("grant select (patient_id, kind, compartment, status, recorded_at) on entry to serment_guard")
    (person,) = exposed(sonia, made.id)
    assert set(person.kinds) == set(KINDS)
    assert ask(sonia, "scope_figures", made.id).kinds_known is False


def test_minors_the_fictitious_and_those_whose_retention_ended_are_set_apart(house: House, sonia: Browser) -> None:
    today = house.clock().date()
    born = date(today.year - 18, today.month, min(today.day, 28))
    child = house.admit(cast.person("ENFANT", born=born + timedelta(days=7), number="1"))
    adult = house.admit(cast.person("ADULTE", born=born - timedelta(days=7), number="2"))
    odd = house.admit(replace(cast.person("DOUTE", number="3"), attributes=("fictif", "douteux", "homonyme")))
    gone = house.admit(cast.person("FINI", number="4"))
    bruno = house.browser(cast.BRUNO)
    for patient in (child, adult, odd, gone):
        bruno.open(patient)
    with house.guard.pool.connection() as tx:
        shredding.shred(house.guard, tx, patient=gone, by=cast.SONIA.id, now=house.clock())
    persons = scoped(house, sonia, window(house))
    assert {id: one.flags for id, one in persons.items()} == {
        child: ("minor",), adult: (), odd: ("fictitious", "doubtful"), gone: ("shredded",),
    }  # fmt: skip


def test_a_protected_identity_is_set_apart(house: House, sonia: Browser) -> None:
    hidden, plain = house.admit_many(2)
    bruno = house.browser(cast.BRUNO)
    for patient in (hidden, plain):
        bruno.open(patient)
    protects(bruno, hidden)
    persons = scoped(house, sonia, window(house))
    assert ("protected" in persons[hidden].flags, "protected" in persons[plain].flags) == (True, False)


def test_a_decoy_is_nobody_to_tell_and_is_counted(house: House, sonia: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    (decoy,) = lures.planted(house, monkeypatch)
    (patient,) = house.admit_many(1)
    with house.guard.pool.connection() as tx:
        from serment.guard.find import identities

        number = identities.read(house.guard, identities.ask(tx, [decoy]))[decoy].sheet.identity.numbers[0].value
    clerk = house.browser(cast.CLERK)
    assert len(search(clerk, number=number).lines) == 1
    listed(clerk, [patient])
    made = declare(sonia, window(house, accounts=(cast.CLERK.id,)))
    line = computed(house, sonia, made.id)
    assert (line.persons, [one.patient for one in exposed(sonia, made.id)]) == (1, [patient])
    assert ask(sonia, "scope_figures", made.id).decoys == 1


# --- figures ---


def test_the_figures_count_persons_by_kind_compartment_and_hour(house: House, sonia: Browser) -> None:
    first, second, third = house.admit_many(3)
    owner = house.browser(cast.BRUNO)
    owner.open(first)
    listed(owner, [second])
    house.clock.pass_by(hours=3)
    owner.open(third, ("identity",))
    made = declare(house.browser(cast.SONIA), window(house))
    officer = house.browser(cast.DPO)
    line = computed(house, officer, made.id)
    figures = ask(officer, "scope_figures", made.id)
    assert (line.persons, line.certain, line.possible, line.state, line.statement) == (3, 3, 0, "done", 1)
    assert {one.word: (one.persons, one.certain) for one in figures.compartments} == {
        "identity": (3, 3), "contact": (1, 1), "care": (1, 1), "sealed": (0, 0),
    }  # fmt: skip
    assert {one.word: one.persons for one in figures.kinds if one.persons} == {"identity": 3, "stays": 2}
    assert (figures.openings, figures.lines, figures.span_seconds, figures.scope) == (2, 1, 3600, line)
    assert [(one.openings, one.lines, one.new_persons) for one in figures.spans] == [(1, 1, 2), (1, 0, 1)]
    assert one(officer, made.id).scope == line


def test_a_long_window_is_counted_by_the_day(house: House, sonia: Browser) -> None:
    house.browser(cast.BRUNO).open(house.admit_many(1)[0])
    made = declare(sonia, window(house, accounts=(cast.BRUNO.id,), since=house.clock() - timedelta(days=60)))
    computed(house, sonia, made.id)
    figures = ask(sonia, "scope_figures", made.id)
    assert (figures.span_seconds, figures.spans[0].since.hour, len(figures.spans)) == (86400, 0, 1)


# --- computing ---


def test_the_same_tree_gives_the_same_digest_and_a_later_statement_a_scope_of_its_own(house: House, sonia: Browser) -> None:
    bruno = house.browser(cast.BRUNO)
    for patient in house.admit_many(4):
        bruno.open(patient)
    made = declare(sonia, window(house))
    first = computed(house, sonia, made.id)
    again = computed(house, sonia, made.id)
    assert (again.digest, again.persons) == (first.digest, first.persons)
    assert again.size > first.size
    with house.guard.pool.connection() as tx:
        scope = scopes.required(house.guard, tx, made.id)
        assert tx.execute("select count(distinct scope_id) from exposure").fetchone() == (1,)
        computing._Computation(guard=house.guard, scope=scope, size=first.size, signed_at=house.clock()).run()
        same = scopes.required(house.guard, tx, made.id)
    assert (same.digest, same.size) == (scope.digest, first.size)
    (_, told, _) = leaves(house, "scope")
    assert (told["body"]["digest"], told["body"]["persons"]) == (first.digest, 4)


def test_asked_twice_it_is_computed_once_and_asked_after_a_statement_twice(house: House, sonia: Browser) -> None:
    from tests.fixtures.incidents import amend

    made = declare(sonia, window(house))
    first = ask(sonia, "compute_scope", made.id, "POST")
    assert (first.state, ask(sonia, "compute_scope", made.id, "POST")) == ("asked", first)
    amend(sonia, made, known="Plus.")
    assert ask(sonia, "compute_scope", made.id, "POST").statement == 2
    sequenced(house.guard)
    assert computing.run_due(house.guard) == 2
    assert computing.run_due(house.guard) == 0
    assert ask(sonia, "scope_progress", made.id).statement == 2


def test_a_computation_waits_until_what_asks_for_it_is_signed(house: House, sonia: Browser) -> None:
    made = declare(sonia, window(house))
    ask(sonia, "compute_scope", made.id, "POST")
    assert computing.run_due(house.guard) == 0
    sequenced(house.guard)
    assert computing.run_due(house.guard) == 1


def test_without_a_sequencer_the_last_checkpoint_serves(house: House, sonia: Browser) -> None:
    house.browser(cast.BRUNO).open(house.admit_many(1)[0])
    sequenced(house.guard)
    made = declare(sonia, window(house))
    ask(sonia, "compute_scope", made.id, "POST")
    house.clock.pass_by(minutes=1)
    assert computing.run_due(house.guard) == 1
    assert len(exposed(sonia, made.id)) == 1


def test_progress_is_told_while_it_runs(house: House, sonia: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "TOLD_EVERY", 1)
    bruno = house.browser(cast.BRUNO)
    for patient in house.admit_many(3):
        bruno.open(patient)
    made = declare(sonia, window(house))
    seen: list[incidents.ScopeLine] = []
    real = kinds.read_held

    def look(guard: Guard, patients: list[UUID]) -> Any:
        seen.append(ask(sonia, "scope_progress", made.id))
        return real(guard, patients)

    monkeypatch.setattr(kinds, "read_held", look)
    computed(house, sonia, made.id)
    assert [one.state for one in seen] == ["running"]
    assert 0 < seen[0].done <= seen[0].total


def test_what_was_begun_by_a_guard_that_died_is_begun_anew(house: House, sonia: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    bruno = house.browser(cast.BRUNO)
    for patient in house.admit_many(3):
        bruno.open(patient)
    made = declare(sonia, window(house))
    ask(sonia, "compute_scope", made.id, "POST")
    sequenced(house.guard)

    def die(self: object, tally: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(computing._Computation, "_end", die)
        with pytest.raises(SystemExit):
            computing.run_due(house.guard)
    assert ask(sonia, "scope_progress", made.id).state == "asked"
    assert computing.run_due(house.guard) == 1
    assert len(exposed(sonia, made.id)) == 3


def test_a_computation_that_fails_says_so(house: House, sonia: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    made = declare(sonia, window(house))
    with monkeypatch.context() as patch:
        patch.setattr(computing, "DISCLOSURES", 3)
        assert computed(house, sonia, made.id).state == "failed"
    assert refusal(ask, sonia, "scope_figures", made.id) == ("scope_missing", "")
    assert computed(house, sonia, made.id).state == "done"


def test_two_guards_never_compute_at_once(house: House, sonia: Browser) -> None:
    made = declare(sonia, window(house))
    ask(sonia, "compute_scope", made.id, "POST")
    sequenced(house.guard)
    with psycopg.connect(house.guard.settings.guard_dsn) as other:
        other.execute("select pg_advisory_lock(%s)", (computing.LOCK,))
        assert computing.run_due(house.guard) == 0
    assert computing.run_due(house.guard) == 1


def test_the_thread_computes_what_is_asked_and_outlives_a_failure(house: House, sonia: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    made = declare(sonia, window(house))
    done, calls, real = threading.Event(), [], computing.run_due

    def once_wrong(guard: Guard) -> int:
        calls.append(guard)
        if len(calls) == 1:
            raise psycopg.OperationalError
        found = real(guard)
        if found:
            done.set()
        return found

    monkeypatch.setattr(computing, "run_due", once_wrong)
    monkeypatch.setattr(computing, "PAUSE_SECONDS", 0.01)
    ask(sonia, "compute_scope", made.id, "POST")
    sequenced(house.guard)
    thread = computing.Computing(house.guard)
    thread.start()
    try:
        assert done.wait(20)
    finally:
        thread.stop()
    assert ask(sonia, "scope_progress", made.id).state == "done"


# --- who may read it, and what is noticed ---


@pytest.mark.parametrize("player", [cast.CHLOE, cast.DENIS])
def test_nobody_but_the_officers_computes_or_reads(house: House, sonia: Browser, player: cast.Player) -> None:
    made, other = declare(sonia, window(house)), house.browser(player)
    computed(house, sonia, made.id)
    for verb, method in (("compute_scope", "POST"), ("scope_progress", "GET"), ("scope_figures", "GET")):
        assert refusal(ask, other, verb, made.id, method) == ("role", "")
    assert refusal(exposed, other, made.id) == ("role", "")


def test_pages_have_a_size_and_unknown_incidents_no_scope(house: House, sonia: Browser) -> None:
    assert refusal(exposed, sonia, uuid4(), limit=501) == ("page_unreadable", "")
    assert refusal(exposed, sonia, uuid4(), after=-1) == ("page_unreadable", "")
    assert refusal(exposed, sonia, uuid4()) == ("scope_missing", "")
    assert refusal(ask, sonia, "compute_scope", uuid4(), "POST") == ("unknown_incident", "")
    assert ask(sonia, "scope_progress", uuid4()).state == "none"


def test_persons_come_page_by_page_in_their_order(house: House, sonia: Browser) -> None:
    bruno = house.browser(cast.BRUNO)
    patients = house.admit_many(5)
    for patient in patients:
        bruno.open(patient)
    made = declare(sonia, window(house))
    computed(house, sonia, made.id)
    pages = [exposed(sonia, made.id, after=after, limit=2) for after in (0, 2, 4, 5)]
    assert [one.patient for page in pages for one in page] == sorted(patients)
    assert [len(page) for page in pages] == [2, 2, 1, 0]


@pytest.mark.parametrize(
    "query",
    [
        "delete from exposure where place = 2",
        "update exposure set patient_id = gen_random_uuid() where place = 2",
        "update exposure set certainty = 'possible' where place = 2",
        "update scope set persons = 2",
        "delete from scope",
    ],
)
def test_a_person_taken_out_or_put_in_is_noticed(house: House, sonia: Browser, databases: Databases, query: str) -> None:
    bruno = house.browser(cast.BRUNO)
    for patient in house.admit_many(3):
        bruno.open(patient)
    made = declare(sonia, window(house))
    computed(house, sonia, made.id)
    with psycopg.connect(databases.dsn("superuser", "serment_guard")) as tx:
        tx.execute(query)  # type: ignore[call-overload]
    assert refusal(exposed, sonia, made.id) == ("forged_row", "")


def test_an_older_scope_is_not_taken_for_the_last(house: House, sonia: Browser, databases: Databases) -> None:
    bruno = house.browser(cast.BRUNO)
    made = declare(sonia, window(house))
    computed(house, sonia, made.id)
    bruno.open(house.admit_many(1)[0])
    newer = computed(house, sonia, made.id)
    with psycopg.connect(databases.dsn("superuser", "serment_guard")) as tx:
        tx.execute("delete from scope where size = %s", (newer.size,))
    assert refusal(exposed, sonia, made.id) == ("forged_row", "")


def test_the_guard_reads_the_kinds_of_entries_and_never_what_is_sealed(house: House, databases: Databases) -> None:
    with house.guard.dossier_pool.connection() as tx:
        tx.execute("select patient_id, kind, compartment, status, recorded_at from entry")
        for column in ("sealed", "author", "effective_at", "*"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), tx.transaction():
                tx.execute(f"select {column} from entry")  # type: ignore[call-overload]
