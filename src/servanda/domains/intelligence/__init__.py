"""Reports on the nuclear and missile programmes of North Korea: shared, protected, taken back.

Rules of this module:
- a release to the own people stays in the journal; nothing else of this domain does, save the finding of a loss.

Spec: judging 2 (kinds).
"""

from __future__ import annotations

from servanda.act.content import Payload
from servanda.domain import Domain
from servanda.domains.intelligence import desk
from servanda.domains.intelligence.acts import PAYLOADS, Release
from servanda.domains.intelligence.facts import facts
from servanda.domains.intelligence.registry import EMPTY, State
from servanda.domains.intelligence.state import fold

__all__ = ["DOMAIN", "State", "desk"]

OWN_PEOPLE = frozenset({"own_government", "own_contractor"})


def journal_only(kind: str, payload: Payload) -> bool:
    """Whether an act stays at home: a report passed to the own government or its contractors."""
    return kind == "intelligence.report.release" and isinstance(payload, Release) and payload.released_to in OWN_PEOPLE


DOMAIN: Domain[State] = Domain(
    name="intelligence", payloads=PAYLOADS, facts=facts, empty=EMPTY, fold=fold, journal_only=journal_only
)
