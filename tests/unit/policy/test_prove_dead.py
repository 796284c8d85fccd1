"""Clauses that decide nothing: what decides instead, and whether they are cited all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.agreement.instrument import load
from servanda.policy.prove.dead import idle_clauses
from tests.unit.policy.small import small

AGREEMENTS = Path(__file__).parents[3] / "agreements"
SHARE = "intelligence.report.share"
ANY = f"allows: {{kinds: [{SHARE}]}}"
LOW = f"allows: {{kinds: [{SHARE}], when: {{level: {{at_most: secret}}}}}}"
TOP = f"excludes: {{kinds: [{SHARE}], when: {{level: top_secret}}}}"
HIGH = f"excludes: {{kinds: [{SHARE}], when: {{level: {{at_least: secret}}}}}}"


def idle(*clauses: str) -> list[tuple[str, int, bool, tuple[str, ...], tuple[str, ...], bool, tuple[str, ...]]]:
    return [
        (
            *(each.clause.paragraph, each.clause.ordinal, each.cited),
            *(each.closed_by, each.opened_by, each.never_opened, each.narrower),
        )
        for each in idle_clauses(small(*clauses))
    ]


@pytest.mark.parametrize(("name", "kept"), [("kr-jp-a", [("4.3", 1)]), ("kr-jp-b", [("3.2", 1), ("4.6", 2)])])
def test_the_example_texts_keep_three_exclusions_for_their_citation(name: str, kept: list[tuple[str, int]]) -> None:
    text = load((AGREEMENTS / name / "en.md").read_text(encoding="utf-8"), path=name)
    found = idle_clauses(text)
    assert [(each.clause.paragraph, each.clause.ordinal) for each in found] == kept
    assert {(each.clause.form.value, each.cited, each.never_opened, each.closed_by) for each in found} == {
        ("excludes", True, True, ())
    }


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ((ANY, TOP), []),
        # What an `allows` leaves out an exclusion cites; it decides nothing.
        ((LOW, TOP), [("2.2", 1, True, (), (), True, ("2.1",))]),
        ((TOP,), [("2.1", 1, True, (), (), True, ())]),
        # Of two exclusions the wider one decides, and both are cited.
        ((ANY, HIGH, TOP), [("2.3", 1, True, ("2.2",), (), False, ())]),
        # In one paragraph the narrower one is not even cited.
        ((ANY, f"{HIGH}\n```\n\n```clause\n{TOP}"), [("2.2", 2, False, ("2.2",), (), False, ())]),
        # Of two that open the narrower one is cited; in one paragraph it is idle.
        ((ANY, LOW), [("2.2", 1, True, (), ("2.1",), False, ())]),
        ((f"{ANY}\n```\n\n```clause\n{LOW}",), [("2.1", 2, False, (), ("2.1",), False, ())]),
        # Two that open the same hide each other.
        ((ANY, ANY), [("2.1", 1, True, (), ("2.2",), False, ()), ("2.2", 1, True, (), ("2.1",), False, ())]),
        # What one clause opens another closes whole.
        (
            (f"allows: {{kinds: [{SHARE}], when: {{level: top_secret}}}}", TOP),
            [("2.1", 1, False, ("2.2",), (), False, ())],
        ),
        # No act meets the tests.
        (
            (ANY, f"excludes: {{kinds: [{SHARE}], when: {{level: {{at_least: 2, at_most: 1}}}}}}"),
            [("2.2", 1, False, (), (), False, ())],
        ),
        (
            (f"allows: {{kinds: [{SHARE}], when: {{level: {{at_least: 2, at_most: 1}}}}}}",),
            [("2.1", 1, False, (), (), False, ())],
        ),
        # A condition that what is open always meets, a ceiling that is never reached.
        (
            (LOW, f"requires: {{kinds: [{SHARE}], that: {{level: {{at_most: 2}}}}}}"),
            [("2.2", 1, True, (), (), True, ("2.1",))],
        ),
        (
            (ANY, f"limits: {{kinds: [{SHARE}], amount: level, at_most: 3}}"),
            [("2.2", 1, False, (), (), False, ())],
        ),
        # One Party's acts are others than those of both.
        ((f"allows: {{kinds: [{SHARE}], by: KR}}", f"allows: {{kinds: [{SHARE}], by: JP}}"), []),
        ((ANY, f"allows: {{kinds: [{SHARE}], by: JP}}"), [("2.2", 1, True, (), ("2.1",), False, ())]),
    ],
)
def test_weighed(clauses: tuple[str, ...], expected: list[object]) -> None:
    assert idle(*clauses) == expected


def test_a_clause_that_decides_of_one_of_its_kinds_decides() -> None:
    both = "excludes: {kinds: [intelligence.report.share, intelligence.report.request], when: {level: top_secret}}"
    assert idle(LOW, "allows: {kinds: [intelligence.report.request]}", both) == []


def test_a_second_opening_decides_where_a_question_closes_the_first() -> None:
    """Without 2.2 its question falls away, and 2.1 would permit; without 2.1 its question falls away likewise."""
    assert idle(ANY, LOW, "lasts: {questioned: 30 days}") == []


def test_a_duty_that_no_permitted_act_begins() -> None:
    def owed(when: str) -> str:
        return f"owes: {{after: {SHARE}, when: {{{when}}}, who: author, does: {SHARE}, within: 2 days}}"

    assert idle(LOW, owed("level: secret")) == []
    assert idle(LOW, owed("level: top_secret")) == [("2.2", 1, False, (), (), True, ("2.1",))]


def test_a_duty_after_what_is_delivered_whatever_the_ruling_begins() -> None:
    duty = (
        "owes: {after: rescue.case.open, when: {asserts_title: true}, "
        "who: other, does: rescue.case.open, within: 1 day}"
    )
    text = small(
        "allows: {kinds: [rescue.case.open]}",
        "excludes: {kinds: [rescue.case.open], when: {asserts_title: true}}",
        duty,
        governs="rescue",
    )
    assert idle_clauses(text) == ()
