"""Payloads of supply: what is wrong is named, what is right reads and writes the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from servanda.act.content import read, write
from servanda.act.kind import kinds
from servanda.base import canon
from servanda.base.errors import MalformedError
from servanda.domains.logistics import acts
from servanda.domains.logistics.elements import ELEMENTS, Elements, NotApplicable, Ordered, Stage, missing
from servanda.domains.logistics.lines import Line, Portion, Rate
from servanda.domains.logistics.orders import USD_MAX, asked, usd, whole_usd
from servanda.supply.item import Item
from tests.unit.logistics.trade import FUEL, ORDER

A, B = "a" * 64, "b" * 64
PORTION = {"line": 1, "quantity": "10"}
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "logistics.order.place": ORDER,
    "logistics.order.accept": {"order": A, "elements": {"payee": "treasury"}, "note": "as agreed"},
    "logistics.order.decline": {"order": A},
    "logistics.order.withdraw": {"order": A, "reason": "safety"},
    "logistics.order.clear": {"subject": ORDER},
    "logistics.item.pass": {"subject": FUEL["item"], "why": "plain diesel"},
    "logistics.invitation.give": {
        "activity": "disaster_relief",
        "place": "kr_territory",
        "from_day": "2031-03-01",
        "until_day": "2031-03-31",
    },
    "logistics.goods.issue": {"order": A, "furnished": [{**PORTION, "lot": "A-1", "expires": "2032-01-31"}]},
    "logistics.goods.receive": {"order": A, "issue": B, "received": [PORTION], "settlement": "cash"},
    "logistics.goods.return": {"order": A, "returned": [{**PORTION, "item": {"text": "other diesel"}}]},
    "logistics.goods.transfer": {"order": A, "passed": [PORTION], "to": "mission"},
    "logistics.consent.ask": {"order": A, "lines": [1, 2], "to": "mission"},
    "logistics.consent.give": {"ask": A},
    "logistics.invoice.raise": {
        "order": A,
        "currency": "USD",
        "lines": [{"line": 1, "quantity": "-2", "unit_price": "1.05"}],
        "paid_by_un": False,
        "receipts": [B],
    },
    "logistics.settlement.agree": {"mode": "cash", "invoices": [A], "currency": "USD", "amount": "42000.00"},
    "logistics.statement.sign": {
        "subject": {
            "year": 2031,
            "rows": [
                {
                    "order": A,
                    "supplier": "KR",
                    "settlement": None,
                    "currency": "KRW",
                    "total": None,
                    "invoiced": "0",
                    "settled": False,
                }
            ],
        }
    },
}


def changed(kind: str, **members: Any) -> dict[str, Any]:
    return {name: value for name, value in {**SAMPLES[kind], **members}.items() if value is not ...}


def with_line(**members: Any) -> dict[str, Any]:
    return {"lines": [{name: value for name, value in {**FUEL, **members}.items() if value is not ...}]}


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("logistics.order.place", {"for_combat": ...}, "for_combat"),
    ("logistics.order.place", {"activity": "UN peacekeeping"}, "activity"),
    ("logistics.order.place", {"supplier": "Korea"}, "supplier"),
    ("logistics.order.place", {"currency": "ZZZ"}, "currency"),
    ("logistics.order.place", {"currency": "KRW"}, "rate"),
    ("logistics.order.place", {"currency": "KRW", "rate": {"usd": "0", "source": "x", "day": "2031-01-01"}}, "usd"),
    (
        "logistics.order.place",
        {"currency": "KRW", "rate": {"usd": "1", "source": "x", "day": "2031-02-30"}},
        "rate.day",
    ),
    ("logistics.order.place", {"lines": []}, "lines"),
    ("logistics.order.place", {"settlement": "barter"}, "settlement"),
    ("logistics.order.place", {"taxes": ["a", "a"]}, "taxes[1]"),
    ("logistics.order.place", {"elements": {"payee": ""}}, "payee"),
    ("logistics.order.place", {"elements": {"stock_numbers": "none"}}, "stock_numbers"),
    ("logistics.order.place", {"elements": {"limit_of_liability": "1e6"}}, "limit_of_liability"),
    ("logistics.order.place", with_line(serves_weapon=...), "serves_weapon"),
    ("logistics.order.place", with_line(quantity="0"), "quantity"),
    ("logistics.order.place", with_line(quantity="-1"), "quantity"),
    ("logistics.order.place", with_line(quantity="1e3"), "quantity"),
    ("logistics.order.place", with_line(quantity=40000), "quantity"),
    ("logistics.order.place", with_line(unit="QQ"), "unit"),
    ("logistics.order.place", with_line(unit_price="1,05"), "unit_price"),
    ("logistics.order.place", with_line(item={"text": " "}), "text"),
    ("logistics.order.place", with_line(item={"text": "x", "supply_class": "13"}), "supply_class"),
    ("logistics.order.place", with_line(item={"text": "x", "un_number": "UN12"}), "un_number"),
    ("logistics.order.place", with_line(item={"text": "x", "customs": "93"}), "customs"),
    ("logistics.order.accept", {"order": "A" * 64}, "order"),
    ("logistics.order.withdraw", {"reason": "mood"}, "reason"),
    ("logistics.order.clear", {"subject": ...}, "subject"),
    ("logistics.item.pass", {"why": ...}, "why"),
    ("logistics.invitation.give", {"until_day": "2031-02-01"}, "until_day"),
    ("logistics.goods.issue", {"order": ...}, "order"),
    ("logistics.goods.issue", {"content": ORDER}, "order"),
    ("logistics.goods.issue", {"furnished": []}, "furnished"),
    ("logistics.goods.issue", {"order": ..., "content": ORDER}, "furnished"),
    ("logistics.goods.receive", {"received": []}, "received"),
    ("logistics.goods.receive", {"received": [{"line": 0, "quantity": "1"}]}, "line"),
    ("logistics.goods.return", {"returned": [{"line": 1, "quantity": "0"}]}, "quantity"),
    ("logistics.goods.transfer", {"to": ...}, "to"),
    ("logistics.consent.ask", {"lines": [1, 1]}, "lines[1]"),
    ("logistics.consent.give", {"ask": "yes"}, "ask"),
    ("logistics.invoice.raise", {"paid_by_un": ...}, "paid_by_un"),
    ("logistics.invoice.raise", {"currency": "XXX"}, "currency"),
    ("logistics.invoice.raise", {"receipts": [B, B]}, "receipts[1]"),
    ("logistics.settlement.agree", {"invoices": ...}, "invoices"),
    ("logistics.settlement.agree", {"amount": ...}, "amount"),
    ("logistics.settlement.agree", {"currency": "XXX"}, "currency"),
    ("logistics.statement.sign", {"subject": {"year": 1999, "rows": []}}, "year"),
]


@pytest.mark.parametrize(("kind", "members", "field"), WRONG)
def test_a_wrong_member_is_named(kind: str, members: dict[str, Any], field: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(acts.PAYLOADS[kind], changed(kind, **members))
    assert f"{field}`" in caught.value.message
    assert caught.value.code in ("field_missing", "field_type", "field_value")


@pytest.mark.parametrize(
    "build",
    [
        lambda: Line(item=Item(text="x"), quantity="one", unit="LTR", serves_weapon=False),
        lambda: Item(text="x", supply_class="13"),
        lambda: Portion(line=1, quantity="0"),
        lambda: Rate(usd="-1", source="bank", day=date(2031, 1, 1)),
        lambda: acts.GiveConsent(ask="yes"),
    ],
)
def test_a_value_built_by_hand_is_as_strict(build: Any) -> None:
    with pytest.raises(MalformedError):
        build()


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_payload_reads_and_writes_the_same(kind: str) -> None:
    assert canon.encode(write(read(acts.PAYLOADS[kind], SAMPLES[kind]))) == canon.encode(SAMPLES[kind])


def test_every_kind_of_the_domain_has_its_payload() -> None:
    assert set(acts.PAYLOADS) == set(SAMPLES) == {name for name, kind in kinds().items() if kind.domain == "logistics"}


def test_there_are_25_elements() -> None:
    assert [element.number for element in ELEMENTS] == list(range(1, 26))


def test_elements_are_missing_stage_by_stage() -> None:
    bare = Ordered(classed=False, priced=False, settlement=None, signed=frozenset())
    assert missing(Stage.ORDER, bare, ()) == (
        "billed_party",
        "stock_numbers",
        "unit_price",
        "line_value",
        "order_total",
        "ordering_person",
        "receiving_organisation",
        "transaction_type",
        "funds",
        "transfer",
        "special_requirements",
        "limit_of_liability",
    )
    later = set(missing(Stage.RECEIVE, bare, ())) - set(missing(Stage.ORDER, bare, ()))
    assert later == {
        "quantity_furnished",
        "payee",
        "payment_address",
        "receiver_signature",
        "issuing_organisation",
        "accepting_person",
        "issuing_person",
    }


def test_an_element_may_say_why_it_does_not_apply() -> None:
    why = NotApplicable(not_applicable="a service")
    signed = Ordered(classed=False, priced=False, settlement="equal_value", signed=frozenset(Stage))
    given = Elements(stock_numbers=why, unit_price=why, transfer_day=why, transfer_place="Juba")
    assert "stock_numbers" not in missing(Stage.ORDER, signed, (given,))
    assert "unit_price" not in missing(Stage.ORDER, signed, (given,))
    assert "transfer" in missing(Stage.ORDER, signed, (given,))
    back = Elements(return_day=date(2032, 1, 1), return_place=why)
    assert "transfer" not in missing(Stage.ORDER, signed, (given, back))


def order(**members: Any) -> acts.PlaceOrder:
    return read(acts.PlaceOrder, {**ORDER, **members})


@pytest.mark.parametrize(
    ("members", "dollars"),
    [
        ({}, 42_000),
        (with_line(quantity="1", unit_price="0.000001"), 1),
        (with_line(unit_price=...), USD_MAX),
        ({**with_line(unit_price=...), "elements": {"limit_of_liability": "1000.01"}}, 1_001),
        ({"elements": {"limit_of_liability": "50000"}}, 50_000),
        ({"currency": "JPY", "rate": {"usd": "0.0067", "source": "central bank", "day": "2031-02-28"}}, 282),
        ({"lines": [{**FUEL, "quantity": "999999999999", "unit_price": "999999999999"}]}, USD_MAX),
    ],
)
def test_what_an_order_is_worth_in_dollars(members: dict[str, Any], dollars: int) -> None:
    assert whole_usd([usd(order(**members))]) == dollars


def test_an_invoice_is_rounded_at_each_line_half_up() -> None:
    lines = [{"line": 1, "quantity": "1", "unit_price": "0.125"}] * 3
    charges = [{"name": "tax", "amount": "0.005"}]
    invoice = read(
        acts.RaiseInvoice,
        {**SAMPLES["logistics.invoice.raise"], "lines": lines, "taxes": charges, "surcharges": charges},
    )
    assert str(asked(invoice)) == "0.41"
