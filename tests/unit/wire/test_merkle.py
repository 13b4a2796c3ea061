"""The tree is the one of RFC 6962: its published vectors, proofs against an independent implementation, and proofs that must fail."""

from __future__ import annotations

import pytest
from pymerkle import InmemoryTree

from serment.wire import merkle

# The eight leaves, and the roots of their first trees, with which implementations of Certificate Transparency test each other.
LEAVES = [
    bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def hashes(count: int) -> list[bytes]:
    return [merkle.leaf_hash(b"%d" % n) for n in range(count)]


def over(leaves: list[bytes]) -> merkle.Subtree:
    return lambda level, index: merkle.root_of(leaves[index << level : (index + 1) << level])


def test_the_empty_tree_has_the_root_of_the_rfc() -> None:
    assert merkle.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.Frontier().root() == merkle.EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots_are_found(size: int) -> None:
    assert merkle.root_of(merkle.leaf_hash(leaf) for leaf in LEAVES[:size]).hex() == ROOTS[size - 1]


def test_a_published_audit_path_is_found() -> None:
    proof = merkle.inclusion_proof(0, 8, over([merkle.leaf_hash(leaf) for leaf in LEAVES]))
    assert [step.hex() for step in proof] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_a_published_consistency_proof_is_found() -> None:
    proof = merkle.consistency_proof(6, 8, over([merkle.leaf_hash(leaf) for leaf in LEAVES]))
    assert [step.hex() for step in proof] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_another_implementation_finds_the_same_roots_up_to_seventy_leaves() -> None:
    other = InmemoryTree(algorithm="sha256")
    frontier = merkle.Frontier()
    for n in range(70):
        other.append_entry(b"%d" % n)
        frontier.append(merkle.leaf_hash(b"%d" % n))
        assert frontier.root() == other.get_root()


def test_a_frontier_taken_up_again_goes_on_as_if_it_had_never_stopped() -> None:
    for stop in range(1, 40):
        first = merkle.Frontier()
        for leaf in hashes(stop):
            first.append(leaf)
        second = merkle.Frontier(first.size, first.peaks)
        for leaf in hashes(40)[stop:]:
            second.append(leaf)
        assert second.root() == merkle.root_of(hashes(40))


def test_a_frontier_needs_as_many_peaks_as_its_size_has_bits() -> None:
    with pytest.raises(ValueError, match="one peak for each bit"):
        merkle.Frontier(3, hashes(1))


def test_a_frontier_tells_each_complete_subtree_when_it_is_finished() -> None:
    frontier, leaves = merkle.Frontier(), hashes(16)
    told = {(level, index): top for leaf in leaves for level, index, top in frontier.append(leaf)}
    assert set(told) == {(level, index) for level in range(1, 5) for index in range(16 >> level)}
    assert all(top == over(leaves)(level, index) for (level, index), top in told.items())


def test_every_leaf_of_every_tree_up_to_twenty_has_a_proof_that_holds_for_it_alone() -> None:
    for size in range(1, 21):
        leaves = hashes(size)
        root = merkle.root_of(leaves)
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, over(leaves))
            holding = [n for n in range(size) if merkle.is_included(leaves[n], index=n, size=size, proof=proof, root=root)]
            assert index in holding
            assert not merkle.is_included(merkle.leaf_hash(b"other"), index=index, size=size, proof=proof, root=root)
            assert all(not merkle.is_included(leaves[index], index=n, size=size, proof=proof, root=root) for n in range(size) if n != index)


def test_a_proof_with_a_step_more_or_less_or_changed_does_not_hold() -> None:
    leaves = hashes(13)
    root, proof = merkle.root_of(leaves), merkle.inclusion_proof(5, 13, over(leaves))
    wrong = [proof[:-1], [*proof, proof[0]], [], [*proof[:-1], merkle.leaf_hash(b"x")], list(reversed(proof))]
    assert not any(merkle.is_included(leaves[5], index=5, size=13, proof=steps, root=root) for steps in wrong)


def test_nothing_is_included_outside_the_tree() -> None:
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        assert not merkle.is_included(hashes(1)[0], index=index, size=size, proof=[], root=merkle.EMPTY_ROOT)
        with pytest.raises(IndexError):
            merkle.inclusion_proof(index, size, over(hashes(3)))


def test_every_tree_up_to_twenty_is_proven_to_extend_every_older_one_and_no_other() -> None:
    leaves = hashes(20)
    for new in range(1, 21):
        for old in range(1, new + 1):
            proof = merkle.consistency_proof(old, new, over(leaves))
            roots = {"old_root": merkle.root_of(leaves[:old]), "new_root": merkle.root_of(leaves[:new])}
            assert merkle.is_consistent(old=old, new=new, proof=proof, **roots)
            forged = {**roots, "old_root": merkle.root_of([*leaves[: old - 1], merkle.leaf_hash(b"other")])}
            assert not merkle.is_consistent(old=old, new=new, proof=proof, **forged)
            assert not merkle.is_consistent(old=old, new=new, proof=[*proof, leaves[0]], **roots)


def test_consistency_is_only_asked_of_trees_that_exist() -> None:
    for old, new in ((0, 3), (4, 3), (-1, 3)):
        with pytest.raises(IndexError):
            merkle.consistency_proof(old, new, over(hashes(3)))
        assert not merkle.is_consistent(old=old, old_root=b"", new=new, new_root=b"", proof=[b""])
