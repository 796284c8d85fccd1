"""kill -9 of nodes and speakers anywhere in the story: nothing is lost, nothing doubled, nobody accused.

A run that fails tells its seed and every kill; it is played again by the name of the test.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from servanda.base import moment
from servanda.cli import story
from servanda.cli.story import Scene, Step
from tests.founded import IN_FORCE, TODAY, Pair, new_pair, template
from tests.power.played import Play

KILLS = 10  # of one run
RUNS, RUNS_LONG = 10, 100
FOUNDING = 4  # one run of so many begins with two new nodes
LONG_CHARS = 160_000


def of_today(chance: random.Random, long: Path) -> Iterator[Scene]:
    """The story under both agreements, its subjects in an order that the seed draws."""
    now = moment.parse(IN_FORCE)
    subjects = [
        (*story.distress(), *story.admission(now), *story.search(now)),
        (*story.report(), Scene(steps=story.apart(TODAY)), *at_home(), told_at_length(long)),
        (*story.fuel(TODAY), *story.rounds(TODAY), *story.food_first(TODAY)),
        story.contingents(TODAY),
    ]
    chance.shuffle(subjects)
    for subject in subjects:
        yield from subject


def at_home() -> tuple[Scene, ...]:
    """A finding that stays home, and the notice that answers it."""
    find = ("incident", "find", "--nature", "lost")
    tell = ("incident", "notify", "--found-at", IN_FORCE, "--finding", "$found")
    return (
        Scene(steps=(step("JP", find, "permit", "found"),)),
        Scene(steps=(step("JP", tell, "permit 9.1"),)),
    )


def told_at_length(long: Path) -> Scene:
    """A report whose payload fills many pages of the database."""
    words = story.apart(TODAY)[0].words
    at = words.index("--text")
    return Scene(steps=(step("KR", (*words[: at + 1], f"@{long}", *words[at + 2 :]), "permit 4.2"),))


def step(by: str, words: tuple[str, ...], ruling: str, name: str = "") -> Step:
    return Step(by=by, officer="information-1", words=words, ruling=ruling, told=" ".join(words[:2]), name=name)


def of_the_beginning() -> Iterator[Scene]:
    """The story from two new nodes to officers appointed."""
    yield from story.before_any_agreement()
    yield from story.founding(date(2031, 4, 1))


SEEDS = [
    pytest.param(seed, marks=() if seed < RUNS else pytest.mark.long, id=f"seed-{seed}") for seed in range(RUNS_LONG)
]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_story_of_kills(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    is_new = seed % FOUNDING == 0
    pair: Pair = new_pair(tmp_path / "nodes") if is_new else template().copy(tmp_path / "nodes")
    long = tmp_path / "long"
    long.write_text(chance.randbytes(LONG_CHARS // 2).hex())
    play = Play(pair, seed)
    play.play(of_the_beginning() if is_new else of_today(chance, long), KILLS)
    print(f"{len(play.kills)} kills: ", dict(Counter(f"{kill.who[:7]} {kill.place}" for kill in play.kills)))
    assert len(play.kills) >= KILLS
