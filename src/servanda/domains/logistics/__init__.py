"""Supplies and services without weapons: ordered, accepted, handed over, signed for, invoiced and settled.

Rules of this module:
- nothing of this domain stays at home: every kind binds the other Party.

Spec: judging 2 (kinds).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from servanda.act.act import Draft
from servanda.act.content import Payload
from servanda.domain import Domain
from servanda.domains.logistics import desk
from servanda.domains.logistics.acts import PAYLOADS
from servanda.domains.logistics.book import State
from servanda.domains.logistics.facts import facts
from servanda.domains.logistics.state import EMPTY, fold

__all__ = ["DOMAIN", "VERBS", "State", "desk"]


def journal_only(_kind: str, _payload: Payload) -> bool:
    """Whether an act stays at home: none of this domain does."""
    return False


DOMAIN: Domain[State] = Domain(
    name="logistics", payloads=PAYLOADS, facts=facts, empty=EMPTY, fold=fold, journal_only=journal_only
)

VERBS: Mapping[str, Callable[..., Draft]] = MappingProxyType(
    {
        "logistics.order.place": desk.order,
        "logistics.order.accept": desk.accept,
        "logistics.order.decline": desk.decline,
        "logistics.order.withdraw": desk.withdraw,
        "logistics.order.clear": desk.clear_order,
        "logistics.item.pass": desk.pass_item,
        "logistics.invitation.give": desk.invite,
        "logistics.goods.issue": desk.issue,
        "logistics.goods.receive": desk.receive,
        "logistics.goods.return": desk.return_goods,
        "logistics.goods.transfer": desk.transfer,
        "logistics.consent.ask": desk.ask_consent,
        "logistics.consent.give": desk.give_consent,
        "logistics.invoice.raise": desk.invoice,
        "logistics.settlement.agree": desk.settle,
        "logistics.statement.sign": desk.sign_statement,
    }
)
"""What the desk calls to draft each kind."""
