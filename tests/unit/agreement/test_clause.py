"""Each form as it is read: kinds and words read out, spans counted, places kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.agreement.clause import (
    Allows,
    Always,
    Clause,
    Debtor,
    Defines,
    Excludes,
    Form,
    Lasts,
    Limits,
    Never,
    Owes,
    Place,
    Requires,
    SameIn,
    Term,
    TextOnly,
)
from servanda.agreement.condition import AtLeast, AtMost, AtMostFact, Is, NotIn, OneOf
from servanda.agreement.instrument import Instrument, load
from servanda.base.calendar import Span

ROOT = Path(__file__).parents[3]


def text(path: str) -> Instrument:
    return load((ROOT / path).read_text(encoding="utf-8"), path=path)


def clause(instrument: Instrument, paragraph: str, ordinal: int) -> Clause:
    return next(clause for clause in instrument.clauses if (clause.paragraph, clause.ordinal) == (paragraph, ordinal))


@pytest.fixture
def small() -> Instrument:
    return text("tests/agreements/good/small.md")


@pytest.fixture
def pact_b() -> Instrument:
    return text("agreements/kr-jp-b/en.md")


def test_defines(small: Instrument) -> None:
    read = clause(small, "1.1", 1)
    assert isinstance(read, Defines)
    assert dict(read.scales) == {"level": {"unclassified": 0, "confidential": 1, "secret": 2, "top_secret": 3}}
    assert dict(read.words) == {
        "topic_in_scope": ("nk_nuclear",),
        "outside_body": ("third_state", "public"),
        "support_category": ("food", "fuel"),
        "barred_category": ("weapon",),
        "covered_activity": ("evacuation",),
        "party_territory": ("kr_territory", "jp_territory"),
        "outside_territory": ("high_seas",),
    }


def test_allows(small: Instrument) -> None:
    assert clause(small, "12.10", 2) == Allows(
        place=Place(
            paragraph="12.10",
            ordinal=2,
            line=62,
            body={
                "kinds": ["logistics.order.place"],
                "by": "KR",
                "when": {
                    "category": "support_category",
                    "supplier_acts": False,
                    "place": {"not_in": ["kr_territory", "other"]},
                },
            },
        ),
        kinds=("logistics.order.place",),
        when=(
            OneOf(fact="category", words=("food", "fuel")),
            Is(fact="supplier_acts", truth=False),
            NotIn(fact="place", words=("kr_territory", "other")),
        ),
        by="KR",
    )


def test_patterns_stand_for_the_kinds_clauses_rule_on(small: Instrument) -> None:
    read = clause(small, "12.10", 1)
    assert isinstance(read, Allows)
    assert read.kinds[-5:] == (
        "intelligence.incident.conclude",
        "logistics.goods.issue",
        "logistics.goods.receive",
        "logistics.goods.return",
        "logistics.goods.transfer",
    )
    assert "intelligence.incident.find" not in read.kinds


def test_excludes(small: Instrument) -> None:
    read = clause(small, "12.10", 4)
    assert isinstance(read, Excludes)
    assert (read.kinds, read.by) == (("intelligence.report.share",), None)
    assert read.when == (
        AtLeast(fact="level", number=1),
        AtMost(fact="level", number=2),
        AtMostFact(fact="reader_clearance", other="level"),
        Is(fact="consent", truth=False),
    )


def test_requires(small: Instrument) -> None:
    read = clause(small, "12.10", 5)
    assert isinstance(read, Requires)
    assert (read.kinds, read.by) == (("intelligence.report.release",), "KR")
    assert read.when == (OneOf(fact="released_to", words=("third_state", "public")),)
    assert read.that == (Is(fact="marked", truth=True), Is(fact="consent", truth=True))
    assert read.unless == (OneOf(fact="level", words=(0,)), Is(fact="same_purpose", truth=True))


def test_limits(small: Instrument) -> None:
    read = clause(small, "12.10", 6)
    assert isinstance(read, Limits)
    assert (read.kinds, read.by) == (("logistics.order.place",), "KR")
    assert read.ceiling == AtMostFact(fact="order_usd", other="officer_limit_usd")
    assert read.unless == (
        Is(fact="committee_agreed", truth=True),
        NotIn(fact="phase", words=("notice", "held")),
    )
    fixed = clause(small, "12.10", 7)
    assert isinstance(fixed, Limits)
    assert fixed.ceiling == AtMost(fact="year_usd", number=1000)


def test_owes(pact_b: Instrument) -> None:
    read = clause(pact_b, "6.2", 1)
    assert isinstance(read, Owes)
    assert (read.after, read.who, read.does) == (
        "logistics.goods.receive", Debtor.AUTHOR, "logistics.goods.return",
    )  # fmt: skip
    assert read.when == (OneOf(fact="settlement", words=("in_kind", "equal_value")),)
    assert read.within == Span(days=365)
    assert dict(read.otherwise) == {"becomes": "cash", "priced_on": "due_date"}


def test_lasts(small: Instrument) -> None:
    read = clause(small, "13.2", 1)
    assert isinstance(read, Lasts)
    assert dict(read.entries) == {
        "survives": Term(
            key="survives",
            paragraph="13.2",
            line=138,
            word="[intelligence.report.recall]",
            kinds=("intelligence.report.recall",),
        ),
        "questioned": Term(key="questioned", paragraph="13.2", line=139, word="2 days", span=Span(days=2)),
    }


def test_holds(small: Instrument, pact_b: Instrument) -> None:
    always, never, same = clause(small, "12.11", 2), clause(small, "12.11", 3), clause(pact_b, "13.3", 2)
    assert isinstance(always, Always)
    assert always.kinds == ("intelligence.report.decline",)
    assert isinstance(never, Never)
    assert (never.kinds, never.when) == (("logistics.goods.transfer",), ())
    assert isinstance(same, SameIn)
    assert same.phases == ("in_force", "suspended")
    assert same.kinds == (
        "logistics.goods.issue",
        "logistics.goods.receive",
        "logistics.goods.return",
        "logistics.goods.transfer",
        "logistics.invoice.raise",
        "logistics.settlement.agree",
        "peacekeeping.support.fulfil",
    )


def test_text_only(small: Instrument) -> None:
    assert clause(small, "1.3", 1) == TextOnly(
        place=Place(paragraph="1.3", ordinal=1, line=49, body="true"), reason="true"
    )


def test_the_forms_of_the_example_texts() -> None:
    counted = {
        name: [sum(clause.form is form for clause in text(f"agreements/{name}/en.md").clauses) for form in Form]
        for name in ("kr-jp-a", "kr-jp-b")
    }
    assert list(Form) == [
        "defines", "allows", "excludes", "requires", "limits", "owes", "lasts", "holds", "text_only",
    ]  # fmt: skip
    assert counted == {"kr-jp-a": [3, 21, 4, 16, 0, 9, 7, 6, 8], "kr-jp-b": [5, 18, 7, 20, 3, 7, 6, 6, 3]}
