"""Agreements with one clause dropped or bent, for tests that must notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from servanda.agreement.clause import Allows, Clause, Excludes, Limits, Requires, Ruled
from servanda.agreement.condition import (
    AtLeast,
    AtLeastFact,
    AtMost,
    AtMostFact,
    Is,
    NotIn,
    OneOf,
    Questioned,
    Test,
)
from servanda.agreement.instrument import Instrument

Tests = tuple[Test, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """An agreement that differs in one thing.

    Args:
        what: what was dropped or bent, and where.
        kinds: the kinds whose rulings may differ.
    """

    what: str
    kinds: tuple[str, ...]
    instrument: Instrument


def mutants(instrument: Instrument) -> Iterator[Mutant]:
    """Every clause that rules dropped, and bent in every way; every key of `lasts` that rules likewise."""
    for at, clause in enumerate(instrument.clauses):
        if not isinstance(clause, Ruled):
            continue
        place = f"{clause.paragraph}/{clause.ordinal}"
        for what, bent in (("dropped", None), *_bent(clause)):
            clauses = [*instrument.clauses[:at], *([bent] if bent else []), *instrument.clauses[at + 1 :]]
            # Readers keep what they made of a text by its digest, so each of these has another one.
            digest = f"{instrument.digest} {place} {what}"
            yield Mutant(
                what=f"{place} {what}",
                kinds=clause.kinds,
                instrument=replace(instrument, clauses=tuple(clauses), digest=digest),
            )
    yield from _of_terms(instrument)


def _of_terms(instrument: Instrument) -> Iterator[Mutant]:
    entries = instrument.terms.entries
    for key in ("starts", "survives", "suspendable", "questioned", "never_waits"):
        term = entries[key]
        every = instrument.lexicon.judged()
        without = {name: other for name, other in entries.items() if name != key}
        changed = [(f"lasts {key} dropped", every, without)]
        changed += [
            (f"lasts {key} without {kind}", (kind,), {**entries, key: replace(term, kinds=_without(term.kinds, kind))})
            for kind in term.kinds
        ]
        if key != "never_waits":
            changed.append((f"lasts {key} elsewhere", every, {**entries, key: replace(term, paragraph="1.1")}))
        for what, kinds, kept in changed:
            terms = replace(instrument.terms, entries=MappingProxyType(kept))
            digest = f"{instrument.digest} {what}"
            yield Mutant(what=what, kinds=kinds, instrument=replace(instrument, terms=terms, digest=digest))


def _bent(clause: Allows | Excludes | Requires | Limits) -> Iterator[tuple[str, Clause]]:
    for kind in clause.kinds:
        yield f"without {kind}", replace(clause, kinds=_without(clause.kinds, kind))
    for name in ("when", "that", "unless"):
        for what, tests in _bent_tests(getattr(clause, name, ())):
            yield f"{name} {what}", replace(clause, **{name: tests})
    if isinstance(clause, Limits):
        for what, tests in _bent_tests((clause.ceiling,)):
            if tests:
                yield f"ceiling {what}", replace(clause, ceiling=tests[0])


def _bent_tests(tests: Tests) -> Iterator[tuple[str, Tests]]:
    for at, test in enumerate(tests):
        yield f"without {test.fact}", (*tests[:at], *tests[at + 1 :])
        for what, bent in _bent_test(test):
            yield f"{test.fact} {what}", (*tests[:at], bent, *tests[at + 1 :])


def _bent_test(test: Test) -> Iterator[tuple[str, Test]]:
    match test:
        case Is():
            yield "turned round", replace(test, truth=not test.truth)
        case OneOf() | NotIn():
            for word in test.words:
                yield f"without {word}", replace(test, words=tuple(other for other in test.words if other != word))
        case AtLeast() | AtMost():
            yield "one more", replace(test, number=test.number + 1)
            yield "one less", replace(test, number=test.number - 1)
        case AtLeastFact():
            yield "turned round", AtMostFact(fact=test.fact, other=test.other)
        case AtMostFact():
            yield "turned round", AtLeastFact(fact=test.fact, other=test.other)
        case Questioned():
            raise AssertionError("no clause asks it")


def _without(kinds: tuple[str, ...], kind: str) -> tuple[str, ...]:
    return tuple(other for other in kinds if other != kind)
