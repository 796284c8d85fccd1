"""Items of the journal: every fault by its name, and every type as written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from servanda.act import journal
from servanda.act.journal import (
    Alarm,
    Answered,
    ClockConfirmed,
    ClockMoved,
    Cut,
    JournalOpened,
    Noted,
    RecordedRuling,
    Refused,
    Released,
)
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.base import canon
from servanda.base.errors import IntegrityError, MalformedError, ServandaError

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
ACT, ENVELOPE, DIGEST = ("7b" * 32, "87" * 32, "cf" * 32)
HEAD = {"version": 1, "recorded_at": "2026-11-24T09:00:00Z"}
PLACE = {"act": ACT, "envelope": ENVELOPE, "cut": {"own": 13, "seen": 5}}
REFUSED = RecordedRuling(
    ruling=Refusal(ground=Ground.FORBIDDEN, cites=("3.2", "3.5"), line=1), agreement_digest=DIGEST, facts=None
)
PERMIT = RecordedRuling(ruling=Permit(cites=("6.1",)), agreement_digest=DIGEST, facts=DIGEST)
ALL = [
    (
        {**HEAD, "index": 0, "type": "opened", "log": "kr.node.example/jp/journal/1", "party": "KR"},
        JournalOpened(index=0, recorded_at=AT, log="kr.node.example/jp/journal/1", party="KR"),
    ),
    (
        {
            **HEAD,
            **PLACE,
            "index": 1,
            "type": "refused",
            "ruling": {
                "agreement_digest": DIGEST,
                "cites": ["3.2", "3.5"],
                "facts": None,
                "ground": "forbidden",
                "line": 1,
                "outcome": "refusal",
            },
        },
        Refused(index=1, recorded_at=AT, act=ACT, envelope=ENVELOPE, cut=Cut(own=13, seen=5), ruling=REFUSED),
    ),
    (
        {**HEAD, "index": 2, "type": "noted", "act": ACT, "envelope": ENVELOPE, "kind": "intelligence.incident.find"},
        Noted(index=2, recorded_at=AT, act=ACT, envelope=ENVELOPE, kind="intelligence.incident.find"),
    ),
    (
        {
            **HEAD,
            **PLACE,
            "index": 3,
            "type": "released",
            "ruling": {
                "agreement_digest": DIGEST,
                "cites": ["6.1"],
                "facts": DIGEST,
                "ground": None,
                "outcome": "permit",
            },
        },
        Released(index=3, recorded_at=AT, act=ACT, envelope=ENVELOPE, cut=Cut(own=13, seen=5), ruling=PERMIT),
    ),
    (
        {**HEAD, "index": 4, "type": "answered", "item": ACT, "act": ENVELOPE},
        Answered(index=4, recorded_at=AT, item=ACT, act=ENVELOPE),
    ),
    (
        {**HEAD, "index": 5, "type": "clock", "from": "2026-11-24T09:00:00Z", "to": "2026-11-25T09:00:00Z"},
        ClockMoved(index=5, recorded_at=AT, moved_from=AT, moved_to=AT.replace(day=25)),
    ),
    (
        {**HEAD, "index": 6, "type": "confirmed", "clock": "2026-11-24T09:00:00Z"},
        ClockConfirmed(index=6, recorded_at=AT, clock=AT),
    ),
    (
        {**HEAD, "index": 7, "type": "alarm", "code": "equivocation", "about": "jp.node.example/kr/1"},
        Alarm(index=7, recorded_at=AT, code="equivocation", about="jp.node.example/kr/1"),
    ),
]
NOTED = ALL[2][0]


@pytest.mark.parametrize(("value", "name"), [(value, name) for value, _ in ALL for name in value])
def test_every_member_must_be_there(value, name):
    rest = {other: member for other, member in value.items() if other != name}
    with pytest.raises(MalformedError) as refused:
        journal.decode(canon.encode(rest), index=value["index"])
    assert (refused.value.code, refused.value.message) == ("field_missing", f"there is no member `{name}`")


@pytest.mark.parametrize(
    ("value", "index", "code"),
    [
        ({**NOTED, "version": 2}, 2, "version_unknown"),
        ({**NOTED, "type": "issued"}, 2, "field_type"),
        ({**NOTED, "index": -1}, 2, "field_type"),
        ({**NOTED, "act": None}, 2, "field_type"),
        ({**NOTED, "kind": ""}, 2, "field_type"),
        ({**ALL[1][0], "cut": {"own": 13, "seen": "5"}}, 1, "field_type"),
        ({**ALL[1][0], "cut": {"own": 13}}, 1, "field_missing"),
        ({**ALL[1][0], "ruling": {}}, 1, "ruling_malformed"),
        (NOTED, 3, "entry_misplaced"),
        ({**NOTED, "index": 0}, 0, "entry_misplaced"),
        ({**ALL[0][0], "index": 1}, 1, "entry_misplaced"),
    ],
)
def test_an_item_is_refused_by_the_name_of_its_fault(value, index, code):
    with pytest.raises(ServandaError) as refused:
        journal.decode(canon.encode(value), index=index)
    assert refused.value.code == code


def test_times_never_fall():
    with pytest.raises(IntegrityError, match="item 2 of the journal is older"):
        journal.decode(canon.encode(NOTED), index=2, not_before=AT.replace(second=1))
    assert journal.decode(canon.encode(NOTED), index=2, not_before=AT) == ALL[2][1]


def test_what_no_reader_would_take_is_not_written():
    with pytest.raises(MalformedError, match="the member `about` is not a text of 1 to 1024 characters"):
        journal.encode(Alarm(index=7, recorded_at=AT, code="equivocation", about="a" * 1_025))
    with pytest.raises(MalformedError, match="at most 65535 fit"):
        journal.encode(Alarm(index=7, recorded_at=AT, code="equivocation", about="a" * 65_535))


@pytest.mark.parametrize(("value", "item"), ALL)
def test_an_item_is_read_and_written(value, item):
    assert journal.decode(canon.encode(value), index=item.index) == item
    assert journal.encode(item) == canon.encode(value)
