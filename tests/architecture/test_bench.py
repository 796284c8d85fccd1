"""The bench runner: what it finds, how it compares, what it prints. No figure is asserted."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bench import __main__ as runner
from bench.harness import Clock, Figure, beside, rate

ROOT = Path(__file__).resolve().parents[2]
FIGURES = (
    Figure(figure="a thing", value=1234.5678, unit="acts/s", peer="the floor", ratio=0.98765),
    Figure(figure="another", value=0.012345, unit="s"),
)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("bench.known")
    vars(module)["run"] = lambda: iter(FIGURES)
    monkeypatch.setitem(sys.modules, "bench.known", module)
    monkeypatch.setattr(runner, "names", lambda folder: ("known",))


def test_an_unknown_bench_is_a_usage_failure(known: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        runner.main(["unknown"])
    assert ended.value.code == 2
    assert "known" in capsys.readouterr().err


def test_every_module_of_the_folder_but_the_tools_is_a_bench(tmp_path: Path) -> None:
    for name in ("__main__.py", "harness.py", "nodes.py", "records.py", "ruling.py", "append.py", "README.md"):
        (tmp_path / name).touch()
    assert runner.names(tmp_path) == ("append", "ruling")


def test_a_line_a_figure(known: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["known", "--json"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"bench": "known", "figure": "a thing", "value": 1230, "unit": "acts/s", "peer": "the floor", "ratio": 0.988},
        {"bench": "known", "figure": "another", "value": 0.0123, "unit": "s", "peer": "", "ratio": None},
    ]


def test_a_table_by_default(known: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main([]) == 0
    assert [line.split("  ") for line in re.sub(r" {3,}", "  ", capsys.readouterr().out).splitlines()] == [
        ["bench", "figure", "value", "unit", "peer", "ratio"],
        ["known", "a thing", "1,230", "acts/s", "the floor", "0.988"],
        ["known", "another", "0.0123", "s", "-", "-"],
    ]


def test_ours_and_the_peer_run_in_turn() -> None:
    ran: list[str] = []

    def work(name: str, pieces: int) -> int:
        ran.append(name)
        return pieces

    figure = beside(
        "x", lambda: work("ours", 2), lambda: work("peer", 1), of="acts", named="peer", clock=Clock.WALL, runs=3
    )
    assert ran == ["ours", "peer"] * 3
    assert (figure.figure, figure.unit, figure.peer, figure.value > 0) == ("x", "acts/s", "peer", True)


def test_a_figure_without_a_peer_says_so() -> None:
    figure = rate("x", lambda: 1, of="acts", runs=1)
    assert (figure.unit, figure.peer, figure.ratio) == ("acts/s", "", None)


def test_the_example_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    code = re.findall(r"```python\n(.+?)```", (ROOT / "bench" / "README.md").read_text(), re.DOTALL)[0]
    example: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), example)
    assert [figure.figure for figure in example["run"]()] == ["leaf hashes"]
