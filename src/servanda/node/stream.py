"""The record stream inside a bundle: what one node tells another, record by record.

Rules of this module:
- a record is its type, its length and its body; the last one counts and hashes all before it;
- records of an unknown type are kept, counted and shown, and mean nothing;
- each body has one form; a body that does not read stops the stream, never the node.

Spec: record 10.3, 12.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from servanda.base import canon, fields, limits
from servanda.base.errors import IntegrityError, MalformedError, PeerError
from servanda.log.tree import HASH_BYTES
from servanda.seal.text import b64, from_b64

END = "END"
_HEAD = re.compile(rb"([A-Z]{1,16}) (0|[1-9][0-9]{0,15})\n").match
_HEAD_BYTES_MAX = 34
_OLD = re.compile(r"old (0|[1-9][0-9]{0,15})").fullmatch
_PARTING = b"====\n"
_LENGTH_BYTES = 2
# Room in one record for the line that says which entries follow.
_ENTRIES_LINE_BYTES_MAX = 1_024


class RecordType(StrEnum):
    """The types that both nodes know."""

    BUNDLE = "BUNDLE"
    HEAD = "HEAD"
    PROOF = "PROOF"
    ENTRIES = "ENTRIES"
    ACT = "ACT"
    PAYLOAD = "PAYLOAD"
    RECEIPT = "RECEIPT"
    WANT = "WANT"
    KEYS = "KEYS"
    EVIDENCE = "EVIDENCE"


_KNOWN = frozenset(RecordType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record. Its type may be one that is not known here."""

    type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The records of a stream without its end, in their order."""

    records: tuple[Record, ...]

    @property
    def unknown(self) -> int:
        """How many records are of a type not known here."""
        return sum(record.type not in _KNOWN for record in self.records)

    def of(self, record_type: RecordType) -> tuple[bytes, ...]:
        """The bodies of one type, in their order."""
        return tuple(record.body for record in self.records if record.type == record_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """A run of entries of one log, the first at index `start`."""

    log: str
    start: int
    entries: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That the head of the bundle goes on from the size its reader cosigned last."""

    old: int
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Entries that are asked for: those of a log from `start` up to and without `end`."""

    log: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """What a node asks for: runs of entries, and payloads by their commitments."""

    runs: tuple[Run, ...] = ()
    payloads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPayload:
    """A sealed payload under the commitment that its act names."""

    commit: str
    sealed: bytes


def write(records: Iterable[Record]) -> bytes:
    """The bytes of a stream, with its end.

    Raises:
        MalformedError: `too_large` for a record or a number of records that no reader would take.
    """
    parts: list[bytes] = []
    for record in records:
        _refuse_above(len(record.body), limits.RECORD_BYTES_MAX, f"a record `{record.type}`", "bytes")
        parts.append(_framed(record))
    _refuse_above(len(parts), limits.BUNDLE_RECORDS_MAX, "a stream", "records")
    whole = b"".join(parts)
    end = canon.encode({"records": len(parts), "sha256": hashlib.sha256(whole).hexdigest()})
    return whole + _framed(Record(type=END, body=end))


def read(data: bytes) -> Stream:
    """The records of a stream that is whole.

    Raises:
        MalformedError: `stream_malformed` or `too_large`.
        PeerError: `stream_truncated`.
        IntegrityError: `stream_digest`.
    """
    records: list[Record] = []
    place = 0
    while True:
        record, after = _next(data, place)
        if record.type == END:
            _hold_end(record.body, len(records), data[:place])
            if after != len(data):
                raise _malformed("bytes follow its end")
            return Stream(records=tuple(records))
        _refuse_above(len(records) + 1, limits.BUNDLE_RECORDS_MAX, "a stream", "records")
        records.append(record)
        place = after


def entries_records(log: str, start: int, entries: Sequence[bytes]) -> Iterator[Record]:
    """Entries as records, as few as the bound of a record allows."""
    packed: list[bytes] = []
    first, room = start, limits.RECORD_BYTES_MAX - _ENTRIES_LINE_BYTES_MAX
    for index, entry in enumerate(entries, start):
        if packed and len(entry) + _LENGTH_BYTES > room:
            yield _entries_record(log, first, packed)
            first, packed, room = index, [], limits.RECORD_BYTES_MAX - _ENTRIES_LINE_BYTES_MAX
        packed.append(entry)
        room -= len(entry) + _LENGTH_BYTES
    if packed:
        yield _entries_record(log, first, packed)


def read_entries(body: bytes) -> Entries:
    """The run of entries of one record.

    Raises:
        MalformedError: `stream_malformed`, `too_large`, `json_*` or `field_*`.
    """
    line, parted, rest = body.partition(b"\n")
    if not parted:
        raise _malformed("a record `ENTRIES` has no first line")
    members = canon.decode_object(line, bytes_max=_ENTRIES_LINE_BYTES_MAX)
    entries: list[bytes] = []
    place = 0
    while place < len(rest):
        after = place + _LENGTH_BYTES + int.from_bytes(rest[place : place + _LENGTH_BYTES], "big")
        if after > len(rest) or place + _LENGTH_BYTES > len(rest):
            raise _malformed("a record `ENTRIES` ends within an entry")
        _refuse_above(len(entries) + 1, limits.BUNDLE_ENTRIES_MAX, "a record `ENTRIES`", "entries")
        entries.append(rest[place + _LENGTH_BYTES : after])
        place = after
    if fields.whole(members, "count") != len(entries):
        raise _malformed(f"a record `ENTRIES` announces {members['count']} entries and holds {len(entries)}")
    return Entries(
        log=fields.text(members, "log"),
        start=fields.whole(members, "from", most=limits.LOG_ENTRIES_MAX),
        entries=tuple(entries),
    )


def proof_record(proof: Proof) -> Record:
    """A consistency proof, in the head of an add-checkpoint request.

    Source: C2SP tlog-witness, add-checkpoint.
    """
    lines = [f"old {proof.old}", *(b64(one) for one in proof.hashes)]
    return Record(type=RecordType.PROOF, body="".join(f"{line}\n" for line in lines).encode())


def read_proof(body: bytes) -> Proof:
    """The consistency proof of one record.

    Raises:
        MalformedError: `stream_malformed`.
    """
    lines = body.decode("ascii", "replace").split("\n")
    old = _OLD(lines[0])
    if old is None or lines[-1] or not 2 <= len(lines) <= limits.PROOF_HASHES_MAX + 2:
        raise _malformed("a record `PROOF` is no size with hashes under it")
    return Proof(old=int(old[1]), hashes=tuple(_hash(line) for line in lines[1:-1]))


def payload_record(payload: SealedPayload) -> Record:
    """A sealed payload as a record."""
    return Record(type=RecordType.PAYLOAD, body=payload.commit.encode() + b"\n" + payload.sealed)


def read_payload(body: bytes) -> SealedPayload:
    """The sealed payload of one record.

    Raises:
        MalformedError: `stream_malformed`.
    """
    commit, parted, sealed = body.partition(b"\n")
    named = commit.decode("ascii", "replace")
    if not parted or not fields.is_hex(named):
        raise _malformed("a record `PAYLOAD` does not begin with a commitment")
    return SealedPayload(commit=named, sealed=sealed)


def want_record(want: Want) -> Record:
    """What is asked for, as a record."""
    value = {"entries": [[run.log, run.start, run.end] for run in want.runs], "payloads": list(want.payloads)}
    return Record(type=RecordType.WANT, body=canon.encode(value))


def read_want(body: bytes) -> Want:
    """What one record asks for.

    Raises:
        MalformedError: `stream_malformed`, `json_*`, `field_*`, or `too_large` for too many runs.
    """
    members = canon.decode_object(body, bytes_max=limits.RECORD_BYTES_MAX)
    runs = fields.items(members, "entries", most=limits.BUNDLE_RECORDS_MAX)
    _refuse_above(len(runs), limits.WANT_RANGES_MAX, "a record `WANT`", "runs")
    payloads = fields.items(members, "payloads", most=limits.BUNDLE_RECORDS_MAX)
    if not all(fields.is_hex(one) for one in payloads):
        raise fields.wrong("payloads", "a list of commitments in lower-case hex")
    return Want(runs=tuple(_run(one) for one in runs), payloads=tuple(str(one) for one in payloads))


def evidence_record(first: bytes, second: bytes) -> Record:
    """Two checkpoints that contradict each other, as a record."""
    return Record(type=RecordType.EVIDENCE, body=first + _PARTING + second)


def read_evidence(body: bytes) -> tuple[bytes, bytes]:
    """The two checkpoints of one record; they are not verified here.

    Raises:
        MalformedError: `stream_malformed`.
    """
    parts = body.split(b"\n" + _PARTING)
    if len(parts) != 2:
        raise _malformed("a record `EVIDENCE` does not hold two checkpoints")
    return parts[0] + b"\n", parts[1]


def _next(data: bytes, place: int) -> tuple[Record, int]:
    """The record at a place, and the place after it."""
    head = _HEAD(data, place)
    if head is None:
        part = data[place : place + _HEAD_BYTES_MAX]
        if b"\n" not in part and len(part) < _HEAD_BYTES_MAX:
            raise _truncated()
        raise _malformed(f"`{part.decode('ascii', 'replace')}` begins no record")
    length = int(head[2])
    name = head[1].decode()
    _refuse_above(length, limits.RECORD_BYTES_MAX, f"a record `{name}`", "bytes")
    start, end = head.end(), head.end() + length
    if len(data) <= end:
        raise _truncated()
    if data[end : end + 1] != b"\n":
        raise _malformed(f"a record `{name}` is longer than it says")
    return Record(type=name, body=data[start:end]), end + 1


def _hold_end(body: bytes, count: int, before: bytes) -> None:
    members = canon.decode_object(body, bytes_max=_ENTRIES_LINE_BYTES_MAX)
    named = fields.hex_text(members, "sha256")
    if fields.whole(members, "records") != count or named != hashlib.sha256(before).hexdigest():
        raise IntegrityError(
            "stream_digest", "the records are not those that the end of the stream names", action="ask for it again"
        )


def _framed(record: Record) -> bytes:
    return b"%b %d\n%b\n" % (record.type.encode(), len(record.body), record.body)


def _entries_record(log: str, start: int, entries: Sequence[bytes]) -> Record:
    line = canon.encode({"count": len(entries), "from": start, "log": log})
    packed = b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)
    return Record(type=RecordType.ENTRIES, body=line + b"\n" + packed)


def _run(value: canon.Json) -> Run:
    if not isinstance(value, list) or len(value) != 3:
        raise fields.wrong("entries", "a list of runs: log, from, to")
    members = dict(zip(("log", "from", "to"), value, strict=True))
    start = fields.whole(members, "from", most=limits.LOG_ENTRIES_MAX)
    return Run(
        log=fields.text(members, "log"),
        start=start,
        end=fields.whole(members, "to", least=start, most=limits.LOG_ENTRIES_MAX),
    )


def _hash(line: str) -> bytes:
    try:
        data = from_b64(line)
    except IntegrityError as error:
        raise _malformed(f"`{line[:60]}` is no hash") from error
    if len(data) != HASH_BYTES:
        raise _malformed(f"`{line[:60]}` is no hash")
    return data


def _refuse_above(value: int, most: int, what: str, unit: str) -> None:
    if value > most:
        raise MalformedError(
            "too_large", f"{what} of {value} {unit}, at most {most} are taken", action="send it in smaller parts"
        )


def _truncated() -> PeerError:
    return PeerError("stream_truncated", "the record stream ends before its end record", action="send it again")


def _malformed(reason: str) -> MalformedError:
    return MalformedError("stream_malformed", f"no record stream: {reason}", action="ask the sender for it again")
