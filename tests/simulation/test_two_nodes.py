"""Two nodes, a link that drops, repeats and delays: one record, held and decided once, the same state at every cut."""

from __future__ import annotations

import pytest

from tests.simulation.hostile import run
from tests.simulation.world import Pair

SEEDS = 300
SEEDS_LONG = 20_000
BATCH = 10


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_nothing_is_lost_doubled_or_split(in_force: Pair, first: int) -> None:
    for seed in range(first, first + BATCH):
        run(in_force, seed)


def test_the_seeds_do_what_they_are_for(in_force: Pair) -> None:
    runs = [run(in_force, seed) for seed in range(20)]

    for name in ("dropped", "repeated", "failed", "restarts"):
        assert sum(getattr(going, name) for going in runs) > 3, name
    assert sum(len(going.issued) for going in runs) > 100


@pytest.mark.long
@pytest.mark.parametrize("first", range(SEEDS, SEEDS_LONG, 100))
def test_many_more_seeds(in_force: Pair, first: int) -> None:
    for seed in range(first, first + 100):
        run(in_force, seed, steps=60)
