"""Clockwork: when a clock may not be signed with, and what a person's word changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from servanda.base.errors import PeerError, ServandaError, UsageError
from servanda.node.clockwork import Baseline, Confirmation, confirmation, moved, started, still_sure

NOON = datetime(2031, 4, 1, 12, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def start(now: datetime, *, last_entry=None, cosigned=None, confirmed=None) -> Baseline:
    return started(now, 7.5, last_entry=last_entry, cosigned=cosigned, confirmed=confirmed)


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        ({"last_entry": NOON + SECOND}, "it stands behind the last entry of 2031-04-01 12:00:01Z"),
        (
            {"last_entry": NOON + SECOND, "cosigned": NOON, "confirmed": Confirmation(moment=NOON, last_entry=None)},
            "it stands behind the last entry",
        ),
        (
            {"last_entry": NOON + DAY, "confirmed": Confirmation(moment=NOON - DAY, last_entry=NOON + DAY - SECOND)},
            "it stands behind the last entry",
        ),
        (
            {"last_entry": NOON + DAY, "confirmed": Confirmation(moment=NOON + SECOND, last_entry=NOON + DAY)},
            "it stands behind the last entry",
        ),
        ({"last_entry": NOON - DAY - SECOND}, "nothing recorded here is younger than 2031-03-31 11:59:59Z"),
        (
            {"last_entry": NOON - 9 * DAY, "cosigned": NOON - DAY - SECOND},
            "nothing recorded here is younger than 2031-03-31 11:59:59Z",
        ),
        (
            {
                "last_entry": NOON - 9 * DAY,
                "confirmed": Confirmation(moment=NOON - DAY - SECOND, last_entry=NOON - 9 * DAY),
            },
            "nothing recorded here is younger than 2031-03-31 11:59:59Z",
        ),
    ],
)
def test_a_clock_that_starts_apart_from_the_record_is_not_sure(shown, why: str) -> None:
    with pytest.raises(PeerError, match=why) as caught:
        start(NOON, **shown)
    assert caught.value.code == "clock_unsure"


@pytest.mark.parametrize(
    "shown",
    [
        {},
        {"last_entry": NOON},
        {"last_entry": NOON - DAY},
        {"last_entry": NOON - 9 * DAY, "cosigned": NOON - DAY},
        {"last_entry": NOON - 9 * DAY, "confirmed": Confirmation(moment=NOON, last_entry=NOON - 9 * DAY)},
        {"cosigned": NOON + 3 * DAY},
        {"last_entry": NOON + DAY, "confirmed": Confirmation(moment=NOON, last_entry=NOON + DAY)},
        {"last_entry": NOON + DAY, "confirmed": Confirmation(moment=NOON - MINUTE, last_entry=NOON + DAY)},
    ],
)
def test_a_clock_beside_the_record_is_sure_and_so_is_one_that_a_person_confirmed(shown) -> None:
    assert start(NOON, **shown) == Baseline(moment=NOON, elapsed_s=7.5)


@pytest.mark.parametrize("step", [121, -121, 3_600, -86_400])
def test_a_clock_that_runs_apart_from_the_counter_is_not_sure(step: int) -> None:
    baseline = Baseline(moment=NOON, elapsed_s=100.0)
    with pytest.raises(PeerError, match="by the counter it should be 2031-04-01 12:10:00Z") as caught:
        still_sure(baseline, NOON + timedelta(seconds=600 + step), 700.0)
    assert caught.value.code == "clock_unsure"


@pytest.mark.parametrize("step", [0, 120, -120])
def test_a_clock_may_be_apart_by_two_minutes(step: int) -> None:
    still_sure(Baseline(moment=NOON, elapsed_s=100.0), NOON + timedelta(seconds=600 + step), 700.0)


@pytest.mark.parametrize(
    ("to", "exercise", "why"),
    [
        (NOON + DAY, False, "only the clock of an exercise node may be moved"),
        (NOON - SECOND, True, "`2031-04-01T11:59:59Z` lies behind the clock"),
        (NOON - SECOND, False, "only the clock of an exercise node may be moved"),
    ],
)
def test_a_clock_is_not_moved_back_nor_that_of_a_real_node(to: datetime, exercise: bool, why: str) -> None:
    with pytest.raises(UsageError, match=why) as caught:
        moved(NOON, to, exercise=exercise)
    assert caught.value.code == "clock_not_movable"


@pytest.mark.parametrize(("to", "seconds"), [(NOON, 0), (NOON + SECOND, 1), (NOON + 40 * DAY, 3_456_000)])
def test_an_exercise_clock_is_moved_forward(to: datetime, seconds: int) -> None:
    assert moved(NOON, to, exercise=True) == seconds


@pytest.mark.parametrize("raw", [b"", b"yesterday", b"2031-04-01T12:00:00Z  2031-04-01T12:00:00Z", b"2031-04-01"])
def test_a_confirmation_that_was_damaged_does_not_read(raw: bytes) -> None:
    with pytest.raises(ServandaError):
        confirmation(raw)


@pytest.mark.parametrize("last_entry", [None, NOON, NOON + DAY])
def test_a_confirmation_reads_as_it_was_written(last_entry: datetime | None) -> None:
    said = Confirmation(moment=NOON, last_entry=last_entry)
    assert confirmation(said.write()) == said
