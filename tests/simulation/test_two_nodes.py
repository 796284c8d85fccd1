"""Two nodes, a link that drops, repeats and delays by up to a month: one record, ruled alike, one state at every cut.

How often what was met is printed by `pytest -rP tests/simulation`.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from servanda.act.kind import With, kinds
from tests.simulation.hostile import MOODS
from tests.simulation.seasons import SEASONS, play
from tests.simulation.tally import DAY_S, Tally

SEEDS = 1_000
SEEDS_LONG = 20_000
SHOWN = 160
BATCH = 20

PHASES = {"not_in_force", "ended", "suspended", "held", "notice", "in_force"}
SAID = {name for name, kind in kinds().items() if kind.recorded is not With.OCCASION}
JOINED = {
    "agreement.text.initial",
    "agreement.text.sign",
    "agreement.force.suspend",
    "agreement.clause.correct",
    "agreement.consultation.close",
    "logistics.item.pass",
    "rescue.lead.pass",
}


def tallied(seeds: Iterable[int], *, steps: int = 30) -> Tally:
    whole = Tally()
    for seed in seeds:
        whole.add(play(seed, steps=steps).tally)
    print("\n".join(whole.lines()))
    return whole


@pytest.mark.parametrize("first", range(SHOWN, SEEDS, BATCH))
def test_nothing_is_lost_doubled_or_split(first: int) -> None:
    tallied(range(first, first + BATCH))


def test_the_seeds_do_what_they_are_for() -> None:
    """The first seeds alone: every kind is said, in every phase and season, over every sort of link."""
    whole = tallied(range(SHOWN))

    assert SAID - whole.names("kind").keys() == set()
    assert PHASES - whole.names("phase").keys() == set()
    assert SEASONS.keys() - whole.names("season").keys() == set()
    assert {mood.name for mood in MOODS} - whole.names("mood").keys() == set()
    assert JOINED - whole.names("joint").keys() == set()
    assert {"permit", "forbidden", "silent", "invalid"} <= whole.names("ruling").keys()
    assert 20 * DAY_S < whole.delay_max_s <= 30 * DAY_S
    for name, least in (
        ("acts issued", 1_200),
        ("acts that crossed another", 600),
        ("bundles taken", 600),
        ("taken after more than 1 d", 300),
        ("taken after more than 20 d", 50),
        ("bundles lost", 100),
        ("payloads destroyed", 50),
        ("narrow", 20),
        ("calls", 50),
    ):
        assert whole.of("link", name) >= least, name
    for name in ("restart", "disk full", "another process", "clock_unsure"):
        assert whole.of("fault", name) >= 30, name


def test_a_seed_plays_the_same_story_again() -> None:
    """Whatever keys, salts and ids are drawn."""
    for seed in range(len(MOODS)):
        assert play(seed).story == play(seed).story


@pytest.mark.long
@pytest.mark.parametrize("first", range(SEEDS, SEEDS_LONG, 100))
def test_many_more_seeds(first: int) -> None:
    tallied(range(first, first + 100), steps=60)
