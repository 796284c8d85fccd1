"""An exported log: bent in every part it is found out, whole it holds."""

from __future__ import annotations

import pytest

import servanda as sv
from servanda.assembly.proving import Side, export
from servanda.base.errors import IntegrityError, MalformedError
from servanda.node import exported, stream
from servanda.node.stream import Record, RecordType
from tests.founded import template


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> tuple[Record, ...]:
    pair = template().copy(tmp_path_factory.mktemp("exported") / "nodes")
    with sv.open_node(pair.settings("JP")) as home:
        raw = export(home, Side.PEER)
        assert raw != export(home, Side.HOME)
    return stream.read(raw).records


def outcome(records: tuple[Record, ...]) -> tuple[str, str | None, bool]:
    """Name and failure of the last item told, and whether nothing was told after a failure."""
    told = list(exported.verify(stream.write(records)))
    return told[-1].name, told[-1].error, [item.ok for item in told[:-1]] == [True] * (len(told) - 1)


def without(records: tuple[Record, ...], place: int) -> tuple[Record, ...]:
    return records[:place] + records[place + 1 :]


def of(records: tuple[Record, ...], record_type: RecordType) -> list[int]:
    return [place for place, record in enumerate(records) if record.type == record_type]


def bent(records: tuple[Record, ...], place: int, old: bytes, new: bytes) -> tuple[Record, ...]:
    body = records[place].body
    assert old in body
    return (*records[:place], Record(type=records[place].type, body=body.replace(old, new, 1)), *records[place + 1 :])


def test_a_whole_log_holds(records: tuple[Record, ...]) -> None:
    told = list(exported.verify(stream.write(records)))
    assert all(item.ok and item.expected for item in told)
    assert {record.type for record in records} == {"KEYS", "HEAD", "ENTRIES", "ACT"}
    assert [item.name.rsplit(" ", 1)[0] for item in told[:2]] == ["keys JP 1", "keys KR 1"]
    assert told[-1].name == f"head exercise.kr.node/jp/1 {len(told) - 3}"


def test_what_is_bent_is_found_at_its_place(records: tuple[Record, ...]) -> None:
    (entries,) = of(records, RecordType.ENTRIES)
    (head,) = of(records, RecordType.HEAD)
    keys, acts = of(records, RecordType.KEYS), of(records, RecordType.ACT)
    name = f"head exercise.kr.node/jp/1 {len(stream.read_entries(records[entries].body).entries)}"
    cases = {
        "an entry": (bent(records, entries, b'"rank":1,', b'"rank":7,'), (name, "consistency_invalid")),
        "its type": (bent(records, entries, b'"type":"issued"', b'"type":"Issued"'), ("entry 2", "field_type")),
        "its order": (bent(records, entries, b'"index":3', b'"index":4'), ("entry 3", "entry_misplaced")),
        "an act": (without(records, acts[0]), ("entry 2", "signature_missing")),
        "the list of its Party": (without(records, keys[1]), ("entry 0", "key_unknown")),
        "the list of the other": (without(records, keys[0]), ("entry 1", "key_unknown")),
        "a line of the head": (
            bent(records, head, b"\xe2\x80\x94 exercise.jp", b"\xe2\x80\x94 Exercise.jp"),
            (name, "signature_missing"),
        ),
    }
    for part, (altered, due) in cases.items():
        assert outcome(altered) == (*due, True), part


def test_a_key_list_that_was_changed_is_refused_first(records: tuple[Record, ...]) -> None:
    place = of(records, RecordType.KEYS)[0]
    body = records[place].body
    sign = body[body.index(b'"sig":"') + 12 :][:1]
    other = b"B" if sign == b"A" else b"A"
    at = body.index(b'"sig":"') + 12
    altered = (Record(type="KEYS", body=body[:at] + other + body[at + 1 :]), *records[1:])
    name, error, alone = outcome(altered)
    assert (name.split(" ")[:3], error, alone) == (["keys", "JP", "1"], "signature_invalid", True)
    unreadable = bent(records, place, b'"sig":"', b'"sig":"A')
    with pytest.raises(IntegrityError) as caught:
        list(exported.verify(stream.write(unreadable)))
    assert caught.value.code == "base64_invalid"


@pytest.mark.parametrize("heads", [0, 2])
def test_a_file_has_one_head(heads: int, records: tuple[Record, ...]) -> None:
    (head,) = of(records, RecordType.HEAD)
    altered = (*without(records, head), *[records[head]] * heads)
    with pytest.raises(MalformedError) as caught:
        list(exported.verify(stream.write(altered)))
    assert caught.value.code == "stream_malformed"
