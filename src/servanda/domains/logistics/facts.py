"""What clauses may ask of supplies: one complete set of facts for each line of an act, stated for its author.

Rules of this module:
- a fact that does not arise for a kind, or could not be established, is stated at its least favourable value;
- who supplies must be known: an act on an order that the record does not hold leaves `supplier_acts` out, and is
  unjudgeable;
- what an act says of an order is read from the order it names, line by line;
- a receipt that says another settlement than its order says none;
- an invoice that asks more for a line than its order says holds a surcharge.

Spec: record 4.4 (facts); judging 3 (facts).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

from servanda.act.content import Payload
from servanda.act.kind import vocabulary
from servanda.base import amount
from servanda.domain import Said, View
from servanda.domains.logistics import acts, orders
from servanda.domains.logistics.book import Movement, Order, Part, State
from servanda.domains.logistics.elements import Stage
from servanda.domains.logistics.lines import Portion, ReturnPortion
from servanda.domains.logistics.terms import (
    UNKNOWN,
    Standpoint,
    Stated,
    carried,
    complete,
    every_line,
    named,
    of_item,
    of_lines,
    reached,
    separate,
    territory_of,
)
from servanda.policy.facts import FactValue
from servanda.supply.screening import lists_of


def facts(said: Said, view: View[State]) -> tuple[Mapping[str, FactValue], ...]:
    """The facts of an act of this domain, one set for each of its lines.

    Spec: record 4.4.
    """
    at = Standpoint(
        said=said,
        view=view,
        book=view.state.under(said.agreement),
        lists=lists_of(view.instrument.annexes),
        day=view.at.astimezone(view.instrument.zone).date(),
    )
    always = {**_least_favourable(), "officer_limit_usd": _officer_limit(at)}
    return tuple(
        {name: value for name, value in {**always, **line}.items() if value is not None}
        for line in _ARISING[type(said.content)](said.content, at)
    )


@cache
def _least_favourable() -> Mapping[str, FactValue]:
    rows = vocabulary()["domains"]["logistics"]["facts"]
    stated = {row["name"]: row["least_favourable"] for row in rows}
    return MappingProxyType({**stated, "supplier_acts": False})


def _officer_limit(at: Standpoint) -> int:
    """The limit of the officer that signs first; nothing where none was named."""
    appointed = at.view.officer(at.said.author, at.said.officers[0]) if at.said.officers else None
    return 0 if appointed is None else min(appointed.limit_usd or 0, orders.USD_MAX)


def _place(content: acts.PlaceOrder, at: Standpoint) -> tuple[Stated, ...]:
    terms = carried(content, at.said.raw, at)
    return of_lines(terms, every_line(terms), at, {"elements_complete": complete(Stage.ORDER, terms, (Stage.ORDER,))})


def _clear(content: acts.ClearOrder, at: Standpoint) -> tuple[Stated, ...]:
    terms = carried(content.subject, at.said.raw["subject"], at)
    return of_lines(terms, every_line(terms), at, {"elements_complete": complete(Stage.ORDER, terms, (Stage.ORDER,))})


def _pass(content: acts.PassItem, at: Standpoint) -> tuple[Stated, ...]:
    return (of_item(content.subject, at.said.raw["subject"], at, claimed=None),)


def _accept(content: acts.AcceptOrder, at: Standpoint) -> tuple[Stated, ...]:
    order = at.known(content.order)
    if order is None:
        return UNKNOWN
    terms = named(order)
    also: Stated = {
        "elements_complete": complete(Stage.ACCEPT, terms, (Stage.ACCEPT,), content.elements),
        "separate_person": separate(order, Part.ORDERING, at),
    }
    return of_lines(terms, every_line(terms), at, also)


def _standing(order: Order, own: Part | None, at: Standpoint) -> dict[str, FactValue | None]:
    """What an act that adds nothing to the elements of an order says of it."""
    receipts = [receipt.settlement for receipt in order.receipts if receipt.settlement is not None]
    return {
        "elements_complete": complete(reached(order), named(order), ()),
        "separate_person": separate(order, own, at),
        "settlement": order.content.settlement or next(iter(receipts), "none"),
    }


def _on_order(order: Order | None, at: Standpoint, own: Part | None = None, **also: FactValue) -> tuple[Stated, ...]:
    """Every line of an order."""
    if order is None:
        return UNKNOWN
    terms = named(order)
    return of_lines(terms, every_line(terms), at, {**_standing(order, own, at), **also})


def _decline(content: acts.DeclineOrder, at: Standpoint) -> tuple[Stated, ...]:
    return _on_order(at.known(content.order), at)


def _withdraw(content: acts.WithdrawOrder, at: Standpoint) -> tuple[Stated, ...]:
    return _on_order(at.known(content.order), at, reason=content.reason)


def _invite(content: acts.GiveInvitation, at: Standpoint) -> tuple[Stated, ...]:
    return (
        {
            "activity": at.view.word(content.activity, "covered_activity"),
            "place": at.view.word(content.place, "party_territory", "outside_territory"),
            "author_hosts": at.view.word(content.place, "party_territory") == territory_of(at.said.author),
        },
    )


def _issue(content: acts.IssueGoods, at: Standpoint) -> tuple[Stated, ...]:
    life: Stated = {"life_in_danger": content.life_in_danger}
    if content.content is not None:
        terms = carried(content.content, at.said.raw["content"], at)
        whole = complete(Stage.ISSUE, terms, (Stage.ACCEPT, Stage.ISSUE), content.elements)
        return of_lines(terms, every_line(terms), at, {**life, "elements_complete": whole})
    order = at.known(content.order)
    if order is None:
        return UNKNOWN
    also: Stated = {
        **life,
        "elements_complete": complete(Stage.ISSUE, named(order), (Stage.ISSUE,), content.elements),
        "separate_person": separate(order, None, at),
    }
    return of_lines(named(order), (portion.line for portion in content.furnished), at, also)


def _receive(content: acts.ReceiveGoods, at: Standpoint) -> tuple[Stated, ...]:
    order = at.known(content.order)
    if order is None:
        return UNKNOWN
    signs = (Stage.RECEIVE, Stage.ORDER) if order.goods_first and order.open else (Stage.RECEIVE,)
    says, ordered = content.settlement, order.content.settlement
    agree = says is None or ordered is None or says == ordered
    whole = complete(Stage.RECEIVE, named(order), signs, content.elements, settlement=says)
    also: Stated = {
        "elements_complete": whole,
        "separate_person": separate(order, Part.RECEIVING, at),
        "settlement": (ordered or says or "none") if agree else "none",
    }
    return of_lines(named(order), (portion.line for portion in content.received), at, also)


def _return(content: acts.ReturnGoods, at: Standpoint) -> tuple[Stated, ...]:
    order = at.known(content.order)
    if order is None:
        return UNKNOWN
    also = _standing(order, None, at)
    lines = of_lines(named(order), (portion.line for portion in content.returned), at, also)
    return tuple(
        {**line, **_instead(portion, place, at), "returns_receipt": _returns_receipt(portion, content, order, at)}
        for place, (portion, line) in enumerate(zip(content.returned, lines, strict=True))
    )


def _instead(portion: ReturnPortion, place: int, at: Standpoint) -> Stated:
    """What goes back in the place of what was received, where it is not the same."""
    if portion.item is None:
        return {}
    return of_item(portion.item, at.said.raw["returned"][place]["item"], at, claimed=False)


def _returns_receipt(portion: ReturnPortion, content: acts.ReturnGoods, order: Order, at: Standpoint) -> bool:
    """Whether a portion is what the author received from the other Party, item and lot, and no more of it."""
    if portion.item is not None or order.supplier != at.said.other:
        return False
    received = _of_lot(order.receipts, portion, at.said.author)
    gone = _of_lot(order.returns, portion, at.said.author)
    now = amount.total(Decimal(each.quantity) for each in content.returned if _same(each, portion))
    return amount.total((gone, now)) <= received


def _of_lot(movements: tuple[Movement, ...], portion: Portion, author: str) -> Decimal:
    return amount.total(
        Decimal(each.quantity)
        for movement in movements
        if movement.author == author
        for each in movement.portions
        if _same(each, portion)
    )


def _same(portion: Portion, other: Portion) -> bool:
    instead = isinstance(portion, ReturnPortion) and portion.item is not None
    return not instead and (portion.line, portion.lot) == (other.line, other.lot)


def _transfer(content: acts.TransferGoods, at: Standpoint) -> tuple[Stated, ...]:
    order = at.known(content.order)
    if order is None:
        return UNKNOWN
    given = frozenset[int]().union(
        *(ask.lines for ask in at.book.asks.values() if ask.given_by and (ask.order, ask.to) == (order.id, content.to))
    )
    numbers = [portion.line for portion in content.passed]
    lines = of_lines(named(order), numbers, at, _standing(order, None, at))
    return tuple({**line, "consent": number in given} for number, line in zip(numbers, lines, strict=True))


def _ask(content: acts.AskConsent, at: Standpoint) -> tuple[Stated, ...]:
    order = at.known(content.order)
    return UNKNOWN if order is None else of_lines(named(order), content.lines, at, _standing(order, None, at))


def _give(content: acts.GiveConsent, at: Standpoint) -> tuple[Stated, ...]:
    ask = at.book.asks.get(content.ask)
    order = at.known(ask.order) if ask is not None else None
    if ask is None or order is None:
        return UNKNOWN
    return of_lines(named(order), sorted(ask.lines), at, _standing(order, None, at))


def _invoice(content: acts.RaiseInvoice, at: Standpoint) -> tuple[Stated, ...]:
    order = at.known(content.order)
    if order is None:
        return UNKNOWN
    named_taxes = {tax.name for tax in content.taxes} <= set(order.content.taxes)
    also: Stated = {
        **_standing(order, Part.SETTLING, at),
        "price_basis": content.price_basis,
        "taxes": "none" if not content.taxes else "named_beforehand" if named_taxes else "unnamed",
        "paid_by_un": content.paid_by_un,
    }
    lines = of_lines(named(order), (line.line for line in content.lines), at, also)
    return tuple(
        {**stated, "surcharge": bool(content.surcharges) or _asks_more(line, content, order)}
        for line, stated in zip(content.lines, lines, strict=True)
    )


def _asks_more(line: acts.InvoiceLine, content: acts.RaiseInvoice, order: Order) -> bool:
    """Whether a line of an invoice asks more than the order says, or what cannot be held against it."""
    if content.currency != order.content.currency or line.line > len(order.content.lines):
        return True
    price = order.content.lines[line.line - 1].unit_price
    return price is not None and Decimal(line.unit_price) > Decimal(price)


def _settle(content: acts.AgreeSettlement, at: Standpoint) -> tuple[Stated, ...]:
    invoices = [at.book.invoices.get(act_id) for act_id in content.invoices]
    names = dict.fromkeys((*(invoice.order for invoice in invoices if invoice is not None), *content.orders))
    settled = [at.known(name) for name in names]
    if None in invoices or None in settled:
        return UNKNOWN
    by_un = any(invoice is not None and invoice.content.paid_by_un for invoice in invoices)
    lines: list[Stated] = []
    for order in settled:
        lines.extend(_on_order(order, at, Part.SETTLING, paid_by_un=by_un))
    return tuple({**line, "settlement": content.mode} for line in lines)


def _sign(_content: acts.SignStatement, _at: Standpoint) -> tuple[Stated, ...]:
    return ({},)


_ARISING: Mapping[type[Payload], Callable[[Any, Standpoint], tuple[Stated, ...]]] = MappingProxyType(
    {
        acts.PlaceOrder: _place,
        acts.AcceptOrder: _accept,
        acts.DeclineOrder: _decline,
        acts.WithdrawOrder: _withdraw,
        acts.ClearOrder: _clear,
        acts.PassItem: _pass,
        acts.GiveInvitation: _invite,
        acts.IssueGoods: _issue,
        acts.ReceiveGoods: _receive,
        acts.ReturnGoods: _return,
        acts.TransferGoods: _transfer,
        acts.AskConsent: _ask,
        acts.GiveConsent: _give,
        acts.RaiseInvoice: _invoice,
        acts.AgreeSettlement: _settle,
        acts.SignStatement: _sign,
    }
)
