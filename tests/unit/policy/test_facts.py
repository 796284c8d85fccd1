"""Facts are complete and typed before any clause is read; what is wrong is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from servanda.act.kind import vocabulary
from servanda.agreement.instrument import Instrument, load
from servanda.policy.facts import facts_of, from_json, to_json, words, wrong

ROOT = Path(__file__).parents[3]
BASES = json.loads((ROOT / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))["bases"]


def pact(name: str) -> Instrument:
    return load((ROOT / "agreements" / name / "en.md").read_text(encoding="utf-8"), path=name)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("marked", 1),
        ("marked", "true"),
        ("marked", None),
        ("level", "2"),
        ("level", True),
        ("level", 2.0),
        ("level", 4),
        ("level", -1),
        ("topic", "nk_navy"),
        ("topic", ""),
        ("topic", True),
        ("topic", frozenset({"nk_missile"})),
        ("released_to", "outside_body"),
        ("carrier", ["courier"]),
        ("phase", "expired"),
        ("officer_role", "captain"),
        ("questioned", frozenset({"4.1", "99.1"})),
        ("questioned", "4.1"),
        ("questioned", []),
    ],
)
def test_a_value_that_is_no_answer(fact: str, value: Any) -> None:
    facts = {**from_json(BASES["report"]), fact: value}
    assert wrong("intelligence.report.share", facts, pact("kr-jp-a")) == (fact,)


def test_everything_wrong_is_named_in_order() -> None:
    facts = {**from_json(BASES["report"]), "level": 9, "altitude": 3, "category": "food"}
    del facts["witnesses"]
    del facts["marked"]
    assert wrong("intelligence.report.share", facts, pact("kr-jp-a")) == (
        "altitude", "category", "level", "marked", "witnesses",
    )  # fmt: skip
    assert wrong("agreement.consultation.open", {}, pact("kr-jp-a")) == ("officer_role", "phase", "questioned")


@pytest.mark.parametrize(
    ("base", "agreement", "kind"),
    [
        ("report", "kr-jp-a", "intelligence.report.share"),
        ("rescue", "kr-jp-a", "rescue.case.open"),
        ("order", "kr-jp-b", "logistics.order.place"),
        ("support", "kr-jp-b", "peacekeeping.support.offer"),
        ("consultation", "kr-jp-b", "agreement.consultation.open"),
    ],
)
def test_a_complete_set(base: str, agreement: str, kind: str) -> None:
    assert wrong(kind, from_json(BASES[base]), pact(agreement)) == ()


def test_the_words_of_a_fact_are_those_of_the_text() -> None:
    """With the example texts, every fact has the values that the vocabulary lists."""
    found = {
        (domain, row["name"]): set(words(facts_of(body["kinds"][0]["kind"])[row["name"]], pact(agreement)))
        for agreement, domains in (("kr-jp-a", ("intelligence", "rescue")), ("kr-jp-b", ("logistics", "peacekeeping")))
        for domain, body in vocabulary()["domains"].items()
        if domain in domains
        for row in body["facts"]
    }
    listed = {
        (domain, row["name"]): set(row.get("values", ()))
        for domain, body in vocabulary()["domains"].items()
        for row in body["facts"]
    }
    assert found == listed


def test_the_words_of_another_text_are_other_words() -> None:
    source = (ROOT / "agreements" / "kr-jp-a" / "en.md").read_text(encoding="utf-8")
    edited = source.replace("[nk_nuclear, nk_missile]", "[nk_nuclear, nk_space]").replace("S: shared_area", "S: area_s")
    other = load(edited, path="en.md")
    topic = facts_of("intelligence.report.share")["topic"]
    place = facts_of("rescue.case.open")["place"]
    assert words(topic, other) == ("nk_nuclear", "nk_space", "other")
    assert words(place, other) == ("area_q", "area_s", "author_waters", "other_waters", "beyond")
    assert words(facts_of("rescue.case.open")["asserts_title"], other) == ()


def test_a_set_is_a_list_in_the_order_of_the_text() -> None:
    facts = from_json({"questioned": ["10.2", "9.1", "4.1"], "level": 2, "marked": True, "topic": "other"})
    assert facts == {"questioned": frozenset({"4.1", "9.1", "10.2"}), "level": 2, "marked": True, "topic": "other"}
    assert to_json(facts) == {"questioned": ["4.1", "9.1", "10.2"], "level": 2, "marked": True, "topic": "other"}


@pytest.mark.parametrize("items", [["4.1", "4.1"], [4.1], ["4.1", None], [["4.1"]]])
def test_a_list_that_is_no_set_stays_wrong(items: list[Any]) -> None:
    facts = from_json({**BASES["report"], "questioned": items})
    assert facts["questioned"] == items
    assert wrong("intelligence.report.share", facts, pact("kr-jp-a")) == ("questioned",)
