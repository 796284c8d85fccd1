"""Sets of facts for one agreement, drawn so that permits, prohibitions and silence all come about in number.

A set drawn at random is nearly always forbidden by something. So a set begins as one that some clause allows: what
forbids it is mended, rule by rule. Then a few facts are drawn anew, on either side of the numbers that clauses name.
Whatever the bias, what is asked of the two readers is the same set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

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
    holds,
)
from servanda.agreement.instrument import Instrument, load
from servanda.agreement.vocabulary import Answer, FactType, facts_of
from servanda.policy.rules import Effect, rules_of

Facts = dict[str, FactValue]

AGREEMENTS = Path(__file__).parents[1] / "agreements"
PACTS = ("kr-jp-a", "kr-jp-b")


def source(pact: str) -> str:
    return (AGREEMENTS / pact / "en.md").read_text(encoding="utf-8")


def pact(name: str) -> Instrument:
    return load(source(name), path=f"{name}/en.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    kind: str
    author: str
    facts: Facts


class Cases:
    def __init__(self, instrument: Instrument, *, seed: int) -> None:
        self.instrument = instrument
        self._random = Random(seed)
        self._numbers: dict[str, list[int]] = {}
        for kind in instrument.lexicon.judged():
            for rule in rules_of(instrument, kind):
                for test in (*rule.when, *rule.that, *rule.unless):
                    if isinstance(test, AtLeast | AtMost):
                        self._numbers.setdefault(test.fact, []).append(test.number)

    def draw(self, count: int) -> Iterator[Case]:
        """Cases of every kind in turn."""
        kinds = self.instrument.lexicon.judged()
        for at in range(count):
            yield self.of(kinds[at % len(kinds)])

    def of(self, kind: str) -> Case:
        author = self._random.choice(tuple(self.instrument.parties))
        facts = self.permitted(kind, author)
        rules = rules_of(self.instrument, kind)
        if self._random.random() < 0.3:
            for rule in rules:
                if rule.effect is Effect.PERMIT and rule.when:
                    self._set(facts, facts_of(kind), self._random.choice(rule.when), wanted=False)
        asked = sorted({test.fact for rule in rules for test in (*rule.when, *rule.that, *rule.unless)})
        for _ in range(self._random.choice((0, 0, 1, 1, 2, 4))):
            name = self._random.choice(asked if self._random.random() < 0.8 else sorted(facts))
            facts[name] = self.value(facts_of(kind)[name])
        return Case(kind=kind, author=author, facts=facts)

    def permitted(self, kind: str, author: str) -> Facts:
        """A set that, as far as mending goes, is permitted."""
        types = facts_of(kind)
        facts = {name: self.value(fact) for name, fact in types.items()}
        if self._random.random() < 0.9:
            facts |= {"phase": "in_force", "questioned": frozenset()}
        rules = rules_of(self.instrument, kind)
        opening = [rule for rule in rules if rule.effect is Effect.PERMIT]
        closing = [rule for rule in rules if rule.effect is Effect.FORBID]
        for _ in range(3):
            if opening:
                for test in self._random.choice(opening).when:
                    self._set(facts, types, test, wanted=True)
            for rule in closing:
                if not rule.applies(author, facts):
                    continue
                if rule.that and self._random.random() < 0.8:
                    for test in rule.that:
                        self._set(facts, types, test, wanted=True)
                elif rule.when:
                    self._set(facts, types, self._random.choice(rule.when), wanted=False)
        return facts

    def value(self, fact: FactType) -> FactValue:
        match fact.answer:
            case Answer.BOOL:
                return self._random.random() < 0.5
            case Answer.INT:
                near = [number + step for number in self._numbers.get(fact.name, [0]) for step in (-1, 0, 1)]
                chosen = self._random.choice((*near, self._random.randint(fact.least, fact.most)))
                return min(max(chosen, fact.least), fact.most)
            case Answer.WORD:
                return self._random.choice(self.instrument.values(fact))
            case Answer.PARAGRAPHS:
                count = self._random.choice((0, 0, 1, 1, 2, 5))
                numbers = sorted(self.instrument.paragraphs)
                return frozenset(self._random.sample(numbers, k=min(count, len(numbers))))

    def _set(self, facts: Facts, types: Mapping[str, FactType], test: Test, *, wanted: bool) -> None:
        """Draw the facts of one test until it comes out as wanted; give up where it hardly ever does."""
        for _ in range(30):
            if holds(test, facts) is wanted:
                return
            match test:
                case Is():
                    facts[test.fact] = test.truth is wanted
                case OneOf() if wanted:
                    facts[test.fact] = self._random.choice(test.words)
                case AtLeast() | AtMost() if wanted:
                    facts[test.fact] = test.number
                case AtLeastFact() | AtMostFact() if wanted:
                    facts[test.fact] = facts[test.other]
                case Questioned():
                    facts[test.fact] = frozenset({test.paragraph} if wanted else ())
                case OneOf() | NotIn() | AtLeast() | AtMost() | AtLeastFact() | AtMostFact():
                    facts[test.fact] = self.value(types[test.fact])
