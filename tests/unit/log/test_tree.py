"""The tree: proofs that do not hold, and its heads against a tree written as the textbook has it."""

from __future__ import annotations

import hashlib

import pytest

from servanda.base.errors import IntegrityError, UsageError
from servanda.log.tree import (
    EMPTY_ROOT,
    Tree,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

SIZE = 13
LEAVES = [leaf_hash(bytes([number])) for number in range(SIZE)]
TREE = Tree(LEAVES)
ROOTS = [TREE.root(size) for size in range(SIZE + 1)]
ZERO = bytes(32)


def textbook(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    return node_hash(textbook(leaves[:split]), textbook(leaves[split:]))


@pytest.mark.parametrize(
    ("index", "size", "proof", "root"),
    [
        (5, 13, TREE.inclusion(5, 13)[:-1], ROOTS[13]),
        (5, 13, (*TREE.inclusion(5, 13), ZERO), ROOTS[13]),
        (5, 13, (), ROOTS[13]),
        (5, 13, tuple(reversed(TREE.inclusion(5, 13))), ROOTS[13]),
        (4, 13, TREE.inclusion(5, 13), ROOTS[13]),
        (5, 8, TREE.inclusion(5, 13), ROOTS[13]),
        (5, 13, TREE.inclusion(5, 13), ROOTS[12]),
        (5, 13, TREE.inclusion(5, 12), ROOTS[13]),
        (13, 13, TREE.inclusion(5, 13), ROOTS[13]),
        (-1, 13, TREE.inclusion(5, 13), ROOTS[13]),
        (0, 0, (), LEAVES[5]),
        (0, 1, (ZERO,), LEAVES[5]),
        (5, 2**40, (ZERO,) * 64, ROOTS[13]),
    ],
)
def test_an_inclusion_proof_that_does_not_hold_raises(index, size, proof, root):
    with pytest.raises(IntegrityError) as refused:
        verify_inclusion(LEAVES[5], index, size, proof, root)
    assert refused.value.code == "proof_invalid"


PROOF = TREE.consistency(6, 13)


@pytest.mark.parametrize(
    ("old", "new", "old_root", "new_root", "proof"),
    [
        (6, 13, ROOTS[6], ROOTS[13], PROOF[:-1]),
        (6, 13, ROOTS[6], ROOTS[13], (*PROOF, ZERO)),
        (6, 13, ROOTS[6], ROOTS[13], ()),
        (6, 13, ROOTS[5], ROOTS[13], PROOF),
        (6, 13, ROOTS[6], ROOTS[12], PROOF),
        (6, 13, ROOTS[13], ROOTS[6], PROOF),
        (5, 13, ROOTS[5], ROOTS[13], PROOF),
        (6, 12, ROOTS[6], ROOTS[12], PROOF),
        (13, 6, ROOTS[13], ROOTS[6], PROOF),
        (-1, 6, ROOTS[6], ROOTS[6], ()),
        (8, 13, ROOTS[8], ROOTS[13], ()),
        (6, 6, ROOTS[6], ROOTS[7], ()),
        (6, 6, ROOTS[6], ROOTS[6], (ZERO,)),
        (0, 6, ROOTS[1], ROOTS[6], ()),
        (0, 6, EMPTY_ROOT, ROOTS[6], (ZERO,)),
        (6, 2**40, ROOTS[6], ROOTS[13], (ZERO,) * 64),
    ],
)
def test_a_consistency_proof_that_does_not_hold_raises(old, new, old_root, new_root, proof):
    with pytest.raises(IntegrityError) as refused:
        verify_consistency(old, new, old_root, new_root, proof)
    assert refused.value.code == "consistency_invalid"


@pytest.mark.parametrize(
    "asked",
    [
        lambda tree: tree.root(14),
        lambda tree: tree.root(-1),
        lambda tree: tree.leaf(13),
        lambda tree: tree.leaf(-1),
        lambda tree: tree.inclusion(13, 13),
        lambda tree: tree.inclusion(-1, 13),
        lambda tree: tree.inclusion(0, 14),
        lambda tree: tree.consistency(7, 6),
        lambda tree: tree.consistency(-1, 6),
        lambda tree: tree.consistency(6, 14),
        lambda tree: tree.truncate(14),
        lambda tree: tree.truncate(-1),
    ],
)
def test_what_lies_beyond_the_log_is_not_asked_for(asked):
    with pytest.raises(UsageError) as refused:
        asked(TREE)
    assert refused.value.code == "size_beyond_log"
    assert TREE.root(SIZE) == ROOTS[SIZE]


def test_leaves_and_nodes_are_hashed_apart():
    assert leaf_hash(b"") == hashlib.sha256(b"\0").digest()
    assert node_hash(ZERO, ZERO) == hashlib.sha256(b"\1" + bytes(64)).digest()
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_heads_of_the_published_examples():
    """Source: the reference tree of certificate-transparency, eight leaves, its heads of size 1, 2, 3 and 8."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    tree = Tree(leaf_hash(bytes.fromhex(one)) for one in inputs)
    assert [tree.root(size).hex() for size in (1, 2, 3, 8)] == [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]


def test_heads_are_those_of_the_textbook():
    assert [textbook(LEAVES[:size]) for size in range(SIZE + 1)] == ROOTS


def test_every_proof_holds():
    for size in range(SIZE + 1):
        for index in range(size):
            verify_inclusion(LEAVES[index], index, size, TREE.inclusion(index, size), ROOTS[size])
        for old in range(size + 1):
            verify_consistency(old, size, ROOTS[old], ROOTS[size], TREE.consistency(old, size))


def test_a_tree_cut_back_is_the_tree_it_was():
    for size in range(SIZE + 1):
        tree = Tree(LEAVES)
        tree.truncate(size)
        assert (tree.size, tree.root(size)) == (size, ROOTS[size])
        for leaf in LEAVES[size:]:
            tree.append(leaf)
        assert [tree.root(each) for each in range(SIZE + 1)] == ROOTS
        assert [tree.leaf(index) for index in range(SIZE)] == LEAVES
