"""Entries: every fault by its name, and every type as written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from servanda.act import entry
from servanda.act.entry import (
    Destroyed,
    Issued,
    Keyed,
    Opened,
    Reason,
    Received,
    RecordedRuling,
    Seen,
    Withheld,
)
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.base import canon
from servanda.base.errors import IntegrityError, MalformedError, ServandaError

LOG = "kr.node.example/jp/1"
PEER = "jp.node.example/kr/1"
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
SEEN = Seen(log=PEER, size=1, root=bytes.fromhex("55" * 32))
SEEN_JSON = {"log": PEER, "size": 1, "root": "VVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVU="}
ACT, ENVELOPE, DIGEST, FACTS, KEYS = ("7b" * 32, "87" * 32, "cf" * 32, "5d" * 32, "4e" * 32)
PERMIT = RecordedRuling(ruling=Permit(cites=("4.2", "5.1")), agreement_digest=DIGEST, facts=FACTS)
PERMIT_JSON = {"agreement_digest": DIGEST, "cites": ["4.2", "5.1"], "facts": FACTS, "ground": None, "outcome": "permit"}
INVALID = RecordedRuling(
    ruling=Refusal(ground=Ground.INVALID, code="payload_mismatch"), agreement_digest=DIGEST, facts=None
)
INVALID_JSON = {
    "agreement_digest": DIGEST,
    "cites": [],
    "code": "payload_mismatch",
    "facts": None,
    "ground": "invalid",
    "outcome": "refusal",
}
HEAD = {"version": 1, "log": LOG, "recorded_at": "2026-11-24T09:00:00Z"}
ISSUED = {
    **HEAD,
    "index": 1,
    "type": "issued",
    "act": ACT,
    "envelope": ENVELOPE,
    "seen": SEEN_JSON,
    "rank": 1,
    "ruling": PERMIT_JSON,
    "observed": {},
}
RECEIVED = {
    **HEAD,
    "index": 2,
    "type": "received",
    "act": ACT,
    "envelope": ENVELOPE,
    "source": {"log": PEER, "index": 7},
    "seen": SEEN_JSON,
    "ruling": INVALID_JSON,
    "observed": {"carrier": "folder"},
}
OPENED = {
    **HEAD,
    "index": 0,
    "type": "opened",
    "party": "KR",
    "epoch": 1,
    "previous": None,
    "reason": "first",
    "keys": KEYS,
}
REOPENED = {**OPENED, "epoch": 2, "previous": SEEN_JSON, "reason": "restored"}
WITHHELD = {**HEAD, "index": 3, "type": "withheld", "commit": FACTS}
DESTROYED = {**HEAD, "index": 4, "type": "destroyed", "act": ACT, "commit": FACTS, "residue": {"control": "KR-7"}}
KEYED = {**HEAD, "index": 5, "type": "keyed", "party": "JP", "number": 2, "keys": KEYS}
ALL = [
    (
        OPENED,
        Opened(log=LOG, index=0, recorded_at=AT, party="KR", epoch=1, previous=None, reason=Reason.FIRST, keys=KEYS),
    ),
    (
        REOPENED,
        Opened(log=LOG, index=0, recorded_at=AT, party="KR", epoch=2, previous=SEEN, reason=Reason.RESTORED, keys=KEYS),
    ),
    (
        ISSUED,
        Issued(
            log=LOG, index=1, recorded_at=AT, act=ACT, envelope=ENVELOPE, seen=SEEN, rank=1, ruling=PERMIT, observed={}
        ),
    ),
    (
        RECEIVED,
        Received(
            log=LOG,
            index=2,
            recorded_at=AT,
            act=ACT,
            envelope=ENVELOPE,
            source=(PEER, 7),
            seen=SEEN,
            ruling=INVALID,
            observed={"carrier": "folder"},
        ),
    ),
    (WITHHELD, Withheld(log=LOG, index=3, recorded_at=AT, commit=FACTS)),
    (DESTROYED, Destroyed(log=LOG, index=4, recorded_at=AT, act=ACT, commit=FACTS, residue={"control": "KR-7"})),
    (KEYED, Keyed(log=LOG, index=5, recorded_at=AT, party="JP", number=2, keys=KEYS)),
]
MEMBERS = [
    (value, name)
    for value, _ in ALL
    for name in value
    if not (value["type"] == "opened" and name in ("reason", "keys"))
]


def decode(value, *, log=LOG, index=None, not_before=None):
    at = value["index"] if index is None and "index" in value else index or 0
    return entry.decode(canon.encode(value), log=log, index=at, not_before=not_before)


@pytest.mark.parametrize(("value", "name"), MEMBERS)
def test_every_member_must_be_there(value, name):
    with pytest.raises(MalformedError) as refused:
        decode({other: member for other, member in value.items() if other != name}, index=value["index"])
    assert refused.value.code == "field_missing"
    assert f"`{name}`" in refused.value.message


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({**ISSUED, "version": 2}, "version_unknown"),
        ({**ISSUED, "version": "1"}, "field_type"),
        ({**ISSUED, "version": True}, "field_type"),
        ({**ISSUED, "log": 1}, "field_type"),
        ({**ISSUED, "index": "1"}, "field_type"),
        ({**ISSUED, "type": "destroy"}, "field_type"),
        ({**ISSUED, "recorded_at": "2026-11-24T09:00Z"}, "field_type"),
        ({**ISSUED, "act": ACT.upper()}, "field_type"),
        ({**ISSUED, "envelope": ENVELOPE[:-1]}, "field_type"),
        ({**ISSUED, "rank": 0}, "field_type"),
        ({**ISSUED, "rank": None}, "field_type"),
        ({**ISSUED, "observed": []}, "field_type"),
        ({**ISSUED, "seen": None}, "field_type"),
        ({**ISSUED, "seen": {**SEEN_JSON, "size": -1}}, "field_type"),
        ({**ISSUED, "seen": {**SEEN_JSON, "size": 2**40 + 1}}, "field_type"),
        ({**ISSUED, "seen": {**SEEN_JSON, "root": "VVU="}}, "field_type"),
        ({**ISSUED, "seen": {"log": PEER, "size": 1}}, "field_missing"),
        ({**ISSUED, "seen": {**SEEN_JSON, "root": "VVV="}}, "base64_invalid"),
        ({**ISSUED, "ruling": {**PERMIT_JSON, "outcome": "refusal"}}, "ruling_malformed"),
        ({**ISSUED, "ruling": None}, "ruling_malformed"),
        ({**RECEIVED, "source": [PEER, 7]}, "field_type"),
        ({**RECEIVED, "source": {"log": PEER}}, "field_missing"),
        ({**OPENED, "epoch": 0}, "field_type"),
        ({**OPENED, "previous": "none"}, "field_type"),
        ({**OPENED, "reason": "bored"}, "field_type"),
        ({**OPENED, "reason": 1}, "field_type"),
        ({**OPENED, "keys": None}, "field_type"),
        ({**OPENED, "party": ""}, "field_type"),
        ({**DESTROYED, "residue": None}, "field_type"),
        ({**KEYED, "number": 0}, "field_type"),
        ({**WITHHELD, "commit": 1}, "field_type"),
    ],
)
def test_an_entry_is_refused_by_the_name_of_its_fault(value, code):
    with pytest.raises(ServandaError) as refused:
        decode(value)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("value", "log", "index"),
    [
        (ISSUED, LOG, 2),
        (ISSUED, PEER, 1),
        (OPENED, LOG, 1),
        ({**OPENED, "index": 1}, LOG, 1),
        ({**ISSUED, "index": 0}, LOG, 0),
    ],
)
def test_an_entry_means_nothing_at_another_place(value, log, index):
    with pytest.raises(IntegrityError) as refused:
        decode(value, log=log, index=index)
    assert refused.value.code == "entry_misplaced"


def test_times_never_fall():
    decode(WITHHELD, not_before=AT)
    with pytest.raises(IntegrityError) as refused:
        decode(WITHHELD, not_before=AT.replace(second=1))
    assert str(refused.value) == (
        "entry 3 of `kr.node.example/jp/1` is older than the one before it; "
        "ask the node that keeps this log for the entry"
    )


def test_bounds_are_held_both_ways():
    fits = 65_535 - len(canon.encode({**DESTROYED, "residue": {"note": ""}}))
    for surplus, taken in ((0, True), (1, False)):
        large = Destroyed(
            log=LOG, index=4, recorded_at=AT, act=ACT, commit=FACTS, residue={"note": "a" * (fits + surplus)}
        )
        if taken:
            assert len(entry.encode(large)) == 65_535
        else:
            with pytest.raises(MalformedError, match="an entry of 65536 bytes, at most 65535 fit"):
                entry.encode(large)
    with pytest.raises(MalformedError) as refused:
        entry.decode(b" " * 65_536, log=LOG, index=4)
    assert refused.value.code == "too_large"


def test_another_spelling_is_refused():
    with pytest.raises(IntegrityError) as refused:
        entry.decode(canon.encode(KEYED).replace(b":2,", b": 2,"), log=LOG, index=5)
    assert refused.value.code == "json_not_canonical"


def test_what_no_reader_would_take_is_not_written():
    with pytest.raises(MalformedError, match="the member `commit` is not hex"):
        entry.encode(Withheld(log=LOG, index=3, recorded_at=AT, commit="none"))
    with pytest.raises(IntegrityError, match="an entry `withheld` stands at index 0"):
        entry.encode(Withheld(log=LOG, index=0, recorded_at=AT, commit=FACTS))
    first = Opened(log=LOG, index=0, recorded_at=AT, party="KR", epoch=1, previous=None, reason=None, keys="")
    with pytest.raises(ValueError, match="gives its reason and its key list"):
        entry.encode(first)


@pytest.mark.parametrize(("value", "read"), ALL)
def test_an_entry_is_read_and_written(value, read):
    assert decode(value) == read
    assert entry.encode(read) == canon.encode(value)


def test_the_first_logs_gave_no_reason_and_no_keys():
    bare = {name: member for name, member in OPENED.items() if name not in ("reason", "keys")}
    assert decode(bare) == Opened(
        log=LOG, index=0, recorded_at=AT, party="KR", epoch=1, previous=None, reason=None, keys=""
    )


def test_what_is_not_known_means_nothing():
    assert decode({**KEYED, "note": {"a": [1]}}) == decode(KEYED)
