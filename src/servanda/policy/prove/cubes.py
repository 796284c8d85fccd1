"""What a set of acts has in common, in as few words as describe it: facts with the values they may have.

Rules of this module:
- a cube names some facts, each with values it may have; every act that fits it is in the set;
- it is as wide as it can be: no fact of it can be left out, and no value added;
- a number is described between the numbers that some test names; two numbers compared by a test are one question;
- cubes are found one after another until none is left; where there are more than a cap, that is said.

Spec: agreement 7 (what is proved).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import z3

from servanda.agreement.condition import AtLeast, AtLeastFact, AtMost, AtMostFact, FactValue, NotIn, OneOf, Test
from servanda.agreement.vocabulary import Answer
from servanda.policy.prove.solving import Solver
from servanda.policy.prove.symbols import AUTHOR, Formula, Instance, Symbols

CUBES_MAX: Final = 40


@dataclass(frozen=True, slots=True, order=True)
class Within:
    """A number from the least to the most."""

    least: int
    most: int


Cell = bool | str | Within
"""One value of a fact, as finely as any test tells values apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cube:
    """Acts described by the facts that matter.

    Args:
        facts: fact -> what it may be: truths, words, or numbers from least to most; `author` is one too.
        compared: questions between two numbers, with the answer.
        questioned: paragraphs -> whether they are questioned.
        example: one of these acts.
    """

    facts: Mapping[str, tuple[Cell, ...]]
    compared: Mapping[Test, bool]
    questioned: Mapping[str, bool]
    example: Instance


class Describer:
    """Describes sets of acts of one kind.

    Args:
        tests: every test that tells such acts apart.
    """

    def __init__(self, symbols: Symbols, tests: Iterable[Test]) -> None:
        self._symbols = symbols
        asked = tuple(dict.fromkeys(tests))
        self._compared = tuple(test for test in asked if isinstance(test, AtLeastFact | AtMostFact))
        self._cells: dict[str, tuple[Cell, ...]] = {AUTHOR: tuple(symbols.authors)}
        for name, fact in symbols.facts.items():
            if fact.answer is Answer.BOOL:
                self._cells[name] = (False, True)
            elif fact.answer is Answer.WORD:
                self._cells[name] = symbols.words[name]
            elif fact.answer is Answer.INT:
                self._cells[name] = tuple(_intervals(name, fact.least, fact.most, asked))

    def cubes(self, described: Formula, most: int = CUBES_MAX) -> tuple[tuple[Cube, ...], bool]:
        """Cubes that together are all of the acts described, and whether there are more than were found.

        Args:
            most: how many are found at most.

        Raises:
            IntegrityError: `proof_undecided`.
        """
        finding = Solver(self._symbols.bounds(), described)
        denying: Solver | None = None
        found: list[Cube] = []
        while finding.possible():
            if len(found) == most:
                return tuple(found), True
            denying = denying or Solver(self._symbols.bounds(), z3.Not(described))
            cube = self._widest(self._symbols.instance(finding.model()), denying)
            found.append(cube)
            finding.add(z3.Not(self._formula(cube)))
        return tuple(found), False

    def _widest(self, act: Instance, denying: Solver) -> Cube:
        """The cube around an act, with every fact left out and every value added that can be."""
        cells: dict[str, tuple[Cell, ...]] = {name: (self._cell(name, act),) for name in self._cells}
        compared = {test: _answer(test, act) for test in self._compared}
        asked = act.facts.get("questioned", frozenset())
        under = {number: isinstance(asked, frozenset) and number in asked for number in self._symbols.paragraphs}
        parts: dict[object, Formula] = {
            **{name: self._is(name, values) for name, values in cells.items()},
            **{test: self._says(test, answer) for test, answer in compared.items()},
            **{("questioned", number): self._asks(number, truth) for number, truth in under.items()},
        }
        needed = _needed(parts, denying)
        kept = {name: values for name, values in cells.items() if name in needed}
        rest = [parts[part] for part in needed if part not in kept]
        for name in kept:
            kept[name] = self._widened(name, kept, rest, denying)
        return Cube(
            facts=kept,
            compared={test: answer for test, answer in compared.items() if test in needed},
            questioned={number: truth for number, truth in under.items() if ("questioned", number) in needed},
            example=act,
        )

    def _widened(
        self, name: str, kept: Mapping[str, tuple[Cell, ...]], rest: Sequence[Formula], denying: Solver
    ) -> tuple[Cell, ...]:
        """The values that a fact may have while the others stay as they are."""
        others = [self._is(other, values) for other, values in kept.items() if other != name]
        wide = [
            cell
            for cell in self._cells[name]
            if cell in kept[name] or not denying.possible(*others, *rest, self._is(name, (cell,)))
        ]
        return tuple(_joined(wide))

    def _formula(self, cube: Cube) -> Formula:
        return z3.And(
            *(self._is(name, values) for name, values in cube.facts.items()),
            *(self._says(test, answer) for test, answer in cube.compared.items()),
            *(self._asks(number, truth) for number, truth in cube.questioned.items()),
        )

    def _is(self, name: str, values: Iterable[Cell]) -> Formula:
        return z3.Or(
            [
                self._symbols.between(name, value.least, value.most)
                if isinstance(value, Within)
                else self._symbols.is_one_of(name, (value,))
                for value in values
            ]
        )

    def _says(self, test: Test, answer: bool) -> Formula:
        said = self._symbols.test(test)
        return said if answer else z3.Not(said)

    def _asks(self, number: str, truth: bool) -> Formula:
        asked = self._symbols.is_questioned(number)
        return asked if truth else z3.Not(asked)

    def _cell(self, name: str, act: Instance) -> Cell:
        value = act.author if name == AUTHOR else act.facts[name]
        return next(cell for cell in self._cells[name] if _fits(value, cell))


def _needed(parts: Mapping[object, Formula], denying: Solver) -> tuple[object, ...]:
    """The parts of a description that cannot be left out, together enough to keep every other act away."""
    named = {z3.Bool(f"part {place}"): part for place, part in enumerate(parts)}
    with denying.supposing(*(z3.Implies(name, parts[part]) for name, part in named.items())):
        return tuple(named[name] for name in denying.clash(tuple(named)))


def _fits(value: FactValue, cell: Cell) -> bool:
    if isinstance(cell, Within):
        return isinstance(value, int) and not isinstance(value, bool) and cell.least <= value <= cell.most
    return type(value) is type(cell) and value == cell


def _answer(test: AtLeastFact | AtMostFact, act: Instance) -> bool:
    one, other = act.facts[test.fact], act.facts[test.other]
    if not isinstance(one, int) or not isinstance(other, int):
        raise TypeError(f"`{test.fact}` and `{test.other}` are compared and are no numbers")
    return one >= other if isinstance(test, AtLeastFact) else one <= other


def _intervals(name: str, least: int, most: int, tests: Iterable[Test]) -> Iterator[Within]:
    """The numbers of a fact, cut where some test tells them apart."""
    begins = {least}
    for test in tests:
        if getattr(test, "fact", None) != name:
            continue
        match test:
            case AtLeast():
                begins.add(test.number)
            case AtMost():
                begins.add(test.number + 1)
            case OneOf() | NotIn():
                begins.update(step + after for step in test.words if isinstance(step, int) for after in (0, 1))
            case _:
                pass
    cuts = sorted(begin for begin in begins if least <= begin <= most)
    for begin, following in zip(cuts, (*cuts[1:], most + 1), strict=True):
        yield Within(begin, following - 1)


def _joined(cells: Iterable[Cell]) -> Iterator[Cell]:
    """Values with numbers that follow each other made one."""
    last: Within | None = None
    for cell in cells:
        if isinstance(cell, Within) and last is not None and last.most + 1 == cell.least:
            last = Within(last.least, cell.most)
            continue
        if last is not None:
            yield last
        last = cell if isinstance(cell, Within) else None
        if last is None:
            yield cell
    if last is not None:
        yield last
