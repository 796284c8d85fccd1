"""Trees of any size: heads as the textbook has them, proofs that hold, and proofs that do not once bent."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.base.errors import IntegrityError
from servanda.log.tree import Tree, leaf_hash, node_hash, verify_consistency, verify_inclusion

MOST = 300
LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(MOST)]
TREE = Tree(LEAVES)
SIZES = st.integers(1, MOST)


def textbook_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(textbook_root(leaves[:split]), textbook_root(leaves[split:]))


def textbook_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1."""
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*textbook_path(index, leaves[:split]), textbook_root(leaves[split:])]
    return [*textbook_path(index - split, leaves[split:]), textbook_root(leaves[:split])]


def textbook_proof(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """RFC 6962 section 2.1.2."""
    if old == len(leaves):
        return [] if whole else [textbook_root(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= split:
        return [*textbook_proof(old, leaves[:split], whole), textbook_root(leaves[split:])]
    return [*textbook_proof(old - split, leaves[split:], False), textbook_root(leaves[:split])]


@given(SIZES, st.data())
def test_heads_and_proofs_are_those_of_the_textbook(size, data):
    leaves = LEAVES[:size]
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    assert TREE.root(size) == textbook_root(leaves)
    assert list(TREE.inclusion(index, size)) == textbook_path(index, leaves)
    assert list(TREE.consistency(old, size)) == textbook_proof(old, leaves)
    verify_inclusion(leaves[index], index, size, TREE.inclusion(index, size), TREE.root(size))
    verify_consistency(old, size, TREE.root(old), TREE.root(size), TREE.consistency(old, size))


@given(SIZES, st.data())
def test_a_bent_inclusion_proof_does_not_hold(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof, bent = TREE.inclusion(index, size), data.draw(st.integers(0, 3))
    leaf, root = LEAVES[index], TREE.root(size)
    if bent == 0 and proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        proof = (*proof[:place], leaf_hash(b"other"), *proof[place + 1 :])
    elif bent == 1:
        proof = (*proof, root)
    elif bent == 2 and size > 1:
        index = data.draw(st.integers(0, size - 1).filter(lambda other: other != index))
    else:
        leaf = leaf_hash(b"other")
    with pytest.raises(IntegrityError) as refused:
        verify_inclusion(leaf, index, size, proof, root)
    assert refused.value.code == "proof_invalid"


@given(SIZES, st.data())
def test_a_rewritten_history_has_no_consistency_proof(size, data):
    old = data.draw(st.integers(1, size))
    place = data.draw(st.integers(0, old - 1))
    other = Tree([*LEAVES[:place], leaf_hash(b"other"), *LEAVES[place + 1 : size]])
    for proof in (TREE.consistency(old, size), other.consistency(old, size)):
        with pytest.raises(IntegrityError) as refused:
            verify_consistency(old, size, TREE.root(old), other.root(size), proof)
        assert refused.value.code == "consistency_invalid"


@given(st.lists(st.one_of(st.binary(max_size=3), st.integers(0, 40)), max_size=60))
def test_a_tree_that_grows_and_is_cut_back_stays_the_tree_of_its_leaves(steps):
    tree, leaves = Tree(), []
    for step in steps:
        if isinstance(step, bytes):
            tree.append(leaf_hash(step))
            leaves.append(leaf_hash(step))
        else:
            size = min(step, len(leaves))
            tree.truncate(size)
            del leaves[size:]
    assert tree.size == len(leaves)
    assert [tree.root(size) for size in range(len(leaves) + 1)] == [
        textbook_root(leaves[:size]) for size in range(len(leaves) + 1)
    ]
