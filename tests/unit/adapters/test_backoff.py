"""The wait between tries."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.adapters.backoff import Backoff


def failed(times: int) -> Backoff:
    backoff = Backoff()
    for _ in range(times):
        backoff = backoff.failed()
    return backoff


@pytest.mark.parametrize(
    ("failures", "shortest_s", "longest_s"),
    [(0, 0.0, 0.0), (1, 0.5, 1.0), (2, 1.0, 2.0), (5, 8.0, 16.0), (12, 1024.0, 2048.0), (13, 1800.0, 3600.0)],
)
def test_the_wait_doubles(failures: int, shortest_s: float, longest_s: float) -> None:
    backoff = failed(failures)
    assert (backoff.wait_s(lambda: 0.0), backoff.wait_s(lambda: 1.0)) == (shortest_s, longest_s)


def test_a_million_failures_wait_an_hour_and_no_longer() -> None:
    assert Backoff(failures=1_000_000).wait_s(lambda: 1.0) == 3600.0


def test_a_sign_of_life_ends_the_wait() -> None:
    assert failed(9).alive() == Backoff()


@given(failures=st.integers(0, 60), seed=st.integers())
def test_the_same_seed_waits_the_same_within_the_hour(failures: int, seed: int) -> None:
    backoff = failed(failures)
    wait_s = backoff.wait_s(random.Random(seed).random)
    assert wait_s == backoff.wait_s(random.Random(seed).random)
    assert 0.0 <= wait_s <= 3600.0
    assert backoff.failed().wait_s(lambda: 0.0) >= backoff.wait_s(lambda: 0.0)
