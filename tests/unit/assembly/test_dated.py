"""Dated: remarks on the time that an act says, each from just beyond its bound."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servanda.act.entry import Issued, Seen, Withheld
from servanda.act.recorded import RecordedRuling
from servanda.act.ruling import Permit
from servanda.assembly.dated import remarks
from servanda.base.moment import parse
from servanda.log.tree import EMPTY_ROOT
from servanda.node.holding import LogCopy

AT = parse("2031-05-02T12:00:00Z")
OTHER = "exercise.kr.node/jp/1"


def issued(size: int) -> Issued:
    return Issued(
        log="exercise.jp.node/kr/1",
        index=7,
        recorded_at=AT,
        act="ab" * 32,
        envelope="cd" * 32,
        seen=Seen(log=OTHER, size=size, root=EMPTY_ROOT),
        rank=1,
        ruling=RecordedRuling(ruling=Permit(cites=("4.1",)), agreement_digest="ef" * 32, facts="0" * 64),
        observed={},
    )


def other(*seconds: int) -> LogCopy:
    """The other log, its entries so many seconds after the act."""
    copy = LogCopy(OTHER, "KR")
    for index, after in enumerate(seconds):
        entry = Withheld(log=OTHER, index=index, recorded_at=AT + timedelta(seconds=after), commit="ab" * 32)
        copy.add(bytes([index]), entry)
    return copy


@pytest.mark.parametrize(
    ("claimed_s", "told"),
    [
        (121, ["claimed 0:02:01 after it was recorded"]),
        (120, []),
        (0, []),
        (-7 * 86_400, []),
        (-7 * 86_400 - 1, ["claimed 7 days, 0:00:01 before it was recorded"]),
    ],
)
def test_what_an_act_claims(claimed_s: int, told: list[str]) -> None:
    assert list(remarks(issued(0), AT + timedelta(seconds=claimed_s), other())) == told


@pytest.mark.parametrize(("seen", "told"), [(0, False), (1, False), (2, True), (9, True)])
def test_what_an_entry_has_seen(seen: int, told: bool) -> None:
    """The second entry is just too young; what is held no longer, or not yet, is not asked for."""
    found = list(remarks(issued(seen), AT, other(120, 121)))
    expected = f"recorded 0:02:01 before entry 1 of `{OTHER}`, which it has seen: a clock is wrong, or it is dated back"
    assert found == ([expected] if told else [])
