"""Whatever is missing, unknown, mistyped or cannot be read: nothing is permitted, and the ruling says why.

Each way has its test. A case begins as an act that the text permits, so that the way alone refuses it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from servanda.act.kind import JudgedBy, kinds
from servanda.act.ruling import Ground, Permit, Refusal, Ruling
from servanda.agreement.check import complaints
from servanda.agreement.clause import Allows, Excludes, Ruled
from servanda.agreement.condition import AtLeast, Is
from servanda.agreement.instrument import Instrument, load
from servanda.agreement.vocabulary import Answer, FactType, facts_of
from servanda.base.errors import AgreementError, MalformedError
from servanda.policy.facts import to_json
from servanda.policy.judge import judge
from servanda.policy.judging import judge_text
from tests.cases import PACTS, Case, Cases, Facts, pact, source
from tests.unit.agreement.lives import Story
from tests.unit.policy.small import small
from tests.unit.policy.small import source as small_source

SILENT = Refusal(ground=Ground.SILENT)
JUDGED = [(name, kind) for name in PACTS for kind in pact(name).lexicon.judged()]


@cache
def permitted(name: str, kind: str) -> Case:
    """An act of this kind that the text permits."""
    drawn = Cases(pact(name), seed=1)
    for _ in range(50):
        case = Case(kind=kind, author="KR", facts=drawn.permitted(kind, "KR"))
        case.facts.update(phase="in_force", questioned=frozenset())
        if isinstance(ruling(pact(name), case), Permit):
            return case
    raise LookupError(kind)


def ruling(text: Instrument, case: Case) -> Ruling:
    return judge(text, case.kind, [case.facts], author=case.author)


def with_facts(case: Case, **changes: Any) -> Case:
    return replace(case, facts={**case.facts, **changes})


def unjudgeable(*facts: str, line: int | None = None) -> Refusal:
    return Refusal(ground=Ground.UNJUDGEABLE, missing=tuple(sorted(facts)), line=line)


# -- no text that rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_no_text_in_force_forbids_every_kind(name: str, kind: str) -> None:
    found = ruling(pact(name), with_facts(permitted(name, kind), phase="not_in_force"))
    starts = {"kr-jp-a": "16.1", "kr-jp-b": "13.1"}[name]
    assert found == Refusal(ground=Ground.FORBIDDEN, cites=(starts,))


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_an_ended_text_forbids_what_does_not_survive(name: str, kind: str) -> None:
    text, case = pact(name), permitted(name, kind)
    found = ruling(text, with_facts(case, phase="ended"))
    survives = {"kr-jp-a": "16.5", "kr-jp-b": "13.4"}[name]
    whole = ruling(text, case)
    assert found == (
        whole if kind in text.terms.kinds("survives") else Refusal(ground=Ground.FORBIDDEN, cites=(survives,))
    )


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_a_suspended_text_forbids_what_may_be_suspended(name: str, kind: str) -> None:
    text, case = pact(name), permitted(name, kind)
    found = ruling(text, with_facts(case, phase="suspended"))
    suspendable = {"kr-jp-a": "16.4", "kr-jp-b": "13.3"}[name]
    assert found == (
        Refusal(ground=Ground.FORBIDDEN, cites=(suspendable,))
        if kind in text.terms.kinds("suspendable")
        else ruling(text, case)
    )


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_a_phase_that_nobody_knows_is_unjudgeable(name: str, kind: str) -> None:
    assert ruling(pact(name), with_facts(permitted(name, kind), phase="provisional")) == unjudgeable("phase")


def test_a_text_that_opens_nothing_permits_nothing() -> None:
    text = small("text_only: nothing", governs="intelligence, logistics")
    for kind in text.lexicon.judged():
        drawn = Cases(text, seed=1)
        for _ in range(20):
            facts = {**drawn.permitted(kind, "JP"), "phase": "in_force"}
            assert judge(text, kind, [facts], author="JP") == SILENT


def test_a_domain_that_two_texts_govern_is_refused_by_the_reader() -> None:
    other = source("kr-jp-a").replace("id: kr-jp-a", "id: kr-jp-c", 1)
    found = complaints([("one.md", source("kr-jp-a"), ()), ("two.md", other, ())])
    assert [(each.path, each.code, each.word) for each in found] == [
        ("two.md", "domain_twice", "intelligence"),
        ("two.md", "domain_twice", "rescue"),
    ]


@pytest.mark.parametrize("domain", ["intelligence", "rescue"])
def test_a_domain_that_another_text_in_force_governs_is_not_initialled_again(domain: str) -> None:
    story = Story("kr-jp-a")
    digest = story.table()
    elsewhere = frozenset({domain})
    assert story.say("KR", "text.initial", digest=digest, elsewhere=elsewhere) == Refusal(
        ground=Ground.FORBIDDEN, cites=("life.15",)
    )


# -- kinds and authors that no paragraph speaks of ---------------------------------------------------------------------


@pytest.mark.parametrize("name", PACTS)
def test_a_kind_that_is_unknown_not_governed_or_not_judged_by_clauses_is_silent(name: str) -> None:
    text, facts = pact(name), permitted(name, pact(name).lexicon.judged()[0]).facts
    strange = ("", "report.share", "intelligence.report", "intelligence.report.whisper", "Intelligence.report.share",
               "intelligence.report.share ", "intelligence.*", "weather.report.share")  # fmt: skip
    others = [each for each in kinds() if each not in text.lexicon.judged()]
    assert {kinds()[each].judged_by for each in others} == set(JudgedBy)
    for kind in (*strange, *others):
        for lines in ([facts], [], [{}]):
            assert judge(text, kind, lines, author="KR") == SILENT, kind
        assert judge(text, kind, [facts, facts], author="KR") == replace(SILENT, line=1)


@pytest.mark.parametrize(("name", "kind"), JUDGED)
@pytest.mark.parametrize("author", ["US", "kr", "KR ", "", "either"])
def test_an_author_who_is_no_party_is_silent(name: str, kind: str, author: str) -> None:
    case = replace(permitted(name, kind), author=author)
    assert ruling(pact(name), case) == SILENT
    assert judge(pact(name), kind, [case.facts, case.facts], author=author) == replace(SILENT, line=1)


# -- facts that are not whole ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_a_fact_that_is_missing_is_named(name: str, kind: str) -> None:
    case = permitted(name, kind)
    for fact in facts_of(kind):
        without = {other: value for other, value in case.facts.items() if other != fact}
        assert ruling(pact(name), replace(case, facts=without)) == unjudgeable(fact)


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_a_fact_too_many_is_named(name: str, kind: str) -> None:
    case = permitted(name, kind)
    for surplus in ("override", "Phase", "phase ", ""):
        assert ruling(pact(name), with_facts(case, **{surplus: True})) == unjudgeable(surplus)


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_a_fact_of_another_domain_is_one_too_many(name: str, kind: str) -> None:
    case = permitted(name, kind)
    elsewhere = {fact for other in kinds() if kinds()[other].domain != "agreement" for fact in facts_of(other)}
    for surplus in sorted(elsewhere - case.facts.keys()):
        assert ruling(pact(name), with_facts(case, **{surplus: True})) == unjudgeable(surplus)


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_a_fact_that_is_no_answer_is_named(name: str, kind: str) -> None:
    """Of another type, out of bounds, a word that the text does not know: every fact, every such value."""
    case = permitted(name, kind)
    for fact in facts_of(kind).values():
        for value in no_answers(fact, pact(name)):
            found = ruling(pact(name), with_facts(case, **{fact.name: value}))
            assert found == unjudgeable(fact.name), (fact.name, value)


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_all_that_is_wrong_is_named_at_once_in_order(name: str, kind: str) -> None:
    case = permitted(name, kind)
    spoilt = {fact: None for fact in case.facts if fact != "phase"} | {"zeal": 1, "artful": 1}
    assert ruling(pact(name), replace(case, facts=spoilt)) == unjudgeable(*case.facts, "zeal", "artful")


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_what_is_wrong_comes_before_what_is_forbidden(name: str, kind: str) -> None:
    case = with_facts(permitted(name, kind), phase="not_in_force", officer_role="nobody")
    assert ruling(pact(name), case) == unjudgeable("officer_role")


def no_answers(fact: FactType, text: Instrument) -> Iterator[Any]:
    """Values that are no answer to a fact, those that are close to one first."""
    match fact.answer:
        case Answer.BOOL:
            yield from (1, 0, "true", "false", "")
        case Answer.INT:
            yield from (fact.least - 1, fact.most + 1, True, False, str(fact.least), float(fact.least), math.nan)
            yield from (math.inf, 10**40)
        case Answer.WORD:
            known = text.values(fact)
            yield from ("", "no_such_word", f"{known[0]} ", known[0].upper(), known[0].encode(), True, 0)
            # A word that other texts, or other facts, know.
            yield from (word for word in ("ammunition", "third_state", "own_government") if word not in known)
        case Answer.PARAGRAPHS:
            yield from (frozenset({"99.1"}), frozenset({"1.1", ""}), frozenset({1.1}), {"1.1"}, ["1.1"], "1.1", True)
    yield from (None, [], {}, (), object(), float("nan"))
    if fact.answer is not Answer.PARAGRAPHS:
        yield frozenset()


# -- lines -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_an_act_without_a_line_lacks_every_fact(name: str, kind: str) -> None:
    whole = unjudgeable(*facts_of(kind))
    assert judge(pact(name), kind, [], author="KR") == whole
    assert judge(pact(name), kind, (), author="JP") == whole
    assert judge(pact(name), kind, [{}], author="JP") == whole


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_a_line_that_is_empty_refuses_the_whole_act(name: str, kind: str) -> None:
    facts = permitted(name, kind).facts
    lacking = unjudgeable(*facts_of(kind), line=2)
    assert judge(pact(name), kind, [facts, {}, facts], author="KR") == lacking


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_one_line_that_is_refused_refuses_the_whole_act(name: str, kind: str) -> None:
    facts = permitted(name, kind).facts
    early: Facts = {**facts, "phase": "not_in_force"}
    starts = {"kr-jp-a": "16.1", "kr-jp-b": "13.1"}[name]
    found = judge(pact(name), kind, [facts, facts, early], author="KR")
    assert found == Refusal(ground=Ground.FORBIDDEN, cites=(starts,), line=3)


# -- clauses that cannot be read ---------------------------------------------------------------------------------------

UNREADABLE = {
    "a fact that is none": ("excludes: {kinds: [intelligence.*], when: {no_such_fact: true}}", "fact_unknown"),
    "a fact that not every kind has": (
        "excludes: {kinds: [intelligence.report.share, logistics.item.pass], when: {level: {at_least: 1}}}",
        "fact_unknown",
    ),
    "a word that is none": ("excludes: {kinds: [intelligence.*], when: {carrier: [pigeon]}}", "word_unknown"),
    "a word for a number": ("excludes: {kinds: [intelligence.*], when: {witnesses: [two]}}", "value_malformed"),
    "a number for a word": ("excludes: {kinds: [intelligence.*], when: {carrier: {at_least: 1}}}", "test_malformed"),
    "a truth for a number": ("excludes: {kinds: [intelligence.*], when: {witnesses: true}}", "value_malformed"),
    "a number out of bounds": (
        "excludes: {kinds: [intelligence.*], when: {witnesses: {at_least: 10}}}",
        "number_out_of_range",
    ),
    "numbers of two units": (
        "excludes: {kinds: [intelligence.*], when: {witnesses: {at_least_fact: level}}}",
        "test_malformed",
    ),
    "the fact that no clause asks": (
        "excludes: {kinds: [intelligence.*], when: {questioned: [1.1]}}",
        "test_malformed",
    ),
    "a kind that is none": ("excludes: {kinds: [intelligence.report.whisper], when: {consent: true}}", "kind_unknown"),
    "a kind of another domain": ("excludes: {kinds: [rescue.case.open], when: {phase: [notice]}}", "kind_not_governed"),
    "a Party that is none": ("excludes: {kinds: [intelligence.*], when: {consent: true}, by: US}", "party_unknown"),
    "a form that is none": ("forbids: {kinds: [intelligence.*]}", "form_unknown"),
    "a key that is none": ("excludes: {kinds: [intelligence.*], when: {consent: true}, or: {}}", "key_unknown"),
    "a condition that is missing": ("excludes: {kinds: [intelligence.*]}", "key_missing"),
    "an empty condition": ("excludes: {kinds: [intelligence.*], when: {}}", "value_malformed"),
    "an empty list of words": ("excludes: {kinds: [intelligence.*], when: {carrier: []}}", "test_malformed"),
}


@pytest.mark.parametrize("way", UNREADABLE)
def test_a_clause_that_cannot_be_evaluated_is_no_agreement(way: str) -> None:
    clause, code = UNREADABLE[way]
    opening = "allows: {kinds: [intelligence.*]}"
    assert small(opening, governs="intelligence, logistics").paragraphs.keys() == {"1.1", "1.2", "2.1"}
    with pytest.raises(AgreementError) as caught:
        small(opening, clause, governs="intelligence, logistics")
    assert [(each.paragraph, each.code) for each in caught.value.complaints] == [("2.2", code)]


@pytest.mark.parametrize("name", PACTS)
def test_a_clause_that_was_built_past_the_reader_raises_and_permits_nothing(name: str) -> None:
    """It cannot come of a text; where it stands all the same, the act is neither permitted nor refused by guessing."""
    whole = pact(name)
    place = next(clause for clause in whole.clauses if isinstance(clause, Ruled)).place
    for kind in whole.lexicon.judged():
        case = permitted(name, kind)
        for test, error in (
            (Is(fact="no_such_fact", truth=True), KeyError),
            (AtLeast(fact="phase", number=1), TypeError),
        ):
            for form in (Excludes, Allows):
                clause = form(place=place, kinds=(kind,), when=(test,), by=None)
                digest = f"{whole.digest} {kind} {test} {form.form}"
                bent = replace(whole, clauses=(clause, *whole.clauses), digest=digest)
                with pytest.raises(error):
                    ruling(bent, case)


def test_what_closes_wins_over_what_opens_wherever_it_stands() -> None:
    opening = "allows: {kinds: [intelligence.report.recall]}"
    closing = "excludes: {kinds: [intelligence.report.recall], when: {marked: true}}"
    for clauses in ((opening, closing), (closing, opening), (opening, closing, opening)):
        text = small(*clauses)
        facts = {
            **Cases(text, seed=1).permitted("intelligence.report.recall", "KR"),
            "marked": True,
            "phase": "in_force",
        }
        closed = f"2.{clauses.index(closing) + 1}"
        assert judge(text, "intelligence.report.recall", [facts], author="KR") == Refusal(
            ground=Ground.FORBIDDEN, cites=(closed,)
        )


def test_a_text_that_does_not_read_is_no_agreement() -> None:
    whole = small_source("allows: {kinds: [intelligence.*]}")
    assert small("allows: {kinds: [intelligence.*]}").source == whole
    for old, new in (("lasts:", "last:"), ("```clause", "```"), ("status: exercise\n", ""), ("**1.2**", "**1.1**")):
        with pytest.raises(AgreementError):
            load(whole.replace(old, new, 1), path="small.md")


# -- questions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_a_question_closes_what_its_paragraph_allows(name: str, kind: str) -> None:
    text, case = pact(name), permitted(name, kind)
    allowing = ruling(text, case)
    found = ruling(text, with_facts(case, questioned=frozenset(allowing.cites)))
    questioned = {"kr-jp-a": "16.8", "kr-jp-b": "13.6"}[name]
    held = {"rescue.case.open", "rescue.sighting.lodge", *text.terms.kinds("never_waits")}
    assert found == (allowing if kind in held else Refusal(ground=Ground.FORBIDDEN, cites=(questioned,)))


# -- the line form -----------------------------------------------------------------------------------------------------


def line(case: Case, **changes: Any) -> dict[str, Any]:
    members = {"kind": case.kind, "author": case.author, "facts": to_json(case.facts), **changes}
    return {name: value for name, value in members.items() if value is not ...}


def malformed_lines(case: Case) -> Mapping[str, tuple[str, str]]:
    """Lines that cannot be read, each with the code it is refused by."""
    facts, whole = to_json(case.facts), json.dumps(line(case))
    return {
        "nothing": ("", "json_syntax"),
        "no JSON": (whole[:-1], "json_syntax"),
        "two values": (f"{whole}{whole}", "json_syntax"),
        "no object": (f"[{whole}]", "field_type"),
        "a number that is none": (json.dumps(line(case, facts={**facts, "level": math.nan})), "json_syntax"),
        "too deep": ("[" * 100_000, "json_syntax"),
        "a member twice": (f'{{"author": "JP", {whole[1:]}', "json_duplicate"),
        "a fact twice": (whole.replace('"phase"', '"phase": "ended", "phase"', 1), "json_duplicate"),
        "no kind": (json.dumps(line(case, kind=...)), "field_missing"),
        "a kind that is no text": (json.dumps(line(case, kind=[case.kind])), "field_type"),
        "no author": (json.dumps(line(case, author=...)), "field_missing"),
        "an author who is no Party": (json.dumps(line(case, author="US")), "field_type"),
        "neither facts nor lines": (json.dumps(line(case, facts=...)), "field_missing"),
        "facts and lines": (json.dumps(line(case, lines=[facts])), "field_missing"),
        "no line": (json.dumps(line(case, facts=..., lines=[])), "field_type"),
        "a line that is none": (json.dumps(line(case, facts=..., lines=[facts, None])), "field_type"),
        "facts that are none": (json.dumps(line(case, facts=[facts])), "field_type"),
    }


@pytest.mark.parametrize("way", malformed_lines(permitted("kr-jp-a", "intelligence.report.share")))
def test_a_line_that_cannot_be_read_has_no_ruling(way: str) -> None:
    case = permitted("kr-jp-a", "intelligence.report.share")
    text, code = malformed_lines(case)[way]
    with pytest.raises(MalformedError) as caught:
        judge_text(pact("kr-jp-a"), text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("questioned", "missing"),
    [
        (["1.1", "1.1"], ["questioned"]),
        ([1], ["questioned"]),
        ([["1.1"]], ["questioned"]),
        (["1.1", "99.9"], ["questioned"]),
    ],
)
def test_a_list_that_is_no_set_of_paragraphs_is_unjudgeable(questioned: list[Any], missing: list[str]) -> None:
    case = permitted("kr-jp-a", "intelligence.report.share")
    text = json.dumps(line(case, facts={**to_json(case.facts), "questioned": questioned}))
    assert judge_text(pact("kr-jp-a"), text) == {
        "ruling": "refusal",
        "ground": "unjudgeable",
        "cites": [],
        "line": None,
        "missing": missing,
    }


@pytest.mark.parametrize(("name", "kind"), JUDGED)
def test_what_else_a_line_claims_opens_nothing(name: str, kind: str) -> None:
    """Not even that it is permitted."""
    case = with_facts(permitted(name, kind), phase="not_in_force")
    starts = {"kr-jp-a": "16.1", "kr-jp-b": "13.1"}[name]
    text = json.dumps(line(case, ruling="permit", cites=["1.1"], phase="in_force", expected={"ruling": "permit"}))
    assert judge_text(pact(name), text) == {
        "ruling": "refusal",
        "ground": "forbidden",
        "cites": [starts],
        "line": None,
        "missing": [],
    }
