"""Contingents in one operation of the United Nations: joined, asked, offered, accepted, told and given.

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
from servanda.domains.peacekeeping import desk
from servanda.domains.peacekeeping.acts import PAYLOADS
from servanda.domains.peacekeeping.board import State
from servanda.domains.peacekeeping.facts import facts
from servanda.domains.peacekeeping.state import EMPTY, fold

__all__ = ["DOMAIN", "VERBS", "State", "desk"]


def journal_only(_kind: str, _payload: Payload) -> bool:
    """Whether an act stays at home: none of this domain does."""
    return False


DOMAIN: Domain[State] = Domain(
    name="peacekeeping", payloads=PAYLOADS, facts=facts, empty=EMPTY, fold=fold, journal_only=journal_only
)

VERBS: Mapping[str, Callable[..., Draft]] = MappingProxyType(
    {
        "peacekeeping.mission.join": desk.join,
        "peacekeeping.mission.update": desk.update,
        "peacekeeping.mission.end": desk.end,
        "peacekeeping.support.request": desk.request,
        "peacekeeping.support.offer": desk.offer,
        "peacekeeping.support.accept": desk.accept,
        "peacekeeping.support.fulfil": desk.fulfil,
    }
)
"""What the desk calls to draft each kind."""
