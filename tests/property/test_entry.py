"""Entries and journal items: round trips, and no changed byte that goes unnoticed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.act import entry, journal
from servanda.act.entry import Destroyed, Issued, Keyed, Opened, Reason, Received, RecordedRuling, Seen, Withheld
from servanda.act.order import Place, order, rank_after
from servanda.act.ruling import Ground, Permit, Refusal, in_order
from servanda.base import canon
from servanda.base.errors import IntegrityError, ServandaError

LOG, PEER = "kr.node.example/jp/1", "jp.node.example/kr/1"
HEX = st.binary(min_size=32, max_size=32).map(bytes.hex)
MOMENTS = st.integers(0, 2**34).map(lambda second: datetime.fromtimestamp(second, UTC))
INDEX = st.integers(1, 2**40)
WORDS = st.from_regex(r"[a-z][a-z_]{0,12}", fullmatch=True)
CITES = st.lists(
    st.builds("{}.{}".format, st.sampled_from(["life", *range(1, 30)]), st.integers(1, 30)), min_size=1, max_size=5
).map(in_order)
LINES = st.none() | st.integers(1, 10_000)
RULINGS = (
    st.builds(Permit, cites=CITES)
    | st.builds(Refusal, ground=st.just(Ground.FORBIDDEN), cites=CITES, line=LINES)
    | st.builds(Refusal, ground=st.just(Ground.SILENT), line=LINES)
    | st.builds(
        Refusal,
        ground=st.just(Ground.UNJUDGEABLE),
        missing=st.lists(WORDS, min_size=1, max_size=4, unique=True).map(tuple),
        line=LINES,
    )
)
RULED = st.builds(RecordedRuling, ruling=RULINGS, agreement_digest=HEX, facts=st.none() | HEX) | st.builds(
    RecordedRuling,
    ruling=st.builds(Refusal, ground=st.just(Ground.INVALID), code=WORDS),
    agreement_digest=HEX,
    facts=st.none(),
)
SEEN = st.builds(Seen, log=st.just(PEER), size=st.integers(0, 2**40), root=st.binary(min_size=32, max_size=32))
NOTES = st.dictionaries(WORDS, st.none() | st.booleans() | st.integers(0, 2**53 - 1) | st.text(max_size=8), max_size=3)
PLACED = {"log": st.just(LOG), "recorded_at": MOMENTS}
LATER = {**PLACED, "index": INDEX}
JUDGED = {"act": HEX, "envelope": HEX, "seen": SEEN, "ruling": RULED, "observed": NOTES}
ENTRIES = (
    st.builds(
        Opened,
        **PLACED,
        index=st.just(0),
        party=st.sampled_from(["KR", "JP"]),
        epoch=st.integers(1, 9),
        previous=st.none() | SEEN,
        reason=st.sampled_from(Reason),
        keys=HEX,
    )
    | st.builds(Issued, **LATER, **JUDGED, rank=st.integers(1, 2**53 - 1))
    | st.builds(Received, **LATER, **JUDGED, source=st.tuples(st.just(PEER), INDEX))
    | st.builds(Withheld, **LATER, commit=HEX)
    | st.builds(Destroyed, **LATER, act=HEX, commit=HEX, residue=NOTES)
    | st.builds(Keyed, **LATER, party=st.sampled_from(["KR", "JP"]), number=st.integers(1, 99), keys=HEX)
)
AT_HOME = {"index": INDEX, "recorded_at": MOMENTS}
CUTS = st.builds(journal.Cut, own=st.integers(0, 2**40), seen=st.integers(0, 2**40))
ITEMS = (
    st.builds(journal.JournalOpened, index=st.just(0), recorded_at=MOMENTS, log=st.just(LOG), party=st.just("KR"))
    | st.builds(journal.Refused, **AT_HOME, act=HEX, envelope=HEX, cut=CUTS, ruling=RULED)
    | st.builds(journal.Released, **AT_HOME, act=HEX, envelope=HEX, cut=CUTS, ruling=RULED)
    | st.builds(journal.Noted, **AT_HOME, act=HEX, envelope=HEX, kind=WORDS)
    | st.builds(journal.Answered, **AT_HOME, item=HEX, act=HEX)
    | st.builds(journal.ClockMoved, **AT_HOME, moved_from=MOMENTS, moved_to=MOMENTS)
    | st.builds(journal.ClockConfirmed, **AT_HOME, clock=MOMENTS)
    | st.builds(journal.Alarm, **AT_HOME, code=WORDS, about=st.text("abc/", min_size=1))
)


@given(ENTRIES)
def test_an_entry_is_read_as_written(written):
    data = entry.encode(written)
    assert entry.decode(data, log=LOG, index=written.index) == written


@given(ENTRIES, NOTES)
def test_what_is_not_known_means_nothing_and_stays_in_the_bytes(written, notes):
    members = canon.decode_object(entry.encode(written), bytes_max=65_535)
    extended = canon.encode({**members, "x.notes": notes})
    assert entry.decode(extended, log=LOG, index=written.index) == written
    assert extended != entry.encode(written)


@given(ENTRIES, st.data())
def test_a_changed_byte_is_refused_or_another_entry(written, data):
    changed = bytearray(entry.encode(written))
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    try:
        other = entry.decode(bytes(changed), log=LOG, index=written.index)
    except ServandaError:
        return
    # A name may have become one that means nothing; where every member still means something, it is another one.
    assert other != written or set(canon.decode_object(bytes(changed), bytes_max=65_535)) != set(
        canon.decode_object(entry.encode(written), bytes_max=65_535)
    )


@given(ITEMS)
def test_an_item_is_read_as_written(item):
    assert journal.decode(journal.encode(item), index=item.index) == item


@st.composite
def histories(draw):
    """Issued acts of two logs that grow in turns, each having seen some of what the other then had."""
    sizes, seen, own = {"a": 1, "b": 1}, {"a": 0, "b": 0}, {"a": 0, "b": 0}
    issued = []
    for _ in range(draw(st.integers(0, 12))):
        log = draw(st.sampled_from("ab"))
        other = "b" if log == "a" else "a"
        sizes[log] += draw(st.integers(0, 2))
        seen[log] = draw(st.integers(seen[log], sizes[other]))
        peer = max((place.rank for place in issued if place.log == other and place.index < seen[log]), default=0)
        own[log] = rank_after(own[log], peer)
        issued.append(Place(log=log, index=sizes[log], seen=seen[log], rank=own[log]))
        sizes[log] += 1
    return issued, sizes


@given(histories(), st.randoms())
def test_an_honest_history_has_one_order_however_it_arrives(history, random):
    issued, sizes = history
    arrived = list(issued)
    random.shuffle(arrived)
    ordered = order(arrived, sizes=sizes)
    assert ordered == order(issued)
    places = {(place.log, place.index): place for place in issued}
    for position, key in enumerate(ordered):
        for later in ordered[position + 1 :]:
            first, second = places[key], places[later]
            if first.log == second.log:
                assert first.index < second.index
            else:
                assert first.seen <= second.index


@given(histories().filter(lambda history: bool(history[0])), st.data())
def test_another_rank_is_noticed(history, data):
    issued, sizes = history
    at = data.draw(st.integers(0, len(issued) - 1))
    place = issued[at]
    rank = data.draw(st.integers(1, 20).filter(lambda rank: rank != place.rank))
    bent = [*issued[:at], Place(log=place.log, index=place.index, seen=place.seen, rank=rank), *issued[at + 1 :]]
    with pytest.raises(IntegrityError) as refused:
        order(bent, sizes=sizes)
    assert refused.value.code == "rank_wrong"
