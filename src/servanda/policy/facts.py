"""Facts: a complete set of plain, typed answers for one line of an act, checked before any clause is read.

Rules of this module:
- a complete set for a kind is every fact of its domain and the common ones, and no other;
- a missing or surplus fact, a wrong type, a number out of bounds, an unknown word: all are named, nothing is guessed;
- words of a fact are those of the specification and of the agreement that the act names;
- in JSON a set is a list in the order of the text.

Spec: vocabulary 2 to 4, agreement 6.1 (facts first), record 4.4, 4.5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, assert_never

from servanda.act.ruling import paragraph_order
from servanda.agreement.condition import FactValue
from servanda.agreement.instrument import Instrument
from servanda.agreement.vocabulary import Answer, FactType, facts_of
from servanda.base.canon import Json

__all__ = ["FactType", "FactValue", "facts_of", "from_json", "to_json", "words", "wrong"]

_Fits = Callable[[object], bool]


def words(fact: FactType, instrument: Instrument) -> tuple[str, ...]:
    """The words that a fact knows under an agreement; none for a fact that is no word."""
    return instrument.values(fact)


def wrong(kind: str, values: Mapping[str, object], instrument: Instrument) -> tuple[str, ...]:
    """The facts that make a set unjudgeable, in order of their names; none where it is complete and typed.

    Raises:
        KeyError: the kind is not in the vocabulary.
    """
    checks = _checks(kind, instrument)
    bad = [name for name, fits in checks.items() if name not in values or not fits(values[name])]
    if bad or len(values) != len(checks):
        bad.extend(values.keys() - checks.keys())
    return tuple(sorted(bad))


def to_json(values: Mapping[str, FactValue]) -> dict[str, Json]:
    """Facts as JSON members: a set becomes a list in the order of the text."""
    return {name: _in_text_order(value) if isinstance(value, frozenset) else value for name, value in values.items()}


def from_json(members: Mapping[str, Any]) -> dict[str, FactValue]:
    """Facts from JSON members: a list of different words becomes a set, all else stays as it is.

    Whether they are the facts they should be is asked of `wrong`, which names what is not.
    """
    return {
        name: frozenset(value) if isinstance(value, list) and _different_words(value) else value
        for name, value in members.items()
    }


def _in_text_order(paragraphs: frozenset[str]) -> list[Json]:
    return [*sorted(paragraphs, key=paragraph_order)]


def _different_words(items: list[Any]) -> bool:
    return all(isinstance(item, str) for item in items) and len(set(items)) == len(items)


@lru_cache(maxsize=512)
def _checks(kind: str, instrument: Instrument) -> Mapping[str, _Fits]:
    return {name: _fits(fact, instrument) for name, fact in facts_of(kind).items()}


def _fits(fact: FactType, instrument: Instrument) -> _Fits:
    """What tells whether a value answers a fact."""
    least, most = fact.least, fact.most
    match fact.answer:
        case Answer.BOOL:
            return lambda value: value is True or value is False
        case Answer.INT:
            return lambda value: type(value) is int and least <= value <= most
        case Answer.WORD:
            known = frozenset(instrument.values(fact))
            return lambda value: type(value) is str and value in known
        case Answer.PARAGRAPHS:
            paragraphs = frozenset(instrument.paragraphs)
            return lambda value: isinstance(value, frozenset) and value <= paragraphs
    assert_never(fact.answer)
