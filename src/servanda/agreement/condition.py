"""The tests a clause may put to facts, and what each test means.

Rules of this module:
- a list of tests is a flat AND: every one must hold; there is no OR, no nesting and no arithmetic;
- words of the agreement are read into their values before a test is built, so a test stands alone;
- facts are complete and typed before any test is read, so no test can fail while being read.

Spec: agreement 5 (tests).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import assert_never

FactValue = bool | int | str | frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Is:
    """The fact is true, or is false."""

    fact: str
    truth: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """The fact is one of these words, or one of these steps of a scale."""

    fact: str
    words: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotIn:
    """The fact is none of these words, or none of these steps of a scale."""

    fact: str
    words: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast:
    """The number is this or more."""

    fact: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AtMost:
    """The number is this or less."""

    fact: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeastFact:
    """The number is that of the other fact, or more."""

    fact: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AtMostFact:
    """The number is that of the other fact, or less."""

    fact: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Questioned:
    """The paragraph stands under a question; no clause writes this, the `lasts` key `questioned` brings it."""

    paragraph: str
    fact: str = "questioned"


Test = Is | OneOf | NotIn | AtLeast | AtMost | AtLeastFact | AtMostFact | Questioned


def holds(test: Test, facts: Mapping[str, FactValue]) -> bool:
    """Whether the facts meet one test.

    Raises:
        KeyError: the facts are not complete; whoever calls has checked them first.
    """
    value: object = facts[test.fact]
    match test:
        case Is():
            return value is test.truth
        case OneOf():
            return value in test.words
        case NotIn():
            return value not in test.words
        case AtLeast():
            return _number(facts, test.fact) >= test.number
        case AtMost():
            return _number(facts, test.fact) <= test.number
        case AtLeastFact():
            return _number(facts, test.fact) >= _number(facts, test.other)
        case AtMostFact():
            return _number(facts, test.fact) <= _number(facts, test.other)
        case Questioned():
            return isinstance(value, frozenset) and test.paragraph in value
    assert_never(test)


def all_hold(tests: tuple[Test, ...], facts: Mapping[str, FactValue]) -> bool:
    """Whether the facts meet every one of the tests; none at all are met by any facts."""
    return all(map(holds, tests, repeat(facts)))


def say(test: Test) -> str:
    """A test in words, as a refusal shows it: `topic` is one of `nk_nuclear`, `nk_missile`."""
    match test:
        case Is():
            return f"`{test.fact}` is {'true' if test.truth else 'false'}"
        case OneOf():
            return f"`{test.fact}` is one of {_listed(test.words)}"
        case NotIn():
            return f"`{test.fact}` is none of {_listed(test.words)}"
        case AtLeast():
            return f"`{test.fact}` is at least {test.number}"
        case AtMost():
            return f"`{test.fact}` is at most {test.number}"
        case AtLeastFact():
            return f"`{test.fact}` is at least `{test.other}`"
        case AtMostFact():
            return f"`{test.fact}` is at most `{test.other}`"
        case Questioned():
            return f"paragraph {test.paragraph} is questioned"
    assert_never(test)


def _number(facts: Mapping[str, FactValue], fact: str) -> int:
    value = facts[fact]
    if not isinstance(value, int):
        message = f"fact `{fact}` is read as a number before it was checked to be one"
        raise TypeError(message)
    return value


def _listed(words: tuple[str | int, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)
