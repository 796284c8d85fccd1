"""The hash tree of a log: heads at any size, and proofs about them.

Rules of this module:
- an entry is hashed once; whole subtrees are kept, so that heads and proofs cost as many hashes as the log has levels;
- the tree knows bytes only; what an entry says is read elsewhere;
- a proof is verified from roots and hashes alone, without any tree.

Spec: record 6.1. Source: RFC 6962 section 2.1; RFC 9162 sections 2.1.3 and 2.1.4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from servanda.base import limits
from servanda.base.errors import IntegrityError, UsageError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree over leaf hashes.

    Level 0 holds the leaves, level n the subtrees of 2^n leaves that are whole, each as 32 bytes in one row.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[bytearray] = [bytearray()]
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next entry."""
        level, node = 0, leaf
        while True:
            row = self._levels[level]
            row += node
            if len(row) % (2 * HASH_BYTES):
                return
            node = hashlib.sha256(b"\x01" + row[-2 * HASH_BYTES :]).digest()
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())

    def truncate(self, size: int) -> None:
        """Forget the leaves from `size` on, where a step that added them was not written."""
        self._refuse_beyond(size)
        for level, row in enumerate(self._levels):
            del row[(size >> level) * HASH_BYTES :]

    def leaf(self, index: int) -> bytes:
        """The leaf hash at an index.

        Raises:
            UsageError: `size_beyond_log`.
        """
        if not 0 <= index < self.size:
            raise _beyond(index + 1, self.size)
        return self._node(0, index)

    def root(self, size: int) -> bytes:
        """The head of the first `size` leaves.

        Raises:
            UsageError: `size_beyond_log`.
        """
        self._refuse_beyond(size)
        return self._edge(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """The proof that the leaf at `index` is under the head of `size`.

        Raises:
            UsageError: `size_beyond_log`.

        Source: RFC 9162 section 2.1.3.1.
        """
        self._refuse_beyond(size)
        if not 0 <= index < size:
            raise _beyond(index + 1, size)
        return tuple(self._path(0, index, size))

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The proof that the head of `new` goes on from the head of `old`.

        Raises:
            UsageError: `size_beyond_log`.

        Source: RFC 9162 section 2.1.4.1.
        """
        self._refuse_beyond(new)
        if not 0 <= old <= new:
            raise _beyond(old, new)
        if old in (0, new):
            return ()
        level = (old & -old).bit_length() - 1
        place = (old >> level) - 1
        first = [] if place == 0 else [self._node(level, place)]
        return (*first, *self._path(level, place, new))

    def _path(self, level: int, place: int, size: int) -> list[bytes]:
        """The hashes beside the way from a whole subtree up to the head of `size`, the lowest first."""
        hashes = []
        while (1 << level) < size:
            beside = place ^ 1
            start, end = beside << level, (beside + 1) << level
            if end <= size:
                hashes.append(self._node(level, beside))
            elif start < size:
                hashes.append(self._edge(start, size))
            level, place = level + 1, place >> 1
        return hashes

    def _edge(self, start: int, size: int) -> bytes:
        """The hash of the leaves from `start` on, where the tree of `size` ends in a part that is not whole."""
        peaks = []
        while start < size:
            level = (size - start).bit_length() - 1
            peaks.append(self._node(level, start >> level))
            start += 1 << level
        head = peaks.pop()
        while peaks:
            head = node_hash(peaks.pop(), head)
        return head

    def _node(self, level: int, place: int) -> bytes:
        row = self._levels[level]
        return bytes(row[place * HASH_BYTES : (place + 1) * HASH_BYTES])

    def _refuse_beyond(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise _beyond(size, self.size)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Hold a leaf against a head.

    Raises:
        IntegrityError: `proof_invalid`.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size or len(proof) > limits.PROOF_HASHES_MAX:
        raise _proof_invalid()
    place, last, head = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            raise _proof_invalid()
        if place & 1 or place == last:
            head = node_hash(beside, head)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            head = node_hash(head, beside)
        place, last = place >> 1, last >> 1
    if last != 0 or head != root:
        raise _proof_invalid()


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Hold a newer head of a log against an older one.

    Raises:
        IntegrityError: `consistency_invalid`.

    Source: RFC 9162 section 2.1.4.2; a head of size 0 is that of the empty tree.
    """
    if not 0 <= old <= new or len(proof) > limits.PROOF_HASHES_MAX:
        raise _consistency_invalid(old, new)
    if old in (0, new):
        if proof or old_root != (new_root if old == new else EMPTY_ROOT):
            raise _consistency_invalid(old, new)
        return
    hashes = list(proof) if old & (old - 1) else [old_root, *proof]
    if not hashes:
        raise _consistency_invalid(old, new)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            raise _consistency_invalid(old, new)
        if place & 1 or place == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, beside)
        place, last = place >> 1, last >> 1
    if last != 0 or before != old_root or after != new_root:
        raise _consistency_invalid(old, new)


def _beyond(size: int, most: int) -> UsageError:
    return UsageError(
        "size_beyond_log", f"size {size} is not within the {most} entries of the log", action="ask for less"
    )


def _proof_invalid() -> IntegrityError:
    return IntegrityError(
        "proof_invalid", "the proof does not lead from the entry to the head of the log", action="ask for it again"
    )


def _consistency_invalid(old: int, new: int) -> IntegrityError:
    return IntegrityError(
        "consistency_invalid",
        f"the head of size {new} does not go on from the head of size {old}",
        action="keep both heads; stop cosigning that log",
    )
