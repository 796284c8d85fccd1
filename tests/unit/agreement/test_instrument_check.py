"""Texts side by side: no two agreements govern one domain, and words that nobody uses are warned of."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.agreement.check import complaints
from servanda.agreement.complaints import Complaints, Doubt, Fault
from servanda.agreement.instrument import Instrument
from servanda.base.errors import Complaint

ROOT = Path(__file__).parents[3]


def pact(name: str) -> str:
    return (ROOT / "agreements" / name / "en.md").read_text(encoding="utf-8")


def unused(path: str, line: int, paragraph: str, word: str) -> Complaint:
    message = f"`{word}` is defined and never used: no test names it, and no fact takes its values from it"
    return Complaint(
        path=path, line=line, paragraph=paragraph, code="word_unused", message=message, word=word, level="warning"
    )


def test_both_example_texts_stand_side_by_side() -> None:
    """What 10.1 defines says which forms a supplementary arrangement may have, and no clause asks it."""
    found = complaints([("a", pact("kr-jp-a"), ()), ("b", pact("kr-jp-b"), ())])
    assert found == (unused("b", 515, "10.1", "arrangement_form"),)


def test_two_agreements_over_one_domain() -> None:
    other = pact("kr-jp-a").replace("id: kr-jp-a", "id: kr-jp-c")
    assert complaints([("a.md", pact("kr-jp-a"), ()), ("c.md", other, ())]) == tuple(
        Complaint(
            path="c.md",
            line=10,
            paragraph="",
            code="domain_twice",
            message=f"`{domain}` is governed by `kr-jp-a` (a.md) already; no two agreements govern one domain",
            word=domain,
        )
        for domain in ("intelligence", "rescue")
    )


def test_two_versions_of_one_agreement_are_one() -> None:
    second = pact("kr-jp-a").replace("version: 1\n", "version: 2\n")
    assert complaints([("1.md", pact("kr-jp-a"), ()), ("2.md", second, ())]) == ()


def test_every_text_is_complained_of() -> None:
    faulty = pact("kr-jp-a").replace("[relay_other]", "[relay_others]")
    found = complaints([("a.md", faulty, ()), ("b.md", pact("kr-jp-b"), ()), ("c.md", "no text", ())])
    assert [(complaint.path, complaint.line, complaint.code, complaint.level) for complaint in found] == [
        ("a.md", 169, "word_unknown", "fault"),
        ("b.md", 515, "word_unused", "warning"),
        ("c.md", 1, "head_missing", "fault"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("topic_in_scope: [", "watched: [nk_missile]\n  topic_in_scope: [", [(28, "1.1", "watched")]),
        ("topic_in_scope: [", "steps: {one: 1, two: 2}\n  topic_in_scope: [", [(28, "1.1", "steps")]),
        # A list that only values of a fact come from is used, as is one that only a test names.
        ("{topic: topic_in_scope, purpose_stated: true}", "{purpose_stated: true}", []),
    ],
)
def test_words_that_are_never_used(old: str, new: str, expected: list[tuple[int, str, str]]) -> None:
    text = pact("kr-jp-a").replace(old, new, 1)
    assert complaints([("a.md", text, ())]) == tuple(unused("a.md", *each) for each in expected)


@pytest.mark.parametrize("asked", ["watched", "{not_in: watched}"])
@pytest.mark.parametrize(
    "clause",
    [
        "allows: {kinds: [intelligence.report.request], when: {topic: ASKED}}",
        "excludes: {kinds: [intelligence.report.request], when: {topic: ASKED}}",
        "requires: {kinds: [intelligence.report.request], that: {topic: ASKED}}",
        "requires: {kinds: [intelligence.report.request], that: {marked: true}, unless: {topic: ASKED}}",
        "limits: {kinds: [intelligence.report.request], amount: level, at_most: 2, unless: {topic: ASKED}}",
        (
            "owes: {after: intelligence.report.request, when: {topic: ASKED}, who: author, "
            "does: intelligence.report.request, within: 1 day}"
        ),
        "holds: {never: {kinds: [intelligence.report.request], when: {topic: ASKED}}}",
    ],
)
def test_a_word_that_one_test_names_is_used(clause: str, asked: str) -> None:
    defined = pact("kr-jp-a").replace("topic_in_scope: [", "watched: [nk_missile]\n  topic_in_scope: [", 1)
    named = defined.replace(
        "**1.2** Neither", f"```clause\n{clause.replace('ASKED', asked)}\n```\n\n**1.2** Neither", 1
    )
    assert complaints([("a.md", named, ())]) == ()


def test_what_else_is_asked_of_a_text_that_reads_stands_in_the_order_of_its_lines() -> None:
    def further(text: Instrument, complaints: Complaints) -> None:
        complaints.add(Fault.INVARIANT_BROKEN, f"{complaints.path} is {text.id}", line=700)
        complaints.add(Doubt.CLAUSE_IDLE, "idle", line=3, word="allows")

    found = complaints([("b.md", pact("kr-jp-b"), ()), ("c.md", "no text", ())], (further,))
    assert [(each.path, each.line, each.code, each.level, each.message) for each in found[:3:2]] == [
        ("b.md", 3, "clause_idle", "warning", "idle"),
        ("b.md", 700, "invariant_broken", "fault", "b.md is kr-jp-b"),
    ]
    assert [(each.path, each.code) for each in found[3:]] == [("c.md", "head_missing")]
