"""What each test means, and how a refusal says it."""

from __future__ import annotations

import pytest

from servanda.agreement.condition import (
    AtLeast,
    AtLeastFact,
    AtMost,
    AtMostFact,
    FactValue,
    Is,
    NotIn,
    OneOf,
    Questioned,
    Test,
    all_hold,
    holds,
    say,
)

FACTS: dict[str, FactValue] = {
    "marked": True,
    "topic": "nk_missile",
    "level": 2,
    "reader_clearance": 1,
    "questioned": frozenset({"4.1"}),
}


@pytest.mark.parametrize(
    ("test", "met", "words"),
    [
        (Is(fact="marked", truth=True), True, "`marked` is true"),
        (Is(fact="marked", truth=False), False, "`marked` is false"),
        (OneOf(fact="topic", words=("nk_missile", "other")), True, "`topic` is one of `nk_missile`, `other`"),
        (OneOf(fact="topic", words=("other",)), False, "`topic` is one of `other`"),
        (OneOf(fact="level", words=(2, 3)), True, "`level` is one of `2`, `3`"),
        (NotIn(fact="topic", words=("nk_missile",)), False, "`topic` is none of `nk_missile`"),
        (NotIn(fact="topic", words=("other",)), True, "`topic` is none of `other`"),
        (AtLeast(fact="level", number=2), True, "`level` is at least 2"),
        (AtLeast(fact="level", number=3), False, "`level` is at least 3"),
        (AtMost(fact="level", number=2), True, "`level` is at most 2"),
        (AtMost(fact="level", number=1), False, "`level` is at most 1"),
        (AtLeastFact(fact="level", other="reader_clearance"), True, "`level` is at least `reader_clearance`"),
        (AtLeastFact(fact="reader_clearance", other="level"), False, "`reader_clearance` is at least `level`"),
        (AtMostFact(fact="reader_clearance", other="level"), True, "`reader_clearance` is at most `level`"),
        (AtMostFact(fact="level", other="reader_clearance"), False, "`level` is at most `reader_clearance`"),
        (Questioned(paragraph="4.1"), True, "paragraph 4.1 is questioned"),
        (Questioned(paragraph="4.2"), False, "paragraph 4.2 is questioned"),
    ],
)
def test_a_test(test: Test, met: bool, words: str) -> None:
    assert (holds(test, FACTS), say(test)) == (met, words)


def test_no_test_fails_while_being_read_in_silence() -> None:
    with pytest.raises(KeyError):
        holds(Is(fact="enciphered", truth=True), FACTS)
    with pytest.raises(TypeError):
        holds(AtLeast(fact="topic", number=1), FACTS)


def test_tests_are_a_flat_and() -> None:
    met, unmet = Is(fact="marked", truth=True), AtLeast(fact="level", number=3)
    assert [all_hold(tests, FACTS) for tests in ((), (met,), (met, met), (met, unmet), (unmet, met))] == [
        True, True, True, False, False,
    ]  # fmt: skip
