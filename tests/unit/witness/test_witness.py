"""What a witness promises: it cosigns what extends the last checkpoint it cosigned, and nothing else, whatever happens meanwhile."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from serment.wire import merkle
from serment.wire.note import BadNote, Checkpoint, Signer, Verifier, cosigned_at
from serment.witness.submission import FORBIDDEN, INCONSISTENT, MALFORMED, UNKNOWN, Answer, conflict
from serment.witness.witness import Witness
from tests.fixtures.witnesses import NAME, ORIGIN, ForeignLog, body, witness_of

NOW = 1795442706


@pytest.fixture
def log() -> ForeignLog:
    return ForeignLog.of(20)


@pytest.fixture
def witness(tmp_path: Path, log: ForeignLog) -> Witness:
    witness_of(tmp_path / "w", log)
    return Witness(tmp_path / "w", clock=lambda: NOW + 0.9)


def known(witness: Witness) -> int:
    return witness.logs()[0].size


def test_the_first_checkpoint_of_a_log_is_cosigned_and_kept(witness: Witness, log: ForeignLog) -> None:
    answer = witness.add_checkpoint(log.submission(0, 7))
    assert (answer.status, answer.kind) == (200, "text/plain; charset=utf-8")
    assert cosigned_at(log.note(7) + answer.body, witness.key) == NOW
    kept = witness.logs()[0]
    assert (kept.size, kept.root, kept.note, kept.at, kept.suspect) == (
        7, base64.b64encode(log.root(7)).decode(), log.note(7), NOW, "",
    )  # fmt: skip


def test_a_checkpoint_that_extends_the_last_one_is_cosigned(witness: Witness, log: ForeignLog) -> None:
    for old, new in ((0, 1), (1, 2), (2, 7), (7, 8), (8, 20), (20, 20)):
        answer = witness.add_checkpoint(log.submission(old, new))
        assert answer.status == 200
        assert cosigned_at(log.note(new) + answer.body, witness.key) == NOW
        assert known(witness) == new


def test_the_same_checkpoint_is_cosigned_again_as_often_as_it_is_sent(witness: Witness, log: ForeignLog) -> None:
    witness.add_checkpoint(log.submission(0, 7))
    assert witness.add_checkpoint(log.submission(7, 7)).status == 200
    assert witness.add_checkpoint(body(7, [b"h" * 32], log.note(7))) == INCONSISTENT


def test_the_empty_tree_is_cosigned_by_who_knows_nothing_more(witness: Witness, log: ForeignLog) -> None:
    assert witness.add_checkpoint(log.submission(0, 0)).status == 200
    witness.add_checkpoint(log.submission(0, 7))
    assert witness.add_checkpoint(log.submission(0, 0)) == conflict(7)


def test_a_tree_of_no_entries_with_a_root_is_a_lie(witness: Witness, log: ForeignLog) -> None:
    note = log.signer.sign(Checkpoint(origin=ORIGIN, size=0, root=b"x" * 32).text())
    assert witness.add_checkpoint(body(0, [], note)) == conflict(0)
    assert witness.logs()[0].suspect == note


def test_an_old_size_that_is_not_the_known_one_is_a_conflict_that_tells_it(witness: Witness, log: ForeignLog) -> None:
    witness.add_checkpoint(log.submission(0, 7))
    for old, new in ((0, 9), (6, 9), (8, 9), (0, 7), (5, 5)):
        assert witness.add_checkpoint(log.submission(old, new)) == Answer(status=409, body="7\n", kind="text/x.tlog.size")
    assert known(witness) == 7
    assert witness.logs()[0].suspect == ""


def test_it_never_goes_back(witness: Witness, log: ForeignLog) -> None:
    witness.add_checkpoint(log.submission(0, 9))
    assert witness.add_checkpoint(body(9, [], log.note(7))) == MALFORMED
    assert witness.add_checkpoint(log.submission(7, 7)) == conflict(9)
    assert known(witness) == 9


def test_it_never_cosigns_two_roots_of_one_size_and_keeps_the_proof(witness: Witness, log: ForeignLog) -> None:
    other = ForeignLog.of(20, side="other")
    witness.add_checkpoint(log.submission(0, 7))
    assert witness.add_checkpoint(other.submission(7, 7)) == conflict(7)
    assert (witness.logs()[0].note, witness.logs()[0].suspect) == (log.note(7), other.note(7))
    assert witness.add_checkpoint(ForeignLog.of(20, side="third").submission(7, 7)) == conflict(7)
    assert witness.logs()[0].suspect == other.note(7), "the first proof stays"


def test_what_does_not_extend_is_refused_and_kept_as_proof(witness: Witness, log: ForeignLog) -> None:
    other = ForeignLog.of(20, side="other")
    witness.add_checkpoint(log.submission(0, 7))
    assert witness.add_checkpoint(other.submission(7, 12)) == INCONSISTENT
    assert known(witness) == 7
    assert witness.logs()[0].suspect == other.note(12)
    assert witness.add_checkpoint(log.submission(7, 12)).status == 200, "the honest side goes on"
    assert witness.logs()[0].suspect == other.note(12)


@pytest.mark.parametrize("proof", [[], [b"h" * 32], [b"h" * 32] * 63])
def test_a_proof_that_proves_nothing_is_refused(witness: Witness, log: ForeignLog, proof: list[bytes]) -> None:
    witness.add_checkpoint(log.submission(0, 7))
    assert witness.add_checkpoint(body(7, proof, log.note(12))) == INCONSISTENT


def test_a_first_checkpoint_has_nothing_to_prove(witness: Witness, log: ForeignLog) -> None:
    assert witness.add_checkpoint(body(0, [log.root(3)], log.note(7))) == INCONSISTENT


def test_a_log_nobody_told_it_of_is_unknown(witness: Witness) -> None:
    stranger = ForeignLog(signer=Signer("other.log", b"o" * 32))
    stranger.grow(3)
    assert witness.add_checkpoint(stranger.submission(0, 3)) == UNKNOWN
    assert len(witness.logs()) == 1


def test_another_key_under_the_logs_name_is_refused(witness: Witness, log: ForeignLog) -> None:
    forged = log.note(7, signer=Signer(ORIGIN, b"f" * 32))
    assert witness.add_checkpoint(body(0, [], forged)) == FORBIDDEN
    assert witness.add_checkpoint(body(0, [], log.note(7).replace("\n7\n", "\n8\n"))) == FORBIDDEN
    assert known(witness) == 0


def test_signatures_of_others_on_the_checkpoint_are_passed_over(witness: Witness, log: ForeignLog) -> None:
    elsewhere = Signer("elsewhere", b"e" * 32).cosign(log.note(7).rpartition("\n\n")[0] + "\n", timestamp=NOW)
    assert witness.add_checkpoint(body(0, [], log.note(7) + elsewhere)).status == 200


def test_lines_that_a_log_adds_to_its_checkpoint_are_cosigned_too(witness: Witness, log: ForeignLog) -> None:
    note = log.signer.sign(Checkpoint(origin=ORIGIN, size=7, root=log.root(7), extensions=("more",)).text())
    answer = witness.add_checkpoint(body(0, [], note))
    assert cosigned_at(note + answer.body, witness.key) == NOW
    with pytest.raises(BadNote):
        cosigned_at(log.note(7) + answer.body, witness.key)


HONEST = ForeignLog.of(7).submission(0, 7)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n", b"old 0", b"old 0\n", b"old 0\n\n", b"\xff" + HONEST, HONEST.replace(b"old 0", b"old 00"),
        HONEST.replace(b"old 0", b"old +0"), HONEST.replace(b"old 0", b"old -1"), HONEST.replace(b"old 0", b"OLD 0"),
        HONEST.replace(b"old 0", b"old  0"), HONEST.replace(b"old 0\n", b"old 0\r\n"), HONEST.replace(b"old 0", b"old " + b"9" * 20),
        HONEST.replace(b"old 0", "old \N{ARABIC-INDIC DIGIT THREE}".encode()),
        HONEST.replace(b"old 0\n", b"old 0\nnot base64\n"), HONEST.replace(b"old 0\n", b"old 0\n" + base64.b64encode(b"h" * 31) + b"\n"),
        HONEST.replace(b"old 0\n", b"old 0\n" + base64.b64encode(b"h" * 32).replace(b"g=", b"h=") + b"\n"),
        HONEST.replace(b"old 0\n", b"old 0\n" + (base64.b64encode(b"h" * 32) + b"\n") * 64),
        HONEST.replace(b"\n7\n", b"\nseven\n"), HONEST.replace(b"\n7\n", b"\n" + str(2**63).encode() + b"\n"), HONEST[:40],
        HONEST.partition(b"\n\n")[0] + b"\n\n" + HONEST.partition(b"\n\n")[2].partition(b"\n\n")[0] + b"\n",
    ],
)  # fmt: skip
def test_what_is_not_a_submission_is_malformed(witness: Witness, content: bytes) -> None:
    assert witness.add_checkpoint(content) == MALFORMED
    assert known(witness) == 0


def test_an_old_size_above_the_new_one_is_malformed_before_it_is_a_conflict(witness: Witness, log: ForeignLog) -> None:
    assert witness.add_checkpoint(body(8, [], log.note(7))) == MALFORMED


def test_of_a_hundred_submissions_at_once_each_size_is_cosigned_in_order_and_none_is_lost(tmp_path: Path) -> None:
    log = ForeignLog.of(40)
    witness_of(tmp_path / "w", log)

    def submit(number: int) -> int:
        # Two witnesses on one folder, as two processes would be.
        mine, size = Witness(tmp_path / "w"), 0
        for _ in range(200):
            answer = mine.add_checkpoint(log.submission(size, number)) if size <= number else None
            if answer is None or answer.status == 200:
                return 0 if answer is None else number
            assert answer.status == 409
            size = int(answer.body)
        raise AssertionError("never answered")

    with ThreadPoolExecutor(max_workers=12) as pool:
        cosigned = sorted(pool.map(submit, [*range(1, 41), *range(1, 41)]))
    assert cosigned[-1] == 40
    kept = Witness(tmp_path / "w").logs()[0]
    assert (kept.size, kept.suspect) == (40, "")


def test_of_two_sides_at_once_one_is_cosigned(tmp_path: Path) -> None:
    sides = [ForeignLog.of(7, side=str(n)) for n in range(12)]
    witness = witness_of(tmp_path / "w", sides[0])
    with ThreadPoolExecutor(max_workers=12) as pool:
        statuses = sorted(pool.map(lambda side: witness.add_checkpoint(side.submission(0, 7)).status, sides))
    assert statuses == [200, *[409] * 11]


# --- the folder ---


def test_the_key_is_made_once_and_read_back(tmp_path: Path) -> None:
    made = Witness.create(tmp_path / "w", NAME)
    assert made.key.name == NAME
    assert Witness(tmp_path / "w").key == made.key
    assert Verifier.parse(str(made.key), kind=b"\x04") == made.key
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "w", tmp_path / "w" / "logs")} == {0o700}
    assert (tmp_path / "w" / "witness.json").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        Witness.create(tmp_path / "w", NAME)
    assert Witness(tmp_path / "w").key == made.key


def test_two_witnesses_never_have_one_key(tmp_path: Path) -> None:
    assert Witness.create(tmp_path / "a", NAME).key != Witness.create(tmp_path / "b", NAME).key


def test_a_name_that_cannot_be_one_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(BadNote):
        Witness.create(tmp_path / "w", "two words")
    assert not (tmp_path / "w").exists()


def test_a_log_is_added_once_and_never_begins_again(witness: Witness, log: ForeignLog) -> None:
    witness.add_checkpoint(log.submission(0, 7))
    assert witness.add(log.signer.verifier) is False
    assert known(witness) == 7
    with pytest.raises(ValueError, match=ORIGIN):
        witness.add(Signer(ORIGIN, b"f" * 32).verifier)
    assert witness.add(Signer("another.log", b"s" * 32).verifier) is True


@pytest.mark.parametrize("content", ["", "{", "[]", '{"key": 1, "unknown": 2}', '{"size": 3}', "null"])
def test_a_record_that_cannot_be_read_is_never_a_beginning(tmp_path: Path, witness: Witness, log: ForeignLog, content: str) -> None:
    witness.add_checkpoint(log.submission(0, 7))
    next((tmp_path / "w" / "logs").glob("*.json")).write_text(content)
    with pytest.raises(ValueError):
        witness.add_checkpoint(ForeignLog.of(20, side="other").submission(0, 7))
    with pytest.raises(ValueError):
        witness.add(log.signer.verifier)


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"name": "w", "seed": "*"}', '{"name": "w", "seed": "AAAA"}', '{"name": 3, "seed": 4}']
)
def test_a_key_that_cannot_be_read_makes_no_witness(tmp_path: Path, witness: Witness, content: str) -> None:
    (tmp_path / "w" / "witness.json").write_text(content)
    with pytest.raises(ValueError):
        Witness(tmp_path / "w")


def test_what_an_interrupted_write_left_is_ignored(tmp_path: Path, witness: Witness, log: ForeignLog) -> None:
    witness.add_checkpoint(log.submission(0, 7))
    record = next((tmp_path / "w" / "logs").glob("*.json"))
    record.with_suffix(".new").write_text("half of a rec")
    assert known(witness) == 7
    assert witness.add_checkpoint(log.submission(7, 9)).status == 200
    assert json.loads(record.read_text())["size"] == 9


def test_the_same_tree_is_one_whoever_computes_it() -> None:
    assert ForeignLog.of(7).root(7) == merkle.root_of(ForeignLog.of(9).leaves[:7])
