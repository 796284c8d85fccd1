"""What staff of supply do: read the order book, fill in what follows from it, and return a draft.

Rules of this module:
- a draft names the acts it rests on, so that what is owed after them counts as done;
- what is left out follows from the book: what was not yet handed over, signed for, invoiced;
- what is out of order is an error here, before anything is signed; what the agreement forbids is left to the ruling;
- what only the officer can know of a price is asked for, never assumed;
- nothing here reads a clock: the hour is that of the seat.

Spec: record 3.1 (causes); judging 7 (duties).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from servanda.act.act import Draft
from servanda.act.content import Payload, read
from servanda.base import amount as amounts
from servanda.base.errors import UsageError
from servanda.domain import Seat
from servanda.domains.logistics import acts, remaining, statements
from servanda.domains.logistics.book import Ask, Book, Invoice, Order, State
from servanda.domains.logistics.lines import Line, Portion, ReturnPortion, line
from servanda.domains.logistics.orders import asked
from servanda.domains.logistics.remaining import Listed, orders
from servanda.supply.item import Item

__all__ = [
    "Listed",
    "accept",
    "ask_consent",
    "clear_order",
    "decline",
    "give_consent",
    "invite",
    "invoice",
    "issue",
    "line",
    "order",
    "orders",
    "pass_item",
    "receive",
    "return_goods",
    "settle",
    "sign_statement",
    "transfer",
    "withdraw",
]

T = TypeVar("T")

Members = Mapping[str, Any]
"""Members of a payload or of one of its parts, as JSON has them."""
Brief = tuple[str, tuple[str, str]]
"""A line in short: class or stock number, and quantity with its unit."""


def order(
    state: State,
    seat: Seat,
    *,
    activity: str,
    place: str,
    lines: Sequence[Line | Members | Brief],
    supplier: str | None = None,
    currency: str = "USD",
    rate: Members | None = None,
    settlement: str | None = None,
    for_combat: bool = False,
    life_in_danger: bool = False,
    taxes: tuple[str, ...] = (),
    replaces: str | None = None,
    elements: Members | None = None,
) -> Draft:
    """Order supplies or services from the other Party.

    Args:
        supplier: the other Party where none is named.
        rate: US dollars for one unit of the currency, with source and day.
        replaces: the withdrawn order that this one follows.

    Raises:
        UsageError: `order_unknown`, `order_open` or `class_unknown`.
        MalformedError: a member that is not of its form.
    """
    if replaces is not None:
        before = _order(state.under(seat.agreement), replaces)
        if before.withdrawn_at is None:
            raise UsageError("order_open", f"order `{replaces[:16]}` still stands", action="withdraw it first")
    members = {
        "activity": activity,
        "place": place,
        "supplier": supplier or seat.other,
        "currency": currency,
        "rate": rate,
        "settlement": settlement,
        "lines": tuple(_line(each) for each in lines),
        "for_combat": for_combat,
        "life_in_danger": life_in_danger,
        "taxes": taxes,
        "replaces": replaces,
        "elements": elements,
    }
    return _draft("logistics.order.place", seat, members, () if replaces is None else (replaces,))


def accept(state: State, seat: Seat, *, order: str, elements: Members | None = None, note: str | None = None) -> Draft:
    """Accept an order of the other Party, adding the elements that the supplier gives.

    Raises:
        UsageError: `order_unknown`, `order_own` or `order_closed`.
    """
    known = _to_answer(state, seat, order)
    return _draft("logistics.order.accept", seat, {"order": known.id, "elements": elements, "note": note}, (known.id,))


def decline(state: State, seat: Seat, *, order: str, note: str | None = None) -> Draft:
    """Decline an order of the other Party; owes no reason.

    Raises:
        UsageError: `order_unknown`, `order_own` or `order_closed`.
    """
    known = _to_answer(state, seat, order)
    return _draft("logistics.order.decline", seat, {"order": known.id, "note": note}, (known.id,))


def withdraw(state: State, seat: Seat, *, order: str, reason: str = "none_given", note: str | None = None) -> Draft:
    """Withdraw an order for a reason.

    Raises:
        UsageError: `order_unknown` or `order_closed`.
    """
    known = _order(state.under(seat.agreement), order)
    if known.withdrawn_at is not None or known.declined_at is not None:
        raise UsageError("order_closed", f"order `{order[:16]}` is closed", action="nothing is left to withdraw")
    causes = (known.id,) if known.answered_by is None else (known.id, known.answered_by)
    return _draft("logistics.order.withdraw", seat, {"order": known.id, "reason": reason, "note": note}, causes)


def clear_order(_state: State, seat: Seat, *, subject: acts.PlaceOrder | Members, note: str | None = None) -> Draft:
    """Clear an order above a limit, as a member of the joint committee, before it is placed.

    Args:
        subject: the order, exactly as it will be placed.
    """
    return _draft("logistics.order.clear", seat, {"subject": subject, "note": note})


def pass_item(_state: State, seat: Seat, *, subject: Item | Members, why: str) -> Draft:
    """Pass an item in doubt, as a reviewer.

    Args:
        subject: the item, exactly as it stands in its line.
    """
    return _draft("logistics.item.pass", seat, {"subject": subject, "why": why})


def invite(
    _state: State,
    seat: Seat,
    *,
    activity: str,
    place: str | None = None,
    from_day: date | str | None = None,
    until_day: date | str | None = None,
    note: str | None = None,
) -> Draft:
    """Invite support into the own territory for one activity."""
    members = {
        "activity": activity,
        "place": place or f"{seat.party.lower()}_territory",
        "from_day": from_day,
        "until_day": until_day,
        "note": note,
    }
    return _draft("logistics.invitation.give", seat, members)


def issue(
    state: State,
    seat: Seat,
    *,
    order: str | None = None,
    content: acts.PlaceOrder | Members | None = None,
    furnished: Sequence[Portion | Members] | None = None,
    life_in_danger: bool = False,
    elements: Members | None = None,
    note: str | None = None,
) -> Draft:
    """Hand goods over or begin a service, on an order or, a life being in danger, before there is one.

    Args:
        content: the order they would have had, where goods go first.
        furnished: what is handed over; all that was not yet, where nothing is said.

    Raises:
        UsageError: `order_unknown` or `nothing_left`.
    """
    members: dict[str, Any] = {"life_in_danger": life_in_danger, "elements": elements, "note": note}
    if order is None:
        return _draft("logistics.goods.issue", seat, {**members, "content": content})
    known = _order(state.under(seat.agreement), order)
    portions = remaining.to_issue(known) if furnished is None else tuple(furnished)
    members |= {"order": known.id, "furnished": _some(portions, f"all of order `{order[:16]}` was handed over")}
    causes = (known.id,) if known.answered_by is None else (known.id, known.answered_by)
    return _draft("logistics.goods.issue", seat, members, causes)


def receive(
    state: State,
    seat: Seat,
    *,
    order: str,
    received: Sequence[Portion | Members] | None = None,
    issue: str | None = None,
    settlement: str | None = None,
    elements: Members | None = None,
    note: str | None = None,
) -> Draft:
    """Sign for what was received, and add the elements that were missing.

    Args:
        issue: the issue that is signed for; the oldest not yet signed for where none is named.
        received: all of that issue, where nothing is said.

    Raises:
        UsageError: `order_unknown`, `issue_unknown` or `nothing_left`.
    """
    known = _order(state.under(seat.agreement), order)
    signed_for = remaining.to_receive(known, issue)
    if signed_for is None and issue is not None:
        raise UsageError(
            "issue_unknown",
            f"`{issue[:16]}` is no issue on this order that waits",
            action="name the act id of one, from `servanda act list`",
        )
    portions = (signed_for.portions if signed_for is not None else ()) if received is None else tuple(received)
    causes = dict.fromkeys((*(() if signed_for is None else (signed_for.act_id,)), known.id))
    members = {
        "order": known.id,
        "received": _some(portions, f"all that was handed over on order `{order[:16]}` was signed for"),
        "issue": None if signed_for is None else signed_for.act_id,
        "settlement": settlement,
        "elements": elements,
        "note": note,
    }
    return _draft("logistics.goods.receive", seat, members, tuple(causes))


def return_goods(
    state: State,
    seat: Seat,
    *,
    order: str,
    returned: Sequence[ReturnPortion | Members] | None = None,
    receipt: str | None = None,
    note: str | None = None,
) -> Draft:
    """Give goods back, or services worth as much.

    Args:
        receipt: the receipt they were signed for by; every one of the order where none is named.
        returned: all that was received and not yet given back, where nothing is said.

    Raises:
        UsageError: `order_unknown` or `nothing_left`.
    """
    known = _order(state.under(seat.agreement), order)
    portions = remaining.to_return(known, seat.party) if returned is None else tuple(returned)
    members = {
        "order": known.id,
        "returned": _some(portions, f"all that was received on order `{order[:16]}` was given back"),
        "receipt": receipt,
        "note": note,
    }
    receipts = (receipt,) if receipt is not None else tuple(each.act_id for each in known.receipts)
    return _draft("logistics.goods.return", seat, members, receipts or (known.id,))


def transfer(
    state: State,
    seat: Seat,
    *,
    order: str,
    passed: Sequence[Portion | Members],
    to: str,
    note: str | None = None,
) -> Draft:
    """Pass goods on outside the own forces; it rests on the supplier's leave, where there is one.

    Raises:
        UsageError: `order_unknown`.
    """
    book = state.under(seat.agreement)
    known = _order(book, order)
    leave = (ask.given_by for ask in book.asks.values() if (ask.order, ask.to) == (known.id, to))
    causes = (known.id, *sorted(given for given in leave if given is not None))
    members = {"order": known.id, "passed": tuple(passed), "to": to, "note": note}
    return _draft("logistics.goods.transfer", seat, members, causes)


def ask_consent(
    state: State, seat: Seat, *, order: str, to: str, lines: Sequence[int] = (), why: str | None = None
) -> Draft:
    """Ask the supplier for leave to pass goods on.

    Args:
        lines: numbers of lines of the order; all of them where none is named.

    Raises:
        UsageError: `order_unknown`.
    """
    known = _order(state.under(seat.agreement), order)
    numbers = tuple(lines) or tuple(range(1, len(known.content.lines) + 1))
    members = {"order": known.id, "lines": numbers, "to": to, "why": why}
    return _draft("logistics.consent.ask", seat, members, (known.id,))


def give_consent(state: State, seat: Seat, *, ask: str, note: str | None = None) -> Draft:
    """Give that leave, as it was asked.

    Raises:
        UsageError: `ask_unknown` or `already_given`.
    """
    known: Ask | None = state.under(seat.agreement).asks.get(ask)
    if known is None:
        raise UsageError("ask_unknown", f"`{ask[:16]}` asks for no leave", action="name the act id of the question")
    if known.given_by is not None:
        raise UsageError("already_given", f"leave for `{ask[:16]}` was given", action="nothing is owed")
    return _draft("logistics.consent.give", seat, {"ask": ask, "note": note}, (ask,))


def invoice(
    state: State,
    seat: Seat,
    *,
    order: str,
    price_basis: str,
    paid_by_un: bool,
    receipts: Sequence[str] | None = None,
    lines: Sequence[acts.InvoiceLine | Members] | None = None,
    surcharges: Sequence[acts.Charge | Members] = (),
    taxes: Sequence[acts.Charge | Members] = (),
    number: str | None = None,
    note: str | None = None,
) -> Draft:
    """Ask for payment.

    Args:
        receipts: those that no invoice names yet, where nothing is said.
        lines: what they sum up to at the prices of the order, where nothing is said.

    Raises:
        UsageError: `order_unknown`, `nothing_left` or `price_missing`.
    """
    book = state.under(seat.agreement)
    known = _order(book, order)
    named = remaining.to_invoice(known, book) if receipts is None else tuple(receipts)
    members = {
        "order": known.id,
        "currency": known.content.currency,
        "receipts": named,
        "lines": remaining.at_price(known, _some(named, f"order `{order[:16]}` has no receipt without an invoice"))
        if lines is None
        else tuple(lines),
        "surcharges": tuple(surcharges),
        "taxes": tuple(taxes),
        "price_basis": price_basis,
        "paid_by_un": paid_by_un,
        "number": number,
        "note": note,
    }
    return _draft("logistics.invoice.raise", seat, members, named or (known.id,))


def settle(
    state: State,
    seat: Seat,
    *,
    invoices: Sequence[str] = (),
    orders: Sequence[str] = (),
    mode: str = "cash",
    amount: str | None = None,
    currency: str | None = None,
    paid_on: date | str | None = None,
    reference: str | None = None,
    note: str | None = None,
) -> Draft:
    """Settle invoices, or the account of orders.

    Args:
        amount: what was paid; the sum of the invoices where nothing is said.

    Raises:
        UsageError: `order_unknown`, `invoice_unknown`, `already_settled` or `currencies_differ`.
    """
    book = state.under(seat.agreement)
    named = [_invoice(book, act_id) for act_id in invoices]
    for order_id in orders:
        _order(book, order_id)
    if len({each.content.currency for each in named}) > 1:
        raise UsageError("currencies_differ", "the invoices are in several currencies", action="settle each by itself")
    if named and mode == "cash":
        currency = currency or named[0].content.currency
        amount = amount or amounts.text(amounts.total(asked(each.content) for each in named))
    members = {
        "mode": mode,
        "invoices": tuple(invoices),
        "orders": tuple(orders),
        "currency": currency,
        "amount": amount,
        "paid_on": paid_on,
        "reference": reference,
        "note": note,
    }
    return _draft("logistics.settlement.agree", seat, members, (*invoices, *orders))


def sign_statement(state: State, seat: Seat, *, year: int, note: str | None = None) -> Draft:
    """Sign the statement of a year, as the book has it at the end of that year."""
    subject = statements.of_year(state.under(seat.agreement), year, seat.zone)
    return _draft("logistics.statement.sign", seat, {"subject": subject, "note": note})


def _order(book: Book, order_id: str) -> Order:
    known = book.orders.get(order_id)
    if known is None:
        raise UsageError(
            "order_unknown",
            f"`{order_id[:16]}` is no order here",
            action="name the act id of one, from `servanda act list`",
        )
    return known


def _to_answer(state: State, seat: Seat, order_id: str) -> Order:
    known = _order(state.under(seat.agreement), order_id)
    if known.author == seat.party:
        raise UsageError(
            "order_own", f"`{order_id[:16]}` is an order of the own Party", action="the other Party answers it"
        )
    if not known.open:
        raise UsageError("order_closed", f"order `{order_id[:16]}` was answered before", action="nothing is owed")
    return known


def _invoice(book: Book, act_id: str) -> Invoice:
    known = book.invoices.get(act_id)
    if known is None:
        raise UsageError("invoice_unknown", f"`{act_id[:16]}` is no invoice here", action="name its act id")
    if known.settled_by is not None:
        raise UsageError("already_settled", f"invoice `{act_id[:16]}` is settled", action="nothing is owed")
    return known


def _some(values: tuple[T, ...], otherwise: str) -> tuple[T, ...]:
    if not values:
        raise UsageError("nothing_left", otherwise, action="say what is meant")
    return values


def _line(said: Line | Members | Brief) -> Line | Members:
    return line(*said) if isinstance(said, tuple) else said


def _draft(kind: str, seat: Seat, members: Mapping[str, Any], causes: Iterable[str] = ()) -> Draft:
    """A draft whose payload is valid; members without a value stay out.

    Raises:
        MalformedError: a member that is not of its form.
    """
    payload: Payload = read(acts.PAYLOADS[kind], {name: value for name, value in members.items() if value is not None})
    return Draft(kind=kind, agreement=seat.agreement, payload=payload, causes=tuple(dict.fromkeys(causes)))
