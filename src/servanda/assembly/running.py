"""A node at work: it listens, delivers what others say through it, and keeps its beat.

Rules of this module:
- acts said by other processes are noticed at the store, many times a second;
- a failed exchange is tried again after a wait that doubles; a bundle of the peer ends the wait;
- while a life-first act waits, a failed exchange is tried again every second: nobody drowns in a doubled wait;
- after a bundle of the peer it is quiet for a moment, so that two nodes do not call each other at once;
- the journal's head is committed to at every quarter of an hour, changed or not;
- what is told bears codes and sizes, never what was said.

Spec: record 5.2 (withheld), 10.6.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from servanda.adapters.backoff import Backoff
from servanda.assembly.opening import OpenNode
from servanda.base.errors import ServandaError, UsageError

POLL_S = 0.05
QUIET_S = 0.2
LIFE_FIRST_S = 1.0
BEAT_LOOK_S = 15.0


class Running:
    """A node at work, until it is told to stop.

    Args:
        tell: what happens, in one line each.
        draw: gives a number from 0 up to and without 1, for the jitter of the waits.
    """

    def __init__(self, home: OpenNode, *, tell: Callable[[str], None], draw: Callable[[], float]) -> None:
        self._home = home
        self._tell = tell
        self._draw = draw
        self._backoff = Backoff()
        self._due_s = 0.0
        self._life_due_s = 0.0
        self._beat_look_s = 0.0
        self._version: int | None = None
        self._told = ""

    def run(self, stopped: threading.Event) -> None:
        """Work until `stopped` is set; exchanges that run are ended first.

        Raises:
            UsageError: `node_not_begun`, `link_missing`, `bind_failed` or `peer_unknown`.
        """
        link, settings = self._home.link, self._home.settings
        server = link.listening(self._heard, self._refused)
        if server is None and settings.peer.url is None:
            raise UsageError(
                "link_missing",
                "the settings name neither where to listen nor the `url` of the peer",
                action="add `bind` under `[link]` or `url` under `[peer]`; bundle files need no running node",
            )
        with ExitStack() as open_now:
            if server is not None:
                open_now.enter_context(server)
                self._tell(f"listening at {server.url}")
            while not stopped.is_set():
                self._look()
                stopped.wait(POLL_S)
        self._tell("stopped")

    def _heard(self) -> None:
        """A bundle of the peer was taken: it is there."""
        self._told = ""
        self._backoff = self._backoff.alive()
        self._due_s = time.monotonic() + QUIET_S

    def _refused(self, code: str, why: str) -> None:
        """A request was refused: told, but not again and again."""
        told = f"refused what the peer sends: {code}: {why}"
        if told != self._told:
            self._told = told
            self._tell(told)

    def _look(self) -> None:
        version = self._home.version()
        if version != self._version:
            self._version = version
            self._try(self._catch_up)
        now_s = time.monotonic()
        if now_s >= self._beat_look_s:
            self._beat_look_s = now_s + BEAT_LOOK_S
            self._try(self._beat)
        if self._is_due(now_s) and self._home.settings.peer.url is not None and self._has_news():
            self._deliver()

    def _is_due(self, now_s: float) -> bool:
        """Whether it is time for an exchange; a wait after a failed one is cut short for a life-first act."""
        if now_s >= self._due_s:
            return True
        if not self._backoff.failures or now_s < self._life_due_s:
            return False
        self._life_due_s = now_s + LIFE_FIRST_S
        with self._home.lock:
            return self._home.node.life_waits()

    def _catch_up(self) -> None:
        """Read what was written since, and reply to what was held when a process died before it had replied."""
        self._home.refresh()
        with self._home.lock:
            self._home.node.settle()

    def _beat(self) -> None:
        with self._home.lock:
            self._home.node.beat()

    def _has_news(self) -> bool:
        with self._home.lock:
            return self._home.node.has_news()

    def _deliver(self) -> None:
        if self._try(self._sync):
            self._backoff = self._backoff.alive()
            return
        self._backoff = self._backoff.failed()
        self._due_s = time.monotonic() + self._backoff.wait_s(self._draw)

    def _sync(self) -> None:
        exchanges = self._home.sync()
        with self._home.lock:
            node = self._home.node
            held, cosigned = node.correspondence().held, node.correspondence().cosigned
        self._told = ""
        self._tell(f"exchanged {exchanges} times; the peer holds {held} entries of ours, we hold {cosigned} of theirs")

    def _try(self, work: Callable[[], object]) -> bool:
        """Do it, or tell once why it fails."""
        try:
            work()
        except ServandaError as error:
            if str(error) != self._told:
                self._told = str(error)
                self._tell(f"{error.code}: {error}")
            return False
        return True
