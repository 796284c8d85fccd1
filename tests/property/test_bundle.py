"""Streams and bundles: round trips, and no byte that may change unnoticed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.base.errors import ServandaError
from servanda.node import bundle, stream
from servanda.node.stream import Entries, Proof, Record, Run, SealedPayload, Want
from servanda.seal.keys import Alg, from_seed

LINK = from_seed(Alg.ED25519, bytes([1]) * 32)
PEER = from_seed(Alg.MLKEM768X25519, bytes([2]) * 32)
AT = datetime(2031, 4, 1, 8, tzinfo=UTC)
TYPES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=16).filter(lambda name: name != "END")
RECORDS = st.lists(st.builds(Record, type=TYPES, body=st.binary(max_size=200)), max_size=6)
LOGS = st.text("abc.example/1", min_size=1, max_size=30)
SIZES = st.integers(0, 2**40)
HASHES = st.binary(min_size=32, max_size=32)
COMMITS = HASHES.map(bytes.hex)


@st.composite
def runs(draw):
    start = draw(SIZES)
    return Run(log=draw(LOGS), start=start, end=draw(st.integers(start, 2**40)))


@given(RECORDS)
def test_a_stream_is_read_as_written(records):
    assert list(stream.read(stream.write(records)).records) == records


@given(RECORDS, st.data())
def test_no_byte_of_a_stream_may_change_or_be_missing(records, data):
    raw = bytearray(stream.write(records))
    place = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans()):
        raw[place] ^= data.draw(st.integers(1, 255))
    else:
        del raw[place:]
    with pytest.raises(ServandaError):
        stream.read(bytes(raw))


@given(LOGS, SIZES, st.lists(st.binary(max_size=50), min_size=1, max_size=8).map(tuple))
def test_entries_are_read_as_written(log, start, entries):
    (record,) = stream.entries_records(log, start, entries)
    assert stream.read_entries(record.body) == Entries(log=log, start=start, entries=entries)


@given(SIZES, st.lists(HASHES, max_size=63).map(tuple))
def test_a_proof_is_read_as_written(old, hashes):
    proof = Proof(old=old, hashes=hashes)
    assert stream.read_proof(stream.proof_record(proof).body) == proof


@given(st.lists(runs(), max_size=5).map(tuple), st.lists(COMMITS, max_size=5).map(tuple))
def test_what_is_wanted_is_read_as_written(wanted, payloads):
    want = Want(runs=wanted, payloads=payloads)
    assert stream.read_want(stream.want_record(want).body) == want


@given(COMMITS, st.binary(max_size=100))
def test_a_payload_is_read_as_written(commit, sealed):
    payload = SealedPayload(commit=commit, sealed=sealed)
    assert stream.read_payload(stream.payload_record(payload).body) == payload


@given(RECORDS, st.integers(1, 2**53 - 1), st.data())
def test_a_bundle_opens_as_made_and_no_byte_of_it_may_change(records, number, data):
    raw = bundle.make_bundle(
        records,
        from_party="KR",
        to_party="JP",
        number=number,
        previous=None,
        created_at=AT,
        link=LINK,
        recipient=PEER.public,
    )
    opened = bundle.open_bundle(raw, me="JP", link=lambda *_: LINK.public, identity=PEER)
    assert (opened.manifest.number, list(opened.contents.records[1:])) == (number, records)
    bent = bytearray(raw)
    bent[data.draw(st.integers(0, len(bent) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ServandaError):
        bundle.open_bundle(bytes(bent), me="JP", link=lambda *_: LINK.public, identity=PEER)
