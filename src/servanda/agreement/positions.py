"""What each Party stands for in talks, paragraph by paragraph: which words and clauses, who moved last, what is agreed.

Rules of this module:
- a Party stands for the text it laid down or initialled last; before its first for the text in force;
- two agree on a paragraph when its words in every language and its clauses are the same, wherever they stand;
- a number that either has named stays in the list, dropped or not;
- nothing here knows which Party is home: both nodes read the same.

Spec: judging 8.11 (talks).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from servanda.agreement.acts_text import place_of
from servanda.agreement.course import Step
from servanda.agreement.instrument import Instrument
from servanda.agreement.state import Life
from servanda.agreement.timeline import Timeline, Version
from servanda.agreement.will import Move

_BEFORE_ALL = (-1, "", -1)


class Agreed(StrEnum):
    """How two Parties stand to each other on one paragraph."""

    AGREED = "agreed"
    DIFFERS = "differs"
    ADDED = "added"
    DROPPED = "dropped"
    UNANSWERED = "unanswered"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What a text says of one paragraph.

    Args:
        words: language -> words, in every language that the text has words in.
        clauses: form and body of each, in their order.
    """

    words: Mapping[str, str]
    clauses: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minuted:
    """What the last joint minute that names a paragraph says of it.

    Args:
        settled: else it is open.
        act_id: the later half of the minute.
        moved_since: whether a Party has put something else since.
    """

    settled: bool
    act_id: str
    moved_since: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """One paragraph, as the Parties stand on it.

    Args:
        said: Party -> what its text says; None where that text has no such paragraph, or the Party has no text.
        by: who added or dropped it, where one has it alone.
        differs: the languages whose words differ, and `clauses`; empty unless both have it and differ.
        moved: the last move on it.
    """

    number: str
    said: Mapping[str, Passage | None]
    state: Agreed
    by: str | None
    differs: tuple[str, ...]
    moved: Move | None
    minuted: Minuted | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """Where two Parties stand in the making of a text.

    Args:
        base: the version that is amended, None for a first text.
        texts: Party -> the text it stands for; none for a Party that has put nothing and stands for nothing.
        moves: the move by which each came to stand for it; none for the text in force.
        beside: what differs beside the paragraphs: members of the head, and annexes as `annex NAME`.
    """

    base: Version | None
    texts: Mapping[str, Instrument]
    moves: Mapping[str, Move]
    paragraphs: tuple[Stand, ...]
    beside: tuple[str, ...]


def positions(life: Life, timeline: Timeline, at: datetime, parties: tuple[str, str]) -> Positions:
    """Where two Parties stand at a moment."""
    base = timeline.version(at)
    ended = timeline.ended(at)
    reader = _Reader(life, timeline, base, parties, () if ended else life.will.moves)
    numbers = {number for text in reader.known() for number in text.paragraphs}
    texts = {party: text for party in parties if (text := reader.text(party)) is not None}
    return Positions(
        base=base,
        texts=texts,
        moves=reader.last,
        paragraphs=tuple(reader.stand(number) for number in sorted(numbers, key=place_of)),
        beside=_beside(*texts.values()) if len(texts) == 2 else (),
    )


def passage(text: Instrument, number: str) -> Passage | None:
    """What a text says of a paragraph; None where it has none of that number."""
    if number not in text.paragraphs:
        return None
    words = {text.languages.main: text.paragraphs[number].text}
    words |= {language: wording.paragraphs[number] for language, wording in text.wordings.items()}
    clauses = tuple((clause.form.value, clause.body) for clause in text.clauses if clause.paragraph == number)
    return Passage(words=words, clauses=clauses)


class _Reader:
    """The moves of one making of a text, as they are read for each paragraph."""

    def __init__(
        self, life: Life, timeline: Timeline, base: Version | None, parties: tuple[str, str], moves: Sequence[Move]
    ) -> None:
        digest, texts = None if base is None else base.digest, life.will.texts
        self._base = None if base is None else base.instrument
        self._parties = parties
        self._texts = {name: text.instrument for name, text in texts.items()}
        self._moves = [m for m in moves if texts[m.digest].base == digest and m.digest not in timeline.given_up]
        self._minutes = [step for step in life.minutes if base is None or step.at >= base.since]
        self.last = {move.party: move for move in self._moves}

    def known(self) -> Iterator[Instrument]:
        """Every text that either has stood for."""
        if self._base is not None:
            yield self._base
        yield from (self._texts[move.digest] for move in self._moves)

    def text(self, party: str) -> Instrument | None:
        move = self.last.get(party)
        return self._base if move is None else self._texts[move.digest]

    def stand(self, number: str) -> Stand:
        """One paragraph, as the Parties stand on it."""
        one, two = self._parties
        said = {party: None if (text := self.text(party)) is None else passage(text, number) for party in self._parties}
        first, second = said[one], said[two]
        moved = list(self._moved(number))
        state, by = Agreed.AGREED, None
        differs: tuple[str, ...] = ()
        if first is None and second is None:
            state = Agreed.GONE
        elif first is None or second is None:
            state, by = self._alone(number, holder=two if first is None else one, other=one if first is None else two)
        elif first != second:
            state, differs = Agreed.DIFFERS, _differs(first, second)
        return Stand(
            number=number,
            said=said,
            state=state,
            by=by,
            differs=differs,
            moved=moved[-1] if moved else None,
            minuted=self._minuted(number, moved),
        )

    def _moved(self, number: str) -> Iterator[Move]:
        """The moves on one paragraph: those that say another thing of it than what their Party stood for."""
        start = None if self._base is None else passage(self._base, number)
        stood: dict[str, Passage | None] = {} if self._base is None else dict.fromkeys(self._parties, start)
        for move in self._moves:
            now = passage(self._texts[move.digest], number)
            others = [held for party, held in stood.items() if party != move.party]
            before = stood[move.party] if move.party in stood else (others[0] if others else None)
            stood[move.party] = now
            if now != before:
                yield move

    def _alone(self, number: str, *, holder: str, other: str) -> tuple[Agreed, str | None]:
        """A paragraph that one Party has and the other has not: added by the one, or dropped by the other."""
        if self.text(other) is None:
            return Agreed.UNANSWERED, None
        since = _BEFORE_ALL if self._base is not None and number in self._base.paragraphs else None
        for move in self._moves:
            if move.party == holder:
                has = number in self._texts[move.digest].paragraphs
                since = (move.place if since is None else since) if has else None
        last = self.last.get(other)
        if last is not None and since is not None and last.place > since:
            return Agreed.DROPPED, other
        return Agreed.ADDED, holder

    def _minuted(self, number: str, moved: Sequence[Move]) -> Minuted | None:
        """What the last minute that names a paragraph says of it."""
        for step in reversed(self._minutes):
            subject = step.act.payload["subject"]
            if number not in (*subject["settled"], *subject["open"]):
                continue
            named = self._texts.get(str(subject.get("text")))
            words = None if named is None else passage(named, number)
            since = [move for move in moved if move.place > _place(step)]
            if named is not None:
                since = [move for move in since if passage(self._texts[move.digest], number) != words]
            return Minuted(settled=number in subject["settled"], act_id=step.act.act_id, moved_since=bool(since))
        return None


def _place(step: Step) -> tuple[int, str, int]:
    return step.act.rank, step.act.log, step.act.index


def _differs(one: Passage, two: Passage) -> tuple[str, ...]:
    """The languages in which words differ, and `clauses` where those do."""
    languages = dict.fromkeys((*one.words, *two.words))
    words = [language for language in languages if one.words.get(language) != two.words.get(language)]
    return (*sorted(words), *(("clauses",) if one.clauses != two.clauses else ()))


def _beside(one: Instrument, two: Instrument) -> tuple[str, ...]:
    """What differs between two texts beside their paragraphs."""
    heads: tuple[tuple[str, object, object], ...] = (
        ("title", one.title, two.title),
        ("version", one.version, two.version),
        ("parties", dict(one.parties), dict(two.parties)),
        ("governs", set(one.governs), set(two.governs)),
        ("languages", one.languages, two.languages),
        ("time_zone", one.time_zone, two.time_zone),
    )
    names = sorted({*one.annexes, *two.annexes})
    annexes = [f"annex {name}" for name in names if one.annexes.get(name) != two.annexes.get(name)]
    return (*(name for name, mine, theirs in heads if mine != theirs), *annexes)
