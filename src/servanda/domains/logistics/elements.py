"""The 25 elements of an order, each at the stage at which it must be there.

Rules of this module:
- an element is filled by a member, by the lines of the order, by the statement, or by a signature; or a member says
  why it does not apply;
- an order in kind or of equal value also says when and where it is given back;
- a stock number is missing while a line has no class; a price while a line has none, save where a member says why;
- a later act adds what was missing and takes nothing away.

Source: minimum data elements of an order under an acquisition and cross-servicing agreement, annex B of the agreement
between the United States and the Netherlands. Clause: kr-jp-b 4.2, 4.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from servanda.base.forms import Amount, Name, Note, Part


class Stage(StrEnum):
    """Where an order stands as to its elements, in that order."""

    ORDER = "order"
    ACCEPT = "accept"
    ISSUE = "issue"
    RECEIVE = "receive"


_REACHED: Final = MappingProxyType({stage: frozenset(tuple(Stage)[: place + 1]) for place, stage in enumerate(Stage)})


class NotApplicable(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Says why an element does not apply."""

    not_applicable: Note


class Elements(Part, frozen=True, kw_only=True, omit_defaults=True):
    """The elements that an act gives as members.

    Args:
        stock_numbers: why there are none, where a line has no class.
        unit_price: why there is none, where a line has no price; the limit of liability then bounds the order.
        funds: fund citation, or who says that funds are there.
        transfer_day, transfer_place: of handing over.
        return_day, return_place: of giving back, where it is settled in kind or by equal value.
        limit_of_liability: the most that the order may cost, in its currency.
    """

    billed_party: Name | NotApplicable | None = None
    stock_numbers: NotApplicable | None = None
    unit_price: NotApplicable | None = None
    payee: Name | NotApplicable | None = None
    payment_address: Name | NotApplicable | None = None
    receiving_organisation: Name | NotApplicable | None = None
    issuing_organisation: Name | NotApplicable | None = None
    funds: Name | NotApplicable | None = None
    transfer_day: date | NotApplicable | None = None
    transfer_place: Name | NotApplicable | None = None
    return_day: date | NotApplicable | None = None
    return_place: Name | NotApplicable | None = None
    special_requirements: Note | NotApplicable | None = None
    limit_of_liability: Amount | NotApplicable | None = None


class Filled(StrEnum):
    """What fills an element."""

    STATEMENT = "statement"
    LINES = "lines"
    MEMBER = "member"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One of the 25.

    Args:
        members: names in `Elements`; for `lines`, the one that says why it does not apply.
    """

    number: int
    name: str
    stage: Stage
    by: Filled
    members: tuple[str, ...] = ()


def _element(number: int, name: str, stage: Stage, by: Filled, *members: str) -> Element:
    return Element(number=number, name=name, stage=stage, by=by, members=members)


ELEMENTS: Final = (
    _element(1, "agreement", Stage.ORDER, Filled.STATEMENT),
    _element(2, "order_date", Stage.ORDER, Filled.STATEMENT),
    _element(3, "billed_party", Stage.ORDER, Filled.MEMBER, "billed_party"),
    _element(4, "stock_numbers", Stage.ORDER, Filled.LINES, "stock_numbers"),
    _element(5, "quantity_and_description", Stage.ORDER, Filled.STATEMENT),
    _element(6, "quantity_furnished", Stage.ISSUE, Filled.SIGNATURE),
    _element(7, "unit", Stage.ORDER, Filled.STATEMENT),
    _element(8, "unit_price", Stage.ORDER, Filled.LINES, "unit_price"),
    _element(9, "line_value", Stage.ORDER, Filled.LINES, "unit_price"),
    _element(10, "currency", Stage.ORDER, Filled.STATEMENT),
    _element(11, "order_total", Stage.ORDER, Filled.LINES, "unit_price"),
    _element(12, "ordering_person", Stage.ORDER, Filled.SIGNATURE),
    _element(13, "payee", Stage.ACCEPT, Filled.MEMBER, "payee"),
    _element(14, "payment_address", Stage.ACCEPT, Filled.MEMBER, "payment_address"),
    _element(15, "receiver_signature", Stage.RECEIVE, Filled.SIGNATURE),
    _element(16, "order_number", Stage.ORDER, Filled.STATEMENT),
    _element(17, "receiving_organisation", Stage.ORDER, Filled.MEMBER, "receiving_organisation"),
    _element(18, "issuing_organisation", Stage.ACCEPT, Filled.MEMBER, "issuing_organisation"),
    _element(19, "transaction_type", Stage.ORDER, Filled.LINES),
    _element(20, "funds", Stage.ORDER, Filled.MEMBER, "funds"),
    _element(21, "transfer", Stage.ORDER, Filled.MEMBER, "transfer_day", "transfer_place"),
    _element(22, "accepting_person", Stage.ACCEPT, Filled.SIGNATURE),
    _element(23, "special_requirements", Stage.ORDER, Filled.MEMBER, "special_requirements"),
    _element(24, "limit_of_liability", Stage.ORDER, Filled.MEMBER, "limit_of_liability"),
    _element(25, "issuing_person", Stage.ISSUE, Filled.SIGNATURE),
)
"""Every element with its number in the source, the stage at which it must be there, and what fills it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """What the lines of an order fill.

    Args:
        classed, priced: whether every line has a class, and a price.
        settlement: how it is settled; None where the order does not say.
        signed: the stages that bear a signature, the act at hand included.
    """

    classed: bool
    priced: bool
    settlement: str | None
    signed: frozenset[Stage]


def missing(stage: Stage, ordered: Ordered, given: Iterable[Elements]) -> tuple[str, ...]:
    """Names of the elements that must be there at a stage and are not, in the order of their numbers.

    Args:
        given: what each act so far has given.
    """
    there = {name for elements in given for name in Elements.__struct_fields__ if getattr(elements, name) is not None}
    return tuple(
        element.name
        for element in ELEMENTS
        if element.stage in _REACHED[stage] and not _is_there(element, ordered, there)
    )


def _is_there(element: Element, ordered: Ordered, there: set[str]) -> bool:
    match element.by:
        case Filled.STATEMENT:
            return True
        case Filled.SIGNATURE:
            return element.stage in ordered.signed
        case Filled.MEMBER:
            exchanged = element.name == "transfer" and ordered.settlement in ("in_kind", "equal_value")
            return there.issuperset((*element.members, "return_day", "return_place") if exchanged else element.members)
        case Filled.LINES if element.name == "transaction_type":
            return ordered.settlement is not None
        case Filled.LINES:
            by_lines = ordered.classed if element.name == "stock_numbers" else ordered.priced
            return by_lines or there.issuperset(element.members)
