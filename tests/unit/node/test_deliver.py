"""Deliver: bundles that are lost, repeated, late or not true, a database behind its mark, and two heads of one size."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from servanda.act.journal import Alarm
from servanda.act.ruling import Permit
from servanda.base.errors import IntegrityError, PeerError, ServandaError, UsageError
from servanda.log import checkpoint as heads
from servanda.log.checkpoint import Checkpoint
from servanda.log.note import parse
from servanda.node import answers, bundle, correspondence, recovery
from servanda.node.ports import Space
from servanda.node.stages import Delivery
from servanda.node.stream import Record, Want, want_record
from servanda.node.trust import of_log
from servanda.seal.keys import Alg, generate
from tests.simulation.world import Direct, Pair, Side, restarted
from tests.unit.node.actors import (
    asks,
    forked,
    known,
    officer,
    refuses,
    releases,
    reopened,
    reply_of,
    rewrapped,
    says,
    send,
    settled,
    shares,
    without,
)


def refused(side: Side, raw: bytes, code: str) -> ServandaError:
    return refuses(side, raw, code)


# -- bundles on their way ----------------------------------------------------------------------------------------------


def test_a_bundle_that_is_lost_is_made_up_for_by_the_next(pair: Pair) -> None:
    first = says(pair.kr, asks(pair.kr, "one"))
    pair.kr.node.make_bundle()
    second = says(pair.kr, asks(pair.kr, "two"))
    send(pair.kr, pair.jp)
    assert [isinstance(reply_of(pair.jp, each.act), Permit) for each in (first, second)] == [True, True]
    settled(pair)


def test_a_bundle_that_comes_again_changes_nothing(pair: Pair) -> None:
    says(pair.kr, asks(pair.kr))
    raw = pair.kr.node.make_bundle()
    pair.jp.node.take_bundle(raw)
    before = known(pair.jp)
    for _ in range(2):
        assert pair.jp.node.take_bundle(raw).entries == 0
    assert known(pair.jp) == before
    settled(pair)


def test_bundles_may_come_in_any_order(pair: Pair) -> None:
    raws = []
    for question in ("one", "two", "three"):
        says(pair.kr, asks(pair.kr, question))
        raws.append(pair.kr.node.make_bundle())
    assert [pair.jp.node.take_bundle(raw).entries for raw in reversed(raws)] == [3, 0, 0]
    assert pair.jp.node.correspondence().in_number == pair.kr.node.correspondence().out_number
    settled(pair)


def test_bundles_are_numbered_and_name_the_one_before(pair: Pair) -> None:
    raws = [pair.kr.node.make_bundle() for _ in range(3)]
    manifests = [bundle.read_manifest(raw, pair.jp.node._deliverer._peer_link)[0] for raw in raws]
    numbers = [manifest.number for manifest in manifests]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
    digests = [hashlib.sha256(raw).hexdigest() for raw in raws]
    assert [manifest.previous for manifest in manifests[1:]] == digests[:2]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda pair, raw: raw[:-1], "bundle_truncated"),
        (lambda pair, raw: raw[:-1] + bytes([raw[-1] ^ 1]), "bundle_digest"),
        (lambda pair, raw: pair.kr.node.make_bundle(), "key_unknown"),
        (lambda pair, raw: rewrapped(raw, pair.jp, pair.kr, without("HEAD")), "bundle_malformed"),
        (lambda pair, raw: rewrapped(raw, pair.jp, pair.kr, lambda records: records * 2), "bundle_malformed"),
        (lambda pair, raw: rewrapped(raw, replace_link(pair.jp), pair.kr, lambda records: records), "key_unknown"),
    ],
    ids=["cut short", "one bit", "our own", "no head", "two heads", "a stranger's"],
)
def test_a_bundle_that_does_not_hold_changes_nothing(pair: Pair, change, code: str) -> None:
    says(pair.jp, asks(pair.jp))
    raw = change(pair, pair.jp.node.make_bundle())
    refused(pair.kr, raw, code)


def replace_link(side: Side) -> Side:
    """The same node with a link key that stands in no list."""
    keys = type(side.keys)(
        log=side.keys.log(),
        witness=side.keys.witness(),
        link=generate(Alg.ED25519),
        seal=side.keys.seal(),
        officers={},
    )
    return replace(side, keys=keys)


def test_a_bundle_is_for_its_addressee(pair: Pair) -> None:
    """JP signs a bundle for a third Party; carried here by mistake, it is handed on."""
    raw = pair.jp.node.make_bundle()
    manifest, sealed = bundle.read_manifest(raw, pair.kr.node._deliverer._peer_link)
    astray = bundle.wrap(replace(manifest, to_party="US"), pair.jp.keys.link(), sealed)
    refused(pair.kr, astray, "addressee_wrong")


@pytest.mark.parametrize("key", ["stranger", "peer"])
def test_a_head_is_signed_by_its_own_log(pair: Pair, key: str) -> None:
    says(pair.jp, asks(pair.jp))
    raw = pair.jp.node.make_bundle()
    secret = generate(Alg.ED25519) if key == "stranger" else pair.kr.keys.log()[0]

    def resigned(records: list[Record]) -> list[Record]:
        (note,) = [record.body for record in records if record.type == "HEAD"]
        head = heads.read_text(parse(note).text)
        body = heads.sign_head(head, [secret], pair.jp.node.now())
        return [Record(type="HEAD", body=body), *without("HEAD")(records)]

    refused(pair.kr, rewrapped(raw, pair.jp, pair.kr, resigned), "signature_missing")


def test_a_head_of_another_log_is_none(pair: Pair) -> None:
    raw = pair.jp.node.make_bundle()

    def elsewhere(records: list[Record]) -> list[Record]:
        head = Checkpoint(log="exercise.jp.node.example/us/1", size=3, root=bytes(32))
        body = heads.sign_head(head, pair.jp.keys.log(), pair.jp.node.now())
        return [replace(record, body=body) if record.type == "HEAD" else record for record in records]

    refused(pair.kr, rewrapped(raw, pair.jp, pair.kr, elsewhere), "origin_wrong")


def test_unknown_records_are_counted_and_skipped(pair: Pair) -> None:
    entry = says(pair.jp, asks(pair.jp))
    more = [Record(type="WEATHER", body=b"fair"), Record(type="TIDE", body=b"high")]
    raw = rewrapped(pair.jp.node.make_bundle(), pair.jp, pair.kr, lambda records: [*more, *records])
    assert pair.kr.node.take_bundle(raw).unknown == 2
    assert isinstance(reply_of(pair.kr, entry.act), Permit)


def test_what_stays_home_is_given_to_nobody_who_names_it(pair: Pair) -> None:
    """The peer has learnt digest and commitment of a draft that was refused at home."""
    shared = says(pair.kr, shares(pair.kr))
    pair.sync()
    home = pair.jp.node.submit(releases(pair.jp, shared), [officer(pair.jp)]).judged.intake.signed
    names = (home.envelope_digest, home.statement.payload_commit or "")
    assert pair.jp.store.fetch(names[1]) is not None
    raw = pair.kr.node.make_bundle()
    pair.jp.node.take_bundle(
        rewrapped(raw, pair.kr, pair.jp, lambda records: [*records, want_record(Want(payloads=names))])
    )
    assert pair.jp.node.correspondence().asked == names

    records = reopened(pair.jp.node.make_bundle(), pair.kr)

    assert [record for record in records if record.type in ("ACT", "PAYLOAD")] == []
    assert pair.jp.node.correspondence().asked == ()


# -- receipts ----------------------------------------------------------------------------------------------------------


def test_a_cosignature_of_what_never_stood_here_is_not_taken(pair: Pair) -> None:
    says(pair.kr, asks(pair.kr))
    send(pair.kr, pair.jp)
    home, jp = pair.kr.node.holding.home, pair.jp
    raw = jp.node.make_bundle()

    def with_receipt(size: int, root: bytes) -> bytes:
        note = heads.sign_head(Checkpoint(log=home.name, size=size, root=root), pair.kr.keys.log(), jp.node.now())
        note = heads.cosign(note, "exercise.jp.node.example/witness", jp.keys.witness(), jp.node.now())
        return rewrapped(
            raw, jp, pair.kr, lambda records: [*without("RECEIPT")(records), Record(type="RECEIPT", body=note)]
        )

    refused(pair.kr, with_receipt(home.size, bytes(32)), "consistency_invalid")
    refused(pair.kr, with_receipt(home.size + 1, bytes(32)), "consistency_invalid")
    assert pair.kr.node.take_bundle(with_receipt(home.size, home.tree.root(home.size))).held == home.size


def test_a_cosignature_needs_the_witness_of_the_peer(pair: Pair) -> None:
    says(pair.kr, asks(pair.kr))
    send(pair.kr, pair.jp)
    home, jp = pair.kr.node.holding.home, pair.jp
    head = Checkpoint(log=home.name, size=home.size, root=home.tree.root(home.size))
    bare = heads.sign_head(head, pair.kr.keys.log(), jp.node.now())
    stranger = heads.cosign(bare, "exercise.jp.node.example/witness", [generate(Alg.ED25519)], jp.node.now())
    for note in (bare, stranger):
        raw = rewrapped(
            jp.node.make_bundle(),
            jp,
            pair.kr,
            lambda records, note=note: [*without("RECEIPT")(records), Record(type="RECEIPT", body=note)],
        )
        refused(pair.kr, raw, "signature_missing")


def test_an_older_cosignature_takes_nothing_back(pair: Pair) -> None:
    says(pair.kr, asks(pair.kr, "one"))
    send(pair.kr, pair.jp)
    old = pair.jp.node.make_bundle()
    says(pair.kr, asks(pair.kr, "two"))
    send(pair.kr, pair.jp)
    send(pair.jp, pair.kr)
    held = pair.kr.node.correspondence().held
    assert held == pair.kr.node.holding.home.size
    assert pair.kr.node.take_bundle(old).held == held


def test_held_comes_after_all_is_held(pair: Pair) -> None:
    """Nothing is cosigned while a payload is missing: held means that an arbiter can be shown it."""
    entry = says(pair.jp, shares(pair.jp))
    cosigned = pair.kr.node.correspondence().cosigned
    bare = rewrapped(pair.jp.node.make_bundle(), pair.jp, pair.kr, without("PAYLOAD"))
    pair.kr.node.take_bundle(bare)
    assert (pair.kr.node.correspondence().cosigned, entry.index >= cosigned) == (cosigned, True)
    pair.kr.node.take_bundle(pair.jp.node.make_bundle())
    assert pair.kr.node.correspondence().cosigned == entry.index + 1


def test_the_four_states_of_delivery(pair: Pair) -> None:
    node = pair.kr.node

    def delivery() -> Delivery:
        return answers.delivery(node.holding, answers.find(node.holding, entry.act), node.correspondence())

    entry = says(pair.kr, asks(pair.kr))
    assert delivery() == Delivery(recorded=entry.index, carried=None, held=None, decided=None)
    raw = node.make_bundle()
    number = node.correspondence().out_number
    assert delivery() == Delivery(recorded=entry.index, carried=number, held=None, decided=None)
    node.make_bundle()
    number += 1
    pair.jp.node.take_bundle(raw)
    send(pair.jp, pair.kr)
    reply = pair.jp.node.holding.home.reply(entry.act, 1 << 30)
    assert reply is not None
    held = entry.index + 1
    assert delivery() == Delivery(recorded=entry.index, carried=number, held=held, decided=reply.index)
    assert list(pair.kr.store.keys(Space.OUTBOX)) == []
    pair.sync()
    node.make_bundle()
    assert delivery().carried == number


# -- the mark ----------------------------------------------------------------------------------------------------------


def older(side: Side):
    """The database as it is now, to be put back later."""
    return side.store.copy()


def restored(side: Side, store) -> None:
    side.store = store
    restarted(side)


def behind(side: Side, action) -> None:
    before = known(side)
    with pytest.raises(PeerError) as caught:
        action()
    assert (caught.value.code, known(side)) == ("behind_mark", before)


def test_a_restored_database_signs_nothing(pair: Pair) -> None:
    copy = older(pair.kr)
    says(pair.kr, asks(pair.kr))
    pair.sync()
    theirs = says(pair.jp, asks(pair.jp))
    draft, raw = asks(pair.kr, "again"), pair.jp.node.make_bundle()
    restored(pair.kr, copy)

    behind(pair.kr, pair.kr.node.make_bundle)
    behind(pair.kr, pair.kr.node.settle)
    behind(pair.kr, pair.kr.node.beat)
    behind(pair.kr, lambda: pair.kr.node.submit(draft, [officer(pair.kr)]))
    behind(pair.kr, lambda: pair.kr.node.take_bundle(raw))
    behind(pair.kr, lambda: pair.kr.node.destroy(theirs.act))
    behind(pair.kr, pair.kr.node.audit)


def test_a_database_that_went_another_way_signs_nothing(pair: Pair) -> None:
    copy = older(pair.kr)
    says(pair.kr, asks(pair.kr, "as it was"))
    pair.kr.node.make_bundle()
    mark = pair.kr.mark.read()
    restored(pair.kr, copy)
    pair.kr.mark.write(b"exercise.kr.node.example/jp/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
    for question in ("another", "and one more"):
        says(pair.kr, asks(pair.kr, question))
    assert mark is not None
    pair.kr.mark.write(mark)

    behind(pair.kr, pair.kr.node.make_bundle)


def test_the_mark_is_written_before_a_head_leaves_and_never_goes_back(pair: Pair) -> None:
    says(pair.kr, asks(pair.kr))
    before = heads.read_text((pair.kr.mark.read() or b"").decode())
    pair.kr.node.make_bundle()
    home = pair.kr.node.holding.home
    mark = Checkpoint(log=home.name, size=home.size, root=home.tree.root(home.size))
    assert before.size < home.size
    assert heads.read_text((pair.kr.mark.read() or b"").decode()) == mark
    recovery.raise_to(pair.kr.mark, before)
    assert heads.read_text((pair.kr.mark.read() or b"").decode()) == mark


# -- two heads of one size ---------------------------------------------------------------------------------------------


def test_two_heads_of_one_size_are_kept_and_that_log_is_applied_no_longer(pair: Pair) -> None:
    raw = forked(pair)
    peer = pair.kr.node.holding.peer
    size, entries, cosigned = peer.size, list(peer.entries), pair.kr.node.correspondence().cosigned
    items = len(pair.kr.node.journal.items)

    with pytest.raises(IntegrityError, match="signed two heads of one size that differ") as caught:
        pair.kr.node.take_bundle(raw)

    assert caught.value.code == "equivocation"
    evidence = pair.kr.store.get(Space.EVIDENCE, peer.name) or b""
    first, second = evidence.split(b"====\n")
    trust = of_log(peer.name, pair.kr.node.lists, pair.kr.node.identity)
    opened = [heads.open_checkpoint(note, peer.name, trust).checkpoint for note in (first, second)]
    assert heads.contradict(*opened)
    assert pair.kr.node.journal.items[items:] == [
        Alarm(index=items, recorded_at=pair.kr.node.now(), code="equivocation", about=peer.name)
    ]
    assert pair.kr.node.correspondence().frozen == "equivocation"
    assert (peer.size, peer.entries, pair.kr.node.correspondence().cosigned) == (size, entries, cosigned)
    pair.kr.node.audit()


def test_the_own_side_goes_on_serving(pair: Pair) -> None:
    raw = forked(pair)
    with pytest.raises(IntegrityError):
        pair.kr.node.take_bundle(raw)
    before = pair.kr.node.holding.peer.size
    ours = says(pair.kr, asks(pair.kr, "after the fork"))
    says(pair.jp, asks(pair.jp, "and on"))

    send(pair.kr, pair.jp)
    brought = pair.kr.node.take_bundle(pair.jp.node.make_bundle())

    assert (brought.frozen, brought.entries, pair.kr.node.holding.peer.size) == ("equivocation", 0, before)
    assert isinstance(reply_of(pair.jp, ours.act), Permit)
    assert brought.held == ours.index + 1
    assert pair.kr.node.answer(pair.jp.node.make_bundle())
    with pytest.raises(IntegrityError, match="contradicted itself and is no longer applied") as caught:
        pair.kr.node.sync(Direct(pair.jp.node))
    assert caught.value.code == "equivocation"


def test_a_log_that_is_frozen_is_not_cosigned(pair: Pair) -> None:
    """Held before the second head came, and not yet cosigned."""
    raw = forked(pair)
    stands = pair.kr.node.correspondence()
    with pair.kr.node._step():
        correspondence.save(pair.kr.store, replace(stands, cosigned=stands.cosigned - 1))
    with pytest.raises(IntegrityError):
        pair.kr.node.take_bundle(raw)
    pair.kr.node.settle()
    assert pair.kr.node.correspondence().cosigned == stands.cosigned - 1


def test_a_head_that_the_held_copy_contradicts_is_evidence_too(pair: Pair) -> None:
    """The second head is of a size that was never signed before; the entries held make another root there."""
    for question in ("one", "two"):
        says(pair.jp, asks(pair.jp, question))
    send(pair.jp, pair.kr)
    home = pair.jp.node.holding.home
    head = Checkpoint(log=home.name, size=home.size - 1, root=bytes(32))
    note = heads.sign_head(head, pair.jp.keys.log(), pair.jp.node.now())
    raw = rewrapped(
        pair.jp.node.make_bundle(),
        pair.jp,
        pair.kr,
        lambda records: [Record(type="HEAD", body=note), *without("HEAD")(records)],
    )
    with pytest.raises(IntegrityError) as caught:
        pair.kr.node.take_bundle(raw)
    assert caught.value.code == "equivocation"
    assert (pair.kr.store.get(Space.EVIDENCE, home.name) or b"").endswith(note)


def test_an_honest_head_behind_what_is_held_is_none(pair: Pair) -> None:
    raws = []
    for question in ("one", "two"):
        says(pair.jp, asks(pair.jp, question))
        raws.append(pair.jp.node.make_bundle())
    pair.kr.node.take_bundle(raws[1])
    pair.kr.node.take_bundle(raws[0])
    assert pair.kr.node.correspondence().frozen is None
    assert pair.kr.store.count(Space.EVIDENCE) == 0


# -- sync --------------------------------------------------------------------------------------------------------------


class Broken:
    """A link that is down."""

    def exchange(self, bundle: bytes) -> bytes:
        del bundle
        raise PeerError("peer_unreachable", "the other node does not answer")


def test_a_link_that_is_down_loses_nothing(pair: Pair) -> None:
    entry = says(pair.kr, asks(pair.kr))
    with pytest.raises(PeerError, match="does not answer"):
        pair.kr.node.sync(Broken())
    assert pair.kr.node.has_news()
    pair.sync()
    assert isinstance(reply_of(pair.jp, entry.act), Permit)
    assert not pair.kr.node.has_news()


class Deaf:
    """A peer that answers, and never cosigns or replies."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self.exchanges = 0

    def exchange(self, bundle: bytes) -> bytes:
        del bundle
        self.exchanges += 1
        return self._pair.jp.node.make_bundle()


def test_a_peer_that_never_takes_anything_ends_the_sync(pair: Pair) -> None:
    says(pair.kr, asks(pair.kr))
    deaf = Deaf(pair)
    with pytest.raises(PeerError, match="64 exchanges did not finish the sync") as caught:
        pair.kr.node.sync(deaf)
    assert (caught.value.code, deaf.exchanges) == ("sync_unfinished", 64)


def test_a_sync_ends_when_nothing_is_left_to_say(pair: Pair) -> None:
    ours = [says(pair.kr, asks(pair.kr, question)) for question in ("one", "two")]
    theirs = says(pair.jp, asks(pair.jp, "three"))
    pair.kr.node.sync(Direct(pair.jp.node))
    pair.jp.node.sync(Direct(pair.kr.node))
    assert [isinstance(reply_of(pair.jp, each.act), Permit) for each in ours] == [True, True]
    assert isinstance(reply_of(pair.kr, theirs.act), Permit)
    for side in pair.sides():
        held = side.node.correspondence().held
        assert (held, side.node.has_news()) == (side.node.holding.home.size, False)
    assert pair.kr.node.sync(Direct(pair.jp.node)) == 1


def test_a_node_that_was_not_begun_says_so() -> None:
    pair = Pair()
    pair.kr.store = type(pair.kr.store)()
    restarted(pair.kr)
    with pytest.raises(UsageError) as caught:
        pair.kr.node.make_bundle()
    assert caught.value.code == "node_not_begun"


def test_to_begin_again_changes_nothing(pair: Pair) -> None:
    before = known(pair.kr)
    pair.kr.node.begin(pair.kr.listed, pair.jp.listed)
    assert known(pair.kr) == before
