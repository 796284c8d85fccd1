"""Views and clocks: entries that hide what their node has seen, that step out of line, or that are of another time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import servanda as sv
from servanda.act.entry import Issued, Seen, encode
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.log.tree import EMPTY_ROOT
from tests.attack.nodes import Attack, Faulty, asks
from tests.unit.node import actors

MadeUp = Callable[[Faulty], dict[str, Any]]


def seen(faulty: Faulty, less: int = 0, **changes: Any) -> dict[str, Any]:
    """A view of the victim's log that is so many entries behind what was cosigned."""
    peer = faulty.node.holding.peer
    size = peer.size - less
    return {"seen": Seen(**{"log": peer.name, "size": size, "root": peer.tree.root(min(size, peer.size)), **changes})}


VIEWS: list[tuple[str, str, MadeUp]] = [
    ("seen_impossible", "beyond what exists", lambda faulty: seen(faulty, -3, root=bytes(32))),
    ("seen_impossible", "another root", lambda faulty: seen(faulty, root=bytes(32))),
    ("seen_impossible", "of another log", lambda faulty: seen(faulty, log="exercise.us.node/jp/1")),
    ("seen_impossible", "of its own log", lambda faulty: seen(faulty, log=faulty.node.holding.home.name)),
    ("seen_shrank", "without what it cosigned", lambda faulty: seen(faulty, 1)),
    ("seen_shrank", "of nothing", lambda faulty: seen(faulty, size=0, root=EMPTY_ROOT)),
    ("rank_wrong", "a rank before its turn", lambda faulty: {"rank": faulty.would_issue(said(faulty)).rank - 1}),
    ("rank_wrong", "a rank far ahead", lambda faulty: {"rank": 1_000_000}),
    ("entry_misplaced", "a year before the entry before it", lambda faulty: {"recorded_at": hours(faulty, -24 * 365)}),
    ("entry_misplaced", "an index that is taken", lambda faulty: {"index": faulty.head.size - 1}),
    ("entry_misplaced", "an index beyond", lambda faulty: {"index": faulty.head.size + 1}),
    ("entry_misplaced", "another log", lambda faulty: {"log": "exercise.jp.node/us/1"}),
]


def hours(faulty: Faulty, ahead: float) -> Any:
    return faulty.node.now() + timedelta(hours=ahead)


def said(faulty: Faulty) -> Any:
    return faulty.taken(asks(faulty), "information-1")


def entry_with(faulty: Faulty, act: Any, changes: dict[str, Any]) -> bytes:
    entry: Issued = faulty.would_issue(act, **changes)
    return encode(entry)


def test_entries_that_say_what_is_not_so_are_refused_and_nothing_of_them_is_held(attacked: Attack) -> None:
    victim, faulty = attacked.victim, attacked.faulty
    # An entry that needs no reply: that JP holds it is told by its cosignature alone.
    victim.value("node", "clock", "--to", f"{faulty.node.now() + timedelta(minutes=16):%Y-%m-%dT%H:%M:%SZ}")
    faulty.value("node", "clock", "--to", f"{faulty.node.now() + timedelta(minutes=16):%Y-%m-%dT%H:%M:%SZ}")
    faulty.syncs()
    looks = (("log", "show", "--log", "peer"), ("act", "list"), ("duty", "list"))
    before = [victim.value(*look) for look in looks]
    codes: list[str] = []
    for code, told, made_up in VIEWS:
        act = said(faulty)
        raw = entry_with(faulty, act, made_up(faulty))
        assert faulty.is_refused(faulty.bundle(faulty.forges([raw], act))) == code, told
        refused = victim.value("node", "status")["refused"]
        assert (refused["code"], refused["action"] != "") == (code, True), told
        assert victim.stands()["refused"].split(": ", 1)[1].startswith(f"{code}, "), told
        codes.append(code)
    assert [victim.value(*look) for look in looks] == before
    assert [about.split(" ")[0] for about in victim.alarms()] == list(dict.fromkeys(codes))
    attacked.goes_on()
    assert "refused" not in victim.stands()


def test_an_act_ahead_of_the_clock_is_invalid_and_its_log_goes_on(attacked: Attack) -> None:
    """JP's clock is moved an hour ahead: what it says is of no effect until its time has come."""
    victim, faulty = attacked.victim, attacked.faulty
    faulty.value("node", "clock", "--to", f"{hours(faulty, 1):%Y-%m-%dT%H:%M:%SZ}")
    ahead = faulty.home.submit(asks(faulty, "ahead"), officer="jp/information-1")
    faulty.syncs()
    assert faulty.reply(ahead.act) == Refusal(ground=Ground.INVALID, code="clock_ahead")
    assert victim.listed(ahead.act)[4:] == ["permit 4.1, reply invalid clock_ahead", "disputed", "-"]
    assert "KR ruled: invalid clock_ahead" in victim.shows("act", "why", ahead.act)

    victim.value("node", "clock", "--to", f"{hours(faulty, 0):%Y-%m-%dT%H:%M:%SZ}")
    attacked.goes_on()


def test_an_entry_dated_back_behind_what_it_has_seen_is_taken_and_remarked_on(attacked: Attack) -> None:
    """Its own last entry bounds how far a node may date back; what it has seen since tells that it did."""
    victim, faulty = attacked.victim, attacked.faulty
    for nation in (victim, faulty):
        nation.value("node", "clock", "--to", f"{hours(faulty, 0.3):%Y-%m-%dT%H:%M:%SZ}")
    with sv.open_node(victim.settings) as home:
        home.node.beat()
        size, newest = home.node.holding.home.size, home.node.holding.home.last_time
    faulty.syncs()
    at = faulty.node.now() - timedelta(minutes=10)
    act = actors.stated(said(faulty), faulty.signing("information-1"), claimed_at=f"{at:%Y-%m-%dT%H:%M:%SZ}")
    issued = faulty.issues(act, ruling=Permit(cites=("4.1",)), at=at, **seen(faulty))
    faulty.brings(act)

    assert (issued.seen.size, newest is None) == (size, False)
    row = victim.row(issued.act)
    assert (row["recorded_at"], row["standing"]) == (f"{at:%Y-%m-%dT%H:%M:%SZ}", "agreed")
    remark = (
        f"recorded {(newest or at) - at} before entry {size - 1} of `exercise.kr.node/jp/1`, which it has seen: "
        "a clock is wrong, or it is dated back"
    )
    for nation in (victim, faulty):
        assert nation.value("act", "show", issued.act)["remarks"] == [remark]
    shown = " ".join(line.strip() for line in victim.shows("act", "show", issued.act))
    assert f"remark     {remark}" in shown
    attacked.goes_on()
