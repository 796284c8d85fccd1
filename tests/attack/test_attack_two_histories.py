"""Two histories of one log: both heads are kept, that log is frozen, everything else goes on, also after a restart."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import servanda as sv
from servanda.act.entry import Received
from tests.attack.nodes import Attack, Faulty, Victim, asks
from tests.founded import servanda

FROZEN = (
    "the peer's log is frozen here: equivocation. Nothing of it is applied or cosigned any more; our own log goes "
    "out, and receipts are taken next: `servanda log export --log peer --to FILE` holds the evidence; speak with JP, "
    "and go on in a new epoch"
)
ACCUSED = (
    "KR holds a head signed with our log's keys that never stood here next: run `servanda node audit`, find out which "
    "database signed it, and speak with the other nation"
)


@pytest.fixture
def twin(attacked: Attack) -> Iterator[Faulty]:
    """JP's node a second time, from a copy of its whole folder: it knows nothing of what the first will say."""
    folder = attacked.faulty.settings.parent
    attacked.faulty.syncs()
    copy = folder.with_name("jp-twin")
    shutil.copytree(folder, copy)
    with sv.open_node(copy / "node.toml") as home:
        yield Faulty(home, attacked.victim, copy / "node.toml")


def lodged(victim: Victim, agreement: str) -> dict[str, Any]:
    """An honest act of KR's."""
    words = ("registration", "lodge", "--date", "2031-05-02", "--agreement", agreement, "--as", "kr/envoy-1")
    said: dict[str, Any] = victim.value(*words)
    return said


def test_two_acts_on_one_index_freeze_that_log_and_nothing_else(attacked: Attack, twin: Faulty, tmp_path: Path) -> None:
    victim, faulty = attacked.victim, attacked.faulty
    to_one = faulty.home.submit(asks(faulty, "to one"), officer="jp/information-1")
    faulty.syncs()
    to_another = twin.home.submit(asks(twin, "to another"), officer="jp/information-1")
    assert to_one.index == to_another.index
    copy = victim.value("log", "show", "--log", "peer")

    assert twin.is_refused(twin.bundle(twin.records())) == "equivocation"
    victim.tells("refused what the peer sends: equivocation: `exercise.jp.node/kr/1` signed two heads of one size")

    for restarted in (False, True):
        if restarted:
            victim.kill()
            victim.start()
        # What is frozen is said, and nothing more of that log is applied, whichever history it goes on with.
        assert victim.stands()["alarm"] == FROZEN
        assert victim.value("node", "status")["frozen"] == "equivocation"
        assert victim.alarms() == ["equivocation exercise.jp.node/kr/1"]
        assert victim.value("log", "show", "--log", "peer") == copy
        assert victim.row(to_one.act)["standing"] == "agreed"

        # The own log goes out, and receipts are taken; the nation that signed both heads is told of them.
        ours = lodged(victim, "kr-jp-b" if restarted else "kr-jp-a")
        theirs = faulty.home.submit(asks(faulty, f"and on {restarted}"), officer="jp/information-1")
        for _ in range(2):
            faulty.takes(faulty.sends(faulty.node.make_bundle()))
            twin.takes(twin.sends(twin.bundle(twin.records())))
        assert isinstance(faulty.node.holding.home.reply(ours["act"], 1 << 30), Received)
        assert victim.row(ours["act"])["delivery"] | {"carried": 0} == {
            "recorded": ours["index"],
            "carried": 0,
            "held": ours["index"] + 1,
            "decided": None,
        }
        assert victim.at("act", "show", theirs.act).exit == 2
        assert faulty.node.holding.peer.reply(theirs.act, 1 << 30) is None
        for nation in (faulty, twin):
            assert (nation.stands()["alarm"], nation.alarms()) == (ACCUSED, ["equivocation exercise.jp.node/kr/1"])

    evidence = tmp_path / "jp.log"
    victim.shows("log", "export", "--log", "peer", "--to", str(evidence))
    proved = servanda("log", "verify", str(evidence))
    size, spoken = copy["head"]["size"], copy["head"]["spoken"]
    assert proved.exit == 0
    *_, last, count = proved.out.splitlines()
    assert last.startswith(f"holds  evidence of two histories: {size} {spoken}, {size} ")
    assert count.endswith(", 0 not as they should be")
    assert victim.shows("node", "audit")[0] == "everything holds"


def test_a_head_of_a_size_that_the_held_entries_contradict_freezes_the_log(attacked: Attack, tmp_path: Path) -> None:
    """JP signs a shorter history in which an old entry is another: its own copy here is the proof."""
    victim, faulty = attacked.victim, attacked.faulty
    size = faulty.head.size
    changed = faulty.entries(size - 2, size - 1)[0].replace(b'"observed":{}', b'"observed":{"a":1}')
    forged = faulty.forges([changed], instead=2)
    assert faulty.is_refused(faulty.bundle(forged)) == "equivocation"
    assert victim.stands()["alarm"] == FROZEN
    evidence = tmp_path / "jp.log"
    victim.shows("log", "export", "--log", "peer", "--to", str(evidence))
    *_, last, _ = servanda("log", "verify", str(evidence)).out.splitlines()
    assert last.startswith(f"holds  evidence of two histories: {size} ")
    assert f", {size - 1} " in last
