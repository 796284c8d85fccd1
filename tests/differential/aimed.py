"""Cases aimed at every rule of an agreement, both ways, and a count of what they reached.

A rule is met and missed on purpose: every one of its tests true, and each false while the others hold; every word that
a fact knows, and every number that a test names with those beside it. All else is as a permitted act has it. Then
permitted acts follow with one fact changed, so that what decides is one fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from random import Random

from servanda.act.ruling import Permit, Ruling
from servanda.agreement.condition import AtLeast, AtLeastFact, AtMost, AtMostFact, FactValue, NotIn, OneOf, Test, holds
from servanda.agreement.instrument import Instrument
from servanda.agreement.vocabulary import Answer, FactType, facts_of
from servanda.policy.rules import Effect, Rule, rules_of
from tests.cases import Case, Cases, Facts

GROUPS = ("when", "that", "unless")
BASES = 6
FLIPS = 4

Asked = tuple[str, int]
"""One test of a rule: its group, and its place in the group."""


class Aimed:
    """Cases of one agreement, each drawn once."""

    def __init__(self, instrument: Instrument, *, seed: int) -> None:
        self.instrument = instrument
        self._random = Random(seed)
        self._cases = Cases(instrument, seed=seed)

    def of(self, kind: str, least: int) -> Iterator[Case]:
        """At least so many different cases of a kind: all that are aimed, then as many as are wanting."""
        drawn: set[tuple[str, frozenset[tuple[str, FactValue]]]] = set()
        for case in self._stream(kind):
            if case is None:
                if len(drawn) >= least:
                    return
                continue
            key = (case.author, frozenset(case.facts.items()))
            if key not in drawn:
                drawn.add(key)
                yield case

    def _stream(self, kind: str) -> Iterator[Case | None]:
        """Cases without end; None where it may end."""
        for rule in rules_of(self.instrument, kind):
            yield from self._at(rule, kind)
        while True:
            yield None
            author = self._author()
            facts = self._cases.permitted(kind, author)
            yield Case(kind=kind, author=author, facts=facts)
            for _ in range(FLIPS):
                yield self._flipped(kind, author, facts)
            yield self._cases.of(kind)

    def _flipped(self, kind: str, author: str, facts: Facts) -> Case:
        rules = rules_of(self.instrument, kind)
        asked = sorted({test.fact for rule in rules for test in (*rule.when, *rule.that, *rule.unless)})
        name = self._random.choice(asked if self._random.random() < 0.9 else sorted(facts))
        value = facts[name]
        for _ in range(5):
            value = self._cases.value(facts_of(kind)[name])
            if value != facts[name]:
                break
        return Case(kind=kind, author=author, facts={**facts, name: value})

    def _at(self, rule: Rule, kind: str) -> Iterator[Case]:
        """Cases aimed at one rule: each wish of it, within facts that are permitted otherwise where that can be."""
        for wanted, fixed, meant in wishes(rule, facts_of(kind), self._values):
            settled = self._settled(rule, kind, wanted, fixed)
            if settled is not None:
                parties = [party for party in self.instrument.parties if rule.by is None or (party == rule.by) is meant]
                yield self._within(rule, kind, self._random.choice(parties), settled)

    def _within(self, rule: Rule, kind: str, author: str, settled: Facts) -> Case:
        """The settled facts in a set that no other rule forbids, as far as a few tries go."""
        best: tuple[int, Facts] | None = None
        for _ in range(BASES):
            facts = {**self._cases.permitted(kind, author), **settled}
            others = sum(
                other.effect is Effect.FORBID and other is not rule and other.applies(author, facts)
                for other in rules_of(self.instrument, kind)
            )
            if best is None or others < best[0]:
                best = (others, facts)
            if others == 0:
                break
        assert best is not None
        return Case(kind=kind, author=author, facts=best[1])

    def _settled(self, rule: Rule, kind: str, wanted: Mapping[Asked, bool], fixed: Facts) -> Facts | None:
        """Values of the facts a rule asks, so that its tests come out as wanted; None where none do."""
        types = facts_of(kind)
        asks = [(test, wanted[asked]) for asked, test in asked_of(rule) if asked in wanted]
        names = sorted({name for test, _ in asks for name in _named(test)} | fixed.keys())
        options = []
        for name in names:
            alone = [(test, truth) for test, truth in asks if _named(test) == (name,)]
            values = [fixed[name]] if name in fixed else list(self._values(types[name]))
            self._random.shuffle(values)
            options.append(
                [value for value in values if all(holds(test, {name: value}) is truth for test, truth in alone)]
            )
        for values in product(*options):
            facts = dict(zip(names, values, strict=True))
            if all(holds(test, facts) is truth for test, truth in asks):
                return facts
        return None

    def _values(self, fact: FactType) -> Sequence[FactValue]:
        """The values of a fact that tests tell apart: all of its words; each number named, and those beside it."""
        match fact.answer:
            case Answer.BOOL:
                return (True, False)
            case Answer.WORD:
                return self.instrument.values(fact)
            case Answer.INT:
                near = {at + step for at in self._numbers(fact.unit) for step in (-1, 0, 1)}
                return sorted(number for number in near | {fact.least, fact.most} if fact.least <= number <= fact.most)
            case Answer.PARAGRAPHS:
                numbers = sorted(self.instrument.paragraphs)
                return (frozenset(), *(frozenset({number}) for number in numbers), frozenset(numbers))

    def _numbers(self, unit: str) -> set[int]:
        """Every number that a test asks of a fact with this unit."""
        found: set[int] = set()
        for kind in self.instrument.lexicon.judged():
            types = facts_of(kind)
            for rule in rules_of(self.instrument, kind):
                for _, test in asked_of(rule):
                    if types[test.fact].unit == unit:
                        found |= _numbers_in(test)
        return found

    def _author(self) -> str:
        return self._random.choice(tuple(self.instrument.parties))


def asked_of(rule: Rule) -> tuple[tuple[Asked, Test], ...]:
    """Every test of a rule with its place."""
    return tuple(((group, at), test) for group in GROUPS for at, test in enumerate(getattr(rule, group)))


def wishes(
    rule: Rule, types: Mapping[str, FactType], values: Callable[[FactType], Sequence[FactValue]]
) -> Iterator[tuple[Mapping[Asked, bool], Facts, bool]]:
    """What is wanted of a rule's tests, facts that are fixed, and whether the act is of the Party it speaks of."""
    places = asked_of(rule)
    bites = {asked: asked[0] == "when" or asked[1] != 0 for asked, _ in places}
    met = {asked: True for asked, _ in places}
    yield bites, {}, True
    if rule.by is not None:
        yield bites, {}, False
    for group in GROUPS:
        inside = [asked for asked, _ in places if asked[0] == group]
        if not inside:
            continue
        yield {**bites, **dict.fromkeys(inside, True)}, {}, True
        for alone in inside:
            yield {**bites, **{asked: asked != alone for asked in inside}}, {}, True
    yield met, {}, True
    for place, test in places:
        others = {asked: truth for asked, truth in bites.items() if asked[0] != place[0]}
        beside = {asked: True for asked, _ in places if asked[0] == place[0] and asked != place}
        for name in _named(test):
            for value in values(types[name]) if types[name].answer is not Answer.PARAGRAPHS else ():
                yield {**others, **beside}, {name: value}, True


class Coverage:
    """What cases have reached: each rule deciding and not, each of its tests true, false, and false alone."""

    def __init__(self, instrument: Instrument, kinds: Sequence[str]) -> None:
        self.instrument = instrument
        self.unreached = {
            kind: {(rule.name, what) for rule in rules_of(instrument, kind) for what in _to_reach(rule)}
            for kind in kinds
        }
        self.rules = len({rule.name for kind in kinds for rule in rules_of(instrument, kind)})
        self.points = sum(map(len, self.unreached.values()))

    def take(self, case: Case, ruling: Ruling) -> None:
        unreached = self.unreached[case.kind]
        if unreached:
            rules = rules_of(self.instrument, case.kind)
            unreached -= {(rule.name, what) for rule in rules for what in _reached(rule, case, ruling)}

    def missing(self) -> list[tuple[str, str, str]]:
        return sorted((kind, name, what) for kind, found in self.unreached.items() for name, what in found)


def _to_reach(rule: Rule) -> Iterator[str]:
    yield from ("decides", "does not decide")
    if rule.by is not None:
        yield from ("author meant", "author not meant")
    for (group, at), test in asked_of(rule):
        for what in ("true", "false", "false alone"):
            yield f"{group} {at} {test.fact} {what}"


def _reached(rule: Rule, case: Case, ruling: Ruling) -> Iterator[str]:
    applies = rule.applies(case.author, case.facts)
    if applies and (rule.effect is Effect.FORBID or isinstance(ruling, Permit)):
        # What decides is cited, and nothing is said to decide that is not.
        assert rule.paragraph in ruling.cites, (rule.name, case, ruling)
        yield "decides"
    else:
        yield "does not decide"
    if rule.by is not None:
        yield "author meant" if rule.by == case.author else "author not meant"
    for group in GROUPS:
        truths = [holds(test, case.facts) for test in getattr(rule, group)]
        for at, test in enumerate(getattr(rule, group)):
            yield f"{group} {at} {test.fact} {'true' if truths[at] else 'false'}"
            if not truths[at] and truths.count(False) == 1:
                yield f"{group} {at} {test.fact} false alone"


def _named(test: Test) -> tuple[str, ...]:
    """The facts that a test asks."""
    return (test.fact, test.other) if isinstance(test, AtLeastFact | AtMostFact) else (test.fact,)


def _numbers_in(test: Test) -> set[int]:
    if isinstance(test, AtLeast | AtMost):
        return {test.number}
    if isinstance(test, OneOf | NotIn):
        return {word for word in test.words if isinstance(word, int)}
    return set()
