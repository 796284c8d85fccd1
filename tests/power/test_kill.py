"""kill -9 of a process that writes on the real database: what it told as written is there, and no half steps."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from servanda.adapters.mark import FileMark
from servanda.adapters.sqlite import SqliteStore
from servanda.node.ports import Space
from tests.power import writing

KILLS = 12
KILLS_LONG = 300
STEPS_MAX = 25


def run_until_killed(folder: Path, steps: int) -> int:
    """Let the writer tell some steps, kill it wherever it then is, and answer the last step it told."""
    command = [sys.executable, writing.__file__, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [next(process.stdout) for _ in range(steps)]
        process.kill()
        told += process.stdout.readlines()
    whole = [int(line) for line in told if line.endswith("\n")]
    return whole[-1]


def check(folder: Path, told: int) -> None:
    store = SqliteStore(folder / "node.db")
    size = store.size(writing.LOG)
    kept = range(max(size - 3, 0), size)
    assert size > told
    assert list(store.entries(writing.LOG, 0, size)) == [writing.entry(index) for index in range(size)]
    assert list(store.keys(Space.OUTBOX)) == [writing.commit(index) for index in kept]
    assert [store.fetch(writing.commit(index)) for index in range(size)] == [
        writing.entry(index) if index in kept else None for index in range(size)
    ]
    store.close()
    mark = FileMark(folder / "mark").read()
    assert mark is not None
    assert told <= int(mark) < size
    db = apsw.Connection(str(folder / "node.db"))
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()


@pytest.mark.parametrize("kills", [KILLS, pytest.param(KILLS_LONG, marks=pytest.mark.long)])
def test_a_killed_writer_loses_nothing_it_told(tmp_path: Path, kills: int) -> None:
    draw = random.Random(kills)
    for _ in range(kills):
        told = run_until_killed(tmp_path, draw.randint(1, STEPS_MAX))
        check(tmp_path, told)
