"""The acts of an agreement's own life: what each of them says, checked when it is read.

Rules of this module:
- every kind of the domain `agreement` that is an act or a journal item has one payload type;
- officers stand by their codes (`jp/supply-2`), never by their names;
- a text is carried whole, and stays when a payload is destroyed: it is what later acts are judged by;
- two acts of one joint kind are halves of one joint act when they name one digest.

Spec: judging 2 (kinds), 10 (joint acts).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta

from servanda.act.content import Payload
from servanda.act.kind import kinds
from servanda.base import canon

DOMAIN = "agreement"

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
ActId = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
KeyId = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Code = Annotated[str, Meta(pattern="^[a-z]{2}/[a-z0-9][a-z0-9-]{0,62}$")]
Paragraph = Annotated[str, Meta(pattern="^[1-9][0-9]{0,2}[.][1-9][0-9]{0,2}$")]
Language = Annotated[str, Meta(pattern="^[a-z]{2,3}$")]
Hex = Annotated[str, Meta(pattern="^([0-9a-f]{2})+$", max_length=2624)]
Source = Annotated[str, Meta(min_length=1, max_length=1_000_000)]
Words = Annotated[str, Meta(min_length=1, max_length=10_000)]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Paper = Annotated[str, Meta(min_length=1, max_length=100_000)]
Agenda = Annotated[tuple[Line, ...], Meta(min_length=1, max_length=50)]
Attending = Annotated[tuple[Code, ...], Meta(min_length=1, max_length=50)]
Places = Annotated[tuple[Paragraph, ...], Meta(max_length=1_000)]
Office = Literal[
    "envoy",
    "information_officer",
    "rescue_coordinator",
    "duty_officer",
    "ordering_officer",
    "supply_officer",
    "settling_officer",
    "joint_staff",
    "contingent_commander",
    "reviewer",
    "committee_member",
    "other",
]
Power = Literal["negotiate", "initial", "sign", "confirm"]
Issuer = Literal["head_of_state", "head_of_government", "foreign_minister"]


class _Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A member of a payload that has members of its own."""


class KeyMember(_Member, frozen=True, kw_only=True):
    """A public key as an act names it."""

    alg: Literal["ed25519", "ml-dsa-44"]
    public: Hex


class LogPlace(_Member, frozen=True, kw_only=True):
    """One entry of a log."""

    log: Line
    index: Annotated[int, Meta(ge=0)]


class MeetingPropose(Payload, frozen=True, kw_only=True):
    """Proposes a round of talks."""

    opens: date
    closes: date | None = None
    place: Line
    agenda: Agenda
    attends: Attending

    def __post_init__(self) -> None:
        _in_order(self.opens, self.closes)


class MeetingAnswer(Payload, frozen=True, kw_only=True):
    """Accepts a round, or answers with another date, place or agenda."""

    proposal: ActId
    accepts: bool
    opens: date | None = None
    closes: date | None = None
    place: Line | None = None
    agenda: Agenda | None = None
    attends: Attending | None = None

    def __post_init__(self) -> None:
        _in_order(self.opens, self.closes)
        others = (self.opens, self.closes, self.place, self.agenda)
        if not self.accepts and not any(others):
            raise ValueError("a round that is not accepted is answered with another date, place or agenda")
        if self.accepts and any(others):
            raise ValueError("a round is accepted as it was proposed")


class MinuteSubject(_Member, frozen=True, kw_only=True):
    """What both set down: the round, and what it settled and left open, paragraph by paragraph."""

    proposal: ActId
    held: date
    settled: Places
    open: Places


class MeetingMinute(Payload, frozen=True, kw_only=True):
    """Sets down what a round settled and left open."""

    subject: MinuteSubject


class TextTable(Payload, frozen=True, kw_only=True):
    """Puts a text before the other Party; an amendment names the digest in force as its base."""

    text: Source
    digest: Digest | None = None
    base: Digest | None = None


class TextCounter(Payload, frozen=True, kw_only=True):
    """Answers a tabled text with another; it has the same base."""

    text: Source
    digest: Digest | None = None
    answers: Digest


class TextInitial(Payload, frozen=True, kw_only=True):
    """Fixes one digest as the text agreed upon."""

    digest: Digest
    place: Line | None = None


class TextWithdraw(Payload, frozen=True, kw_only=True):
    """Takes a text off the table."""

    digest: Digest
    reason: Words | None = None


class TextSign(Payload, frozen=True, kw_only=True):
    """Signs the initialled digest, in its authentic languages where these are named."""

    digest: Digest
    ad_referendum: bool = False
    languages: Annotated[tuple[Language, ...], Meta(max_length=20)] = ()
    place: Line | None = None


class SignatureConfirm(Payload, frozen=True, kw_only=True):
    """Makes the own signature of a digest a full one."""

    digest: Digest


class PowersShow(Payload, frozen=True, kw_only=True):
    """Shows who may act for the Party in making a text, by whose authority, since when."""

    officer: Code
    may: Annotated[tuple[Power, ...], Meta(min_length=1, max_length=4)]
    issued_by: Issuer
    date: date


class CompletionNotify(Payload, frozen=True, kw_only=True):
    """Tells by diplomatic note that the own law is satisfied for the digest signed."""

    digest: Digest
    note: Line
    date: date


class NoticeGive(Payload, frozen=True, kw_only=True):
    """Gives notice of the end by diplomatic note."""

    note: Line


class NoticeWithdraw(Payload, frozen=True, kw_only=True):
    """Takes the own notice back."""

    notice: ActId
    note: Line | None = None


class NoticeHold(Payload, frozen=True, kw_only=True):
    """Holds the effect of a notice."""

    notice: ActId
    note: Line | None = None


class NoticeResume(Payload, frozen=True, kw_only=True):
    """Takes a held notice up again."""

    notice: ActId
    note: Line | None = None


class VersionSubject(_Member, frozen=True, kw_only=True):
    """The version of the text that a joint act is about."""

    digest: Digest


class ForceSuspend(Payload, frozen=True, kw_only=True):
    """Suspends what the text lets be suspended; the subject stands where only both may."""

    subject: VersionSubject | None = None
    note: Line | None = None


class ForceResume(Payload, frozen=True, kw_only=True):
    """Ends a suspension; the subject stands where both made it, else the suspension may be named."""

    subject: VersionSubject | None = None
    suspension: ActId | None = None
    note: Line | None = None


class TerminationAgree(Payload, frozen=True, kw_only=True):
    """Ends the agreement by the will of both, or gives up a text signed and not yet in force."""

    subject: VersionSubject


class ClauseQuestion(Payload, frozen=True, kw_only=True):
    """Says that words and clause of a paragraph differ, and how the Party reads it."""

    paragraph: Paragraph
    words: Words
    reading: Words


class ClauseCorrect(Payload, frozen=True, kw_only=True):
    """Corrects a questioned clause by a text that differs there only, or lets it stand by naming the text in force."""

    paragraph: Paragraph
    digest: Digest


class OfficerAppoint(Payload, frozen=True, kw_only=True):
    """Names an officer with office, limit and keys."""

    officer: Code
    office: Office
    limit_usd: Annotated[int, Meta(ge=0, le=999_999_999_999)] | None = None
    keys: Annotated[tuple[KeyMember, ...], Meta(min_length=1, max_length=4)]


class OfficerDismiss(Payload, frozen=True, kw_only=True):
    """Ends an appointment."""

    officer: Code


class KeyRotate(Payload, frozen=True, kw_only=True):
    """Replaces a key of an officer by the next one."""

    officer: Code
    old: KeyId
    new: KeyMember


class KeyRevoke(Payload, frozen=True, kw_only=True):
    """Ends a key at once; names the last entry of it that is still trusted, if any is."""

    officer: Code
    key: KeyId
    last_trusted: LogPlace | None = None


class RegistrationLodge(Payload, frozen=True, kw_only=True):
    """Tells that the agreement was lodged for registration with the United Nations."""

    date: date
    number: Line | None = None


class ConsultationOpen(Payload, frozen=True, kw_only=True):
    """Opens a consultation; may name the act it is about and show a paper of the journal."""

    residue_members: ClassVar[frozenset[str] | None] = frozenset({"about"})

    about: ActId | None = None
    matter: Words
    paper: Paper | None = None


class CloseSubject(_Member, frozen=True, kw_only=True):
    """The act a consultation was about, and what becomes of it."""

    act: ActId
    outcome: Literal["stands", "void"]


class ConsultationClose(Payload, frozen=True, kw_only=True):
    """Closes a consultation with what was found."""

    residue_members: ClassVar[frozenset[str] | None] = frozenset({"subject"})

    subject: CloseSubject
    found: Words | None = None


class StepTake(Payload, frozen=True, kw_only=True):
    """Notes a step of the own domestic checklist; a skipped one says why."""

    checklist: Line
    step: Line
    skipped: bool = False
    why: Words | None = None
    by: Code

    def __post_init__(self) -> None:
        if self.skipped and self.why is None:
            raise ValueError("a step that is skipped says why")


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


def _in_order(opens: date | None, closes: date | None) -> None:
    """Talks close on the day they open or later."""
    if closes is not None and (opens is None or closes < opens):
        raise ValueError("talks close no earlier than they open")
