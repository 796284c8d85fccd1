"""kill -9 at each point of one command: said or made again, everything is there as if nothing had been."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from servanda.adapters.mark import FileMark
from servanda.adapters.sqlite import SqliteStore
from servanda.cli import story
from tests.founded import BEGINS, TODAY, Pair, new_pair, servanda, template
from tests.power.points import DESTROY, killed_at, points_of
from tests.power.whole import Side

POINTS = 8  # of each command, spread over it; all of them with `--long`
SORTS = (".keyring", ".keys", ".waiting", ".part")
REGISTERS = ("registration", "lodge", "--date", "2031-05-02", "--agreement", "kr-jp-a", "--as", "kr/envoy-1")
MAKE = ("bundle", "make", "--to")
REFERENCE = ("--reference", "5a" * 16)
FOUNDED = ("node", "init", "--exercise", "--party", "KR", "--peer", "JP", "--clock", BEGINS)


@pytest.fixture
def most(request: pytest.FixtureRequest) -> int | None:
    return None if request.config.getoption("--long") else POINTS


def spread(count: int, most: int | None) -> Sequence[int]:
    """The points of a command that are tried: all, or some from the first to the last."""
    if most is None or count <= most:
        return range(1, count + 1)
    return sorted({1 + round(place * (count - 1) / (most - 1)) for place in range(most)})


def shape(pair: Pair) -> dict[str, Any]:
    """What both nodes hold, without what is drawn or dated."""
    held: dict[str, Any] = {}
    for party in ("KR", "JP"):
        side = Side(settings=pair.settings(party))
        look = side.look()
        side.mark()
        assert all(look.is_whole(act) for act in (*look.issued(), *look.stayed()))
        held[party] = (
            [type(entry).__name__ for entry in look.own],
            [type(entry).__name__ for entry in look.peer],
            [type(item).__name__ for item in look.journal],
            len(look.outbox),
            sorted(_sort(path) for path in (pair.folder / party.lower() / "keys").rglob("*.*")),
        )
    return held


def _sort(path: Path) -> tuple[str, str]:
    """A file of the keys; one that was put aside bears the id of its key."""
    return path.name.partition(".")[0], path.suffix if path.suffix in SORTS else "aside"


def goes_on(pair: Pair) -> None:
    """Both nodes go on from here, and their audits find nothing."""
    pair.carry()
    for party in ("KR", "JP"):
        pair.value(party, "node", "audit")
    assert [held[3] for held in shape(pair).values()] == [0, 0]


# -- acts --------------------------------------------------------------------------------------------------------------


def issued(_pair: Pair) -> tuple[str, ...]:
    return (*story.report()[0].steps[0].words, "--as", "jp/information-1")


def refused(_pair: Pair) -> tuple[str, ...]:
    return (*story.rounds(TODAY)[0].steps[0].words, "--as", "jp/ordering-1")


def noted(_pair: Pair) -> tuple[str, ...]:
    return ("incident", "find", "--nature", "lost", "--as", "jp/information-1")


def answering(pair: Pair) -> tuple[str, ...]:
    found = pair.value("JP", *noted(pair))["act"]
    return ("incident", "notify", "--found-at", "2031-05-02T00:00:00Z", "--finding", found, "--as", "jp/information-1")


def appointing(_pair: Pair) -> tuple[str, ...]:
    named = ("--officer", "jp/new-1", "--office", "supply_officer", "--agreement", "kr-jp-b")
    return ("officer", "appoint", *named, "--new-key", "--as", "jp/envoy-1")


def rotating(_pair: Pair) -> tuple[str, ...]:
    return ("key", "rotate", "--officer", "jp/supply-1", "--new-key", "--agreement", "kr-jp-b", "--as", "jp/envoy-1")


@pytest.mark.parametrize("said", [issued, refused, noted, answering, appointing, rotating])
def test_an_act_is_said_once(said: Callable[[Pair], tuple[str, ...]], tmp_path: Path, most: int | None) -> None:
    base = template().copy(tmp_path / "base")
    words = (*said(base), *REFERENCE, "--json")
    whole = base.copy(tmp_path / "whole")
    count = points_of(whole.settings("JP"), *words)
    expected = shape(whole)
    for point in spread(count, most):
        pair = base.copy(tmp_path / str(point))
        assert killed_at(point, pair.settings("JP"), *words) is None
        first, second = (pair.at("JP", *words) for _ in range(2))
        assert (first.err, first.out) == ("", second.out), point
        assert shape(pair) == expected, point
    goes_on(pair)


# -- bundles -----------------------------------------------------------------------------------------------------------


def test_a_bundle_is_whole_or_no_bundle(tmp_path: Path, most: int | None) -> None:
    base = template().copy(tmp_path / "base")
    base.value("KR", *REGISTERS)
    count = points_of(base.copy(tmp_path / "whole").settings("KR"), *MAKE, str(tmp_path / "stick-0"))
    for point in spread(count, most):
        pair, stick = base.copy(tmp_path / str(point)), tmp_path / f"stick-{point}"
        assert killed_at(point, pair.settings("KR"), *MAKE, str(stick)) is None
        for part in stick.glob("*.part"):
            taken = pair.at("JP", "bundle", "take", str(part), "--json")
            assert taken.exit in (0, 5, 6), taken  # whole, cut short, or empty
        pair.value("KR", *MAKE, str(stick))
        took = [json.loads(line) for line in pair.at("JP", "bundle", "take", str(stick), "--json").out.splitlines()]
        assert took, point
        assert [Path(each["file"]).suffix for each in took] == [".bundle"] * len(took)
    goes_on(pair)


def test_a_bundle_is_taken_once(tmp_path: Path, most: int | None) -> None:
    base = template().copy(tmp_path / "base")
    base.value("KR", *REGISTERS)
    base.value("KR", *MAKE, str(base.folder / "carried"))
    whole = base.copy(tmp_path / "whole")
    count = points_of(whole.settings("JP"), "bundle", "take", str(whole.folder / "carried"))
    expected = shape(whole)
    for point in spread(count, most):
        pair = base.copy(tmp_path / str(point))
        folder = str(pair.folder / "carried")
        assert killed_at(point, pair.settings("JP"), "bundle", "take", folder) is None
        assert pair.at("JP", "bundle", "take", folder).exit == 0
        assert shape(pair) == expected, point
        assert [path.suffix for path in (pair.folder / "carried").iterdir()] == [".taken"]
    goes_on(pair)


# -- a node ------------------------------------------------------------------------------------------------------------


def test_a_node_is_founded_once(tmp_path: Path, most: int | None) -> None:
    peer = new_pair(tmp_path / "peer")
    count = points_of(None, *FOUNDED, "--data", str(tmp_path / "0"))
    for point in spread(count, most):
        data = tmp_path / str(point)
        words = (*FOUNDED, "--data", str(data), "--json")
        assert killed_at(point, None, *words) is None
        again = servanda(*words)
        assert again.exit == 0 or again.error["error"] == "settings_exist", (point, again)
        pair = Pair(folder=tmp_path / f"pair-{point}")
        shutil.copytree(data, pair.folder / "kr")
        shutil.copy(peer.folder / "jp" / "keys" / "JP.keys", pair.folder / "kr" / "JP.keys")
        page = pair.value("KR", "node", "status")
        assert (page["begun"], page["now"][:10]) == (True, BEGINS[:10]), point
        assert sorted(path.name for path in data.iterdir()) == ["data", "keys", "mark", "node.toml"]


def test_the_log_is_opened_once(tmp_path: Path, most: int | None) -> None:
    base = new_pair(tmp_path / "base")
    whole = base.copy(tmp_path / "whole")
    count = points_of(whole.settings("KR"), "node", "status")
    for point in spread(count, most):
        pair = base.copy(tmp_path / str(point))
        assert killed_at(point, pair.settings("KR"), "node", "status") is None
        pair.value("KR", "node", "status")
        assert shape(pair) == shape(whole), point
    goes_on(pair)


def test_a_clock_is_moved_once(tmp_path: Path, most: int | None) -> None:
    base = template().copy(tmp_path / "base")
    words = ("node", "clock", "--to", "2031-06-01T00:00:00Z")
    whole = base.copy(tmp_path / "whole")
    count = points_of(whole.settings("JP"), *words)
    for point in spread(count, most):
        pair = base.copy(tmp_path / str(point))
        assert killed_at(point, pair.settings("JP"), *words) is None
        page = pair.value("JP", "node", "status")
        assert page["now"][:7] in ("2031-05", "2031-06")
        if page["now"][:7] == "2031-05":
            assert shape(pair) == shape(base), point
            pair.value("JP", *words)
        assert shape(pair) == shape(whole), point
    goes_on(pair)


def test_a_payload_is_destroyed_once(tmp_path: Path, most: int | None) -> None:
    base = template().copy(tmp_path / "base")
    said = base.value("JP", *issued(base))["act"]
    base.carry()
    commit = Side(settings=base.settings("JP")).look().commits[said]
    store = SqliteStore(base.folder / "jp" / "data" / "node.db")
    sealed = store.fetch(commit or "")
    store.close()
    assert sealed is not None
    count = points_of(base.copy(tmp_path / "whole").settings("JP"), DESTROY, said)
    for point in spread(count, most):
        pair = base.copy(tmp_path / str(point))
        assert killed_at(point, pair.settings("JP"), DESTROY, said) is None
        again = killed_at(0, pair.settings("JP"), DESTROY, said)
        assert again is not None
        assert (again.exit, again.err) in ((0, ""), (2, "payload_destroyed"))
        log = pair.value("JP", "log", "show", "--last", "3")["entries"]
        assert [row["type"] for row in log].count("destroyed") == 1
        files = [*(pair.folder / "jp" / "data").iterdir()]
        assert [file.name for file in files if sealed[-200:] in file.read_bytes()] == []
    goes_on(pair)


def test_an_older_database_says_nothing(tmp_path: Path, most: int | None) -> None:
    """A copy of before is laid back; whatever dies on the way, it says nothing, and the right one goes on."""
    base = template().copy(tmp_path / "base")
    database = base.folder / "kr" / "data" / "node.db"
    older = database.read_bytes()
    base.value("KR", *REGISTERS)
    base.carry()
    right = database.read_bytes()
    database.write_bytes(older)
    before = left(base)
    words = (*REGISTERS, *REFERENCE, "--json")
    count = points_of(base.copy(tmp_path / "whole").settings("KR"), *words)
    for point in spread(count, most):
        pair = base.copy(tmp_path / str(point))
        killed_at(point, pair.settings("KR"), *words)
        for said in (words, (*MAKE, str(tmp_path / "stick"), "--json"), ("node", "audit", "--json")):
            assert pair.at("KR", *said).error["error"] == "behind_mark", (point, said)
        assert left(pair) == before
    (pair.folder / "kr" / "data" / "node.db").write_bytes(right)
    goes_on(pair)


def left(pair: Pair) -> tuple[int, int, bytes | None]:
    """Sizes of the log and the journal of KR, and its mark."""
    look = Side(settings=pair.settings("KR")).look()
    return len(look.own), len(look.journal), FileMark(pair.folder / "kr" / "mark" / "high-water").read()
