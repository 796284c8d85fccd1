"""How a figure is measured: a median of several runs, ours and its peer in turn, on one machine in one process.

Rules of this module:
- a figure stands beside its floor (the least the work can cost) or a peer (a tool of others), or says that it has none;
- ours and the peer run alternately, so that a change of the machine's load meets both;
- medians, never means; CPU seconds where the machine is shared, wall seconds where waiting is the work.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from statistics import median

RUNS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure.

    Args:
        figure: what is measured, with how it was done (`appends, one a commit`).
        value: the median, in `unit`.
        peer: what it is compared with, in words; empty where there is none.
        ratio: ours by the peer's, in the same unit; None where there is no peer.
    """

    figure: str
    value: float
    unit: str
    peer: str = ""
    ratio: float | None = None


class Clock(Enum):
    """What seconds are counted."""

    CPU = "cpu"
    WALL = "wall"

    def now_s(self) -> float:
        return time.process_time() if self is Clock.CPU else time.perf_counter()


Work = Callable[[], int]
"""One run: does the work and returns how many pieces it did."""


def rate(figure: str, ours: Work, *, of: str, clock: Clock = Clock.CPU, runs: int = RUNS) -> Figure:
    """Pieces a second of our own work, where there is nothing to compare it with.

    Args:
        of: what a piece is (`acts`).
    """
    return Figure(figure=figure, value=median(_rate(ours, clock) for _ in range(runs)), unit=f"{of}/s")


def beside(
    figure: str, ours: Work, peer: Work, *, of: str, named: str, clock: Clock = Clock.CPU, runs: int = RUNS
) -> Figure:
    """Pieces a second of our own work beside those of a peer, run in turn.

    Args:
        of: what a piece is (`acts`).
        named: the peer or floor, in words.
    """
    rates = [(_rate(ours, clock), _rate(peer, clock)) for _ in range(runs)]
    value, other = (median(column) for column in zip(*rates, strict=True))
    return Figure(figure=figure, value=value, unit=f"{of}/s", peer=named, ratio=value / other)


def _rate(work: Work, clock: Clock) -> float:
    """Pieces a second of one run."""
    began_s = clock.now_s()
    pieces = work()
    return pieces / max(clock.now_s() - began_s, 1e-9)
