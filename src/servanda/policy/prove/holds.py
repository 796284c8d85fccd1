"""What an agreement promises of all its clauses together, proved for every possible act or shown not to hold.

Rules of this module:
- `never`: no act of these kinds that meets the tests is permitted, in any phase;
- `always`: every act of these kinds is permitted in every phase but before force;
- `same_in`: acts of these kinds are ruled alike in these phases, all else being the same;
- an invariant of one text may be held against another: its words are those of its own text;
- what cannot be decided within bounds is not proved.

Spec: agreement 7 (what is proved).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, assert_never

import z3

from servanda.agreement.clause import Always, Holds, Never, SameIn
from servanda.agreement.condition import Test
from servanda.agreement.instrument import Instrument
from servanda.agreement.vocabulary import phases
from servanda.base.errors import IntegrityError
from servanda.policy.prove.cubes import Cube, Describer
from servanda.policy.prove.symbols import Formula, Instance, Symbols
from servanda.policy.rules import Rule, rules_of

BEFORE_FORCE: Final = "not_in_force"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """An act that breaks an invariant.

    Args:
        act: one that does, with complete facts.
        phases: where the invariant compares two phases: those in which the act is ruled differently, else none.
        described: all such acts in as few facts as tell them.
    """

    act: Instance
    phases: tuple[str, ...]
    described: Cube


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Whether an invariant holds of a text.

    Args:
        paragraph: where it stands.
        ordinal: its place among the clauses of that paragraph.
        kinds: those it speaks of and the text rules on.
        broken: for each kind that breaks it, how; none where it is proved.
    """

    paragraph: str
    ordinal: int
    invariant: Holds
    kinds: tuple[str, ...]
    broken: tuple[Broken, ...]

    @property
    def proved(self) -> bool:
        return not self.broken


def invariants(text: Instrument) -> tuple[Holds, ...]:
    """What a text promises of all its clauses together, in its order."""
    return tuple(clause for clause in text.clauses if isinstance(clause, Never | Always | SameIn))


def prove(text: Instrument, *, of: Instrument | None = None) -> tuple[Proof, ...]:
    """Every invariant of a text, proved or broken; as `proofs`.

    Raises:
        IntegrityError: `proof_undecided`.
    """
    return tuple(proofs(text, of=of))


def proofs(text: Instrument, *, of: Instrument | None = None) -> Iterator[Proof]:
    """Every invariant of a text, proved or broken, one after another.

    Args:
        text: whose clauses are asked.
        of: whose invariants are held against them, with its own words; those of the text itself where none is named.

    Raises:
        IntegrityError: `proof_undecided`.
    """
    promising = text if of is None else of
    texts = (text,) if promising is text else (promising, text)

    @cache
    def symbols(kind: str) -> Symbols:
        return Symbols(kind, texts)

    for invariant in invariants(promising):
        yield _prove(invariant, text, symbols)


def _prove(invariant: Holds, text: Instrument, symbols: Callable[[str], Symbols]) -> Proof:
    broken: list[Broken] = []
    for kind in invariant.kinds:
        try:
            found = _broken(invariant, symbols(kind), text)
        except IntegrityError as error:
            message = f"whether paragraph {invariant.paragraph} holds of `{kind}` is open: {error.message}"
            raise IntegrityError(error.code, message, action=error.action) from error
        broken += [] if found is None else [found]
    return Proof(
        paragraph=invariant.paragraph,
        ordinal=invariant.ordinal,
        invariant=invariant,
        kinds=invariant.kinds,
        broken=tuple(broken),
    )


def _broken(invariant: Holds, symbols: Symbols, text: Instrument) -> Broken | None:
    for against, between in _breaches(invariant, symbols, text):
        described, _ = Describer(symbols, telling(rules_of(text, symbols.kind), invariant)).cubes(against, most=1)
        if described:
            return Broken(act=described[0].example, phases=between, described=described[0])
    return None


def _breaches(invariant: Holds, symbols: Symbols, text: Instrument) -> Iterator[tuple[Formula, tuple[str, ...]]]:
    """Acts that would break an invariant, one set after another, with the phases that each compares."""
    match invariant:
        case Never():
            yield z3.And(symbols.permitted(text), symbols.all_of(invariant.when)), ()
        case Always():
            running = tuple(phase for phase in phases() if phase != BEFORE_FORCE)
            yield (
                z3.And(
                    symbols.typed(text),
                    symbols.is_one_of("phase", running),
                    z3.Not(symbols.permitted(text)),
                ),
                (),
            )
        case SameIn():
            first, *others = invariant.phases
            permitted = symbols.permitted(text, {"phase": first})
            for other in others:
                differs = z3.Xor(permitted, symbols.permitted(text, {"phase": other}))
                yield z3.And(symbols.typed(text), differs), (first, other)
        case _:
            assert_never(invariant)


def telling(rules: tuple[Rule, ...], invariant: Holds | None = None) -> Iterator[Test]:
    """Every test that tells acts apart: those of some rules, and of an invariant."""
    for rule in rules:
        yield from (*rule.when, *rule.that, *rule.unless)
    if isinstance(invariant, Never):
        yield from invariant.when
