"""Facts of supply: each kind states a complete and typed set, and says least where it knows nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from servanda.act.kind import vocabulary
from servanda.domains.logistics import acts, desk
from servanda.policy.facts import wrong
from tests.unit.logistics.test_logistics_acts import SAMPLES
from tests.unit.logistics.trade import FUEL, ORDER, SUPPLIERS, WHOLE, Trade

ROWS = {row["name"]: row["least_favourable"] for row in vocabulary()["domains"]["logistics"]["facts"]}
LEAST = {**ROWS, "supplier_acts": False}
COMMON = {"phase": "in_force", "officer_role": "other", "questioned": frozenset[str]()}
LINES = [FUEL, {**FUEL, "item": {"text": "bread", "supply_class": "8920"}, "unit": "KGM"}]
OF_ORDER = {
    "category": "fuel",
    "activity": "un_peacekeeping",
    "supplier_acts": True,
    "serves_weapon": False,
    "screening": "clear",
    "both_signed": True,
    "elements_complete": True,
    "life_in_danger": False,
    "order_usd": 84_000,
    "officer_limit_usd": 0,
    "year_usd": 84_000,
    "committee_agreed": False,
    "separate_person": True,
    "for_combat": False,
    "settlement": "cash",
    "receiver_overdue_days": 0,
    "place": "third_territory",
    "author_hosts": False,
    "host_invited": False,
}


def trading() -> tuple[Trade, dict[str, str]]:
    """An order of two lines with one act of every kind on it, and their ids."""
    trade = Trade()
    ids: dict[str, str] = {}

    def take(name: str, kind: str, author: str, members: Mapping[str, Any], officer: str) -> None:
        ids[name] = trade.take(f"logistics.{kind}", author, members, officer)

    take("order", "order.place", "JP", {**ORDER, "lines": LINES}, "order-1")
    take("accept", "order.accept", "KR", {"order": ids["order"], "elements": SUPPLIERS}, "order-1")
    portions = [{"line": 1, "quantity": "10"}, {"line": 2, "quantity": "5"}]
    take("issue", "goods.issue", "KR", {"order": ids["order"], "furnished": portions}, "supply-1")
    take("receive", "goods.receive", "JP", {"order": ids["order"], "received": portions}, "supply-1")
    take("ask", "consent.ask", "JP", {"order": ids["order"], "lines": [1], "to": "mission"}, "supply-1")
    invoice = {**SAMPLES["logistics.invoice.raise"], "order": ids["order"], "receipts": [ids["receive"]]}
    take("invoice", "invoice.raise", "KR", invoice, "money-1")
    return trade, ids


def members_of(kind: str, ids: Mapping[str, str]) -> dict[str, Any]:
    """A sample of a kind that names the acts of `trading`."""
    known = {"order": ids["order"], "ask": ids["ask"], "invoices": [ids["invoice"]], "issue": ids["issue"]}
    return {name: known.get(name, value) for name, value in SAMPLES[kind].items()}


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("author", ["KR", "JP"])
def test_every_kind_states_complete_and_typed_facts(kind: str, author: str) -> None:
    trade, ids = trading()
    lines = trade.facts(kind, author, members_of(kind, ids), "supply-1")
    assert lines
    for line in lines:
        assert wrong(kind, {**COMMON, **line}, trade.instrument) == ()


@pytest.mark.parametrize(("whole", "stated"), [(False, (False, True)), (True, (True, True))])
def test_one_line_of_an_order_may_be_meant_for_combat(whole: bool, stated: tuple[bool, ...]) -> None:
    lines = [{**FUEL, "for_combat": False}, {**FUEL, "for_combat": True}]
    facts = Trade().facts("logistics.order.place", "JP", {**ORDER, "for_combat": whole, "lines": lines}, "order-1")
    assert tuple(line["for_combat"] for line in facts) == stated


@pytest.mark.parametrize("kind", SAMPLES)
def test_an_empty_record_leaves_out_only_who_supplies(kind: str) -> None:
    trade = Trade()
    [line] = trade.facts(kind, "JP", SAMPLES[kind], "supply-1")
    lacking = wrong(kind, {**COMMON, **line}, trade.instrument)
    names_an_order = {"order", "ask", "invoices"} & set(acts.PAYLOADS[kind].__struct_fields__)
    assert lacking == (("supplier_acts",) if names_an_order else ())


@pytest.mark.parametrize(
    ("kind", "author", "change"),
    [
        ("logistics.goods.issue", "KR", {}),
        ("logistics.goods.receive", "JP", {"supplier_acts": False, "separate_person": True}),
        ("logistics.goods.return", "JP", {"supplier_acts": False, "screening": "in_doubt", "category": "other"}),
        ("logistics.goods.transfer", "JP", {"supplier_acts": False}),
        ("logistics.consent.give", "KR", {}),
        ("logistics.order.withdraw", "KR", {"reason": "safety"}),
        ("logistics.invoice.raise", "KR", {"surcharge": False, "taxes": "none", "paid_by_un": False}),
        ("logistics.settlement.agree", "JP", {"supplier_acts": False, "paid_by_un": False}),
    ],
)
def test_what_an_act_on_an_order_says_of_its_first_line(kind: str, author: str, change: Mapping[str, Any]) -> None:
    trade, ids = trading()
    officer = "money-1" if kind.split(".")[1] in ("invoice", "settlement") else "supply-2"
    line = trade.facts(kind, author, members_of(kind, ids), officer)[0]
    assert line == {**LEAST, **OF_ORDER, **change}


def test_an_order_says_of_each_line_what_it_is() -> None:
    trade = Trade()
    items = [
        ({"text": "bread", "supply_class": "8920"}, ("food", "clear")),
        ({"text": "rifles"}, ("weapon", "barred")),
        ({"text": "lodging for 40", "category": "lodging"}, ("lodging", "clear")),
        ({"text": "unknown thing"}, ("other", "in_doubt")),
    ]
    order = {**ORDER, "lines": [{**FUEL, "item": item} for item, _ in items]}
    lines = trade.facts("logistics.order.place", "JP", order, "order-1")
    assert [(line["category"], line["screening"]) for line in lines] == [told for _, told in items]
    assert {line["order_usd"] for line in lines} == {168_000}
    assert {line["officer_limit_usd"] for line in lines} == {500_000}


def test_elements_are_complete_stage_by_stage() -> None:
    trade = Trade()
    bare = {name: value for name, value in ORDER.items() if name != "elements"}
    place, accept = "logistics.order.place", "logistics.order.accept"
    assert trade.facts(place, "JP", bare, "order-1")[0]["elements_complete"] is False
    assert trade.facts(place, "JP", ORDER, "order-1")[0]["elements_complete"] is True
    order = trade.take(place, "JP", ORDER, "order-1")
    assert trade.facts(accept, "KR", {"order": order}, "order-1")[0]["elements_complete"] is False
    whole = {"order": order, "elements": SUPPLIERS}
    assert trade.facts(accept, "KR", whole, "order-1")[0]["elements_complete"] is True
    issue = {"order": order, "furnished": [{"line": 1, "quantity": "1"}], "elements": SUPPLIERS}
    assert trade.facts("logistics.goods.issue", "KR", issue, "supply-1")[0]["elements_complete"] is False
    trade.take(accept, "KR", whole, "order-1")
    assert trade.facts("logistics.goods.issue", "KR", issue, "supply-1")[0]["elements_complete"] is True
    receive = {"order": order, "received": [{"line": 1, "quantity": "1"}]}
    assert trade.facts("logistics.goods.receive", "JP", receive, "supply-1")[0]["elements_complete"] is False


def test_a_year_is_that_of_the_agreement_and_counts_this_order_once() -> None:
    trade = Trade()
    place, accept = "logistics.order.place", "logistics.order.accept"
    turns = ("2030-12-31T23:59+09:00", "2031-01-01T00:00+09:00", "2031-06-01T00:00+09:00", "2031-12-31T23:59+09:00")
    for at in turns:
        order = trade.take(place, "JP", ORDER, "order-1", at)
        trade.take(accept, "KR", {"order": order}, "order-1", at)
    waiting = trade.take(place, "JP", {**ORDER, "lines": [{**FUEL, "quantity": "1", "unit_price": "0.5"}]}, "order-1")

    def year_usd(kind: str, author: str, members: Mapping[str, Any], at: str) -> object:
        return trade.facts(kind, author, members, "order-1", at)[0]["year_usd"]

    assert year_usd(place, "JP", ORDER, "2030-12-31T23:59+09:00") == 84_000
    assert year_usd(place, "JP", ORDER, "2031-12-31T23:59+09:00") == 168_000
    assert year_usd(place, "JP", ORDER, "2032-01-01T00:00+09:00") == 42_000
    assert year_usd(accept, "KR", {"order": waiting}, "2031-12-31T23:59+09:00") == 126_001
    assert year_usd("logistics.order.decline", "KR", {"order": order}, "2031-12-31T23:59+09:00") == 126_000


def test_goods_that_went_first_say_so_themselves() -> None:
    trade = Trade()
    content = {**ORDER, "life_in_danger": True}
    [calm] = trade.facts("logistics.goods.issue", "KR", {"content": content}, "supply-1")
    [urgent] = trade.facts("logistics.goods.issue", "KR", {"content": ORDER, "life_in_danger": True}, "supply-1")
    assert (calm["life_in_danger"], urgent["life_in_danger"]) == (False, True)
    assert (urgent["both_signed"], urgent["elements_complete"], urgent["supplier_acts"]) == (False, False, True)


def test_what_goes_back_is_item_and_lot_and_no_more() -> None:
    trade = Trade()
    order = trade.take("logistics.order.place", "JP", ORDER, "order-1")
    got = [{"line": 1, "quantity": "10", "lot": "A"}, {"line": 1, "quantity": "5", "lot": "B"}]
    trade.take("logistics.goods.receive", "JP", {"order": order, "received": got}, "supply-1")
    trade.take(
        "logistics.goods.return",
        "JP",
        {"order": order, "returned": [{"line": 1, "quantity": "4", "lot": "A"}]},
        "supply-1",
    )

    def returns(author: str, *portions: Mapping[str, Any]) -> list[object]:
        members = {"order": order, "returned": portions}
        return [line["returns_receipt"] for line in trade.facts("logistics.goods.return", author, members, "supply-1")]

    assert returns("JP", {"line": 1, "quantity": "6", "lot": "A"}) == [True]
    assert returns("JP", {"line": 1, "quantity": "6.000001", "lot": "A"}) == [False]
    assert returns("JP", *[{"line": 1, "quantity": "3.5", "lot": "A"}] * 2) == [False, False]
    assert returns("JP", {"line": 1, "quantity": "5", "lot": "B"}, {"line": 1, "quantity": "7", "lot": "A"}) == [
        True,
        False,
    ]
    assert returns("JP", {"line": 1, "quantity": "1"}) == [False]
    assert returns("JP", {"line": 2, "quantity": "1", "lot": "A"}) == [False]
    assert returns("JP", {"line": 1, "quantity": "1", "lot": "A", "item": FUEL["item"]}) == [False]
    assert returns("KR", {"line": 1, "quantity": "1", "lot": "A"}) == [False]


def test_a_joint_act_counts_only_for_exactly_what_was_named() -> None:
    trade = Trade()
    for party in ("KR", "JP"):
        draft = desk.clear_order(trade.state, trade.seat(party), subject=ORDER)
        trade.send(draft, party, "member-1")
    place = "logistics.order.place"
    assert trade.facts(place, "JP", ORDER, "order-1")[0]["committee_agreed"] is True
    for change in ({"for_combat": True}, {"elements": {**WHOLE, "funds": "other"}}, {"note": "an unknown member"}):
        assert trade.facts(place, "JP", {**ORDER, **change}, "order-1")[0]["committee_agreed"] is False


def test_a_line_that_the_order_does_not_have_is_told_at_its_least() -> None:
    trade = Trade()
    order = trade.take("logistics.order.place", "JP", ORDER, "order-1")
    [line] = trade.facts(
        "logistics.goods.issue", "KR", {"order": order, "furnished": [{"line": 9, "quantity": "1"}]}, "supply-1"
    )
    assert {name: line[name] for name in ("category", "screening", "serves_weapon")} == {
        "category": "other",
        "screening": "barred",
        "serves_weapon": True,
    }
