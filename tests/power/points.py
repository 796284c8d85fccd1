"""A command that dies at a chosen point: before the n-th change that it makes to a file or to the database.

Rules of this module:
- a point is a file opened for writing, fsynced, renamed, linked or removed, a folder made, a statement that writes, and
  the moment before the command is told as done;
- it dies by `kill -9` of itself, so that the same point is the same point every time;
- the command runs in a process of its own, as a person types it.
"""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import apsw

from servanda.assembly.opening import open_node
from servanda.base.errors import ServandaError
from tests.founded import Answer, servanda
from tests.power.processes import CONTEXT, SIGKILLED, end_with_parent

CHANGES = ("os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir")
WRITES = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK", "INSERT", "DELETE", "CREATE", "PRAGMA WAL", "PRAGMA J")
DESTROY = "destroy"


def killed_at(point: int, node: Path | None, *words: str) -> Answer | None:
    """What a command answers; None where it died at that point, the first being 1.

    Args:
        words: `destroy ACT` stands for the destruction of a payload, which no command does alone.
    """
    return _ran(point, node, words)[0]


def points_of(node: Path | None, *words: str) -> int:
    """How many points a command passes; it is carried out."""
    return _ran(0, node, words)[1]


def _ran(point: int, node: Path | None, words: tuple[str, ...]) -> tuple[Answer | None, int]:
    ours, theirs = CONTEXT.Pipe(duplex=False)
    process: Any = CONTEXT.Process(target=_run, args=(theirs, point, node, words), daemon=True)
    process.start()
    theirs.close()
    try:
        done: tuple[Answer | None, int] = ours.recv()
    except EOFError:
        done = None, point
    process.join()
    assert process.exitcode == (SIGKILLED if done[0] is None else 0)
    return done


def _destroyed(node: Path, act: str) -> Answer:
    try:
        with open_node(node) as home:
            home.node.destroy(act)
    except ServandaError as error:
        return Answer(exit=error.exit_code, out="", err=error.code)
    return Answer(exit=0, out="", err="")


def _run(theirs: Connection, point: int, node: Path | None, words: tuple[str, ...]) -> None:
    end_with_parent()
    passed = 0

    def pass_one() -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def audited(event: str, given: tuple[Any, ...]) -> None:
        is_written = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR)
        if event in CHANGES or (is_written and str(given[0]) != os.devnull):
            pass_one()

    def traced(_cursor: apsw.Cursor, sql: str, _values: object) -> bool:
        if sql.lstrip().upper().startswith(WRITES):
            pass_one()
        return True

    fsync = os.fsync

    def synced(file: int) -> None:
        pass_one()
        fsync(file)

    os.fsync = synced  # it does the same
    apsw.connection_hooks.append(lambda db: db.set_exec_trace(traced))
    sys.addaudithook(audited)
    if words[0] == DESTROY and node is not None:
        answer = _destroyed(node, words[1])
    else:
        answer = servanda(*(() if node is None else ("--node", str(node))), *words)
    pass_one()
    theirs.send((answer, passed))
