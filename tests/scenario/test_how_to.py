"""The how-to pages as they stand: commands at two nodes with both agreements in force, and what each prints.

`kr` and `jp` stand for `servanda` at the node of that nation, as the first tutorial has them. A block fenced as `toml`
whose first line is a remark with a settings file is added to that file; beside the nodes lie the example checklists.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.founded import ROOT, template
from tests.scenario.pages import Likeness, pages, steps

SETTINGS = re.compile(r"^```toml\n# (kr|jp)/node.toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", pages("how-to"), ids=lambda page: page.stem)
def test_a_page_prints_what_it_tells(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    pair, likeness = template().copy(tmp_path / "nodes"), Likeness()
    text = page.read_text(encoding="utf-8")
    shutil.copytree(ROOT / "examples" / "checklists", pair.folder / "checklists")
    for nation, lines in SETTINGS.findall(text):
        with pair.settings(nation).open("a", encoding="utf-8") as settings:
            settings.write(f"\n{lines}")
    for command, told in steps(text):
        nation, *words = shlex.split(likeness.meant(command))
        answer = pair.at(nation.upper(), *words)
        printed = (answer.out + answer.err).splitlines()
        assert likeness.holds(told, printed), "\n".join([f"$ {command}", *printed, "--- told:", *told])
        pair.carry()
