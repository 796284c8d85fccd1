"""Audit: whatever is changed in a store is found, by its code and place; what was not changed is sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import apsw
import pytest

from servanda.act.entry import Issued, Received, Withheld, decode, encode
from servanda.act.journal import Noted, Refused, Released
from servanda.act.journal import encode as encode_item
from servanda.act.recorded import RecordedRuling
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.adapters.memory import MemoryStore
from servanda.adapters.sqlite import SqliteStore
from servanda.base.errors import ServandaError
from servanda.domains.intelligence import desk as reports
from servanda.log import checkpoint as heads
from servanda.log.checkpoint import Checkpoint
from servanda.node.audit import Report
from servanda.node.node import Node
from servanda.node.ports import Space
from servanda.seal import keylist
from servanda.seal.keylist import read_list
from servanda.seal.keys import Alg, generate
from tests.simulation.world import DOMAINS, Pair, Side
from tests.unit.node.actors import PACT, asks, flipped, issue, officer, ready, releases, says, shares, taken


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Where in KR's record what lies."""

    shared: int
    gone: int
    beats: tuple[int, int]
    theirs: int
    invalid: int
    reply: int
    last: int
    refused: int
    released: int
    noted: int
    late: int


@cache
def record() -> tuple[Pair, Kept]:
    """A record with something of everything on KR's side: acts, replies, beats, a destruction, what stayed home."""
    pair = ready()
    kr, jp = pair.sides()
    shared, gone = says(kr, shares(kr, title="kept")), None
    pair.sync()
    gone = says(kr, shares(kr, title="destroyed"))
    theirs = says(jp, shares(jp, title="theirs"))
    pair.sync()
    kr.node.destroy(gone.act)
    invalid = issue(jp, flipped(taken(jp, asks(jp))))
    pair.sync()
    third = kr.node.submit(releases(kr, theirs), [officer(kr)])
    own = kr.node.submit(releases(kr, theirs, to="own_government"), [officer(kr)])
    found = kr.node.submit(
        reports.find(kr.node.state("intelligence"), kr.node.seat(PACT), nature="suspected"), [officer(kr)]
    )
    beats = []
    for _ in range(2):
        pair.advance(900)
        kr.node.beat()
        beats.append(kr.node.holding.home.size - 1)
    pair.sync()
    late = kr.node.submit(releases(kr, theirs), [officer(kr)])
    last = says(kr, asks(kr, "not held yet"))
    kr.node.make_bundle()
    reply = kr.node.holding.home.reply(theirs.act, 1 << 30)
    assert reply is not None
    return pair, Kept(
        shared=shared.index,
        gone=gone.index,
        beats=(beats[0], beats[1]),
        theirs=theirs.index,
        invalid=invalid.index,
        reply=reply.index,
        last=last.index,
        refused=third.item.index,
        released=own.item.index,
        noted=found.item.index,
        late=late.item.index,
    )


def kr_of() -> tuple[Side, Kept]:
    pair, kept = record()
    return pair.copy().kr, kept


KR, JP, JOURNAL = (
    "exercise.kr.node.example/jp/1",
    "exercise.jp.node.example/kr/1",
    "exercise.kr.node.example/jp/1/journal",
)


def test_an_untouched_record_is_sound() -> None:
    side, kept = kr_of()
    home, peer = side.node.holding.home, side.node.holding.peer
    acts = sum(isinstance(entry, Issued | Received) for entry in home.entries) + 3
    assert side.node.audit() == Report(
        entries=home.size + peer.size,
        items=kept.late + 1,
        acts=acts,
        destroyed=1,
        heads=3,
        disputes=1,
    )


def test_an_audit_changes_nothing() -> None:
    side, _ = kr_of()
    before = (dict(side.store._logs), {space: dict(kept) for space, kept in side.store._keyed.items()})
    side.node.audit()
    assert (dict(side.store._logs), {space: dict(kept) for space, kept in side.store._keyed.items()}) == before


# -- what may be changed -----------------------------------------------------------------------------------------------

Tamper = Callable[[MemoryStore, Kept, Side], object]


def entry_at(store: MemoryStore, log: str, index: int):
    return decode(store._logs[log][index], log=log, index=index)


def changed_entry(log: str, which: str, change) -> Tamper:
    """One entry written again otherwise, well formed and in its place."""

    def tamper(store: MemoryStore, kept: Kept, _side: Side) -> None:
        index = getattr(kept, which)
        store._logs[log][index] = encode(change(entry_at(store, log, index)))

    return tamper


def one_byte(log: str, which: str, old: bytes, new: bytes) -> Tamper:
    def tamper(store: MemoryStore, kept: Kept, _side: Side) -> None:
        index = getattr(kept, which)
        raw = store._logs[log][index]
        assert old in raw
        store._logs[log][index] = raw.replace(old, new, 1)

    return tamper


def envelope_of(store: MemoryStore, log: str, index: int) -> str:
    entry = entry_at(store, log, index)
    assert isinstance(entry, Issued | Received)
    return entry.envelope


def commit_of(side: Side, log: str, index: int) -> str:
    entry = side.node.holding.copy_of(log).entries[index]
    assert isinstance(entry, Issued)
    return side.node.holding.act(entry.act, entry.envelope).statement.payload_commit or ""


def in_space(space: Space, key: Callable[[MemoryStore, Kept, Side], str], change: Callable[[bytes], bytes | None]):
    def tamper(store: MemoryStore, kept: Kept, side: Side) -> None:
        name = key(store, kept, side)
        value = change(store.get(space, name) or b"")
        if value is None:
            store.remove(space, name)
        else:
            assert value != store.get(space, name)
            store.put(space, name, value)

    return tamper


def in_vault(log: str, which: str, change: Callable[[bytes], bytes | None]) -> Tamper:
    def tamper(store: MemoryStore, kept: Kept, side: Side) -> None:
        commit = commit_of(side, log, getattr(kept, which))
        value = change(store.fetch(commit) or b"")
        store.destroy(commit)
        if value is not None:
            store.lay(commit, value)

    return tamper


def bit(at: int) -> Callable[[bytes], bytes]:
    """One bit turned over."""
    return lambda raw: (
        raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        if at >= 0
        else raw[:at] + bytes([raw[at] ^ 1]) + (raw[at + 1 :] if at != -1 else b"")
    )


def gone(_raw: bytes) -> None:
    return None


def item_at(store: MemoryStore, side: Side, index: int):
    del store
    return side.node.journal.items[index]


def changed_item(which: str, change) -> Tamper:
    def tamper(store: MemoryStore, kept: Kept, side: Side) -> None:
        index = getattr(kept, which)
        store._logs[JOURNAL][index] = encode_item(change(item_at(store, side, index)))

    return tamper


def item_envelope(which: str) -> Callable[[MemoryStore, Kept, Side], str]:
    return lambda store, kept, side: item_at(store, side, getattr(kept, which)).envelope


def facts_of(log: str, which: str) -> Callable[[MemoryStore, Kept, Side], str]:
    return lambda store, kept, side: entry_at(store, log, getattr(kept, which)).act


def swapped(log: str, at: int = 5) -> Tamper:
    def tamper(store: MemoryStore, kept: Kept, _side: Side) -> None:
        entries = store._logs[log]
        entries[at], entries[at + 1] = entries[at + 1], entries[at]

    return tamper


def cut(log: str) -> Tamper:
    return lambda store, kept, side: store._logs[log].pop()


def permits(which: str, log: str) -> Tamper:
    """A refusal made a permit, in the reply of one side."""

    def change(entry):
        ruling = RecordedRuling(
            ruling=Permit(cites=("5.1",)), agreement_digest=entry.ruling.agreement_digest, facts="ab" * 32
        )
        return replace(entry, ruling=ruling)

    return changed_entry(log, which, change)


def forged_reply(store: MemoryStore, kept: Kept, side: Side) -> None:
    """A reply of the peer to the own act that it does not hold yet, put at the end of its log."""
    act = entry_at(store, KR, kept.last)
    assert isinstance(act, Issued)
    index = store.size(JP)
    home = side.node.holding.home
    entry = Received(
        log=JP,
        index=index,
        recorded_at=act.recorded_at,
        act=act.act,
        envelope=act.envelope,
        source=(KR, act.index),
        seen=replace(act.seen, log=KR, size=home.size, root=home.tree.root(home.size)),
        ruling=act.ruling,
        observed={},
    )
    store.append(JP, index, encode(entry))


def forged_head(store: MemoryStore, kept: Kept, side: Side) -> None:
    """A head of the peer's log signed by nobody who may."""
    peer = side.node.holding.peer
    head = Checkpoint(log=JP, size=peer.size, root=peer.tree.root(peer.size))
    store.put(Space.HEAD, JP, heads.sign_head(head, [generate(Alg.ED25519)], side.node.now()))


def older_head(store: MemoryStore, kept: Kept, side: Side) -> None:
    pair, _ = record()
    peer = side.node.holding.peer
    head = Checkpoint(log=JP, size=peer.size - 1, root=peer.tree.root(peer.size - 1))
    store.put(Space.HEAD, JP, heads.sign_head(head, pair.jp.keys.log(), side.node.now()))


def other_list(store: MemoryStore, kept: Kept, side: Side) -> None:
    """A key list of the peer with another envoy, under the digest of the one accepted."""
    listed = side.node.lists.peer
    rows = [replace(row, public=generate(Alg.ED25519).public) if row.use == "officer" else row for row in listed.keys]
    raw = keylist.make(party="JP", previous=None, issued_at=listed.issued_at, keys=rows, roots=[record()[0].jp.root])
    store.put(Space.KEYS, listed.digest, raw)


def unsigned_list(store: MemoryStore, kept: Kept, side: Side) -> None:
    listed = side.node.lists.peer
    raw = keylist.envelope.assemble(
        keylist.envelope.KEYS,
        listed.body,
        [
            keylist.envelope.Signature(
                key_id=listed.signed_by[0], value=generate(Alg.ED25519).sign(b"another thing altogether")
            )
        ],
    )
    assert read_list(raw).digest == listed.digest
    store.put(Space.KEYS, listed.digest, raw)


def peer_list(store: MemoryStore, kept: Kept, side: Side) -> str:
    return side.node.lists.peer.digest


def beat_note(which: int) -> Callable[[MemoryStore, Kept, Side], str]:
    return lambda store, kept, side: f"withheld/{kept.beats[which]}"


def later(entry):
    return replace(entry, recorded_at=entry.recorded_at.replace(second=59))


def own_envelope(store: MemoryStore, kept: Kept, _side: Side) -> str:
    return envelope_of(store, KR, kept.shared)


def their_envelope(store: MemoryStore, kept: Kept, _side: Side) -> str:
    return envelope_of(store, JP, kept.theirs)


def invalid_envelope(store: MemoryStore, kept: Kept, _side: Side) -> str:
    return envelope_of(store, JP, kept.invalid)


def held_head(*_: object) -> str:
    return f"{KR}/held"


def cosigned_head(*_: object) -> str:
    return f"{JP}/cosigned"


def peer_head(*_: object) -> str:
    return JP


def other_word(raw: bytes) -> bytes:
    return raw.replace(b"nk_missile", b"nk_nuclear")


def other_salt(raw: bytes) -> bytes:
    return raw[:-66] + bytes(reversed(raw[-66:-2])) + b'"}'


def one_more(raw: bytes) -> bytes:
    return raw.replace(b'"size":', b'"size":1')


def cut_short(raw: bytes) -> bytes:
    return raw[:-1]


def ranked(entry):
    return replace(entry, rank=entry.rank + 1)


def other_paragraph(item):
    ruling = Refusal(ground=Ground.FORBIDDEN, cites=("6.2",))
    return replace(item, ruling=replace(item.ruling, ruling=ruling))


def at_another_cut(item):
    return replace(item, cut=replace(item.cut, own=5, seen=5))


def item_cut_short(store: MemoryStore, kept: Kept, _side: Side) -> None:
    store._logs[JOURNAL][kept.noted] = store._logs[JOURNAL][kept.noted][:-1]


def items_gone(store: MemoryStore, kept: Kept, _side: Side) -> None:
    del store._logs[JOURNAL][kept.noted :]


def payload_back(store: MemoryStore, kept: Kept, side: Side) -> None:
    store.lay(commit_of(side, KR, kept.gone), b"sealed")


ENTRIES = {
    "own, one byte": (one_byte(KR, "shared", b'"rank":', b'"rang":'), "field_missing", "entry {shared} of `kr"),
    "own, no json": (one_byte(KR, "shared", b'"rank"', b'"rank\xff'), "json_text", "entry {shared} of `kr"),
    "own, its time": (changed_entry(KR, "shared", later), "entry_misplaced", "entry {after_shared} of `kr"),
    "own, its ruling": (permits("reply", KR), "consistency_invalid", "the head `kr/held`: .* one of entries"),
    "own, not held, its ruling": (permits("last", KR), "ruling_changed", "entry {last} of `kr"),
    "own, not held, its time": (changed_entry(KR, "last", later), "behind_mark", "the mark knows"),
    "own, not held, its rank": (changed_entry(KR, "last", ranked), "rank_wrong", "entry {last} of `kr"),
    "theirs, one byte": (one_byte(JP, "theirs", b'"rank":', b'"rang":'), "field_missing", "entry {theirs} of `jp"),
    "theirs, its rank": (changed_entry(JP, "theirs", ranked), "consistency_invalid", "the head `jp`: .* one of"),
    "own swapped": (swapped(KR), "entry_misplaced", "entry 5 of `kr"),
    "theirs swapped": (swapped(JP), "entry_misplaced", "entry 5 of `jp"),
    "own last gone": (cut(KR), "behind_mark", "the mark knows"),
    "their last gone": (cut(JP), "consistency_invalid", "the head `jp`"),
    "a reply made up": (forged_reply, "consistency_invalid", "the head `jp`: .* goes on beyond its signed head"),
}
HEADS = {
    "held, one bit": (in_space(Space.HEAD, held_head, bit(-6)), "", "the head `kr/held`"),
    "theirs gone": (in_space(Space.HEAD, peer_head, gone), "note_malformed", "the head `jp`"),
    "theirs forged": (forged_head, "signature_missing", "the head `jp`"),
    "theirs of an older size": (older_head, "consistency_invalid", "the head `jp`: .* goes on beyond"),
    "cosigned, one bit": (in_space(Space.HEAD, cosigned_head, bit(-6)), "", "the head `jp/cosigned`"),
}
LISTS = {
    "replaced": (other_list, "list_mismatch", "the key list that entry 1 of `kr"),
    "its signature": (unsigned_list, "signature_invalid", "the key list that entry 1 of `kr"),
    "gone": (in_space(Space.KEYS, peer_list, gone), "key_unknown", "the key list that entry 1 of `kr"),
}
ACTS = {
    "own envelope, one bit": (in_space(Space.ENVELOPE, own_envelope, bit(-10)), "", "entry {shared} of `kr"),
    "own envelope gone": (in_space(Space.ENVELOPE, own_envelope, gone), "signature_missing", "entry {shared} of `kr"),
    "their envelope gone": (in_space(Space.ENVELOPE, their_envelope, gone), "", "entry {reply} of `kr"),
    "invalid envelope gone": (
        in_space(Space.ENVELOPE, invalid_envelope, gone),
        "ruling_changed",
        "entry {reply_invalid} of `kr",
    ),
    "own payload, one bit": (in_vault(KR, "shared", bit(-3)), "payload_unopened", "entry {shared} of `kr"),
    "own payload gone": (in_vault(KR, "shared", gone), "payload_unopened", "entry {shared} of `kr"),
    "their payload, one bit": (in_vault(JP, "theirs", bit(900)), "payload_unopened", "entry {reply} of `kr"),
    "destroyed payload back": (payload_back, "payload_not_destroyed", "entry {gone} of `kr"),
}
FACTS = {
    "own, one word": (in_space(Space.FACTS, facts_of(KR, "shared"), other_word), "facts_changed", "entry {shared} of"),
    "own, the salt": (
        in_space(Space.FACTS, facts_of(KR, "shared"), other_salt),
        "facts_changed",
        "entry {shared} of",
    ),
    "own gone": (in_space(Space.FACTS, facts_of(KR, "shared"), gone), "facts_changed", "entry {shared} of"),
    "theirs, no json": (in_space(Space.FACTS, facts_of(JP, "theirs"), cut_short), "json_syntax", "entry {reply} of"),
    "of what is gone": (in_space(Space.FACTS, facts_of(KR, "gone"), other_word), "facts_changed", "entry {gone} of"),
}
STAYED = {
    "under a beat, its ruling": (changed_item("refused", other_paragraph), "consistency_invalid", "entry {beat} of"),
    "under a beat, one byte": (item_cut_short, "json_syntax", "item {noted} of the journal"),
    "under no beat, its ruling": (changed_item("late", other_paragraph), "ruling_changed", "item {late} of the"),
    "under no beat, its cut": (changed_item("late", at_another_cut), "", "item {late} of the journal"),
    "swapped": (swapped(JOURNAL, 2), "entry_misplaced", "item 2 of the journal"),
    "under a beat, gone": (items_gone, "consistency_invalid", "entry {beat} of `kr"),
    "envelope of a refusal gone": (
        in_space(Space.ENVELOPE, item_envelope("refused"), gone),
        "signature_missing",
        "item {refused} of the journal",
    ),
    "envelope of a release, one bit": (
        in_space(Space.ENVELOPE, item_envelope("released"), bit(-10)),
        "",
        "item {released} of the journal",
    ),
    "envelope of a note gone": (
        in_space(Space.ENVELOPE, item_envelope("noted"), gone),
        "signature_missing",
        "item {noted} of the journal",
    ),
    "a beat's salt, one bit": (in_space(Space.NOTE, beat_note(0), bit(3)), "facts_changed", "entry {beat} of `kr"),
    "what a beat hides": (in_space(Space.NOTE, beat_note(1), one_more), "facts_changed", "entry {beat_2} of `kr"),
    "a beat's note gone": (in_space(Space.NOTE, beat_note(0), gone), "facts_changed", "entry {beat} of `kr"),
}
TAMPERINGS = {
    f"{group}: {name}": case
    for group, cases in (
        ("entry", ENTRIES),
        ("head", HEADS),
        ("list", LISTS),
        ("act", ACTS),
        ("facts", FACTS),
        ("journal", STAYED),
    )
    for name, case in cases.items()
}


def place(pattern: str, side: Side, kept: Kept) -> str:
    home = side.node.holding.home
    invalid = side.node.holding.peer.entries[kept.invalid]
    assert isinstance(invalid, Issued)
    reply = home.reply(invalid.act, 1 << 30)
    assert reply is not None
    filled = pattern.format(
        shared=kept.shared,
        after_shared=kept.shared + 1,
        gone=kept.gone,
        beat=kept.beats[0],
        beat_2=kept.beats[1],
        theirs=kept.theirs,
        reply=kept.reply,
        reply_invalid=reply.index,
        last=kept.last,
        refused=kept.refused,
        released=kept.released,
        noted=kept.noted,
        late=kept.late,
    )
    return "^" + filled.replace("`kr", f"`{KR}").replace("`jp", f"`{JP}")


@pytest.mark.parametrize(("tamper", "code", "where"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_what_was_changed_is_found(tamper: Tamper, code: str, where: str) -> None:
    side, kept = kr_of()
    pattern = place(where, side, kept)
    tamper(side.store, kept, side)

    with pytest.raises(ServandaError, match=pattern) as caught:
        side.node.audit()

    if code:
        assert caught.value.code == code
    assert caught.value.action


def test_what_was_changed_below_a_head_is_narrowed_down() -> None:
    """The roots that the other log has seen say between which entries it lies."""
    side, kept = kr_of()
    permits("reply", KR)(side.store, kept, side)
    with pytest.raises(ServandaError) as caught:
        side.node.audit()
    _, named = caught.value.message.split("one of entries ")
    first, last = (int(word) for word in named.split(" ")[0:3:2])
    assert first <= kept.reply <= last
    assert last - first < 8


def test_every_sort_of_item_and_entry_is_there() -> None:
    side, kept = kr_of()
    items = side.node.journal.items
    assert [type(items[index]) for index in (kept.refused, kept.released, kept.noted, kept.late)] == [
        Refused,
        Released,
        Noted,
        Refused,
    ]
    assert {type(entry).__name__ for entry in side.node.holding.home.entries} == {
        "Opened",
        "Keyed",
        "Issued",
        "Received",
        "Withheld",
        "Destroyed",
    }
    assert all(isinstance(side.node.holding.home.entries[index], Withheld) for index in kept.beats)


# -- the real file -----------------------------------------------------------------------------------------------------


def in_file(side: Side, path: Path) -> Node:
    """The same record in a database file."""
    store = SqliteStore(path)
    with store.writing():
        for log, entries in side.store._logs.items():
            for index, raw in enumerate(entries):
                store.append(log, index, raw)
        for space, kept in side.store._keyed.items():
            for key, value in kept.items():
                store.put(space, key, value)
        for commit, sealed in side.store._vault.items():
            store.lay(commit, sealed)
    node = Node(
        identity=side.node.identity,
        store=store,
        vault=store,
        keys=side.keys,
        clock=side.clock,
        mark=side.mark,
        domains=DOMAINS,
    )
    node.catch_up()
    return node


ONE = "WHERE log = :kr AND idx = :shared"
FILE_TAMPERINGS = [
    (f"UPDATE entries SET data = CAST(replace(data, '\"rank\":', '\"rang\":') AS BLOB) {ONE}", "field_missing"),
    (f"UPDATE entries SET data = CAST(replace(data, '{{}}', '{{\"a\":1}}') AS BLOB) {ONE}", "consistency_invalid"),
    (f"DELETE FROM entries {ONE}", "entry_misplaced"),
    ("DELETE FROM keyed WHERE space = 'envelope'", "signature_missing"),
    ("UPDATE vault SET sealed = zeroblob(length(sealed))", "payload_unopened"),
    ("DELETE FROM keyed WHERE space = 'facts'", "facts_changed"),
    ("UPDATE entries SET idx = -1 WHERE 0", None),
]


@pytest.mark.parametrize(("sql", "code"), FILE_TAMPERINGS, ids=[str(code) for _, code in FILE_TAMPERINGS])
def test_what_was_changed_in_the_file_is_found(tmp_path: Path, sql: str, code: str | None) -> None:
    side, kept = kr_of()
    node = in_file(side, tmp_path / "node.db")
    sound = node.audit()
    assert sound == side.node.audit()
    with apsw.Connection(str(tmp_path / "node.db")) as database:
        database.execute(sql, {"kr": KR, "jp": JP, "shared": kept.shared})
    if code is None:
        assert node.audit() == sound
    else:
        with pytest.raises(ServandaError) as caught:
            node.audit()
        assert caught.value.code == code
    node._store.close()
