"""Somebody with every right on the database changes the journal. The offline verifier finds it and names the place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from serment.auditor import exporting, verifying
from serment.auditor.__main__ import main
from serment.guard.journal import reading, signing
from serment.guard.journal.sequencer import Sequencer
from serment.wire.note import Checkpoint, Signer
from tests import cast
from tests.fixtures.house import House
from tests.fixtures.postgres import Databases


@pytest.fixture
def journal(house: House, databases: Databases, tmp_path: Path) -> Callable[..., verifying.Report]:
    """A journal with openings in it, sequenced but for the last entry; `journal(sql)` tampers and verifies."""
    patients = house.admit_many(4)
    bruno = house.browser(cast.BRUNO)
    for patient in patients[:3]:
        bruno.open(patient)
    Sequencer(house.guard).step()
    bruno.open(patients[3])

    def tamper(*statements: str, previous: str = "") -> verifying.Report:
        with psycopg.connect(databases.dsn("superuser", "serment_guard"), autocommit=True) as connection:
            for statement in statements:
                assert connection.execute(statement.encode()).rowcount > 0
        out = tmp_path / f"journal{len(list(tmp_path.iterdir()))}.ndjson"
        key = signing.verifier_key(house.guard)
        exporting.export(databases.dsn("serment_auditor", "serment_guard"), out, origin=signing.origin(house.guard.settings.instance), key=key)
        return verifying.verify(out, key=key, previous=previous)

    return tamper


def test_an_honest_journal_holds(journal: Callable[..., verifying.Report]) -> None:
    report = journal()
    assert report.holds
    assert (report.pending, report.patients, report.checkpoints) == (1, 4, 1)


@pytest.mark.parametrize("index", [0, 7, 20])
def test_one_byte_edited_is_found_and_the_entry_is_named(journal: Callable[..., verifying.Report], index: int) -> None:
    report = journal(
        f"""update journal_entry set leaf = set_byte(leaf, length(leaf) - 3, get_byte(leaf, length(leaf) - 3) # 1)
            where id = (select entry_id from journal_sequence where leaf_index = {index})"""
    )
    assert report.finding is not None
    assert report.finding.index == index


def test_an_entry_rewritten_in_good_form_is_found_and_named(journal: Callable[..., verifying.Report]) -> None:
    report = journal(
        """update journal_entry set leaf = replace(convert_from(leaf, 'UTF8'), 'stay', 'tray')::bytea
           where id = (select min(id) from journal_entry where kind = 'opening')"""
    )
    assert report.finding is not None
    assert "empreinte" in report.finding.what
    assert report.finding.index is not None


def test_an_entry_rewritten_with_its_hash_is_found_by_the_signed_root(journal: Callable[..., verifying.Report]) -> None:
    report = journal(
        """update journal_entry set leaf = replace(convert_from(leaf, 'UTF8'), 'stay', 'tray')::bytea
           where id = (select min(id) from journal_entry where kind = 'opening')""",
        """update journal_sequence set leaf_hash = sha256(decode('00', 'hex') || (select leaf from journal_entry where id = entry_id))
           where entry_id = (select min(id) from journal_entry where kind = 'opening')""",
    )
    assert report.finding is not None
    assert "racine signée" in report.finding.what


def test_a_changed_column_is_found_and_the_entry_is_named(journal: Callable[..., verifying.Report]) -> None:
    report = journal(
        "update journal_entry set account_id = gen_random_uuid() where id = (select entry_id from journal_sequence where leaf_index = 9)"
    )
    assert report.finding is not None
    assert report.finding.index == 9


def test_an_entry_taken_out_of_the_middle_is_found(journal: Callable[..., verifying.Report]) -> None:
    report = journal("delete from journal_sequence where leaf_index = 5")
    assert report.finding is not None
    assert report.finding.index == 5


def test_an_entry_taken_out_with_all_that_follows_renumbered_is_found(journal: Callable[..., verifying.Report]) -> None:
    report = journal(
        "delete from journal_sequence where leaf_index = 5",
        "update journal_sequence set leaf_index = -leaf_index where leaf_index > 5",
        "update journal_sequence set leaf_index = -leaf_index - 1 where leaf_index < 0",
    )
    assert report.finding is not None


def test_two_entries_exchanged_are_found(journal: Callable[..., verifying.Report]) -> None:
    report = journal(
        "update journal_sequence set leaf_index = -1 where leaf_index = 3",
        "update journal_sequence set leaf_index = 3 where leaf_index = 4",
        "update journal_sequence set leaf_index = 4 where leaf_index = -1",
    )
    assert report.finding is not None


def test_a_pending_entry_removed_shows_as_soon_as_its_account_acts_again(house: House, journal: Callable[..., verifying.Report]) -> None:
    with house.guard.pool.connection() as tx:
        row = tx.execute("select max(id) from journal_entry").fetchone()
    assert row
    before = journal(f"delete from journal_entry where id = {row[0]}")
    assert before.holds  # nothing after it yet: this is what the counters and the next entry are for
    house.browser(cast.BRUNO)
    after = journal()
    assert after.finding is not None
    assert "manque" in after.finding.what


def test_a_journal_cut_short_is_found_by_a_checkpoint_kept_elsewhere(house: House, journal: Callable[..., verifying.Report]) -> None:
    with house.guard.pool.connection() as tx:
        kept = reading.last_checkpoint(tx)
    report = journal(
        "delete from journal_checkpoint",
        "delete from journal_sequence where leaf_index >= 4",
        "delete from journal_entry where id not in (select entry_id from journal_sequence)",
        previous=kept,
    )
    assert report.finding is not None


def test_a_checkpoint_signed_by_another_key_is_found(house: House, journal: Callable[..., verifying.Report]) -> None:
    forged = Signer(signing.origin(house.guard.settings.instance), b"f" * 32).sign(
        Checkpoint(origin=signing.origin(house.guard.settings.instance), size=1, root=b"\0" * 32).text()
    )
    report = journal(f"insert into journal_checkpoint values (1, '\\x00', '{forged}', now())")
    assert report.finding is not None
    assert "signé" in report.finding.what


def test_the_guards_own_role_cannot_change_or_delete_a_line(databases: Databases) -> None:
    with psycopg.connect(databases.dsn("serment_guard", "serment_guard"), autocommit=True) as connection:
        for table in ("journal_entry", "journal_sequence", "journal_tile", "journal_checkpoint"):
            for statement in (f"delete from {table}", f"truncate {table}", f"update {table} set {_column(table)}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.encode())


def _column(table: str) -> str:
    return {"journal_entry": "kind = 'x'", "journal_sequence": "leaf_index = 0", "journal_tile": "level = 1"}.get(table, "note = 'x'")


def test_garbage_is_not_an_export_and_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("", "x\n", "[]\n", json.dumps({"format": "other"}) + "\n"):
        file = tmp_path / "garbage"
        file.write_text(text)
        assert main(["verify", str(file)]) == 2
    assert "illisible" in capsys.readouterr().err
