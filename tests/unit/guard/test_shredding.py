"""The end of retention: one patient's key goes, and with it everything that was sealed of them, wherever copies of it lie."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from serment.guard.errors import Refused
from serment.guard.vault import shredding, store
from tests import cast
from tests.fixtures.house import House
from tests.fixtures.postgres import Databases

DENIS = cast.DENIS.id


def shred(house: House, patient: UUID) -> None:
    with house.guard.pool.connection() as tx:
        shredding.shred(house.guard, tx, patient=patient, by=DENIS, now=house.clock())


def rows_about(house: House, patient: UUID) -> dict[str, int]:
    """How many rows of each of the guard's tables are about the patient."""
    with house.guard.pool.connection() as tx:
        tables = [
            row[0]
            for row in tx.execute(
                "select table_name from information_schema.columns where column_name = 'patient_id' and table_schema = 'public'"
            ).fetchall()
        ]
        return {table: count for table in tables if (count := _count(tx, table, patient))}


def _count(tx: psycopg.Connection, table: str, patient: UUID) -> int:
    row = tx.execute(f"select count(*) from {table} where patient_id = %s", (patient,)).fetchone()
    return int(row[0]) if row else 0


def test_nothing_of_the_patient_is_left_but_who_opened_the_record(house: House) -> None:
    farid, ines = house.admit(cast.FARID), house.admit(cast.INES)
    amel = house.browser(cast.AMEL)
    amel.open(farid)
    before = rows_about(house, ines)
    assert set(rows_about(house, farid)) == {"patient_key", "identity", "find_token", "tie", "opening", "journal_entry"}
    shred(house, farid)
    assert set(rows_about(house, farid)) == {"opening", "journal_entry"}
    # Nobody else lost anything.
    assert rows_about(house, ines) == before
    assert amel.open(ines).keys


def test_the_record_opens_no_more_nor_is_it_found_or_listed(house: House) -> None:
    farid = house.admit(cast.FARID)
    amel = house.browser(cast.AMEL)
    opening = amel.open(farid)
    assert opening.keys
    shred(house, farid)
    with pytest.raises(Refused) as refused:
        amel.open(farid)
    # In the words of a patient without a tie: that somebody was here is told to nobody.
    assert refused.value.refusal.code == "no_tie"
    with house.guard.pool.connection() as tx, pytest.raises(Refused) as unknown:
        store.patient_key(tx, farid)
    assert unknown.value.refusal.code == "unknown_patient"


def test_a_permit_that_is_open_at_this_moment_shows_no_row_any_more(house: House) -> None:
    farid, ines = house.admit(cast.FARID), house.admit(cast.INES)
    amel = house.browser(cast.AMEL)
    amel.open(farid)
    amel.open(ines)
    shred(house, farid)
    with house.guard.dossier_pool.connection() as dossier:
        assert dossier.execute("select patient_id from opening").fetchall() == [(ines,)]


def test_it_is_journaled_by_identifiers_alone(house: House) -> None:
    farid = house.admit(cast.FARID)
    shred(house, farid)
    with house.guard.pool.connection() as tx:
        rows = tx.execute("select account_id, patient_id, leaf from journal_entry where kind = 'shred'").fetchall()
    assert [(row[0], row[1]) for row in rows] == [(DENIS, farid)]
    assert json.loads(bytes(rows[0][2]))["body"] == {"ties": 2}


def test_nobody_is_shredded_twice_nor_when_unknown(house: House) -> None:
    farid = house.admit(cast.FARID)
    shred(house, farid)
    for patient in (farid, uuid4()):
        with pytest.raises(Refused) as refused:
            shred(house, patient)
        assert (refused.value.refusal.category, refused.value.refusal.code) == ("not_found", "unknown_patient")
    with house.guard.pool.connection() as tx:
        row = tx.execute("select count(*) from journal_entry where kind = 'shred'").fetchone()
    assert row == (1,)


def test_a_backup_of_the_records_database_opens_nothing_either_and_a_backup_of_the_guards_does(house: House, databases: Databases) -> None:
    """Said openly in the documentation: the key lives on in backups of the guard's database until they are thrown away."""
    farid = house.admit(cast.FARID)
    amel = house.browser(cast.AMEL)
    care = amel.open(farid).keys["care"]
    sealed = AESGCM(care).encrypt(b"n" * 12, b"penicillin", b"")
    with psycopg.connect(databases.dsn("superuser", "serment_guard")) as backup:
        kept = backup.execute("select wrapped from patient_key where patient_id = %s", (farid,)).fetchone()
    shred(house, farid)
    with house.guard.pool.connection() as tx:
        # Whatever the guard can still do, it holds no key of this patient: not even its own hand makes the same again.
        again = store.add_patient(tx, house.guard.vault, farid)
        tx.rollback()
    with pytest.raises(InvalidTag):
        AESGCM(house.guard.vault.compartment_keys(farid, again, ("care",))["care"]).decrypt(b"n" * 12, sealed, b"")
    assert kept is not None
    back = house.guard.vault.compartment_keys(farid, bytes(kept[0]), ("care",))["care"]
    assert AESGCM(back).decrypt(b"n" * 12, sealed, b"") == b"penicillin"


def test_the_same_person_may_come_again_as_somebody_new(house: House) -> None:
    farid = house.admit(cast.FARID)
    shred(house, farid)
    registered = house.register(cast.FARID)
    assert registered.outcome == "created"
    assert registered.patient != farid


def test_whoever_holds_the_guards_role_can_delete_no_journal_entry(house: House) -> None:
    with house.guard.pool.connection() as tx, pytest.raises(psycopg.errors.InsufficientPrivilege):
        tx.execute("delete from journal_entry")
