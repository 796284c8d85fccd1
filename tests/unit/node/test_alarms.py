"""Alarms: what does not hold is told once an hour, and evidence reaches whoever signed two histories."""

from __future__ import annotations

import pytest

from servanda.act.journal import Alarm
from servanda.base.errors import IntegrityError, MalformedError
from servanda.log import checkpoint as heads
from servanda.log.checkpoint import Checkpoint
from servanda.node import alarms, exported, stream
from servanda.node.journal import Journal
from servanda.node.ports import Space
from servanda.node.stream import Record
from servanda.seal.keys import Alg, generate
from tests.simulation.world import Pair
from tests.unit.node.actors import asks, forked, handmade, refuses, reopened, says, send, settled

NOT_TRUE = IntegrityError("rank_wrong", "entry 7: its rank is 9", action="ask the peer's node")


def raised(pair: Pair) -> list[tuple[str, str]]:
    return [(item.code, item.about) for item in pair.kr.node.journal.items if isinstance(item, Alarm)]


def test_an_alarm_of_one_code_is_raised_once_an_hour(pair: Pair) -> None:
    node = pair.kr.node
    for error, seconds in (
        (NOT_TRUE, 0),
        (NOT_TRUE, 3_599),
        (MalformedError("too_large", "9 bytes"), 0),
        (NOT_TRUE, 1),
    ):
        pair.advance(seconds)
        with node._step():
            alarms.refused(pair.kr.store, node.journal, error, node.now())
    about = "a bundle was refused: entry 7: its rank is 9"
    assert raised(pair) == [
        ("rank_wrong", about),
        ("too_large", "a bundle was refused: 9 bytes"),
        ("rank_wrong", about),
    ]


def test_foreign_bytes_neither_move_a_screen_nor_fill_a_page(pair: Pair) -> None:
    node: Journal = pair.kr.node.journal
    error = IntegrityError("key_unknown", "\x1b[2J\u202e" + "x" * 5_000, action="\x07 look")
    with pair.kr.node._step():
        alarms.refused(pair.kr.store, node, error, pair.kr.node.now())
    (about,) = [about for _, about in raised(pair)]
    assert about == ("a bundle was refused: [2J" + "x" * 5_000)[:1_024]
    refused = alarms.refused_last(pair.kr.store)
    assert refused == alarms.RefusedBundle(
        at=pair.kr.node.now(), code="key_unknown", message=("[2J" + "x" * 5_000)[:1_024], action=" look"
    )


def test_what_was_refused_is_past_once_a_bundle_is_taken(pair: Pair) -> None:
    raw = pair.jp.node.make_bundle()
    refuses(pair.kr, raw[:-1] + bytes([raw[-1] ^ 1]), "bundle_digest")
    pair.kr.node.take_bundle(raw)
    assert alarms.refused_last(pair.kr.store) is None
    assert len(raised(pair)) == 1
    settled(pair)


def test_evidence_is_sent_to_the_node_that_signed_two_histories(pair: Pair) -> None:
    """JP learns from KR's next bundle what its own keys have signed; it is told once."""
    raw = forked(pair)
    with pytest.raises(IntegrityError):
        pair.kr.node.take_bundle(raw)
    evidence = pair.kr.store.get(Space.EVIDENCE, pair.kr.node.holding.peer.name)
    for _ in range(2):
        send(pair.kr, pair.jp)
    jp = pair.jp.node
    assert evidence is not None
    assert pair.jp.store.get(Space.EVIDENCE, jp.holding.home.name) == evidence
    items = [(item.code, item.about) for item in jp.journal.items if isinstance(item, Alarm)]
    assert items == [("equivocation", jp.holding.home.name)]
    assert jp.correspondence().frozen is None


def test_a_frozen_log_is_not_receipted_any_more(pair: Pair) -> None:
    """A node with the other history could take nothing that comes beside a receipt of the first."""
    says(pair.jp, asks(pair.jp, "before"))
    send(pair.jp, pair.kr)
    assert [record.type for record in reopened(pair.kr.node.make_bundle(), pair.jp)].count("RECEIPT") == 1
    with pytest.raises(IntegrityError):
        pair.kr.node.take_bundle(forked(pair))
    types = [record.type for record in reopened(pair.kr.node.make_bundle(), pair.jp)]
    assert (types.count("RECEIPT"), types.count("EVIDENCE"), types.count("HEAD")) == (0, 1, 1)


@pytest.mark.parametrize("made_up", ["a stranger's", "its own heads", "another log"])
def test_what_proves_nothing_is_no_evidence(pair: Pair, made_up: str) -> None:
    """Heads that KR's keys did not sign, heads that stand so, heads of JP's own log."""
    home, keys = pair.kr.node.holding.home, pair.kr.keys.log()
    at = pair.kr.node.now()
    notes = {
        "a stranger's": [
            heads.sign_head(Checkpoint(log=home.name, size=3, root=bytes([n]) * 32), [generate(Alg.ED25519)], at)
            for n in (1, 2)
        ],
        "its own heads": [
            heads.sign_head(Checkpoint(log=home.name, size=n, root=home.tree.root(n)), keys, at) for n in (1, 2)
        ],
        "another log": [
            heads.sign_head(
                Checkpoint(log=pair.jp.node.holding.home.name, size=3, root=bytes([n]) * 32), pair.jp.keys.log(), at
            )
            for n in (1, 2)
        ],
    }[made_up]
    raw = handmade(pair.jp, pair.kr, stream.evidence_record(*notes))
    assert pair.kr.node.take_bundle(raw).accused is False
    assert (list(pair.kr.store.keys(Space.EVIDENCE)), raised(pair)) == ([], [])


def test_evidence_that_does_not_read_stops_the_bundle(pair: Pair) -> None:
    refuses(pair.kr, handmade(pair.jp, pair.kr, Record(type="EVIDENCE", body=b"one head")), "stream_malformed")


def test_an_exported_log_proves_the_evidence_in_it(pair: Pair) -> None:
    raw = forked(pair)
    with pytest.raises(IntegrityError):
        pair.kr.node.take_bundle(raw)
    file = exported_peer(pair)
    last = list(exported.verify(file))[-1]
    size = pair.kr.node.holding.peer.size
    assert (last.ok, last.name.startswith(f"evidence of two histories: {size} ")) == (True, True)
    kept = pair.kr.store.get(Space.EVIDENCE, pair.kr.node.holding.peer.name) or b""
    first, _ = stream.read_evidence(kept)
    contents = [record for record in stream.read(file).records if record.type != "EVIDENCE"]
    for notes, error in (((first, first), "consistency_invalid"), ((first, stranger(pair)), "signature_missing")):
        altered = stream.write([*contents, stream.evidence_record(*notes)])
        assert list(exported.verify(altered))[-1].error == error


def exported_peer(pair: Pair) -> bytes:
    node = pair.kr.node
    note = pair.kr.store.get(Space.HEAD, f"{node.holding.peer.name}/cosigned") or b""
    return exported.export(node.holding, node.holding.peer, note, [node.lists.own.raw, node.lists.peer.raw])


def stranger(pair: Pair) -> bytes:
    peer = pair.kr.node.holding.peer
    head = Checkpoint(log=peer.name, size=peer.size, root=bytes(32))
    return heads.sign_head(head, [generate(Alg.ED25519)], pair.kr.node.now())
