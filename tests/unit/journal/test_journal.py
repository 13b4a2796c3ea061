"""The journal on a real database: appending beside one another, reading back, proofs."""

from __future__ import annotations

import inspect
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from serment import journal
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guardhouse import server
from serment.journal import reading
from serment.journal.sequencer import Sequencer
from serment.wire import canonical, merkle
from tests import cast
from tests.fixtures.house import House
from tests.fixtures.journal import NOW, append, asked, last_checkpoint, leaf_hashes, uncommitted
from tests.fixtures.postgres import Databases

# --- appending ---


def test_a_leaf_holds_what_its_columns_hold_in_canonical_form(guard: Guard) -> None:
    account, patient = uuid4(), uuid4()
    entry = append(guard, account=account, patient=patient, tie="stay", sealed=b"\x00\xff")
    (raw,) = asked(guard, "select leaf from journal_entry where entry = %s", entry)
    leaf = json.loads(raw)
    assert canonical.encode(leaf) == bytes(raw)
    assert leaf == {
        "v": 1, "entry": str(entry), "at": "2026-11-23T14:05:06.000000Z", "kind": "opening", "account": str(account), "account_seq": 1,
        "patient": str(patient), "patient_seq": 1, "body": {"tie": "stay", "sealed": "AP8"},
    }  # fmt: skip


def test_each_account_and_each_patient_counts_its_own_entries(guard: Guard) -> None:
    amel, bruno, farid, hugo = (uuid4() for _ in range(4))
    for account, patient in ((amel, farid), (bruno, farid), (amel, None), (amel, hugo), (None, hugo), (None, None)):
        append(guard, account=account, patient=patient)
    numbers = asked(guard, "select array[account_seq, patient_seq] from journal_entry order by id")
    assert numbers == [[1, 1], [1, 2], [2, None], [3, 1], [None, 2], [None, None]]


def test_an_append_undone_leaves_no_hole(guard: Guard) -> None:
    account = uuid4()
    append(guard, account=account)
    with uncommitted(guard, account=account) as tx:
        tx.rollback()
    append(guard, account=account)
    assert asked(guard, "select account_seq from journal_entry order by id") == [1, 2]


def test_accounts_append_beside_one_another_without_waiting(guard: Guard) -> None:
    with uncommitted(guard, account=uuid4(), patient=uuid4()):
        assert append(guard, account=uuid4(), patient=uuid4())


def test_many_threads_leave_neither_a_hole_nor_a_double(guard: Guard) -> None:
    accounts, patients = [uuid4() for _ in range(3)], [uuid4() for _ in range(3)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: append(guard, account=accounts[n % 3], patient=patients[n // 3 % 3]), range(90)))
    for scope in ("account", "patient"):
        query = f"select array_agg({scope}_seq order by id) from journal_entry group by {scope}_id"
        assert asked(guard, query) == [list(range(1, 31))] * 3


def test_a_counter_put_back_makes_the_next_append_fail_rather_than_double(guard: Guard) -> None:
    account, patient = uuid4(), uuid4()
    append(guard, account=account, patient=patient)
    append(guard, account=account, patient=patient)
    for scope in ("account", "patient"):
        with guard.pool.connection() as tx:
            tx.execute("update journal_counter set last = 1 where scope = %s", (scope,))
        with pytest.raises(psycopg.errors.UniqueViolation) as refused:
            append(guard, account=account, patient=patient)
        assert journal.is_counter_put_back(refused.value)
        with guard.pool.connection() as tx:
            tx.execute("update journal_counter set last = 2 where scope = %s", (scope,))
    assert append(guard, account=account, patient=patient)


def test_another_failure_is_not_taken_for_a_counter_put_back(guard: Guard) -> None:
    assert not journal.is_counter_put_back(ValueError("journal_entry_of_account"))
    entry = append(guard, account=uuid4())
    with pytest.raises(psycopg.errors.UniqueViolation) as refused, guard.pool.connection() as tx:
        tx.execute("insert into journal_entry (entry, at, kind, leaf) values (%s, now(), 'opening', '')", (entry,))
    assert not journal.is_counter_put_back(refused.value)


def test_who_appends_is_told_the_numbers_that_the_entry_was_given(guard: Guard) -> None:
    account, patient = uuid4(), uuid4()
    append(guard, account=account)
    with guard.pool.connection() as tx:
        both = journal.append(tx, at=NOW, kind="opening", account=account, patient=patient, body={})
        neither = journal.append(tx, at=NOW, kind="opening", account=None, patient=None, body={})
    assert (both.account_seq, both.patient_seq) == (2, 1)
    assert (neither.account_seq, neither.patient_seq) == (None, None)
    assert both.entry != neither.entry


def test_the_auditor_reads_everything_and_writes_nothing(guard: Guard, databases: Databases) -> None:
    append(guard, account=uuid4())
    Sequencer(guard).step()
    with psycopg.connect(databases.dsn("serment_auditor", "serment_guard"), autocommit=True) as connection:
        for table in ("journal_entry", "journal_sequence", "journal_tile", "journal_checkpoint", "journal_counter"):
            connection.execute(f"select * from {table}".encode())
            for statement in (f"delete from {table}", f"truncate {table}", f"insert into {table} default values"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from guard_key")


def test_a_counter_put_back_is_an_alarm_and_nothing_is_released(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    monkeypatch.setattr(server.log, "error", lambda event, **_: logged.append(event))
    farid = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    with house.guard.pool.connection() as tx:
        tx.execute("update journal_counter set last = 0 where scope = 'patient' and id = %s", (farid,))
    bruno.call = lambda verb, request: server.answer(house.guard, verb, server.ENCODER.encode(request))
    with pytest.raises(Refused) as refused:
        bruno.open(farid)
    assert refused.value.refusal.code == "altered_row"
    assert logged == ["journal_altered"]


# --- reading ---


def test_a_patients_lines_come_newest_first_and_are_nobody_elses(guard: Guard) -> None:
    farid = uuid4()
    for n in range(3):
        append(guard, account=uuid4(), patient=farid, n=n)
        append(guard, account=uuid4(), patient=uuid4())
    with guard.pool.connection() as tx:
        assert [leaf["body"]["n"] for leaf in reading.for_patient(tx, farid)] == [2, 1, 0]
        assert [leaf["patient_seq"] for leaf in reading.for_patient(tx, farid, limit=1)] == [3]


def test_the_emergencies_since_an_instant_come_newest_first(guard: Guard) -> None:
    for hours in (30, 2, 1):
        append(guard, account=uuid4(), patient=uuid4(), kind="emergency", at=NOW - timedelta(hours=hours), hours=hours)
    append(guard, account=uuid4(), patient=uuid4())
    with guard.pool.connection() as tx:
        assert [leaf["body"]["hours"] for leaf in reading.emergencies(tx, NOW - timedelta(hours=24))] == [1, 2]


def test_the_counts_tell_what_waits_for_its_place(guard: Guard) -> None:
    with guard.pool.connection() as tx:
        assert reading.counts(tx) == reading.Counts(entries=0, checkpoint_size=0, checkpoint_at=None)
        assert reading.last_checkpoint(tx) == ""
    append(guard, account=uuid4())
    Sequencer(guard).step()
    append(guard, account=uuid4())
    with guard.pool.connection() as tx:
        counts = reading.counts(tx)
    assert (counts.entries, counts.checkpoint_size) == (2, 1)
    assert counts.checkpoint_at is not None


# --- proofs ---


@pytest.fixture
def large(guard: Guard) -> Guard:
    """A journal of 700 entries: two complete tiles and a rest."""
    account = uuid4()
    with guard.transaction() as tx:
        for _ in range(700):
            journal.append(tx, at=NOW, kind="touch", account=account, patient=None, body={})
    Sequencer(guard).step()
    return guard


def test_every_entry_is_proven_to_stand_in_the_signed_tree(large: Guard) -> None:
    hashes, checkpoint = leaf_hashes(large), last_checkpoint(large)
    with large.pool.connection() as tx:
        for index in (0, 1, 255, 256, 511, 512, 600, 699):
            proof = reading.inclusion(tx, index=index, size=700)
            assert merkle.is_included(hashes[index], index=index, size=700, proof=proof, root=checkpoint.root)


def test_the_signed_tree_is_proven_to_extend_each_older_one(large: Guard) -> None:
    hashes, checkpoint = leaf_hashes(large), last_checkpoint(large)
    with large.pool.connection() as tx:
        for old in (1, 2, 255, 256, 257, 512, 699, 700):
            proof = reading.consistency(tx, old=old, new=700)
            old_root = merkle.root_of(hashes[:old])
            assert merkle.is_consistent(old=old, old_root=old_root, new=700, new_root=checkpoint.root, proof=proof)


def test_only_hashes_over_whole_tiles_are_kept(large: Guard) -> None:
    with large.pool.connection() as tx:
        rows = tx.execute("select level, index, hash from journal_tile order by level, index").fetchall()
    hashes = leaf_hashes(large)
    assert [(level, index) for level, index, _ in rows] == [(1, 0), (1, 1)]
    assert all(bytes(top) == merkle.root_of(hashes[256 * index : 256 * (index + 1)]) for _, index, top in rows)


def test_a_proof_beyond_the_tree_is_refused(large: Guard) -> None:
    with large.pool.connection() as tx, pytest.raises(IndexError, match=r"^the journal's tree has a hole$"):
        reading.inclusion(tx, index=699, size=701)


def test_the_leaves_of_one_kind_come_newest_first_from_an_instant_or_from_the_beginning(guard: Guard) -> None:
    for hours in (0, 3, 1, 2):
        append(guard, account=uuid4(), kind="containment", at=NOW + timedelta(hours=hours), hour=hours)
        append(guard, account=uuid4(), kind="touch", at=NOW + timedelta(hours=hours))
    with guard.pool.connection() as tx:
        assert [leaf["body"]["hour"] for leaf in reading.of_kind(tx, "containment")] == [3, 2, 1, 0]
        assert [leaf["body"]["hour"] for leaf in reading.of_kind(tx, "containment", since=NOW + timedelta(hours=2))] == [3, 2]
        assert [leaf["body"]["hour"] for leaf in reading.of_kind(tx, "containment", limit=1)] == [3]
        assert reading.of_kind(tx, "decoy") == []


def test_an_empty_journal_counts_nothing_and_has_no_checkpoint(guard: Guard) -> None:
    with guard.pool.connection() as tx:
        assert reading.counts(tx) == reading.Counts(entries=0, checkpoint_size=0, checkpoint_at=None)
        assert reading.last_checkpoint(tx) == ""


@pytest.mark.parametrize("read", [reading.for_patient, reading.emergencies, reading.of_kind])
def test_no_reading_brings_more_than_five_hundred_leaves_unasked(read: object) -> None:
    assert inspect.signature(read).parameters["limit"].default == 500  # type: ignore[arg-type]
