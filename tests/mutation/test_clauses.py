"""Dropping or bending any clause of either example text is noticed.

By a ruling or its cites, by a duty, by a date or phase, by what is proved; or by the reader, which complains.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import z3

from servanda.agreement.instrument import Instrument, load
from servanda.base.errors import AgreementError
from servanda.policy.prove.symbols import Symbols
from servanda.policy.rules import Effect, Rule, rules_of
from tests.cases import PACTS, pact, source
from tests.mutation import pinned
from tests.mutation.bending import Mutant, Rewritten, defined, dropped, duties, promises, ruled, timed
from tests.mutation.pinned import Pinned, differs, owings, read, told

# Bent, and yet the same in every ruling and every cite: nothing can show these.
SAME = {
    "kr-jp-a": {
        # `holds: always` keeps these two from waiting as well.
        "lasts never_waits without rescue.case.open",
        "lasts never_waits without rescue.sighting.lodge",
    },
    "kr-jp-b": {
        # The other clause of 4.6 closes every reason that this test leaves out, under the same paragraph.
        "4.6/1 when without reason",
    },
}
# Bent, and no act is ruled on, dated or owed otherwise: only what stands in the text tells.
WORDS_ONLY = {
    "kr-jp-a": {
        # That a text is changed jointly is what life.8 and life.12 ask of every text, whether or not it says so.
        "changes dropped",
        # No clause asks for the lowest step; facts state levels by their numbers, whose bounds the vocabulary has.
        "level without unclassified: 0",
        "level with unclassified: -1",
    },
    "kr-jp-b": {
        # As above; the paragraph has a duty besides.
        "changes dropped",
        "13.5 dropped: lasts: changes: joint",
        # What an arrangement may hold is said of arrangements, which are no acts; no clause asks it.
        "arrangement_form undefined",
        "arrangement_form without excludes",
        "arrangement_form without requires",
        "arrangement_form without limits",
        "arrangement_form without owes",
    },
}


def concerning(name: str, mutant: Mutant) -> Sequence[Pinned]:
    """The rulings written down for the kinds a bent clause speaks of, those that cite its paragraph first."""
    paragraph = mutant.what.partition("/")[0]
    found = [each for each in pinned.rulings(name) if each.case.kind in mutant.kinds]
    return sorted(found, key=lambda each: paragraph not in each.ruling[2])


def lives_differ(name: str, text: Instrument) -> bool:
    """Whether anything follows from the events of a timeline that is not written down."""
    return any(told(text, each) != each["expected"] for each in pinned.timelines(name))


@pytest.mark.parametrize("name", PACTS)
def test_what_is_written_down_is_what_the_text_says(name: str) -> None:
    whole = read(name, source(name))
    kept = pinned.kept(name)
    assert [each for each in pinned.rulings(name) if differs(whole, [each])] == []
    assert owings(whole, dict.fromkeys(row["after"] for row in kept["duties"])) == kept["duties"]
    assert pinned.promises(whole) == kept["promises"]
    assert pinned.terms(whole) == kept["terms"]
    assert [[word, listed] for word, listed in pinned.words(whole).items()] == kept["words"]
    timelines = pinned.timelines(name)
    assert [told(whole, each) for each in timelines] == [each["expected"] for each in timelines]


@pytest.mark.parametrize("name", PACTS)
def test_every_bent_rule_changes_a_ruling(name: str, record_property: Any) -> None:
    bent = list(ruled(pact(name)))
    unseen = {mutant.what for mutant in bent if not differs(mutant.instrument, concerning(name, mutant))}
    count(record_property, name, "rules", len(bent), {"by a ruling": len(bent) - len(unseen), "the same": len(unseen)})
    assert unseen == SAME[name]


@pytest.mark.parametrize("name", PACTS)
def test_every_bent_duty_is_owed_otherwise(name: str, record_property: Any) -> None:
    rows = pinned.kept(name)["duties"]
    bent = list(duties(pact(name)))
    unseen = [
        mutant.what
        for mutant in bent
        if owings(mutant.instrument, dict.fromkeys(row["after"] for row in rows if row["after"] in mutant.kinds))
        == [row for row in rows if row["after"] in mutant.kinds]
    ]
    count(record_property, name, "duties", len(bent), {"by what is owed": len(bent) - len(unseen)})
    assert unseen == []


@pytest.mark.parametrize("name", PACTS)
def test_every_bent_promise_is_another_proof(name: str, record_property: Any) -> None:
    """Another scope: kinds, facts or phases of which something is proved."""
    scope = pinned.kept(name)["promises"]
    bent = list(promises(pact(name)))
    unseen = [mutant.what for mutant in bent if pinned.promises(mutant.instrument) == scope]
    count(record_property, name, "promises", len(bent), {"by the scope of a proof": len(bent) - len(unseen)})
    assert unseen == []


@pytest.mark.parametrize("name", PACTS)
def test_every_bent_key_of_time_changes_a_life(name: str, record_property: Any) -> None:
    terms = pinned.kept(name)["terms"]

    def by_life(bent: Rewritten) -> str:
        try:
            text = read(name, bent.source)
        except AgreementError:
            return "by the reader"
        if lives_differ(name, text):
            return "by a life"
        assert pinned.terms(text) != terms, bent.what
        return "by the text"

    noticed(name, "keys of time", list(timed(source(name))), by_life, record_property)


@pytest.mark.parametrize("name", PACTS)
def test_every_bent_word_is_noticed(name: str, record_property: Any) -> None:
    words = pinned.kept(name)["words"]

    def by_word(bent: Rewritten) -> str:
        try:
            text = load(bent.source, path=name)
        except AgreementError:
            return "by the reader"
        if differs(text, pinned.rulings(name)):
            return "by a ruling"
        assert [[word, listed] for word, listed in pinned.words(text).items()] != words, bent.what
        return "by the text"

    noticed(name, "words", list(defined(source(name))), by_word, record_property)


@pytest.mark.parametrize("name", PACTS)
def test_every_dropped_block_is_noticed(name: str, record_property: Any) -> None:
    """Whatever its form, a note that a paragraph is words only included."""
    kept = pinned.kept(name)
    blocks = list(dropped(source(name)))

    def by_block(bent: Rewritten) -> str:
        try:
            text = load(bent.source, path=name)
        except AgreementError:
            return "by the reader"
        if differs(text, pinned.rulings(name)):
            return "by a ruling"
        if owings(text, dict.fromkeys(row["after"] for row in kept["duties"])) != kept["duties"]:
            return "by what is owed"
        if pinned.promises(text) != kept["promises"]:
            return "by the scope of a proof"
        if lives_differ(name, read(name, bent.source)):
            return "by a life"
        assert pinned.terms(text) != kept["terms"], bent.what
        return "by the text"

    assert len(blocks) == len(pact(name).clauses)
    noticed(name, "blocks", blocks, by_block, record_property)


@pytest.mark.parametrize("name", PACTS)
def test_what_no_ruling_shows_is_the_same_for_every_possible_act(name: str) -> None:
    """Proved for all facts and both authors: the same paragraphs forbid, and where none does the same ones permit."""
    whole = pact(name)
    unseen = [mutant for mutant in ruled(whole) if mutant.what in SAME[name]]
    assert len(unseen) == len(SAME[name])
    assert [
        mutant.what for mutant in unseen for kind in mutant.kinds if not alike(whole, mutant.instrument, kind)
    ] == []


def test_acts_that_are_ruled_otherwise_are_told_apart() -> None:
    """The proof above can fail: it does so for clauses that rulings show to be bent."""
    whole = pact("kr-jp-b")
    bent = [
        mutant for mutant in ruled(whole) if mutant.what.startswith(("4.6/", "7.2/")) and "by None" not in mutant.what
    ]
    same = {mutant.what for mutant in bent if all(alike(whole, mutant.instrument, kind) for kind in mutant.kinds)}
    assert len(bent) > 20
    assert same == SAME["kr-jp-b"]


def alike(one: Instrument, other: Instrument, kind: str) -> bool:
    """Whether two texts rule on every possible act of a kind alike, cites included."""
    symbols = Symbols(kind, (one, other))
    forbid = [_by_paragraph(symbols, text, kind, Effect.FORBID) for text in (one, other)]
    permit = [_by_paragraph(symbols, text, kind, Effect.PERMIT) for text in (one, other)]
    solver = z3.Solver()
    solver.add(symbols.bounds(), symbols.typed(one))
    solver.add(z3.Or(_differ(*forbid), z3.And(z3.Not(z3.Or(*forbid[0].values())), _differ(*permit))))
    return bool(solver.check() == z3.unsat)


def _by_paragraph(symbols: Symbols, text: Instrument, kind: str, effect: Effect) -> dict[str, Any]:
    """For each paragraph the acts on which it has this effect."""
    found: dict[str, list[Any]] = {}
    for rule in rules_of(text, kind):
        if rule.effect is effect:
            found.setdefault(rule.paragraph, []).append(z3.And(*_applies(symbols, rule)))
    return {paragraph: z3.Or(*acts) for paragraph, acts in found.items()}


def _applies(symbols: Symbols, rule: Rule) -> Iterator[Any]:
    """What `Rule.applies` says, written apart from the prover so that the two are not wrong together."""
    yield symbols.all_of(rule.when)
    if rule.by is not None:
        yield symbols.is_one_of("author", (rule.by,))
    for lifted in (rule.that, rule.unless):
        if lifted:
            yield z3.Not(symbols.all_of(lifted))


def _differ(one: dict[str, Any], other: dict[str, Any]) -> Any:
    never = z3.BoolVal(False)
    return z3.Or(*(z3.Xor(one.get(number, never), other.get(number, never)) for number in {*one, *other}))


def noticed(
    name: str,
    what: str,
    bent: list[Rewritten],
    by: Callable[[Rewritten], str],
    record_property: Any,
) -> None:
    """Each bent source is noticed; what only the text itself shows is argued one by one."""
    ways = {each.what: by(each) for each in bent}
    assert len({each.source for each in bent}) == len(bent)
    count(record_property, name, what, len(bent), Counter(ways.values()))
    only = {each for each, way in ways.items() if way == "by the text"}
    assert only == {each.what for each in bent} & WORDS_ONLY[name]


def count(record_property: Any, name: str, what: str, bent: int, ways: dict[str, int]) -> None:
    record_property(
        "counted", f"bent clauses, {name}, {what}: {bent} bent; {', '.join(f'{n} {way}' for way, n in ways.items())}"
    )
