"""How fast a log proves what is in it, at a hundred thousand entries.

Floor: the hashes that nobody can leave out, over bytes of the same lengths: for an entry its leaf and one hash a level;
for two heads one hash a line of the proof in either; for a growing log its leaves and as many nodes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from random import Random

from bench.harness import Figure, beside
from servanda.log.tree import Tree, leaf_hash, verify_consistency, verify_inclusion

ENTRIES = 100_000
ENTRY_BYTES = 704
PROOFS = 2_000
NODE = bytes(65)


def run() -> Iterator[Figure]:
    """The figures of this bench."""
    entries = [index.to_bytes(8, "big") * (ENTRY_BYTES // 8) for index in range(ENTRIES)]
    tree = Tree(map(leaf_hash, entries))
    places = Random(1).sample(range(ENTRIES), PROOFS)
    yield included(entries, tree, places)
    yield consistent(tree, places)
    yield grown(entries)


def included(entries: Sequence[bytes], tree: Tree, places: Sequence[int]) -> Figure:
    """An entry is under the head: the proof made and verified."""
    root = tree.root(ENTRIES)
    levels = sum(len(tree.inclusion(place, ENTRIES)) for place in places)

    def ours() -> int:
        for place in places:
            proof = tree.inclusion(place, ENTRIES)
            verify_inclusion(leaf_hash(entries[place]), place, ENTRIES, proof, root)
        return PROOFS

    def floor() -> int:
        for place in places:
            hashlib.sha256(b"\x00" + entries[place]).digest()
        _hash_nodes(levels)
        return PROOFS

    return beside("entries proved and verified", ours, floor, of="proofs", named="their hashes")


def consistent(tree: Tree, places: Sequence[int]) -> Figure:
    """The head goes on from an older one: the proof made and verified."""
    root, roots = tree.root(ENTRIES), {place: tree.root(place) for place in places}
    lines = sum(len(tree.consistency(place, ENTRIES)) for place in places)

    def ours() -> int:
        for place in places:
            verify_consistency(place, ENTRIES, roots[place], root, tree.consistency(place, ENTRIES))
        return PROOFS

    def floor() -> int:
        _hash_nodes(2 * lines)
        return PROOFS

    return beside("heads proved to go on, and verified", ours, floor, of="proofs", named="their hashes")


def grown(entries: Sequence[bytes]) -> Figure:
    """The tree of all entries."""

    def ours() -> int:
        return Tree(map(leaf_hash, entries)).size

    def floor() -> int:
        for entry in entries:
            hashlib.sha256(b"\x00" + entry).digest()
        _hash_nodes(len(entries))
        return len(entries)

    return beside("entries added to the tree", ours, floor, of="entries", named="their hashes")


def _hash_nodes(count: int) -> None:
    for _ in range(count):
        hashlib.sha256(NODE).digest()
