"""A cube in words: what a set of acts has in common, as a clause would ask it.

Rules of this module:
- a set of values that the agreement has a name for goes by that name, and all the others by `not_in` of it;
- a number that is a step of a scale goes by the word of that step;
- what is said reads as the tests of a clause do, save `one_of`, `less_than_fact`, `more_than_fact`, `not_questioned`.

Spec: agreement 7 (what is proved).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from servanda.agreement.condition import AtLeastFact, AtMostFact, Test
from servanda.agreement.instrument import Instrument
from servanda.agreement.vocabulary import Answer, FactType, facts_of
from servanda.base.canon import Json
from servanda.policy.prove.cubes import Cell, Cube, Within
from servanda.policy.prove.symbols import AUTHOR

_TOLD = {
    "one_of": "one of",
    "at_least": "at least",
    "at_most": "at most",
    "not_in": "anything but",
    "at_least_fact": "at least",
    "at_most_fact": "at most",
    "less_than_fact": "less than",
    "more_than_fact": "more than",
}


def cube_words(cube: Cube, text: Instrument) -> dict[str, Json]:
    """What the acts of a cube have in common: fact -> what it is, in the words of an agreement.

    Args:
        text: whose names for lists and steps are used.
    """
    facts = facts_of(cube.example.kind)
    said: dict[str, Json] = {}
    if AUTHOR in cube.facts:
        said[AUTHOR] = _few([str(party) for party in cube.facts[AUTHOR]])
    for name, fact in facts.items():
        if name in cube.facts:
            said[name] = _values(cube.facts[name], fact, text)
        asked = {key: other for test, truth in cube.compared.items() for key, other in _compared(name, test, truth)}
        if asked:
            own = said.get(name, {})
            said[name] = {**(own if isinstance(own, dict) else {"one_of": own}), **asked}
    for key, truth in (("questioned", True), ("not_questioned", False)):
        numbers: list[Json] = [number for number, is_so in cube.questioned.items() if is_so is truth]
        if numbers:
            said[key] = numbers
    return said


def in_words(said: Mapping[str, Json]) -> str:
    """The same for people: `category: barred; level: at least confidential`; any act of the kind where nothing is."""
    return "; ".join(f"{name}: {_told(value)}" for name, value in said.items()) or "whatever the facts"


def _values(cells: Sequence[Cell], fact: FactType, text: Instrument) -> Json:
    if fact.answer is Answer.WORD:
        return _named([str(cell) for cell in cells], fact, text)
    if fact.answer is Answer.INT:
        steps = {} if fact.scale is None else (text.scale(fact.scale) or {})
        named = {step: word for word, step in steps.items()}
        return _few([_number(cell, fact, named) for cell in cells if isinstance(cell, Within)])
    return _few([cell for cell in cells if isinstance(cell, bool)])


def _named(words: Sequence[str], fact: FactType, text: Instrument) -> Json:
    """Words, by the name of a defined list where they are exactly its words, or exactly all others."""
    if len(words) == 1:
        return words[0]
    lists: dict[frozenset[str], str] = {}
    for name, values in text.lexicon.words.items():
        lists.setdefault(frozenset(values), name)
    if frozenset(words) in lists:
        return lists[frozenset(words)]
    known = text.values(fact)
    others = [word for word in known if word not in words]
    if others and set(words) <= set(known):
        if len(others) > 1 and frozenset(others) in lists:
            return {"not_in": lists[frozenset(others)]}
        if len(others) < len(words):
            return {"not_in": _few(others)}
    return _few(words)


def _number(cell: Within, fact: FactType, named: Mapping[int, str]) -> Json:
    least, most = named.get(cell.least, cell.least), named.get(cell.most, cell.most)
    if cell.least == cell.most:
        return least
    if cell.most == fact.most:
        return {"at_least": least}
    return {"at_most": most} if cell.least == fact.least else {"at_least": least, "at_most": most}


def _compared(name: str, test: Test, truth: bool) -> Iterator[tuple[str, Json]]:
    """What is asked of a number beside another one, as it was answered."""
    if isinstance(test, AtLeastFact) and test.fact == name:
        yield "at_least_fact" if truth else "less_than_fact", test.other
    elif isinstance(test, AtMostFact) and test.fact == name:
        yield "at_most_fact" if truth else "more_than_fact", test.other


def _few(values: Sequence[Json]) -> Json:
    return values[0] if len(values) == 1 else [*values]


def _told(value: Json) -> str:
    if isinstance(value, dict):
        return " and ".join(f"{_TOLD.get(key, key)} {_told(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(_told(each) for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
