"""What is said of force: notices, suspensions, the end, questions, corrections, registration, consultations, steps.

Rules of this module:
- what only both may do has a subject, which both halves have in common;
- what a consultation found, and a paper of the journal that it shows, do not outlive their payload.

Spec: judging 8.4 to 8.7, 10 (joint acts).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from servanda.act.content import Payload
from servanda.agreement.members import Code, Digest, Line, Paragraph, Words
from servanda.base.forms import ActId, Part, fault

Paper = Annotated[str, Meta(min_length=1, max_length=100_000)]


class NoticeGive(Payload, frozen=True, kw_only=True):
    """Gives notice of the end by diplomatic note.

    Args:
        note: number of the diplomatic note.
    """

    note: Line


class NoticeWithdraw(Payload, frozen=True, kw_only=True):
    """Takes the own notice back.

    Args:
        notice: act id of the own notice.
        note: number of the diplomatic note.
    """

    notice: ActId
    note: Line | None = None


class NoticeHold(Payload, frozen=True, kw_only=True):
    """Holds the effect of a notice.

    Args:
        notice: act id of the notice.
        note: number of the diplomatic note.
    """

    notice: ActId
    note: Line | None = None


class NoticeResume(Payload, frozen=True, kw_only=True):
    """Takes a held notice up again.

    Args:
        notice: act id of the own notice.
        note: number of the diplomatic note.
    """

    notice: ActId
    note: Line | None = None


class VersionSubject(Part, frozen=True, kw_only=True):
    """The version of the text that a joint act is about.

    Args:
        digest: of the version in force.
    """

    digest: Digest


class ForceSuspend(Payload, frozen=True, kw_only=True):
    """Suspends what the text lets be suspended; the subject stands where only both may.

    Args:
        subject: the version that both suspend; none for a suspension by one Party.
        note: number of the diplomatic note.
    """

    subject: VersionSubject | None = None
    note: Line | None = None


class ForceResume(Payload, frozen=True, kw_only=True):
    """Ends a suspension; the subject stands where both made it, else the suspension may be named.

    Args:
        subject: the version that both take up again; none for a suspension by one Party.
        suspension: act id of the own suspension.
        note: number of the diplomatic note.
    """

    subject: VersionSubject | None = None
    suspension: ActId | None = None
    note: Line | None = None


class TerminationAgree(Payload, frozen=True, kw_only=True):
    """Ends the agreement by the will of both, or gives up a text signed and not yet in force.

    Args:
        subject: the version that ends, or the text that is given up.
    """

    subject: VersionSubject


class ClauseQuestion(Payload, frozen=True, kw_only=True):
    """Says that words and clause of a paragraph differ, and how the Party reads it.

    Args:
        paragraph: its number.
        words: those in question, as they were signed.
        reading: how the Party reads them.
    """

    paragraph: Paragraph
    words: Words
    reading: Words


class ClauseCorrect(Payload, frozen=True, kw_only=True):
    """Corrects a questioned clause by a text that differs there only, or lets it stand by naming the text in force.

    Args:
        paragraph: its number.
        digest: of the text that corrects it, or of the text in force.
    """

    paragraph: Paragraph
    digest: Digest


class RegistrationLodge(Payload, frozen=True, kw_only=True):
    """Tells that the agreement was lodged for registration with the United Nations.

    Args:
        date: day it was lodged.
        number: under which it is registered, once that is known.
    """

    date: date
    number: Line | None = None


class ConsultationOpen(Payload, frozen=True, kw_only=True):
    """Opens a consultation; may name the act it is about and show a paper of the journal.

    Args:
        about: act id of what it is about, where that is an act.
        matter: what is to be settled, in words.
        paper: an item of the own journal that is shown to the other Party.
    """

    residue_members: ClassVar[frozenset[str] | None] = frozenset({"about"})

    about: ActId | None = None
    matter: Words
    paper: Paper | None = None


class CloseSubject(Part, frozen=True, kw_only=True):
    """The act a consultation was about, and what becomes of it.

    Args:
        act: its id.
        outcome: whether it stands or is void.
    """

    act: ActId
    outcome: Literal["stands", "void"]


class ConsultationClose(Payload, frozen=True, kw_only=True):
    """Closes a consultation with what was found.

    Args:
        subject: the act and what becomes of it, the same for both Parties.
        found: what was found, in words.
    """

    residue_members: ClassVar[frozenset[str] | None] = frozenset({"subject"})

    subject: CloseSubject
    found: Words | None = None


class StepTake(Payload, frozen=True, kw_only=True):
    """Notes a step of the own domestic checklist; one that is skipped, and a condition that is decided, says why.

    Args:
        checklist: its name.
        step: its name in that list, or that of the condition that is decided.
        skipped: it was not taken.
        decided: whether the condition applies.
        why: it was skipped or decided so; or taken while one before it is open.
        by: code of the officer who took, skipped or decided it.
        digest: of the text that it is about; the one tabled last, where none is named.
    """

    checklist: Line
    step: Line
    skipped: bool = False
    decided: Literal["applies", "does_not_apply"] | None = None
    why: Words | None = None
    by: Code
    digest: Digest | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.skipped and self.decided is not None:
            raise fault("decided", "expected a condition to be decided, or a step to be skipped")
        if self.skipped and self.why is None:
            raise fault("why", "expected why, for a step that is skipped")
        if self.decided is not None and self.why is None:
            raise fault("why", "expected why, for a condition that is decided")
