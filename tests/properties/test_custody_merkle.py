"""Merkle trees: every proof that is made verifies, and no other does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.custody import merkle
from accord.custody.errors import ProofError


def tree(size):
    hashes = [merkle.leaf_hash(n.to_bytes(4)) for n in range(size)]
    edge = merkle.Edge()
    for leaf in hashes:
        edge.add(leaf)
    return hashes, edge.root(), lambda h, i: merkle.complete_root(hashes[i << h : (i + 1) << h])


def textbook(hashes):
    """MTH of RFC 6962, section 2.1, word for word."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return merkle.node_hash(textbook(hashes[:split]), textbook(hashes[split:]))


@given(st.integers(1, 600))
def test_root_is_the_textbook_one(size):
    hashes, root, _ = tree(size)
    assert root == textbook(hashes)


@given(st.integers(1, 300), st.data())
def test_inclusion_proofs_hold_for_their_entry_alone(size, data):
    hashes, root, node = tree(size)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size + 3).filter(lambda i: i != index))
    proof = merkle.inclusion_proof(node, index, size)
    merkle.verify_inclusion(hashes[index], index, size, proof, root)
    for wrong in (
        (hashes[index], other, size, proof),
        (hashes[index], index, size, [*proof, root]),
        (hashes[index], index, size, proof[1:] if proof else [root]),
        (root[::-1], index, size, proof),
    ):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(*wrong, root)


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_consistency_proofs_hold_for_their_pair_alone(a, b, data):
    old, size = sorted((a, b))
    _, root, node = tree(size)
    old_root = tree(old)[1]
    proof = merkle.consistency_proof(node, old, size)
    merkle.verify_consistency(old, size, proof, old_root, root)
    forged = data.draw(st.binary(min_size=32, max_size=32).filter(lambda r: r != old_root))
    with pytest.raises(ProofError):
        merkle.verify_consistency(old, size, proof, forged, root)
    with pytest.raises(ProofError):
        merkle.verify_consistency(old, size, [*proof, root], old_root, root)


@given(st.lists(st.integers(1, 700), min_size=1, max_size=4))
def test_adding_complete_subtrees_is_adding_leaves(parts):
    total = sum(parts)
    hashes, root, _ = tree(total)
    edge = merkle.Edge()
    while edge.size < total:
        if edge.size % 256 == 0 and total - edge.size >= 256:
            edge.add_complete(merkle.complete_root(hashes[edge.size : edge.size + 256]), 8)
        else:
            edge.add(hashes[edge.size])
    assert edge.root() == root
