"""What two simulated nodes say of supplies: orders from the committee to the statement of the year."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from servanda.act.act import Draft
from servanda.act.content import write
from servanda.domains.logistics import desk as orders
from servanda.domains.logistics.book import Step, step_of
from tests.simulation.saying import PACT_B, Desk, Saying, at_desk, by_weight, in_order
from tests.simulation.world import Side

ELEMENTS = {
    "billed_party": "exercise ministry",
    "receiving_organisation": "exercise unit",
    "funds": "exercise funds",
    "transfer_day": "2031-06-10",
    "transfer_place": "exercise airfield",
    "special_requirements": {"not_applicable": "none"},
    "limit_of_liability": {"not_applicable": "final price"},
}
SUPPLIERS = {
    "payee": "exercise ministry",
    "payment_address": "exercise account",
    "issuing_organisation": "exercise unit",
}
IN_DOUBT, PASSED_AS = "1080", "storage"
UNITS = {"9130": "LTR", "8940": "C62", "1305": "C62", IN_DOUBT: "C62"}
OFFICERS = {
    "logistics.order.clear": "member-1",
    "logistics.item.pass": "review-1",
    "logistics.invitation.give": "envoy-1",
    "logistics.invoice.raise": "settling-1",
    "logistics.settlement.agree": "settling-1",
    "logistics.statement.sign": "settling-1",
}


def an_order(side: Side, chance: random.Random) -> Saying:
    """An act of supply, permitted or not."""
    desk = at_desk(side, "logistics", PACT_B, chance)
    book = desk.book
    weights: dict[Callable[[Desk], Draft], int] = {_place: 8, _clear: 2, _pass: 3, _invite: 1, _first: 1, _statement: 2}
    if book.orders:
        weights |= {_accept: 6, _issue: 6, _receive: 6, _invoice: 5, _decline: 4, _withdraw: 4, _return: 2}
        weights |= {_transfer: 1, _ask: 2}
    asked = [act for act in book.asks if book.asks[act].author != side.party and book.asks[act].given_by is None]
    weights |= {_give: 12} if asked else {}
    weights |= {_settle: 5} if book.invoices else {}
    due = _due(desk)
    draft = (chance.choice(due) if due and chance.random() < 0.6 else by_weight(chance, weights))(desk)
    office = "ordering-1" if draft.kind.startswith("logistics.order.") else "supply-1"
    return Saying(draft, OFFICERS.get(draft.kind, office))


def _due(desk: Desk) -> list[Callable[[Desk], Draft]]:
    """What comes next on the newest orders, where it is for this Party to do."""
    found = [_next(desk, act) for act in in_order(desk.side, desk.book.orders)[-4:]]
    return [verb for verb in found if verb is not None]


def _next(desk: Desk, act_id: str) -> Callable[[Desk], Draft] | None:
    order = desk.book.orders[act_id]
    supplies = order.supplier == desk.side.party
    match step_of(order, desk.book):
        case Step.PLACED:
            verb = _accept if supplies else None
        case Step.ACCEPTED | Step.PART_ISSUED:
            verb = _issue if supplies else None
        case Step.ISSUED | Step.PART_RECEIVED:
            verb = None if supplies else _receive
        case Step.RECEIVED:
            verb = _invoice if supplies else _return
        case Step.INVOICED:
            verb = None if supplies else _settle
        case _:
            verb = None
    return verb if verb in (None, _settle) else lambda here: verb(here, act_id)


def _known(desk: Desk) -> str:
    """One of the newest orders."""
    return desk.chance.choice(in_order(desk.side, desk.book.orders)[-4:])


def _content(chance: random.Random) -> dict[str, Any]:
    """What is ordered; few enough different orders that two people mean the same one."""
    supply_class = chance.choice([*("9130",) * 6, "8940", "8940", "1305", IN_DOUBT, IN_DOUBT])
    quantity = chance.choice([*("400",) * 5, "600000"])
    also = {"category": PASSED_AS} if supply_class == IN_DOUBT else {}
    return {
        "activity": chance.choice(["un_peacekeeping", "un_peacekeeping", "combined_training"]),
        "place": chance.choice([*("third_territory",) * 5, "kr_territory"]),
        "lines": [orders.line(supply_class, (quantity, UNITS[supply_class]), unit_price="1.05", **also)],
        "settlement": chance.choice(["cash", "cash", "in_kind"]),
        "elements": ELEMENTS,
    }


def _place(desk: Desk) -> Draft:
    return orders.order(desk.state, desk.seat, **_content(desk.chance))


def _clear(desk: Desk) -> Draft:
    """An order that one side will place, cleared by the member of either."""
    seat = desk.seat
    if desk.chance.random() < 0.5:
        seat = type(seat)(agreement=seat.agreement, party=seat.other, other=seat.party, at=seat.at, zone=seat.zone)
    placed = orders.order(desk.state, seat, **_content(desk.chance))
    assert placed.payload is not None
    return orders.clear_order(desk.state, desk.seat, subject=write(placed.payload))


def _pass(desk: Desk) -> Draft:
    item = orders.line(IN_DOUBT, ("1", "C62"), category=PASSED_AS).item
    return orders.pass_item(desk.state, desk.seat, subject=item, why="exercise")


def _invite(desk: Desk) -> Draft:
    return orders.invite(desk.state, desk.seat, activity=desk.chance.choice(["un_peacekeeping", "combined_training"]))


def _accept(desk: Desk, order: str | None = None) -> Draft:
    return orders.accept(desk.state, desk.seat, order=order or _known(desk), elements=SUPPLIERS)


def _decline(desk: Desk) -> Draft:
    known = desk.book.orders
    waiting = [act for act in in_order(desk.side, known) if known[act].open and known[act].author != desk.side.party]
    return orders.decline(desk.state, desk.seat, order=waiting[-1] if waiting else _known(desk))


def _withdraw(desk: Desk) -> Draft:
    reason = desk.chance.choice(["safety", "none_given"])
    return orders.withdraw(desk.state, desk.seat, order=_known(desk), reason=reason)


def _issue(desk: Desk, order: str | None = None) -> Draft:
    return orders.issue(desk.state, desk.seat, order=order or _known(desk))


def _first(desk: Desk) -> Draft:
    """Food that goes before it was ordered, a life being in danger."""
    content = {
        "activity": "un_peacekeeping",
        "place": "third_territory",
        "supplier": desk.side.party,
        "currency": "USD",
        "for_combat": False,
        "lines": [orders.line("8940", ("40", "C62"), unit_price="2")],
    }
    return orders.issue(desk.state, desk.seat, content=content, life_in_danger=True)


def _receive(desk: Desk, order: str | None = None) -> Draft:
    act_id = order or _known(desk)
    ordered = desk.book.orders[act_id].content.settlement
    settlement = "cash" if ordered is None else desk.chance.choice([None, None, None, "cash"])
    return orders.receive(desk.state, desk.seat, order=act_id, settlement=settlement, elements=ELEMENTS | SUPPLIERS)


def _return(desk: Desk, order: str | None = None) -> Draft:
    return orders.return_goods(desk.state, desk.seat, order=order or _known(desk))


def _transfer(desk: Desk) -> Draft:
    passed = [{"line": 1, "quantity": "5"}]
    return orders.transfer(desk.state, desk.seat, order=_known(desk), passed=passed, to="exercise village")


def _ask(desk: Desk) -> Draft:
    return orders.ask_consent(desk.state, desk.seat, order=_known(desk), to="exercise village")


def _give(desk: Desk) -> Draft:
    return orders.give_consent(desk.state, desk.seat, ask=desk.some(desk.book.asks))


def _invoice(desk: Desk, order: str | None = None) -> Draft:
    basis = desk.chance.choice(["own_forces", "own_forces", "other"])
    return orders.invoice(desk.state, desk.seat, order=order or _known(desk), price_basis=basis, paid_by_un=False)


def _settle(desk: Desk) -> Draft:
    return orders.settle(desk.state, desk.seat, invoices=[desk.some(desk.book.invoices)])


def _statement(desk: Desk) -> Draft:
    year = desk.seat.at.year - desk.chance.choice([0, 1])
    return orders.sign_statement(desk.state, desk.seat, year=year)
