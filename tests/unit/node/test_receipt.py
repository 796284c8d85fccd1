"""The receipt "decided": entries that are no reply to the act asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from servanda.act.entry import Entry, Keyed, Received, RecordedRuling, Seen, encode
from servanda.act.ruling import Permit
from servanda.base.errors import IntegrityError
from servanda.log import receipt
from servanda.log.checkpoint import Checkpoint, LineType, Trust, open_checkpoint, sign_head
from servanda.log.tree import EMPTY_ROOT, Tree, leaf_hash
from servanda.node.receipt import Decided, decided
from servanda.seal.keys import Alg, from_seed

LOG = "jp.node.example/kr/1"
KEY = from_seed(Alg.ED25519, bytes(32))
TRUST = [Trust(name=LOG, type=LineType.ED25519, public=KEY.public)]
AT = datetime(2031, 4, 1, 8, tzinfo=UTC)
ACT, OTHER_ACT = "ab" * 32, "cd" * 32
REPLY = Received(
    log=LOG,
    index=1,
    recorded_at=AT,
    act=ACT,
    envelope="ef" * 32,
    source=("kr.node.example/jp/1", 1),
    seen=Seen(log="kr.node.example/jp/1", size=0, root=EMPTY_ROOT),
    ruling=RecordedRuling(ruling=Permit(cites=("4.2",)), agreement_digest="01" * 32, facts="02" * 32),
    observed={},
)
KEYED = Keyed(log=LOG, index=1, recorded_at=AT, party="KR", number=1, keys="03" * 32)


def proved(entry: Entry, *, at: int = 1) -> bytes:
    """A receipt of an entry that lies at `at`, whatever the entry says of its place."""
    raw = encode(entry)
    tree = Tree([leaf_hash(b"before")] * at + [leaf_hash(raw)])
    head = sign_head(Checkpoint(log=LOG, size=tree.size, root=tree.root(tree.size)), [KEY], AT)
    return receipt.make(raw, at, tree.inclusion(at, tree.size), head)


@pytest.mark.parametrize(
    ("entry", "act", "at", "code"),
    [
        (REPLY, OTHER_ACT, 1, "receipt_of_other_act"),
        (replace(REPLY, act=OTHER_ACT), ACT, 1, "receipt_of_other_act"),
        (KEYED, ACT, 1, "receipt_of_other_act"),
        (REPLY, ACT, 2, "entry_misplaced"),
        (replace(REPLY, log="jp.node.example/kr/2"), ACT, 1, "entry_misplaced"),
    ],
)
def test_an_entry_that_is_no_reply_to_this_act_here_is_refused(entry, act, at, code):
    with pytest.raises(IntegrityError) as refused:
        decided(proved(entry, at=at), act, LOG, TRUST)
    assert refused.value.code == code


def test_the_head_is_held_before_the_entry_is_read():
    raw = proved(REPLY).replace(b"index 1", b"index 0")
    with pytest.raises(IntegrityError) as refused:
        decided(raw, OTHER_ACT, LOG, TRUST)
    assert refused.value.code == "proof_invalid"


def test_a_reply_is_proved():
    raw = proved(REPLY)
    assert decided(raw, ACT, LOG, TRUST) == Decided(
        reply=REPLY, head=open_checkpoint(receipt.read(raw).head, LOG, TRUST)
    )
