"""Why an act is ruled on as it is: what permits, what forbids, what would permit it, which facts are amiss.

Rules of this module:
- a clause is told with each of its tests, in the words of the agreement, and what the facts say to each;
- where nothing permits, every clause that opens the kind is told, the fewest failed tests first;
- the nearest clauses are those with the fewest failed tests, in the order of the text;
- a clause for the acts of one Party fails for the other, whatever the facts;
- this explains a ruling and takes no part in it.

Spec: agreement 6.7 (the nearest clause), 9.4 (explaining).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from servanda.act.kind import JudgedBy, kinds
from servanda.act.ruling import Refusal, Ruling, paragraph_order
from servanda.agreement.condition import FactValue, Test, holds, say
from servanda.agreement.instrument import Instrument
from servanda.agreement.vocabulary import Answer, facts_of
from servanda.base.canon import Json
from servanda.policy.facts import to_json, wrong
from servanda.policy.judge import judge
from servanda.policy.rules import Effect, Rule, rules_of
from servanda.policy.words import asks, meant, nearest_word, takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A clause that would allow the act, were it not for the tests that failed.

    Args:
        paragraph: where it stands.
        failed: each failed test in words, as `topic` is one of `nk_nuclear`, `nk_missile`.
        facts: the facts that failed, by name.
    """

    paragraph: str
    failed: tuple[str, ...]
    facts: tuple[str, ...]


class Part(StrEnum):
    """What a test is to its clause: all of one part hold together."""

    BY = "by"
    WHEN = "when"
    THAT = "that"
    UNLESS = "unless"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One test of a clause, and what the facts say to it.

    Args:
        asks: the test, in the words of the agreement.
        fact: what it asks; `author` for the Party whose acts the clause is about.
        stated: what the fact is, as JSON.
    """

    part: Part
    asks: str
    fact: str
    stated: Json
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A clause that was read, with all of its tests in their order."""

    paragraph: str
    form: str
    tests: tuple[Asked, ...]


class Fault(StrEnum):
    """What may be amiss with a fact."""

    MISSING = "missing"
    SURPLUS = "surplus"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amiss:
    """A fact that makes an act unjudgeable.

    Args:
        stated: what was stated; None where nothing was.
        takes: what the fact may be; empty for one that the kind does not have.
        meant: the value, or for a surplus fact the name, that may be meant; None where none is near.
        least_favourable: what is stated where it could not be established; None where there is no such value.
    """

    fact: str
    fault: Fault
    stated: Json
    takes: str
    meant: Json
    least_favourable: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why one line of an act is ruled on as it is.

    Args:
        permits: the clauses that permit it, also where others forbid it.
        forbids: the clauses that forbid it, phases and questions among them.
        would_permit: where none permits, those that open its kind, the fewest failed tests first.
        amiss: the facts that make it unjudgeable.
        because: why no clause speaks of its kind; empty where one does.
    """

    ruling: Ruling
    permits: tuple[Told, ...]
    forbids: tuple[Told, ...]
    would_permit: tuple[Told, ...]
    amiss: tuple[Amiss, ...]
    because: str

    @property
    def paragraphs(self) -> Iterator[str]:
        """Every paragraph that is told of."""
        return (told.paragraph for told in (*self.permits, *self.forbids, *self.would_permit))


def explain(instrument: Instrument, kind: str, facts: Mapping[str, FactValue], *, author: str) -> Explained:
    """Why one line of an act is ruled on as it is.

    Args:
        facts: the set of that line, whole or not.
    """
    ruling = judge(instrument, kind, [facts], author=author)
    speaking = rules_of(instrument, kind)
    missing = ruling.missing if isinstance(ruling, Refusal) else ()
    readable = () if missing or author not in instrument.parties else speaking
    opening = [rule for rule in readable if rule.effect is Effect.PERMIT]
    permitting = [rule for rule in opening if rule.applies(author, facts)]
    forbidding = [rule for rule in readable if rule.effect is Effect.FORBID and rule.applies(author, facts)]

    def told(rules: Iterable[Rule]) -> tuple[Told, ...]:
        found = (_told(rule, facts, author, kind, instrument) for rule in rules)
        return tuple(sorted(found, key=lambda clause: paragraph_order(clause.paragraph)))

    would = () if permitting else told(opening)
    return Explained(
        ruling=ruling,
        permits=told(permitting),
        forbids=told(forbidding),
        would_permit=tuple(sorted(would, key=lambda clause: sum(not test.holds for test in clause.tests))),
        amiss=tuple(_amiss(name, kind, facts, instrument) for name in missing),
        because="" if missing or opening else _because(kind, author, instrument),
    )


def nearest(instrument: Instrument, kind: str, facts: Mapping[str, FactValue], *, author: str) -> tuple[Near, ...]:
    """The clauses that come nearest to allowing an act; none where none opens its kind, or facts are not whole.

    Args:
        facts: the set of one line, complete and typed.
    """
    opening = [rule for rule in rules_of(instrument, kind) if rule.effect is Effect.PERMIT]
    if not opening or wrong(kind, facts, instrument):
        return ()
    near = [_near(rule, facts, author) for rule in opening]
    fewest = min(len(found.failed) for found in near)
    closest = [found for found in near if len(found.failed) == fewest]
    return tuple(sorted(closest, key=lambda found: paragraph_order(found.paragraph)))


def _near(rule: Rule, facts: Mapping[str, FactValue], author: str) -> Near:
    failed = [test for test in rule.when if not holds(test, facts)]
    words = [say(test) for test in failed]
    if rule.by is not None and rule.by != author:
        words.insert(0, _author_is(rule.by))
    return Near(paragraph=rule.paragraph, failed=tuple(words), facts=tuple(test.fact for test in failed))


def _told(rule: Rule, facts: Mapping[str, FactValue], author: str, kind: str, instrument: Instrument) -> Told:
    stated, types = to_json(facts), facts_of(kind)

    def asked(part: Part, tests: Iterable[Test]) -> Iterator[Asked]:
        for test in tests:
            yield Asked(
                part=part,
                asks=asks(test, types[test.fact], instrument),
                fact=test.fact,
                stated=stated[test.fact],
                holds=holds(test, facts),
            )

    by = rule.by
    author_is = () if by is None else (_by(by, author),)
    tests = (
        *author_is,
        *asked(Part.WHEN, rule.when),
        *asked(Part.THAT, rule.that),
        *asked(Part.UNLESS, rule.unless),
    )
    return Told(paragraph=rule.paragraph, form=rule.form.value, tests=tests)


def _by(party: str, author: str) -> Asked:
    return Asked(part=Part.BY, asks=_author_is(party), fact="author", stated=author, holds=party == author)


def _author_is(party: str) -> str:
    return f"the author is `{party}`"


def _amiss(name: str, kind: str, facts: Mapping[str, FactValue], instrument: Instrument) -> Amiss:
    known = facts_of(kind)
    fact, stated = known.get(name), to_json(facts).get(name)
    if fact is None:
        near = nearest_word(name, known.keys() - facts.keys()) or nearest_word(name, known)
        return Amiss(fact=name, fault=Fault.SURPLUS, stated=stated, takes="", meant=near, least_favourable=None)
    return Amiss(
        fact=name,
        fault=Fault.WRONG if name in facts else Fault.MISSING,
        stated=stated,
        takes=takes(fact, instrument),
        meant=meant(stated, fact, instrument),
        least_favourable=None if fact.answer is Answer.PARAGRAPHS else fact.least_favourable,
    )


def _because(kind: str, author: str, instrument: Instrument) -> str:
    """Why no clause permits a kind, whatever the facts."""
    if author not in instrument.parties:
        return f"`{author}` is no Party of `{instrument.id}`"
    known = kinds().get(kind)
    if known is None:
        near = nearest_word(kind, kinds())
        return f"`{kind}` is no kind" + (f"; did you mean `{near}`" if near else "")
    if not instrument.lexicon.governed(kind):
        return f"`{instrument.id}` does not govern `{known.domain}`"
    if known.judged_by is not JudgedBy.CLAUSES:
        return f"clauses do not rule on `{kind}`"
    return f"no clause of `{instrument.id}` opens `{kind}`"
