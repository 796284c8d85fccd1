"""Every ruling of spec/vectors/rulings.json comes out as the vector says, by the judge and by the line form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from servanda.act.ruling import Permit
from servanda.agreement.instrument import Instrument, load
from servanda.policy.facts import from_json
from servanda.policy.judge import judge
from servanda.policy.judging import judge_text

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))


def text(agreement: str) -> Instrument:
    path = ROOT / "agreements" / agreement / "en.md"
    return load(path.read_text(encoding="utf-8"), path=str(path.relative_to(ROOT)))


def test_the_vectors_are_all_here() -> None:
    assert {name: len(VECTORS[name]) for name in VECTORS["meta"]["counts"]} == VECTORS["meta"]["counts"]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["id"])
def test_ruling(case: dict[str, Any]) -> None:
    expected = case["expected"]
    lines = [from_json(facts) for facts in case.get("lines", [case.get("facts")])]
    ruling = judge(text(case["agreement"]), case["kind"], lines, author=case["party"])
    ground, missing, line = (
        (None, (), None) if isinstance(ruling, Permit) else (ruling.ground.value, ruling.missing, ruling.line)
    )
    assert {
        "ruling": "permit" if isinstance(ruling, Permit) else "refusal",
        "ground": ground,
        "cites": list(ruling.cites),
        "facts": list(missing),
        "line": line,
    } == {"facts": [], "line": None, **expected}


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["id"])
def test_ruling_of_a_line(case: dict[str, Any]) -> None:
    facts = {"lines": case["lines"]} if "lines" in case else {"facts": case["facts"]}
    line = json.dumps({"kind": case["kind"], "author": case["party"], **facts}, ensure_ascii=False)
    expected = case["expected"]
    assert judge_text(text(case["agreement"]), line) == {
        "ruling": expected["ruling"],
        "ground": expected["ground"],
        "cites": expected["cites"],
        "line": expected.get("line"),
        "missing": expected.get("facts", []),
    }
