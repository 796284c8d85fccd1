"""A silent refusal shows which clauses came nearest, and the tests they failed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from servanda.agreement.instrument import Instrument, load
from servanda.policy.facts import FactValue, from_json
from servanda.policy.why import Near, nearest

ROOT = Path(__file__).parents[3]
BASES = json.loads((ROOT / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))["bases"]


def text(path: str) -> Instrument:
    return load((ROOT / path).read_text(encoding="utf-8"), path=path)


def facts(base: str, **changes: Any) -> dict[str, FactValue]:
    return {**from_json(BASES[base]), **changes}


def test_no_clause_opens_the_kind() -> None:
    pact_a = text("agreements/kr-jp-a/en.md")
    assert nearest(pact_a, "logistics.order.place", facts("order"), author="KR") == ()
    assert nearest(pact_a, "intelligence.report.burn", {}, author="KR") == ()


def test_facts_that_are_not_whole_come_near_nothing() -> None:
    assert nearest(text("agreements/kr-jp-a/en.md"), "intelligence.report.share", {}, author="KR") == ()


def test_the_tests_that_failed() -> None:
    near = nearest(
        text("agreements/kr-jp-a/en.md"),
        "intelligence.report.share",
        facts("report", topic="other", level=3),
        author="KR",
    )
    assert near == (
        Near(
            paragraph="4.2",
            failed=("`topic` is one of `nk_nuclear`, `nk_missile`", "`level` is at most 2"),
            facts=("topic", "level"),
        ),
    )


def test_the_clauses_with_the_fewest_failed_tests() -> None:
    """Two clauses of the small text would allow an order if they were for this Party, or for this kind of goods."""
    small = text("tests/agreements/good/small.md")
    line = facts("order", category="weapon", activity="evacuation", supplier_acts=True)
    assert nearest(small, "logistics.order.place", line, author="JP") == (
        Near(
            paragraph="12.10",
            failed=(
                "the author is `KR`",
                "`category` is one of `food`, `fuel`",
                "`supplier_acts` is false",
            ),
            facts=("category", "supplier_acts"),
        ),
    )


def test_nearest_first_by_tests_then_by_paragraph() -> None:
    source = (ROOT / "agreements" / "kr-jp-a" / "en.md").read_text(encoding="utf-8")
    clause = "```clause\nallows:\n  kinds: [intelligence.report.share]\n  when: {{{}, originator_acts: true}}\n```\n"
    also = clause.format("topic: [nk_missile]")
    further = clause.format("topic: [nk_missile], consent: true")
    edited = source
    for number, block in (("13.1", also), ("14.1", further)):
        at = edited.index("```clause", edited.index(f"**{number}**"))
        edited = edited[:at] + block + edited[edited.index("```\n", at + 3) + 4 :]
    near = nearest(load(edited, path="en.md"), "intelligence.report.share", facts("report", topic="other"), author="KR")
    assert [(found.paragraph, found.facts) for found in near] == [("4.2", ("topic",)), ("13.1", ("topic",))]
