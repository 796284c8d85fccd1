"""Agreements with one clause dropped or bent, for tests that must notice.

What rules is bent as it was read: dropped, each of its tests left out, turned round, with one word less or one number
more or less, each of its kinds left out, made to speak of one Party, cited elsewhere. Duties and promises likewise.
Words and time are bent in the source, as somebody would who writes it, and so are blocks that are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from servanda.act.kind import JudgedBy, Kind, With, kinds
from servanda.agreement.clause import (
    Allows,
    Always,
    Clause,
    Debtor,
    Excludes,
    Limits,
    Never,
    Owes,
    Requires,
    Ruled,
    SameIn,
)
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
from servanda.agreement.vocabulary import Answer, facts_of
from servanda.base.calendar import Span

Tests = tuple[Test, ...]

ELSEWHERE = "1.1"
"""A paragraph of every text that forbids and opens nothing."""
TERMS_OF_KINDS = ("survives", "suspendable", "never_waits")
CITED = ("starts", "notice", "notice_withdrawal", "notice_hold", "hold_resumes_with", "suspends", "questioned",
         "questioned_again")  # fmt: skip
"""The keys of one value that a refusal of the life cycle cites."""
UNSAID = "defines:\n  unsaid: [nothing]"
"""A clause that does nothing, for a paragraph that has to have one."""
WORDS_OF = {"notice_hold": ("joint", "none"), "suspends": ("joint", "either")}
PARAGRAPH = re.compile(r"^\*\*(\d+\.\d+)\*\*", re.MULTILINE)
BLOCK = re.compile(r"```clause\n(.*?)```\n+", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """An agreement that differs in one thing.

    Args:
        what: what was dropped or bent, and where.
        kinds: the kinds whose rulings, or duties, may differ.
    """

    what: str
    kinds: tuple[str, ...]
    instrument: Instrument


def ruled(instrument: Instrument) -> Iterator[Mutant]:
    """Every clause that rules dropped, and bent in every way; every key of `lasts` that rules likewise."""
    for at, clause in enumerate(instrument.clauses):
        if isinstance(clause, Ruled):
            for what, bent in (("dropped", None), *_bent(clause, instrument)):
                yield _with(instrument, at, bent, f"{_place(clause)} {what}", clause.kinds)
    yield from _of_terms(instrument)


def duties(instrument: Instrument) -> Iterator[Mutant]:
    """Every duty dropped, and bent in every way that still reads."""
    for at, clause in enumerate(instrument.clauses):
        if isinstance(clause, Owes):
            for what, bent in (("dropped", None), *_bent_duty(clause)):
                after = (clause.after,) if bent is None else (clause.after, bent.after)
                yield _with(instrument, at, bent, f"{_place(clause)} {what}", tuple(dict.fromkeys(after)))


def promises(instrument: Instrument) -> Iterator[Mutant]:
    """Every promise of all clauses together dropped, and bent in every way."""
    for at, clause in enumerate(instrument.clauses):
        if isinstance(clause, Never | Always | SameIn):
            for what, bent in (("dropped", None), *_bent_promise(clause)):
                yield _with(instrument, at, bent, f"{_place(clause)} {what}", clause.kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A source that differs in one block."""

    what: str
    source: str


def dropped(source: str) -> Iterator[Rewritten]:
    """Every block that holds a clause left out of the source."""
    for block in BLOCK.finditer(source):
        without = source[: block.start()] + source[block.end() :]
        paragraph = PARAGRAPH.findall(source, 0, block.start())[-1]
        yield Rewritten(what=f"{paragraph} dropped: {' '.join(block.group(1).split())}", source=without)


def defined(source: str) -> Iterator[Rewritten]:
    """Every defined list and scale left out, with one word less, or one step moved."""
    for block, start in _blocks(source, "defines"):
        for name, value in re.findall(r"^  (\w+): (\[.*?\]|\{.*?\})", block, re.MULTILINE | re.DOTALL):
            written = f"  {name}: {value}"
            words = re.findall(r"\w+(?:: \d+)?", value)
            yield Rewritten(what=f"{name} undefined", source=_swapped(source, start, written, "  unsaid: [nothing]"))
            for word in words:
                left = ", ".join(other for other in words if other != word)
                bent = f"  {name}: {value[0]}{left}{value[-1]}"
                yield Rewritten(what=f"{name} without {word}", source=_swapped(source, start, written, bent))
            for step, number in re.findall(r"(\w+): (\d+)", value):
                for moved in (int(number) - 1, int(number) + 1):
                    bent = f"  {name}: {value.replace(f'{step}: {number}', f'{step}: {moved}')}"
                    what = f"{name} with {step}: {moved}"
                    yield Rewritten(what=what, source=_swapped(source, start, written, bent))


def timed(source: str) -> Iterator[Rewritten]:
    """Every key of `lasts` left out, with a longer, a shorter or another value, or said by another paragraph."""
    for block, start in _blocks(source, "lasts"):
        for line in re.findall(r"^  \w+: [^\[\n]+$", block, re.MULTILINE):
            key, value = line.strip().split(": ")
            alone = block.count("\n  ") == 1
            without = f"lasts:\n{line}" if alone else f"{line}\n"
            yield Rewritten(
                what=f"{key} dropped",
                source=_swapped(source, start, without, UNSAID if alone else ""),
            )
            for bent in _other_values(key, value):
                yield Rewritten(what=f"{key}: {bent}", source=_swapped(source, start, line, f"  {key}: {bent}"))
            if key in CITED:
                moved = _swapped(source, start, without, UNSAID if alone else "")
                yield Rewritten(what=f"{key} elsewhere", source=_under(moved, ELSEWHERE, f"lasts:\n{line}\n"))


def _other_values(key: str, value: str) -> Iterator[str]:
    yield from (other for other in WORDS_OF.get(key, ()) if other != value)
    number, _, unit = value.partition(" ")
    if unit:
        singular = unit.removesuffix("s")
        for moved in (int(number) - 1, int(number) + 1):
            if moved:
                yield f"{moved} {singular}{'' if moved == 1 else 's'}"


def _blocks(source: str, form: str) -> Iterator[tuple[str, int]]:
    for found in BLOCK.finditer(source):
        if found.group(1).startswith(f"{form}:"):
            yield found.group(1), found.start()


def _swapped(source: str, start: int, old: str, new: str) -> str:
    """The source with the first `old` from a place on swapped for `new`."""
    before, after = source[:start], source[start:]
    assert old in after, old
    return before + after.replace(old, new, 1)


def _under(source: str, paragraph: str, block: str) -> str:
    """The source with one more clause under a paragraph."""
    at = source.index("```clause\n", source.index(f"**{paragraph}**"))
    return f"{source[:at]}```clause\n{block}```\n\n{source[at:]}"


def _with(instrument: Instrument, at: int, bent: Clause | None, what: str, spoken_of: tuple[str, ...]) -> Mutant:
    clauses = (*instrument.clauses[:at], *([bent] if bent else []), *instrument.clauses[at + 1 :])
    # Readers keep what they made of a text by its digest, so each of these has another one.
    digest = f"{instrument.digest} {what}"
    return Mutant(what=what, kinds=spoken_of, instrument=replace(instrument, clauses=clauses, digest=digest))


def _place(clause: Clause) -> str:
    return f"{clause.paragraph}/{clause.ordinal}"


def _of_terms(instrument: Instrument) -> Iterator[Mutant]:
    """The keys of `lasts` that facts alone show: what time and questions close."""
    entries = instrument.terms.entries
    every = instrument.lexicon.judged()
    for key in ("starts", "questioned", *TERMS_OF_KINDS):
        term = entries[key]
        without = {name: other for name, other in entries.items() if name != key}
        changed = [(f"lasts {key} dropped", every, without)]
        if key in TERMS_OF_KINDS:
            for kind in every:
                listed = _without(term.kinds, kind) if kind in term.kinds else (*term.kinds, kind)
                word = "without" if kind in term.kinds else "with"
                bent = {**entries, key: replace(term, kinds=listed)}
                changed.append((f"lasts {key} {word} {kind}", (kind,), bent))
        if key != "never_waits":
            changed.append((f"lasts {key} elsewhere", every, {**entries, key: replace(term, paragraph=ELSEWHERE)}))
        for what, spoken_of, kept in changed:
            terms = replace(instrument.terms, entries=MappingProxyType(kept))
            digest = f"{instrument.digest} {what}"
            yield Mutant(what=what, kinds=spoken_of, instrument=replace(instrument, terms=terms, digest=digest))


def _bent(clause: Allows | Excludes | Requires | Limits, instrument: Instrument) -> Iterator[tuple[str, Clause]]:
    yield "cited elsewhere", replace(clause, place=replace(clause.place, paragraph=ELSEWHERE, ordinal=99))
    for party in (None, *instrument.parties):
        if party != clause.by:
            yield f"by {party}", replace(clause, by=party)
    for kind in clause.kinds:
        yield f"without {kind}", replace(clause, kinds=_without(clause.kinds, kind))
    for name in ("when", "that", "unless"):
        for what, tests in _bent_tests(getattr(clause, name, ())):
            yield f"{name} {what}", replace(clause, **{name: tests})
    if isinstance(clause, Limits):
        for what, tests in _bent_tests((clause.ceiling,)):
            if tests:
                yield f"ceiling {what}", replace(clause, ceiling=tests[0])
        for what, ceiling in _other_amounts(clause):
            yield f"ceiling {what}", replace(clause, ceiling=ceiling)


def _other_amounts(clause: Limits) -> Iterator[tuple[str, Test]]:
    """The same ceiling on another number of the same unit, or at another such number."""
    types = facts_of(clause.kinds[0])
    amount, ceiling = types[clause.ceiling.fact], clause.ceiling
    for name, fact in types.items():
        if fact.answer is not Answer.INT or fact.unit != amount.unit:
            continue
        if name != ceiling.fact:
            yield f"of {name}", replace(ceiling, fact=name)
        if isinstance(ceiling, AtMostFact) and name not in (ceiling.fact, ceiling.other):
            yield f"at most {name}", replace(ceiling, other=name)


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
            turned = NotIn if isinstance(test, OneOf) else OneOf
            yield "turned round", turned(fact=test.fact, words=test.words)
            for word in test.words:
                yield f"without {word}", replace(test, words=tuple(other for other in test.words if other != word))
        case AtLeast() | AtMost():
            turned_at = AtMost(fact=test.fact, number=test.number - 1)
            if isinstance(test, AtMost):
                yield "turned round", AtLeast(fact=test.fact, number=test.number + 1)
            else:
                yield "turned round", turned_at
            yield "one more", replace(test, number=test.number + 1)
            yield "one less", replace(test, number=test.number - 1)
        case AtLeastFact():
            yield "turned round", AtMostFact(fact=test.fact, other=test.other)
        case AtMostFact():
            yield "turned round", AtLeastFact(fact=test.fact, other=test.other)
        case Questioned():
            raise AssertionError("no clause asks it")


def _bent_duty(clause: Owes) -> Iterator[tuple[str, Owes]]:
    occasion = kinds()[clause.after].recorded is With.OCCASION
    for debtor in Debtor:
        if debtor is not clause.who and not (occasion and debtor in {Debtor.AUTHOR, Debtor.OTHER}):
            yield f"who {debtor}", replace(clause, who=debtor)
    for kind in _beside(clause.does):
        if kind.recorded is With.ACT:
            yield f"does {kind.name}", replace(clause, does=kind.name)
    for kind in _beside(clause.after):
        asks_facts = kind.judged_by is JudgedBy.CLAUSES
        has_author = kind.recorded is not With.OCCASION or clause.who in {Debtor.BOTH, Debtor.EITHER}
        if has_author and (asks_facts or not clause.when):
            yield f"after {kind.name}", replace(clause, after=kind.name)
    for unit in Span.__dataclass_fields__:
        for step in (-1, 1):
            if getattr(clause.within, unit):
                moved = replace(clause.within, **{unit: getattr(clause.within, unit) + step})
                yield f"within {moved}", replace(clause, within=moved)
    for what, tests in _bent_tests(clause.when):
        yield f"when {what}", replace(clause, when=tests)
    if clause.otherwise:
        yield "else dropped", replace(clause, otherwise=MappingProxyType({}))
        for becomes in {"cash", "in_kind", "equal_value"} - {clause.otherwise["becomes"]}:
            bent = MappingProxyType({**clause.otherwise, "becomes": becomes})
            yield f"else becomes {becomes}", replace(clause, otherwise=bent)


def _beside(name: str) -> Iterator[Kind]:
    """The other kinds of the same domain."""
    for kind in kinds().values():
        if kind.domain == kinds()[name].domain and kind.name != name:
            yield kind


def _bent_promise(clause: Never | Always | SameIn) -> Iterator[tuple[str, Clause]]:
    for kind in clause.kinds:
        yield f"without {kind}", replace(clause, kinds=_without(clause.kinds, kind))
    if isinstance(clause, Never):
        for what, tests in _bent_tests(clause.when):
            yield f"never {what}", replace(clause, when=tests)
    if isinstance(clause, SameIn):
        for phase in clause.phases:
            yield f"without {phase}", replace(clause, phases=tuple(other for other in clause.phases if other != phase))


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(other for other in names if other != name)
