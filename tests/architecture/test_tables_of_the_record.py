"""What lies in clear in the record's database is this and nothing else, and whatever belongs to a patient is led by the patient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.fixtures.postgres import Databases

# A column added to one of these tables is a decision about what a thief of the database reads: it is made here.
CLEAR = {
    "entry": {
        "patient_id", "id", "version", "kind", "compartment", "stay_id", "about_id", "author", "recorded_at", "effective_at", "status",
        "supersedes", "deposit", "sealed",
    },
    # A view for the guard alone: the sealed contact of patients, which it compares with a leaked list.
    "contact_entry": {"patient_id", "id", "version", "kind", "deposit", "recorded_at", "status", "sealed"},
    "document": {"patient_id", "id", "compartment", "author", "deposit", "stored_at", "size", "media_class", "object_name"},
    # Which entry is masked, in which version, or which masking is lifted, by whom: never what it says nor why.
    "masking": {"patient_id", "entry_id", "version", "lifts", "author", "at"},
    # That a stay has a lettre de liaison, and since when: never a word of it.
    "discharge_letter": {"patient_id", "document_id", "stay_id", "author", "signed_at"},
    # That something came for somebody, of which kind, whether it is critical, who saw it and when: never a value.
    "result_step": {"patient_id", "id", "entry", "version", "kind", "step", "is_urgent", "author", "at"},
    # Which report of a sender is in which entry, by a keyed digest; never which kind of report.
    "interop_document": {"patient_id", "digest", "entry", "version", "content", "parts"},
    "draft": {"patient_id", "author", "form", "compartment", "saved_at", "sealed"},
    "stay": {
        "patient_id", "id", "kind", "state", "unit_id", "bed_id", "started_at", "expected_end", "ended_at", "source", "external_id",
    },
    "movement": {
        "patient_id", "id", "stay_id", "kind", "unit_id", "bed_id", "at", "recorded_at", "cancelled_at", "source", "external_id",
    },
    "opening": {"id", "patient_id", "account_id", "session_id", "compartments", "ticket_digest", "until"},
    # Of an imported resource, which entry it is in and a keyed digest; not even its type.
    "fhir_import": {"patient_id", "entry", "version", "digest"},
    # Who is to be told of an incident, and what became of each letter: never what was seen, nor where it went.
    "telling": {"patient_id", "mailing_id", "approval", "place"},
    "telling_step": {"patient_id", "mailing_id", "ordinal", "channel", "step", "reason", "batch", "at", "by"},
    "portal_message": {"patient_id", "mailing_id", "ordinal", "sealed"},
    # Of a patient's request, which right is used and since when, and who did what about it: never who asks, nor for what.
    "right_request": {"patient_id", "id", "kind", "received_at", "is_old", "recorded_at", "recorded_by"},
    "right_step": {"patient_id", "request_id", "number", "step", "account", "at"},
    "patient": {"id", "state", "created_at"},
}  # fmt: skip

# Read by the ticket, and distributed by it: the one table about patients that a cluster keeps whole on every node.
NOT_LED = {"opening"}


@pytest.fixture
def catalogue(databases: Databases) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(databases.dsn("superuser", "serment")) as connection:
        yield connection


def columns(catalogue: psycopg.Connection[Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    rows = catalogue.execute("select table_name, column_name from information_schema.columns where table_schema = 'public'")
    for table, column in rows.fetchall():
        found.setdefault(table, set()).add(column)
    return found


@pytest.mark.parametrize("table", CLEAR)
def test_the_columns_of_a_table_about_patients_are_the_declared_ones(catalogue: psycopg.Connection[Any], table: str) -> None:
    assert columns(catalogue)[table] == CLEAR[table]


def test_no_other_table_is_about_patients(catalogue: psycopg.Connection[Any]) -> None:
    about = {table for table, names in columns(catalogue).items() if "patient_id" in names}
    assert about <= set(CLEAR) | {"interop_message"}


def test_the_sealed_contacts_without_a_ticket_are_for_the_guard_alone(catalogue: psycopg.Connection[Any]) -> None:
    for role, may in (("serment_guard", True), ("serment_app", False), ("serment_interface", False), ("serment_auditor", False)):
        held = catalogue.execute("select has_table_privilege(%s, 'contact_entry', 'select')", (role,)).fetchone()
        assert held == (may,), role


def test_every_unique_key_of_patient_data_is_led_by_the_patient(catalogue: psycopg.Connection[Any]) -> None:
    rows = catalogue.execute(
        """select t.relname, i.relname, a.attname
           from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
           join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public'
           join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
           where x.indisunique and t.relname = any (%s)""",
        (sorted(set(CLEAR) - NOT_LED - {"patient"}),),
    ).fetchall()
    assert rows
    assert [(table, index) for table, index, first in rows if first != "patient_id"] == []


def test_sealed_tables_have_row_level_security_and_the_application_cannot_change_them(catalogue: psycopg.Connection[Any]) -> None:
    for table in ("entry", "document", "opening"):
        row = catalogue.execute("select relrowsecurity from pg_class where relname = %s", (table,)).fetchone()
        assert row == (True,), table
        for privilege in ("UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
            for role in ("serment_app", "serment_interface"):
                held = catalogue.execute("select has_table_privilege(%s, %s, %s)", (role, table, privilege)).fetchone()
                assert held == (False,), (role, table, privilege)


def test_the_auditor_may_touch_nothing_here(catalogue: psycopg.Connection[Any]) -> None:
    rows = catalogue.execute(
        """select table_name from information_schema.role_table_grants
           where grantee in ('serment_auditor', 'PUBLIC') and table_schema = 'public'"""
    ).fetchall()
    assert rows == []
