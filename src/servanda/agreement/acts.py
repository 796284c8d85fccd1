"""The acts of an agreement's own life, and what two halves of a joint act have in common.

Rules of this module:
- every kind of the domain `agreement` that is an act or a journal item has one payload type;
- two acts of one joint kind are halves of one joint act when they name one digest.

Spec: judging 2 (kinds), 10 (joint acts).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from servanda.act.content import Payload
from servanda.act.kind import kinds
from servanda.agreement.acts_force import (
    ClauseCorrect,
    ClauseQuestion,
    CloseSubject,
    ConsultationClose,
    ConsultationOpen,
    ForceResume,
    ForceSuspend,
    NoticeGive,
    NoticeHold,
    NoticeResume,
    NoticeWithdraw,
    RegistrationLodge,
    StepTake,
    TerminationAgree,
    VersionSubject,
)
from servanda.agreement.acts_people import (
    KeyMember,
    KeyRevoke,
    KeyRotate,
    LogPlace,
    Office,
    OfficerAppoint,
    OfficerDismiss,
)
from servanda.agreement.acts_text import (
    CompletionNotify,
    MeetingAnswer,
    MeetingMinute,
    MeetingPropose,
    MinuteSubject,
    PowersShow,
    SignatureConfirm,
    TextCounter,
    TextInitial,
    TextSign,
    TextTable,
    TextWithdraw,
)
from servanda.base import canon

__all__ = [
    "PAYLOADS",
    "ClauseCorrect",
    "ClauseQuestion",
    "CloseSubject",
    "CompletionNotify",
    "ConsultationClose",
    "ConsultationOpen",
    "ForceResume",
    "ForceSuspend",
    "KeyMember",
    "KeyRevoke",
    "KeyRotate",
    "LogPlace",
    "MeetingAnswer",
    "MeetingMinute",
    "MeetingPropose",
    "MinuteSubject",
    "NoticeGive",
    "NoticeHold",
    "NoticeResume",
    "NoticeWithdraw",
    "Office",
    "OfficerAppoint",
    "OfficerDismiss",
    "PowersShow",
    "RegistrationLodge",
    "SignatureConfirm",
    "StepTake",
    "TerminationAgree",
    "TextCounter",
    "TextInitial",
    "TextSign",
    "TextTable",
    "TextWithdraw",
    "VersionSubject",
    "joint_digest",
]

PAYLOADS: Mapping[str, type[Payload]] = MappingProxyType(
    {
        "agreement.meeting.propose": MeetingPropose,
        "agreement.meeting.answer": MeetingAnswer,
        "agreement.meeting.minute": MeetingMinute,
        "agreement.text.table": TextTable,
        "agreement.text.counter": TextCounter,
        "agreement.text.initial": TextInitial,
        "agreement.text.withdraw": TextWithdraw,
        "agreement.text.sign": TextSign,
        "agreement.signature.confirm": SignatureConfirm,
        "agreement.powers.show": PowersShow,
        "agreement.completion.notify": CompletionNotify,
        "agreement.notice.give": NoticeGive,
        "agreement.notice.withdraw": NoticeWithdraw,
        "agreement.notice.hold": NoticeHold,
        "agreement.notice.resume": NoticeResume,
        "agreement.force.suspend": ForceSuspend,
        "agreement.force.resume": ForceResume,
        "agreement.termination.agree": TerminationAgree,
        "agreement.clause.question": ClauseQuestion,
        "agreement.clause.correct": ClauseCorrect,
        "agreement.officer.appoint": OfficerAppoint,
        "agreement.officer.dismiss": OfficerDismiss,
        "agreement.key.rotate": KeyRotate,
        "agreement.key.revoke": KeyRevoke,
        "agreement.registration.lodge": RegistrationLodge,
        "agreement.consultation.open": ConsultationOpen,
        "agreement.consultation.close": ConsultationClose,
        "agreement.step.take": StepTake,
    }
)

_NAMES_A_TEXT = frozenset({"agreement.text.initial", "agreement.text.sign", "agreement.clause.correct"})
_NAMES_AN_ACT = "agreement.notice.hold"
_MAY_BE_JOINT = frozenset({"agreement.force.suspend", "agreement.force.resume"})
_JOINT_PREFIX = b"servanda/joint/1\n"


def joint_digest(kind: str, payload: Mapping[str, Any]) -> str | None:
    """What two halves of a joint act have in common.

    Returns:
        The digest of the text (initial, sign, correct), the id of the act (hold), the digest of the subject (all other
        joint kinds); None for a kind that is not joint, or an act that names no subject.

    Spec: judging 10.
    """
    known = kinds().get(kind)
    if known is None or not (known.joint or kind in _MAY_BE_JOINT):
        return None
    if kind in _NAMES_A_TEXT:
        named = payload.get("digest")
        return named if isinstance(named, str) else None
    if kind == _NAMES_AN_ACT:
        named = payload.get("notice")
        return named if isinstance(named, str) else None
    subject = payload.get("subject")
    if subject is None:
        return None
    return hashlib.sha256(_JOINT_PREFIX + kind.encode() + b"\n" + canon.encode(subject)).hexdigest()
