"""Supply classes and codes: what a class, a stock number, a UN number or a customs code tells of an item.

Rules of this module:
- classes stand in data/classes.csv, the categories they can belong to in data/class_categories.csv;
- the file's own default (allow, review, forbid) bars nothing by itself: what is barred is said by an agreement;
- a class row of the categories overrides the row of its group; no row tells nothing.

Source: Product and Service Code Manual, United States government, April 2025 (see data/classes.md).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType

_STOCK_NUMBER = re.compile(r"(?P<supply_class>\d{4})(?:-?(?P<bureau>\d{2})-?(?P<first>\d{3})-?(?P<last>\d{4}))?")
_CUSTOMS = re.compile(r"\d{4}(?:\d{2}){0,3}")
_UN_NUMBER = re.compile(r"(?:un ?)?(\d{4})", re.IGNORECASE)

DESENSITISED = frozenset(
    [
        "1204",
        "2059",
        "3064",
        "3343",
        "3357",
        "3379",
        "1310",
        "1320",
        "1321",
        "1322",
        "1336",
        "1337",
        "1344",
        "1347",
        "1348",
        "1349",
        "1354",
        "1355",
        "1356",
        "1357",
        "1517",
        "1571",
        "2555",
        "2556",
        "2557",
        "2852",
        "2907",
        "3317",
        "3319",
        "3344",
        "3364",
        "3365",
        "3366",
        "3367",
        "3368",
        "3369",
        "3370",
        "3376",
        "3380",
        "3474",
    ]
)
"""UN numbers of desensitised explosives: explosives made safe to carry by wetting or diluting, outside class 1.

Source: UN Recommendations on the Transport of Dangerous Goods, Model Regulations, 2.3.1.4 and 2.4.2.4.
"""

ARMS_CUSTOMS = ("93", "3601", "3602", "3603", "3604", "8710", "8906.10", "2844")
"""Customs codes of arms, explosives and nuclear material; one that the agreement does not bar is in doubt.

Source: Harmonized System, chapters 28, 36, 87, 89 and 93.
"""


class Default(StrEnum):
    """What the class file proposes for a class."""

    ALLOW = "allow"
    REVIEW = "review"
    FORBID = "forbid"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyClass:
    """One four-digit class of supply.

    Args:
        group: its first two digits.
        retired: no longer given out, still met on older stock numbers.
        reason: why the default is not `allow`; empty where it is.
        needs_end_item: whether the item tells nothing without what it is a part of.
        categories: the categories of support it can belong to, the likeliest first; empty where it tells none.
    """

    code: str
    group: str
    title: str
    retired: bool
    default: Default
    reason: str
    needs_end_item: bool
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockNumber:
    """A class alone, or a NATO stock number of 13 digits.

    Args:
        bureau: code of the bureau that catalogued it (not its owner), empty for a class alone.
        item: the nine digits that stay when the class changes, empty for a class alone.
    """

    supply_class: str
    bureau: str
    item: str


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("servanda").joinpath(f"data/{name}").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


@cache
def _categories() -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({row["of"]: tuple(row["categories"].split()) for row in _rows("class_categories.csv")})


@cache
def classes() -> Mapping[str, SupplyClass]:
    """Every class of the file by its four digits."""
    told = _categories()
    return MappingProxyType(
        {
            row["code"]: SupplyClass(
                code=row["code"],
                group=row["group_code"],
                title=row["class_title"],
                retired=row["status"] != "current",
                default=Default(row["screen_default"]),
                reason=row["screen_reason"],
                needs_end_item=row["end_item_required"] == "yes",
                categories=told.get(row["code"], told.get(row["group_code"], ())),
            )
            for row in _rows("classes.csv")
        }
    )


def stock_number(text: str) -> StockNumber | None:
    """A class of four digits or a stock number of thirteen, with or without hyphens; None where it is neither."""
    found = _STOCK_NUMBER.fullmatch(text)
    if found is None:
        return None
    first, last = found["first"], found["last"]
    return StockNumber(
        supply_class=found["supply_class"],
        bureau=found["bureau"] or "",
        item=f"{found['bureau']}{first}{last}" if first else "",
    )


def un_number(text: str) -> str | None:
    """The four digits of a UN number; None where it is none."""
    found = _UN_NUMBER.fullmatch(text.strip())
    return None if found is None else found[1]


def in_class_1(number: str) -> bool:
    """Whether a UN number stands in class 1, explosives.

    Source: UN Model Regulations, dangerous goods list: class 1 has the numbers below 1000.
    """
    return number.startswith("0")


def customs_code(text: str) -> str | None:
    """The digits of a customs code of 4, 6, 8 or 10 digits; None where it is none."""
    digits = text.replace(".", "").replace(" ", "")
    return digits if _CUSTOMS.fullmatch(digits) else None
