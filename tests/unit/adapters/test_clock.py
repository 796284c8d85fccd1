"""The clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from servanda.adapters.clock import ExerciseClock, SystemClock
from servanda.adapters.memory import ManualClock

NINE = datetime(2031, 4, 1, 9, tzinfo=UTC)


def test_moments_are_utc_in_whole_seconds() -> None:
    now = SystemClock().now()
    assert (now.tzinfo, now.microsecond) == (UTC, 0)


def test_the_counter_never_goes_back() -> None:
    clock = SystemClock()
    counts = [clock.elapsed_s() for _ in range(100)]
    assert counts == sorted(counts)


def test_an_exercise_moves_the_clock_and_not_the_counter() -> None:
    offset_s = -40 * 86_400
    clock = ExerciseClock(lambda: offset_s)
    before, counted = clock.now(), clock.elapsed_s()
    offset_s = 0
    after, then = clock.now(), clock.elapsed_s()
    assert timedelta(days=40) <= after - before < timedelta(days=41)
    assert 0 <= then - counted < 86_400
    assert (after.tzinfo, after.microsecond) == (UTC, 0)


def test_a_manual_clock_moves_when_told() -> None:
    clock = ManualClock(NINE, elapsed_s=5.0)
    clock.advance(1.5)
    assert (clock.now(), clock.elapsed_s()) == (NINE + timedelta(seconds=1), 6.5)
    clock.step_to(NINE - timedelta(days=1))
    assert (clock.now(), clock.elapsed_s()) == (NINE - timedelta(days=1), 6.5)
