"""Lines and portions: what a need or an offer is made of, each one value of its own.

Rules of this module:
- a quantity is more than nothing and has a unit; a portion has the unit of the line it is taken from;
- whether a service is done on a weapon must be said, line by line; in short it is goods, or no such service.

Spec: vocabulary, `serves_weapon`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from servanda.base.forms import Amount, Part, UnitCode, above_zero, fault, known_unit
from servanda.supply.item import Item, of_class

LINES_MAX = 200

LineNumber = Annotated[int, Meta(ge=1, le=LINES_MAX)]


class Line(Part, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a need or an offer.

    Args:
        serves_weapon: a service on a weapon, training in its use, or carrying one.
    """

    short: ClassVar[str] = "CLASS:QUANTITY:UNIT[:CATEGORY]"

    item: Item
    quantity: Amount
    unit: UnitCode
    serves_weapon: bool

    def __post_init__(self) -> None:
        super().__post_init__()
        above_zero("quantity", self.quantity)
        known_unit("unit", self.unit)


class Portion(Part, frozen=True, kw_only=True, omit_defaults=True):
    """So much of one line of an offer, in its unit.

    Args:
        line: its number, first is 1.
    """

    short: ClassVar[str] = "LINE:QUANTITY"

    line: LineNumber
    quantity: Amount

    def __post_init__(self) -> None:
        super().__post_init__()
        above_zero("quantity", self.quantity)


def line(
    supply_class: str,
    quantity: tuple[str, str],
    *,
    text: str | None = None,
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
        serves_weapon=serves_weapon,
    )


def line_of(text: str) -> Line:
    """A line as people write it, `8960:5000:LTR:water`: class, quantity, unit and, where a class has several, category.

    Raises:
        UsageError: `class_unknown`.
        MalformedError: a text, or a member, that is not of its form.
    """
    supply_class, *rest = (part.strip() for part in text.split(":"))
    if len(rest) not in (2, 3):
        raise fault("lines", f"expected `{Line.short}`, as in `8960:5000:LTR:water`, got `{text[:80]}`")
    return line(supply_class, (rest[0], rest[1]), category=rest[2] if len(rest) > 2 else None)


def portion_of(text: str) -> Portion:
    """A portion as people write it, `1:2500`: number of the line, and quantity.

    Raises:
        MalformedError: a text, or a member, that is not of its form.
    """
    number, colon, quantity = (part.strip() for part in text.partition(":"))
    if not colon or not number.isascii() or not number.isdigit() or len(number) > len(str(LINES_MAX)):
        raise fault("furnished", f"expected `{Portion.short}`, as in `1:2500`, got `{text[:80]}`")
    return Portion(line=int(number), quantity=quantity)
