"""What follows from the acts so far: the fold into the order book, and what must always hold of it.

Rules of this module:
- the first answer of the other Party counts: an order is accepted or declined once, and withdrawn once;
- goods that went first are an order once the receiver signs for them;
- an act that does not follow from those before it is kept and shown as out of order, never lost and never an error.

Spec: record 4.7 (residue), 5.4 (order of the fold). Clause: kr-jp-b 4.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from servanda.act.act import Applied
from servanda.act.content import read
from servanda.agreement.acts import joint_digest
from servanda.base import amount
from servanda.base.errors import MalformedError
from servanda.domains.logistics import acts, orders
from servanda.domains.logistics.book import (
    Accepted,
    Ask,
    Book,
    Half,
    Invitation,
    Invoice,
    Movement,
    Order,
    OutOfOrder,
    Part,
    Person,
    State,
)
from servanda.domains.logistics.elements import Stage
from servanda.domains.logistics.lines import Portion, ReturnPortion

EMPTY = State()


def fold(state: State, act: Applied) -> State:
    """State and one more act with effect."""
    step = _STEPS.get(act.kind)
    if step is None:
        return state
    book = state.under(act.agreement)
    try:
        content = read(acts.PAYLOADS[act.kind], act.payload)
    except MalformedError:
        # The residue of an act whose payload was gone before it was ever opened here.
        after = _misplaced(book, act, OutOfOrder.UNREADABLE)
    else:
        after = step(book, act, content)
    return State(books=state.books.insert(act.agreement, after))


def _misplaced(book: Book, act: Applied, why: OutOfOrder) -> Book:
    return replace(book, out_of_order=book.out_of_order.insert(act.act_id, why))


def _with(book: Book, order: Order) -> Book:
    return replace(book, orders=book.orders.insert(order.id, order))


def _belongs(book: Book, act: Applied, order: Order) -> Book:
    return replace(_with(book, order), order_of=book.order_of.insert(act.act_id, order.id))


def _people(part: Part, act: Applied) -> frozenset[tuple[Part, Person]]:
    return frozenset((part, (act.author, officer)) for officer in act.officers)


def _moved_by(act: Applied, portions: tuple[Portion, ...], **members: str | None) -> Movement:
    return Movement(act_id=act.act_id, author=act.author, recorded_at=act.recorded_at, portions=portions, **members)


def _checked(book: Book, act: Applied, order: Order, portions: tuple[Portion, ...]) -> Book:
    """The book, with a note where a portion names a line that the order does not have."""
    if all(portion.line <= len(order.content.lines) for portion in portions):
        return book
    return _misplaced(book, act, OutOfOrder.LINE_UNKNOWN)


def _counted(book: Book, order: Order, at: datetime) -> Book:
    """The book with an order counted among those accepted on its day."""
    day = at.astimezone(UTC).date()
    before, ids = book.accepted.get(day) or (Decimal(0), ())
    now: Accepted = (amount.total((before, orders.usd(order.content))), (*ids, order.id))
    return replace(book, accepted=book.accepted.insert(day, now))


def _new(act: Applied, content: acts.PlaceOrder, raw: Mapping[str, Any]) -> Order:
    receiver = act.other if content.supplier == act.author else act.author
    return Order(
        id=act.act_id,
        author=act.author,
        supplier=content.supplier,
        receiver=receiver,
        raw=raw,
        content=content,
        recorded_at=act.recorded_at,
        life_in_danger=content.life_in_danger,
        elements=(content.elements,),
    )


def _place(book: Book, act: Applied, content: acts.PlaceOrder) -> Book:
    order = replace(
        _new(act, content, act.payload),
        signed=frozenset({Stage.ORDER}),
        people=_people(Part.ORDERING, act),
    )
    return _with(book, order)


def _accept(book: Book, act: Applied, content: acts.AcceptOrder) -> Book:
    order = book.orders.get(content.order)
    if order is None:
        return _misplaced(book, act, OutOfOrder.ORDER_UNKNOWN)
    if act.author == order.author:
        return _misplaced(book, act, OutOfOrder.ORDER_OWN)
    if not order.open:
        return _misplaced(book, act, OutOfOrder.ORDER_CLOSED)
    accepted = replace(
        order,
        accepted_at=act.recorded_at,
        answered_by=act.act_id,
        elements=(*order.elements, content.elements),
        signed=order.signed | {Stage.ACCEPT},
        people=order.people | _people(Part.ORDERING, act),
    )
    return _counted(_with(book, accepted), accepted, act.recorded_at)


def _decline(book: Book, act: Applied, content: acts.DeclineOrder) -> Book:
    order = book.orders.get(content.order)
    if order is None:
        return _misplaced(book, act, OutOfOrder.ORDER_UNKNOWN)
    if not order.open:
        return _misplaced(book, act, OutOfOrder.ORDER_CLOSED)
    return _with(book, replace(order, declined_at=act.recorded_at, answered_by=act.act_id))


def _withdraw(book: Book, act: Applied, content: acts.WithdrawOrder) -> Book:
    order = book.orders.get(content.order)
    if order is None:
        return _misplaced(book, act, OutOfOrder.ORDER_UNKNOWN)
    if order.declined_at is not None or order.withdrawn_at is not None:
        return _misplaced(book, act, OutOfOrder.ORDER_CLOSED)
    return _with(book, replace(order, withdrawn_at=act.recorded_at, reason=content.reason, answered_by=act.act_id))


def _half(book: Book, act: Applied, _content: object) -> Book:
    digest = joint_digest(act.kind, act.payload)
    if digest is None:
        return book
    key = (act.kind, digest)
    halves = (*(book.halves.get(key) or ()), Half(act_id=act.act_id, author=act.author))
    return replace(book, halves=book.halves.insert(key, halves))


def _invite(book: Book, act: Applied, content: acts.GiveInvitation) -> Book:
    key = (act.author, content.activity, content.place)
    invitation = Invitation(act_id=act.act_id, from_day=content.from_day, until_day=content.until_day)
    known = (*(book.invitations.get(key) or ()), invitation)
    return replace(book, invitations=book.invitations.insert(key, known))


def _issue(book: Book, act: Applied, content: acts.IssueGoods) -> Book:
    if content.content is not None:
        return _issue_first(book, act, content, content.content)
    order = book.orders.get(content.order or "")
    if order is None:
        return _misplaced(book, act, OutOfOrder.ORDER_UNKNOWN)
    issued = replace(
        order,
        issues=(*order.issues, _moved_by(act, content.furnished)),
        elements=(*order.elements, content.elements),
        signed=order.signed | {Stage.ISSUE},
        life_in_danger=order.life_in_danger or content.life_in_danger,
    )
    return _belongs(_checked(book, act, order, content.furnished), act, issued)


def _issue_first(book: Book, act: Applied, content: acts.IssueGoods, ordered: acts.PlaceOrder) -> Book:
    portions = tuple(Portion(line=n, quantity=line.quantity) for n, line in enumerate(ordered.lines, start=1))
    order = _new(act, ordered, act.payload["content"])
    order = replace(
        order,
        goods_first=True,
        life_in_danger=order.life_in_danger or content.life_in_danger,
        issues=(_moved_by(act, portions),),
        elements=(*order.elements, content.elements),
        signed=frozenset({Stage.ACCEPT, Stage.ISSUE}),
    )
    return _belongs(book, act, order)


def _receive(book: Book, act: Applied, content: acts.ReceiveGoods) -> Book:
    order = book.orders.get(content.order)
    if order is None:
        return _misplaced(book, act, OutOfOrder.ORDER_UNKNOWN)
    if content.issue is not None and book.order_of.get(content.issue) != order.id:
        book = _misplaced(book, act, OutOfOrder.ISSUE_UNKNOWN)
    completes = order.goods_first and order.open and act.author == order.receiver
    received = replace(
        order,
        receipts=(
            *order.receipts,
            _moved_by(act, content.received, settlement=content.settlement, issue=content.issue),
        ),
        elements=(*order.elements, content.elements),
        signed=order.signed | {Stage.RECEIVE} | ({Stage.ORDER} if completes else frozenset()),
        people=order.people | _people(Part.RECEIVING, act),
        accepted_at=act.recorded_at if completes else order.accepted_at,
    )
    book = _belongs(_checked(book, act, order, content.received), act, received)
    return _counted(book, received, act.recorded_at) if completes else book


def _return(book: Book, act: Applied, content: acts.ReturnGoods) -> Book:
    order = book.orders.get(content.order)
    if order is None:
        return _misplaced(book, act, OutOfOrder.ORDER_UNKNOWN)
    returned: tuple[ReturnPortion, ...] = content.returned
    after = replace(order, returns=(*order.returns, _moved_by(act, returned)))
    return _with(_checked(book, act, order, returned), after)


def _transfer(book: Book, act: Applied, content: acts.TransferGoods) -> Book:
    order = book.orders.get(content.order)
    if order is None:
        return _misplaced(book, act, OutOfOrder.ORDER_UNKNOWN)
    after = replace(order, passed=(*order.passed, _moved_by(act, content.passed)))
    return _with(_checked(book, act, order, content.passed), after)


def _ask(book: Book, act: Applied, content: acts.AskConsent) -> Book:
    ask = Ask(act_id=act.act_id, author=act.author, order=content.order, lines=frozenset(content.lines), to=content.to)
    if content.order not in book.orders:
        book = _misplaced(book, act, OutOfOrder.ORDER_UNKNOWN)
    return replace(book, asks=book.asks.insert(act.act_id, ask))


def _give(book: Book, act: Applied, content: acts.GiveConsent) -> Book:
    ask = book.asks.get(content.ask)
    if ask is None:
        return _misplaced(book, act, OutOfOrder.ASK_UNKNOWN)
    order = book.orders.get(ask.order)
    if order is None or order.supplier != act.author:
        return _misplaced(book, act, OutOfOrder.ORDER_UNKNOWN)
    return replace(book, asks=book.asks.insert(ask.act_id, replace(ask, given_by=act.act_id)))


def _invoice(book: Book, act: Applied, content: acts.RaiseInvoice) -> Book:
    order = book.orders.get(content.order)
    if order is None:
        return _misplaced(book, act, OutOfOrder.ORDER_UNKNOWN)
    invoice = Invoice(
        act_id=act.act_id, order=order.id, author=act.author, recorded_at=act.recorded_at, content=content
    )
    book = replace(book, invoices=book.invoices.insert(act.act_id, invoice))
    return _belongs(book, act, replace(order, invoices=(*order.invoices, act.act_id)))


def _settle(book: Book, act: Applied, content: acts.AgreeSettlement) -> Book:
    for act_id in content.invoices:
        invoice = book.invoices.get(act_id)
        if invoice is None:
            book = _misplaced(book, act, OutOfOrder.INVOICE_UNKNOWN)
        elif invoice.settled_by is not None:
            book = _misplaced(book, act, OutOfOrder.ALREADY_SETTLED)
        else:
            settled = replace(invoice, settled_by=act.act_id, settled_at=act.recorded_at)
            book = _settling(replace(book, invoices=book.invoices.insert(act_id, settled)), act, invoice.order)
    for order_id in content.orders:
        order = book.orders.get(order_id)
        if order is None:
            book = _misplaced(book, act, OutOfOrder.ORDER_UNKNOWN)
        elif order.settled_by is not None:
            book = _misplaced(book, act, OutOfOrder.ALREADY_SETTLED)
        else:
            book = _settling(
                _with(book, replace(order, settled_by=act.act_id, settled_at=act.recorded_at)), act, order_id
            )
    return book


def _settling(book: Book, act: Applied, order_id: str) -> Book:
    order = book.orders[order_id]
    return _with(book, replace(order, people=order.people | _people(Part.SETTLING, act)))


_STEPS: Mapping[str, Callable[[Book, Applied, Any], Book]] = MappingProxyType(
    {
        "logistics.order.place": _place,
        "logistics.order.accept": _accept,
        "logistics.order.decline": _decline,
        "logistics.order.withdraw": _withdraw,
        "logistics.order.clear": _half,
        "logistics.item.pass": _half,
        "logistics.invitation.give": _invite,
        "logistics.goods.issue": _issue,
        "logistics.goods.receive": _receive,
        "logistics.goods.return": _return,
        "logistics.goods.transfer": _transfer,
        "logistics.consent.ask": _ask,
        "logistics.consent.give": _give,
        "logistics.invoice.raise": _invoice,
        "logistics.settlement.agree": _settle,
        "logistics.statement.sign": _half,
    }
)


def broken(book: Book) -> tuple[str, ...]:
    """What does not hold of a book, in words; nothing of one that was folded."""
    return tuple(_broken(book))


def _broken(book: Book) -> Iterator[str]:
    for act_id, order_id in book.order_of.items():
        if order_id not in book.orders:
            yield f"`{act_id}` belongs to `{order_id}`, and there is no such order"
    for invoice in book.invoices.values():
        if invoice.act_id not in book.orders[invoice.order].invoices:
            yield f"invoice `{invoice.act_id}` is not on its order"
    counted = [order_id for _, ids in book.accepted.values() for order_id in ids]
    if sorted(counted) != sorted(order.id for order in book.orders.values() if order.accepted_at is not None):
        yield "the orders counted as accepted are not those that were"
    for day, (worth, ids) in book.accepted.items():
        if worth != amount.total(orders.usd(book.orders[order_id].content) for order_id in ids):
            yield f"the orders accepted on {day} do not sum up"
    for order in book.orders.values():
        if order.accepted_at is not None and order.declined_at is not None:
            yield f"order `{order.id}` is both accepted and declined"
        if order.accepted_at is not None and not order.signed >= {Stage.ORDER, Stage.ACCEPT}:
            yield f"order `{order.id}` is accepted without both signatures"
