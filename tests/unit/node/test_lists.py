"""Key lists: which list is taken, which is refused, and what is said under one that was not accepted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from servanda.act.entry import Keyed, Opened, Reason, encode
from servanda.adapters.memory import MemoryStore
from servanda.base.errors import IntegrityError, ServandaError, UsageError
from servanda.node.holding import LogCopy
from servanda.node.identity import Identity
from servanda.node.lists import Lists
from servanda.node.people import People
from servanda.node.ports import Space
from servanda.node.stream import Record
from servanda.seal import keylist
from servanda.seal.keylist import KeyList, ListedKey, Place, read_list
from servanda.seal.keys import Alg, SecretKey, generate
from tests.simulation.world import START, Pair
from tests.unit.node.actors import append, handmade, refuses

ROOT, OTHER_ROOT, LINK, LOG, ENVOY = (generate(Alg.ED25519) for _ in range(5))
SEAL = generate(Alg.MLKEM768X25519)
NAME = "exercise.jp.node.example"
KEYS = (
    ListedKey(use="root", public=ROOT.public, name=NAME),
    ListedKey(use="log", public=LOG.public, name=f"{NAME}/kr/1"),
    ListedKey(use="link", public=LINK.public, name=NAME),
    ListedKey(use="seal", public=SEAL.public, name=NAME),
    ListedKey(use="officer", public=ENVOY.public, name="jp/envoy-1"),
)
WHO = Identity(party="KR", name="exercise.kr.node.example", peer_party="JP", peer_name=NAME)


def listing(*, party: str = "JP", previous: Place | None = None, keys=KEYS, roots=(ROOT,)) -> bytes:
    return keylist.make(party=party, previous=previous, issued_at=START, keys=keys, roots=roots)


def but(use: str, **changes) -> tuple[ListedKey, ...]:
    return tuple(replace(key, **changes) if key.use == use else key for key in KEYS)


def lacking(use: str) -> tuple[ListedKey, ...]:
    return tuple(key for key in KEYS if key.use != use)


@dataclass(kw_only=True)
class Desk:
    """The lists of a node that has opened its log and accepted what it took."""

    store: MemoryStore
    home: LogCopy
    lists: Lists

    def accept(self, listed: KeyList | None) -> KeyList:
        """Name a list in the own log, from where on it is in force here."""
        assert listed is not None
        entry = Keyed(
            log=WHO.log,
            index=self.home.size,
            recorded_at=START,
            party=listed.party,
            number=listed.number,
            keys=listed.digest,
        )
        self.home.add(encode(entry), entry)
        return listed


@pytest.fixture
def desk() -> Desk:
    store, home = MemoryStore(), LogCopy(WHO.log, "KR")
    opened = Opened(
        log=WHO.log,
        index=0,
        recorded_at=START,
        party="KR",
        epoch=1,
        previous=None,
        reason=Reason.FIRST,
        keys="ab" * 32,
    )
    home.add(encode(opened), opened)
    return Desk(store=store, home=home, lists=Lists(store=store, home=home, people=People(store), identity=WHO))


FIRST = listing()
FIRST_PLACE = read_list(FIRST).place


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (listing(keys=lacking("root")), "key_unknown"),
        (listing(roots=(OTHER_ROOT,)), "key_unknown"),
        (listing(keys=(*KEYS, ListedKey(use="root", public=OTHER_ROOT.public, name=NAME))), "signature_missing"),
        (listing(roots=(ROOT, OTHER_ROOT)), "key_unknown"),
        (listing(previous=FIRST_PLACE), "keys_out_of_order"),
        (listing(party="US"), "origin_wrong"),
        (listing(keys=but("link", name="jp.node.example")), "origin_wrong"),
        (listing(keys=but("link", name="exercise.us.node.example")), "origin_wrong"),
        (listing(keys=lacking("link")), "origin_wrong"),
        (listing(keys=lacking("seal")), "key_unknown"),
        (listing(keys=but("seal", public=LINK.public)), "key_unknown"),
        (FIRST[:-1], "json_syntax"),
        (FIRST.replace(b"keys.v1", b"act.v1"), "type_unknown"),
    ],
)
def test_a_first_list_that_does_not_stand_is_not_taken(desk: Desk, raw: bytes, code: str) -> None:
    with pytest.raises(ServandaError) as caught:
        desk.lists.take_first(raw, party="JP", name=NAME)
    assert (caught.value.code, list(desk.store.keys(Space.KEYS))) == (code, [])


def test_a_first_list_is_taken_by_its_own_roots(desk: Desk) -> None:
    listed = desk.lists.take_first(FIRST, party="JP", name=NAME)
    assert (listed.party, listed.number, desk.store.get(Space.KEYS, listed.digest)) == ("JP", 1, FIRST)


def test_before_a_list_is_accepted_there_is_none(desk: Desk) -> None:
    assert not desk.lists.has("JP")
    with pytest.raises(UsageError, match="no key list of `JP` was accepted here") as caught:
        _ = desk.lists.peer
    assert caught.value.code == "node_not_begun"


SECOND = listing(previous=FIRST_PLACE, keys=but("seal", public=generate(Alg.MLKEM768X25519).public))
SECOND_PLACE = read_list(SECOND).place


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (listing(previous=SECOND_PLACE), "keys_out_of_order"),
        (listing(previous=Place(number=1, digest="ab" * 32)), "keys_out_of_order"),
        (listing(previous=FIRST_PLACE, roots=(OTHER_ROOT,)), "key_unknown"),
        (
            listing(
                previous=FIRST_PLACE,
                keys=(*lacking("root"), ListedKey(use="root", public=OTHER_ROOT.public, name=NAME)),
                roots=(OTHER_ROOT,),
            ),
            "key_unknown",
        ),
        (listing(previous=FIRST_PLACE, party="US"), "origin_wrong"),
        (listing(previous=FIRST_PLACE, keys=but("link", name="jp.node.example")), "origin_wrong"),
        (listing(previous=FIRST_PLACE, keys=lacking("seal")), "key_unknown"),
    ],
)
def test_a_later_list_that_does_not_follow_is_not_taken(desk: Desk, raw: bytes, code: str) -> None:
    first = desk.accept(desk.lists.take_first(FIRST, party="JP", name=NAME))
    with pytest.raises(IntegrityError) as caught:
        desk.lists.take_next(raw)
    assert (caught.value.code, list(desk.store.keys(Space.KEYS)), desk.lists.peer) == (code, [first.digest], first)


def test_lists_follow_each_other_under_the_first_roots(desk: Desk) -> None:
    first = desk.accept(desk.lists.take_first(FIRST, party="JP", name=NAME))
    second = desk.lists.take_next(SECOND)
    assert second is not None
    assert desk.lists.peer == first
    desk.accept(second)
    third = desk.lists.take_next(listing(previous=SECOND_PLACE, keys=lacking("root")))
    assert third is not None
    assert [desk.lists.peer, third.number, desk.lists.by_digest(first.digest)] == [second, 3, first]
    assert [desk.lists.peer_key("seal"), desk.lists.peer_key("link")] == [second.of_use("seal")[0].public, LINK.public]


def test_a_list_that_is_known_is_nothing_new(desk: Desk) -> None:
    desk.accept(desk.lists.take_first(FIRST, party="JP", name=NAME))
    desk.accept(desk.lists.take_next(SECOND))
    assert [desk.lists.take_next(raw) for raw in (FIRST, SECOND)] == [None, None]


def test_of_several_keys_for_one_use_the_newest_counts(desk: Desk) -> None:
    newer = generate(Alg.MLKEM768X25519)
    both = (*KEYS, ListedKey(use="seal", public=newer.public, name=NAME))
    desk.accept(desk.lists.take_first(listing(keys=both), party="JP", name=NAME))
    assert desk.lists.peer_key("seal") == newer.public


# -- between two nodes -------------------------------------------------------------------------------------------------


def next_list(pair: Pair, **changes: SecretKey) -> tuple[bytes, KeyList]:
    """The next list of JP, with some of its keys replaced, signed by its root."""
    listed = pair.jp.node.lists.own
    rows = [replace(row, public=changes[row.use].public) if row.use in changes else row for row in listed.keys]
    raw = keylist.make(
        party="JP", previous=listed.place, issued_at=START + timedelta(days=40), keys=rows, roots=[pair.jp.root]
    )
    return raw, read_list(raw)


def keyed(pair: Pair, listed: KeyList) -> Keyed:
    home = pair.jp.node.holding.home
    pair.jp.store.put(Space.KEYS, listed.digest, listed.raw)
    return append(
        pair.jp,
        Keyed(
            log=home.name,
            index=home.size,
            recorded_at=pair.jp.node.now(),
            party="JP",
            number=listed.number,
            keys=listed.digest,
        ),
    )


def test_entries_under_a_list_that_was_not_accepted_are_not_applied(pair: Pair) -> None:
    _, listed = next_list(pair, officer=generate(Alg.ED25519))
    keyed(pair, listed)
    error = refuses(pair.kr, handmade(pair.jp, pair.kr), "key_unknown")
    assert "was not accepted here" in error.message


def test_a_next_list_comes_with_a_bundle_and_its_keys_count_from_its_entry_on(pair: Pair) -> None:
    """The new list names another envoy key: what the old one signs after that entry does not hold."""
    envoy = generate(Alg.ED25519)
    raw, listed = next_list(pair, officer=envoy)
    before = pair.jp.node.holding.home.size
    old = pair.jp.keys.officer(pair.jp.envoy)[0].public
    keyed(pair, listed)
    pair.kr.node.take_bundle(handmade(pair.jp, pair.kr, Record(type="KEYS", body=raw)))

    assert pair.kr.node.lists.peer == listed
    people, copy = pair.kr.node.people, pair.kr.node.holding.peer
    assert people.envoys(copy, before) == {"jp/envoy-1": (old,)}
    assert people.envoys(copy, before + 1) == {"jp/envoy-1": (envoy.public,)}
    last = pair.kr.node.holding.home.entries[-1]
    assert isinstance(last, Keyed)
    assert (last.party, last.number, last.keys) == ("JP", 2, listed.digest)
    pair.kr.node.audit()


def test_a_list_that_was_replaced_in_the_store_is_found(pair: Pair) -> None:
    raw, _ = next_list(pair, officer=generate(Alg.ED25519))
    digest = pair.kr.node.lists.peer.digest
    pair.kr.store.put(Space.KEYS, digest, raw)

    with pytest.raises(IntegrityError, match="is another one") as caught:
        People(pair.kr.store).key_list(digest)
    assert caught.value.code == "list_mismatch"
    pair.kr.store.remove(Space.KEYS, digest)
    with pytest.raises(IntegrityError, match="is not in the store") as caught:
        People(pair.kr.store).key_list(digest)
    assert caught.value.code == "key_unknown"
