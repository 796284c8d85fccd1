"""Applying: what an entry of the peer says of either log must be true, or nothing of its bundle is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from servanda.act.entry import Destroyed, Issued, Keyed, Opened, Reason, Received, Seen, decode, encode
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.base.errors import IntegrityError, ServandaError
from servanda.log.tree import EMPTY_ROOT
from servanda.node import correspondence, stream
from servanda.node.ports import Space
from servanda.node.stages import Intake
from servanda.node.stream import Record, RecordType
from tests.simulation.world import Pair
from tests.unit.node.actors import (
    append,
    asks,
    carried,
    handmade,
    issue,
    refuses,
    reopened,
    replies,
    reply_of,
    rewrapped,
    says,
    seen_of,
    send,
    settled,
    taken,
    without,
)


def refused(pair: Pair, raw: bytes, code: str) -> IntegrityError | ServandaError:
    """The bundle is refused whole."""
    return refuses(pair.kr, raw, code)


# -- what was seen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made_up", "code"),
    [
        (lambda pair, size: seen_of(pair, size, root=bytes(32)), "seen_impossible"),
        (lambda pair, size: seen_of(pair, size, root=EMPTY_ROOT), "seen_impossible"),
        (lambda pair, size: seen_of(pair, size + 1), "seen_impossible"),
        (lambda pair, size: seen_of(pair, size, log="exercise.us.node.example/jp/1"), "seen_impossible"),
        (lambda pair, size: seen_of(pair, size, log=pair.jp.node.holding.home.name), "seen_impossible"),
        (lambda pair, size: seen_of(pair, size - 1), "seen_shrank"),
        (lambda pair, size: seen_of(pair, 0, root=EMPTY_ROOT), "seen_shrank"),
    ],
    ids=["another root", "an empty root", "beyond", "another log", "its own log", "less", "nothing"],
)
def test_what_an_act_has_seen_must_stand_so(pair: Pair, made_up: Callable[[Pair, int], Seen], code: str) -> None:
    said = taken(pair.jp, asks(pair.jp))
    issue(pair.jp, said, seen=made_up(pair, pair.kr.node.holding.home.size))
    refused(pair, handmade(pair.jp, pair.kr, *carried(said)), code)


def test_what_a_reply_has_seen_must_stand_so(pair: Pair) -> None:
    act = says(pair.kr, asks(pair.kr))
    send(pair.kr, pair.jp)
    replies(pair.jp, act, ruling=act.ruling.ruling, seen=seen_of(pair, act.index + 1, root=bytes(32)))
    refused(pair, handmade(pair.jp, pair.kr), "seen_impossible")


def test_nobody_acts_on_a_view_it_knows_to_be_old(pair: Pair) -> None:
    """JP has cosigned KR's head, and then acts as if it had not seen what is below it."""
    before = pair.jp.node.holding.peer.size
    says(pair.kr, asks(pair.kr))
    pair.jp.node.take_bundle(pair.kr.node.make_bundle())
    settled_reply = pair.jp.node.make_bundle()
    pair.kr.node.take_bundle(settled_reply)
    assert pair.kr.node.correspondence().floor(pair.jp.node.holding.home.size) > before

    said = taken(pair.jp, asks(pair.jp))
    pair.jp.node.holding.home._seen[-1] = before
    issue(pair.jp, said, seen=seen_of(pair, before))
    refused(pair, handmade(pair.jp, pair.kr, *carried(said)), "seen_shrank")


def test_the_floor_holds_where_no_entry_says_so_itself(pair: Pair) -> None:
    """Nothing of KR's needs a reply: only the cosignature tells that JP holds it."""
    pair.kr.clock.advance(3_600)
    pair.kr.node.beat()
    held = pair.kr.node.holding.home.size
    send(pair.kr, pair.jp)
    assert pair.jp.node.holding.home.last_seen < held
    send(pair.jp, pair.kr)
    assert pair.kr.node.correspondence().floor(pair.jp.node.holding.home.size) == held

    said = taken(pair.jp, asks(pair.jp))
    issue(pair.jp, said, seen=seen_of(pair, held - 1))
    error = refused(pair, handmade(pair.jp, pair.kr, *carried(said)), "seen_shrank")
    assert "its node held more before" in error.message


def test_a_long_backlog_in_parts_is_no_old_view(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits in the next bundle was made before the peer held what it cosigned meanwhile."""
    monkeypatch.setattr("servanda.node.deliver.ENTRIES_PER_BUNDLE", 2)
    for question in ("one", "two", "three", "four", "five"):
        says(pair.jp, asks(pair.jp, question))
    theirs = [says(pair.kr, asks(pair.kr, question)) for question in ("six", "seven", "eight")]
    for _ in range(16):
        send(pair.kr, pair.jp)
        send(pair.jp, pair.kr)
    assert [isinstance(reply_of(pair.jp, each.act), Permit) for each in theirs] == [True] * 3
    settled(pair)


# -- ranks and places --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("off", [-1, 1, 100])
def test_a_rank_is_counted_again(pair: Pair, off: int) -> None:
    said = taken(pair.jp, asks(pair.jp))
    home, peer = pair.jp.node.holding.home, pair.jp.node.holding.peer
    rank = 1 + max(home.rank_below(home.size), peer.rank_below(peer.size))
    issue(pair.jp, said, rank=rank + off)
    error = refused(pair, handmade(pair.jp, pair.kr, *carried(said)), "rank_wrong")
    assert f"its rank is {rank + off}, by what it has seen it is {rank}" in error.message


def test_time_falls_in_no_log(pair: Pair) -> None:
    said = [taken(pair.jp, asks(pair.jp, question)) for question in ("one", "two")]
    issue(pair.jp, said[0])
    issue(pair.jp, said[1], at=pair.jp.node.now() - timedelta(seconds=1))
    refused(pair, handmade(pair.jp, pair.kr, *carried(*said)), "entry_misplaced")


@pytest.mark.parametrize(
    "changes",
    [
        {"act": "ab" * 32},
        {"envelope": "ab" * 32},
        {"source": ("exercise.kr.node.example/jp/1", 0)},
        {"source": ("exercise.kr.node.example/jp/1", 1 << 30)},
        {"source": ("exercise.jp.node.example/kr/1", 5)},
        {"source": ("exercise.us.node.example/kr/1", 5)},
    ],
    ids=["another act", "another envelope", "no act", "beyond", "its own log", "another log"],
)
def test_a_reply_is_about_the_act_at_its_source(pair: Pair, changes) -> None:
    act = says(pair.kr, asks(pair.kr))
    send(pair.kr, pair.jp)
    last = pair.jp.node.holding.home.entries[-1]
    assert isinstance(last, Received)
    append(pair.jp, replace(last, index=last.index + 1, **changes))
    assert last.act == act.act
    refused(pair, handmade(pair.jp, pair.kr), "entry_misplaced")


def test_an_act_has_one_reply(pair: Pair) -> None:
    act = says(pair.kr, asks(pair.kr))
    send(pair.kr, pair.jp)
    replies(pair.jp, act, ruling=Refusal(ground=Ground.FORBIDDEN, cites=("6.1",)))
    error = refused(pair, handmade(pair.jp, pair.kr), "entry_misplaced")
    assert "one that has its reply" in error.message


# -- lists -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("party", "code"), [("JP", "key_unknown"), ("KR", None), ("US", None)])
def test_a_list_is_accepted_before_anything_is_said_under_it(pair: Pair, party: str, code: str | None) -> None:
    """What the peer accepted of ours, or of a third Party, is its own affair."""
    home = pair.jp.node.holding.home
    append(
        pair.jp,
        Keyed(
            log=home.name,
            index=home.size,
            recorded_at=pair.jp.node.now(),
            party=party,
            number=7,
            keys="ab" * 32,
        ),
    )
    raw = handmade(pair.jp, pair.kr)
    if code is not None:
        refused(pair, raw, code)
    else:
        pair.kr.node.take_bundle(raw)
        assert pair.kr.node.holding.peer.size == home.size


def test_our_own_list_is_none_of_the_peer(pair: Pair) -> None:
    home = pair.jp.node.holding.home
    keys = pair.kr.node.lists.own.digest
    append(
        pair.jp,
        Keyed(log=home.name, index=home.size, recorded_at=pair.jp.node.now(), party="JP", number=2, keys=keys),
    )
    refused(pair, handmade(pair.jp, pair.kr), "key_unknown")


@pytest.mark.parametrize(("party", "keys", "code"), [("KR", None, "origin_wrong"), ("JP", "ab" * 32, "key_unknown")])
def test_a_log_is_opened_by_its_own_party_under_the_list_handed_over(party: str, keys: str | None, code: str) -> None:
    pair = Pair()
    home = pair.jp.node.holding.home
    first = home.entries[0]
    assert isinstance(first, Opened)
    made_up = encode(replace(first, party=party, keys=keys or first.keys, reason=Reason.FIRST))
    pair.jp.store._logs[home.name][:] = [made_up]
    home.truncate(0)
    home.add(made_up, decode(made_up, log=home.name, index=0))
    refused(pair, handmade(pair.jp, pair.kr), code)


# -- heads and what is missing -----------------------------------------------------------------------------------------


def test_another_entry_under_a_signed_root_is_not_taken(pair: Pair) -> None:
    """The carrier cannot do this, for the bundle is signed; the peer's node can, and contradicts its own head."""
    said = taken(pair.jp, asks(pair.jp))
    entry = issue(pair.jp, said)
    other = encode(replace(entry, rank=entry.rank + 1))
    raw = handmade(pair.jp, pair.kr, *carried(said))
    pair.jp.store._logs[entry.log][-1] = other
    changed = handmade(pair.jp, pair.kr, *carried(said))
    heads = [record for record in reopened(raw, pair.kr) if record.type == "HEAD"]

    mixed = rewrapped(changed, pair.jp, pair.kr, lambda records: [*heads, *without("HEAD")(records)])
    error = refused(pair, mixed, "consistency_invalid")
    assert "do not make the root" in error.message


def test_a_gap_is_not_applied(pair: Pair) -> None:
    """The bundle begins beyond what is held here: it says nothing that could be taken."""
    says(pair.jp, asks(pair.jp))
    held = pair.kr.node.holding.peer.size
    stands = pair.jp.node.correspondence()
    with pair.jp.node._step():
        correspondence.save(pair.jp.store, replace(stands, held=held + 1))
    pair.kr.node.take_bundle(handmade(pair.jp, pair.kr))
    assert pair.kr.node.holding.peer.size == held


@pytest.mark.parametrize("lacking", [(RecordType.ACT,), (RecordType.PAYLOAD,), (RecordType.ACT, RecordType.PAYLOAD)])
def test_what_is_missing_is_asked_for_and_then_applied(pair: Pair, lacking) -> None:
    entries = [says(pair.jp, asks(pair.jp, question)) for question in ("one", "two")]
    raw = rewrapped(pair.jp.node.make_bundle(), pair.jp, pair.kr, without(*lacking))

    brought = pair.kr.node.take_bundle(raw)

    held = pair.jp.node.holding
    wants = {
        each.envelope if RecordType.ACT in lacking else held.act(each.act, each.envelope).statement.payload_commit
        for each in entries
    }
    assert (set(brought.wanted), brought.entries) == (wants, 0)
    assert pair.kr.node.correspondence().wanted == brought.wanted
    assert pair.kr.node.has_news()
    assert [reply_of(pair.kr, each.act) for each in entries] == [None, None]

    send(pair.kr, pair.jp)
    assert set(pair.jp.node.correspondence().asked) == wants
    answer = reopened(pair.jp.node.make_bundle(), pair.kr)
    assert len([record for record in answer if record.type == "ACT"]) >= 2
    pair.kr.node.take_bundle(raw)
    assert pair.kr.node.holding.peer.size == entries[0].index
    pair.sync()
    assert all(isinstance(reply_of(pair.kr, each.act), Permit) for each in entries)
    assert pair.kr.node.correspondence().wanted == ()
    settled(pair)


def test_what_was_asked_for_is_kept_when_it_comes_alone(pair: Pair) -> None:
    """First the payload is missing; it comes with nothing but a head; then the entries come without it."""
    entry = says(pair.jp, asks(pair.jp))
    bare = rewrapped(pair.jp.node.make_bundle(), pair.jp, pair.kr, without("PAYLOAD"))
    whole = pair.jp.node.make_bundle()
    (wanted,) = pair.kr.node.take_bundle(bare).wanted
    lone = rewrapped(whole, pair.jp, pair.kr, without("ENTRIES", "ACT"))
    assert pair.kr.node.take_bundle(lone).entries == 0
    assert pair.kr.store.fetch(wanted) is not None

    assert pair.kr.node.take_bundle(bare).entries == 1
    assert isinstance(reply_of(pair.kr, entry.act), Permit)
    settled(pair)


def test_a_bundle_that_comes_late_does_not_forget_what_is_missing(pair: Pair) -> None:
    old = pair.jp.node.make_bundle()
    says(pair.jp, asks(pair.jp))
    bare = rewrapped(pair.jp.node.make_bundle(), pair.jp, pair.kr, without("PAYLOAD"))
    wanted = pair.kr.node.take_bundle(bare).wanted

    assert pair.kr.node.take_bundle(old).wanted == wanted != ()


def test_nothing_is_kept_that_no_entry_names_and_nobody_asked_for(pair: Pair) -> None:
    said = taken(pair.jp, asks(pair.jp))
    pair.kr.node.take_bundle(handmade(pair.jp, pair.kr, *carried(said)))
    assert pair.kr.store.get(Space.ENVELOPE, said.signed.envelope_digest) is None
    assert pair.kr.store.fetch(said.signed.statement.payload_commit) is None


def test_a_payload_that_its_author_destroyed_is_not_asked_for(pair: Pair) -> None:
    """It can be judged by nobody any more: the act is held, and ruled invalid here."""
    said = taken(pair.jp, asks(pair.jp))
    entry = issue(pair.jp, Intake(signed=said.signed, sealed=None))
    append(
        pair.jp,
        Destroyed(
            log=entry.log,
            index=entry.index + 1,
            recorded_at=entry.recorded_at,
            act=entry.act,
            commit=said.signed.statement.payload_commit or "",
            residue={},
        ),
    )
    assert pair.kr.node.take_bundle(handmade(pair.jp, pair.kr, *carried(replace(said, sealed=None)))).wanted == ()
    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.INVALID, code="payload_unopened")
    pair.kr.node.audit()


def test_entries_are_taken_up_to_the_head_and_no_further(pair: Pair) -> None:
    first = says(pair.jp, asks(pair.jp, "one"))
    second = says(pair.jp, asks(pair.jp, "two"))
    raw = pair.jp.node.make_bundle()
    short = handmade(pair.jp, pair.kr, size=first.index + 1)
    heads = [record for record in reopened(short, pair.kr) if record.type == "HEAD"]

    mixed = rewrapped(raw, pair.jp, pair.kr, lambda records: [*heads, *without("HEAD", "RECEIPT")(records)])
    assert pair.kr.node.take_bundle(mixed).entries == 1
    assert [isinstance(reply_of(pair.kr, each.act), Permit) for each in (first, second)] == [True, False]
    pair.kr.node.take_bundle(raw)
    settled(pair)


def test_a_bundle_brings_so_many_entries_and_no_more(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """In several records, each of which is within the bound."""
    for question in ("one", "two", "three"):
        says(pair.jp, asks(pair.jp, question))
    raw = pair.jp.node.make_bundle()
    held = pair.kr.node.holding.peer.size

    def parted(records: list[Record]) -> list[Record]:
        runs = [stream.read_entries(record.body) for record in records if record.type == "ENTRIES"]
        entries = [entry for run in runs for entry in run.entries]
        singly = [
            record
            for n, one in enumerate(entries)
            for record in stream.entries_records(runs[0].log, runs[0].start + n, [one])
        ]
        return [*without("ENTRIES")(records), *singly]

    whole = rewrapped(raw, pair.jp, pair.kr, parted)
    monkeypatch.setattr("servanda.base.limits.BUNDLE_ENTRIES_MAX", 2)
    refused(pair, whole, "too_large")
    monkeypatch.setattr("servanda.base.limits.BUNDLE_ENTRIES_MAX", 3)
    assert pair.kr.node.take_bundle(whole).entries == pair.jp.node.holding.home.size - held == 3


def test_an_issued_entry_keeps_its_bytes(pair: Pair) -> None:
    entry = says(pair.jp, asks(pair.jp))
    pair.sync()
    ours = pair.kr.store.entries(entry.log, entry.index, entry.index + 1)
    assert ours == pair.jp.store.entries(entry.log, entry.index, entry.index + 1)
    assert isinstance(pair.kr.node.holding.peer.entries[entry.index], Issued)
