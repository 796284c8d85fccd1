"""The statement of a year: the orders accepted in it, as both books have them when it ends.

Rules of this module:
- a year is that of the agreement's zone; what happened after it changes nothing, so both Parties state the same;
- rows stand in the order of the ids of their orders; money is rounded to the minor unit of its currency.

Clause: kr-jp-b 11.1.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from servanda.base import amount
from servanda.domains.logistics import acts
from servanda.domains.logistics.book import Book, Order
from servanda.domains.logistics.orders import asked, worth


def of_year(book: Book, year: int, zone: tzinfo) -> acts.Statement:
    """The statement of a year that has ended."""
    begins = datetime(year, 1, 1, tzinfo=zone).astimezone(UTC)
    ends = datetime(year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    accepted = (
        order for order in book.orders.values() if order.accepted_at is not None and begins <= order.accepted_at < ends
    )
    rows = tuple(_row(order, book, ends) for order in sorted(accepted, key=lambda each: each.id))
    return acts.Statement(year=year, rows=rows)


def _row(order: Order, book: Book, ends: datetime) -> acts.StatementRow:
    currency = order.content.currency
    invoices = [book.invoices[act_id] for act_id in order.invoices if book.invoices[act_id].recorded_at < ends]
    total = worth(order.content)
    paid = bool(invoices) and all(each.settled_at is not None and each.settled_at < ends for each in invoices)
    released = order.settled_at is not None and order.settled_at < ends
    invoiced = amount.total(asked(each.content) for each in invoices)
    return acts.StatementRow(
        order=order.id,
        supplier=order.supplier,
        settlement=order.content.settlement,
        currency=currency,
        total=None if total is None else amount.text(amount.rounded(total, currency)),
        invoiced=amount.text(amount.rounded(invoiced, currency)),
        settled=paid or released,
    )
