"""Record streams: where they are cut, changed or too large, and bodies that do not read."""

from __future__ import annotations

import hashlib

import pytest

from servanda.base.errors import MalformedError, ServandaError
from servanda.node import stream
from servanda.node.stream import (
    Entries,
    Proof,
    Record,
    RecordType,
    Run,
    SealedPayload,
    Stream,
    Want,
)
from servanda.seal.text import b64

RECORDS = (
    Record(type="HEAD", body=b"a checkpoint\n"),
    Record(type="XFUTURE", body=b"kept"),
    Record(type="ACT", body=b""),
    Record(type="ACT", body=b"END 0\n\n"),
)
RAW = stream.write(RECORDS)
FRONT = b"HEAD 13\na checkpoint\n\nXFUTURE 4\nkept\nACT 0\n\nACT 7\nEND 0\n\n\n"
COMMIT = "ab" * 32
HASH = bytes(range(32))


def ended(front: bytes, *, records: int, digest: str | None = None) -> bytes:
    named = hashlib.sha256(front).hexdigest() if digest is None else digest
    body = b'{"records":%d,"sha256":"%b"}' % (records, named.encode())
    return front + b"END %d\n%b\n" % (len(body), body)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "stream_truncated"),
        (b"ACT", "stream_truncated"),
        (b"ACT 4\nabc", "stream_truncated"),
        (b"ACT 4\nabcd", "stream_truncated"),
        (RAW[:-1], "stream_truncated"),
        (FRONT, "stream_truncated"),
        (b"act 1\nx\n", "stream_malformed"),
        (b"ACT  1\nx\n", "stream_malformed"),
        (b"ACT 01\nx\n", "stream_malformed"),
        (b"ACT -1\nx\n", "stream_malformed"),
        (b"ACT 1\r\nx\n", "stream_malformed"),
        (b"ABCDEFGHIJKLMNOPQ 1\nx\n", "stream_malformed"),
        (b"\nACT 1\nx\n", "stream_malformed"),
        (b"X" * 100, "stream_malformed"),
        (b"ACT 1\nxy\n", "stream_malformed"),
        (RAW + b"x", "stream_malformed"),
        (RAW + RAW, "stream_malformed"),
        (b"ACT 8388609\n", "too_large"),
        (b"XFUTURE 9999999999\n", "too_large"),
        (b"A 0\n\n" * 100_001, "too_large"),
        (ended(FRONT, records=3), "stream_digest"),
        (ended(FRONT, records=4, digest="0" * 64), "stream_digest"),
        (ended(FRONT.replace(b"kept", b"kepT"), records=4, digest=hashlib.sha256(FRONT).hexdigest()), "stream_digest"),
        (ended(FRONT, records=4, digest="0"), "field_type"),
        (FRONT + b"END 2\n[]\n", "field_type"),
        (FRONT + b"END 2\n{}\n", "field_missing"),
    ],
    ids=lambda value: repr(value[:30]),
)
def test_a_stream_is_refused_by_the_name_of_its_fault(data, code):
    with pytest.raises(ServandaError) as refused:
        stream.read(data)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "records",
    [[Record(type="ACT", body=bytes(8_388_609))], [Record(type="ACT", body=b"")] * 100_001],
    ids=["record", "number"],
)
def test_nothing_is_written_that_no_reader_would_take(records):
    with pytest.raises(MalformedError) as refused:
        stream.write(records)
    assert refused.value.code == "too_large"


def test_a_stream_is_read_as_written():
    assert ended(FRONT, records=4) == RAW
    read = stream.read(RAW)
    assert read == Stream(records=RECORDS)
    assert (read.unknown, read.of(RecordType.ACT), read.of(RecordType.WANT)) == (1, (b"", b"END 0\n\n"), ())


def test_a_stream_of_nothing_has_an_end():
    assert stream.read(stream.write([])) == Stream(records=())


@pytest.mark.parametrize(
    ("read", "body", "code"),
    [
        (stream.read_entries, b"", "stream_malformed"),
        (stream.read_entries, b'{"count":0,"from":0,"log":"a"}', "stream_malformed"),
        (stream.read_entries, b'{"count":1,"from":0,"log":"a"}\n', "stream_malformed"),
        (stream.read_entries, b'{"count":1,"from":0,"log":"a"}\n\0', "stream_malformed"),
        (stream.read_entries, b'{"count":1,"from":0,"log":"a"}\n\0\2x', "stream_malformed"),
        (stream.read_entries, b'{"count":1,"from":0,"log":"a"}\n\0\1xy', "stream_malformed"),
        (stream.read_entries, b'{"count":2,"from":0,"log":"a"}\n\0\1x', "stream_malformed"),
        (stream.read_entries, b'{"count":1,"from":-1,"log":"a"}\n\0\1x', "field_type"),
        (stream.read_entries, b'{"count":1,"from":0}\n\0\1x', "field_missing"),
        (stream.read_entries, b'{ "count":1,"from":0}\n\0\1x', "json_not_canonical"),
        (stream.read_entries, b'"' + b"x" * 2_000 + b'"\n', "too_large"),
        (stream.read_proof, b"", "stream_malformed"),
        (stream.read_proof, b"old 1", "stream_malformed"),
        (stream.read_proof, b"old 01\n", "stream_malformed"),
        (stream.read_proof, b"old 1\nAAAA\n", "stream_malformed"),
        (stream.read_proof, b"old 1\n" + b64(HASH).encode(), "stream_malformed"),
        (stream.read_proof, b"old 1\n\xff\n", "stream_malformed"),
        (stream.read_proof, b"old 1\n" + (b64(HASH) + "\n").encode() * 64, "stream_malformed"),
        (stream.read_payload, b"", "stream_malformed"),
        (stream.read_payload, COMMIT.encode(), "stream_malformed"),
        (stream.read_payload, COMMIT.upper().encode() + b"\nx", "stream_malformed"),
        (stream.read_payload, b"\xff\nx", "stream_malformed"),
        (stream.read_want, b"", "json_syntax"),
        (stream.read_want, b'{"entries":[]}', "field_missing"),
        (stream.read_want, b'{"entries":[["a",0]],"payloads":[]}', "field_type"),
        (stream.read_want, b'{"entries":[["a",2,1]],"payloads":[]}', "field_type"),
        (stream.read_want, b'{"entries":[[1,0,1]],"payloads":[]}', "field_type"),
        (stream.read_want, b'{"entries":[],"payloads":["x"]}', "field_type"),
        (stream.read_want, b'{"entries":[' + b",".join([b'["a",0,1]'] * 257) + b'],"payloads":[]}', "too_large"),
        (stream.read_evidence, b"", "stream_malformed"),
        (stream.read_evidence, b"a\nb\n", "stream_malformed"),
        (stream.read_evidence, b"a\n====\nb\n====\nc\n", "stream_malformed"),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else None,
)
def test_a_body_is_refused_by_the_name_of_its_fault(read, body, code):
    with pytest.raises(ServandaError) as refused:
        read(body)
    assert refused.value.code == code


def test_entries_are_read_as_written():
    entries = (b"", b"x", bytes(65_535))
    (record,) = stream.entries_records("jp.node.example/kr/1", 7, entries)
    assert record.type == "ENTRIES"
    assert record.body.startswith(b'{"count":3,"from":7,"log":"jp.node.example/kr/1"}\n\0\0\0\1x\xff\xff')
    assert stream.read_entries(record.body) == Entries(log="jp.node.example/kr/1", start=7, entries=entries)


def test_entries_are_parted_where_a_record_is_full():
    entries = [bytes([number % 256]) * 65_535 for number in range(300)]
    records = list(stream.entries_records("a", 5, entries))
    runs = [stream.read_entries(record.body) for record in records]
    assert all(len(record.body) <= 8_388_608 for record in records)
    assert [(run.start, len(run.entries)) for run in runs] == [(5, 127), (132, 127), (259, 46)]
    assert [entry for run in runs for entry in run.entries] == entries


def test_no_entries_are_no_record():
    assert list(stream.entries_records("a", 5, [])) == []


@pytest.mark.parametrize("proof", [Proof(old=0, hashes=()), Proof(old=2**40, hashes=(HASH,) * 63)])
def test_a_proof_is_read_as_written(proof):
    assert stream.read_proof(stream.proof_record(proof).body) == proof


def test_a_proof_is_written_as_a_witness_asks_for_it():
    assert stream.proof_record(Proof(old=6, hashes=(HASH,))) == Record(
        type="PROOF", body=b"old 6\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    )


def test_the_other_bodies_are_read_as_written():
    want = Want(runs=(Run(log="a", start=1, end=1), Run(log="b", start=0, end=9)), payloads=(COMMIT,))
    payload = SealedPayload(commit=COMMIT, sealed=b"age\nfile")
    evidence = (b"a\n1\n\n-\n", b"a\n1\n\n+\n")
    assert stream.read_want(stream.want_record(want).body) == want
    assert stream.read_want(stream.want_record(Want()).body) == Want()
    assert stream.read_payload(stream.payload_record(payload).body) == payload
    assert stream.read_evidence(stream.evidence_record(*evidence).body) == evidence
    assert stream.want_record(want).body == b'{"entries":[["a",1,1],["b",0,9]],"payloads":["%b"]}' % COMMIT.encode()


def test_a_record_holds_so_many_entries_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("servanda.base.limits.BUNDLE_ENTRIES_MAX", 2)
    (two,) = stream.entries_records("kr.node.example/jp/1", 0, [b"{}"] * 2)
    assert len(stream.read_entries(two.body).entries) == 2
    (three,) = stream.entries_records("kr.node.example/jp/1", 0, [b"{}"] * 3)
    with pytest.raises(MalformedError, match="a record `ENTRIES` of 3 entries, at most 2 are taken"):
        stream.read_entries(three.body)
