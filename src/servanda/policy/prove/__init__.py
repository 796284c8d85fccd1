"""Proof: what is true of every possible act under an agreement. Needs the extra `prove`; judging never does."""

from __future__ import annotations

from servanda.policy.prove.cubes import CUBES_MAX, Cube, Describer, Within
from servanda.policy.prove.holds import Broken, Proof, invariants, proofs, prove, telling
from servanda.policy.prove.symbols import AUTHOR, Instance, Symbols

__all__ = [
    "AUTHOR",
    "CUBES_MAX",
    "Broken",
    "Cube",
    "Describer",
    "Instance",
    "Proof",
    "Symbols",
    "Within",
    "invariants",
    "proofs",
    "prove",
    "telling",
]
