"""Quantities in short, as desks take them: an exact amount with the code of its unit.

Rules of this module:
- an amount is a whole number, or a decimal as text: nothing is ever rounded on its way into a signed payload.

Spec: record 1.1 (a decimal is a string).
"""

from __future__ import annotations

from servanda.base import amount


def litres(quantity: int | str) -> tuple[str, str]:
    """So many litres."""
    return _quantity(quantity, "LTR")


def kilograms(quantity: int | str) -> tuple[str, str]:
    """So many kilograms."""
    return _quantity(quantity, "KGM")


def each(quantity: int | str) -> tuple[str, str]:
    """So many pieces."""
    return _quantity(quantity, "EA")


def _quantity(quantity: int | str, unit: str) -> tuple[str, str]:
    return amount.text(amount.parse(str(quantity))), unit
