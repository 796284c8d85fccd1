"""The order in which both nodes fold the acts of both logs.

Rules of this module:
- a rank is one above the highest that its author had issued or seen; equal ranks stand by log name;
- what a log has seen never shrinks, never lies beyond the other log, and never looks back at what has seen it;
- no clock takes part.

Spec: record 5.4, 11.1.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from servanda.base.errors import IntegrityError


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an act was issued: its log and index, the size of the other log it had seen, the rank it states."""

    log: str
    index: int
    seen: int
    rank: int


def rank_after(own: int, peer: int) -> int:
    """The rank of an act.

    Args:
        own: rank of the author's last issued act, 0 before the first.
        peer: highest rank among the acts of the other that it has seen, 0 before the first.
    """
    return 1 + max(own, peer)


def order(issued: Sequence[Place], *, sizes: Mapping[str, int] | None = None) -> tuple[tuple[str, int], ...]:
    """The issued acts of two logs in the order of the fold, once it holds that they state it rightly.

    Args:
        issued: every issued act of both logs.
        sizes: size of each log, where they are at hand.

    Returns:
        Log and index of each act.

    Raises:
        IntegrityError: `seen_shrank`, `seen_impossible` or `rank_wrong`.
    """
    logs = {
        name: sorted((p for p in issued if p.log == name), key=lambda p: p.index) for name in {p.log for p in issued}
    }
    if len(logs) > 2:
        raise ValueError("acts of more than two logs have no common order")
    for places in logs.values():
        for before, place in pairwise(places):
            if place.seen < before.seen:
                raise _wrong("seen_shrank", place, f"it has seen {place.seen}, the act before it {before.seen}")
    for name, places in logs.items():
        others = [place for other, found in logs.items() if other != name for place in found]
        _hold(places, others, None if sizes is None else sum(size for log, size in sizes.items() if log != name))
    return tuple((p.log, p.index) for p in sorted(issued, key=lambda p: (p.rank, p.log, p.index)))


def _hold(places: Sequence[Place], others: Sequence[Place], other_size: int | None) -> None:
    """Hold the places of one log against the other one."""
    indices = [other.index for other in others]
    highest = [0, *accumulate((other.rank for other in others), max)]
    own = 0
    for place in places:
        known = bisect_left(indices, place.seen)
        if other_size is not None and place.seen > other_size:
            raise _wrong("seen_impossible", place, f"it has seen {place.seen} entries of {other_size}")
        if known and others[known - 1].seen > place.index:
            raise _wrong("seen_impossible", place, "it has seen an act that had seen it")
        due = rank_after(own, highest[known])
        if place.rank != due:
            raise _wrong("rank_wrong", place, f"its rank is {place.rank}, by what it has seen it is {due}")
        own = place.rank


def _wrong(code: str, place: Place, why: str) -> IntegrityError:
    return IntegrityError(
        code, f"the act at index {place.index} of `{place.log}`: {why}", action="stop and ask the node that wrote it"
    )
