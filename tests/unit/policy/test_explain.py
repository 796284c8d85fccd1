"""A line is explained by what its clauses ask and what the facts say to it; facts that are amiss, by what they take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from servanda.act.ruling import Ground, Permit, Refusal
from servanda.agreement.condition import AtLeast, AtMost, AtMostFact, Is, NotIn, OneOf, Test
from servanda.agreement.instrument import Instrument, load
from servanda.agreement.vocabulary import facts_of
from servanda.base.canon import Json
from servanda.policy.facts import FactValue, from_json
from servanda.policy.judge import judge
from servanda.policy.why import Amiss, Asked, Explained, Fault, Part, Told, explain, nearest
from servanda.policy.words import asks, meant, nearest_word, takes
from tests.cases import PACTS, Cases, pact

ROOT = Path(__file__).parents[3]
BASES = json.loads((ROOT / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))["bases"]
SHARE = "intelligence.report.share"


def facts(base: str, **changes: Any) -> dict[str, FactValue]:
    return {**from_json(BASES[base]), **changes}


def text(path: str) -> Instrument:
    return load((ROOT / path).read_text(encoding="utf-8"), path=path)


def scope(topic: str, *, holds: bool) -> Asked:
    return Asked(
        part=Part.WHEN,
        asks="`topic` is one of `topic_in_scope` (`nk_nuclear`, `nk_missile`)",
        fact="topic",
        stated=topic,
        holds=holds,
    )


def level(stated: int, *, holds: bool) -> Asked:
    return Asked(part=Part.WHEN, asks="`level` is at most 2 (`secret`)", fact="level", stated=stated, holds=holds)


ORIGINATOR = Asked(part=Part.WHEN, asks="`originator_acts` is true", fact="originator_acts", stated=True, holds=True)


@pytest.mark.parametrize(
    ("kind", "because"),
    [
        ("intelligence.report.shar", "`intelligence.report.shar` is no kind; did you mean `intelligence.report.share`"),
        ("weather.report.whistle", "`weather.report.whistle` is no kind"),
        ("logistics.order.place", "`kr-jp-a` does not govern `logistics`"),
        ("agreement.text.sign", "clauses do not rule on `agreement.text.sign`"),
    ],
)
def test_a_kind_of_which_no_clause_speaks(kind: str, because: str) -> None:
    assert explain(pact("kr-jp-a"), kind, {}, author="KR") == Explained(
        ruling=Refusal(ground=Ground.SILENT), permits=(), forbids=(), would_permit=(), amiss=(), because=because
    )


def test_who_is_no_party_is_permitted_nothing() -> None:
    assert explain(pact("kr-jp-a"), SHARE, facts("report"), author="CN") == Explained(
        ruling=Refusal(ground=Ground.SILENT),
        permits=(),
        forbids=(),
        would_permit=(),
        amiss=(),
        because="`CN` is no Party of `kr-jp-a`",
    )


def test_facts_that_are_missing_surplus_and_wrong() -> None:
    stated = facts("report", topic="nk_nuklear", level="secret", consnt=True, questioned="4.2")
    del stated["consent"], stated["enciphered"]
    told = explain(pact("kr-jp-a"), SHARE, stated, author="KR")
    names = ("consent", "consnt", "enciphered", "level", "questioned", "topic")
    assert told == Explained(
        ruling=Refusal(ground=Ground.UNJUDGEABLE, missing=names),
        permits=(),
        forbids=(),
        would_permit=(),
        amiss=(
            amiss("consent", Fault.MISSING, None, "`true` or `false`", None, False),
            amiss("consnt", Fault.SURPLUS, True, "", "consent", None),
            amiss("enciphered", Fault.MISSING, None, "`true` or `false`", None, False),
            amiss(
                "level",
                Fault.WRONG,
                "secret",
                "a whole number from 0 to 3 (0 `unclassified`, 1 `confidential`, 2 `secret`, 3 `top_secret`)",
                2,
                3,
            ),
            amiss("questioned", Fault.WRONG, "4.2", "a list of paragraphs of the text, each once", ["4.2"], None),
            amiss(
                "topic", Fault.WRONG, "nk_nuklear", "one of `nk_nuclear`, `nk_missile`, `other`", "nk_nuclear", "other"
            ),
        ),
        because="",
    )


def amiss(fact: str, fault: Fault, stated: Json, takes: str, meant: Json, least: Json) -> Amiss:
    return Amiss(fact=fact, fault=fault, stated=stated, takes=takes, meant=meant, least_favourable=least)


def test_a_permit_tells_the_clause_and_the_tests_it_met() -> None:
    assert explain(pact("kr-jp-a"), SHARE, facts("report"), author="KR") == Explained(
        ruling=Permit(cites=("4.2",)),
        permits=(
            Told(
                paragraph="4.2",
                form="allows",
                tests=(scope("nk_nuclear", holds=True), level(1, holds=True), ORIGINATOR),
            ),
        ),
        forbids=(),
        would_permit=(),
        amiss=(),
        because="",
    )


def test_silence_tells_what_would_permit_it() -> None:
    told = explain(pact("kr-jp-a"), SHARE, facts("report", topic="other"), author="KR")
    assert told.ruling == Refusal(ground=Ground.SILENT)
    assert (told.permits, told.forbids, told.because) == ((), (), "")
    assert told.would_permit == (
        Told(paragraph="4.2", form="allows", tests=(scope("other", holds=False), level(1, holds=True), ORIGINATOR)),
    )


def test_what_forbids_stands_beside_what_would_permit() -> None:
    release = "intelligence.report.release"
    told = explain(
        pact("kr-jp-a"), release, facts("report", released_to="third_state", consent=False, level=1), author="KR"
    )
    assert isinstance(told.ruling, Refusal)
    assert told.ruling.ground is Ground.FORBIDDEN
    assert tuple(dict.fromkeys(clause.paragraph for clause in told.forbids)) == told.ruling.cites
    consent = next(clause for clause in told.forbids if clause.paragraph == "6.1")
    assert [(test.part, test.fact, test.stated, test.holds) for test in consent.tests] == [
        (Part.WHEN, "released_to", "third_state", True),
        (Part.THAT, "consent", False, False),
    ]


def test_time_and_questions_forbid_like_clauses() -> None:
    told = explain(
        pact("kr-jp-a"), SHARE, facts("report", phase="suspended", questioned=frozenset({"4.2"})), author="KR"
    )
    assert [(clause.form, clause.tests[0].asks, clause.tests[0].stated) for clause in told.forbids] == [
        ("lasts", "`phase` is one of `suspended`", "suspended"),
        ("lasts", "paragraph 4.2 is questioned", ["4.2"]),
    ]
    assert [clause.paragraph for clause in told.permits] == ["4.2"]


def test_a_clause_of_one_party_says_so_first() -> None:
    line = facts("order", category="weapon", activity="evacuation", supplier_acts=True)
    told = explain(text("tests/agreements/good/small.md"), "logistics.order.place", line, author="JP")
    author_is = Asked(part=Part.BY, asks="the author is `KR`", fact="author", stated="JP", holds=False)
    assert author_is in [clause.tests[0] for clause in told.would_permit]
    failed = [sum(not test.holds for test in clause.tests) for clause in told.would_permit]
    assert failed == sorted(failed)


def test_without_a_clause_that_opens_a_kind_nothing_would_permit_it() -> None:
    source = (ROOT / "agreements" / "kr-jp-a" / "en.md").read_text(encoding="utf-8")
    closed = load(
        source.replace("kinds: [intelligence.report.request]", "kinds: [intelligence.register.extract]"), path="a"
    )
    told = explain(closed, "intelligence.report.request", facts("report"), author="KR")
    assert (told.would_permit, told.because) == ((), "no clause of `kr-jp-a` opens `intelligence.report.request`")


@pytest.mark.parametrize("name", PACTS)
def test_an_explanation_says_what_the_judge_and_the_nearest_say(name: str) -> None:
    """On cases of every kind: the clauses told are those that decided, and what failed is what `nearest` names."""
    instrument = pact(name)
    for case in Cases(instrument, seed=20_310_502).draw(600):
        told = explain(instrument, case.kind, case.facts, author=case.author)
        ruling = judge(instrument, case.kind, [case.facts], author=case.author)
        assert told.ruling == ruling
        deciding = told.permits if isinstance(ruling, Permit) else told.forbids
        assert tuple(dict.fromkeys(clause.paragraph for clause in deciding)) == ruling.cites
        assert all(test.holds for clause in told.permits for test in clause.tests)
        assert all(not all(test.holds for test in clause.tests) for clause in told.would_permit)
        for clause in told.forbids:
            assert all(test.holds for test in clause.tests if test.part in (Part.BY, Part.WHEN))
            for part in (Part.THAT, Part.UNLESS):
                of = [test.holds for test in clause.tests if test.part is part]
                assert not of or not all(of)
        if isinstance(ruling, Refusal) and ruling.ground is Ground.SILENT:
            near = nearest(instrument, case.kind, case.facts, author=case.author)
            first = told.would_permit[: len(near)]
            assert [clause.paragraph for clause in first] == [each.paragraph for each in near]
            assert [
                tuple(test.fact for test in clause.tests if not test.holds and test.part is Part.WHEN)
                for clause in first
            ] == [each.facts for each in near]


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (Is(fact="consent", truth=True), "`consent` is true"),
        (OneOf(fact="topic", words=("other",)), "`topic` is one of `other`"),
        (
            NotIn(fact="topic", words=("nk_missile", "nk_nuclear")),
            "`topic` is none of `topic_in_scope` (`nk_missile`, `nk_nuclear`)",
        ),
        (OneOf(fact="level", words=(0, 2)), "`level` is one of `unclassified`, `secret`"),
        (AtLeast(fact="level", number=3), "`level` is at least 3 (`top_secret`)"),
        (AtMost(fact="inspected_months_ago", number=24), "`inspected_months_ago` is at most 24"),
        (AtMostFact(fact="level", other="reader_clearance"), "`level` is at most `reader_clearance`"),
    ],
)
def test_a_test_is_told_in_the_words_of_its_agreement(test: Test, words: str) -> None:
    assert asks(test, facts_of(SHARE)[test.fact], pact("kr-jp-a")) == words


@pytest.mark.parametrize(
    ("fact", "value", "may_be"),
    [
        ("consent", 1, None),
        ("consent", "TRUE", True),
        ("consent", "no", None),
        ("level", True, None),
        ("level", "2", 2),
        ("level", "7", None),
        ("level", "9" * 40, None),
        ("level", "top secret", 3),
        ("level", "blue", None),
        ("inspected_months_ago", "many", None),
        ("topic", "nk_misile", "nk_missile"),
        ("topic", "weather", None),
        ("topic", ["nk_missile"], None),
        ("questioned", "4.2", ["4.2"]),
        ("questioned", "99.9", None),
    ],
)
def test_what_may_be_meant_is_near_or_nothing(fact: str, value: object, may_be: Json) -> None:
    found = meant(value, facts_of(SHARE)[fact], pact("kr-jp-a"))
    assert (found, type(found)) == (may_be, type(may_be))


def test_a_number_without_scale_takes_its_bounds() -> None:
    assert takes(facts_of(SHARE)["inspected_months_ago"], pact("kr-jp-a")) == "a whole number from 0 to 99"
    assert nearest_word("x" * 10_000, ["x"]) is None
