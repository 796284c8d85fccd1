"""Items, lines and portions: what an order is made of, each one value of its own.

Rules of this module:
- an item is all that screening looks at, and nothing else: reviewers pass exactly this;
- a quantity is more than nothing and has a unit; a portion has the unit of the line it is taken from;
- whether a service is done on a weapon must be said, line by line.

Spec: vocabulary, `category`, `screening`, `serves_weapon`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from msgspec import Meta

from servanda.base.errors import UsageError
from servanda.domains.logistics.forms import (
    Amount,
    ClassCode,
    Code,
    Customs,
    Hazard,
    LineNumber,
    Name,
    Part,
    Quotation,
    UnitCode,
    UnNumber,
    Word,
    above_zero,
    known_unit,
)
from servanda.supply.catalogue import classes, stock_number
from servanda.supply.screening import Goods

COMPONENTS_MAX = 50
FORMER_CLASSES_MAX = 10


class Component(Part, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a kit holds."""

    text: Name
    supply_class: ClassCode | None = None
    un_number: UnNumber | None = None
    hazard: Hazard | None = None
    customs: Customs | None = None

    def goods(self) -> Goods:
        """What screening is told of it."""
        return Goods(
            text=self.text,
            supply_class=self.supply_class,
            un_number=self.un_number,
            hazard=self.hazard,
            customs=self.customs,
        )


class Item(Part, frozen=True, kw_only=True, omit_defaults=True):
    """An item as it is screened, and as reviewers pass it.

    Args:
        text: in plain words.
        supply_class: four digits, or a stock number.
        former_classes: classes under which it was known before.
        end_item: what it is a part of; a class, a stock number or words.
        service_on, carries: for a service, what it is done on and what it carries or keeps; likewise.
        category: the category of support that the author claims.
    """

    text: Name
    supply_class: ClassCode | None = None
    former_classes: Annotated[tuple[ClassCode, ...], Meta(max_length=FORMER_CLASSES_MAX)] = ()
    end_item: Name | None = None
    un_number: UnNumber | None = None
    hazard: Hazard | None = None
    customs: Customs | None = None
    components: Annotated[tuple[Component, ...], Meta(max_length=COMPONENTS_MAX)] = ()
    service_on: Name | None = None
    carries: Name | None = None
    category: Word | None = None

    def goods(self) -> Goods:
        """What screening is told of it."""
        return Goods(
            text=self.text,
            supply_class=self.supply_class,
            former_classes=self.former_classes,
            end_item=self.end_item,
            un_number=self.un_number,
            hazard=self.hazard,
            customs=self.customs,
            components=tuple(component.goods() for component in self.components),
            service_on=self.service_on,
            carries=self.carries,
            category=self.category,
        )


class Line(Part, frozen=True, kw_only=True, omit_defaults=True):
    """One line of an order.

    Args:
        unit_price: in the currency of the order; none where there is no final price.
        serves_weapon: a service on a weapon, training in its use, or carrying one.
    """

    item: Item
    quantity: Amount
    unit: UnitCode
    serves_weapon: bool
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
    number = stock_number(supply_class)
    known = None if number is None else classes().get(number.supply_class)
    if not text and known is None:
        raise UsageError(
            "class_unknown", f"`{supply_class}` is no class known here", action="name the item in plain words"
        )
    title = "" if known is None else known.title
    return Line(
        item=Item(text=text or title, supply_class=supply_class, **item),
        quantity=quantity[0],
        unit=quantity[1],
        unit_price=unit_price,
        serves_weapon=serves_weapon,
    )
