"""Rules: what the clauses of an agreement come to, and what a rule means.

Rules of this module:
- an `allows` opens; `excludes`, `requires`, `limits`, the phases and a question close; nothing else does either;
- before force every kind is closed, after the end all that do not survive, while suspended the suspendable ones;
- a question closes what an `allows` of that paragraph opens, save kinds that are always held or never wait;
- every rule has the paragraph that is cited when it decides.

Spec: agreement 6 (what clauses mean).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import assert_never

from servanda.agreement.clause import Allows, Always, Excludes, Form, Limits, Requires, Ruled
from servanda.agreement.condition import FactValue, OneOf, Questioned, Test, all_hold
from servanda.agreement.instrument import Instrument


class Effect(StrEnum):
    """What a rule does when it applies."""

    PERMIT = "permit"
    FORBID = "forbid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing an agreement permits or forbids.

    Args:
        name: which clause it comes from, for other people's tools.
        paragraph: what is cited when it decides.
        by: the Party whose acts it is about, or None for both.
        when: tests that bring the rule about.
        that: tests that, all together, keep it from applying; none where it has no such condition.
        unless: tests that, all together, lift it; none where nothing lifts it.
    """

    name: str
    effect: Effect
    paragraph: str
    form: Form
    kinds: tuple[str, ...]
    by: str | None = None
    when: tuple[Test, ...] = ()
    that: tuple[Test, ...] = ()
    unless: tuple[Test, ...] = ()

    def applies(self, author: str, facts: Mapping[str, FactValue]) -> bool:
        """Whether the rule speaks of an act of this author with these facts."""
        if self.by is not None and self.by != author:
            return False
        if not all_hold(self.when, facts):
            return False
        if self.that and all_hold(self.that, facts):
            return False
        return not (self.unless and all_hold(self.unless, facts))


@lru_cache(maxsize=64)
def rules(instrument: Instrument) -> tuple[Rule, ...]:
    """Every rule of an agreement: its clauses in the order of the text, then time, then questions."""
    ruled = [clause for clause in instrument.clauses if isinstance(clause, Ruled)]
    return (
        *(_of_clause(clause, instrument) for clause in ruled),
        *_of_phases(instrument),
        *_of_questions([clause for clause in ruled if isinstance(clause, Allows)], instrument),
    )


@lru_cache(maxsize=512)
def rules_of(instrument: Instrument, kind: str) -> tuple[Rule, ...]:
    """The rules of an agreement that speak of one kind."""
    return tuple(rule for rule in rules(instrument) if kind in rule.kinds)


def _of_clause(clause: Ruled, instrument: Instrument) -> Rule:
    rule = Rule(
        name=f"{instrument.id}/{clause.paragraph}/{clause.ordinal}",
        effect=Effect.PERMIT if isinstance(clause, Allows) else Effect.FORBID,
        paragraph=clause.paragraph,
        form=clause.form,
        kinds=clause.kinds,
        by=clause.by,
    )
    match clause:
        case Allows() | Excludes():
            return replace(rule, when=clause.when)
        case Requires():
            return replace(rule, when=clause.when, that=clause.that, unless=clause.unless)
        case Limits():
            return replace(rule, that=(clause.ceiling,), unless=clause.unless)
    assert_never(clause)


def _of_phases(instrument: Instrument) -> Iterator[Rule]:
    """What time closes: before force, after the end, while suspended.

    Spec: agreement 6.3.
    """
    every = instrument.lexicon.judged()
    surviving = instrument.terms.kinds("survives")
    closed = {
        "not_in_force": ("starts", every),
        "ended": ("survives", tuple(kind for kind in every if kind not in surviving)),
        "suspended": ("suspendable", instrument.terms.kinds("suspendable")),
    }
    for phase, (key, kinds) in closed.items():
        paragraph = instrument.terms.paragraph(key)
        if paragraph is not None and kinds:
            yield Rule(
                name=f"{instrument.id}/{paragraph}/{phase}",
                effect=Effect.FORBID,
                paragraph=paragraph,
                form=Form.LASTS,
                kinds=kinds,
                when=(OneOf(fact="phase", words=(phase,)),),
            )


def _of_questions(opening: Iterable[Allows], instrument: Instrument) -> Iterator[Rule]:
    """What a question closes: all that the questioned paragraph allows, save what never waits.

    Spec: agreement 6.4.
    """
    paragraph = instrument.terms.paragraph("questioned")
    if paragraph is None:
        return
    held = {kind for clause in instrument.clauses if isinstance(clause, Always) for kind in clause.kinds}
    untouched = held.union(instrument.terms.kinds("never_waits"))
    for clause in opening:
        kinds = tuple(kind for kind in clause.kinds if kind not in untouched)
        if kinds:
            yield Rule(
                name=f"{instrument.id}/{paragraph}/questioned/{clause.paragraph}/{clause.ordinal}",
                effect=Effect.FORBID,
                paragraph=paragraph,
                form=Form.LASTS,
                kinds=kinds,
                by=clause.by,
                when=(Questioned(paragraph=clause.paragraph), *clause.when),
            )
