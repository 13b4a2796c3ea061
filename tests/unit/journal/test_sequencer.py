"""The sequencer on a real database: one checkpoint a batch, nothing lost however late it commits, and going on after a crash."""

from __future__ import annotations

import time
from uuid import uuid4

import psycopg
import pytest

from serment import journal
from serment.guard.context import Guard
from serment.journal import reading, sequencer, signing
from serment.journal.sequencer import Sequencer
from serment.wire import merkle
from serment.wire.note import Checkpoint, Verifier, open_note
from tests.fixtures.journal import NOW, append, asked, last_checkpoint, leaf_hashes, uncommitted
from tests.fixtures.postgres import Databases


def waited_for(guard: Guard, size: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if asked(guard, "select coalesce(max(size), 0) from journal_checkpoint") == [size]:
            return True
        time.sleep(0.05)
    return False


# --- sequencing ---


def test_a_batch_ends_in_one_checkpoint_over_all_its_entries(guard: Guard) -> None:
    for _ in range(5):
        append(guard, account=uuid4())
    assert Sequencer(guard).step() == 5
    leaves = asked(guard, "select leaf from journal_sequence s join journal_entry e on e.id = entry_id order by leaf_index")
    checkpoint = last_checkpoint(guard)
    assert (checkpoint.origin, checkpoint.size) == (f"serment.journal/{guard.settings.instance}", 5)
    assert checkpoint.root == merkle.root_of(merkle.leaf_hash(bytes(leaf)) for leaf in leaves)
    assert asked(guard, "select count(*) from journal_checkpoint") == [1]


def test_nothing_new_makes_no_checkpoint(guard: Guard) -> None:
    one = Sequencer(guard)
    assert one.step() == 0
    append(guard, account=uuid4())
    assert [one.step(), one.step(), one.step()] == [1, 0, 0]
    assert asked(guard, "select count(*) from journal_checkpoint") == [1]


def test_an_entry_that_commits_late_gets_its_place_however_late(guard: Guard) -> None:
    one = Sequencer(guard)
    append(guard, account=uuid4())
    with uncommitted(guard, account=uuid4()) as late:
        for _ in range(5):
            append(guard, account=uuid4())
            one.step()
        late.commit()
    append(guard, account=uuid4())
    one.step()
    one.step()
    assert asked(guard, "select count(*) from journal_sequence") == [8]
    order = asked(guard, "select entry_id from journal_sequence order by leaf_index")
    assert order != sorted(order)


def test_an_entry_of_nobody_that_commits_late_gets_its_place_too(guard: Guard) -> None:
    one = Sequencer(guard)
    with uncommitted(guard) as late:
        for _ in range(3):
            append(guard, account=uuid4())
            one.step()
        late.commit()
    one.step()
    assert asked(guard, "select count(*) from journal_sequence") == [4]


def test_late_entries_survive_a_restart_of_the_sequencer(guard: Guard) -> None:
    with uncommitted(guard, account=uuid4()) as late:
        for _ in range(3):
            append(guard, account=uuid4())
            Sequencer(guard).step()
        late.commit()
    Sequencer(guard).step()
    assert asked(guard, "select count(*) from journal_sequence") == [4]


def test_what_is_settled_is_not_looked_at_again(guard: Guard) -> None:
    one = Sequencer(guard)
    for _ in range(5):
        append(guard, account=uuid4())
        one.step()
    settled = asked(guard, "select settled from journal_checkpoint order by size desc limit 1")[0]
    assert asked(guard, "select count(*) from journal_entry where id > %s", settled) <= [2]


def test_while_an_older_transaction_runs_nothing_after_it_is_settled(guard: Guard) -> None:
    one = Sequencer(guard)
    append(guard, account=uuid4())
    one.step()
    with uncommitted(guard, account=uuid4()):
        for _ in range(4):
            append(guard, account=uuid4())
            one.step()
        assert asked(guard, "select (select settled from journal_checkpoint where size = 5) <= (select min(id) from journal_entry)") == [
            True
        ]


def test_a_backlog_is_taken_in_batches_and_loses_nothing(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "BATCH_ENTRIES_MAX", 7)
    for _ in range(20):
        append(guard, account=uuid4())
    one = Sequencer(guard)
    assert [one.step() for _ in range(4)] == [7, 7, 6, 0]
    assert last_checkpoint(guard).size == 20


def test_another_sequencer_goes_on_where_the_tree_ends(guard: Guard) -> None:
    for size in (1, 2, 3, 7, 300, 5):
        with guard.pool.connection() as tx:
            for _ in range(size):
                journal.append(tx, at=NOW, kind="touch", account=uuid4(), patient=None, body={})
        assert Sequencer(guard).step() == size
    assert last_checkpoint(guard).root == merkle.root_of(leaf_hashes(guard))


def test_two_sequencers_never_give_one_place_twice(guard: Guard) -> None:
    first, second = Sequencer(guard), Sequencer(guard)
    for one in (first, second, first, first, second):
        append(guard, account=uuid4())
        one.step()
    second.step()
    first.step()
    assert asked(guard, "select count(*) from journal_sequence") == [5]
    assert last_checkpoint(guard).root == merkle.root_of(leaf_hashes(guard))


def test_whoever_comes_second_places_nothing_and_starts_again_from_what_stands(guard: Guard) -> None:
    first, second = Sequencer(guard), Sequencer(guard)
    assert (first.step(), second.step()) == (0, 0)
    append(guard, account=uuid4())
    assert first.step() == 1
    append(guard, account=uuid4())
    # The tree that the second remembers is the empty one: its first place is taken.
    assert second.step() == 0
    assert second.step() == 1
    assert last_checkpoint(guard).root == merkle.root_of(leaf_hashes(guard))


def test_a_sequencer_that_takes_over_knows_what_was_settled(guard: Guard) -> None:
    one = Sequencer(guard)
    for _ in range(4):
        append(guard, account=uuid4())
        one.step()
    settled = asked(guard, "select settled from journal_checkpoint order by size desc limit 1")[0]
    assert settled > 0
    other = Sequencer(guard)
    append(guard, account=uuid4())
    other.step()
    assert asked(guard, "select settled from journal_checkpoint order by size desc limit 1")[0] >= settled


def test_an_identifier_is_settled_once_every_transaction_that_could_draw_a_lower_one_has_ended() -> None:
    settling = sequencer._Settling(0)
    settling.observe(oldest_running=10, next_number=20, seen=5)
    settling.observe(oldest_running=19, next_number=21, seen=None)
    assert settling.low == 0
    settling.observe(oldest_running=20, next_number=30, seen=9)
    assert settling.low == 5
    settling.observe(oldest_running=29, next_number=31, seen=None)
    assert settling.low == 5
    settling.observe(oldest_running=31, next_number=31, seen=None)
    assert settling.low == 9


def test_under_a_transaction_without_end_no_more_than_a_thousand_batches_are_remembered() -> None:
    settling = sequencer._Settling(0)
    for number in range(sequencer.UNSETTLED_MAX + 50):
        settling.observe(oldest_running=1, next_number=number + 2, seen=number + 1)
    settling.observe(oldest_running=10**9, next_number=10**9, seen=None)
    assert settling.low == sequencer.UNSETTLED_MAX == 1000


def test_a_crash_before_the_commit_leaves_nothing_half_done(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Sequencer(guard)
    append(guard, account=uuid4())
    one.step()
    append(guard, account=uuid4())
    with monkeypatch.context() as broken:
        broken.setattr(signing, "signer", lambda guard: None)
        with pytest.raises(AttributeError):
            one.step()
    assert asked(guard, "select count(*) from journal_sequence") == [1]
    assert one.step() == 1
    assert last_checkpoint(guard).root == merkle.root_of(leaf_hashes(guard))


def test_a_tree_that_was_altered_is_never_signed_again(guard: Guard, databases: Databases) -> None:
    for _ in range(3):
        append(guard, account=uuid4())
    Sequencer(guard).step()
    with psycopg.connect(databases.dsn("superuser", "serment_guard")) as connection:
        connection.execute("update journal_sequence set leaf_hash = sha256('x') where leaf_index = 2")
    append(guard, account=uuid4())
    with pytest.raises(sequencer.Altered):
        Sequencer(guard).step()
    with psycopg.connect(databases.dsn("superuser", "serment_guard")) as connection:
        connection.execute("delete from journal_sequence where leaf_index = 1")
    with pytest.raises(IndexError):
        Sequencer(guard).step()
    assert last_checkpoint(guard).size == 3


# --- the thread ---


def test_the_thread_signs_soon_after_an_entry_and_stops_when_told(guard: Guard) -> None:
    one = Sequencer(guard)
    one.start()
    try:
        append(guard, account=uuid4())
        assert waited_for(guard, 1)
        # A transaction left open behind the lock would keep PostgreSQL from ever cleaning up.
        states = asked(guard, "select state from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and granted")
        assert states in (["idle"], ["active"])
        append(guard, account=uuid4())
        assert waited_for(guard, 2)
    finally:
        one.stop()
    assert not one._thread.is_alive()


def test_the_thread_takes_a_backlog_batch_after_batch_without_waiting_for_news(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "BATCH_ENTRIES_MAX", 2)
    for _ in range(5):
        append(guard, account=uuid4())
    one = Sequencer(guard)
    one.start()
    assert waited_for(guard, 5)
    one.stop()
    assert asked(guard, "select size from journal_checkpoint order by size") == [2, 4, 5]


def test_a_second_thread_waits_until_the_first_is_gone(guard: Guard) -> None:
    first, second = Sequencer(guard), Sequencer(guard)
    first.start()
    append(guard, account=uuid4())
    assert waited_for(guard, 1)
    second.start()
    time.sleep(0.3)
    assert second._frontier is None
    first.stop()
    append(guard, account=uuid4())
    assert waited_for(guard, 2)
    second.stop()


def test_the_thread_goes_on_after_its_connections_were_cut(guard: Guard, databases: Databases) -> None:
    one = Sequencer(guard)
    one.start()
    append(guard, account=uuid4())
    assert waited_for(guard, 1)
    with psycopg.connect(databases.dsn("superuser", "serment_guard"), autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'serment_guard' and datname = current_database()"
        )
    guard.pool.check()
    append(guard, account=uuid4())
    assert waited_for(guard, 2)
    one.stop()


def test_the_thread_raises_the_alarm_about_an_altered_tree_and_does_not_end(
    guard: Guard, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []
    monkeypatch.setattr(sequencer.log, "error", lambda event, **_: logged.append(event))
    monkeypatch.setattr(sequencer, "PAUSE_SECONDS", 0.1)
    append(guard, account=uuid4())
    Sequencer(guard).step()
    with psycopg.connect(databases.dsn("superuser", "serment_guard")) as connection:
        connection.execute("update journal_sequence set leaf_hash = sha256('x')")
    append(guard, account=uuid4())
    one = Sequencer(guard)
    one.start()
    deadline = time.monotonic() + 10
    while len(logged) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert one._thread.is_alive()
    one.stop()
    assert len(logged) >= 2
    assert set(logged) == {"journal_altered"}
    assert last_checkpoint(guard).size == 1


def test_the_published_key_verifies_the_checkpoints(guard: Guard) -> None:
    append(guard, account=uuid4())
    Sequencer(guard).step()
    with guard.pool.connection() as tx:
        note = reading.last_checkpoint(tx)
    key = signing.verifier_key(guard)
    assert Checkpoint.parse(open_note(note, Verifier.parse(key))).size == 1
    name = f"serment.journal/{guard.settings.instance}"
    assert key.startswith(f"{name}+")
    assert note.splitlines()[-1].startswith(f"— {name} ")
