"""Lines and portions: what an order is made of, each one value of its own.

Rules of this module:
- a quantity is more than nothing and has a unit; a portion has the unit of the line it is taken from;
- whether a service is done on a weapon must be said, line by line;
- a line may be meant for combat in an order of which the others are not.

Spec: vocabulary, `serves_weapon`, `for_combat`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from servanda.base.forms import Amount, Code, Name, Part, UnitCode, above_zero, known_unit
from servanda.domains.logistics.forms import LineNumber, Quotation
from servanda.supply.item import Item, of_class


class Line(Part, frozen=True, kw_only=True, omit_defaults=True):
    """One line of an order.

    Args:
        unit_price: in the currency of the order; none where there is no final price.
        serves_weapon: a service on a weapon, training in its use, or carrying one.
        for_combat: whether this line is meant for use in combat; as the order says, where nothing is said.
    """

    item: Item
    quantity: Amount
    unit: UnitCode
    serves_weapon: bool
    for_combat: bool | None = None
    unit_price: Amount | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        above_zero("quantity", self.quantity)
        known_unit("unit", self.unit)


class Rate(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What one unit of the currency of an order is worth.

    Args:
        usd: US dollars for one unit.
        source: who fixed it.
        day: on which it was fixed.
    """

    usd: Quotation
    source: Name
    day: date

    def __post_init__(self) -> None:
        super().__post_init__()
        above_zero("usd", self.usd)


class Portion(Part, frozen=True, kw_only=True, omit_defaults=True):
    """So much of one line of an order, in its unit.

    Args:
        line: its number, first is 1.
        lot: of the maker.
        expires: last day of its shelf life.
    """

    line: LineNumber
    quantity: Amount
    lot: Code | None = None
    expires: date | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        above_zero("quantity", self.quantity)


class ReturnPortion(Portion, frozen=True, kw_only=True, omit_defaults=True):
    """So much of one line of an order that goes back.

    Args:
        item: what goes back in its place, where it is not the same: other goods, or services worth as much.
    """

    item: Item | None = None


def line(
    supply_class: str,
    quantity: tuple[str, str],
    *,
    text: str | None = None,
    unit_price: str | None = None,
    serves_weapon: bool = False,
    **item: Any,
) -> Line:
    """A line in short: its class, and quantity with unit.

    Args:
        supply_class: four digits, or a stock number.
        quantity: amount and unit.
        text: the item in plain words; the title of its class where none are given.
        item: the other members of the item.

    Raises:
        UsageError: `class_unknown`, where neither text nor class says what it is.
        MalformedError: a member that is not of its form.
    """
    return Line(
        item=of_class(supply_class, text, **item),
        quantity=quantity[0],
        unit=quantity[1],
        unit_price=unit_price,
        serves_weapon=serves_weapon,
    )
