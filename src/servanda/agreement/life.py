"""The life of an agreement: made of acts, asked by both nodes alike.

Rules of this module:
- an act of the life cycle is judged here, before force and after it, at its cut and its moment;
- only an envoy of its Party acts in the life of an agreement;
- the same life, the same receipts and the same moment give the same ruling on both sides.

Spec: judging 8, 9.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from servanda.act.ruling import Ground, Refusal, Ruling
from servanda.agreement import guard_force, guard_people, guard_text, officers
from servanda.agreement.ask import Ask, refuse
from servanda.agreement.officers import ENVOY, Appointment
from servanda.agreement.rules import SAYS, Rule
from servanda.agreement.state import Life, Status, fold, instrument, new, status, timeline
from servanda.agreement.timeline import Notice, Phase, ReceivedAt, Suspension, Timeline, Version
from servanda.seal.keys import PublicKey

__all__ = [
    "SAYS",
    "Appointment",
    "Life",
    "Notice",
    "Phase",
    "ReceivedAt",
    "Rule",
    "Status",
    "Suspension",
    "Timeline",
    "Version",
    "appointed_key",
    "appointment",
    "appointments",
    "fold",
    "guard",
    "instrument",
    "new",
    "status",
    "timeline",
]

_NOBODY: Mapping[str, Sequence[PublicKey]] = MappingProxyType({})
_GUARDS: Mapping[str, Callable[[Ask], Ruling]] = MappingProxyType(
    {
        "agreement.meeting.propose": guard_text.propose,
        "agreement.meeting.answer": guard_text.answer,
        "agreement.meeting.minute": guard_text.minute,
        "agreement.text.table": guard_text.table,
        "agreement.text.counter": guard_text.counter,
        "agreement.text.initial": guard_text.initial,
        "agreement.text.withdraw": guard_text.withdraw,
        "agreement.text.sign": guard_text.sign,
        "agreement.signature.confirm": guard_text.confirm,
        "agreement.powers.show": guard_text.show,
        "agreement.completion.notify": guard_text.notify,
        "agreement.notice.give": guard_force.give,
        "agreement.notice.withdraw": guard_force.withdraw,
        "agreement.notice.hold": guard_force.hold,
        "agreement.notice.resume": guard_force.take_up,
        "agreement.force.suspend": guard_force.suspend,
        "agreement.force.resume": guard_force.resume,
        "agreement.termination.agree": guard_force.terminate,
        "agreement.clause.question": guard_force.question,
        "agreement.clause.correct": guard_force.correct,
        "agreement.registration.lodge": guard_force.lodge,
        "agreement.officer.appoint": guard_people.appoint,
        "agreement.officer.dismiss": guard_people.dismiss,
        "agreement.key.rotate": guard_people.rotate,
        "agreement.key.revoke": guard_people.revoke,
    }
)


def guard(
    life: Life,
    *,
    author: str,
    other: str,
    kind: str,
    payload: Mapping[str, Any],
    role: str,
    keys: Sequence[str],
    at: datetime,
    received_at: ReceivedAt,
    exercise: bool,
    governed_elsewhere: frozenset[str] = frozenset(),
) -> Ruling:
    """The ruling on an act of the life cycle.

    Args:
        life: the life folded at the cut of the act.
        payload: members as signed, of the type of their kind.
        role: office of the first officer who signed.
        keys: ids of all keys that signed.
        at: time of the issuing entry.
        received_at: act id -> the moment of the other Party's permitting entry within the cut, or None.
        exercise: whether the two nodes are on exercise.
        governed_elsewhere: domains that another agreement in force governs.

    Returns:
        A permit that cites its rule, or a refusal that cites the paragraph of the refusing `lasts` key, or the rule.
    """
    judge = _GUARDS.get(kind)
    if judge is None:
        return Refusal(ground=Ground.SILENT)
    if role != ENVOY:
        return refuse(Rule.ENVOY)
    return judge(
        Ask(
            life=life,
            timeline=timeline(life, received_at),
            author=author,
            other=other,
            kind=kind,
            payload=payload,
            keys=tuple(keys),
            at=at,
            exercise=exercise,
            governed_elsewhere=governed_elsewhere,
        )
    )


def appointment(
    life: Life, party: str, officer: str, received_at: ReceivedAt, *, listed: Sequence[PublicKey] = ()
) -> Appointment | None:
    """The appointment of one officer that counts at the cut, None where none does.

    Args:
        listed: its keys in the key list of its Party, which make it an envoy until an act says otherwise.
    """
    return officers.appointment(life.register, party, officer, received_at, listed=listed)


def appointments(
    life: Life, party: str, received_at: ReceivedAt, *, listed: Mapping[str, Sequence[PublicKey]] = _NOBODY
) -> Mapping[str, Appointment]:
    """Every officer of a Party whose appointment counts at the cut, by code.

    Args:
        listed: officer -> its keys in the key list of the Party.
    """
    return officers.appointments(life.register, party, received_at, listed=listed)


def appointed_key(
    life: Life,
    *,
    party: str,
    officer: str,
    key_id: str,
    received_at: ReceivedAt,
    listed: Mapping[str, Sequence[PublicKey]] = _NOBODY,
    naming: Mapping[str, Any] | None = None,
) -> PublicKey:
    """The key by which an officer of a Party signs an act at the cut.

    Args:
        listed: officer -> its keys in the key list of the Party.
        naming: payload of the act itself where it is an appointment or a rotation: its new keys count for it.

    Raises:
        IntegrityError: `key_unknown`, `key_not_of_officer` or `key_revoked`.

    Spec: record 3.3.
    """
    return officers.appointed_key(life.register, party, officer, key_id, received_at, listed=listed, naming=naming)
