"""Every possible act of one kind at once: its facts and its author as unknowns, and what clauses say of them.

Rules of this module:
- the unknowns are the facts of a complete set and the author, and nothing else;
- a test means here what it means where it is read (`condition.holds`), and a rule what `rules.Rule.applies` says;
- an act is permitted where its facts are typed under the text, some rule permits and none forbids.

Spec: agreement 5 (tests), 6 (what clauses mean), 7 (what is proved).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, assert_never

import z3

from servanda.act.ruling import paragraph_order
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
)
from servanda.agreement.instrument import Instrument
from servanda.agreement.vocabulary import Answer, FactType, facts_of
from servanda.policy.rules import Effect, Rule, rules_of

AUTHOR: Final = "author"
"""The unknown that stands for the Party whose act it is."""

Formula = Any
"""A formula of the solver, whose types it does not state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One act, as its facts are stated."""

    kind: str
    author: str
    facts: Mapping[str, FactValue]


class Symbols:
    """The facts of a kind as unknowns, under one text or several that are compared.

    Args:
        texts: the texts whose words the facts may have; the first two Parties are those of the first.
        questioned: paragraphs that may be questioned; all that any of the texts has where none are named.
    """

    def __init__(self, kind: str, texts: Sequence[Instrument], questioned: Iterable[str] | None = None) -> None:
        self.kind = kind
        self.facts: Mapping[str, FactType] = facts_of(kind)
        self.authors: tuple[str, ...] = tuple(sorted(texts[0].parties))
        self.words: Mapping[str, tuple[str, ...]] = {
            name: tuple(dict.fromkeys(word for text in texts for word in text.values(fact)))
            for name, fact in self.facts.items()
            if fact.answer is Answer.WORD
        }
        paragraphs = {number for text in texts for number in text.paragraphs} if questioned is None else {*questioned}
        self.paragraphs: tuple[str, ...] = tuple(sorted(paragraphs, key=paragraph_order))
        self._unknown: dict[str, Formula] = {AUTHOR: z3.Int(AUTHOR)}
        for name, fact in self.facts.items():
            if fact.answer is Answer.BOOL:
                self._unknown[name] = z3.Bool(name)
            elif fact.answer is not Answer.PARAGRAPHS:
                self._unknown[name] = z3.Int(name)
        self._questioned = {number: z3.Bool(f"questioned {number}") for number in self.paragraphs}
        self._bounds = self._bounded()
        self._applied: dict[Rule, Formula] = {}

    def bounds(self) -> Formula:
        """What every set of facts meets, under whichever of the texts."""
        return self._bounds

    def typed(self, text: Instrument) -> Formula:
        """Facts that this text can judge: words it knows, paragraphs it has."""
        said = []
        for name, fact in self.facts.items():
            known = text.values(fact) if fact.answer is Answer.WORD else ()
            if len(known) < len(self.words.get(name, ())):
                said.append(_among(self._unknown[name], (self.words[name].index(word) for word in known)))
        said += [z3.Not(asked) for number, asked in self._questioned.items() if number not in text.paragraphs]
        return z3.And(said)

    def permitted(self, text: Instrument, fixed: Mapping[str, FactValue] | None = None) -> Formula:
        """Acts that a text permits.

        Args:
            fixed: facts that have this value, whatever they are otherwise.
        """
        rules = rules_of(text, self.kind)
        opening = z3.Or([self.applies(rule) for rule in rules if rule.effect is Effect.PERMIT])
        closing = z3.Or([self.applies(rule) for rule in rules if rule.effect is Effect.FORBID])
        permitted = z3.And(self.typed(text), opening, z3.Not(closing))
        if not fixed:
            return permitted
        return z3.substitute(permitted, *((self._unknown[name], self._value(name, fixed[name])) for name in fixed))

    def permitted_by_one(self, one: Instrument, other: Instrument) -> Formula:
        """Acts that one text permits and the other does not."""
        return z3.And(self.permitted(one), z3.Not(self.permitted(other)))

    def all_of(self, tests: Iterable[Test]) -> Formula:
        """Facts that meet every one of the tests."""
        return z3.And([self.test(test) for test in tests])

    def test(self, test: Test) -> Formula:
        """Facts that meet one test; a word that none of the texts knows is met by none."""
        match test:
            case Is():
                unknown = self._unknown[test.fact]
                return unknown if test.truth else z3.Not(unknown)
            case OneOf():
                return _among(self._unknown[test.fact], self._steps(test.fact, test.words))
            case NotIn():
                return z3.Not(_among(self._unknown[test.fact], self._steps(test.fact, test.words)))
            case AtLeast():
                return self._unknown[test.fact] >= test.number
            case AtMost():
                return self._unknown[test.fact] <= test.number
            case AtLeastFact():
                return self._unknown[test.fact] >= self._unknown[test.other]
            case AtMostFact():
                return self._unknown[test.fact] <= self._unknown[test.other]
            case Questioned():
                return self._questioned.get(test.paragraph, z3.BoolVal(False))
        assert_never(test)

    def is_one_of(self, name: str, values: Iterable[FactValue]) -> Formula:
        """A fact, or the author, that has one of these values."""
        return z3.Or([self._unknown[name] == self._value(name, value) for value in values])

    def between(self, name: str, least: int, most: int) -> Formula:
        """A number within these bounds."""
        return z3.And(self._unknown[name] >= least, self._unknown[name] <= most)

    def is_questioned(self, paragraph: str) -> Formula:
        """A paragraph that stands under a question."""
        return self._questioned[paragraph]

    def instance(self, model: z3.ModelRef) -> Instance:
        """One act of those that a formula describes, as the solver found it."""
        facts: dict[str, FactValue] = {}
        for name, fact in self.facts.items():
            if fact.answer is Answer.PARAGRAPHS:
                asked = (number for number, each in self._questioned.items() if z3.is_true(model.eval(each, True)))
                facts[name] = frozenset(asked)
                continue
            value = model.eval(self._unknown[name], True)
            if fact.answer is Answer.BOOL:
                facts[name] = z3.is_true(value)
            else:
                number = value.as_long()
                facts[name] = number if fact.answer is Answer.INT else self.words[name][number]
        author = self.authors[model.eval(self._unknown[AUTHOR], True).as_long()]
        return Instance(kind=self.kind, author=author, facts=facts)

    def applies(self, rule: Rule) -> Formula:
        """Acts that a rule speaks of."""
        if rule not in self._applied:
            self._applied[rule] = self._speaks(rule)
        return self._applied[rule]

    def _speaks(self, rule: Rule) -> Formula:
        said = [self.test(test) for test in rule.when]
        if rule.by is not None:
            said.append(self.is_one_of(AUTHOR, (rule.by,)) if rule.by in self.authors else z3.BoolVal(False))
        if rule.that:
            said.append(z3.Not(self.all_of(rule.that)))
        if rule.unless:
            said.append(z3.Not(self.all_of(rule.unless)))
        return z3.And(said)

    def _bounded(self) -> Formula:
        said = [_among(self._unknown[AUTHOR], range(len(self.authors)))]
        for name, fact in self.facts.items():
            if fact.answer is Answer.INT:
                said += [self._unknown[name] >= fact.least, self._unknown[name] <= fact.most]
            elif fact.answer is Answer.WORD:
                said.append(_among(self._unknown[name], range(len(self.words[name]))))
        return z3.And(said)

    def _steps(self, name: str, words: Iterable[str | int]) -> Iterable[int]:
        """Words as the solver counts them; those that no text knows fall away."""
        known = self.words.get(name, ())
        for word in words:
            if isinstance(word, int):
                yield word
            elif word in known:
                yield known.index(word)

    def _value(self, name: str, value: FactValue) -> Formula:
        if name == AUTHOR:
            return z3.IntVal(self.authors.index(str(value)))
        if isinstance(value, bool):
            return z3.BoolVal(value)
        return z3.IntVal(value if isinstance(value, int) else self.words[name].index(str(value)))


def _among(unknown: Formula, values: Iterable[int]) -> Formula:
    steps = sorted(values)
    if len(steps) > 2 and steps[-1] - steps[0] == len(steps) - 1:
        return z3.And(unknown >= steps[0], unknown <= steps[-1])
    return z3.Or([unknown == value for value in steps])
