"""Somebody with every right on the database changes the journal (S9). The offline verifier finds it and names the place.

The attacker here is the superuser: constraints and grants do not bind them, and they know the format as well as we do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from serment import auditor
from serment.auditor import exporting, verifying
from serment.journal import append, reading, signing
from serment.journal.sequencer import Sequencer
from serment.wire.note import BadNote, Checkpoint, Signer
from tests import cast
from tests.fixtures.house import House
from tests.fixtures.postgres import Databases

# The latest entry that Bruno, and one patient, have: it waits for its place in the tree.
LATEST = "(select max(id) from journal_entry)"
OPENING = "(select min(id) from journal_entry where kind = 'opening')"


@dataclass(kw_only=True)
class Journal:
    """A journal with openings in it, sequenced but for the last entry, and the superuser's hand."""

    house: House
    databases: Databases
    folder: Path
    exports: int = 0

    @property
    def key(self) -> str:
        return signing.verifier_key(self.house.guard)

    def export(self) -> Path:
        self.exports += 1
        out = self.folder / f"journal{self.exports}.jsonl"
        exporting.export(self.databases.dsn("serment_auditor", "serment_guard"), out)
        return out

    def tamper(self, *statements: str) -> None:
        with psycopg.connect(self.databases.dsn("superuser", "serment_guard"), autocommit=True) as connection:
            connection.execute("set session_replication_role = replica")
            for statement in statements:
                assert connection.execute(statement.encode()).rowcount > 0, statement

    def verify(self, *, previous: str = "") -> verifying.Report:
        return verifying.verify(self.export(), key=self.key, previous=previous)

    def found(self, *statements: str, previous: str = "") -> verifying.Finding:
        """What the verifier says after the attack."""
        self.tamper(*statements)
        finding = self.verify(previous=previous).finding
        assert finding is not None, "the attack was not seen"
        return finding

    def entry_at(self, index: int) -> str:
        return str(self.ask("select entry from journal_sequence join journal_entry on id = entry_id where leaf_index = %s", index))

    def ask(self, query: str, *values: object) -> Any:
        with self.house.guard.pool.connection() as tx:
            row = tx.execute(query.encode(), values).fetchone()
        return row[0] if row else None

    def checkpoint(self) -> str:
        with self.house.guard.pool.connection() as tx:
            return reading.last_checkpoint(tx)


@pytest.fixture
def journal(house: House, databases: Databases, tmp_path: Path) -> Journal:
    patients = house.admit_many(4)
    bruno = house.browser(cast.BRUNO)
    sequencer = Sequencer(house.guard)
    sequencer.step()
    for patient in patients[:3]:
        bruno.open(patient)
    sequencer.step()
    bruno.open(patients[3])
    return Journal(house=house, databases=databases, folder=tmp_path)


def test_an_honest_journal_holds(journal: Journal) -> None:
    report = journal.verify(previous=journal.checkpoint())
    assert report.holds
    assert (report.pending, report.patients, report.checkpoints, report.signed) == (1, 4, 2, True)


# --- one entry changed ---


@pytest.mark.parametrize("index", [0, 7, 20])
def test_one_byte_edited_is_found_and_the_entry_is_named(journal: Journal, index: int) -> None:
    edit = "update journal_entry set leaf = set_byte(leaf, length(leaf) - 3, get_byte(leaf, length(leaf) - 3) # 1)"
    finding = journal.found(f"{edit} where id = (select entry_id from journal_sequence where leaf_index = {index})")
    assert (finding.index, finding.entry) == (index, journal.entry_at(index))


@pytest.mark.parametrize("byte", [0x00, 0x22, 0x80, 0xFF])
def test_one_byte_made_unreadable_is_found_and_the_entry_is_named(journal: Journal, byte: int) -> None:
    finding = journal.found(
        f"update journal_entry set leaf = set_byte(leaf, 5, {byte}) where id = (select entry_id from journal_sequence where leaf_index = 6)"
    )
    assert (finding.index, finding.entry) == (6, journal.entry_at(6))


def test_an_entry_rewritten_in_good_form_is_found_and_named(journal: Journal) -> None:
    finding = journal.found(
        f"update journal_entry set leaf = replace(convert_from(leaf, 'UTF8'), 'stay', 'tray')::bytea where id = {OPENING}"
    )
    assert "empreinte" in finding.what
    assert finding.entry == str(journal.ask(f"select entry from journal_entry where id = {OPENING}"))


def test_an_entry_rewritten_with_its_hash_is_found_by_the_signed_root(journal: Journal) -> None:
    finding = journal.found(
        f"update journal_entry set leaf = replace(convert_from(leaf, 'UTF8'), 'stay', 'tray')::bytea where id = {OPENING}",
        f"""update journal_sequence set leaf_hash = sha256(decode('00', 'hex') || (select leaf from journal_entry where id = entry_id))
            where entry_id = {OPENING}""",
    )
    assert "racine signée" in finding.what
    # The first of its batch: what came before is still under an older checkpoint.
    assert finding.index == journal.ask("select min(size) from journal_checkpoint")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("account_id", "gen_random_uuid()"), ("account_seq", "account_seq + 1000"), ("patient_id", "null, patient_seq = null"),
        ("at", "at + interval '1 microsecond'"), ("at", "'infinity'"), ("kind", "'lines'"), ("entry", "gen_random_uuid()"),
    ],
)  # fmt: skip
def test_a_changed_column_is_found_and_the_entry_is_named(journal: Journal, column: str, value: str) -> None:
    opening = journal.ask(f"select leaf_index from journal_sequence where entry_id = {OPENING}")
    finding = journal.found(f"update journal_entry set {column} = {value} where id = {OPENING}")
    assert (finding.index, finding.entry) == (opening, journal.entry_at(opening))
    assert "colonne" in finding.what


def test_a_column_changed_before_the_entry_has_its_place_is_found(journal: Journal) -> None:
    finding = journal.found(f"update journal_entry set kind = 'lines' where id = {LATEST}")
    assert finding.index is None
    assert finding.entry == str(journal.ask(f"select entry from journal_entry where id = {LATEST}"))


# --- entries removed ---


def test_an_entry_taken_out_of_the_middle_is_found(journal: Journal) -> None:
    assert journal.found("delete from journal_sequence where leaf_index = 5").index == 5


def test_an_entry_deleted_under_its_place_is_found(journal: Journal) -> None:
    finding = journal.found("delete from journal_entry where id = (select entry_id from journal_sequence where leaf_index = 5)")
    assert finding.index == 5
    assert "manque" in finding.what


def test_an_entry_deleted_with_its_place_and_all_that_follows_renumbered_is_found(journal: Journal) -> None:
    finding = journal.found(
        "delete from journal_entry where id = (select entry_id from journal_sequence where leaf_index = 5)",
        "delete from journal_sequence where leaf_index = 5",
        "update journal_sequence set leaf_index = -leaf_index where leaf_index > 5",
        "update journal_sequence set leaf_index = -leaf_index - 1 where leaf_index < 0",
    )
    assert finding.index is not None
    assert finding.index <= 5


def test_the_last_entries_of_the_tree_deleted_are_found(journal: Journal) -> None:
    size = journal.ask("select max(size) from journal_checkpoint")
    finding = journal.found(
        f"delete from journal_entry where id in (select entry_id from journal_sequence where leaf_index = {size - 1}) or id = {LATEST}",
        f"delete from journal_sequence where leaf_index = {size - 1}",
    )
    assert finding.index == size - 1


def test_an_entry_deleted_before_it_had_its_place_is_found_by_its_counters(journal: Journal) -> None:
    finding = journal.found(f"delete from journal_entry where id = {LATEST}")
    assert "manque" in finding.what


def test_an_entry_deleted_before_it_had_its_place_is_named_once_its_account_acts_again(journal: Journal) -> None:
    journal.tamper(f"delete from journal_entry where id = {LATEST}")
    journal.house.browser(cast.BRUNO)
    finding = journal.verify().finding
    assert finding is not None
    assert "une entrée manque avant celle-ci" in finding.what
    assert finding.entry


def test_an_entry_deleted_with_one_of_its_counters_put_back_is_found_by_the_other(journal: Journal) -> None:
    account = journal.ask(f"select account_id from journal_entry where id = {LATEST}")
    finding = journal.found(
        f"delete from journal_entry where id = {LATEST}",
        f"update journal_counter set last = last - 1 where scope = 'account' and id = '{account}'",
    )
    assert "patient" in finding.what


def test_a_counter_put_back_or_removed_is_found(journal: Journal) -> None:
    assert "reculé" in journal.found("update journal_counter set last = last - 1 where scope = 'patient'").what
    journal.tamper("update journal_counter set last = last + 1 where scope = 'patient'")
    assert journal.verify().holds
    assert "effacé" in journal.found("delete from journal_counter where scope = 'patient'").what


# --- entries moved or made up ---


def test_two_entries_exchanged_are_found(journal: Journal) -> None:
    finding = journal.found(
        "update journal_sequence set leaf_index = -1 where leaf_index = 3",
        "update journal_sequence set leaf_index = 3 where leaf_index = 4",
        "update journal_sequence set leaf_index = 4 where leaf_index = -1",
    )
    assert finding.index is not None
    assert finding.index <= 4


def test_an_entry_made_up_is_found_by_its_number(journal: Journal) -> None:
    finding = journal.found(
        f"""insert into journal_entry (entry, at, kind, account_id, account_seq, patient_id, patient_seq, leaf)
            select gen_random_uuid(), at, kind, account_id, account_seq + 1, patient_id, patient_seq + 1, leaf
            from journal_entry where id = {LATEST}"""
    )
    assert finding.index is None


# --- tiles and checkpoints ---


def test_a_journal_cut_short_is_found_by_a_checkpoint_kept_elsewhere(journal: Journal) -> None:
    kept, size = journal.checkpoint(), journal.ask("select min(size) from journal_checkpoint")
    finding = journal.found(
        f"delete from journal_checkpoint where size > {size}",
        f"delete from journal_sequence where leaf_index >= {size}",
        "delete from journal_entry where id not in (select entry_id from journal_sequence)",
        """update journal_counter set last = (select count(*) from journal_entry
           where case scope when 'account' then account_id else patient_id end = journal_counter.id)""",
        previous=kept,
    )
    assert finding.index == size
    assert "conservé" in finding.what


def test_a_checkpoint_signed_by_another_key_is_found(journal: Journal) -> None:
    origin = signing.origin(journal.house.guard.settings.instance)
    root = "b" * 64
    forged = Signer(origin, b"f" * 32).sign(Checkpoint(origin=origin, size=1, root=bytes.fromhex(root)).text())
    finding = journal.found(f"insert into journal_checkpoint values (1, '\\x{root}', '{forged}', now())")
    assert "signé" in finding.what


def test_a_checkpoint_of_another_size_is_found(journal: Journal) -> None:
    finding = journal.found("update journal_checkpoint set size = size - 1 where size = (select min(size) from journal_checkpoint)")
    assert "faux" in finding.what


def test_the_last_checkpoint_removed_is_found(journal: Journal) -> None:
    size = journal.ask("select min(size) from journal_checkpoint")
    finding = journal.found(f"delete from journal_checkpoint where size > {size}")
    assert finding.index == size


def test_a_journal_rebuilt_with_the_stolen_signing_key_is_found_by_a_checkpoint_kept_elsewhere(journal: Journal) -> None:
    kept = journal.checkpoint()
    journal.tamper(
        "delete from journal_checkpoint",
        "delete from journal_sequence",
        f"update journal_entry set leaf = replace(convert_from(leaf, 'UTF8'), 'stay', 'tray')::bytea where id = {OPENING}",
    )
    Sequencer(journal.house.guard).step()
    assert journal.verify().holds
    finding = journal.verify(previous=kept).finding
    assert finding is not None
    assert "conservé" in finding.what


def test_a_checkpoint_kept_from_another_journal_is_not_taken_for_this_ones(journal: Journal) -> None:
    other = Checkpoint(origin="serment.journal/other", size=1000, root=b"r" * 32)
    kept = Signer("serment.journal/other", b"f" * 32).sign(other.text())
    finding = verifying.verify(journal.export(), previous=kept).finding
    assert finding is not None
    assert "serment.journal/other" in finding.what
    with pytest.raises(BadNote):
        journal.verify(previous=kept)


@pytest.mark.parametrize(
    "attack", ["update journal_tile set hash = sha256('x') where index = 0", "delete from journal_tile where index = 0",
               "insert into journal_tile values (1, 7, sha256('x'))"],
)  # fmt: skip
def test_a_hash_of_a_group_of_entries_changed_removed_or_added_is_found(journal: Journal, attack: str) -> None:
    with journal.house.guard.transaction() as tx:
        for _ in range(260):
            append(tx, at=journal.house.clock(), kind="touch", account=cast.BRUNO.id, patient=None, body={})
    Sequencer(journal.house.guard).step()
    assert journal.verify().holds
    finding = journal.found(attack)
    assert "groupe d'entrées" in finding.what


# --- grants ---


def test_the_guards_own_role_cannot_change_or_delete_a_line(databases: Databases) -> None:
    changes = {
        "journal_entry": "kind = 'x'",
        "journal_sequence": "leaf_index = 0",
        "journal_tile": "level = 1",
        "journal_checkpoint": "note = 'x'",
    }
    with psycopg.connect(databases.dsn("serment_guard", "serment_guard"), autocommit=True) as connection:
        for table, change in changes.items():
            for statement in (f"delete from {table}", f"truncate {table}", f"update {table} set {change}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.encode())


# --- the command ---


def test_the_command_says_in_french_which_entry_was_changed(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    journal.tamper("update journal_entry set kind = 'lines' where id = (select entry_id from journal_sequence where leaf_index = 4)")
    assert auditor.main(["verify", str(journal.export()), "--key", journal.key]) == 1
    told = capsys.readouterr().out
    assert "JOURNAL ALTÉRÉ" in told
    assert journal.entry_at(4) in told


def test_the_command_exports_and_verifies_with_a_key_and_a_checkpoint_in_files(
    journal: Journal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, key, kept = tmp_path / "out.jsonl", tmp_path / "key", tmp_path / "kept"
    key.write_text(journal.key + "\n")
    kept.write_text(journal.checkpoint())
    dsn = journal.databases.dsn("serment_auditor", "serment_guard")
    assert auditor.main(["export", "--dsn", dsn, "--out", str(out)]) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert auditor.main(["verify", str(out), "--key", str(key), "--previous", str(kept)]) == 0
    assert journal.checkpoint() in capsys.readouterr().out
    assert auditor.main(["verify", str(out), "--key", str(key), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["holds"] is True


def test_an_export_never_replaces_another(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    out = journal.export()
    before = out.read_bytes()
    assert auditor.main(["export", "--dsn", journal.databases.dsn("serment_auditor", "serment_guard"), "--out", str(out)]) == 5
    assert out.read_bytes() == before
    assert "existe déjà" in capsys.readouterr().err


def test_a_database_out_of_reach_leaves_no_file_and_tells_no_password(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dsn = "postgresql://serment_auditor:secret@127.0.0.1:1/serment_guard"
    assert auditor.main(["export", "--dsn", dsn, "--out", str(tmp_path / "out")]) == 5
    assert "secret" not in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
