"""The difference of two texts against both judges: an act is ruled otherwise exactly where a description says so.

Acts are drawn under both texts, and around the acts that the difference itself names, where most is told apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.act.ruling import Permit
from servanda.agreement.condition import FactValue, holds
from servanda.agreement.instrument import Instrument, load
from servanda.policy.compare import Change, Difference, compare
from servanda.policy.judge import judge
from servanda.policy.prove import Cube, Within
from tests.cases import Case, Cases, source

ROOT = Path(__file__).parents[2]
AMENDMENTS = {
    case["id"]: case
    for case in json.loads((ROOT / "spec" / "vectors" / "amendments.json").read_text(encoding="utf-8"))["amendments"]
}
CHANGING = [name for name, case in AMENDMENTS.items() if case["expected"]["described"]]
"""Amendments under which some act is ruled otherwise."""

BOTH = [*CHANGING, "many at once"]


@cache
def texts(name: str) -> tuple[Instrument, Instrument]:
    old = source("kr-jp-a" if name == "many at once" else AMENDMENTS[name]["agreement"])
    new = old
    for before, after in edits(name):
        assert before in new
        new = new.replace(before, after)
    return load(old, path="old"), load(new, path="new", duties_can_be_met=False)


def edits(name: str) -> list[list[str]]:
    """Those of an amendment; or several that open and close the same kinds."""
    if name != "many at once":
        listed: list[list[str]] = AMENDMENTS[name]["edits"]
        return listed
    return [
        ["when: {topic: topic_in_scope, level: {at_most: secret}, originator_acts: true}", "by: KR"],
        [
            "that: {need_to_know: true, reader_clearance: {at_least_fact: level}}",
            "that: {reader_clearance: {at_least: 2}}",
        ],
        [
            "when: {route: [relay_us]}\n  that: {relay_asked: true}",
            "when: {route: [direct]}\n  that: {enciphered: true}",
        ],
        ["that: {witnesses: {at_least: 2}}", "that: {witnesses: [1, 3]}"],
    ]


@cache
def difference(name: str) -> Difference:
    return compare(*texts(name))


def inside(cube: Cube, case: Case) -> bool:
    values: Mapping[str, FactValue] = {**case.facts, "author": case.author}
    asked = case.facts["questioned"]
    assert isinstance(asked, frozenset)
    return (
        all(any(fits(values[name], cell) for cell in cells) for name, cells in cube.facts.items())
        and all(holds(test, case.facts) is answer for test, answer in cube.compared.items())
        and all((number in asked) is truth for number, truth in cube.questioned.items())
    )


def fits(value: FactValue, cell: Any) -> bool:
    if isinstance(cell, Within):
        return isinstance(value, int) and cell.least <= value <= cell.most
    return value == cell


def permitted(text: Instrument, case: Case) -> bool:
    return isinstance(judge(text, case.kind, [case.facts], author=case.author), Permit)


def drawn(name: str, seed: int) -> Case:
    """An act, often one that is named by the difference, or next to one."""
    old, new = texts(name)
    random = Random(seed)
    changes = [*difference(name).allowed, *difference(name).refused]
    cases = Cases(random.choice((old, new)), seed=seed)
    change = random.choice(changes)
    case = cases.of(change.kind)
    if random.random() < 0.7:
        act = random.choice(change.cubes).example
        near = dict(act.facts)
        for fact in random.sample(sorted(near), k=random.choice((0, 1, 1, 2, 3))):
            near[fact] = case.facts[fact]
        case = Case(kind=change.kind, author=random.choice((act.author, case.author)), facts=near)
    both = old.paragraphs.keys() & new.paragraphs.keys()
    asked = case.facts["questioned"]
    assert isinstance(asked, frozenset)
    return Case(kind=case.kind, author=case.author, facts={**case.facts, "questioned": asked & both})


@pytest.mark.parametrize("name", BOTH)
@settings(deadline=None, max_examples=150)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_an_act_is_ruled_otherwise_exactly_where_it_is_described(name: str, seed: int) -> None:
    case, (old, new) = drawn(name, seed), texts(name)
    before, after = permitted(old, case), permitted(new, case)

    def described(changes: tuple[Change, ...]) -> bool:
        return any(inside(cube, case) for change in changes if change.kind == case.kind for cube in change.cubes)

    found = difference(name)
    assert not any(change.more for change in (*found.allowed, *found.refused))
    assert (described(found.allowed), described(found.refused)) == (after and not before, before and not after)


@pytest.mark.parametrize("name", BOTH)
def test_the_act_beside_a_description_is_one_of_it(name: str) -> None:
    old, new = texts(name)
    for changes, (one, other) in ((difference(name).allowed, (new, old)), (difference(name).refused, (old, new))):
        for change in changes:
            for cube in change.cubes:
                case = Case(kind=change.kind, author=cube.example.author, facts=dict(cube.example.facts))
                assert (inside(cube, case), permitted(one, case), permitted(other, case)) == (True, True, False)


@pytest.mark.parametrize("name", sorted(set(AMENDMENTS) - set(CHANGING)))
@settings(deadline=None, max_examples=20)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_acts_are_ruled_alike_where_nothing_is_described(name: str, seed: int) -> None:
    old, new = texts(name)
    for case in Cases(old, seed=seed).draw(len(old.lexicon.judged())):
        assert permitted(old, case) is permitted(new, case)


@pytest.mark.parametrize("name", ["AM-4", "AM-7", "many at once"])
def test_what_one_direction_allows_the_other_refuses(name: str) -> None:
    old, new = texts(name)
    back = compare(new, old)
    assert [change.kind for change in back.allowed] == [change.kind for change in difference(name).refused]
    assert [change.kind for change in back.refused] == [change.kind for change in difference(name).allowed]
