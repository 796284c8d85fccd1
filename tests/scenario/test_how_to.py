"""The how-to pages as they stand: commands at two nodes with both agreements in force, and what each prints.

`kr` and `jp` stand for `servanda` at the node of that nation, as the first tutorial has them.
"""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.founded import template
from tests.scenario.pages import Likeness, pages, steps


@pytest.mark.parametrize("page", pages("how-to"), ids=lambda page: page.stem)
def test_a_page_prints_what_it_tells(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    pair, likeness = template().copy(tmp_path / "nodes"), Likeness()
    for command, told in steps(page.read_text(encoding="utf-8")):
        nation, *words = shlex.split(likeness.meant(command))
        answer = pair.at(nation.upper(), *words)
        printed = (answer.out + answer.err).splitlines()
        assert likeness.holds(told, printed), "\n".join([f"$ {command}", *printed, "--- told:", *told])
        pair.carry()
