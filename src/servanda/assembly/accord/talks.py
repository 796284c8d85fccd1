"""Talks as they stand: rounds with their dates, and where each side stands on every paragraph.

Rules of this module:
- a page names the sides home and peer, so that two nodes which hold the same acts show the same page, sides swapped;
- whether two sides agree is said of words in every language and of clauses; what that means `diff` says.

Spec: judging 8.11 (talks).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from servanda.agreement import life
from servanda.agreement.life import Life, ReceivedAt
from servanda.agreement.positions import Agreed, Positions, Stand, positions
from servanda.agreement.rounds import Minute, Round, rounds
from servanda.agreement.will import Move
from servanda.assembly.opening import OpenNode
from servanda.base.errors import UsageError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides(Generic[T]):
    """The same of both sides."""

    home: T
    peer: T


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """The text a side stands for.

    Args:
        by: `tabled`, `initialled`, or `in_force` for the text in force, of which it has said nothing.
        act: by which it came to stand for it; none for the text in force.
    """

    party: str
    digest: str
    version: int
    by: str
    act: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutedRow:
    """What the last joint minute says of a paragraph.

    Args:
        says: `settled` or `open`.
        moved_since: whether a Party has put something else since.
    """

    says: str
    act: str
    moved_since: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphRow:
    """One paragraph that either side has tabled.

    Args:
        state: `agreed`, `differs`, `added` or `dropped` by one side, `unanswered`, or `gone` where neither has it now.
        by: who added or dropped it.
        differs: the languages whose words differ, and `clauses` where these do.
        moved_last: the Party that moved on it last; moved: by which act.
        words: what each side's text says of it in its main language, None where it has no such paragraph.
    """

    number: str
    state: str
    by: str | None
    differs: tuple[str, ...]
    moved_last: str | None
    moved: str | None
    minuted: MinutedRow | None
    words: Sides[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRow:
    """One round of talks.

    Args:
        stage: `open`, `answered`, `accepted`, `half_minuted` or `minuted`.
        waits_for: the Party whose answer is awaited.
    """

    number: int
    stage: str
    proposal: str
    proposed_by: str
    answers: tuple[str, ...]
    waits_for: str | None
    opens: date
    closes: date
    place: str
    agenda: tuple[str, ...]
    paragraphs: tuple[str, ...]
    attends: Sides[tuple[str, ...]]
    minutes: tuple[Minute, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TalksPage:
    """Talks at one look.

    Args:
        base: version of the text in force that is amended, None for a first text.
        beside: what differs beside the paragraphs: members of the head, and annexes.
        agreed: paragraphs on which both texts are the same, of those that a text of either side has.
        settled, open: paragraphs that the last joint minute which names them calls so.
    """

    id: str
    base: int | None
    texts: Sides[TextRow | None]
    agreed: int
    of: int
    settled: int
    open: int
    beside: tuple[str, ...]
    rounds: tuple[RoundRow, ...]
    paragraphs: tuple[ParagraphRow, ...]


def talks(home: OpenNode, agreement: str) -> TalksPage:
    """Talks on an agreement, as this node sees them now.

    Raises:
        UsageError: `talks_missing`.
    """
    with home.lock:
        scene = home.node.scene()
        found = scene.life(agreement)
        if not found.will.order and not found.talks:
            raise UsageError(
                "talks_missing",
                f"nothing was tabled or proposed under `{agreement}`",
                action=f"name one of {', '.join(home.agreements()) or 'none yet'}",
            )
        sides = Sides(home=home.settings.node.party, peer=home.settings.peer.party)
        return talks_page(found, scene.place.at, scene.received_at, sides)


def talks_page(found: Life, at: datetime, received_at: ReceivedAt, sides: Sides[str]) -> TalksPage:
    """Talks on an agreement at a moment, as the life of it has them.

    Args:
        received_at: act id -> the moment of the other Party's permitting entry within the cut, or None.
        sides: which Party is home.
    """
    stands = positions(found, life.timeline(found, received_at), at, (sides.home, sides.peer))
    rows = tuple(_paragraph(stand, stands, sides) for stand in stands.paragraphs)
    present = [row for row in rows if row.state != Agreed.GONE]
    said = [row.minuted.says for row in present if row.minuted is not None]
    return TalksPage(
        id=found.agreement,
        base=None if stands.base is None else stands.base.instrument.version,
        texts=Sides(home=_text(stands, sides.home), peer=_text(stands, sides.peer)),
        agreed=sum(row.state == Agreed.AGREED for row in present),
        of=len(present),
        settled=said.count("settled"),
        open=said.count("open"),
        beside=stands.beside,
        rounds=tuple(_round(each, sides) for each in rounds(found)),
        paragraphs=rows,
    )


def _text(stands: Positions, party: str) -> TextRow | None:
    text, move = stands.texts.get(party), stands.moves.get(party)
    if text is None:
        return None
    return TextRow(
        party=party,
        digest=text.digest,
        version=text.version,
        by=_by(move),
        act=None if move is None else move.act_id,
    )


def _by(move: Move | None) -> str:
    if move is None:
        return "in_force"
    return "initialled" if move.initials else "tabled"


def _paragraph(stand: Stand, stands: Positions, sides: Sides[str]) -> ParagraphRow:
    def words(party: str) -> str | None:
        said = stand.said[party]
        return None if said is None else said.words[stands.texts[party].languages.main]

    minuted = stand.minuted
    return ParagraphRow(
        number=stand.number,
        state=stand.state.value,
        by=stand.by,
        differs=stand.differs,
        moved_last=None if stand.moved is None else stand.moved.party,
        moved=None if stand.moved is None else stand.moved.act_id,
        minuted=None
        if minuted is None
        else MinutedRow(
            says="settled" if minuted.settled else "open", act=minuted.act_id, moved_since=minuted.moved_since
        ),
        words=Sides(home=words(sides.home), peer=words(sides.peer)),
    )


def _round(each: Round, sides: Sides[str]) -> RoundRow:
    attends: Mapping[str, tuple[str, ...]] = each.attends
    return RoundRow(
        number=each.number,
        stage=each.stage.value,
        proposal=each.proposal,
        proposed_by=each.proposed_by,
        answers=each.answers,
        waits_for=each.waits_for,
        opens=each.opens,
        closes=each.closes,
        place=each.place,
        agenda=each.agenda,
        paragraphs=each.paragraphs,
        attends=Sides(home=attends.get(sides.home, ()), peer=attends.get(sides.peer, ())),
        minutes=each.minutes,
    )
