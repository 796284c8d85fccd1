"""How long to wait before the next try at the other node.

Rules of this module:
- the wait doubles from one second to one hour, with jitter, so that two nodes do not try in step;
- any sign of life from the other node ends the wait;
- nothing here reads a clock or draws: both are handed in.

Spec: record 10.6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 3_600.0
_DOUBLINGS_MAX = 12  # 2 ** 12 s is beyond the longest wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Failed tries since the last sign of life.

    Args:
        failures: number of them, 0 while the link is up.
    """

    failures: int = 0

    def failed(self) -> Backoff:
        """One more try has failed."""
        return Backoff(failures=self.failures + 1)

    def alive(self) -> Backoff:
        """The other node has shown itself, by any way."""
        return Backoff()

    def wait_s(self, draw: Callable[[], float]) -> float:
        """Seconds until the next try: 0 while the link is up, else between half and the whole of the doubled wait.

        Args:
            draw: gives a number from 0 up to and without 1, such as `random.Random(seed).random`.
        """
        if not self.failures:
            return 0.0
        whole = min(FIRST_WAIT_S * 2.0 ** min(self.failures - 1, _DOUBLINGS_MAX), LONGEST_WAIT_S)
        return whole * (0.5 + 0.5 * draw())
