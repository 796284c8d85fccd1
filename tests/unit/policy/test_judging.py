"""The line form of `agreement judge`: what is malformed, and what has a ruling all the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from servanda.act.ruling import Ground, Permit, Refusal
from servanda.agreement.instrument import Instrument, load
from servanda.base.errors import MalformedError
from servanda.policy.judging import judge_line, judge_text, members

ROOT = Path(__file__).parents[3]
FACTS = {"phase": "in_force", "officer_role": "envoy", "questioned": ["4.1"]}
PERMIT = {"ruling": "permit", "ground": None, "cites": ["15.1"], "line": None, "missing": []}


@pytest.fixture
def pact_a() -> Instrument:
    return load((ROOT / "agreements" / "kr-jp-a" / "en.md").read_text(encoding="utf-8"), path="en.md")


def line(**changes: Any) -> str:
    members = {"kind": "agreement.consultation.open", "author": "KR", "facts": FACTS, **changes}
    return json.dumps({name: value for name, value in members.items() if value is not None})


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "json_syntax", "not JSON at character 0"),
        ("{", "json_syntax", "not JSON at character 1"),
        (line() + line(), "json_syntax", f"not JSON at character {len(line())}"),
        ("[]", "field_type", "a line is one JSON object"),
        ("7", "field_type", "a line is one JSON object"),
        ("[" * 100_000, "json_syntax", "JSON too deep, or a number too long, to be read"),
        ('{"kind": ' + "9" * 5_000 + "}", "json_syntax", "JSON too deep, or a number too long, to be read"),
        ('{"kind": NaN}', "json_syntax", "`NaN` is no JSON value"),
        (line()[:-1] + ', "author": "JP"}', "json_duplicate", "the member `author` stands twice"),
        (line().replace('"phase": "in_force"', '"phase": "ended", "phase": "in_force"'),
         "json_duplicate", "the member `phase` stands twice"),
        (line(kind=None), "field_missing", "`kind` is missing"),
        (line(author=None), "field_missing", "`author` is missing"),
        (line(facts=None), "field_missing", "a line has either `facts` or `lines`"),
        (line(lines=[FACTS]), "field_missing", "a line has either `facts` or `lines`"),
        (line(kind=7), "field_type", "`kind` is a text"),
        (line(author=["KR"]), "field_type", "`author` is a text"),
        (line(author="US"), "field_type", "`author` is a Party of `kr-jp-a`, and `US` is none"),
        (line(facts=[FACTS]), "field_type", "`facts` is an object, and `lines` a list of at least one of them"),
        (line(facts=None, lines=[]), "field_type", "`facts` is an object, and `lines` a list of at least one of them"),
        (line(facts=None, lines=FACTS), "field_type",
         "`facts` is an object, and `lines` a list of at least one of them"),
        (line(facts=None, lines=[FACTS, 7]), "field_type",
         "`facts` is an object, and `lines` a list of at least one of them"),
    ],
)  # fmt: skip
def test_a_malformed_line(pact_a: Instrument, text: str, code: str, message: str) -> None:
    with pytest.raises(MalformedError) as caught:
        judge_text(pact_a, text)
    assert (caught.value.code, caught.value.message, caught.value.exit_code) == (code, message, 6)


def test_a_line(pact_a: Instrument) -> None:
    assert judge_text(pact_a, line()) == PERMIT
    assert judge_line(pact_a, json.loads(line())) == PERMIT


def test_what_else_a_line_holds_means_nothing(pact_a: Instrument) -> None:
    assert judge_text(pact_a, line(id="7", ruling="refusal", agreement="kr-jp-b")) == PERMIT


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"phase": 1.5}, ["phase"]),
        ({"questioned": ["4.1", "4.1"]}, ["questioned"]),
        ({"questioned": {"4.1": True}}, ["questioned"]),
        ({"officer_role": None, "level": 2}, ["level", "officer_role"]),
    ],
)
def test_wrong_facts_have_a_ruling(pact_a: Instrument, changes: dict[str, Any], missing: list[str]) -> None:
    assert judge_text(pact_a, line(facts={**FACTS, **changes})) == {
        "ruling": "refusal", "ground": "unjudgeable", "cites": [], "line": None, "missing": missing,
    }  # fmt: skip


def test_several_lines(pact_a: Instrument) -> None:
    ended = {**FACTS, "phase": "not_in_force"}
    assert judge_text(pact_a, line(facts=None, lines=[FACTS, FACTS])) == PERMIT
    assert judge_text(pact_a, line(facts=None, lines=[FACTS, ended])) == {
        "ruling": "refusal", "ground": "forbidden", "cites": ["16.1"], "line": 2, "missing": [],
    }  # fmt: skip


def test_a_ruling_as_members() -> None:
    refusal = Refusal(ground=Ground.UNJUDGEABLE, missing=("level",), line=3)
    assert members(Permit(cites=("4.2", "10.1")))["cites"] == ["4.2", "10.1"]
    assert members(refusal) == {
        "ruling": "refusal", "ground": "unjudgeable", "cites": [], "line": 3, "missing": ["level"],
    }  # fmt: skip
