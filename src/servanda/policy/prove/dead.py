"""Clauses that decide nothing: weighed one by one, by what no ruling would lose if the clause were left out.

Rules of this module:
- a clause decides where some act is permitted with it and refused without it, or the other way round;
- one that decides nothing may still be cited, and is kept for that; one whose absence changes no ruling at all is idle;
- what decides instead is named: clauses that close or open the same acts, or the `allows` that never open them;
- a duty that no permitted act begins is idle too; a duty after a life-first kind begins whatever the ruling.

Spec: agreement 7 (what is proved), 8 (warnings).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import z3

from servanda.act.kind import JudgedBy, kinds
from servanda.act.ruling import in_order
from servanda.agreement.clause import Clause, Owes, Ruled
from servanda.agreement.instrument import Instrument
from servanda.policy.prove.solving import Solver
from servanda.policy.prove.symbols import Formula, Symbols
from servanda.policy.rules import Effect, Rule, rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """A clause that decides nothing.

    Args:
        cited: whether some ruling cites it all the same.
        closed_by: paragraphs that forbid what it would decide.
        opened_by: paragraphs that permit what it would permit.
        never_opened: whether acts that it is about are such as no clause permits, so that they are refused anyhow.
        narrower: paragraphs that permit such kinds, and none of these acts.
    """

    clause: Clause
    cited: bool
    closed_by: tuple[str, ...]
    opened_by: tuple[str, ...]
    never_opened: bool
    narrower: tuple[str, ...]


def idle_clauses(text: Instrument) -> tuple[Idle, ...]:
    """Every clause that decides nothing, in the order of the text.

    Raises:
        IntegrityError: `proof_undecided`.
    """
    scales = {kind: _Scale(text, kind) for kind in text.lexicon.judged()}
    found: list[Idle] = []
    for clause in text.clauses:
        if isinstance(clause, Ruled):
            idle = _weighed(clause, [scales[kind] for kind in clause.kinds], text)
        elif isinstance(clause, Owes):
            idle = _duty(clause, scales.get(clause.after), text)
        else:
            idle = None
        if idle is not None:
            found.append(idle)
    return tuple(found)


def _weighed(clause: Ruled, scales: Sequence[_Scale], text: Instrument) -> Idle | None:
    name = f"{text.id}/{clause.paragraph}/{clause.ordinal}"
    weights = [scale.weigh(name) for scale in scales]
    if any(weight is None for weight in weights):
        return None
    known = [weight for weight in weights if weight is not None]
    return Idle(
        clause=clause,
        cited=any(weight.cited for weight in known),
        closed_by=in_order(number for weight in known for number in weight.closed_by),
        opened_by=in_order(number for weight in known for number in weight.opened_by),
        never_opened=any(weight.never_opened for weight in known),
        narrower=in_order(number for weight in known for number in weight.narrower),
    )


def _duty(duty: Owes, scale: _Scale | None, text: Instrument) -> Idle | None:
    kind = kinds()[duty.after]
    if scale is None or kind.judged_by is not JudgedBy.CLAUSES or kind.life_first:
        return None
    if scale.begins(duty, text):
        return None
    return Idle(clause=duty, cited=False, closed_by=(), opened_by=(), never_opened=True, narrower=scale.permitting)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weight:
    """What a clause that decides nothing of one kind is cited for, and what decides instead."""

    cited: bool
    closed_by: tuple[str, ...]
    opened_by: tuple[str, ...]
    never_opened: bool
    narrower: tuple[str, ...]


class _Scale:
    """Weighs the clauses that speak of one kind."""

    def __init__(self, text: Instrument, kind: str) -> None:
        self._symbols = Symbols(kind, (text,))
        self._rules = rules_of(text, kind)
        self._name = {rule.name: z3.Bool(f"rule {rule.name}") for rule in self._rules}
        self._solver = Solver(self._symbols.bounds())
        for rule in self._rules:
            self._solver.add(self._name[rule.name] == self._symbols.applies(rule))

    def weigh(self, name: str) -> _Weight | None:
        """What a clause weighs for this kind; None where it decides."""
        (rule,) = (rule for rule in self._rules if rule.name == name)
        return self._closing(rule) if rule.effect is Effect.FORBID else self._opening(rule)

    @property
    def permitting(self) -> tuple[str, ...]:
        """Paragraphs that permit something of this kind."""
        return in_order(rule.paragraph for rule in self._rules if rule.effect is Effect.PERMIT)

    def begins(self, duty: Owes, text: Instrument) -> bool:
        """Whether some permitted act begins a duty."""
        return self._solver.possible(self._symbols.permitted(text), self._symbols.all_of(duty.when))

    def _closing(self, rule: Rule) -> _Weight | None:
        """Weighs a clause that forbids: it decides where something permits and nothing else forbids."""
        forbids = self._others(rule, Effect.FORBID)
        closed: set[str] = set()
        narrower: list[str] = []
        for permit in self._others(rule, Effect.PERMIT):
            if self._possible((rule, permit), forbids):
                return None
            core = self._clash((rule, permit), forbids)
            closed.update(other.paragraph for other in core)
            narrower += [] if core else [permit.paragraph]
        beside = [other for other in forbids if other.paragraph == rule.paragraph]
        never_opened = not closed and self._possible((rule,), ())
        return _Weight(
            cited=self._possible((rule,), beside),
            closed_by=in_order(closed),
            opened_by=(),
            never_opened=never_opened,
            narrower=in_order(narrower) if never_opened else (),
        )

    def _opening(self, rule: Rule) -> _Weight | None:
        """Weighs a clause that permits, with the question about its paragraph, which would fall away with it."""
        asked = next((other for other in self._rules if other.name.endswith(_question(rule))), None)
        forbids = [other for other in self._others(rule, Effect.FORBID) if other is not asked]
        permits = self._others(rule, Effect.PERMIT)
        unasked = [] if asked is None else [asked]
        if self._possible((rule,), (*unasked, *forbids, *permits)):
            return None
        if asked is not None and any(self._possible((asked, permit), forbids) for permit in permits):
            return None
        core = self._clash((rule,), (*unasked, *forbids, *permits))
        beside = [other for other in permits if other.paragraph == rule.paragraph]
        cited = self._possible((rule,), (*unasked, *forbids, *beside))
        if asked is not None and not cited:
            cited = self._possible((asked,), [other for other in forbids if other.paragraph == asked.paragraph])
        return _Weight(
            cited=cited,
            closed_by=in_order(other.paragraph for other in core if other.effect is Effect.FORBID),
            opened_by=in_order(other.paragraph for other in core if other.effect is Effect.PERMIT),
            never_opened=False,
            narrower=(),
        )

    def _others(self, rule: Rule, effect: Effect) -> list[Rule]:
        return [other for other in self._rules if other is not rule and other.effect is effect]

    def _possible(self, applying: Sequence[Rule], silent: Sequence[Rule]) -> bool:
        """Whether some act meets these rules and none of those."""
        return self._solver.possible(*self._assumed(applying, silent))

    def _clash(self, applying: Sequence[Rule], silent: Sequence[Rule]) -> tuple[Rule, ...]:
        """Of the rules that may not apply, those without which these could."""
        core = self._solver.clash(tuple(self._assumed(applying, silent)))
        return tuple(rule for rule in silent if any(each.eq(z3.Not(self._name[rule.name])) for each in core))

    def _assumed(self, applying: Sequence[Rule], silent: Sequence[Rule]) -> Iterator[Formula]:
        yield from (self._name[rule.name] for rule in applying)
        yield from (z3.Not(self._name[rule.name]) for rule in silent)


def _question(rule: Rule) -> str:
    """How the rule ends that a question about this clause brings."""
    _, paragraph, ordinal = rule.name.split("/")
    return f"/questioned/{paragraph}/{ordinal}"
