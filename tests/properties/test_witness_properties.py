"""Whatever is submitted in whatever order, what a witness has cosigned of one log is one history that only grows."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from serment.witness.submission import Answer
from tests.fixtures.witnesses import ForeignLog, body, witness_of

SIZE = 40
# Three sides of one log: the second leaves the first after 10 entries, the third after 25.
TRUNK = ForeignLog.of(SIZE)
SIDES = [TRUNK]
for shared in (10, 25):
    side = ForeignLog(leaves=TRUNK.leaves[:shared])
    side.grow(SIZE - shared, side=f"after {shared} ")
    SIDES.append(side)

SUBMISSIONS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, SIZE), st.integers(0, SIZE), st.booleans()), min_size=1, max_size=25
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(SUBMISSIONS)
def test_all_that_is_cosigned_is_one_growing_history(submissions: list[tuple[int, int, int, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        witness = witness_of(Path(folder) / "w", TRUNK)
        known = 0
        agreed = [True, True, True]
        for which, old, new, from_known in submissions:
            answer = witness.add_checkpoint(SIDES[which].submission(known if from_known else old, new))
            if answer.status != 200:
                assert witness.logs()[0].size == known
                continue
            assert new >= known
            agreed = [agreed[n] and SIDES[n].root(new) == SIDES[which].root(new) for n in range(3)]
            assert any(agreed), "no side has all the roots that were cosigned"
            known = new
            assert (witness.logs()[0].size, witness.logs()[0].note) == (new, SIDES[which].note(new) if new else "")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, SIZE), min_size=1, max_size=8, unique=True))
def test_an_honest_log_is_never_refused(sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        witness, known = witness_of(Path(folder) / "w", TRUNK), 0
        for size in sorted(sizes):
            assert witness.add_checkpoint(TRUNK.submission(known, size)).status == 200
            known = size


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_proof_changed_anywhere_is_refused(data: st.DataObject) -> None:
    old = data.draw(st.integers(1, SIZE - 1))
    new = data.draw(st.integers(old + 1, SIZE))
    proof = list(TRUNK.proof(old, new))
    how = data.draw(st.sampled_from(["flip", "drop", "double", "swap", "more"]))
    place = data.draw(st.integers(0, len(proof) - 1))
    match how:
        case "flip":
            byte = data.draw(st.integers(0, 31))
            proof[place] = proof[place][:byte] + bytes([proof[place][byte] ^ 1]) + proof[place][byte + 1 :]
        case "drop":
            del proof[place]
        case "double":
            proof.insert(place, proof[place])
        case "swap":
            proof.reverse()
        case "more":
            proof.append(b"h" * 32)
    if proof == TRUNK.proof(old, new):
        return
    with tempfile.TemporaryDirectory() as folder:
        witness = witness_of(Path(folder) / "w", TRUNK)
        witness.add_checkpoint(TRUNK.submission(0, old))
        answer: Answer = witness.add_checkpoint(body(old, proof, TRUNK.note(new)))
        assert answer.status == 422
        assert witness.logs()[0].size == old


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=300).map(str.encode))
def test_no_bytes_make_a_witness_crash(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert witness_of(Path(folder) / "w", TRUNK).add_checkpoint(content).status == 400
