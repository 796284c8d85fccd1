"""What may be said of supplies and services: the payload of each kind, valid once built.

Rules of this module:
- an order is stated once, by the Party that will receive; later acts name it and repeat nothing;
- goods that go first, a life being in danger, carry the order they would have had;
- an item stands in its line as one value, and an order as one value: reviewers and committee name exactly these;
- what is barred, in doubt or of no category is no error of form: it reads, and is judged;
- what only an officer can know (meant for combat, serves a weapon, paid by the United Nations) must be said;
- all of a payload outlives its destruction, since the books rest on it.

Spec: record 4.7 (residue); judging 5 (joint acts).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal

from msgspec import Meta

from servanda.act.content import Payload
from servanda.base.forms import (
    ActId,
    Amount,
    Code,
    Currency,
    Name,
    Note,
    Part,
    Party,
    SignedAmount,
    Word,
    each_once,
    fault,
    known_currency,
)
from servanda.domains.logistics.elements import Elements
from servanda.domains.logistics.forms import LINES_MAX, REFERENCES_MAX, LineNumber, Settlement
from servanda.domains.logistics.lines import Line, Portion, Rate, ReturnPortion
from servanda.supply.item import Item

ROWS_MAX = 10_000
YEAR_MIN = 2000
YEAR_MAX = 9999

Reason = Literal["safety", "own_need", "law", "force_of_nature", "outside_difference", "none_given"]
PriceBasis = Literal["own_forces", "agreed_beforehand", "other"]
References = Annotated[tuple[ActId, ...], Meta(max_length=REFERENCES_MAX)]


class PlaceOrder(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Orders supplies or services, line by line.

    Args:
        activity, place: words of the agreement; others read, and count as `other`.
        supplier: the Party that is to give.
        rate: none for an order in US dollars.
        settlement: how it is settled; the agreement refuses an order that does not say.
        taxes: names of taxes that cannot be left out.
        replaces: the withdrawn order that this one follows.
    """

    activity: Word
    place: Word
    supplier: Party
    currency: Currency
    lines: Annotated[tuple[Line, ...], Meta(min_length=1, max_length=LINES_MAX)]
    for_combat: bool
    rate: Rate | None = None
    settlement: Settlement | None = None
    life_in_danger: bool = False
    taxes: Annotated[tuple[Name, ...], Meta(max_length=REFERENCES_MAX)] = ()
    replaces: ActId | None = None
    elements: Elements = Elements()

    def __post_init__(self) -> None:
        super().__post_init__()
        known_currency("currency", self.currency)
        each_once("taxes", self.taxes)
        if self.rate is None and self.currency != "USD":
            raise fault("rate", f"expected the US dollars for one `{self.currency}`, with source and day")


class AcceptOrder(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Accepts an order, and adds the elements that the supplier gives."""

    order: ActId
    elements: Elements = Elements()
    note: Note | None = None


class DeclineOrder(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Declines an order; owes no reason."""

    order: ActId
    note: Note | None = None


class WithdrawOrder(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Withdraws an order for a reason."""

    order: ActId
    reason: Reason = "none_given"
    note: Note | None = None


class ClearOrder(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Clears an order above a limit, as a member of the joint committee.

    Args:
        subject: the order, exactly as it is placed.
    """

    subject: PlaceOrder
    note: Note | None = None


class PassItem(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Passes an item in doubt, as a reviewer, saying why.

    Args:
        subject: the item, exactly as it stands in its line.
    """

    subject: Item
    why: Note


class GiveInvitation(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Invites support into the own territory for one activity.

    Args:
        from_day, until_day: first and last day; none where it stands from now, or until another is given.
    """

    activity: Word
    place: Word
    from_day: date | None = None
    until_day: date | None = None
    note: Note | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.from_day is not None and self.until_day is not None and self.until_day < self.from_day:
            raise fault("until_day", f"expected {self.from_day} or later, got {self.until_day}")


Portions = Annotated[tuple[Portion, ...], Meta(max_length=LINES_MAX)]


class IssueGoods(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Hands goods over or begins a service, on an order or before there is one.

    Args:
        order: the order; none where goods go first.
        content: the order they would have had, where goods go first; all of it is then handed over.
        furnished: what is handed over, on an order.
    """

    order: ActId | None = None
    content: PlaceOrder | None = None
    furnished: Portions = ()
    life_in_danger: bool = False
    elements: Elements = Elements()
    note: Note | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.order is None) == (self.content is None):
            raise fault("order", "expected either an `order` or, where goods go first, its `content`")
        if (self.order is None) == bool(self.furnished):
            raise fault("furnished", "expected what is handed over on an `order`, and nothing where goods go first")


class ReceiveGoods(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Signs for what was received, and adds the elements that were missing.

    Args:
        order: the order, or the issue where goods went first.
        issue: the issue that is signed for.
        settlement: how it is settled, as the order says; none where that need not be repeated.
    """

    order: ActId
    received: Annotated[tuple[Portion, ...], Meta(min_length=1, max_length=LINES_MAX)]
    issue: ActId | None = None
    settlement: Settlement | None = None
    elements: Elements = Elements()
    note: Note | None = None


class ReturnGoods(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Gives goods back, or services worth as much."""

    order: ActId
    returned: Annotated[tuple[ReturnPortion, ...], Meta(min_length=1, max_length=LINES_MAX)]
    receipt: ActId | None = None
    note: Note | None = None


class TransferGoods(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Passes goods on outside the own forces.

    Args:
        to: the body that gets them, as the supplier's leave names it.
    """

    order: ActId
    passed: Annotated[tuple[Portion, ...], Meta(min_length=1, max_length=LINES_MAX)]
    to: Name
    note: Note | None = None


class AskConsent(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Asks the supplier for leave to pass goods on."""

    order: ActId
    lines: Annotated[tuple[LineNumber, ...], Meta(min_length=1, max_length=LINES_MAX)]
    to: Name
    why: Note | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        each_once("lines", self.lines)


class GiveConsent(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Gives that leave, as it was asked."""

    ask: ActId
    note: Note | None = None


class InvoiceLine(Part, frozen=True, kw_only=True, omit_defaults=True):
    """One line of an invoice; a credit has a quantity below 0."""

    line: LineNumber
    quantity: SignedAmount
    unit_price: Amount


class Charge(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A charge or a tax, with its name."""

    name: Name
    amount: Amount


Charges = Annotated[tuple[Charge, ...], Meta(max_length=REFERENCES_MAX)]


class RaiseInvoice(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for payment.

    Args:
        receipts: what was signed for and is asked to be paid.
        price_basis: what the price rests on.
        paid_by_un: the United Nations pays for it.
        number: of the own books.
    """

    order: ActId
    currency: Currency
    lines: Annotated[tuple[InvoiceLine, ...], Meta(min_length=1, max_length=LINES_MAX)]
    paid_by_un: bool
    receipts: References = ()
    surcharges: Charges = ()
    taxes: Charges = ()
    price_basis: PriceBasis = "other"
    number: Code | None = None
    note: Note | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        known_currency("currency", self.currency)
        each_once("receipts", self.receipts)


class AgreeSettlement(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Settles invoices, or the account of an order.

    Args:
        amount: what was paid, for money; the currency is that of the invoices.
    """

    mode: Settlement
    invoices: References = ()
    orders: References = ()
    currency: Currency | None = None
    amount: Amount | None = None
    paid_on: date | None = None
    reference: Name | None = None
    note: Note | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.invoices and not self.orders:
            raise fault("invoices", "expected what is settled: one of `invoices` or `orders` at least")
        if self.mode == "cash" and (self.amount is None or self.currency is None):
            raise fault("amount", "expected the amount paid and its `currency`, for money")
        if self.currency is not None:
            known_currency("currency", self.currency)
        each_once("invoices", self.invoices)
        each_once("orders", self.orders)


class StatementRow(Part, frozen=True, kw_only=True, omit_defaults=True):
    """One order in the statement of a year.

    Args:
        total, invoiced: in the currency of the order; none where there is no final price.
    """

    order: ActId
    supplier: Party
    settlement: Settlement | None
    currency: Currency
    total: Amount | None
    invoiced: SignedAmount
    settled: bool


class Statement(Part, frozen=True, kw_only=True, omit_defaults=True):
    """The orders accepted in a year, in the order of their ids."""

    year: Annotated[int, Meta(ge=YEAR_MIN, le=YEAR_MAX)]
    rows: Annotated[tuple[StatementRow, ...], Meta(max_length=ROWS_MAX)]


class SignStatement(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Signs the statement of a year."""

    subject: Statement
    note: Note | None = None


PAYLOADS: Mapping[str, type[Payload]] = MappingProxyType(
    {
        "logistics.order.place": PlaceOrder,
        "logistics.order.accept": AcceptOrder,
        "logistics.order.decline": DeclineOrder,
        "logistics.order.withdraw": WithdrawOrder,
        "logistics.order.clear": ClearOrder,
        "logistics.item.pass": PassItem,
        "logistics.invitation.give": GiveInvitation,
        "logistics.goods.issue": IssueGoods,
        "logistics.goods.receive": ReceiveGoods,
        "logistics.goods.return": ReturnGoods,
        "logistics.goods.transfer": TransferGoods,
        "logistics.consent.ask": AskConsent,
        "logistics.consent.give": GiveConsent,
        "logistics.invoice.raise": RaiseInvoice,
        "logistics.settlement.agree": AgreeSettlement,
        "logistics.statement.sign": SignStatement,
    }
)
