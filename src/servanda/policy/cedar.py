"""The rules of an agreement in Cedar, for other people's tools: policies and their schema.

Rules of this module:
- every fact is in the request's context and none in an entity store, so a missing or misspelt fact gives no decision;
- a word is an entity of an enumerated type, a number is a Long, a set of paragraphs is a set of entities;
- a rule is one policy for each domain it speaks of, since a fact of one name has another type in each;
- each policy bears the paragraph and form of its rule; what both readers cite can so be compared;
- bounds of numbers are not said here: Cedar has no such type.

Spec: agreement 10 (other readers).
Source: Cedar policy language 4, schema in its own syntax.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from servanda.act.kind import kinds
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
from servanda.agreement.vocabulary import COMMON, Answer, FactType, facts_of
from servanda.policy.rules import Rule, rules

_PARTY, _ACTION, _AGREEMENT, _PARAGRAPH = "Party", "Action", "Agreement", "Paragraph"


def policies(instrument: Instrument) -> str:
    """Every rule of an agreement as Cedar policies, in the order of the rules."""
    written = [
        _policy(rule, domain, instrument)
        for rule in rules(instrument)
        for domain in dict.fromkeys(kinds()[kind].domain for kind in rule.kinds)
    ]
    return "\n\n".join(written) + "\n"


def schema(instrument: Instrument) -> str:
    """What a request may hold, as a Cedar schema: Parties, kinds, and for each kind its complete set of facts."""
    judged = instrument.lexicon.judged()
    facts = {(fact.domain, fact.name): fact for kind in judged for fact in facts_of(kind).values()}
    lines = [
        _enum(_PARTY, sorted(instrument.parties)),
        _enum(_AGREEMENT, [instrument.id]),
        _enum(_PARAGRAPH, instrument.paragraphs),
        *(_enum(_type(fact), instrument.values(fact)) for fact in facts.values() if fact.answer is Answer.WORD),
        *(_action(kind) for kind in judged),
    ]
    return "\n".join(lines) + "\n"


def request(instrument: Instrument, kind: str, facts: Mapping[str, FactValue], *, author: str) -> dict[str, Any]:
    """A Cedar request that asks about one line of an act.

    Args:
        facts: the set of one line; facts of the vocabulary are written by their types, others as they come.
    """
    types = facts_of(kind)
    return {
        "principal": {"type": _PARTY, "id": author},
        "action": {"type": _ACTION, "id": kind},
        "resource": {"type": _AGREEMENT, "id": instrument.id},
        "context": {name: _value(types.get(name), value) for name, value in facts.items()},
    }


def _policy(rule: Rule, domain: str, instrument: Instrument) -> str:
    spoken_of = [kind for kind in rule.kinds if kinds()[kind].domain == domain]
    name = f"{rule.name}/{domain}"
    scope = f"principal == {_entity(_PARTY, rule.by)}" if rule.by else "principal"
    actions = ", ".join(_entity(_ACTION, kind) for kind in spoken_of)
    lines = [
        f"@id({_quoted(name)}) @paragraph({_quoted(rule.paragraph)}) @form({_quoted(rule.form.value)})",
        f"{rule.effect.value} ({scope}, action in [{actions}], resource == {_entity(_AGREEMENT, instrument.id)})",
    ]
    lines.extend(
        f"{word} {{ {_all(tests, spoken_of[0])} }}"
        for word, tests in (("when", rule.when), ("unless", rule.that), ("unless", rule.unless))
        if tests
    )
    return "\n".join(lines) + ";"


def _all(tests: Iterable[Test], kind: str) -> str:
    return " && ".join(_test(test, kind) for test in tests)


def _test(test: Test, kind: str) -> str:
    fact = f"context.{test.fact}"
    match test:
        case Is():
            return fact if test.truth else f"!{fact}"
        case OneOf():
            return f"{_set(test.words, facts_of(kind)[test.fact])}.contains({fact})"
        case NotIn():
            return f"!{_set(test.words, facts_of(kind)[test.fact])}.contains({fact})"
        case AtLeast():
            return f"{fact} >= {test.number}"
        case AtMost():
            return f"{fact} <= {test.number}"
        case AtLeastFact():
            return f"{fact} >= context.{test.other}"
        case AtMostFact():
            return f"{fact} <= context.{test.other}"
        case Questioned():
            return f"{fact}.contains({_entity(_PARAGRAPH, test.paragraph)})"
    assert_never(test)


def _set(words: Iterable[str | int], fact: FactType) -> str:
    return f"[{', '.join(str(word) if isinstance(word, int) else _entity(_type(fact), word) for word in words)}]"


def _enum(name: str, words: Iterable[str]) -> str:
    return f"entity {name} enum [{', '.join(_quoted(word) for word in words)}];"


def _action(kind: str) -> str:
    context = ", ".join(f"{name}: {_context_type(fact)}" for name, fact in facts_of(kind).items())
    applies = f"principal: {_PARTY}, resource: {_AGREEMENT}, context: {{ {context} }}"
    return f"action {_quoted(kind)} appliesTo {{ {applies} }};"


def _context_type(fact: FactType) -> str:
    match fact.answer:
        case Answer.BOOL:
            return "Bool"
        case Answer.INT:
            return "Long"
        case Answer.WORD:
            return _type(fact)
        case Answer.PARAGRAPHS:
            return f"Set<{_PARAGRAPH}>"
    assert_never(fact.answer)


def _type(fact: FactType) -> str:
    """The type of a word: one for each fact and domain, since `place` means one thing at sea and another ashore."""
    domain = "" if fact.domain == COMMON else fact.domain.capitalize()
    return domain + "".join(part.capitalize() for part in fact.name.split("_"))


def _value(fact: FactType | None, value: FactValue) -> Any:
    if isinstance(value, frozenset):
        return [{"__entity": {"type": _PARAGRAPH, "id": number}} for number in sorted(value)]
    if isinstance(value, str) and fact is not None and fact.answer is Answer.WORD:
        return {"__entity": {"type": _type(fact), "id": value}}
    return value


def _entity(kind: str, name: str) -> str:
    return f"{kind}::{_quoted(name)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
