"""Asking the solver: within bounds, and never taking silence for an answer.

Rules of this module:
- a question has a bound in steps, which is the same on every machine, and one in time behind it;
- what is not decided within them is an error: it is neither proved nor broken.

Spec: agreement 7 (what is proved).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import z3

from servanda.base.errors import IntegrityError
from servanda.policy.prove.symbols import Formula

STEPS_MAX: Final = 200_000_000
"""Most that one question may cost, as the solver counts its steps."""
SOLVER_MS: Final = 60_000
"""Longest that one question may take (ms)."""


class Solver:
    """Formulas that hold together, of which questions are asked."""

    def __init__(self, *formulas: Formula) -> None:
        self._solver = z3.Solver()
        self._solver.set("rlimit", STEPS_MAX)
        self._solver.set("timeout", SOLVER_MS)
        self.add(*formulas)

    def add(self, *formulas: Formula) -> None:
        """What holds besides."""
        self._solver.add(*formulas)

    @contextmanager
    def supposing(self, *formulas: Formula) -> Iterator[None]:
        """While it lasts these hold besides."""
        self._solver.push()
        try:
            self.add(*formulas)
            yield
        finally:
            self._solver.pop()

    def possible(self, *assumed: Formula) -> bool:
        """Whether everything can hold at once, under these assumptions.

        Raises:
            IntegrityError: `proof_undecided`.
        """
        match self._solver.check(*assumed):
            case z3.sat:
                return True
            case z3.unsat:
                return False
            case _:
                raise IntegrityError(
                    "proof_undecided",
                    f"the solver did not decide: {self._solver.reason_unknown()}",
                    action="ask less of one clause; what is not decided is not proved",
                )

    def model(self) -> z3.ModelRef:
        """How everything holds at once, after it was possible."""
        return self._solver.model()

    def clash(self, assumed: tuple[Formula, ...]) -> tuple[Formula, ...]:
        """Those assumptions that already cannot hold together, none of which can be left out.

        Args:
            assumed: unknowns that are true or false, or their denial.

        Raises:
            IntegrityError: `proof_undecided`.
        """
        if self.possible(*assumed):
            raise ValueError("the assumptions can hold together")
        core = self._solver.unsat_core()
        kept = tuple(each for each in assumed if any(each.eq(other) for other in core))
        for each in reversed(kept):
            without = tuple(other for other in kept if not other.eq(each))
            if not self.possible(*without):
                kept = without
        return kept
