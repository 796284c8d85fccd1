"""Faulty texts: each complaint with its place, code, word and whole message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from servanda.agreement.complaints import Fault
from servanda.agreement.instrument import check, load
from servanda.base.errors import AgreementError, Complaint

ROOT = Path(__file__).parents[3]
FAULTS = json.loads((ROOT / "tests" / "agreements" / "bad" / "faults.json").read_text(encoding="utf-8"))
# What one edited text cannot show: shown in the tests below, in test_instrument_check, in test_wording_faults, and
# where texts are proved.
SHOWN_APART = {
    Fault.TEXT_TOO_LARGE,
    Fault.ANNEX_TWICE,
    Fault.DOMAIN_TWICE,
    Fault.LANGUAGE_UNKNOWN,
    Fault.LANGUAGE_TWICE,
    Fault.LANGUAGE_MISSING,
    Fault.WORDS_DIFFER,
    Fault.INVARIANT_BROKEN,
}


def edited(agreement: str, edits: list[list[str]]) -> str:
    text = (ROOT / "agreements" / agreement / "en.md").read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case["fault"])
def test_faulty_text(case: dict[str, Any]) -> None:
    complaints = check(edited(case["agreement"], case["edits"]), path="en.md")
    assert complaints == tuple(Complaint(path="en.md", **expected) for expected in case["complaints"])


def test_every_fault_is_shown() -> None:
    shown = {complaint["code"] for case in FAULTS for complaint in case["complaints"]}
    assert not shown & {fault.value for fault in SHOWN_APART}
    assert shown | {fault.value for fault in SHOWN_APART} == {fault.value for fault in Fault}


def test_a_text_that_is_too_large() -> None:
    text = edited("kr-jp-a", []) + "#" * 1_000_000
    assert [(complaint.code, complaint.line) for complaint in check(text, path="en.md")] == [("text_too_large", 1)]


def test_an_annex_twice() -> None:
    text = edited("kr-jp-b", [["## Annex · barred", "## Annex · categories"]])
    assert [(complaint.code, complaint.line, complaint.word) for complaint in check(text, path="en.md")] == [
        ("annex_missing", 13, "barred"),
        ("annex_twice", 655, "categories"),
        ("block_misplaced", 657, "annex"),
    ]


def test_a_text_without_paragraphs() -> None:
    text = edited("kr-jp-a", [])
    start, end = text.index("## Article 1 "), text.index("## Annex")
    assert [(complaint.code, complaint.line) for complaint in check(text[:start] + text[end:], path="en.md")] == [
        ("paragraph_empty", 16)
    ]


def test_loading_raises_with_the_first_place_and_how_many_more() -> None:
    case = next(case for case in FAULTS if case["fault"] == "three faults in three places")
    with pytest.raises(AgreementError) as caught:
        load(edited(case["agreement"], case["edits"]), path="texts/en.md")
    assert str(caught.value) == (
        "texts/en.md:37: paragraph 1.2 stands twice (and 2 more); correct the text and check it again"
    )
    assert (caught.value.code, caught.value.exit_code) == ("paragraph_twice", 7)
