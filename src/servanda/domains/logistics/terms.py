"""What an order and its lines say to a clause: facts that every act on an order has in common.

Rules of this module:
- words that the agreement does not know are `other`; an item is screened by the annexes of the text it is judged by;
- a claim narrows: evidence that a service is done on a weapon goes before the claim that it is not;
- a year is that of the agreement's zone, and counts the orders accepted in it and this one;
- a debt of the receiver ends with its act, with the paid invoice it became, or with the supplier's own settlement.

Spec: record 4.4 (facts); vocabulary, logistics. Clause: kr-jp-b 3.5, 4.2, 4.4, 4.5, 6.4, 9.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from servanda.base import amount
from servanda.domain import Said, View
from servanda.domains.logistics import acts, orders
from servanda.domains.logistics.book import Book, Order, Part, State
from servanda.domains.logistics.elements import Elements, Stage, missing
from servanda.policy.facts import FactValue
from servanda.supply.item import REVIEWED, Item, stated
from servanda.supply.screening import Lists

CLEARED = "logistics.order.clear"
DEBTS: Final = frozenset({"logistics.settlement.agree", "logistics.goods.return"})
"""What a receiver owes for what it got. Clause: kr-jp-b 6.2, 6.3."""

OVERDUE_DAYS_MAX: Final = 9_999
"""Source: vocabulary, `receiver_overdue_days`."""

Stated = Mapping[str, FactValue | None]
"""Facts that arise; None where the fact must be known and is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """Where an act is judged from: its author, what the record says at its cut, and its day as the agreement counts.

    Args:
        lists: what the agreement says of goods.
    """

    said: Said
    view: View[State]
    book: Book
    lists: Lists
    day: date

    def known(self, order_id: str | None) -> Order | None:
        """The order an act names."""
        return None if order_id is None else self.book.orders.get(order_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """An order as an act sees it: the one it names, or the one it carries.

    Args:
        order: as the record holds it; None while it is only carried.
    """

    content: acts.PlaceOrder
    raw: Mapping[str, Any]
    supplier: str
    receiver: str
    order: Order | None = None


def named(order: Order) -> Terms:
    """An order that an act names."""
    return Terms(content=order.content, raw=order.raw, supplier=order.supplier, receiver=order.receiver, order=order)


def carried(content: acts.PlaceOrder, raw: Mapping[str, Any], at: Standpoint) -> Terms:
    """An order that an act carries, the record not holding it."""
    receiver = at.said.other if content.supplier == at.said.author else at.said.author
    return Terms(content=content, raw=raw, supplier=content.supplier, receiver=receiver)


def of_order(terms: Terms, at: Standpoint) -> dict[str, FactValue | None]:
    """What an order says of every one of its lines, and what follows from it."""
    content, order = terms.content, terms.order
    territory = at.view.word(content.place, "party_territory")
    supplier_known = terms.supplier in (at.said.author, at.said.other)
    return {
        "supplier_acts": terms.supplier == at.said.author if supplier_known else None,
        "activity": at.view.word(content.activity, "covered_activity"),
        "both_signed": order is not None and order.both_signed,
        "life_in_danger": content.life_in_danger if order is None else order.life_in_danger,
        "order_usd": orders.whole_usd([orders.usd(content)]),
        "year_usd": _year_usd(terms, at),
        "committee_agreed": at.view.joined(CLEARED, terms.raw),
        "for_combat": content.for_combat,
        "settlement": content.settlement or "none",
        "receiver_overdue_days": _overdue_days(terms.receiver, at),
        "place": at.view.word(content.place, "party_territory", "outside_territory"),
        "author_hosts": territory == territory_of(at.said.author),
        "host_invited": _invited(content, territory, at),
    }


def _year_usd(terms: Terms, at: Standpoint) -> int:
    """All orders accepted this year as the agreement counts it, and this one."""
    zone = at.view.instrument.zone
    begins = datetime(at.day.year, 1, 1, tzinfo=zone).astimezone(UTC)
    ends = datetime(at.day.year + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    sums: list[Decimal] = []
    counted = False
    for day, (worth, ids) in at.book.accepted.items():
        first = datetime(day.year, day.month, day.day, tzinfo=UTC)
        if first + timedelta(days=1) <= begins or first >= ends:
            continue
        whole = begins <= first and first + timedelta(days=1) <= ends
        within = ids if whole else tuple(order_id for order_id in ids if _accepted_in(order_id, begins, ends, at))
        sums.append(worth if whole else amount.total(orders.usd(at.book.orders[each].content) for each in within))
        counted = counted or (terms.order is not None and terms.order.id in within)
    if not counted:
        sums.append(orders.usd(terms.content))
    return orders.whole_usd(sums)


def _accepted_in(order_id: str, begins: datetime, ends: datetime, at: Standpoint) -> bool:
    accepted_at = at.book.orders[order_id].accepted_at
    return accepted_at is not None and begins <= accepted_at < ends


def _overdue_days(receiver: str, at: Standpoint) -> int:
    """Days the oldest unmet debt of the receiver is late."""
    late = (
        duty.days_late
        for does in DEBTS
        for duty in at.view.duties(does)
        if duty.debtor == receiver and _owed(duty.started_by, at)
    )
    return min(max(late, default=0), OVERDUE_DAYS_MAX)


def _owed(started_by: str, at: Standpoint) -> bool:
    """Whether a debt is still one: not where all invoices were paid, or the supplier settled the account."""
    order = at.known(at.book.order_of.get(started_by))
    if order is None:
        return True
    if order.invoices and all(at.book.invoices[act_id].settled_by is not None for act_id in order.invoices):
        return False
    settling = None if order.settled_by is None else at.view.applied(order.settled_by)
    return settling is None or settling.author != order.supplier


def territory_of(party: str) -> str:
    """The word for the territory of a Party."""
    return f"{party.lower()}_territory"


def _invited(content: acts.PlaceOrder, territory: str, at: Standpoint) -> bool:
    """Whether the Party in whose territory the place lies has invited this activity there, for this day."""
    host = next((party for party in at.view.instrument.parties if territory_of(party) == territory), None)
    if host is None:
        return False
    return any(
        (invitation.from_day is None or invitation.from_day <= at.day)
        and (invitation.until_day is None or at.day <= invitation.until_day)
        for invitation in at.book.invitations.get((host, content.activity, content.place)) or ()
    )


def separate(order: Order, own: Part | None, at: Standpoint) -> bool:
    """Whether no signing officer played another part in an order."""
    signing = {(at.said.author, officer) for officer in at.said.officers}
    return not any(person in signing for part, person in order.people if part is not own)


def complete(
    stage: Stage, terms: Terms, signed: Iterable[Stage], *given: Elements, settlement: str | None = None
) -> bool:
    """Whether every element is there whose stage is reached."""
    order = terms.order
    before = (terms.content.elements,) if order is None else order.elements
    bears = frozenset(signed) | (frozenset() if order is None else order.signed)
    return not missing(stage, orders.ordered(terms.content, bears, settlement=settlement), (*before, *given))


def reached(order: Order) -> Stage:
    """The last stage that an order has reached."""
    return next(stage for stage in (Stage.RECEIVE, Stage.ISSUE, Stage.ACCEPT, Stage.ORDER) if stage in order.signed)


def of_item(item: Item, raw: Mapping[str, Any], at: Standpoint, *, claimed: bool | None) -> Mapping[str, FactValue]:
    """What an item is, whether it may move, and whether it serves a weapon."""
    return stated(item, at.lists, passed=lambda: at.view.joined(REVIEWED, raw), claimed=claimed)


def _of_line(terms: Terms, number: int, at: Standpoint) -> Mapping[str, FactValue]:
    """What a line of an order says; nothing where there is no such line."""
    if not 0 < number <= len(terms.content.lines):
        return {}
    line = terms.content.lines[number - 1]
    item = of_item(line.item, terms.raw["lines"][number - 1]["item"], at, claimed=line.serves_weapon)
    return {**item, "for_combat": terms.content.for_combat or line.for_combat is True}


def every_line(terms: Terms) -> range:
    """The numbers of all lines of an order."""
    return range(1, len(terms.content.lines) + 1)


def of_lines(
    terms: Terms, numbers: Iterable[int], at: Standpoint, also: Mapping[str, FactValue | None]
) -> tuple[Stated, ...]:
    """What an act says of lines of an order, one set each.

    Args:
        also: what the act itself says of them; it goes before what the order says.
    """
    common = {**of_order(terms, at), **also}
    return tuple({**common, **_of_line(terms, number, at)} for number in numbers)


UNKNOWN: tuple[Stated, ...] = ({"supplier_acts": None},)
"""An act on an order that the record does not hold."""
