"""The order book: what is kept of orders, movements, invoices, leave and invitations, and what can be asked of it.

Rules of this module:
- an order is known by the act that placed it, or by the issue where goods went first;
- nothing is edited: a movement is added to its order, and sums are taken from the movements;
- each agreement has its own book: what was ordered under one is not issued under another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from rpds import HashTrieMap

from servanda.base import amount
from servanda.domains.logistics import acts
from servanda.domains.logistics.elements import Elements, Stage
from servanda.domains.logistics.lines import Portion

Person = tuple[str, str]
"""Party and officer."""


class OutOfOrder(StrEnum):
    """Why an act with effect does not follow from those before it."""

    ORDER_UNKNOWN = "order_unknown"
    ORDER_OWN = "order_own"
    ORDER_CLOSED = "order_closed"
    ISSUE_UNKNOWN = "issue_unknown"
    LINE_UNKNOWN = "line_unknown"
    ASK_UNKNOWN = "ask_unknown"
    INVOICE_UNKNOWN = "invoice_unknown"
    ALREADY_SETTLED = "already_settled"
    UNREADABLE = "unreadable"


class Step(StrEnum):
    """How far an order has come."""

    PLACED = "placed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    PART_ISSUED = "part_issued"
    ISSUED = "issued"
    PART_RECEIVED = "part_received"
    RECEIVED = "received"
    INVOICED = "invoiced"
    SETTLED = "settled"


class Part(StrEnum):
    """The three parts of an order that three people play."""

    ORDERING = "ordering"
    RECEIVING = "receiving"
    SETTLING = "settling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What was handed over, signed for, given back or passed on in one act.

    Args:
        settlement: as a receipt says; None where it repeats nothing.
        issue: the issue that a receipt signs for.
    """

    act_id: str
    author: str
    recorded_at: datetime
    portions: tuple[Portion, ...]
    settlement: str | None = None
    issue: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """A request for payment, and the act that settled it."""

    act_id: str
    order: str
    author: str
    recorded_at: datetime
    content: acts.RaiseInvoice
    settled_by: str | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as both Parties know it.

    Args:
        id: act id of the placing act, or of the issue where goods went first.
        raw: its content as signed, unknown members too: what reviewers and committee name.
        content: its content as its type.
        goods_first: whether goods went before it was ordered; the receipt then completes it.
        answered_by: the act that accepted, declined or withdrew it last.
        elements: what each act so far gave, in the order of the fold.
        people: who played which part.
        settled_by: the act that settled its account as a whole.
    """

    id: str
    author: str
    supplier: str
    receiver: str
    raw: Mapping[str, Any]
    content: acts.PlaceOrder
    recorded_at: datetime
    goods_first: bool = False
    life_in_danger: bool = False
    accepted_at: datetime | None = None
    declined_at: datetime | None = None
    withdrawn_at: datetime | None = None
    reason: str | None = None
    answered_by: str | None = None
    elements: tuple[Elements, ...] = ()
    signed: frozenset[Stage] = frozenset()
    people: frozenset[tuple[Part, Person]] = frozenset()
    issues: tuple[Movement, ...] = ()
    receipts: tuple[Movement, ...] = ()
    returns: tuple[Movement, ...] = ()
    passed: tuple[Movement, ...] = ()
    invoices: tuple[str, ...] = ()
    settled_by: str | None = None
    settled_at: datetime | None = None

    @property
    def both_signed(self) -> bool:
        """Whether one Party placed it, the other accepted it, and nobody withdrew it."""
        return self.accepted_at is not None and self.withdrawn_at is None

    @property
    def open(self) -> bool:
        """Whether it waits for its first answer."""
        return self.accepted_at is None and self.declined_at is None and self.withdrawn_at is None

    def quantity(self, line: int) -> Decimal:
        """What was ordered on a line; nothing where there is no such line."""
        return Decimal(self.content.lines[line - 1].quantity) if 0 < line <= len(self.content.lines) else Decimal(0)


def moved(movements: tuple[Movement, ...], line: int) -> Decimal:
    """What movements sum up to on a line."""
    return amount.total(
        Decimal(portion.quantity) for movement in movements for portion in movement.portions if portion.line == line
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request for leave to pass goods on, and the act that gave it."""

    act_id: str
    author: str
    order: str
    lines: frozenset[int]
    to: str
    given_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A host's invitation into its territory for one activity."""

    act_id: str
    from_day: date | None
    until_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One Party's half of a joint act."""

    act_id: str
    author: str


Accepted = tuple[Decimal, tuple[str, ...]]
"""What was accepted on one day of UTC: the sum in US dollars, and the orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What follows under one agreement.

    Args:
        orders: by id.
        order_of: act id of an issue, receipt or invoice -> id of its order.
        accepted: by day of UTC.
        asks: by act id of the question for leave.
        invitations: by host, activity and place.
        halves: by kind and joint digest: items passed, orders cleared, statements signed.
        out_of_order: act id -> why it does not follow.
    """

    orders: HashTrieMap[str, Order] = field(default_factory=HashTrieMap)
    order_of: HashTrieMap[str, str] = field(default_factory=HashTrieMap)
    invoices: HashTrieMap[str, Invoice] = field(default_factory=HashTrieMap)
    accepted: HashTrieMap[date, Accepted] = field(default_factory=HashTrieMap)
    asks: HashTrieMap[str, Ask] = field(default_factory=HashTrieMap)
    invitations: HashTrieMap[tuple[str, str, str], tuple[Invitation, ...]] = field(default_factory=HashTrieMap)
    halves: HashTrieMap[tuple[str, str], tuple[Half, ...]] = field(default_factory=HashTrieMap)
    out_of_order: HashTrieMap[str, OutOfOrder] = field(default_factory=HashTrieMap)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What follows, by agreement."""

    books: HashTrieMap[str, Book] = field(default_factory=HashTrieMap)

    def under(self, agreement: str) -> Book:
        return self.books.get(agreement) or _NOTHING


_NOTHING = Book()
EMPTY = State()


def step_of(order: Order, book: Book) -> Step:
    """How far an order has come."""
    if order.settled_by is not None or _paid(order, book):
        return Step.SETTLED
    if order.withdrawn_at is not None:
        return Step.WITHDRAWN
    if order.declined_at is not None:
        return Step.DECLINED
    if order.invoices:
        return Step.INVOICED
    if order.receipts:
        return Step.RECEIVED if _whole(order, order.receipts) else Step.PART_RECEIVED
    if order.issues:
        return Step.ISSUED if _whole(order, order.issues) else Step.PART_ISSUED
    return Step.PLACED if order.accepted_at is None else Step.ACCEPTED


def _paid(order: Order, book: Book) -> bool:
    """Whether all of it was received, and all that was received is paid or given back."""
    if not _whole(order, order.receipts):
        return False
    if order.content.settlement in ("in_kind", "equal_value"):
        return _whole(order, order.returns)
    return bool(order.invoices) and all(book.invoices[act_id].settled_by is not None for act_id in order.invoices)


def _whole(order: Order, movements: tuple[Movement, ...]) -> bool:
    return all(moved(movements, line) >= order.quantity(line) for line in range(1, len(order.content.lines) + 1))
