"""A new master key in the place of the old one, while the guard works: nothing is lost, nothing of the old key is left."""

from __future__ import annotations

import itertools
import threading

import psycopg
import pytest

from serment.custody import keyfile, ring, rotation
from serment.custody.master import MasterKeyError
from serment.guard.vault import store
from serment.guardhouse.__main__ import tell_rotation
from tests.fixtures.custody import PASSPHRASE, Held, bare
from tests.fixtures.postgres import Databases

# The names of the guard's own keys are rewrapped like those of patients.
NAMED = len(store.NAMED_KEYS)


def rotate(held: Held) -> int:
    return held.rotation.run(held.guard.settings.guard_dsn, tell=tell_rotation, on_progress=lambda done, total: None, grace=0)


def test_every_key_is_wrapped_by_the_new_generation_and_opens_the_same_records(held: Held) -> None:
    patients = held.add_patients(25)
    assert held.counts() == {1: 25 + NAMED}
    assert rotate(held) == 25 + NAMED
    assert held.counts() == {2: 25 + NAMED}
    # The same guard, without a restart; and one that starts afterwards.
    assert {patient: held.read(patient) for patient in patients} == patients
    again = held.restarted()
    assert {name: again.vault.named_key(name) for name in store.NAMED_KEYS} == {
        name: held.guard.vault.named_key(name) for name in store.NAMED_KEYS
    }


def test_the_old_key_is_gone_from_the_file_and_opens_nothing(held: Held) -> None:
    before = keyfile.entries(held.path, PASSPHRASE)
    rotate(held)
    after = keyfile.entries(held.path, PASSPHRASE)
    assert [one.generation for one in after] == [2]
    assert after[0].secret != before[0].secret
    assert held.path.stat().st_mode & 0o777 == 0o600
    assert not held.path.with_name(held.path.name + ".new").exists()


def test_the_journal_tells_that_it_began_and_ended_and_nothing_of_anybody(held: Held) -> None:
    held.add_patients(3)
    rotate(held)
    assert held.journaled() == [{"step": "begun", "generation": 2}, {"step": "ended", "generation": 2, "keys": 3 + NAMED}]


def test_a_second_and_a_third_rotation_go_on_counting(held: Held) -> None:
    patients = held.add_patients(2)
    rotate(held)
    rotate(held)
    assert held.counts() == {3: 2 + NAMED}
    assert {patient: held.read(patient) for patient in patients} == patients


def test_keys_of_the_first_instances_without_a_generation_are_read_and_then_rewrapped(held: Held) -> None:
    keys = keyfile.unseal(held.path, PASSPHRASE)
    patients = held.add_patients(2)
    for patient in patients:
        name = b"patient|" + patient.bytes
        (old,) = held.connection.execute("select wrapped from patient_key where patient_id = %s", (patient,)).fetchone() or (b"",)
        wrapped = bare(keys, keys.unwrap(bytes(old), name=name), name=name)
        assert len(wrapped) == ring.BARE_BYTES
        held.connection.execute("update patient_key set wrapped = %s where patient_id = %s", (wrapped, patient))
    assert held.counts() == {1: 2 + NAMED}
    assert {patient: held.read(patient) for patient in patients} == patients
    assert rotate(held) == 2 + NAMED
    assert held.counts() == {2: 2 + NAMED}
    assert {patient: held.read(patient) for patient in patients} == patients


def test_it_goes_batch_by_batch_and_says_how_far_it_is(held: Held) -> None:
    held.add_patients(7)
    held.rotation.begin()
    told: list[tuple[int, int]] = []
    assert held.rotation.rewrap(held.connection, on_progress=lambda done, total: told.append((done, total)), batch=3) == 7 + NAMED
    assert told[-1] == (7 + NAMED, 7 + NAMED)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert all(second - first <= 3 for (first, _), (second, _) in itertools.pairwise(told))


def test_both_generations_are_read_while_it_is_under_way(held: Held) -> None:
    old = held.add_patients(4)
    assert held.rotation.begin() == 2
    new = held.add_patients(4)
    # Nobody wraps with the old one any more, and what it wrapped is still read.
    assert held.counts() == {1: 4 + NAMED, 2: 4}
    assert {patient: held.read(patient) for patient in {**old, **new}} == {**old, **new}
    assert held.restarted().vault.named_key("mac") == held.guard.vault.named_key("mac")


@pytest.mark.parametrize("steps", [1, 2])
def test_one_that_was_cut_short_is_finished_and_not_begun_again(held: Held, steps: int) -> None:
    patients = held.add_patients(5)
    held.rotation.begin()
    if steps == 2:
        held.rotation.rewrap(held.connection, on_progress=lambda done, total: None)
    assert rotate(held) == (5 + NAMED if steps == 1 else 0)
    assert held.counts() == {2: 5 + NAMED}
    assert [body["step"] for body in held.journaled()] == ["resumed", "ended"]
    assert {patient: held.read(patient) for patient in patients} == patients


def test_the_old_key_stays_while_one_key_is_still_wrapped_by_it(held: Held) -> None:
    held.add_patients(1)
    held.rotation.begin()
    with pytest.raises(MasterKeyError, match=rf"Il reste {1 + NAMED} clés sous l'ancienne"):
        held.rotation.end(held.connection, grace=0)
    assert [one.generation for one in keyfile.entries(held.path, PASSPHRASE)] == [1, 2]


def test_an_altered_key_stops_it_by_name_and_loses_nothing(held: Held) -> None:
    patients = held.add_patients(3)
    spoilt = sorted(patients)[1]
    held.connection.execute(
        "update patient_key set wrapped = overlay(wrapped placing '\\x00' from 40 for 1) where patient_id = %s", (spoilt,)
    )
    with pytest.raises(MasterKeyError, match=rf"« {spoilt} » a été altérée"):
        rotate(held)
    assert [one.generation for one in keyfile.entries(held.path, PASSPHRASE)] == [1, 2]
    assert {patient: held.read(patient) for patient in patients if patient != spoilt} == {
        patient: key for patient, key in patients.items() if patient != spoilt
    }


def test_two_rotations_at_once_are_refused(held: Held) -> None:
    with rotation.turn(held.connection), pytest.raises(MasterKeyError, match="déjà en cours"):
        rotate(held)
    assert held.journaled() == []
    # Whoever had the turn gives it back.
    assert rotate(held) == NAMED


def test_whoever_is_registering_a_patient_is_waited_for(held: Held) -> None:
    """The patient's key is wrapped by the old generation, and not yet committed: the change of generation comes after it."""
    begun = threading.Event()
    with held.guard.pool.connection() as tx:
        rotation.hold_fence(tx)

        def begin() -> None:
            with psycopg.connect(held.guard.settings.guard_dsn) as other:
                rotation.close_fence(other)
                begun.set()

        thread = threading.Thread(target=begin)
        thread.start()
        assert not begun.wait(0.3)
        tx.commit()
        assert begun.wait(5)
        thread.join()


def test_patients_registered_during_the_rotation_are_neither_lost_nor_left_behind(held: Held) -> None:
    patients = held.add_patients(50)
    stop = threading.Event()
    failures: list[Exception] = []

    def register() -> None:
        try:
            while not stop.is_set():
                made = held.add_patients(1)
                patients.update(made)
                assert {patient: held.read(patient) for patient in made} == made
        except Exception as error:  # noqa: BLE001 - told by the test
            failures.append(error)

    threads = [threading.Thread(target=register) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            rotate(held)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert held.counts() == {4: len(patients) + NAMED}
    assert {patient: held.read(patient) for patient in patients} == patients


def test_the_guards_role_may_change_a_wrapped_key_and_nothing_else_of_its_row(held: Held, databases: Databases) -> None:
    held.add_patients(1)
    with psycopg.connect(databases.dsn("serment_guard", "serment_guard"), autocommit=True) as tx:
        tx.execute("update patient_key set wrapped = wrapped")
        for statement in (
            "update patient_key set created_at = now()",
            "update guard_key set name = name",
            "delete from guard_key",
            "update patient_key set patient_id = patient_id",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                tx.execute(statement)


@pytest.mark.parametrize("where", [["folder"], ["a", "b", "c"]])
def test_a_holder_that_is_neither_a_file_nor_a_token_is_refused(where: list[str]) -> None:
    with pytest.raises(MasterKeyError, match="Dites « file »"):
        rotation.holder(where, {})


def test_a_holder_is_the_present_one_unless_it_is_named() -> None:
    assert rotation.holder([], {}) is None
    file = rotation.holder(["file"], {})
    assert file is not None
    assert file.kind == "file"
    there = rotation.holder(["/lib/m.so", "jeton"], {"SERMENT_HSM_PIN": "1234"})
    assert there is not None
    assert (there.kind, there.module, there.token, there.secret) == ("hsm", "/lib/m.so", "jeton", b"1234")
