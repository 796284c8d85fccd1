"""The stage of the demo: two nodes in one folder, as two processes, and what is said through each.

Rules of this module:
- everything is said with the commands that a person would type, at the node of the side that says it;
- the two run processes do all the delivering; here it is only waited for;
- a stage is a folder of its own, marked as such; nothing else is ever cleared away.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from servanda.assembly.opening import OpenNode, open_node
from servanda.base import moment
from servanda.base.errors import PeerError, UsageError

MARKER = ".servanda-demo"
WAIT_S = 30.0
LOOK_S = 0.05
LOOK_CLOSELY_S = 0.01
STOP_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a command answered.

    Args:
        value: what it printed with `--json`; None where it printed nothing.
        error: what stood in the way, None where nothing did.
    """

    exit: int
    value: Any
    error: dict[str, Any] | None


class Side:
    """One nation on the stage."""

    def __init__(self, party: str, folder: Path) -> None:
        self.party = party
        self.folder = folder
        self.settings = folder / "node.toml"
        self._process: subprocess.Popen[bytes] | None = None
        self._begins = 0
        self._watched: OpenNode | None = None
        self._version = 0
        self._open = ExitStack()

    @property
    def told(self) -> Path:
        """File of what its running node tells."""
        return self.folder / "run.log"

    def say(self, *words: str) -> Heard:
        """One command at this node, in this process."""
        from servanda.cli.app import main  # slow import

        out, error = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            code = main(["--node", str(self.settings), *words, "--json"])
        lines = out.getvalue().splitlines()
        values = [json.loads(line) for line in lines]
        return Heard(
            exit=code,
            value=values[0] if len(values) == 1 else values or None,
            error=json.loads(error.getvalue()) if error.getvalue() else None,
        )

    def start(self) -> None:
        """Start the node as a process of its own."""
        with self.told.open("ab") as told:
            self._begins = told.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "servanda.cli.app", "--node", str(self.settings), "node", "run"],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.STDOUT,
            )

    def is_listening(self) -> bool:
        """Whether its process says that it listens."""
        return b" listening at " in self.told.read_bytes()[self._begins :]

    def stop(self) -> None:
        """Stop the process, and wait for its end."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def watched(self) -> OpenNode:
        """The node, opened here to look at what its process does."""
        if self._watched is None:
            self._watched = self._open.enter_context(open_node(self.settings))
            self._version = self._watched.version()
            self._watched.refresh()
        version = self._watched.version()
        if version != self._version:
            self._version = version
            self._watched.refresh()
        return self._watched

    def known_after_s(self, act: str) -> float:
        """Wait until this side has an act of the other in its copy of that log; how long it took [s].

        Raises:
            PeerError: `demo_stuck`.
        """
        begins_s = time.monotonic()
        _wait(
            lambda: act in self.watched().node.holding.peer.issued,
            f"an act does not reach {self.party}",
            self,
            look_s=LOOK_CLOSELY_S,
        )
        return time.monotonic() - begins_s

    def look_away(self) -> None:
        """Close what was opened to look."""
        self._open.close()
        self._watched = None

    def close(self) -> None:
        """End its process and its watching."""
        self.stop()
        self.look_away()


class Stage:
    """Both nations, and the folder they are in."""

    def __init__(self, folder: Path, begins_at: datetime) -> None:
        self.folder = folder
        self.begins_at = begins_at
        self.kr = Side("KR", folder / "kr")
        self.jp = Side("JP", folder / "jp")

    def sides(self) -> tuple[Side, Side]:
        return self.kr, self.jp

    def of(self, party: str) -> Side:
        """The side of a Party."""
        return self.kr if party == "KR" else self.jp

    def other(self, party: str) -> Side:
        """The side that faces a Party."""
        return self.jp if party == "KR" else self.kr

    def found(self) -> Iterator[Heard]:
        """Make both nodes; what each answered."""
        ports = dict(zip(("KR", "JP"), _free_ports(2), strict=True))
        for side, peer in ((self.kr, self.jp), (self.jp, self.kr)):
            yield side.say(
                *("node", "init", "--exercise", "--party", side.party, "--peer", peer.party),
                *("--data", str(side.folder), "--clock", moment.text(self.begins_at)),
                *("--bind", f"127.0.0.1:{ports[side.party]}"),
                *("--peer-url", f"https://127.0.0.1:{ports[peer.party]}"),
            )

    def run(self) -> None:
        """Start both nodes; both listen when this returns.

        Raises:
            PeerError: `demo_stuck`.
        """
        for side in self.sides():
            side.start()
        _wait(lambda: all(side.is_listening() for side in self.sides()), "a node does not listen", *self.sides())

    def stop(self) -> None:
        """Both nodes are stopped, and nobody looks at their files, when this returns."""
        for side in self.sides():
            side.close()

    def decide(self) -> None:
        """Wait until every act is decided on both sides, so that the next one can rest on it.

        Raises:
            PeerError: `demo_stuck`.
        """
        _wait(
            lambda: all(_is_decided(side.watched()) for side in self.sides()),
            "an act is not decided",
            *self.sides(),
            look_s=LOOK_CLOSELY_S,
        )

    def settle(self) -> None:
        """Wait until every act is held and decided on both sides, and neither has news.

        Raises:
            PeerError: `demo_stuck`.
        """
        _wait(
            lambda: all(_is_settled(side.watched()) for side in self.sides()),
            "the nodes come to no rest",
            *self.sides(),
        )


@contextmanager
def stage(folder: Path, begins_at: datetime) -> Iterator[Stage]:
    """A fresh stage in a folder; its processes are ended when it is left.

    Raises:
        UsageError: `demo_folder` for a folder of something else, `demo_running` while another demo plays there.
    """
    marker = folder / MARKER
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        raise UsageError(
            "demo_folder", f"`{folder}` holds something else", action="name another folder with `--folder`"
        )
    folder.mkdir(parents=True, exist_ok=True)
    with marker.open("a") as held:
        _hold(held, folder)
        for path in folder.iterdir():
            if path != marker:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        made = Stage(folder, begins_at)
        try:
            yield made
        finally:
            made.stop()


def _hold(marker: IO[str], folder: Path) -> None:
    try:
        fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise UsageError(
            "demo_running", f"another demo plays in `{folder}`", action="end it with Ctrl-C, or name another `--folder`"
        ) from error


def _is_decided(home: OpenNode) -> bool:
    own, peer = home.node.holding.home, home.node.holding.peer
    return all(peer.reply(act, peer.size) is not None for act in own.issued)


def _is_settled(home: OpenNode) -> bool:
    return _is_decided(home) and not home.node.has_news()


def _wait(done: Callable[[], bool], otherwise: str, *sides: Side, look_s: float = LOOK_S) -> None:
    until_s = time.monotonic() + WAIT_S
    while not done():
        gone = [side for side in sides if not side.is_running]
        if gone or time.monotonic() > until_s:
            about = gone[0] if gone else sides[0]
            raise PeerError("demo_stuck", otherwise, action=f"see what its node told in `{about.told}`")
        time.sleep(look_s)


def _free_ports(count: int) -> Sequence[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]
