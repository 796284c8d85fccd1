"""What is left to do on an order: to hand over, sign for, give back, invoice; and who does what next.

Rules of this module:
- what is left follows from the movements alone, and is never less than nothing;
- a receipt answers one issue, lot by lot; what is given back has the lot it was received in;
- an invoice asks the price of the order for what was signed for.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from servanda.base import amount
from servanda.base.errors import UsageError
from servanda.domains.logistics import acts
from servanda.domains.logistics.book import Book, Movement, Order, State, Step, moved, step_of
from servanda.domains.logistics.elements import Stage, missing
from servanda.domains.logistics.lines import Portion, ReturnPortion
from servanda.domains.logistics.orders import ordered


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An order as it is shown.

    Args:
        next: who does what next, in words; empty where nothing is left to do.
        missing: names of the elements that the next step needs and nobody gave.
    """

    order: Order
    step: Step
    next: str
    missing: tuple[str, ...]


def orders(state: State, agreement: str) -> tuple[Listed, ...]:
    """The orders under an agreement with what comes next, the oldest first."""
    book = state.under(agreement)
    found = sorted(book.orders.values(), key=lambda each: (each.recorded_at, each.id))
    return tuple(
        Listed(order=each, step=step_of(each, book), next=comes_next(each, book), missing=lacks(each)) for each in found
    )


def to_issue(order: Order) -> tuple[Portion, ...]:
    """What was ordered and not yet handed over."""
    left = ((n, order.quantity(n) - moved(order.issues, n)) for n in range(1, len(order.content.lines) + 1))
    return tuple(Portion(line=n, quantity=amount.text(quantity)) for n, quantity in left if quantity > 0)


def to_receive(order: Order, issue: str | None) -> Movement | None:
    """The issue to be signed for: the one named, or the oldest that no receipt names; None where none waits."""
    signed = {receipt.issue for receipt in order.receipts}
    waiting = (each for each in order.issues if each.act_id not in signed and issue in (None, each.act_id))
    return next(waiting, None)


def to_return(order: Order, party: str) -> tuple[ReturnPortion, ...]:
    """What a Party received on an order and has not given back, lot by lot."""
    left: dict[tuple[int, str | None], Decimal] = {}
    for sign, movements in ((1, order.receipts), (-1, order.returns)):
        for movement in movements:
            for portion in movement.portions if movement.author == party else ():
                key = (portion.line, portion.lot)
                left[key] = left.get(key, Decimal(0)) + sign * Decimal(portion.quantity)
    return tuple(
        ReturnPortion(line=line, lot=lot, quantity=amount.text(quantity))
        for (line, lot), quantity in left.items()
        if quantity > 0
    )


def to_invoice(order: Order, book: Book) -> tuple[str, ...]:
    """The receipts of an order that no invoice names yet."""
    asked = {act_id for invoice in order.invoices for act_id in book.invoices[invoice].content.receipts}
    return tuple(receipt.act_id for receipt in order.receipts if receipt.act_id not in asked)


def at_price(order: Order, receipts: tuple[str, ...]) -> tuple[acts.InvoiceLine, ...]:
    """What receipts sum up to, line by line, at the prices of the order.

    Raises:
        UsageError: `price_missing`, where a line of the order has none.
    """
    named = tuple(receipt for receipt in order.receipts if receipt.act_id in receipts)
    lines: list[acts.InvoiceLine] = []
    for number, line in enumerate(order.content.lines, start=1):
        quantity = moved(named, number)
        if quantity == 0:
            continue
        if line.unit_price is None:
            raise UsageError("price_missing", f"line {number} has no price", action="name the lines with their prices")
        lines.append(acts.InvoiceLine(line=number, quantity=amount.text(quantity), unit_price=line.unit_price))
    return tuple(lines)


def lacks(order: Order) -> tuple[str, ...]:
    """Names of the elements that the next step of an order needs and nobody gave; signatures apart."""
    stage = _next_stage(order)
    return missing(stage, ordered(order.content, frozenset(Stage)), order.elements)


def _next_stage(order: Order) -> Stage:
    return next((stage for stage in Stage if stage not in order.signed and stage is not Stage.ORDER), Stage.RECEIVE)


def comes_next(order: Order, book: Book) -> str:
    """Who does what next, in words; empty where nothing is left to do."""
    supplier, receiver = order.supplier, order.receiver
    match step_of(order, book):
        case Step.PLACED:
            return f"{supplier} accepts or declines"
        case Step.ACCEPTED:
            return f"{supplier} hands over"
        case Step.PART_ISSUED | Step.ISSUED | Step.PART_RECEIVED:
            waits = to_receive(order, None) is not None
            return f"{receiver} signs for what was handed over" if waits else f"{supplier} hands over the rest"
        case Step.RECEIVED:
            exchanged = order.content.settlement in ("in_kind", "equal_value")
            return f"{receiver} gives back" if exchanged else f"{supplier} raises an invoice"
        case Step.INVOICED:
            return f"{receiver} settles the invoice"
        case Step.DECLINED | Step.WITHDRAWN | Step.SETTLED:
            return ""
