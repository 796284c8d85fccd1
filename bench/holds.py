"""How long it takes to prove what an agreement promises of all its clauses together.

Peer: the judge asked about every act, as far as any clause tells acts apart: every word and truth of the facts that
the rules of a kind or the invariant ask, of numbers those on either side of each that is named, or all of them where
they are few. It answers the same question without a solver, and must come to the same answer. An order has too many
such acts to count through, so the two are compared over the invariants and kinds that have at most so many; for whole
agreements there is no peer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from math import prod

from bench.harness import Figure, beside, rate
from servanda.act.ruling import Permit
from servanda.agreement.clause import Always, Holds, Never, SameIn
from servanda.agreement.condition import AtLeast, AtMost, FactValue, Questioned, Test, all_hold
from servanda.agreement.instrument import Instrument
from servanda.agreement.vocabulary import Answer, FactType, facts_of
from servanda.policy.judge import judge
from servanda.policy.prove import invariants, prove, telling
from servanda.policy.rules import rules_of
from tests.cases import PACTS, pact

ACTS_MAX = 20_000
NUMBERS_MAX = 10
RUNS = 3

Facts = Mapping[str, FactValue]


def run() -> Iterator[Figure]:
    """The figures of this bench."""
    for name in PACTS:
        yield whole(name, pact(name))
    for name in PACTS:
        yield counted_through(name, pact(name))


def whole(name: str, text: Instrument) -> Figure:
    """Every invariant of an agreement for every kind that it names."""
    promised = sum(len(invariant.kinds) for invariant in invariants(text))

    def ours() -> int:
        return len([proof for proof in prove(text) if _held(proof.proved)])

    return rate(f"invariants of {name}, over {promised} kinds", ours, of="invariants", runs=RUNS)


def counted_through(name: str, text: Instrument) -> Figure:
    """Those of them whose acts can be counted through."""
    feasible = [(each, kind) for each in invariants(text) for kind in each.kinds if _acts(each, kind, text) <= ACTS_MAX]
    narrowed = tuple(replace(each, kinds=(kind,)) for each, kind in feasible)
    few = replace(text, clauses=(*(clause for clause in text.clauses if not isinstance(clause, Holds)), *narrowed))

    def ours() -> int:
        return len([proof for proof in prove(few) if _held(proof.proved)])

    def theirs() -> int:
        return len([each for each, kind in feasible if _held(_holds(each, kind, text))])

    acts = sum(_acts(each, kind, text) for each, kind in feasible)
    figure = f"invariants of {name} for one kind each, {len(feasible)} of at most {ACTS_MAX:,} acts"
    return beside(figure, ours, theirs, of="invariants", named=f"the judge on all {acts:,} acts", runs=RUNS)


def _held(is_so: bool) -> bool:
    if not is_so:
        raise ValueError("an invariant of a published agreement does not hold")
    return True


def _holds(invariant: Holds, kind: str, text: Instrument) -> bool:
    """Whether an invariant holds of a kind, by asking the judge about every act."""
    for author, facts in _every(invariant, kind, text):
        permitted = _permitted(text, kind, author, facts)
        match invariant:
            case Never() if permitted and all_hold(invariant.when, facts):
                return False
            case Always() if facts["phase"] != "not_in_force" and not permitted:
                return False
            case SameIn() if facts["phase"] == invariant.phases[0]:
                others = ({**facts, "phase": phase} for phase in invariant.phases[1:])
                if any(_permitted(text, kind, author, other) is not permitted for other in others):
                    return False
    return True


def _permitted(text: Instrument, kind: str, author: str, facts: Facts) -> bool:
    return isinstance(judge(text, kind, [facts], author=author), Permit)


def _acts(invariant: Holds, kind: str, text: Instrument) -> int:
    return len(text.parties) * prod(map(len, _told_apart(invariant, kind, text).values()))


def _every(invariant: Holds, kind: str, text: Instrument) -> Iterator[tuple[str, Facts]]:
    values = _told_apart(invariant, kind, text)
    rest = {name: _values(fact, text)[0] for name, fact in facts_of(kind).items() if name not in values}
    for author in text.parties:
        for chosen in product(*values.values()):
            yield author, {**rest, **dict(zip(values, chosen, strict=True))}


def _told_apart(invariant: Holds, kind: str, text: Instrument) -> dict[str, tuple[FactValue, ...]]:
    """Fact -> its values, for every fact that a rule of the kind or the invariant asks; the phase always."""
    tests = tuple(telling(rules_of(text, kind), invariant))
    asked = {name for test in tests for name in (test.fact, getattr(test, "other", test.fact))}
    questioned = {test.paragraph for test in tests if isinstance(test, Questioned)}
    found: dict[str, tuple[FactValue, ...]] = {}
    for name, fact in facts_of(kind).items():
        if fact.answer is Answer.PARAGRAPHS:
            found[name] = (frozenset[str](), *(frozenset({number}) for number in sorted(questioned)))
        elif name in asked or name == "phase":
            found[name] = _values(fact, text, tests)
    return found


def _values(fact: FactType, text: Instrument, tests: tuple[Test, ...] = ()) -> tuple[FactValue, ...]:
    match fact.answer:
        case Answer.BOOL:
            return (False, True)
        case Answer.WORD:
            return text.values(fact)
        case Answer.INT if fact.most - fact.least <= NUMBERS_MAX:
            return tuple(range(fact.least, fact.most + 1))
        case Answer.INT:
            named = {test.number for test in tests if isinstance(test, AtLeast | AtMost)}
            near = {number + step for number in named for step in (-1, 0, 1)}
            return tuple(sorted(number for number in {fact.least, *near} if fact.least <= number <= fact.most))
        case Answer.PARAGRAPHS:
            return (frozenset[str](),)
