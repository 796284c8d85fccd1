"""The desk: what is out of order is an error with what to do next; what is left out follows from the book."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from servanda.act.act import Draft
from servanda.act.content import write
from servanda.base import canon
from servanda.base.errors import MalformedError, UsageError
from servanda.domains.logistics import desk
from servanda.domains.logistics.book import Step
from servanda.domains.logistics.lines import Line, Portion
from tests.unit.logistics.trade import AGREEMENT, FUEL, ORDER, SUPPLIERS, WHOLE, Trade

UNKNOWN = "a" * 64
PRICED: dict[str, Any] = {"price_basis": "own_forces", "paid_by_un": False}
SHORT: dict[str, Any] = {"activity": "evacuation", "place": "high_seas", "lines": [FUEL]}


def accepted(trade: Trade, **members: Any) -> str:
    order = trade.take("logistics.order.place", "JP", {**ORDER, **members}, "order-1")
    trade.take("logistics.order.accept", "KR", {"order": order, "elements": SUPPLIERS}, "order-1")
    return order


def members(draft: Draft) -> Any:
    assert draft.payload is not None
    return canon.decode(canon.encode(write(draft.payload)), bytes_max=100_000)


Verb = Callable[[Trade, str], Draft]
KNOWN: list[tuple[str, Verb]] = [
    ("order_closed", lambda t, order: desk.accept(t.state, t.seat("KR"), order=order)),
    ("order_own", lambda t, order: desk.accept(t.state, t.seat("JP"), order=order)),
    ("nothing_left", lambda t, order: desk.receive(t.state, t.seat("JP"), order=order)),
    ("nothing_left", lambda t, order: desk.return_goods(t.state, t.seat("JP"), order=order)),
    ("issue_unknown", lambda t, order: desk.receive(t.state, t.seat("JP"), order=order, issue=UNKNOWN)),
    ("nothing_left", lambda t, order: desk.invoice(t.state, t.seat("KR"), order=order, **PRICED)),
    ("order_open", lambda t, order: desk.order(t.state, t.seat("JP"), **SHORT, replaces=order)),
]
NAMELESS: list[tuple[str, Verb]] = [
    ("order_unknown", lambda t, _: desk.accept(t.state, t.seat("KR"), order=UNKNOWN)),
    ("order_unknown", lambda t, _: desk.decline(t.state, t.seat("KR"), order=UNKNOWN)),
    ("order_unknown", lambda t, _: desk.withdraw(t.state, t.seat("KR"), order=UNKNOWN)),
    ("order_unknown", lambda t, _: desk.issue(t.state, t.seat("KR"), order=UNKNOWN)),
    ("order_unknown", lambda t, _: desk.receive(t.state, t.seat("JP"), order=UNKNOWN)),
    ("order_unknown", lambda t, _: desk.return_goods(t.state, t.seat("JP"), order=UNKNOWN)),
    ("order_unknown", lambda t, _: desk.transfer(t.state, t.seat("JP"), order=UNKNOWN, passed=[], to="x")),
    ("order_unknown", lambda t, _: desk.ask_consent(t.state, t.seat("JP"), order=UNKNOWN, to="x")),
    ("order_unknown", lambda t, _: desk.settle(t.state, t.seat("JP"), orders=[UNKNOWN], mode="in_kind")),
    ("invoice_unknown", lambda t, _: desk.settle(t.state, t.seat("JP"), invoices=[UNKNOWN])),
    ("ask_unknown", lambda t, _: desk.give_consent(t.state, t.seat("KR"), ask=UNKNOWN)),
    ("class_unknown", lambda t, _: desk.order(t.state, t.seat("JP"), **{**SHORT, "lines": [("0000", ("1", "EA"))]})),
]


@pytest.mark.parametrize(("code", "verb"), KNOWN + NAMELESS)
def test_what_is_out_of_order_is_an_error(code: str, verb: Verb) -> None:
    trade = Trade()
    order = accepted(trade)
    with pytest.raises(UsageError) as caught:
        verb(trade, order)
    assert (caught.value.code, bool(caught.value.action)) == (code, True)


def test_what_was_done_is_not_done_again() -> None:
    trade = Trade()
    order = accepted(trade)
    trade.take(
        "logistics.goods.issue", "KR", {"order": order, "furnished": [{"line": 1, "quantity": "40000"}]}, "supply-1"
    )
    with pytest.raises(UsageError, match="was handed over"):
        desk.issue(trade.state, trade.seat("KR"), order=order)
    ask = trade.take("logistics.consent.ask", "JP", {"order": order, "lines": [1], "to": "mission"}, "supply-1")
    trade.take("logistics.consent.give", "KR", {"ask": ask}, "supply-1")
    with pytest.raises(UsageError, match="was given"):
        desk.give_consent(trade.state, trade.seat("KR"), ask=ask)
    trade.take("logistics.order.withdraw", "KR", {"order": order, "reason": "law"}, "order-1")
    with pytest.raises(UsageError, match="is closed"):
        desk.withdraw(trade.state, trade.seat("KR"), order=order)


def test_a_wrong_member_is_an_error_of_form() -> None:
    trade = Trade()
    with pytest.raises(MalformedError):
        desk.order(trade.state, trade.seat("JP"), activity="UN", place="high_seas", lines=[FUEL])
    with pytest.raises(MalformedError):
        desk.line("9130", ("40000", "QQ"))


def test_prices_that_differ_or_are_missing_are_asked_for() -> None:
    trade = Trade()
    bare = {name: value for name, value in FUEL.items() if name != "unit_price"}
    orders = [accepted(trade, lines=[bare]), accepted(trade)]
    for order in orders:
        receive = {"order": order, "received": [{"line": 1, "quantity": "1"}]}
        trade.take("logistics.goods.receive", "JP", receive, "supply-1")
    with pytest.raises(UsageError, match="has no price"):
        desk.invoice(trade.state, trade.seat("KR"), order=orders[0], **PRICED)
    invoices = []
    for currency in ("USD", "KRW"):
        invoice = {
            "order": orders[1],
            "currency": currency,
            "lines": [{"line": 1, "quantity": "1", "unit_price": "1"}],
            "paid_by_un": False,
        }
        invoices.append(trade.take("logistics.invoice.raise", "KR", invoice, "money-1"))
    with pytest.raises(UsageError, match="several currencies"):
        desk.settle(trade.state, trade.seat("JP"), invoices=invoices)
    trade.send(desk.settle(trade.state, trade.seat("JP"), invoices=invoices[:1]), "JP", "money-1")
    with pytest.raises(UsageError, match="is settled"):
        desk.settle(trade.state, trade.seat("JP"), invoices=invoices[:1])


def test_an_order_in_short() -> None:
    trade = Trade()
    draft = desk.order(
        trade.state,
        trade.seat("JP"),
        place="third_territory",
        activity="un_peacekeeping",
        lines=[("9130", ("40000", "LTR"))],
    )
    item = {"text": "Liquid Propellants and Fuels, Petroleum Base", "supply_class": "9130"}
    assert (draft.kind, draft.agreement, draft.causes) == ("logistics.order.place", AGREEMENT, ())
    assert members(draft) == {
        "activity": "un_peacekeeping",
        "place": "third_territory",
        "supplier": "KR",
        "currency": "USD",
        "lines": [{"item": item, "quantity": "40000", "unit": "LTR", "serves_weapon": False}],
        "for_combat": False,
    }


def test_a_line_may_be_given_whole() -> None:
    trade = Trade()
    line = desk.line("9130", ("1", "LTR"), text="diesel", unit_price="1.05", category="fuel")
    assert isinstance(line, Line)
    draft = desk.order(trade.state, trade.seat("JP"), place="high_seas", activity="evacuation", lines=[line, FUEL])
    assert [each["item"]["category"] for each in members(draft)["lines"]] == ["fuel", "fuel"]


def test_what_is_left_follows_from_the_book() -> None:
    trade = Trade()
    order = accepted(trade)
    answer = trade.book.orders[order].answered_by
    first = desk.issue(
        trade.state, trade.seat("KR"), order=order, furnished=[Portion(line=1, quantity="15000", lot="A")]
    )
    assert first.causes == (order, answer)
    trade.send(first, "KR", "supply-1")
    issue = trade.last
    rest = desk.issue(trade.state, trade.seat("KR"), order=order)
    assert members(rest)["furnished"] == [{"line": 1, "quantity": "25000"}]
    receipt = desk.receive(trade.state, trade.seat("JP"), order=order)
    assert receipt.causes == (issue, order)
    assert members(receipt) == {
        "order": order,
        "issue": issue,
        "received": [{"line": 1, "quantity": "15000", "lot": "A"}],
    }
    trade.send(receipt, "JP", "supply-1")
    signed = trade.last
    invoice = desk.invoice(trade.state, trade.seat("KR"), order=order, **PRICED)
    assert invoice.causes == (signed,)
    assert members(invoice)["lines"] == [{"line": 1, "quantity": "15000", "unit_price": "1.05"}]
    back = desk.return_goods(trade.state, trade.seat("JP"), order=order)
    assert (back.causes, members(back)["returned"]) == ((signed,), [{"line": 1, "quantity": "15000", "lot": "A"}])


def test_orders_are_listed_with_what_comes_next_and_what_is_missing() -> None:
    trade = Trade()
    told = []

    def look() -> None:
        [listed] = desk.orders(trade.state, AGREEMENT)
        told.append((listed.step, listed.next, listed.missing))

    order = trade.take("logistics.order.place", "JP", ORDER, "order-1")
    look()
    trade.take("logistics.order.accept", "KR", {"order": order, "elements": SUPPLIERS}, "order-1")
    look()
    for quantity in ("10000", "30000"):
        issue = {"order": order, "furnished": [{"line": 1, "quantity": quantity}]}
        trade.take("logistics.goods.issue", "KR", issue, "supply-1")
        look()
        trade.send(desk.receive(trade.state, trade.seat("JP"), order=order), "JP", "supply-1")
        look()
    trade.send(
        desk.invoice(trade.state, trade.seat("KR"), order=order, **PRICED),
        "KR",
        "money-1",
    )
    look()
    assert told == [
        (Step.PLACED, "KR accepts or declines", ("payee", "payment_address", "issuing_organisation")),
        (Step.ACCEPTED, "KR hands over", ()),
        (Step.PART_ISSUED, "JP signs for what was handed over", ()),
        (Step.PART_RECEIVED, "KR hands over the rest", ()),
        (Step.PART_RECEIVED, "JP signs for what was handed over", ()),
        (Step.RECEIVED, "KR raises an invoice", ()),
        (Step.INVOICED, "JP settles the invoice", ()),
    ]


def test_a_changed_order_names_the_withdrawn_one() -> None:
    trade = Trade()
    order = accepted(trade)
    trade.take("logistics.order.withdraw", "JP", {"order": order, "reason": "safety"}, "order-1")
    draft = desk.order(
        trade.state,
        trade.seat("JP"),
        activity="un_peacekeeping",
        place="third_territory",
        lines=[FUEL],
        settlement="cash",
        elements=WHOLE,
        replaces=order,
    )
    assert (draft.causes, members(draft)["replaces"]) == ((order,), order)
