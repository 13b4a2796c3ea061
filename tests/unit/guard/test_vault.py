"""The vault and the rows it vouches for: what was written by anybody else, or for another place, does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.exceptions import InvalidTag

from serment.custody import keyfile
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.rows import Table
from serment.guard.vault import keys, store
from serment.wire import seal
from tests.fixtures.postgres import Databases


def code(refused: pytest.ExceptionInfo[Refused]) -> tuple[str, str]:
    return refused.value.refusal.category, refused.value.refusal.code


def test_an_unknown_patient_has_no_key_and_is_told_apart_from_nobody(guard: Guard) -> None:
    with guard.pool.connection() as tx, pytest.raises(Refused) as refused:
        store.patient_key(tx, uuid4())
    assert code(refused) == ("not_found", "unknown_patient")


def test_a_patients_key_is_kept_wrapped_and_gives_each_compartment_its_own(guard: Guard) -> None:
    farid, hugo = uuid4(), uuid4()
    with guard.pool.connection() as tx:
        wrapped = store.add_patient(tx, guard.vault, farid)
        assert store.patient_key(tx, farid) == wrapped
        other = store.add_patient(tx, guard.vault, hugo)
    found = guard.vault.compartment_keys(farid, wrapped, ("care", "contact"))
    assert set(found) == {"care", "contact"}
    assert found["care"] != found["contact"]
    assert all(len(key) == 32 for key in found.values())
    assert guard.vault.compartment_keys(farid, wrapped, ()) == {}
    patient_key = keyfile.FileMasterKey(b"k" * 32).unwrap(wrapped, name=b"patient|" + farid.bytes)
    assert len(patient_key) == 32
    assert found["care"] == seal.compartment_key(patient_key, patient=farid, compartment="care")
    with pytest.raises(InvalidTag):
        guard.vault.compartment_keys(farid, other, ("care",))


def test_an_identity_opens_for_its_own_patient_alone(guard: Guard) -> None:
    farid, hugo = uuid4(), uuid4()
    with guard.pool.connection() as tx:
        wrapped, other = store.add_patient(tx, guard.vault, farid), store.add_patient(tx, guard.vault, hugo)
    sealed = guard.vault.seal_identity(farid, wrapped, b"PAT-TROIS")
    assert b"PAT" not in sealed
    assert guard.vault.unseal_identity(farid, wrapped, sealed) == b"PAT-TROIS"
    assert guard.vault.seal_identity(farid, wrapped, b"PAT-TROIS") != sealed
    for patient, key, text in ((hugo, other, sealed), (farid, wrapped, sealed[:-1] + bytes([sealed[-1] ^ 1])), (farid, wrapped, b"")):
        with pytest.raises((InvalidTag, ValueError)):
            guard.vault.unseal_identity(patient, key, text)


def test_a_mac_is_of_one_table_and_every_column(guard: Guard) -> None:
    row = {"id": 1, "label": "Bruno"}
    mac = guard.vault.mac("account", row)
    assert len(mac) == 32
    guard.vault.check("account", row, mac)
    guard.vault.check("account", row, memoryview(mac))  # type: ignore[arg-type]
    for table, columns, sent in (
        ("accounts", row, mac), ("account", {**row, "label": "Eve"}, mac), ("account", {"id": 1}, mac), ("account", row, b"\0" * 32),
        ("account", row, mac[:16]), ("account", row, b""),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            guard.vault.check(table, columns, sent)
        assert code(refused) == ("fault", "forged_row")


def test_a_token_and_a_ticket_say_nothing_without_their_key_and_are_told_apart_by_purpose(guard: Guard) -> None:
    opening = UUID(int=1)
    other = keys.Vault(keyfile.FileMasterKey(b"k" * 32), {name: name.encode() * 8 for name in keys.NAMED_KEYS})
    assert guard.vault.token("ins", "1") == guard.vault.token("ins", "1")
    assert (
        len({guard.vault.token("ins", "1"), guard.vault.token("number", "1"), guard.vault.token("ins", "2"), other.token("ins", "1")}) == 4
    )
    assert guard.vault.token("traits", "AB", "C") != guard.vault.token("traits", "A", "BC")
    assert len(guard.vault.token("ins", "1")) == 32
    assert len({guard.vault.ticket(opening), guard.vault.ticket(UUID(int=2)), other.ticket(opening)}) == 3
    assert len(guard.vault.ticket(opening)) == 43


def test_named_keys_are_made_once_and_are_all_different(guard: Guard) -> None:
    master = keyfile.FileMasterKey(b"k" * 32)
    with guard.pool.connection() as tx:
        store.create_named_keys(tx, master)
        again = store.load(tx, master)
    found = {name: again.named_key(name) for name in keys.NAMED_KEYS}
    assert found == {name: guard.vault.named_key(name) for name in keys.NAMED_KEYS}
    assert len(set(found.values())) == len(keys.NAMED_KEYS)
    assert {len(key) for key in found.values()} == {32}


# rows ---------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Unit:
    id: UUID
    label: str


@dataclass(frozen=True, kw_only=True)
class Place:
    unit: UUID
    bed: str
    alerts: tuple[str, ...]


def test_a_row_is_added_once_replaced_or_kept(guard: Guard, databases: Databases) -> None:
    units = Table("trusted_unit", Unit)
    one = Unit(id=uuid4(), label="Chirurgie")
    with psycopg.connect(databases.dsn("superuser", "serment_guard")) as tx:
        tx.execute("create temporary table trusted_unit (id uuid primary key, label text not null, mac bytea not null) on commit drop")
        units.add(guard, tx, one)
        units.keep(guard, tx, Unit(id=one.id, label="Autre"))
        assert units.all(guard, tx) == [one]
        units.put(guard, tx, Unit(id=one.id, label="Médecine"))
        two = Unit(id=uuid4(), label="Urgences")
        units.keep(guard, tx, two)
        assert units.all(guard, tx, "true order by label") == [Unit(id=one.id, label="Médecine"), two]
        assert units.one(guard, tx, "label = %s", "Urgences") == two
        assert units.one(guard, tx, "label = %s", "Chirurgie") is None
        with pytest.raises(psycopg.errors.UniqueViolation), tx.transaction():
            units.add(guard, tx, one)


def test_a_row_changed_behind_the_guards_back_does_not_exist(guard: Guard, databases: Databases) -> None:
    units = Table("trusted_unit", Unit)
    one, two = Unit(id=uuid4(), label="Chirurgie"), Unit(id=uuid4(), label="Urgences")
    with psycopg.connect(databases.dsn("superuser", "serment_guard")) as tx:
        tx.execute("create temporary table trusted_unit (id uuid primary key, label text not null, mac bytea not null) on commit drop")
        units.add(guard, tx, one)
        units.add(guard, tx, two)
        tx.execute("update trusted_unit set label = 'Réanimation' where id = %s", (two.id,))
        assert units.one(guard, tx, "id = %s", one.id) == one
        for read in (lambda: units.one(guard, tx, "id = %s", two.id), lambda: units.all(guard, tx)):
            with pytest.raises(Refused) as refused:
                read()
            assert code(refused) == ("fault", "forged_row")


def test_a_row_with_a_key_of_several_columns_and_a_list_comes_back_as_it_went_in(guard: Guard, databases: Databases) -> None:
    places = Table("trusted_place", Place, key=("unit", "bed"))
    assert (places.name, places.columns) == ("trusted_place", ("unit", "bed", "alerts"))
    one = Place(unit=uuid4(), bed="12", alerts=("fall", "diet"))
    with psycopg.connect(databases.dsn("superuser", "serment_guard")) as tx:
        tx.execute(
            "create temporary table trusted_place (unit uuid, bed text, alerts text[], mac bytea not null, primary key (unit, bed))"
            " on commit drop"
        )
        places.add(guard, tx, one)
        places.put(guard, tx, Place(unit=one.unit, bed="13", alerts=()))
        places.put(guard, tx, Place(unit=one.unit, bed="12", alerts=("fall",)))
        read = places.read(guard, places.ask(tx, "unit = %s order by bed", one.unit))
        assert read == [Place(unit=one.unit, bed="12", alerts=("fall",)), Place(unit=one.unit, bed="13", alerts=())]
