"""RFC 6962, section 2.1: hashing, and proofs that an entry is in a tree and that a tree only grew.

Hashes are 32 bytes of SHA-256. A proof is a list of hashes in the order of section 2.1.1 (leaf's sibling first) or
2.1.2. Verification follows RFC 9162, sections 2.1.3.2 and 2.1.4.2, which give it as an algorithm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from accord.custody.errors import ProofError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
MAX_SIZE = 2**63 - 1
"""Leaves; C2SP keeps sizes within a signed 64-bit integer."""

Node = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree of height h and index i: leaves i·2^h up to (i+1)·2^h."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=True)]
    return level[0]


class Edge:
    """The right edge of a growing tree: one hash for each bit set in its size, largest subtree first."""

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count():
            raise ProofError(f"An edge of size {size} has {size.bit_count()} hashes, not {len(self.hashes)}.")

    def copy(self) -> Edge:
        return Edge(self.size, self.hashes)

    def add(self, leaf: bytes) -> list[bytes]:
        """Adds a leaf hash; gives the subtrees that it completed, by height from 0."""
        made = [leaf]
        rest = self.size
        while rest & 1:
            leaf = sha256(b"\x01" + self.hashes.pop() + leaf).digest()
            made.append(leaf)
            rest >>= 1
        self.hashes.append(leaf)
        self.size += 1
        return made

    def add_complete(self, root: bytes, height: int) -> None:
        """Adds 2^height leaves at once by their root; the size must be a multiple of 2^height."""
        if self.size & ((1 << height) - 1):
            raise ProofError(f"A subtree of height {height} does not start at leaf {self.size}.")
        rest = self.size >> height
        while rest & 1:
            root = node_hash(self.hashes.pop(), root)
            rest >>= 1
        self.hashes.append(root)
        self.size += 1 << height

    def root(self) -> bytes:
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = sha256(b"\x01" + left + root).digest()
        return root


def complete_parts(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees (height, index) that leaves start…end-1 consist of, left to right, each as large as can be.

    `start` must be a multiple of the largest power of two in the length, as it is in every split of RFC 6962.
    """
    while start < end:
        height = (end - start).bit_length() - 1
        yield height, start >> height
        start += 1 << height


def range_hash(node: Node, start: int, end: int) -> bytes:
    """MTH(D[start:end]) from complete subtrees."""
    parts = [node(height, index) for height, index in complete_parts(start, end)]
    root = parts.pop()
    while parts:
        root = node_hash(parts.pop(), root)
    return root


def inclusion_proof(node: Node, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]) of section 2.1.1. Raises `ProofError` when there is no such entry."""
    if not 0 <= index < size:
        raise ProofError(f"Entry {index} is not in a log of {size} entries.")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(node, middle, end))
            end = middle
        else:
            path.append(range_hash(node, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(node: Node, old: int, size: int) -> list[bytes]:
    """PROOF(old, D[size]) of section 2.1.2; empty when the sizes are equal or the old tree was empty."""
    if not 0 <= old <= size:
        raise ProofError(f"A log of {size} entries cannot be compared with a later one of {old}.")
    if old in (0, size):
        return []
    start, end, path = 0, size, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_hash(node, middle, end))
            end = middle
        else:
            path.append(range_hash(node, start, middle))
            start = middle
    if start:
        path.append(range_hash(node, start, end))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raises `ProofError` unless the leaf hash is the one at `index` of the tree of `size` leaves with that root."""
    if not 0 <= index < size:
        raise ProofError(f"Entry {index} is not in a log of {size} entries.")
    if any(len(hash_) != HASH_BYTES for hash_ in (leaf, root, *proof)):
        raise ProofError(f"The proof of entry {index} has hashes that are not of {HASH_BYTES} bytes.")
    position, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError(f"The proof of entry {index} has more hashes than a log of {size} entries needs.")
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            found = node_hash(found, sibling)
        position >>= 1
        last >>= 1
    if last:
        raise ProofError(f"The proof of entry {index} has fewer hashes than a log of {size} entries needs.")
    if found != root:
        raise ProofError(f"The proof of entry {index} does not lead to the root of the log at size {size}.")


def verify_consistency(old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Raises `ProofError` unless the tree of `size` leaves begins with the tree of `old` leaves.

    Section 2.1.2 defines no proof from the empty tree, which every tree begins with: callers let it pass themselves.
    """
    if not 0 <= old <= size:
        raise ProofError(f"A log of {size} entries cannot contain one of {old}.")
    if any(len(hash_) != HASH_BYTES for hash_ in proof):
        raise ProofError(f"The proof from size {old} to {size} has hashes that are not of {HASH_BYTES} bytes.")
    if old == size:
        if proof or old_root != root or (size == 0 and root != EMPTY_ROOT):
            raise ProofError(f"Two roots for the log at size {old}, or a proof where none is needed.")
        return
    if old == 0:
        raise ProofError("There is no proof from the empty log, and none is needed.")
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path or _climb(old, size, path) != (old_root, root):
        raise ProofError(f"The log of {size} entries does not begin with the {old} entries of the earlier one.")


def _climb(old: int, size: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The two roots that a consistency proof leads to (RFC 9162, section 2.1.4.2, steps 3 to 6)."""
    position, last = old - 1, size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    found_old = found = path[0]
    for hash_ in path[1:]:
        if last == 0:
            raise ProofError(f"The proof from size {old} to {size} has more hashes than it needs.")
        if position & 1 or position == last:
            found_old = node_hash(hash_, found_old)
            found = node_hash(hash_, found)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            found = node_hash(found, hash_)
        position >>= 1
        last >>= 1
    if last:
        raise ProofError(f"The proof from size {old} to {size} has fewer hashes than it needs.")
    return found_old, found


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << ((count - 1).bit_length() - 1)
