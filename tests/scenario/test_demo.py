"""The demo as a reader runs it: two processes, real sockets, every ruling as expected."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_story_is_played_to_its_end(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "servanda.cli.app", "demo", "--once", "--folder", "stage"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100", "PATH": "", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    chapters = re.findall(r"^-- (.+?) -*$", done.stdout, re.MULTILINE)
    assert chapters == [
        "Two nodes, each with its own keys, log, journal, vault and database",
        "People in danger, and no agreement yet",
        "Two agreements are made",
        "A boat sinks",
        "A unit asks to come in",
        "The search",
        "A secret report",
        "Fuel for peacekeepers",
        "Ammunition in an emergency",
        "Urgent food goes first",
        "Two contingents in one operation abroad",
        "The link is cut; bundle files are carried by hand",
        "What can be proved",
        "A byte is changed in a copy of KR's database",
        "The link is back",
    ]
    refused = re.findall(r"^ {15}(\d+\.\d+)  ", done.stdout, re.MULTILINE)
    assert refused == ["11.1", "6.1", "3.2", "3.5", "4.3", "3.2", "3.2", "3.5", "9.2", "8.3"]
    assert done.stdout.count(" REFUSED\n") == 9
    assert done.stdout.count(" delivered: life first\n") == 1
    assert len(re.findall(r" known to JP after \d+\.\d s", done.stdout)) == 2
    duties = re.findall(r"  duty list +(.+?)  +(open|met) (\S+)$", done.stdout, re.MULTILINE)
    assert duties == [
        ("KR owes case open within 15 minutes", "open", "10.1"),
        ("KR owes case open within 15 minutes", "met", "10.1"),
        ("KR owes admission answer within 30 minutes", "open", "11.2"),
        ("JP owes goods receive within 72 hours", "open", "4.3"),
        ("JP owes goods receive within 72 hours", "met", "4.3"),
    ]
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert len(done.stdout.splitlines()) <= 140
    heads = dict(re.findall(r"^(KR|JP)'s log .* ((?:[A-Z2-7]{4}-){4}[A-Z2-7]{4})$", done.stdout, re.MULTILINE))
    assert set(heads) == {"KR", "JP"}
    acts = re.search(r"(\d+) acts, every ruling expected", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert acts
    assert f"\n{acts[1]} acts, each ruled as expected, in " in done.stdout
    assert sorted(path.name for path in (tmp_path / "stage").iterdir()) == [
        ".servanda-demo",
        "jp",
        "kr",
        "kr-altered",
        "kr.log",
        "share.receipt",
        "stick",
    ]
    again = subprocess.run(
        [sys.executable, "-m", "servanda.cli.app", "demo", "--once", "--folder", "."],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (again.returncode, again.stdout) == (2, "")
    assert "`.` holds something else (demo_folder)" in again.stderr
