"""How long an amendment of either agreement takes to compare: words, every possible act, duties, terms, invariants.

Floor: reading the new text, which nobody can leave out who wants to know what it changes. There is no tool of others
that answers the question, and an order has too many sets of facts to ask the judge about each: where they can be
counted through, `holds.py` does so beside the same solver.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from bench.harness import Figure, beside
from servanda.agreement.instrument import Instrument, load
from servanda.policy.compare import compare
from tests.cases import source

VECTORS = Path(__file__).parents[1] / "spec" / "vectors"
SMALL = ("EX-A1", "EX-A2")
"""One number in one clause; two numbers, of which one is a duty's."""
WIDE = "AM-1"
"""A word that moves from one list to another: twelve kinds are ruled on otherwise."""


def run() -> Iterator[Figure]:
    """The figures of this bench."""
    small = {case["id"]: case for case in _amendments("rulings.json")}
    wide = {case["id"]: case for case in _amendments("amendments.json")}
    for case in (*(small[name] for name in SMALL), wide[WIDE]):
        yield compared(case)


def compared(case: dict[str, Any]) -> Figure:
    """One amendment, its text read anew each time."""
    old, new = source(case["agreement"]), _edited(case)
    before, number = _read(old), count()

    def ours() -> int:
        compare(before, _read(f"{new}\n<!-- {next(number)} -->"))
        return 1

    def floor() -> int:
        _read(f"{new}\n<!-- {next(number)} -->")
        return 1

    named = f"{case['id']} of {case['agreement']}"
    return beside(f"amendments compared, {named}", ours, floor, of="amendments", named="reading its text", runs=3)


def _read(text: str) -> Instrument:
    return load(text, path="text", duties_can_be_met=False)


def _edited(case: dict[str, Any]) -> str:
    text = source(case["agreement"])
    for old, new in case["edits"]:
        text = text.replace(old, new)
    return text


def _amendments(name: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads((VECTORS / name).read_text(encoding="utf-8"))["amendments"]
    return listed
