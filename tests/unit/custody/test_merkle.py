import base64
import json

import pytest

from accord.custody import merkle
from accord.custody.errors import ProofError

# Leaves and roots of the reference tree that Certificate Transparency implementations share (Apache-2.0, published
# with the transparency-dev/merkle repository).
LEAVES = [
    bytes.fromhex(x)
    for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
}


def nodes(leaves):
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    return lambda height, index: merkle.complete_root(hashes[index << height : (index + 1) << height])


def test_edge_gives_the_published_roots():
    edge = merkle.Edge()
    found = {0: edge.root().hex()}
    for leaf in LEAVES:
        edge.add(merkle.leaf_hash(leaf))
        found[edge.size] = edge.root().hex()
    assert {size: found[size] for size in ROOTS} == ROOTS


@pytest.mark.shared
def test_all_reference_roots(vectors):
    tree = json.loads((vectors / "merkle/merkle_vectors.json").read_text())["reference_tree"]
    edge = merkle.Edge()
    roots = [edge.root().hex()]
    for leaf in tree["leaf_inputs_hex"]:
        edge.add(merkle.leaf_hash(bytes.fromhex(leaf)))
        roots.append(edge.root().hex())
    assert roots == tree["root_by_size_hex"]


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_every_shared_case_is_judged_as_it_must_be(vectors, kind):
    wrong = []
    for case in json.loads((vectors / "merkle/merkle_vectors.json").read_text())[kind]:
        proof = [base64.b64decode(hash_) for hash_ in case["proof"] or []]
        d = lambda name: base64.b64decode(case[name] or "")  # noqa: B023, E731
        try:
            if kind == "inclusion":
                merkle.verify_inclusion(d("leafHash"), case["leafIdx"], case["treeSize"], proof, d("root"))
            else:
                merkle.verify_consistency(case["size1"], case["size2"], proof, d("root1"), d("root2"))
        except ProofError:
            refused = True
        else:
            refused = False
        if refused != case["wantErr"]:
            wrong.append(case["name"])
    assert wrong == []


def test_an_entry_beyond_the_log_has_no_proof():
    with pytest.raises(ProofError, match="not in a log of 3"):
        merkle.inclusion_proof(nodes(LEAVES[:3]), 3, 3)


def test_an_edge_must_fit_its_size():
    with pytest.raises(ProofError):
        merkle.Edge(3, [b"x" * 32])
    with pytest.raises(ProofError):
        merkle.Edge(1, [b"x" * 32]).add_complete(b"y" * 32, 8)
