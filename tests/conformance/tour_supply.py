"""Supplies said act by act: ordered, cleared, handed over, signed for, invoiced, settled, passed on, given back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from servanda.act.kind import vocabulary
from tests.conformance.payloads import examples
from tests.conformance.walking import DAYS, Row, Step, Wait

B = "kr-jp-b"

kr = partial(Row, party="KR", under=B)
jp = partial(Row, party="JP", under=B)
order = partial(jp, kind="logistics.order.place", by="ordering-1")
accept = partial(kr, kind="logistics.order.accept", by="ordering-1")
withdraw = partial(kr, kind="logistics.order.withdraw")
issue = partial(kr, kind="logistics.goods.issue", by="supply-1")
receive = partial(jp, kind="logistics.goods.receive", by="supply-1")
give_back = partial(jp, kind="logistics.goods.return", by="supply-1")
invoice = partial(kr, kind="logistics.invoice.raise", by="settling-1")
settle = partial(jp, kind="logistics.settlement.agree", by="settling-1")
TAX = "exercise fuel tax"

(FUEL, REPAIR), (CLEARED,), (DOUBTED,) = (
    examples(f"logistics.{name}") for name in ("order.place", "order.clear", "item.pass")
)
CATEGORIES = tuple(
    next(row for row in vocabulary()["domains"]["logistics"]["facts"] if row["name"] == "category")["values"]
)


def needs(
    *items: Mapping[str, Any], serves_weapon: bool = False, unit_price: str | None = "2.5"
) -> list[dict[str, Any]]:
    """Lines of an order, one an item."""
    return [
        {"item": item, "quantity": "10", "unit": "C62", "serves_weapon": serves_weapon}
        | ({} if unit_price is None else {"unit_price": unit_price})
        for item in items
    ]


EVERY_CATEGORY = needs(
    *(
        {"text": f"exercise item {place}", "category": name}
        for place, name in enumerate(sorted(CATEGORIES, reverse=True))
    )
)
WATER = {"text": "drinking water", "supply_class": "8960", "category": "water"}
EVERY_PLACE = ("kr_territory", "jp_territory", "high_seas", "somewhere")
EVERY_ACTIVITY = ("disaster_relief", "evacuation", "port_or_airfield_call", "fishing")

ORDERED: tuple[Step, ...] = (
    order(named="order"),
    order(says={"lines": EVERY_CATEGORY}, ruling="forbidden 3.2 3.5"),
    order(says={"lines": needs(WATER, serves_weapon=True)}, ruling="forbidden 3.3"),
    order(says={"for_combat": True}, ruling="forbidden 5.1"),
    order(says={"settlement": None}, ruling="forbidden 6.1"),
    *(
        order(says={"place": place}, ruling="permit" if place == "high_seas" else "forbidden 9.1")
        for place in EVERY_PLACE
    ),
    *(order(says={"activity": name}, ruling="silent" if name == "fishing" else "permit") for name in EVERY_ACTIVITY),
    *(
        order(by=by, ruling="forbidden 4.1 4.4" if by not in ("contingent-1", "staff-1") else "forbidden 4.4")
        for by in ("envoy-1", "settling-1", "review-1", "member-1", "contingent-1", "staff-1", "other-1")
    ),
    accept(says={"order": "@order"}, named="acceptance"),
    order(named="second"),
    kr(kind="logistics.order.decline", by="ordering-1", says={"order": "@second"}),
    order(named="third"),
    accept(says={"order": "@third"}),
    *(
        withdraw(by="supply-1", says={"order": "@third", "reason": reason}, ruling="forbidden 4.1")
        for reason in ("safety", "law", "force_of_nature")
    ),
    *(
        withdraw(by="ordering-1", says={"order": "@third", "reason": reason}, ruling="forbidden 4.6")
        for reason in ("outside_difference", "none_given")
    ),
    withdraw(by="ordering-1", says={"order": "@third"}),
    order(
        says={
            "replaces": "@third",
            "settlement": "in_kind",
            "elements": {**FUEL["elements"], "return_day": "2032-06-01", "return_place": "exercise harbour"},
        },
        named="in kind",
    ),
    accept(says={"order": "@in kind"}),
    order(
        example=2,
        says={"replaces": None, "life_in_danger": None, "lines": needs(WATER, unit_price="250")},
        named="in yen",
    ),
    accept(says={"order": "@in yen"}),
)

CLEARED_FIRST: tuple[Step, ...] = (
    order(says={"lines": CLEARED["subject"]["lines"]}, ruling="forbidden 4.4"),
    *(say(kind="logistics.order.clear", by="member-1") for say in (kr, jp)),
    order(says={"lines": CLEARED["subject"]["lines"]}),
    order(says={"lines": needs(DOUBTED["subject"])}, ruling="forbidden 3.5"),
    *(say(kind="logistics.item.pass", by="review-1") for say in (kr, jp)),
    order(says={"lines": needs(DOUBTED["subject"])}),
    kr(kind="logistics.invitation.give", by="envoy-1"),
    order(says={"place": "kr_territory", "activity": "combined_training"}),
)

DELIVERED: tuple[Step, ...] = (
    issue(says={"order": "@order", "elements": None}, named="issue"),
    receive(says={"order": "@order", "issue": "@issue", "elements": None}, named="receipt"),
    receive(
        by="ordering-1",
        says={"order": "@order", "received": [{"line": 1, "quantity": "1"}], "issue": None},
        ruling="forbidden 4.1 4.5",
    ),
    issue(example=2, says={"order": None, "furnished": None}, named="water"),
    receive(says={"order": "@water", "received": None, "issue": "@water", "settlement": None}, ruling="permit"),
    issue(says={"order": "@in kind", "elements": None}, named="issue in kind"),
    receive(
        says={"order": "@in kind", "issue": "@issue in kind", "settlement": "in_kind", "elements": None},
        named="receipt in kind",
    ),
    give_back(says={"order": "@in kind", "receipt": "@receipt in kind"}),
    give_back(
        says={
            "order": "@in kind",
            "receipt": "@receipt in kind",
            "returned": [{"line": 1, "quantity": "5000", "lot": "EX-LOT-7"}],
        }
    ),
)

PASSED_ON: tuple[Step, ...] = (
    jp(kind="logistics.goods.transfer", by="supply-1", says={"order": "@order"}, ruling="forbidden 5.2"),
    jp(kind="logistics.consent.ask", by="supply-1", says={"order": "@order"}, named="leave"),
    kr(kind="logistics.consent.give", by="supply-1", says={"ask": "@leave"}),
    jp(kind="logistics.goods.transfer", by="supply-1", says={"order": "@order"}),
)

PAID: tuple[Step, ...] = (
    invoice(says={"order": "@order", "receipts": ["@receipt"]}, ruling="forbidden 7.1 7.2"),
    invoice(
        says={"order": "@order", "receipts": ["@receipt"], "surcharges": None, "taxes": None, "price_basis": "other"},
        ruling="forbidden 7.1",
    ),
    invoice(
        says={"order": "@order", "receipts": ["@receipt"], "surcharges": None, "taxes": None, "paid_by_un": True},
        ruling="forbidden 8.4",
    ),
    invoice(says={"order": "@order", "receipts": ["@receipt"], "surcharges": None, "taxes": None}, named="invoice"),
    settle(says={"invoices": ["@invoice"]}),
    issue(
        says={"order": "@in yen", "furnished": [{"line": 1, "quantity": "10"}], "elements": None}, named="issue in yen"
    ),
    receive(
        says={"order": "@in yen", "received": None, "issue": "@issue in yen", "settlement": None, "elements": None},
        named="receipt in yen",
    ),
    invoice(
        says={
            "order": "@in yen",
            "receipts": ["@receipt in yen"],
            "lines": None,
            "surcharges": None,
            "taxes": [{"name": TAX, "amount": "1"}],
            "price_basis": "agreed_beforehand",
        },
        named="invoice in yen",
    ),
)

LATE: tuple[Step, ...] = (
    Wait(seconds=210 * DAYS),
    order(
        says={"lines": needs({"text": "diesel fuel", "supply_class": "9140", "category": "fuel"})}, named="late order"
    ),
    accept(says={"order": "@late order"}, ruling="forbidden 6.4"),
    settle(example=2, says={"orders": ["@in yen"]}),
    *(say(kind="logistics.statement.sign", by="settling-1", says={"year": 2031}) for say in (kr, jp)),
)
