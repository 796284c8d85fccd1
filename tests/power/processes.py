"""The processes that are killed: a node at work, and one that says what it is told to say.

Rules of this module:
- each is a process of its own that runs the command line as a person types it; it is forked from a server that has
  everything imported, so that starting it again costs little;
- while it lives it notes where it stands in memory that outlives it: that tells where a kill fell;
- it ends with the test that started it, however that ends.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Sequence
from ctypes import Array, c_ubyte
from dataclasses import dataclass
from enum import IntEnum
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from servanda.adapters.http.courier import HttpCourier
from servanda.adapters.mark import FileMark
from servanda.adapters.sqlite import SqliteStore
from servanda.assembly.opening import OpenNode
from servanda.cli.app import main
from servanda.node.node import Node
from tests.founded import Answer, servanda

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    [
        *("servanda.adapters.http", "servanda.assembly.running", "servanda.cli.carrying", "servanda.cli.nodes"),
        *("servanda.cli.verbs", "servanda.domains.logistics.desk", "tests.power.processes"),
    ]
)
START_S = 20.0
ANSWER_S = 60.0
AIM_S = 1.0
LOOK_S = 0.0001
SIGKILLED = -9


class Doing(IntEnum):
    """What a process is at."""

    NOTHING = 0
    OPENING = 1
    SAYING = 2
    MAKING = 3
    TAKING = 4
    REPLYING = 5


class Moment(IntEnum):
    """Where in it."""

    BEFORE = 0
    IN_STEP = 1
    COMMITTING = 2
    COMMITTED = 3
    MARKING = 4
    MARKED = 5


class Link(IntEnum):
    """What it does on the link meanwhile."""

    QUIET = 0
    CALLING = 1
    ANSWERING = 2


@dataclass(frozen=True, kw_only=True)
class Aim:
    """When a process is killed.

    Args:
        place: what it is first waited for to be at; at once, where none is named.
        delay_s: and then so long.
    """

    delay_s: float
    place: tuple[int, ...] = ()

    def hits(self, place: Sequence[int]) -> bool:
        """Whether a process is there."""
        return all(wanted == found for wanted, found in zip(self.place, place, strict=False))


Place = Array[c_ubyte]
_DOING, _MOMENT, _LINK = range(3)


def told(place: Place) -> str:
    """Where a process stood when it ended."""
    doing, moment, link = Doing(place[_DOING]), Moment(place[_MOMENT]), Link(place[_LINK])
    if doing is Doing.NOTHING:
        return {Link.QUIET: "outside any step", Link.CALLING: "on the link", Link.ANSWERING: "answering"}[link]
    return f"{doing.name}, {moment.name}".lower().replace("_", " ")


class Killable:
    """A process that may be killed and started again."""

    def __init__(self, target: Callable[..., None]) -> None:
        self._target = target
        self._process: Any = None
        self._place: Place = CONTEXT.RawArray(c_ubyte, 3)

    def _start(self, *given: object) -> None:
        self._place = CONTEXT.RawArray(c_ubyte, 3)
        self._process = CONTEXT.Process(target=self._target, args=(*given, self._place), daemon=True)
        self._process.start()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.exitcode is None

    def kill(self, aim: Aim) -> str:
        """Kill it as aimed; where it stood."""
        assert self.is_running, "it has ended by itself"
        until_s = time.monotonic() + AIM_S
        while not aim.hits(self._place) and time.monotonic() < until_s:
            time.sleep(LOOK_S)
        time.sleep(aim.delay_s)
        self._process.kill()
        self._process.join()
        assert self._process.exitcode == SIGKILLED
        return told(self._place)

    def close(self) -> None:
        """End it, if it has not ended."""
        if self.is_running:
            self._process.kill()
        if self._process is not None:
            self._process.join()


class NodeAtWork(Killable):
    """`servanda node run`.

    Args:
        log: file of what it tells.
    """

    def __init__(self, settings: Path, log: Path) -> None:
        super().__init__(_work)
        self._settings = settings
        self.log = log

    def start(self) -> None:
        self.log.touch()
        self._start(str(self._settings), str(self.log))

    def told(self) -> Sequence[str]:
        """What it told, in all its lives."""
        return self.log.read_text().splitlines() if self.log.exists() else ()


class Speaker(Killable):
    """A process that runs one command after another at one node, as it is told to."""

    def __init__(self, settings: Path) -> None:
        super().__init__(_speak)
        self._settings = settings
        self._ours: Connection | None = None

    def start(self) -> None:
        self._ours, theirs = CONTEXT.Pipe()
        self._start(str(self._settings), theirs)
        theirs.close()

    def ask(self, *words: str) -> None:
        """Have a command run."""
        assert self._ours is not None
        self._ours.send(words)

    def hear(self) -> Answer | None:
        """What it answered; None where it died before it did."""
        assert self._ours is not None
        if not self._ours.poll(ANSWER_S):
            raise AssertionError("no answer")
        try:
            answer: Answer = self._ours.recv()
        except (EOFError, ConnectionResetError):
            return None
        return answer


def _work(settings: str, log: str, place: Place) -> None:
    end_with_parent()
    _note(place)
    file = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    raise SystemExit(main(["--node", settings, "node", "run"]))


def _speak(settings: str, theirs: Connection, place: Place) -> None:
    end_with_parent()
    _note(place)
    while True:
        theirs.send(servanda("--node", settings, *theirs.recv()))


def end_with_parent() -> None:
    """End this process when the one that asked for it is gone."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _note(place: Place) -> None:
    """Note from now on where this process stands."""
    _within(OpenNode, OpenNode.__init__, place, _DOING, Doing.OPENING)
    for method, doing in (
        (Node.submit, Doing.SAYING),
        (Node.make_bundle, Doing.MAKING),
        (Node.take_bundle, Doing.TAKING),
        (Node.settle, Doing.REPLYING),
    ):
        _within(Node, method, place, _DOING, doing)
    _within(HttpCourier, HttpCourier.exchange, place, _LINK, Link.CALLING)
    _within(Node, Node.answer, place, _LINK, Link.ANSWERING)
    mark, run = FileMark.write, SqliteStore._run

    def write(self: FileMark, raw: bytes) -> None:
        place[_MOMENT] = Moment.MARKING
        mark(self, raw)
        place[_MOMENT] = Moment.MARKED

    def run_sql(self: SqliteStore, sql: str, *values: str | int | bytes) -> None:
        if sql == "COMMIT":
            place[_MOMENT] = Moment.COMMITTING
        run(self, sql, *values)
        if sql == "COMMIT":
            place[_MOMENT] = Moment.COMMITTED
        elif sql == "BEGIN IMMEDIATE":
            place[_MOMENT] = Moment.IN_STEP

    FileMark.write = write  # type: ignore[method-assign]  # this process alone, and it does the same
    SqliteStore._run = run_sql  # type: ignore[method-assign]  # as above


def _within(of: type, method: Callable[..., Any], place: Place, slot: int, value: int) -> None:
    def noted(*given: Any, **named: Any) -> Any:
        before, place[slot] = place[slot], value
        if slot == _DOING:
            place[_MOMENT] = Moment.BEFORE
        try:
            return method(*given, **named)
        finally:
            place[slot] = before
            if slot == _DOING:
                place[_MOMENT] = Moment.BEFORE

    setattr(of, method.__name__, noted)
