"""S7: whoever holds the application's database role, by SQL injection or by its password, reads no record and forges nothing.

Path: `serment_app` with psql. Control: row-level security under a live opening that the guard alone writes; keys, ties, meters and the
journal in a database that the role cannot even connect to. Bound: R = 0, I = 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors as sql_errors

from tests import cast
from tests.fixtures.dossier import Dossier, dossier

__all__ = ["dossier"]

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
Connection = psycopg.Connection[Any]


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    """Farid, in whose record Bruno wrote an allergy and filed a document."""
    import io

    from serment.dossier.records.allergies import services as allergies
    from serment.dossier.records.allergies.types import Told
    from serment.dossier.records.documents import services as documents

    patient = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        allergies.record(permit=permit, token=uuid4(), told=Told(substance="Pénicilline"), now=NOW)
        documents.store(permit=permit, token=uuid4(), source=io.BytesIO(b"%PDF-1.7"), title="Lettre", category="Lettre", now=NOW)
    return patient


@pytest.fixture
def eve(dossier: Dossier, farid: UUID) -> Iterator[Connection]:
    """Eve, with the application's own credentials."""
    with psycopg.connect(dossier.databases.dsn("serment_app", "serment"), autocommit=True) as connection:
        yield connection


def count(connection: Connection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0


@pytest.mark.parametrize("table", ["entry", "document", "opening"])
def test_without_an_opening_no_sealed_row_is_visible(eve: Connection, dossier: Dossier, table: str) -> None:
    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as superuser:
        assert count(superuser, table) > 0
    assert count(eve, table) == 0


def test_a_ticket_guessed_shows_nothing(eve: Connection) -> None:
    for ticket in ("", "x", "%", "' or true --", str(uuid4())):
        eve.execute("select set_config('serment.ticket', %s, false)", (ticket,))
        assert count(eve, "entry") == 0


def test_the_digest_of_a_ticket_is_not_a_ticket(eve: Connection, dossier: Dossier) -> None:
    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as superuser:
        digests = superuser.execute("select encode(ticket_digest, 'hex') from opening").fetchall()
    for (digest,) in digests:
        eve.execute("select set_config('serment.ticket', %s, false)", (digest,))
        assert count(eve, "entry") == 0


def test_the_ticket_of_another_patient_shows_nothing_of_this_one(eve: Connection, dossier: Dossier, farid: UUID) -> None:
    ines = dossier.admitted(cast.INES)
    opening = dossier.house.browser(cast.BRUNO).open(ines)
    eve.execute("select set_config('serment.ticket', %s, false)", (opening.ticket,))
    assert count(eve, "opening") == 1
    assert count(eve, "entry") == 0


def test_a_live_ticket_shows_the_rows_of_its_patient_and_they_are_sealed(eve: Connection, dossier: Dossier, farid: UUID) -> None:
    opening = dossier.house.browser(cast.BRUNO).open(farid)
    eve.execute("select set_config('serment.ticket', %s, false)", (opening.ticket,))
    rows = eve.execute("select patient_id, sealed from entry").fetchall()
    assert {row[0] for row in rows} == {farid}
    assert all("Pénicilline".encode() not in row[1] for row in rows)


def test_a_ticket_of_contact_shows_no_care(eve: Connection, dossier: Dossier, farid: UUID) -> None:
    opening = dossier.house.browser(cast.BRUNO).open(farid, ("identity", "contact"))
    eve.execute("select set_config('serment.ticket', %s, false)", (opening.ticket,))
    assert count(eve, "entry") == 0


def test_an_opening_that_is_over_shows_nothing(eve: Connection, dossier: Dossier, farid: UUID) -> None:
    opening = dossier.house.browser(cast.BRUNO).open(farid)
    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as superuser:
        superuser.execute("update opening set until = now() - interval '1 second'")
    eve.execute("select set_config('serment.ticket', %s, false)", (opening.ticket,))
    assert count(eve, "entry") == 0


FORBIDDEN = {
    "an opening written": "insert into opening select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), "
    "'{care}', '\\x00', now() + interval '1 hour'",
    "an opening prolonged": "update opening set until = now() + interval '1 year'",
    "an opening deleted": "delete from opening",
    "an entry changed": "update entry set status = 'entered-in-error'",
    "an entry deleted": "delete from entry",
    "entries truncated": "truncate entry",
    "a document changed": "update document set object_name = 'x'",
    "a document deleted": "delete from document",
    "policies switched off": "alter table entry disable row level security",
    "a policy of one's own": "create policy mine on entry using (true)",
    "a table of one's own": "create table mine (x int)",
    "a function of one's own": "create function mine() returns int language sql as 'select 1'",
    "the owner's hat": "set role serment_owner",
    "the guard's hat": "set role serment_guard",
    "a stay moved to another patient": "update stay set patient_id = gen_random_uuid()",
    "a movement rewritten": "update movement set at = now()",
    "a unit renamed": "update unit set name = 'x'",
    "a file of the server": "select pg_read_file('/etc/passwd')",
    "a program of the server": "copy (select 1) to program 'true'",
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_the_role_may_not(eve: Connection, statement: str) -> None:
    with pytest.raises((sql_errors.InsufficientPrivilege, sql_errors.WrongObjectType)):
        eve.execute(statement)


def test_rights_that_the_role_gives_itself_are_not_given(eve: Connection) -> None:
    eve.execute("grant update on entry to serment_app")  # PostgreSQL warns and does nothing
    with pytest.raises(sql_errors.InsufficientPrivilege):
        eve.execute("update entry set status = 'entered-in-error'")


def test_the_owners_row_security_switch_is_refused_rather_than_obeyed(eve: Connection) -> None:
    eve.execute("set row_security = off")
    with pytest.raises(sql_errors.InsufficientPrivilege):
        eve.execute("select count(*) from entry")


def insert(connection: Connection, patient: UUID, author: UUID, *, compartment: str = "care", deposit: bool = False) -> None:
    connection.execute(
        """insert into entry (patient_id, id, version, kind, compartment, author, recorded_at, effective_at, status, deposit, sealed)
           values (%s, gen_random_uuid(), 1, 'Composition', %s, %s, now(), now(), 'active', %s, '')""",
        (patient, compartment, author, deposit),
    )


def test_who_files_blind_files_documents_of_the_record_before_them_under_their_own_name_and_nothing_else(
    eve: Connection, dossier: Dossier, farid: UUID
) -> None:
    def file(patient: UUID, author: UUID, kind: str = "DocumentReference", version: int = 1, compartment: str = "care") -> None:
        eve.execute(
            """insert into entry (patient_id, id, version, kind, compartment, author, recorded_at, effective_at, status, deposit, sealed)
               values (%s, gen_random_uuid(), %s, %s, %s, %s, now(), now(), 'active', true, '')""",
            (patient, version, kind, compartment, author),
        )

    opening = dossier.house.browser(cast.ODILE).open(farid)
    assert (set(opening.keys), set(opening.deposits)) == ({"identity", "contact"}, {"care"})
    eve.execute("select set_config('serment.ticket', %s, false)", (opening.ticket,))
    file(farid, cast.ODILE.id)
    for forged in (
        {"patient": uuid4()}, {"author": cast.BRUNO.id}, {"kind": "Composition"}, {"version": 2}, {"compartment": "sealed"},
        {"compartment": "contact"},
    ):  # fmt: skip
        with pytest.raises(sql_errors.InsufficientPrivilege):
            file(**{"patient": farid, "author": cast.ODILE.id, **forged})
    # And the database shows none of it to who filed it.
    assert count(eve, "entry") == 0


def test_nothing_is_written_without_an_opening(eve: Connection, farid: UUID) -> None:
    with pytest.raises(sql_errors.InsufficientPrivilege):
        insert(eve, farid, cast.BRUNO.id)


@pytest.mark.parametrize("forgery", ["another author", "another patient", "another compartment", "a deposit"])
def test_with_an_opening_nothing_is_written_in_anothers_name_or_place(eve: Connection, dossier: Dossier, farid: UUID, forgery: str) -> None:
    opening = dossier.house.browser(cast.BRUNO).open(farid)
    eve.execute("select set_config('serment.ticket', %s, false)", (opening.ticket,))
    insert(eve, farid, cast.BRUNO.id)
    with pytest.raises(sql_errors.InsufficientPrivilege):
        insert(
            eve,
            uuid4() if forgery == "another patient" else farid,
            cast.CHLOE.id if forgery == "another author" else cast.BRUNO.id,
            compartment="sealed" if forgery == "another compartment" else "care",
            deposit=forgery == "a deposit",
        )


@pytest.mark.parametrize("role", ["serment_app", "serment_interface"])
def test_the_guards_database_does_not_even_answer(dossier: Dossier, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="CONNECT"):
        psycopg.connect(dossier.databases.dsn(role, "serment_guard"))


def test_no_key_tie_meter_or_journal_row_lies_in_the_records_database(eve: Connection) -> None:
    tables = {row[0] for row in eve.execute("select table_name from information_schema.tables where table_schema = 'public'").fetchall()}
    assert not tables & {"patient_key", "guard_key", "tie", "meter", "account", "assignment", "find_token", "identity", "journal_entry"}


def test_the_search_for_object_names_answers_only_names_that_it_was_given(eve: Connection) -> None:
    assert eve.execute("select * from known_objects(%s)", (["0" * 32, "%"],)).fetchall() == []


# --- the interface's role is a letterbox --------------------------------------------------------------------------------------


@pytest.fixture
def letterbox(dossier: Dossier, farid: UUID) -> Iterator[Connection]:
    with psycopg.connect(dossier.databases.dsn("serment_interface", "serment"), autocommit=True) as connection:
        yield connection


LETTERBOX_FORBIDDEN = [
    "select 1 from entry",
    "select 1 from document",
    "select 1 from opening",
    "select 1 from patient",
    "update entry set status = 'active'",
    "delete from entry",
    "delete from stay",
    "select * from known_objects('{}')",
    "select 1 from procrastinate_jobs",
    "select 1 from heartbeat",
]


@pytest.mark.parametrize("statement", LETTERBOX_FORBIDDEN)
def test_an_interface_reads_no_record(letterbox: Connection, statement: str) -> None:
    with pytest.raises(sql_errors.InsufficientPrivilege):
        letterbox.execute(statement)


def test_an_interface_writes_deposits_and_nothing_else(letterbox: Connection, farid: UUID) -> None:
    insert(letterbox, farid, cast.BRUNO.id, deposit=True)
    with pytest.raises(sql_errors.InsufficientPrivilege):
        insert(letterbox, farid, cast.BRUNO.id)


def test_a_ticket_is_of_no_use_to_an_interface(letterbox: Connection, dossier: Dossier, farid: UUID) -> None:
    opening = dossier.house.browser(cast.BRUNO).open(farid)
    letterbox.execute("select set_config('serment.ticket', %s, false)", (opening.ticket,))
    with pytest.raises(sql_errors.InsufficientPrivilege):
        letterbox.execute("select 1 from entry")
