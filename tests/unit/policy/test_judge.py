"""Rulings: unjudgeable before forbidden before silent, every paragraph that decided, and the line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from servanda.act.ruling import Ground, Permit, Refusal, Ruling
from servanda.agreement.instrument import Instrument, load
from servanda.agreement.vocabulary import phases
from servanda.policy.facts import FactValue, from_json
from servanda.policy.judge import judge

ROOT = Path(__file__).parents[3]
BASES = json.loads((ROOT / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))["bases"]


def text(path: str) -> Instrument:
    return load((ROOT / path).read_text(encoding="utf-8"), path=path)


def facts(base: str, **changes: Any) -> dict[str, FactValue]:
    return {**from_json(BASES[base]), **changes}


def report(kind: str, *lines: dict[str, FactValue], author: str = "JP") -> Ruling:
    return judge(text("agreements/kr-jp-a/en.md"), kind, lines, author=author)


def test_what_cannot_be_judged_comes_before_what_is_forbidden() -> None:
    """The act is top secret too, which 4.3 forbids."""
    assert report("intelligence.report.share", facts("report", level=3, marked="yes")) == Refusal(
        ground=Ground.UNJUDGEABLE, missing=("marked",)
    )


def test_every_paragraph_that_forbids_is_cited_in_order() -> None:
    ruling = report(
        "intelligence.report.share",
        facts("report", level=3, marked=False, route="relay_us", officer_role="envoy", phase="suspended",
              questioned=frozenset({"4.2"}), addressee_assured=False),
    )  # fmt: skip
    assert ruling == Refusal(ground=Ground.FORBIDDEN, cites=("3.1", "4.3", "4.5", "5.1", "5.4", "16.4"))


def test_a_paragraph_is_cited_once() -> None:
    """Both clauses of 6.1 and 6.2 ask for consent; 16.8 is cited once though two clauses are questioned."""
    ruling = report(
        "intelligence.report.release",
        facts("report", released_to="public", same_purpose=False, questioned=frozenset({"6.1"})),
    )
    assert ruling == Refusal(ground=Ground.FORBIDDEN, cites=("6.1", "6.2", "16.8"))


def test_nothing_allows() -> None:
    assert report("intelligence.report.share", facts("report", topic="other")) == Refusal(ground=Ground.SILENT)


def test_a_question_on_a_paragraph_that_would_not_allow_it_closes_nothing() -> None:
    assert report("intelligence.report.share", facts("report", topic="other", questioned=frozenset({"4.2"}))) == (
        Refusal(ground=Ground.SILENT)
    )
    assert report("intelligence.report.share", facts("report", questioned=frozenset({"4.1", "5.1"}))) == Permit(
        cites=("4.2",)
    )


@pytest.mark.parametrize("phase", phases())
def test_an_alarm_is_permitted_in_every_phase_but_one(phase: str) -> None:
    ruling = report(
        "rescue.case.open",
        facts("rescue", phase=phase, officer_role="other", questioned=frozenset({"3.2", "16.8"}), asserts_title=True),
    )
    assert ruling == (
        Refusal(ground=Ground.FORBIDDEN, cites=("16.1",)) if phase == "not_in_force" else Permit(cites=("3.2",))
    )


@pytest.mark.parametrize(
    ("phase", "cites"), [("not_in_force", ("16.1",)), ("ended", ("16.5",)), ("suspended", ("16.4",))]
)
def test_time_refuses_with_its_paragraph(phase: str, cites: tuple[str, ...]) -> None:
    assert report("intelligence.report.share", facts("report", phase=phase)) == Refusal(
        ground=Ground.FORBIDDEN, cites=cites
    )


@pytest.mark.parametrize("phase", ["held", "notice", "in_force"])
def test_a_notice_takes_nothing(phase: str) -> None:
    assert report("intelligence.report.share", facts("report", phase=phase)) == Permit(cites=("4.2",))


def test_a_consultation_waits_for_force_and_survives_it() -> None:
    rulings = [
        report("agreement.consultation.open", facts("consultation", phase=phase, questioned=frozenset({"15.1"})))
        for phase in phases()
    ]
    assert rulings == [Refusal(ground=Ground.FORBIDDEN, cites=("16.1",)), *[Permit(cites=("15.1",))] * 5]


@pytest.mark.parametrize(
    "kind",
    [
        "logistics.order.place",  # of a domain this text does not govern
        "agreement.notice.give",  # the life cycle's
        "rescue.alert.receive",  # a journal kind
        "agreement.year.turn",  # an occasion
        "intelligence.report.burn",  # unknown
        "",
    ],
)
def test_a_kind_of_which_no_paragraph_speaks_is_silent_whatever_its_facts(kind: str) -> None:
    assert report(kind, {"phase": "in_force"}) == Refusal(ground=Ground.SILENT)


def test_an_act_that_states_no_facts_lacks_them_all() -> None:
    assert report("agreement.consultation.open") == Refusal(
        ground=Ground.UNJUDGEABLE, missing=("officer_role", "phase", "questioned")
    )


def order(**changes: Any) -> dict[str, FactValue]:
    return facts("order", **changes)


def lines(*given: dict[str, FactValue]) -> Ruling:
    return judge(text("agreements/kr-jp-b/en.md"), "logistics.order.place", given, author="KR")


SILENT = order(category="other")
FORBIDDEN = order(for_combat=True, serves_weapon=True)
UNJUDGEABLE = order(order_usd=-1, taxes="some")


@pytest.mark.parametrize(
    ("given", "ruling"),
    [
        ((order(), order()), Permit(cites=("3.1",))),
        ((SILENT,), Refusal(ground=Ground.SILENT)),
        ((order(), SILENT), Refusal(ground=Ground.SILENT, line=2)),
        ((SILENT, order(), SILENT), Refusal(ground=Ground.SILENT, line=1)),
        ((SILENT, FORBIDDEN), Refusal(ground=Ground.FORBIDDEN, cites=("3.3", "5.1"), line=2)),
        ((order(), FORBIDDEN, order(surcharge=True, category="weapon")),
         Refusal(ground=Ground.FORBIDDEN, cites=("3.3", "5.1"), line=2)),
        ((SILENT, FORBIDDEN, UNJUDGEABLE, order(phase="never")),
         Refusal(ground=Ground.UNJUDGEABLE, missing=("order_usd", "taxes"), line=3)),
    ],
)  # fmt: skip
def test_lines(given: tuple[dict[str, FactValue], ...], ruling: Ruling) -> None:
    assert lines(*given) == ruling


def small(kind: str, line: dict[str, FactValue], author: str) -> Ruling:
    return judge(text("tests/agreements/good/small.md"), kind, [line], author=author)


def test_clauses_for_one_party() -> None:
    kinds = {kind: [small(kind, line, author) for author in ("KR", "JP")] for kind, line in (
        ("logistics.order.place", order(category="fuel", activity="evacuation", year_usd=1000)),
        ("intelligence.report.share", facts("report", level=3, consent=True)),
        ("intelligence.report.release", facts("report", released_to="public")),
    )}  # fmt: skip
    refused = Refusal(ground=Ground.FORBIDDEN, cites=("12.10",))
    assert kinds == {
        "logistics.order.place": [Permit(cites=("12.10",)), Refusal(ground=Ground.SILENT)],
        "intelligence.report.share": [Permit(cites=("12.10",)), refused],
        "intelligence.report.release": [refused, Permit(cites=("12.10",))],
    }


@pytest.mark.parametrize(
    ("changes", "permitted"),
    [
        ({"order_usd": 50_000}, True),
        ({"order_usd": 50_001}, False),
        ({"order_usd": 50_001, "committee_agreed": True}, True),
        ({"order_usd": 50_001, "committee_agreed": True, "phase": "held"}, False),
        ({"year_usd": 1_001, "committee_agreed": True}, False),
    ],
)
def test_ceilings(changes: dict[str, Any], permitted: bool) -> None:
    line = order(**{"category": "fuel", "activity": "evacuation", "year_usd": 1_000, **changes})
    ruling = small("logistics.order.place", line, "KR")
    assert ruling == (Permit(cites=("12.10",)) if permitted else Refusal(ground=Ground.FORBIDDEN, cites=("12.10",)))
