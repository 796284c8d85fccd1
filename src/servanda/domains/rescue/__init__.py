"""People in danger at sea: told of, looked for by both, admitted to each other's waters, saved.

Rules of this module:
- an alert is noted at home; all else is said to the other Party;
- telling of a case or a sighting is delivered whatever the ruling: life first.

Spec: judging 2 (kinds).
"""

from __future__ import annotations

from servanda.act.content import Payload
from servanda.domain import Domain
from servanda.domains.rescue import desk
from servanda.domains.rescue.acts import PAYLOADS
from servanda.domains.rescue.casebook import State
from servanda.domains.rescue.desk import VERBS
from servanda.domains.rescue.facts import facts
from servanda.domains.rescue.state import EMPTY, fold

__all__ = ["DOMAIN", "VERBS", "State", "desk"]


def journal_only(_kind: str, _payload: Payload) -> bool:
    """Whether an act that is judged stays at home: none of this domain does."""
    return False


DOMAIN: Domain[State] = Domain(
    name="rescue", payloads=PAYLOADS, facts=facts, empty=EMPTY, fold=fold, journal_only=journal_only
)
