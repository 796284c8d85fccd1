"""Dated: what an act says of its time that the two logs do not bear out.

Rules of this module:
- order comes from the logs, never from a clock: what is remarked here is shown, and refuses nothing;
- both logs are the same on both sides, so both are shown the same remarks.

Spec: record 11.4, 11.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from servanda.act.entry import Issued
from servanda.base.limits import CLAIMED_BEFORE_MAX_S, CLOCK_SKEW_MAX_S
from servanda.node.holding import LogCopy

_AFTER = timedelta(seconds=CLOCK_SKEW_MAX_S)
_BEFORE = timedelta(seconds=CLAIMED_BEFORE_MAX_S)


def remarks(entry: Issued, claimed_at: datetime, other: LogCopy) -> Iterator[str]:
    """What a person should know of the time of an act.

    Args:
        other: the log that the entry has seen a part of.
    """
    if claimed_at > entry.recorded_at + _AFTER:
        yield f"claimed {claimed_at - entry.recorded_at} after it was recorded"
    if claimed_at < entry.recorded_at - _BEFORE:
        yield f"claimed {entry.recorded_at - claimed_at} before it was recorded"
    size = min(entry.seen.size, other.size)
    newest = other.entries[size - 1].recorded_at if size else entry.recorded_at
    if entry.recorded_at < newest - _AFTER:
        yield (
            f"recorded {newest - entry.recorded_at} before entry {size - 1} of `{other.name}`, which it has seen: "
            "a clock is wrong, or it is dated back"
        )
