"""The examples as they stand, run against a node whose peer listens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from servanda.assembly.opening import open_node
from tests.founded import FOUNDED, ROOT, Pair, template


def linked(pair: Pair) -> int:
    """KR listens at a free port, and JP's settings name it."""
    kr, jp = pair.settings("KR"), pair.settings("JP")
    kr.write_text(kr.read_text() + '\n[link]\nbind = "127.0.0.1:0"\n')
    with open_node(kr) as home, home.link.listening(lambda: None) as server:  # type: ignore[union-attr]  # it is bound
        port = server.port
    kr.write_text(kr.read_text().replace("127.0.0.1:0", f"127.0.0.1:{port}"))
    jp.write_text(jp.read_text().replace("\nkeys = ", f'\nurl = "https://127.0.0.1:{port}"\nkeys = ', 1))
    return port


def test_the_fuel_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = template().copy(tmp_path / "nodes")
    linked(pair)
    with open_node(pair.settings("KR")) as home, home.link.listening(lambda: None):  # type: ignore[union-attr]  # as above
        done = subprocess.run(
            [sys.executable, "examples/fuel_order.py", str(pair.settings("JP"))],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    agreement, recorded, *cites, audited = done.stdout.splitlines()
    assert agreement.startswith("kr-jp-b Agreement on mutual logistic support")
    assert recorded == f"recorded at {FOUNDED} pending"
    assert [line.split(" ", 1)[0] for line in cites] == ["3.2", "3.5"]
    assert re.fullmatch(r"\d+ acts judged again: everything holds", audited)
