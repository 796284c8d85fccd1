"""What is said in making a text: talks, tables, initials, signatures, powers, notes of completion.

Rules of this module:
- a text is carried whole, and stays when a payload is destroyed: it is what later acts are judged by;
- talks close on the day they open or later; a round is accepted as proposed, or answered with another;
- a minute names each paragraph once, settled or open, in the order of the text, so that both halves are alike.

Spec: judging 8.1 (texts), 8.2 (consent).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from servanda.act.content import Payload
from servanda.agreement.members import Code, Digest, Line, Paragraph, Words
from servanda.base.forms import ActId, Part, fault

Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}\Z")]
Source = Annotated[str, Meta(min_length=1, max_length=1_000_000)]
WordsIn = Annotated[dict[Language, Source], Meta(max_length=20)]
Agenda = Annotated[tuple[Line, ...], Meta(min_length=1, max_length=50)]
Attending = Annotated[tuple[Code, ...], Meta(min_length=1, max_length=50)]
Present = Annotated[tuple[Code, ...], Meta(max_length=100)]
Places = Annotated[tuple[Paragraph, ...], Meta(max_length=1_000)]
Power = Literal["negotiate", "initial", "sign", "confirm"]
Issuer = Literal["head_of_state", "head_of_government", "foreign_minister"]


class MeetingPropose(Payload, frozen=True, kw_only=True):
    """Proposes a round of talks.

    Args:
        closes: last day; none where that is the day it opens.
        agenda: what it is about, point by point, in words.
        paragraphs: numbers of the paragraphs that it takes up; none where the agenda says enough.
        attends: codes of the own officers who come.
    """

    opens: date
    closes: date | None = None
    place: Line
    agenda: Agenda
    paragraphs: Places = ()
    attends: Attending

    def __post_init__(self) -> None:
        super().__post_init__()
        _in_order(self.opens, self.closes)


class MeetingAnswer(Payload, frozen=True, kw_only=True):
    """Accepts a round, or answers with another date, place or agenda.

    Args:
        proposal: act id of the proposal, or of the answer of the other Party, that it answers.
        accepts: as it was proposed; else another date, place, agenda or list of paragraphs is named.
        paragraphs: numbers of those that it takes up instead.
        attends: codes of the own officers who come.
    """

    proposal: ActId
    accepts: bool
    opens: date | None = None
    closes: date | None = None
    place: Line | None = None
    agenda: Agenda | None = None
    paragraphs: Places | None = None
    attends: Attending | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _in_order(self.opens, self.closes)
        others = (self.opens, self.closes, self.place, self.agenda, self.paragraphs)
        if not self.accepts and not any(others):
            raise fault("accepts", "expected another date, place or agenda, for a round that is not accepted")
        if self.accepts and any(others):
            raise fault("accepts", "expected a round to be accepted as it was proposed")


class MinuteSubject(Part, frozen=True, kw_only=True):
    """What both set down: the round, and what it settled and left open, paragraph by paragraph.

    Args:
        proposal: act id of the proposal of the round.
        held: day on which it ended.
        text: digest of the tabled text in whose words and clauses the paragraphs are settled; none where several are.
        settled, open: numbers of paragraphs, in the order of the text; those not spoken of stand in neither.
        present: codes of the officers of both who took part.
    """

    proposal: ActId
    held: date
    text: Digest | None = None
    settled: Places
    open: Places
    present: Present = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, places in (("settled", self.settled), ("open", self.open)):
            if list(places) != sorted(set(places), key=place_of):
                raise fault(name, "expected each paragraph once, in the order of the text")
        both = sorted(set(self.settled) & set(self.open), key=place_of)
        if both:
            raise fault("open", f"expected no paragraph that is settled, got `{both[0]}`")


class MeetingMinute(Payload, frozen=True, kw_only=True):
    """Sets down what a round settled and left open.

    Args:
        subject: what both set down, the same for both Parties.
    """

    subject: MinuteSubject


class TextTable(Payload, frozen=True, kw_only=True):
    """Puts a text before the other Party; an amendment names the digest in force as its base.

    Args:
        text: the whole text with its clauses.
        words: its words in each other authentic language: language -> language file.
        digest: what it is signed as, where the sender says so.
        base: digest of the text in force that it amends; none for a first text.
    """

    text: Source
    words: WordsIn = msgspec.field(default_factory=dict)
    digest: Digest | None = None
    base: Digest | None = None


class TextCounter(Payload, frozen=True, kw_only=True):
    """Answers a tabled text with another; it has the same base.

    Args:
        text: the whole text with its clauses.
        words: its words in each other authentic language: language -> language file.
        digest: what it is signed as, where the sender says so.
        answers: digest of the tabled text that it answers.
    """

    text: Source
    words: WordsIn = msgspec.field(default_factory=dict)
    digest: Digest | None = None
    answers: Digest


class TextInitial(Payload, frozen=True, kw_only=True):
    """Fixes one digest as the text agreed upon.

    Args:
        digest: of the text on the table.
    """

    digest: Digest
    place: Line | None = None


class TextWithdraw(Payload, frozen=True, kw_only=True):
    """Takes a text off the table.

    Args:
        digest: of the text on the table.
    """

    digest: Digest
    reason: Words | None = None


class TextSign(Payload, frozen=True, kw_only=True):
    """Signs the initialled digest, in its authentic languages where these are named.

    Args:
        digest: of the text that both have initialled.
        ad_referendum: subject to confirmation by the own Party.
        languages: all authentic ones, where they are named.
    """

    digest: Digest
    ad_referendum: bool = False
    languages: Annotated[tuple[Language, ...], Meta(max_length=20)] = ()
    place: Line | None = None


class SignatureConfirm(Payload, frozen=True, kw_only=True):
    """Makes the own signature of a digest a full one.

    Args:
        digest: of the text that was signed.
    """

    digest: Digest


class PowersShow(Payload, frozen=True, kw_only=True):
    """Shows who may act for the Party in making a text, by whose authority, since when.

    Args:
        officer: its code.
        date: day of the paper that gives the powers.
    """

    officer: Code
    may: Annotated[tuple[Power, ...], Meta(min_length=1, max_length=4)]
    issued_by: Issuer
    date: date


class CompletionNotify(Payload, frozen=True, kw_only=True):
    """Tells by diplomatic note that the own law is satisfied for the digest signed.

    Args:
        digest: of the text that both have signed.
        note: number of the diplomatic note.
        date: day of the note.
    """

    digest: Digest
    note: Line
    date: date


def place_of(paragraph: str) -> tuple[int, ...]:
    """Where a number stands in the order of a text."""
    return tuple(int(part) for part in paragraph.split("."))


def _in_order(opens: date | None, closes: date | None) -> None:
    """Talks close on the day they open or later."""
    if closes is not None and (opens is None or closes < opens):
        raise fault("closes", f"expected {opens or 'a day on which they open'} or later, got {closes}")
