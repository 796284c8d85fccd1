"""What an order is worth, and what its lines fill: computed from its content alone.

Rules of this module:
- an order without a final price is worth the limit of liability it names; with both, the greater counts;
- US dollars follow from the rate that the order names, with its source and its day; only the end is rounded, up;
- an invoice is rounded at each of its lines, half up, to the minor unit of its currency;
- an order whose worth cannot be told is worth the most there is.

Spec: vocabulary, `order_usd`, `year_usd`. Clause: kr-jp-b 4.4.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from servanda.base import amount
from servanda.domains.logistics.acts import PlaceOrder, RaiseInvoice
from servanda.domains.logistics.elements import Ordered, Stage

USD_MAX: Final = 1_000_000_000
"""Source: vocabulary, `order_usd`."""


def priced_total(order: PlaceOrder) -> Decimal | None:
    """The sum of all lines in the currency of the order; None while a line has no price."""
    prices = [(line.quantity, line.unit_price) for line in order.lines]
    if any(price is None for _, price in prices):
        return None
    return amount.total(amount.times(Decimal(quantity), Decimal(price or 0)) for quantity, price in prices)


def worth(order: PlaceOrder) -> Decimal | None:
    """The most that an order can cost in its currency; None where that cannot be told."""
    liability = order.elements.limit_of_liability
    bounds = [priced_total(order), Decimal(liability) if isinstance(liability, str) else None]
    return max((bound for bound in bounds if bound is not None), default=None)


def usd(order: PlaceOrder) -> Decimal:
    """What an order is worth in US dollars, exactly; the most there is where that cannot be told."""
    value = worth(order)
    if value is None:
        return Decimal(USD_MAX)
    rate = Decimal(1) if order.currency == "USD" or order.rate is None else Decimal(order.rate.usd)
    return amount.times(value, rate)


def whole_usd(sums: Iterable[Decimal]) -> int:
    """A sum of US dollars rounded up, within the bounds of the fact."""
    return min(amount.whole_up(amount.total(sums)), USD_MAX)


def ordered(order: PlaceOrder, signed: frozenset[Stage], *, settlement: str | None = None) -> Ordered:
    """What the lines of an order fill of its elements.

    Args:
        settlement: as a receipt says, where the order does not.
    """
    return Ordered(
        classed=all(line.item.supply_class is not None for line in order.lines),
        priced=all(line.unit_price is not None for line in order.lines),
        settlement=order.settlement or settlement,
        signed=signed,
    )


def asked(invoice: RaiseInvoice) -> Decimal:
    """What an invoice asks for, in its currency."""
    lines = (amount.times(Decimal(line.quantity), Decimal(line.unit_price)) for line in invoice.lines)
    charges = (Decimal(charge.amount) for charge in (*invoice.surcharges, *invoice.taxes))
    return amount.total(amount.rounded(each, invoice.currency) for each in (*lines, *charges))
