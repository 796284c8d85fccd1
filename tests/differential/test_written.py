"""The evaluator and Cedar on agreements written by chance: they rule alike on every form in every shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from servanda.agreement.condition import Test
from servanda.agreement.instrument import Instrument
from servanda.policy.rules import Rule, rules
from tests.cases import Case, Cases
from tests.differential.aimed import Aimed
from tests.differential.readers import Compared, compare
from tests.differential.writing import Writer, written

TEXTS, TEXTS_LONG = 60, 300
EACH = 60


def cases(instrument: Instrument, seed: int) -> Iterator[Case]:
    """So many cases of a text: half of them aimed at its rules, half drawn."""
    judged = instrument.lexicon.judged()
    aimed = [Aimed(instrument, seed=seed).of(kind, EACH) for kind in judged]
    for at in range(EACH // 2):
        yield next(aimed[at % len(judged)])
    yield from Cases(instrument, seed=seed).draw(EACH // 2)


def alike(seeds: range, counted: Any) -> Counter[str]:
    """Both readers on each text; what is seen of shapes, by how many rules."""
    together, shapes = Compared(), Counter[str]()
    texts: list[int] = []
    for seed in seeds:
        instrument = written(seed)
        found = compare(instrument, cases(instrument, seed))
        assert found.cases == EACH
        together.outcomes += found.outcomes
        together.different += found.different
        texts += [seed] if found.different else []
        shapes.update(shape for rule in rules(instrument) for shape in shapes_of(rule))
    counted("counted", f"Cedar, {len(seeds)} agreements written by chance: {together}")
    assert together.different == [], Writer(texts[0]).source()
    assert all(together.outcomes[outcome] > len(seeds) for outcome in ("permit", "forbidden", "silent"))
    return shapes


def shapes_of(rule: Rule) -> Iterator[str]:
    """What is seldom or never in the example texts, as far as a rule has it."""
    tests: tuple[Test, ...] = (*rule.when, *rule.that, *rule.unless)
    yield f"{rule.form}"
    yield from (type(test).__name__ for test in tests)
    if rule.by is not None:
        yield f"by, {rule.form}"
    if len({test.fact for test in tests}) < len(tests):
        yield "a fact twice"
    if rule.when and rule.that and rule.unless:
        yield "when, that and unless"
    if len({kind.partition(".")[0] for kind in rule.kinds}) > 1:
        yield "several domains"
    if any(isinstance(word, int) for test in tests for word in getattr(test, "words", ())):
        yield "numbers listed"


def test_agreements_written_by_chance_read_alike(record_property: Any) -> None:
    shapes = alike(range(TEXTS), record_property)
    asked = ("Is", "OneOf", "NotIn", "AtLeast", "AtMost", "AtLeastFact", "AtMostFact", "Questioned")
    forms = ("allows", "excludes", "requires", "limits", "lasts")
    spoken = tuple(f"by, {form}" for form in forms)
    others = ("a fact twice", "when, that and unless", "several domains", "numbers listed")
    assert set(shapes) == {*asked, *forms, *spoken, *others}


@pytest.mark.long
def test_many_more_agreements_written_by_chance_read_alike(record_property: Any) -> None:
    alike(range(TEXTS, TEXTS + TEXTS_LONG), record_property)
