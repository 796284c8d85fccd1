"""Facts: complete sets are whole, a spoilt one names exactly what is spoilt, and JSON keeps every set."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from servanda.agreement.vocabulary import Answer, facts_of
from servanda.policy.facts import from_json, to_json, wrong
from tests.cases import PACTS, Case, Cases, pact

ANSWERS: dict[Answer, st.SearchStrategy[Any]] = {
    Answer.BOOL: st.integers() | st.text() | st.none(),
    Answer.INT: st.booleans() | st.text() | st.integers(max_value=-1) | st.integers(min_value=2**40) | st.floats(),
    Answer.WORD: st.booleans() | st.integers() | st.text(),
    Answer.PARAGRAPHS: st.text() | st.lists(st.text()) | st.frozensets(st.text(), min_size=1),
}


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, Case]:
    name = draw(st.sampled_from(PACTS))
    instrument = pact(name)
    kind = draw(st.sampled_from(instrument.lexicon.judged()))
    return name, Cases(instrument, seed=draw(st.integers(0, 2**32))).of(kind)


@given(cases(), st.data())
def test_what_is_spoilt_is_named_and_nothing_else(drawn: tuple[str, Case], data: st.DataObject) -> None:
    name, case = drawn
    assert wrong(case.kind, case.facts, pact(name)) == ()
    types = facts_of(case.kind)
    gone = data.draw(st.sets(st.sampled_from(sorted(types))))
    spoilt = data.draw(st.sets(st.sampled_from(sorted(types.keys() - gone)))) if gone != set(types) else set()
    surplus = data.draw(st.sets(st.text().filter(lambda text: text not in types)))
    facts: dict[str, Any] = {fact: value for fact, value in case.facts.items() if fact not in gone}
    for fact in spoilt:
        facts[fact] = data.draw(
            ANSWERS[types[fact].answer].filter(lambda value, fact=fact: value not in values(name, types[fact]))
        )
    facts |= dict.fromkeys(surplus, True)
    assert wrong(case.kind, facts, pact(name)) == tuple(sorted(gone | spoilt | surplus))


def values(name: str, fact: Any) -> tuple[object, ...]:
    """Words that text drawn at random could hit."""
    return pact(name).values(fact) if fact.answer is Answer.WORD else ()


@given(cases())
def test_facts_go_through_json_and_back(drawn: tuple[str, Case]) -> None:
    _, case = drawn
    written = json.dumps(to_json(case.facts))
    assert from_json(json.loads(written)) == case.facts
    assert json.dumps(to_json(from_json(json.loads(written)))) == written
