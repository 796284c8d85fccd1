"""Who may name officers and change their keys: guards of the register.

Rules of this module:
- a Party speaks of its own officers only, by codes that begin with its own;
- a key that is named proves possession by its own signature in that act;
- a key stays with one officer, and one that was revoked is not named again.

Spec: judging 8.8, 9; record 9.3.
"""

from __future__ import annotations

from servanda.act.ruling import Ruling
from servanda.agreement import officers
from servanda.agreement.ask import Ask, permit, refuse
from servanda.agreement.rules import Rule
from servanda.base.errors import IntegrityError


def appoint(ask: Ask) -> Ruling:
    """An officer of the own Party is named with office, limit and keys."""
    return permit(Rule.OFFICER) if _is_own(ask) and _proves_keys(ask) else refuse(Rule.OFFICER)


def dismiss(ask: Ask) -> Ruling:
    """An appointment of the own Party is ended."""
    return permit(Rule.OFFICER) if _is_own(ask) else refuse(Rule.OFFICER)


def rotate(ask: Ask) -> Ruling:
    """A key is replaced by the next one, signed by both."""
    old = ask.named("old")
    good = _is_own(ask) and _is_officers(ask, old) and old in ask.keys and _proves_keys(ask)
    return permit(Rule.KEY) if good else refuse(Rule.KEY)


def revoke(ask: Ask) -> Ruling:
    """A key of an own officer is ended at once."""
    return permit(Rule.KEY) if _is_own(ask) and _is_officers(ask, ask.named("key")) else refuse(Rule.KEY)


def _is_own(ask: Ask) -> bool:
    return ask.named("officer").startswith(f"{ask.author.lower()}/")


def _is_officers(ask: Ask, key_id: str) -> bool:
    """Whether no act has named a key for another officer; keys of a key list are known to the node alone."""
    place = (ask.author, ask.named("officer"))
    return ask.life.register.holders.get(key_id, place) == place


def _proves_keys(ask: Ask) -> bool:
    """Whether every key the act names has signed it, and was never another officer's, nor revoked or rotated out."""
    try:
        named = officers.named_keys(ask.payload)
    except IntegrityError:
        return False
    gone = officers.ended_keys(ask.life.register, ask.author, ask.named("officer"))
    return all(key.key_id in ask.keys and key.key_id not in gone and _is_officers(ask, key.key_id) for key in named)
