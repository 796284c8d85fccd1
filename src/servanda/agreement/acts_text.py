"""What is said in making a text: talks, tables, initials, signatures, powers, notes of completion.

Rules of this module:
- a text is carried whole, and stays when a payload is destroyed: it is what later acts are judged by;
- talks close on the day they open or later; a round is accepted as proposed, or answered with another.

Spec: judging 8.1 (texts), 8.2 (consent).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from servanda.act.content import Payload
from servanda.agreement.members import Code, Digest, Line, Paragraph, Words
from servanda.base.forms import ActId, Part, fault

Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}\Z")]
Source = Annotated[str, Meta(min_length=1, max_length=1_000_000)]
Agenda = Annotated[tuple[Line, ...], Meta(min_length=1, max_length=50)]
Attending = Annotated[tuple[Code, ...], Meta(min_length=1, max_length=50)]
Places = Annotated[tuple[Paragraph, ...], Meta(max_length=1_000)]
Power = Literal["negotiate", "initial", "sign", "confirm"]
Issuer = Literal["head_of_state", "head_of_government", "foreign_minister"]


class MeetingPropose(Payload, frozen=True, kw_only=True):
    """Proposes a round of talks."""

    opens: date
    closes: date | None = None
    place: Line
    agenda: Agenda
    attends: Attending

    def __post_init__(self) -> None:
        super().__post_init__()
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
        super().__post_init__()
        _in_order(self.opens, self.closes)
        others = (self.opens, self.closes, self.place, self.agenda)
        if not self.accepts and not any(others):
            raise fault("accepts", "expected another date, place or agenda, for a round that is not accepted")
        if self.accepts and any(others):
            raise fault("accepts", "expected a round to be accepted as it was proposed")


class MinuteSubject(Part, frozen=True, kw_only=True):
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


def _in_order(opens: date | None, closes: date | None) -> None:
    """Talks close on the day they open or later."""
    if closes is not None and (opens is None or closes < opens):
        raise fault("closes", f"expected {opens or 'a day on which they open'} or later, got {closes}")
