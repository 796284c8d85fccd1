"""Supplies and services without weapons: ordered, accepted, handed over, signed for, invoiced and settled.

Rules of this module:
- nothing of this domain stays at home: every kind binds the other Party.

Spec: judging 2 (kinds).
"""

from __future__ import annotations

from servanda.act.content import Payload
from servanda.domain import Domain
from servanda.domains.logistics import desk
from servanda.domains.logistics.acts import PAYLOADS
from servanda.domains.logistics.book import State
from servanda.domains.logistics.facts import facts
from servanda.domains.logistics.state import EMPTY, fold

__all__ = ["DOMAIN", "State", "desk"]


def journal_only(_kind: str, _payload: Payload) -> bool:
    """Whether an act stays at home: none of this domain does."""
    return False


DOMAIN: Domain[State] = Domain(
    name="logistics", payloads=PAYLOADS, facts=facts, empty=EMPTY, fold=fold, journal_only=journal_only
)
