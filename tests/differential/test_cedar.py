"""The evaluator and Cedar read the same rules: outcome, ground and every cited paragraph are the same.

The evaluator is what clauses mean. Cedar reads what `policy/cedar` writes, and must rule alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from servanda.act.kind import kinds
from servanda.act.ruling import Ground, Refusal
from servanda.agreement.instrument import Instrument, load
from servanda.agreement.vocabulary import Answer, FactType, facts_of
from servanda.policy.facts import wrong
from servanda.policy.rules import rules
from tests.cases import PACTS, Case, Cases, pact, source
from tests.differential.aimed import Aimed, Coverage
from tests.differential.readers import Cedar, cedar_of, compare, ours

LEAST, LEAST_LONG = 20_000, 200_000
EACH, EACH_LONG = 400, 4_000
PARTS = tuple(
    (name, domain)
    for name in PACTS
    for domain in dict.fromkeys(kinds()[kind].domain for kind in pact(name).lexicon.judged())
)


def kinds_of(name: str, domain: str) -> tuple[str, ...]:
    """The kinds of one domain that the clauses of a text rule on."""
    return tuple(kind for kind in pact(name).lexicon.judged() if kinds()[kind].domain == domain)


def alike(name: str, domain: str, each: int, counted: Any) -> None:
    """So many cases of each kind: the readers agree on all, and every rule is reached both ways."""
    instrument, asked = pact(name), kinds_of(name, domain)
    coverage = Coverage(instrument, asked)
    cases = (case for kind in asked for case in Aimed(instrument, seed=20_300_201).of(kind, each))
    found = compare(instrument, cases, coverage.take)
    counted(
        "counted",
        f"Cedar, {name}, {domain}: {len(asked)} kinds, {found}; {coverage.rules} rules reached both ways, "
        f"{coverage.points:,} points",
    )
    assert found.different == []
    assert coverage.missing() == []
    assert found.cases >= each * len(asked)
    # A consultation is open to anyone at any time in force, so nothing of it is ever silent.
    assert set(found.outcomes) == {"permit", "forbidden"} | ({"silent"} if domain != "agreement" else set())


@pytest.mark.parametrize(("name", "domain"), PARTS)
def test_the_two_readers_rule_alike(name: str, domain: str, record_property: Any) -> None:
    alike(name, domain, EACH, record_property)


@pytest.mark.long
@pytest.mark.parametrize(("name", "domain"), PARTS)
def test_the_two_readers_rule_alike_on_ten_times_as_many(name: str, domain: str, record_property: Any) -> None:
    alike(name, domain, EACH_LONG, record_property)


def test_every_kind_and_every_rule_has_its_part(record_property: Any) -> None:
    """The parts together are every kind of both texts, and so at least as many cases as are promised."""
    asked = [(name, kind) for name, domain in PARTS for kind in kinds_of(name, domain)]
    assert sorted(asked) == sorted((name, kind) for name in PACTS for kind in pact(name).lexicon.judged())
    record_property(
        "counted",
        f"Cedar, both texts: {len(asked)} kinds in {len(PARTS)} parts, at least {len(asked) * EACH:,} cases, "
        f"with --long {len(asked) * EACH_LONG:,} more",
    )
    assert len(asked) * EACH >= LEAST
    assert len(asked) * EACH_LONG >= LEAST_LONG
    for name in PACTS:
        spoken_of = {rule.name for rule in rules(pact(name)) if set(rule.kinds) & {kind for _, kind in asked}}
        assert spoken_of == {rule.name for rule in rules(pact(name))}


@pytest.mark.parametrize("name", PACTS)
def test_a_clause_for_one_party_reads_alike(name: str) -> None:
    """No clause of the example texts speaks of one Party, so clauses of every form that can are made to."""
    text = source(name)
    for form, party in (("excludes", "JP"), ("requires", "KR"), ("limits", "JP")):
        text = text.replace(f"```clause\n{form}:\n", f"```clause\n{form}:\n  by: {party}\n")
    for kind in ("intelligence.report.request", "rescue.lead.pass", "logistics.item.pass", "peacekeeping.mission.join"):
        text = text.replace(f"allows:\n  kinds: [{kind}]\n", f"allows:\n  by: KR\n  kinds: [{kind}]\n")
    instrument = load(text, path=name)
    coverage = Coverage(instrument, instrument.lexicon.judged())
    drawn = Aimed(instrument, seed=7)
    found = compare(
        instrument, (case for kind in instrument.lexicon.judged() for case in drawn.of(kind, 40)), coverage.take
    )
    assert found.different == []
    assert coverage.missing() == []
    assert set(found.outcomes) == {"permit", "forbidden", "silent"}


@pytest.mark.parametrize("name", PACTS)
def test_what_cannot_be_judged_gives_no_decision(name: str, record_property: Any) -> None:
    """Each fact of each kind missing, once too often, of every other type, of no known word: neither reader decides."""
    instrument = pact(name)
    spoilt = [
        each for kind in instrument.lexicon.judged() for each in spoil(instrument, Cases(instrument, seed=11), kind)
    ]
    theirs = cedar_of(instrument).rule([case for _, _, case in spoilt])
    decided = [
        (way, case, one, other)
        for (way, fact, case), other in zip(spoilt, theirs, strict=True)
        if (one := ours(instrument, case)) != Refusal(ground=Ground.UNJUDGEABLE, missing=(fact,))
        or other != Refusal(ground=Ground.UNJUDGEABLE)
    ]
    ways = Counter(way for way, _, _ in spoilt)
    record_property("counted", f"Cedar, {name}: {len(spoilt):,} cases that cannot be judged, {len(decided)} decided")
    assert decided == []
    assert set(ways) == {"missing", "surplus", "wrong type", "unknown word", "unknown paragraph"}


@pytest.mark.parametrize("name", PACTS)
def test_an_author_who_is_no_party_is_permitted_nothing(name: str) -> None:
    instrument = pact(name)
    cases = [
        Case(kind=kind, author=author, facts=Cases(instrument, seed=3).permitted(kind, "KR"))
        for kind in instrument.lexicon.judged()
        for author in ("US", "kr", "")
    ]
    assert {*Cedar(instrument).rule(cases)} == {Refusal(ground=Ground.UNJUDGEABLE)}
    assert {ours(instrument, case) for case in cases} == {Refusal(ground=Ground.SILENT)}


def spoil(instrument: Instrument, drawn: Cases, kind: str) -> Iterator[tuple[str, str, Case]]:
    """A permitted set with one fact spoilt, in every way for every fact: way, fact at fault, set."""
    for name, fact in facts_of(kind).items():
        author = "KR" if len(name) % 2 else "JP"
        facts = drawn.permitted(kind, author)
        assert wrong(kind, facts, instrument) == ()
        without = {other: value for other, value in facts.items() if other != name}
        yield "missing", name, Case(kind=kind, author=author, facts=without)
        surplus = f"{name}_once"
        yield "surplus", surplus, Case(kind=kind, author=author, facts={**facts, surplus: facts[name]})
        for way, value in _no_answers(fact):
            yield way, name, Case(kind=kind, author=author, facts={**facts, name: value})


def _no_answers(fact: FactType) -> Iterator[tuple[str, Any]]:
    """Values that are no answer to a fact, all of which JSON can hold."""
    match fact.answer:
        case Answer.BOOL:
            yield from (("wrong type", value) for value in ("true", 1, 0, frozenset()))
        case Answer.INT:
            yield from (("wrong type", value) for value in ("1", True, frozenset()))
        case Answer.WORD:
            yield from (("unknown word", value) for value in ("no_such_word", "", fact.name.upper()))
            yield from (("wrong type", value) for value in (False, 0, frozenset()))
        case Answer.PARAGRAPHS:
            yield from (("unknown paragraph", frozenset({number})) for number in ("99.9", "1", ""))
            yield from (("wrong type", value) for value in ("1.1", True, 1))
