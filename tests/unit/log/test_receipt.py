"""Receipts: files that are none, and entries that the head does not hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from servanda.base.errors import IntegrityError, MalformedError
from servanda.log import receipt
from servanda.log.checkpoint import open_checkpoint
from servanda.log.receipt import Proven, Receipt
from servanda.seal.text import b64
from tests.unit.log.heads import ENTRIES, HELD, LOG, SIGNED, TREE, TRUST

PROOF = TREE.inclusion(2, 5)
GOOD = Receipt(entry=ENTRIES[2], index=2, proof=PROOF, head=HELD)
RAW = receipt.make(ENTRIES[2], 2, PROOF, HELD)
HASH = b64(PROOF[0]).encode()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "proof_malformed"),
        (RAW.replace(b"@v1", b"@v2"), "proof_malformed"),
        (RAW.replace(b"extra ", b"Extra "), "proof_malformed"),
        (RAW.replace(b"extra " + b64(ENTRIES[2]).encode() + b"\n", b""), "proof_malformed"),
        (RAW.replace(b"extra ", b"extra  "), "proof_malformed"),
        (RAW.replace(b64(ENTRIES[2]).encode(), b"AB=="), "proof_malformed"),
        (RAW.replace(b"index 2", b"index 02"), "proof_malformed"),
        (RAW.replace(b"index 2", b"index -2"), "proof_malformed"),
        (RAW.replace(b"index 2", b"index %d" % 2**40), "proof_malformed"),
        (RAW.replace(b"index 2\n", b""), "proof_malformed"),
        (RAW.replace(HASH, b"AAAA"), "proof_malformed"),
        (RAW.replace(HASH, HASH[:-1]), "proof_malformed"),
        (RAW.replace(HASH, "\u00e9".encode()), "proof_malformed"),
        (RAW.replace(HASH, b"\n".join([HASH] * 64)), "proof_malformed"),
        (RAW.replace(b"\n\n", b"\n", 1), "proof_malformed"),
        (RAW + b" " * 262_144, "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_what_is_no_receipt_is_refused(raw, code):
    with pytest.raises(MalformedError) as refused:
        receipt.read(raw)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(GOOD, entry=ENTRIES[3]), "proof_invalid"),
        (replace(GOOD, index=3), "proof_invalid"),
        (replace(GOOD, index=5), "proof_invalid"),
        (replace(GOOD, proof=PROOF[:-1]), "proof_invalid"),
        (replace(GOOD, head=SIGNED), "signature_missing"),
        (replace(GOOD, head=HELD.replace(LOG.encode(), b"jp.node.example/kr/2")), "origin_wrong"),
        (replace(GOOD, head=HELD.replace(b"\n5\n", b"\n4\n")), "signature_invalid"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_a_receipt_that_does_not_hold_raises(wrong, code):
    with pytest.raises(IntegrityError) as refused:
        receipt.verify(wrong, LOG, TRUST)
    assert refused.value.code == code


def test_a_receipt_without_a_checkpoint_proves_nothing():
    with pytest.raises(MalformedError) as refused:
        receipt.verify(replace(GOOD, head=b""), LOG, TRUST)
    assert refused.value.code == "note_malformed"


@pytest.mark.parametrize("index", range(5))
def test_every_entry_is_proved(index):
    raw = receipt.make(ENTRIES[index], index, TREE.inclusion(index, 5), HELD)
    assert receipt.verify(receipt.read(raw), LOG, TRUST) == Proven(
        entry=ENTRIES[index], index=index, head=open_checkpoint(HELD, LOG, TRUST)
    )


def test_a_receipt_is_written_as_the_format_says():
    assert receipt.read(RAW) == GOOD
    assert (
        b"c2sp.org/tlog-proof@v1\nextra "
        + b64(ENTRIES[2]).encode()
        + b"\nindex 2\n"
        + b"".join(b64(one).encode() + b"\n" for one in PROOF)
        + b"\n"
        + HELD
    ) == RAW
