"""Tests and facts in the words of one agreement: its names for lists, the steps of its scales, what a fact takes.

Rules of this module:
- words that the agreement has a name for go by that name, and are listed behind it;
- a number that is a step of a scale goes by the word of that step;
- what may be meant is the nearest word there is, or none: nothing is guessed from far off.

Spec: agreement 9.4 (explaining).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import assert_never

from servanda.agreement.condition import AtLeast, AtMost, NotIn, OneOf, Test, say
from servanda.agreement.instrument import Instrument
from servanda.agreement.vocabulary import Answer, FactType
from servanda.base.canon import Json

_NEAR = 0.7


def asks(test: Test, fact: FactType, text: Instrument) -> str:
    """A test as its agreement would say it: `topic` is one of `topic_in_scope` (`nk_nuclear`, `nk_missile`)."""
    steps = {step: word for word, step in _scale(fact, text).items()}
    match test:
        case OneOf() | NotIn():
            named = _named(test.words, text)
            if named is not None:
                listed = say(replace(test, words=(named,)))
                return f"{listed} ({', '.join(f'`{word}`' for word in test.words)})"
            return say(replace(test, words=tuple(_step(word, steps) for word in test.words)))
        case AtLeast() | AtMost():
            word = steps.get(test.number)
            return say(test) if word is None else f"{say(test)} (`{word}`)"
    return say(test)


def takes(fact: FactType, text: Instrument) -> str:
    """What a fact may be, under an agreement."""
    match fact.answer:
        case Answer.BOOL:
            return "`true` or `false`"
        case Answer.INT:
            steps = ", ".join(f"{step} `{word}`" for word, step in _scale(fact, text).items())
            return f"a whole number from {fact.least} to {fact.most}{f' ({steps})' if steps else ''}"
        case Answer.WORD:
            return f"one of {', '.join(f'`{word}`' for word in text.values(fact))}"
        case Answer.PARAGRAPHS:
            return "a list of paragraphs of the text, each once"
    assert_never(fact.answer)


def meant(value: object, fact: FactType, text: Instrument) -> Json:
    """What a value that a fact does not take may be meant to be; None where nothing is near."""
    if not isinstance(value, str):
        return None
    match fact.answer:
        case Answer.BOOL:
            return {"true": True, "false": False}.get(value.lower())
        case Answer.INT:
            steps = _scale(fact, text)
            if value.isascii() and value.isdigit() and len(value) < 16:
                return int(value) if fact.least <= int(value) <= fact.most else None
            return steps.get(nearest_word(value, steps) or "")
        case Answer.WORD:
            return nearest_word(value, text.values(fact))
        case Answer.PARAGRAPHS:
            return [value] if value in text.paragraphs else None
    assert_never(fact.answer)


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """The one of the known words that is nearly this word; None where none is."""
    found = get_close_matches(word[:100], sorted(known), n=1, cutoff=_NEAR)
    return found[0] if found else None


def _named(words: tuple[str | int, ...], text: Instrument) -> str | None:
    """The name that an agreement has for words, where it has one and they are several."""
    if len(words) < 2:
        return None
    return next((name for name, values in text.lexicon.words.items() if set(values) == set(words)), None)


def _scale(fact: FactType, text: Instrument) -> Mapping[str, int]:
    return {} if fact.scale is None else (text.scale(fact.scale) or {})


def _step(word: str | int, steps: Mapping[int, str]) -> str | int:
    return steps.get(word, word) if isinstance(word, int) else word
