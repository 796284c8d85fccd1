"""The order book: what does not follow is kept as out of order, what follows is added and never edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from servanda.domains.logistics.book import Book, Half, Invitation, OutOfOrder, Step, moved, step_of
from servanda.domains.logistics.elements import Stage
from servanda.domains.logistics.state import EMPTY, broken, fold
from tests.unit.logistics.test_logistics_acts import SAMPLES
from tests.unit.logistics.trade import AGREEMENT, AT, ORDER, Trade, moment

UNKNOWN = "a" * 64
PLACE, ACCEPT = "logistics.order.place", "logistics.order.accept"


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("order.accept", OutOfOrder.ORDER_UNKNOWN),
        ("order.decline", OutOfOrder.ORDER_UNKNOWN),
        ("order.withdraw", OutOfOrder.ORDER_UNKNOWN),
        ("goods.issue", OutOfOrder.ORDER_UNKNOWN),
        ("goods.receive", OutOfOrder.ORDER_UNKNOWN),
        ("goods.return", OutOfOrder.ORDER_UNKNOWN),
        ("goods.transfer", OutOfOrder.ORDER_UNKNOWN),
        ("consent.ask", OutOfOrder.ORDER_UNKNOWN),
        ("consent.give", OutOfOrder.ASK_UNKNOWN),
        ("invoice.raise", OutOfOrder.ORDER_UNKNOWN),
        ("settlement.agree", OutOfOrder.INVOICE_UNKNOWN),
    ],
)
def test_an_act_on_nothing_known_is_kept_as_out_of_order(kind: str, why: OutOfOrder) -> None:
    trade = Trade()
    act_id = trade.take(f"logistics.{kind}", "JP", SAMPLES[f"logistics.{kind}"], "supply-1")
    assert dict(trade.book.out_of_order) == {act_id: why}
    assert not trade.book.orders
    assert broken(trade.book) == ()


def test_what_is_left_of_an_act_that_was_never_opened_is_kept_too() -> None:
    trade = Trade()
    act_id = trade.take(PLACE, "JP", {}, "order-1")
    assert dict(trade.book.out_of_order) == {act_id: OutOfOrder.UNREADABLE}


def test_an_act_of_another_domain_changes_nothing() -> None:
    trade = Trade()
    trade.take(PLACE, "JP", ORDER, "order-1")
    foreign = replace(next(iter(trade.acts.values())), kind="intelligence.report.share")
    assert fold(trade.state, foreign) is trade.state


def test_the_first_answer_of_the_other_party_counts() -> None:
    trade = Trade()
    order = trade.take(PLACE, "JP", ORDER, "order-1")
    own = trade.take(ACCEPT, "JP", {"order": order}, "order-1")
    accepted = trade.take(ACCEPT, "KR", {"order": order}, "order-1")
    again = trade.take(ACCEPT, "KR", {"order": order}, "order-1")
    declined = trade.take("logistics.order.decline", "KR", {"order": order}, "order-1")
    known = trade.book.orders[order]
    assert (known.answered_by, known.accepted_at, known.declined_at) == (
        accepted,
        moment(AT),
        None,
    )
    assert dict(trade.book.out_of_order) == {
        own: OutOfOrder.ORDER_OWN,
        again: OutOfOrder.ORDER_CLOSED,
        declined: OutOfOrder.ORDER_CLOSED,
    }


def test_a_declined_order_is_neither_accepted_nor_withdrawn() -> None:
    trade = Trade()
    order = trade.take(PLACE, "JP", ORDER, "order-1")
    trade.take("logistics.order.decline", "KR", {"order": order}, "order-1")
    trade.take(ACCEPT, "KR", {"order": order}, "order-1")
    trade.take("logistics.order.withdraw", "JP", {"order": order, "reason": "law"}, "order-1")
    assert step_of(trade.book.orders[order], trade.book) is Step.DECLINED
    assert list(trade.book.out_of_order.values()) == [OutOfOrder.ORDER_CLOSED] * 2


def test_movements_are_added_and_summed() -> None:
    trade = Trade()
    order = trade.take(PLACE, "JP", ORDER, "order-1")
    trade.take(ACCEPT, "KR", {"order": order}, "order-1")
    for quantity, step in (("39999.999999", Step.PART_ISSUED), ("0.000001", Step.ISSUED)):
        portion = [{"line": 1, "quantity": quantity}]
        trade.take("logistics.goods.issue", "KR", {"order": order, "furnished": portion}, "supply-1")
        assert step_of(trade.book.orders[order], trade.book) is step
    known = trade.book.orders[order]
    assert moved(known.issues, 1) == Decimal(40_000)
    assert known.signed == {Stage.ORDER, Stage.ACCEPT, Stage.ISSUE}


def test_a_portion_of_no_line_and_a_receipt_for_no_issue_are_noted() -> None:
    trade = Trade()
    order = trade.take(PLACE, "JP", ORDER, "order-1")
    off = {"order": order, "furnished": [{"line": 2, "quantity": "1"}]}
    issue = trade.take("logistics.goods.issue", "KR", off, "supply-1")
    signed = {"order": order, "issue": UNKNOWN, "received": [{"line": 1, "quantity": "1"}]}
    receipt = trade.take("logistics.goods.receive", "JP", signed, "supply-1")
    assert dict(trade.book.out_of_order) == {issue: OutOfOrder.LINE_UNKNOWN, receipt: OutOfOrder.ISSUE_UNKNOWN}
    assert len(trade.book.orders[order].receipts) == 1


def test_an_invoice_is_settled_once() -> None:
    trade = Trade()
    order = trade.take(PLACE, "JP", ORDER, "order-1")
    invoice = trade.take(
        "logistics.invoice.raise", "KR", {**SAMPLES["logistics.invoice.raise"], "order": order}, "money-1"
    )
    paying = {"mode": "cash", "invoices": [invoice], "orders": [order], "currency": "USD", "amount": "1"}
    first = trade.take("logistics.settlement.agree", "JP", paying, "money-1")
    second = trade.take("logistics.settlement.agree", "JP", paying, "money-1")
    assert trade.book.invoices[invoice].settled_by == trade.book.orders[order].settled_by == first
    assert dict(trade.book.out_of_order) == {second: OutOfOrder.ALREADY_SETTLED}
    assert step_of(trade.book.orders[order], trade.book) is Step.SETTLED


def test_leave_is_given_by_the_supplier_alone() -> None:
    trade = Trade()
    order = trade.take(PLACE, "JP", ORDER, "order-1")
    ask = trade.take("logistics.consent.ask", "JP", {"order": order, "lines": [1], "to": "mission"}, "supply-1")
    own = trade.take("logistics.consent.give", "JP", {"ask": ask}, "supply-1")
    assert trade.book.asks[ask].given_by is None
    assert dict(trade.book.out_of_order) == {own: OutOfOrder.ORDER_UNKNOWN}
    leave = trade.take("logistics.consent.give", "KR", {"ask": ask}, "supply-1")
    assert trade.book.asks[ask].given_by == leave


def test_invitations_and_halves_are_kept_as_given() -> None:
    trade = Trade()
    invitation = trade.take("logistics.invitation.give", "KR", SAMPLES["logistics.invitation.give"], "envoy-1")
    assert dict(trade.book.invitations) == {
        ("KR", "disaster_relief", "kr_territory"): (
            Invitation(act_id=invitation, from_day=date(2031, 3, 1), until_day=date(2031, 3, 31)),
        )
    }
    passing = [
        trade.take("logistics.item.pass", party, SAMPLES["logistics.item.pass"], "review-1") for party in ("KR", "JP")
    ]
    assert list(trade.book.halves.values()) == [
        (Half(act_id=passing[0], author="KR"), Half(act_id=passing[1], author="JP"))
    ]


def test_each_agreement_has_its_own_book() -> None:
    trade = Trade()
    order = trade.take(PLACE, "JP", ORDER, "order-1")
    elsewhere = replace(trade.acts[order], act_id=UNKNOWN, agreement="kr-jp-c")
    state = fold(trade.state, elsewhere)
    assert list(state.under(AGREEMENT).orders) == [order]
    assert list(state.under("kr-jp-c").orders) == [UNKNOWN]
    assert EMPTY.under(AGREEMENT) == Book()


def book_with(**members: Any) -> Book:
    trade = Trade()
    order = trade.take(PLACE, "JP", ORDER, "order-1")
    trade.take(ACCEPT, "KR", {"order": order}, "order-1")
    known = trade.book.orders[order]
    return replace(trade.book, orders=trade.book.orders.insert(order, replace(known, **members)))


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"accepted_at": None}, "the orders counted as accepted are not those that were"),
        ({"declined_at": moment(AT)}, "is both accepted and declined"),
        ({"signed": frozenset({Stage.ORDER})}, "is accepted without both signatures"),
    ],
)
def test_a_book_that_does_not_hold_is_told(members: Mapping[str, Any], said: str) -> None:
    assert broken(book_with()) == ()
    assert [said in line for line in broken(book_with(**members))] == [True]


def test_an_act_of_no_order_and_a_sum_that_is_wrong_are_told() -> None:
    book = book_with()
    lost = replace(book, order_of=book.order_of.insert(UNKNOWN, UNKNOWN))
    assert broken(lost) == (f"`{UNKNOWN}` belongs to `{UNKNOWN}`, and there is no such order",)
    [(day, (_, ids))] = book.accepted.items()
    bent = replace(book, accepted=book.accepted.insert(day, (Decimal(1), ids)))
    assert broken(bent) == (f"the orders accepted on {day} do not sum up",)
