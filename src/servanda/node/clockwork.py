"""Clockwork: whether this node's clock may be signed with.

Rules of this module:
- order never comes from a clock; times and terms do, so an unsure clock signs nothing until a person confirms it;
- a clock is unsure when it runs apart from the counter that never steps, when it starts behind the last entry, or more
  than a day ahead of what both logs show;
- a clock that a person confirmed behind the last entry stays sure until something later is recorded;
- on an exercise node moving the clock is that confirmation; it moves forward only.

Spec: record 11.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from servanda.base import moment
from servanda.base.errors import PeerError, UsageError

DRIFT_MAX = timedelta(seconds=120)
AHEAD_MAX = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A moment at which the clock was taken for right, and the counter then."""

    moment: datetime
    elapsed_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A person's word that the clock is right.

    Args:
        moment: what the clock said.
        last_entry: time of the own log's last entry then; a clock behind it was confirmed all the same.
    """

    moment: datetime
    last_entry: datetime | None

    def covers(self, now: datetime, last_entry: datetime) -> bool:
        """Whether a clock behind the last entry is the one that was confirmed so."""
        return self.last_entry is not None and last_entry <= self.last_entry and self.moment <= now

    def write(self) -> bytes:
        return " ".join(moment.text(each) for each in (self.moment, self.last_entry) if each is not None).encode()


def confirmation(raw: bytes) -> Confirmation:
    """A confirmation as it was written."""
    confirmed, *last_entry = map(moment.parse, raw.decode().split(" "))
    return Confirmation(moment=confirmed, last_entry=last_entry[0] if last_entry else None)


def started(
    now: datetime,
    elapsed_s: float,
    *,
    last_entry: datetime | None,
    cosigned: datetime | None,
    confirmed: Confirmation | None,
) -> Baseline:
    """The baseline of a node that starts.

    Args:
        last_entry: time of the own log's last entry.
        cosigned: time of the peer's newest cosignature.
        confirmed: what a person last confirmed.

    Raises:
        PeerError: `clock_unsure`.
    """
    shown = (last_entry, cosigned, None if confirmed is None else confirmed.moment)
    known = [each for each in shown if each is not None]
    if last_entry is not None and now < last_entry and not (confirmed and confirmed.covers(now, last_entry)):
        raise _unsure(now, f"it stands behind the last entry of {last_entry:%Y-%m-%d %H:%M:%S}Z")
    if known and now > max(known) + AHEAD_MAX:
        raise _unsure(now, f"nothing recorded here is younger than {max(known):%Y-%m-%d %H:%M:%S}Z")
    return Baseline(moment=now, elapsed_s=elapsed_s)


def still_sure(baseline: Baseline, now: datetime, elapsed_s: float) -> None:
    """The clock has run as the counter has.

    Raises:
        PeerError: `clock_unsure`.
    """
    due = baseline.moment + timedelta(seconds=elapsed_s - baseline.elapsed_s)
    if abs(now - due) > DRIFT_MAX:
        raise _unsure(now, f"by the counter it should be {due:%Y-%m-%d %H:%M:%S}Z")


def moved(now: datetime, to: datetime, *, exercise: bool) -> int:
    """Seconds by which an exercise clock is to be moved.

    Raises:
        UsageError: `clock_not_movable`, for a real node or a move back.
    """
    if not exercise:
        raise UsageError(
            "clock_not_movable", "only the clock of an exercise node may be moved", action="set the machine's clock"
        )
    if to < now:
        raise UsageError(
            "clock_not_movable", f"`{to:%Y-%m-%dT%H:%M:%SZ}` lies behind the clock", action="move it forward only"
        )
    return int((to - now).total_seconds())


def _unsure(now: datetime, why: str) -> PeerError:
    return PeerError(
        "clock_unsure",
        f"the clock says {now:%Y-%m-%d %H:%M:%S}Z, and {why}",
        action="compare it with a second clock, then confirm it with `servanda node clock --confirm`",
    )
