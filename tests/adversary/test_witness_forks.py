"""Somebody who holds the database, and the journal's own key as well (S09, S10), rewrites it, cuts it short or puts an older copy back.

Inside, nothing need show it any more. A witness outside does, at the next submission, and its word is proof to an auditor.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from serment.auditor import exporting, verifying
from serment.auditor.vouching import Trusted
from serment.guard.context import Guard
from serment.guard.release.status import witnesses
from serment.journal import outside, reading, signing
from serment.journal.outside import Outlook, Standing
from serment.journal.sequencer import Sequencer
from serment.journal.witnessing import Submitter
from serment.wire.merkle import Frontier, leaf_hash
from serment.wire.note import Checkpoint
from serment.wire.protocol import Empty
from serment.witness.witness import Witness
from tests import cast
from tests.fixtures.house import House
from tests.fixtures.postgres import Databases
from tests.fixtures.witnesses import address, body, door, witness_of

TABLES = ("journal_entry", "journal_sequence", "journal_tile", "journal_checkpoint", "journal_counter", "journal_cosignature")


@dataclass(kw_only=True)
class Case:
    """A hospital at work, with a witness elsewhere, and somebody with every right on the database."""

    house: House
    databases: Databases
    guard: Guard
    witness: Witness
    folder: Path
    exports: int = 0

    @property
    def peer(self) -> outside.Witness:
        return self.guard.settings.witnesses[0]

    def work(self, count: int = 1) -> None:
        bruno = self.house.browser(cast.BRUNO)
        for patient in self.house.admit_many(count):
            bruno.open(patient)
        Sequencer(self.guard).step()

    def submit(self) -> Standing:
        return Submitter(self.guard, self.peer).step()

    def restarted(self) -> None:
        """The guard starts again, and remembers nothing but its databases."""
        self.guard = dataclasses.replace(self.guard, outlook=Outlook())

    def superuser(self) -> psycopg.Connection[Any]:
        connection = psycopg.connect(self.databases.dsn("superuser", "serment_guard"), autocommit=True)
        connection.execute("set session_replication_role = replica")
        return connection

    def saved(self) -> dict[str, list[Any]]:
        with self.superuser() as tx:
            return {table: tx.execute(f"select * from {table}".encode()).fetchall() for table in TABLES}

    def put_back(self, backup: dict[str, list[Any]]) -> None:
        with self.superuser() as tx:
            for table in TABLES:
                tx.execute(f"truncate {table} cascade".encode())
            for table, rows in backup.items():
                if rows:
                    values = ", ".join(["%s"] * len(rows[0]))
                    tx.cursor().executemany(f"insert into {table} overriding system value values ({values})".encode(), rows)

    def cut(self, size: int) -> None:
        """Everything after a size is gone, without a trace: counters and cosignatures put right."""
        with self.superuser() as tx:
            tx.execute("delete from journal_entry where id not in (select entry_id from journal_sequence where leaf_index < %s)", (size,))
            tx.execute("delete from journal_sequence where leaf_index >= %s", (size,))
            tx.execute("delete from journal_checkpoint where size > %s", (size,))
            tx.execute("delete from journal_cosignature where size > %s", (size,))
            tx.execute("truncate journal_counter")
            tx.execute(
                """insert into journal_counter (scope, id, last)
                   select 'account', account_id, max(account_seq) from journal_entry where account_id is not null group by account_id
                   union all select 'patient', patient_id, max(patient_seq) from journal_entry where patient_id is not null
                   group by patient_id"""
            )

    def rewrite(self, index: int) -> None:
        """One leaf says something else; every hash and every signature is made anew, with the journal's own key."""
        with self.superuser() as tx:
            tx.execute(
                """update journal_entry set leaf = convert_to(replace(convert_from(leaf, 'UTF8'), '"body":{', '"body":{"a":1,'), 'UTF8')
                   where id = (select entry_id from journal_sequence where leaf_index = %s)""",
                (index,),
            )
            rows = tx.execute("select e.leaf from journal_sequence join journal_entry e on e.id = entry_id order by leaf_index").fetchall()
            tree, sizes = Frontier(), {row[0] for row in tx.execute("select size from journal_checkpoint").fetchall()}
            for row in rows:
                hashed = leaf_hash(bytes(row[0]))
                tx.execute("update journal_sequence set leaf_hash = %s where leaf_index = %s", (hashed, tree.size))
                tree.append(hashed)
                if tree.size in sizes:
                    checkpoint = Checkpoint(origin=signing.origin(self.guard.settings.instance), size=tree.size, root=tree.root())
                    note = signing.signer(self.guard).sign(checkpoint.text())
                    tx.execute("update journal_checkpoint set root = %s, note = %s where size = %s", (tree.root(), note, tree.size))
            tx.execute("truncate journal_cosignature")

    def verify(self, *, previous: str = "", trusted: bool = False) -> verifying.Report:
        self.exports += 1
        out = self.folder / f"journal{self.exports}.jsonl"
        exporting.export(self.databases.dsn("serment_auditor", "serment_guard"), out)
        asked = Trusted.read(witnesses=[str(self.witness.key)] if trusted else [], certificates=b"")
        return verifying.verify(out, key=signing.verifier_key(self.guard), previous=previous, trusted=asked)

    def size(self) -> int:
        with self.guard.pool.connection() as tx:
            return reading.counts(tx).checkpoint_size


@pytest.fixture
def case(house: House, databases: Databases, tmp_path: Path) -> Iterator[Case]:
    witness = witness_of(tmp_path / "w")
    witness.add(signing.signer(house.guard).verifier)
    with door(witness) as opened:
        peer = outside.Witness.configured(url=address(opened), key=str(witness.key))
        guard = dataclasses.replace(house.guard, settings=dataclasses.replace(house.guard.settings, witnesses=(peer,)))
        case = Case(house=house, databases=databases, guard=guard, witness=witness, folder=tmp_path)
        case.work(3)
        assert case.submit().trouble == ""
        yield case


def test_an_honest_day_raises_no_alarm_and_holds_for_the_auditor(case: Case) -> None:
    for _ in range(3):
        case.work()
        assert case.submit().trouble == ""
        case.restarted()
    report = case.verify(previous=case.witness.logs()[0].note, trusted=True)
    assert report.holds
    assert report.cosigned == {case.witness.key.name: case.size()}


def test_an_older_backup_put_back_is_told_at_the_first_submission(case: Case) -> None:
    backup = case.saved()
    case.work(3)
    case.submit()
    seen = case.size()
    case.put_back(backup)
    case.restarted()
    assert case.verify(trusted=True).holds, "from inside nothing shows: the copy was honest once"
    now = case.submit()
    assert (now.trouble, now.claimed) == ("ahead", seen)
    assert [one.trouble for one in witnesses(case.guard, Empty(), case.guard.clock()).witnesses] == ["ahead"]


def test_an_older_backup_is_told_even_when_the_journal_has_grown_beyond_what_was_seen(case: Case) -> None:
    """The guard could not reach its witness for a day."""
    backup = case.saved()
    case.work(1)
    case.submit()
    case.put_back(backup)
    case.restarted()
    case.work(6)
    assert case.size() > case.witness.logs()[0].size
    assert case.submit().trouble == "forked"
    assert case.witness.logs()[0].suspect != "", "the witness keeps the proof"


def test_the_auditor_finds_it_with_the_witnesss_own_checkpoint(case: Case) -> None:
    backup = case.saved()
    case.work(3)
    case.submit()
    case.put_back(backup)
    finding = case.verify(previous=case.witness.logs()[0].note).finding
    assert finding is not None
    assert "la suite manque : le point de contrôle conservé couvre" in finding.what


def test_a_journal_cut_short_without_a_trace_is_told(case: Case) -> None:
    before = case.size()
    case.work(3)
    case.submit()
    seen = case.size()
    case.cut(before)
    case.restarted()
    assert case.verify(trusted=True).holds
    now = case.submit()
    assert (now.trouble, now.claimed) == ("ahead", seen)


def test_cosignatures_left_behind_by_a_hasty_hand_show_the_cut_to_the_auditor(case: Case) -> None:
    before = case.size()
    case.work(3)
    case.submit()
    with case.superuser() as tx:
        kept = tx.execute("select * from journal_cosignature").fetchall()
    seen = case.size()
    case.cut(before)
    with case.superuser() as tx:
        tx.cursor().executemany("insert into journal_cosignature values (%s, %s, %s, %s) on conflict do nothing", kept)
    finding = case.verify().finding
    assert finding is not None
    assert finding.what == f"le point de contrôle de taille {seen} manque : un témoin ou une autorité d'horodatage l'avait vu"


def test_a_journal_rewritten_with_its_own_key_is_told(case: Case) -> None:
    case.work()
    case.submit()
    case.rewrite(3)
    case.restarted()
    assert case.verify().holds, "whoever holds the key makes a journal that holds"
    assert case.submit().trouble == "forked"
    assert case.verify(previous=case.witness.logs()[0].note).finding is not None


def test_a_rewritten_journal_has_no_cosignature_to_show_the_auditor(case: Case) -> None:
    case.rewrite(3)
    report = case.verify(trusted=True)
    assert report.finding is None
    assert report.missing == (f"le témoin {case.witness.key.name} n'a contresigné aucun point de contrôle",)
    assert not report.holds


def test_cosignatures_of_the_true_journal_do_not_fit_the_rewritten_one(case: Case) -> None:
    with case.superuser() as tx:
        kept = tx.execute("select * from journal_cosignature").fetchall()
    case.rewrite(3)
    with case.superuser() as tx:
        tx.cursor().executemany("insert into journal_cosignature values (%s, %s, %s, %s)", kept)
    finding = case.verify(trusted=True).finding
    assert finding is not None
    assert finding.what == f"le témoin {case.witness.key.name} n'a pas contresigné le point de contrôle de taille {case.size()} tel quel"


def test_what_was_added_after_the_last_cosignature_is_all_that_can_be_rewritten_unseen(case: Case) -> None:
    """The bound, said as it is: entries that no witness has heard of yet."""
    heard = case.size()
    case.work()
    case.rewrite(heard)
    case.restarted()
    assert case.submit().trouble == ""
    case.rewrite(heard)
    case.restarted()
    assert case.submit().trouble == "forked"


def test_a_submission_played_again_changes_nothing(case: Case) -> None:
    with case.guard.pool.connection() as tx:
        old = body(0, [], reading.last_checkpoint(tx))
    case.work()
    case.submit()
    seen = case.witness.logs()[0]
    assert case.witness.add_checkpoint(old).status == 409
    assert case.witness.logs()[0] == seen


def test_two_faces_shown_to_two_witnesses_are_told_by_whoever_compares_them(case: Case, tmp_path: Path) -> None:
    """Split view: the true journal to one, the rewritten one to the other. Each alone is content; an auditor asks both."""
    second = witness_of(tmp_path / "second", name="autre.example/1")
    second.add(signing.signer(case.guard).verifier)
    with door(second) as opened:
        peer = outside.Witness.configured(url=address(opened), key=str(second.key))
        case.rewrite(3)
        assert Submitter(case.guard, peer).step().trouble == ""
        assert case.submit().trouble == "forked", "a guard that submits to both hears it itself"
    assert case.verify(previous=second.logs()[0].note).finding is None
    finding = case.verify(previous=case.witness.logs()[0].note).finding
    assert finding is not None
    assert "n'en est plus" in finding.what or "réécrit" in finding.what


def test_another_journals_key_is_not_cosigned(case: Case) -> None:
    """A guard made anew under the same name, with a key of its own, is not the one that the witness was told of."""
    case.guard = dataclasses.replace(case.guard, vault=_OtherKey(), outlook=Outlook())  # type: ignore[arg-type]
    case.work()
    assert case.submit().trouble == "refused"


class _OtherKey:
    def named_key(self, name: str) -> bytes:
        return b"o" * 32


def test_care_goes_on_under_an_alarm(case: Case) -> None:
    """ADR 0012: a patient is not left because a backup was restored."""
    backup = case.saved()
    case.work(2)
    case.submit()
    case.put_back(backup)
    case.restarted()
    assert case.submit().trouble == "ahead"
    [patient] = case.house.admit_many(1)
    case.house.browser(cast.BRUNO).open(patient)
    assert case.submit().trouble == "ahead"
