"""The clocks of a node: that of the machine, and the one that an exercise may move.

Rules of this module:
- moments are UTC in whole seconds;
- the counter never steps and goes on while the machine sleeps, where the system can tell;
- an exercise clock is the machine's clock and an offset that somebody else keeps.

Spec: record 11.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

# A counter that stops while the machine sleeps would make every waking look like a moved clock (record 11.6).
_COUNTER = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The time in UTC, in whole seconds."""
        return datetime.now(UTC).replace(microsecond=0)

    def elapsed_s(self) -> float:
        """A counter [s] from some beginning."""
        return time.clock_gettime(_COUNTER)


class ExerciseClock:
    """The clock of the machine, moved by the offset of an exercise.

    Args:
        offset_s: asked each time, so that a move by another process counts at once.
    """

    def __init__(self, offset_s: Callable[[], int]) -> None:
        self._offset_s = offset_s
        self._system = SystemClock()

    def now(self) -> datetime:
        """The time of the exercise in UTC, in whole seconds."""
        return self._system.now() + timedelta(seconds=self._offset_s())

    def elapsed_s(self) -> float:
        """A counter [s] from some beginning; moving the exercise does not move it."""
        return self._system.elapsed_s()
