"""Declaring an incident: by whom, what is stated, and that nothing stated is ever lost or changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from serment.guard.errors import Refused
from serment.guard.presence import sessions
from tests import cast
from tests.authenticator import Browser, direct
from tests.fixtures.house import House
from tests.fixtures.incidents import amend, declare, leaves, listed, one, window
from tests.unit.guard.test_meters import refusal


@pytest.fixture
def sonia(house: House) -> Browser:
    return house.browser(cast.SONIA)


# --- what the officers do ---


def test_an_officer_declares_and_the_clock_of_seventy_two_hours_runs_from_awareness(house: House, sonia: Browser) -> None:
    aware = house.clock() - timedelta(hours=5)
    made = declare(sonia, window(house), aware_at=aware)
    assert (made.reference, made.declared_by_label, made.notify_by) == ("2026-001", cast.SONIA.label, aware + timedelta(hours=72))
    (stated,) = made.statements
    assert (stated.number, stated.phase, stated.known, stated.criteria.accounts) == (1, "initial", "Session volée.", (cast.BRUNO.id,))
    assert one(house.browser(cast.DPO), made.id) == made
    (leaf,) = leaves(house, "incident")
    assert (leaf["body"]["incident"], leaf["body"]["statement"], "Session" in str(leaf)) == (str(made.id), 1, False)


def test_what_is_learnt_later_is_a_further_statement_and_the_first_stays(house: House, sonia: Browser) -> None:
    made = declare(sonia, window(house))
    dpo = house.browser(cast.DPO)
    wider = replace(made.statements[0].criteria, sources=("192.0.2.7",))
    more = amend(dpo, made, phase="complementary", criteria=wider, known="Depuis le poste de l’accueil.")
    assert [(s.number, s.phase, s.by_label) for s in more.statements] == [
        (2, "complementary", cast.DPO.label), (1, "initial", cast.SONIA.label),
    ]  # fmt: skip
    assert more.statements[1] == made.statements[0]
    closed = amend(sonia, more, phase="closed")
    assert refusal(amend, sonia, closed, known="Encore.") == ("incident_closed", "")
    assert [(one.reference, len(one.statements), one.statements[0].phase) for one in listed(dpo)] == [("2026-001", 1, "closed")]


def test_the_latest_declared_comes_first(house: House, sonia: Browser) -> None:
    for reference in ("A", "B"):
        declare(sonia, window(house), reference=reference)
        house.clock.pass_by(minutes=1)
    assert [one.reference for one in listed(sonia)] == ["B", "A"]


def test_a_phase_only_goes_on_and_a_page_that_is_behind_writes_nothing(house: House, sonia: Browser) -> None:
    made = declare(sonia, window(house))
    more = amend(sonia, made, phase="complementary")
    assert refusal(amend, sonia, made) == ("statement_changed", "")
    assert refusal(amend, sonia, more, phase="initial") == ("phase_unknown", "")
    assert refusal(amend, sonia, more, phase="archived") == ("phase_unknown", "")


def test_of_two_officers_who_write_at_once_one_is_told(house: House, sonia: Browser) -> None:
    made, dpo = declare(sonia, window(house)), house.browser(cast.DPO)

    def attempt(browser: Browser) -> str:
        try:
            return str(amend(browser, made, known="Plus.").statements[0].number)
        except Refused as refused:
            return refused.refusal.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, (sonia, dpo))) == ["2", "statement_changed"]


# --- what is refused ---


@pytest.mark.parametrize("player", [cast.CHLOE, cast.DENIS, cast.AMEL, cast.CLERK])
def test_nobody_else_declares_or_reads_an_incident(house: House, sonia: Browser, player: cast.Player) -> None:
    made, other = declare(sonia, window(house)), house.browser(player)
    assert refusal(declare, other, window(house), reference="B") == ("role", "")
    assert refusal(amend, other, made) == ("role", "")
    assert refusal(listed, other) == ("role", "")
    assert refusal(one, other, made.id) == ("role", "")


def test_a_session_by_password_declares_nothing(house: House, sonia: Browser) -> None:
    with house.guard.pool.connection() as tx:
        for session in sessions.live(house.guard, tx, account=cast.SONIA.id, now=house.clock()):
            sessions.SESSIONS.put(house.guard, tx, replace(session, assurance="reduced"))
    sonia.call = direct(replace(house.guard, settings=replace(house.guard.settings, reduced_assurance=True)))
    assert refusal(declare, sonia, window(house)) == ("assurance", "")


def test_a_reference_is_given_once(house: House, sonia: Browser) -> None:
    declare(sonia, window(house))
    assert refusal(declare, sonia, window(house)) == ("reference_taken", "")
    assert refusal(declare, sonia, window(house), reference=" ") == ("reference_missing", "")
    assert refusal(declare, sonia, window(house), reference="x" * 41) == ("reference_missing", "")


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({"accounts": ()}, "nobody_named"),
        ({"accounts": (uuid4(),)}, "unknown_account"),
        ({"sources": ("",)}, "too_many_named"),
        ({"sources": ("x" * 81,)}, "too_many_named"),
        ({"sessions": (uuid4(),) * 1001}, "too_many_named"),
    ],
)
def test_an_incident_names_something_that_can_be_looked_for(house: House, sonia: Browser, named: dict[str, Any], code: str) -> None:
    assert refusal(declare, sonia, window(house, **named))[0] == code


def test_a_window_has_a_length_and_awareness_is_past(house: House, sonia: Browser) -> None:
    good = window(house, everybody=True)
    assert refusal(declare, sonia, replace(good, until=good.since)) == ("window_unreadable", "")
    assert refusal(declare, sonia, replace(good, since=good.until - timedelta(days=801))) == ("window_unreadable", "")
    assert refusal(declare, sonia, good, aware_at=house.clock() + timedelta(hours=1)) == ("aware_later", "")
    assert refusal(declare, sonia, good, known="x" * 4001) == ("known_too_long", "")
    assert declare(sonia, good).statements[0].criteria.everybody


def test_an_unknown_incident_is_unknown(sonia: Browser) -> None:
    assert refusal(one, sonia, uuid4()) == ("unknown_incident", "")


# --- what a database administrator tries ---


def spoil(house: House, owner_dsn: str, query: str) -> None:
    import psycopg

    with psycopg.connect(owner_dsn) as tx:
        tx.execute(query)


@pytest.mark.parametrize(
    "query",
    [
        "delete from incident_statement where number = 2",
        "delete from incident_statement where number = 1",
        "update incident_statement set known = 'rien' where number = 2",
        "delete from incident_statement; delete from incident",
        "update incident set reference = 'autre'",
    ],
)
def test_a_statement_that_is_gone_or_altered_is_noticed(house: House, sonia: Browser, databases: Any, query: str) -> None:
    made = declare(sonia, window(house))
    amend(sonia, made, known="Plus.")
    spoil(house, databases.dsn("serment_owner", "serment_guard"), query)
    assert refusal(listed, sonia) == ("forged_row", "")
    assert refusal(one, sonia, made.id) == ("forged_row", "")


def test_an_incident_that_the_journal_never_heard_of_does_not_exist(house: House, sonia: Browser, databases: Any) -> None:
    made = declare(sonia, window(house))
    with house.guard.pool.connection() as tx:
        other = uuid4()
        from serment.oversight.incidents import statements

        known = statements.case(house.guard, tx, made.id)
        statements.DECLARED.add(house.guard, tx, replace(known.declared, id=other, reference="Z"))
    assert refusal(one, sonia, other) == ("forged_row", "")
