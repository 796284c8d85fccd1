"""The watch of a node: its clock, as far as it may be signed with, and what is dated when it may not.

Rules of this module:
- a clock that is not sure dates nothing until a person confirms it, save what waits for no person;
- that is life-first acts, what brings them to the peer, and alarms: they bear the time of what was recorded last.

Spec: record 11.6.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from servanda.base.errors import PeerError
from servanda.node import clockwork
from servanda.node.clockwork import Baseline, Confirmation
from servanda.node.ports import Clock, Space, Store
from servanda.node.record import Recorder

NOTE = "clock"


class Watch:
    """The clock of one node, beside what its store says of time.

    Args:
        last_entry: time of the own log's last entry.
        cosigned: when the peer cosigned last, by its own clock.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        recorder: Recorder,
        last_entry: Callable[[], datetime | None],
        cosigned: Callable[[], datetime | None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._recorder = recorder
        self._last_entry = last_entry
        self._cosigned = cosigned
        self._baseline: Baseline | None = None
        self._confirmed: bytes | None = None

    def now(self) -> datetime:
        """What the clock says, sure or not."""
        return self._clock.now()

    def sure(self) -> datetime:
        """The clock, where it may be signed with.

        Raises:
            PeerError: `clock_unsure`.
        """
        now, elapsed_s = self._clock.now(), self._clock.elapsed_s()
        confirmed = self._store.get(Space.NOTE, NOTE)
        if self._baseline is None or confirmed != self._confirmed:
            self._confirmed = confirmed
            self._baseline = clockwork.started(
                now,
                elapsed_s,
                last_entry=self._last_entry(),
                cosigned=self._cosigned(),
                confirmed=None if confirmed is None else clockwork.confirmation(confirmed),
            )
        clockwork.still_sure(self._baseline, now, elapsed_s)
        return now

    def sure_unless(self, waits_for_nobody: Callable[[], bool]) -> datetime:
        """The clock where it is sure; else the time of what was recorded last, for what waits for no person.

        Raises:
            PeerError: `clock_unsure`, for what does wait.
        """
        try:
            return self.sure()
        except PeerError:
            if not waits_for_nobody():
                raise
            return self._recorder.last_time or self.now()

    @property
    def is_sure(self) -> bool:
        """Whether the clock may be signed with."""
        try:
            self.sure()
        except PeerError:
            return False
        return True

    def confirm(self, now: datetime) -> None:
        """Note that a person takes the clock for right, within the step that records it."""
        confirmed = Confirmation(moment=now, last_entry=self._last_entry())
        self._store.put(Space.NOTE, NOTE, confirmed.write())
