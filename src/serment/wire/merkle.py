"""The Merkle tree of RFC 6962 (section 2.1): hashes of leaves and nodes, roots, inclusion and consistency proofs.

Everything here is computed from hashes of complete subtrees, given by a `Subtree` function, so that a journal in a database and a list
in memory share one algorithm and a proof costs a handful of look-ups.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

# The hash of the complete subtree of 2**level leaves that starts at leaf index * 2**level.
Subtree = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree of which only the roots of its complete subtrees are kept, largest first: enough to append and to give a root."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError("a tree has one peak for each bit set in its size")

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf's hash. Returns the complete subtrees it finishes above it, as (level, index, hash), lowest first."""
        finished = []
        index, level, top = self.size, 0, leaf
        while index & 1:
            top = node_hash(self.peaks.pop(), top)
            index, level = index >> 1, level + 1
            finished.append((level, index, top))
        self.peaks.append(top)
        self.size += 1
        return finished

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        top = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            top = node_hash(peak, top)
        return top


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in constant memory."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def range_root(start: int, end: int, subtree: Subtree) -> bytes:
    """The root over the leaves start..end-1, where start is aligned to the power of two that holds the range."""
    size = end - start
    if size == 1 << (size.bit_length() - 1):
        level = size.bit_length() - 1
        return subtree(level, start >> level)
    split = _split(size)
    return node_hash(range_root(start, start + split, subtree), range_root(start + split, end, subtree))


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The audit path of a leaf (RFC 6962, section 2.1.1). Raises IndexError for a leaf outside the tree."""
    if not 0 <= index < size:
        raise IndexError("no such leaf")
    return _inclusion(index, 0, size, subtree)


def _inclusion(index: int, start: int, end: int, subtree: Subtree) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_inclusion(index, start, middle, subtree), range_root(middle, end, subtree)]
    return [*_inclusion(index, middle, end, subtree), range_root(start, middle, subtree)]


def is_included(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf's hash stands at an index of the tree with this root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, top = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            top = node_hash(sibling, top)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            top = node_hash(top, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and top == root


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """That the tree of `new` leaves extends the tree of `old` (RFC 6962, section 2.1.2). Raises IndexError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise IndexError("no such tree")
    return [] if old == new else _consistency(old, 0, new, subtree, complete=True)


def _consistency(old: int, start: int, end: int, subtree: Subtree, *, complete: bool) -> list[bytes]:
    if old == end - start:
        return [] if complete else [range_root(start, end, subtree)]
    split = _split(end - start)
    middle = start + split
    if old <= split:
        return [*_consistency(old, start, middle, subtree, complete=complete), range_root(middle, end, subtree)]
    return [*_consistency(old - split, middle, end, subtree, complete=False), range_root(start, middle, subtree)]


def is_consistent(*, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree with `new_root` extends the one with `old_root` (RFC 9162, section 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(size: int) -> int:
    """The largest power of two smaller than a size."""
    return int(1 << ((size - 1).bit_length() - 1))
