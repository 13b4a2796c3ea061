"""What holds of every Merkle tree, whatever its size: found with random trees, and against an independent implementation."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from serment.wire import merkle

SIZES = st.integers(min_value=1, max_value=600)
PLACES = st.integers(min_value=0)


def leaves(size: int) -> list[bytes]:
    return [merkle.leaf_hash(b"%d" % n) for n in range(size)]


def over(hashes: list[bytes]) -> merkle.Subtree:
    return lambda level, index: merkle.root_of(hashes[index << level : (index + 1) << level])


@given(st.lists(st.binary(max_size=64), max_size=200))
def test_an_independent_implementation_finds_the_same_root(entries: list[bytes]) -> None:
    other = InmemoryTree(algorithm="sha256")
    for entry in entries:
        other.append_entry(entry)
    assert merkle.root_of(merkle.leaf_hash(entry) for entry in entries) == other.get_root()


@given(SIZES, PLACES)
def test_an_independent_implementation_gives_the_same_inclusion_proof(size: int, place: int) -> None:
    other = InmemoryTree(algorithm="sha256")
    for n in range(size):
        other.append_entry(b"%d" % n)
    index, hashes = place % size, leaves(size)
    proof = merkle.inclusion_proof(index, size, over(hashes))
    theirs = other.prove_inclusion(index + 1)
    verify_inclusion(hashes[index], merkle.root_of(hashes), theirs)
    assert [bytes.fromhex(step) for step in theirs.serialize()["path"]][1:] == proof


@given(SIZES, PLACES)
def test_an_independent_implementation_agrees_that_a_tree_extends_another(size: int, place: int) -> None:
    other = InmemoryTree(algorithm="sha256")
    for n in range(size):
        other.append_entry(b"%d" % n)
    old, hashes = place % size + 1, leaves(size)
    old_root, new_root = merkle.root_of(hashes[:old]), merkle.root_of(hashes)
    verify_consistency(old_root, new_root, other.prove_consistency(old, size))
    proof = merkle.consistency_proof(old, size, over(hashes))
    assert merkle.is_consistent(old=old, old_root=old_root, new=size, new_root=new_root, proof=proof)


@given(SIZES, PLACES, PLACES, st.binary(min_size=32, max_size=32))
def test_an_inclusion_proof_with_any_step_changed_does_not_hold(size: int, place: int, step: int, other: bytes) -> None:
    index, hashes = place % size, leaves(size)
    proof = merkle.inclusion_proof(index, size, over(hashes))
    root = merkle.root_of(hashes)
    assert merkle.is_included(hashes[index], index=index, size=size, proof=proof, root=root)
    if proof:
        proof[step % len(proof)] = other
        assert not merkle.is_included(hashes[index], index=index, size=size, proof=proof, root=root)


@given(SIZES, PLACES, PLACES)
def test_a_rewritten_past_has_no_consistency_proof(size: int, place: int, changed: int) -> None:
    old, hashes = place % size + 1, leaves(size)
    rewritten = list(hashes)
    rewritten[changed % old] = merkle.leaf_hash(b"rewritten")
    proof = merkle.consistency_proof(old, size, over(rewritten))
    roots = {"old_root": merkle.root_of(hashes[:old]), "new_root": merkle.root_of(rewritten)}
    assert not merkle.is_consistent(old=old, new=size, proof=proof, **roots)


@given(SIZES, PLACES)
def test_a_tree_taken_up_again_from_its_peaks_ends_with_the_same_root(size: int, place: int) -> None:
    stop, hashes = place % size, leaves(size)
    peaks, start = [], 0
    for level in range(stop.bit_length() - 1, -1, -1):
        if stop >> level & 1:
            peaks.append(over(hashes)(level, start >> level))
            start += 1 << level
    frontier = merkle.Frontier(stop, peaks)
    for leaf in hashes[stop:]:
        frontier.append(leaf)
    assert frontier.root() == merkle.root_of(hashes)
