"""Receipts: an entry of a log, its proof, and the head it is under, in one file that proves itself.

Rules of this module:
- the entry is opaque here; what it decides is read where acts are known;
- first the head is verified, then the entry's hash under it; only then are its bytes handed on.

Spec: record 7.2. Source: C2SP tlog-proof.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from servanda.base import limits
from servanda.base.errors import IntegrityError, MalformedError
from servanda.log.checkpoint import SignedHead, Trust, open_checkpoint
from servanda.log.tree import HASH_BYTES, leaf_hash, verify_inclusion
from servanda.seal.text import b64, from_b64

_INTRO = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,15})").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt as read. Nothing is verified yet.

    Args:
        entry: the bytes of the entry, as the log hashes them.
        head: the checkpoint note.
    """

    entry: bytes
    index: int
    proof: tuple[bytes, ...]
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """An entry that is under a head whose trusted lines hold."""

    entry: bytes
    index: int
    head: SignedHead


def make(entry: bytes, index: int, proof: Sequence[bytes], head: bytes) -> bytes:
    """The receipt of an entry under a signed head."""
    lines = [_INTRO, f"extra {b64(entry)}", f"index {index}", *(b64(one) for one in proof)]
    return "\n".join((*lines, "", "")).encode() + head


def read(raw: bytes) -> Receipt:
    """The parts of a receipt.

    Raises:
        MalformedError: `too_large` or `proof_malformed`.
    """
    if len(raw) > limits.RECEIPT_BYTES_MAX:
        raise MalformedError(
            "too_large",
            f"a receipt of {len(raw)} bytes, at most {limits.RECEIPT_BYTES_MAX} are taken",
            action="refuse what sent it",
        )
    front, parted, head = raw.partition(b"\n\n")
    try:
        lines = front.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise _malformed("it is not ASCII above the checkpoint") from error
    if not parted or len(lines) < 3 or lines[0] != _INTRO or not lines[1].startswith("extra "):
        raise _malformed(f"it does not begin with `{_INTRO}`, an extra line and an index")
    index = _INDEX(lines[2])
    if index is None or int(index[1]) >= limits.LOG_ENTRIES_MAX:
        raise _malformed(f"`{lines[2][:40]}` is no index")
    if len(lines) - 3 > limits.PROOF_HASHES_MAX:
        raise _malformed(f"its proof has more than {limits.PROOF_HASHES_MAX} hashes")
    return Receipt(
        entry=_bytes(lines[1].removeprefix("extra ")),
        index=int(index[1]),
        proof=tuple(_hash(line) for line in lines[3:]),
        head=head,
    )


def verify(receipt: Receipt, origin: str, trust: Sequence[Trust]) -> Proven:
    """Hold a receipt against the keys trusted for a log.

    Raises:
        MalformedError, IntegrityError: as `open_checkpoint`; `proof_invalid`.
    """
    head = open_checkpoint(receipt.head, origin, trust)
    verify_inclusion(leaf_hash(receipt.entry), receipt.index, head.checkpoint.size, receipt.proof, head.checkpoint.root)
    return Proven(entry=receipt.entry, index=receipt.index, head=head)


def _hash(line: str) -> bytes:
    data = _bytes(line)
    if len(data) != HASH_BYTES:
        raise _malformed(f"`{line[:60]}` is no hash")
    return data


def _bytes(text: str) -> bytes:
    try:
        return from_b64(text)
    except IntegrityError as error:
        raise _malformed(f"`{text[:60]}` is not base64 in its own spelling") from error


def _malformed(reason: str) -> MalformedError:
    return MalformedError("proof_malformed", f"no receipt: {reason}", action="ask for the receipt again")
