"""A cube in words: named lists, the rest of one, steps, numbers, comparisons and questions, as a clause asks them."""

from __future__ import annotations

import pytest

from servanda.agreement.condition import AtLeastFact, AtMostFact
from servanda.policy.prove import AUTHOR, Cube, Instance, Within
from servanda.policy.prove.cubes import Cell
from servanda.policy.prove.words import cube_words, in_words
from tests.unit.policy.small import small

TEXT = small("allows: {kinds: [intelligence.report.share]}")
SHARE = Instance(kind="intelligence.report.share", author="KR", facts={})


def cube(**facts: tuple[Cell, ...]) -> Cube:
    return Cube(facts=facts, compared={}, questioned={}, example=SHARE)


@pytest.mark.parametrize(
    ("facts", "said", "told"),
    [
        ({}, {}, "whatever the facts"),
        ({AUTHOR: ("KR",)}, {"author": "KR"}, "author: KR"),
        ({"topic": ("nk_nuclear", "nk_missile")}, {"topic": "topic_in_scope"}, "topic: topic_in_scope"),
        ({"topic": ("other",)}, {"topic": "other"}, "topic: other"),
        ({"topic": ("nk_missile", "other")}, {"topic": {"not_in": "nk_nuclear"}}, "topic: anything but nk_nuclear"),
        (
            {"released_to": ("own_government", "own_contractor")},
            {"released_to": {"not_in": "outside_body"}},
            "released_to: anything but outside_body",
        ),
        ({"route": ("direct",)}, {"route": "direct"}, "route: direct"),
        ({"route": ("direct", "relay_us")}, {"route": {"not_in": "relay_other"}}, "route: anything but relay_other"),
        (
            {"carrier": ("courier", "open_network")},
            {"carrier": ["courier", "open_network"]},
            "carrier: courier, open_network",
        ),
        ({"consent": (False,)}, {"consent": False}, "consent: false"),
        ({"level": (Within(2, 2),)}, {"level": "secret"}, "level: secret"),
        ({"level": (Within(1, 3),)}, {"level": {"at_least": "confidential"}}, "level: at least confidential"),
        ({"level": (Within(0, 2),)}, {"level": {"at_most": "secret"}}, "level: at most secret"),
        (
            {"level": (Within(0, 0), Within(2, 3))},
            {"level": ["unclassified", {"at_least": "secret"}]},
            "level: unclassified, at least secret",
        ),
        (
            {"inspected_months_ago": (Within(13, 24),)},
            {"inspected_months_ago": {"at_least": 13, "at_most": 24}},
            "inspected_months_ago: at least 13 and at most 24",
        ),
        ({"witnesses": (Within(1, 1),)}, {"witnesses": 1}, "witnesses: 1"),
        (
            {"consent": (True,), AUTHOR: ("JP",), "topic": ("other",)},
            {"author": "JP", "topic": "other", "consent": True},
            "author: JP; topic: other; consent: true",
        ),
    ],
)
def test_facts(facts: dict[str, tuple[Cell, ...]], said: dict[str, object], told: str) -> None:
    words = cube_words(cube(**facts), TEXT)
    assert words == said
    assert list(words) == list(said)
    assert in_words(words) == told


def test_numbers_that_are_compared() -> None:
    least = AtLeastFact(fact="reader_clearance", other="level")
    most = AtMostFact(fact="level", other="reader_clearance")
    both = Cube(facts={}, compared={least: True, most: True}, questioned={}, example=SHARE)
    neither = Cube(
        facts={"level": (Within(1, 3),), "reader_clearance": (Within(1, 1), Within(3, 3))},
        compared={least: False, most: False},
        questioned={},
        example=SHARE,
    )
    assert cube_words(both, TEXT) == {
        "level": {"at_most_fact": "reader_clearance"},
        "reader_clearance": {"at_least_fact": "level"},
    }
    assert in_words(cube_words(neither, TEXT)) == (
        "level: at least confidential and more than reader_clearance; "
        "reader_clearance: one of confidential, top_secret and less than level"
    )


def test_paragraphs_under_a_question_come_last() -> None:
    asked = Cube(
        facts={"marked": (True,)}, compared={}, questioned={"2.1": True, "1.1": True, "1.2": False}, example=SHARE
    )
    words = cube_words(asked, TEXT)
    assert words == {"marked": True, "questioned": ["2.1", "1.1"], "not_questioned": ["1.2"]}
    assert in_words(words) == "marked: true; questioned: 2.1, 1.1; not_questioned: 1.2"
