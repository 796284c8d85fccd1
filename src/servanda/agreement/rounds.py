"""Rounds of talks: proposed, answered, accepted, held and set down.

Rules of this module:
- a round is a proposal with the answers to it, and to those answers;
- its terms are those of the proposal with what each answer on the way to the last one changes;
- a minute counts once both have set down the same; one half of it is shown as one;
- rounds are numbered in the order of the fold, the same on both sides.

Spec: judging 8.11 (talks), 10 (joint acts).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from servanda.act.act import Applied
from servanda.agreement.state import MINUTE, PROPOSE, Life

_TERMS = ("opens", "closes", "place", "agenda", "paragraphs")


class Stage(StrEnum):
    """How far a round has come."""

    OPEN = "open"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    HALF_MINUTED = "half_minuted"
    MINUTED = "minuted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """What was set down of a round.

    Args:
        by: who has set it down; both, once it counts.
        act_id: the later half of those there are.
        text: digest of the text in whose words and clauses paragraphs are settled.
        present: officers of both who took part.
    """

    act_id: str
    by: tuple[str, ...]
    held: date
    text: str | None
    settled: tuple[str, ...]
    open: tuple[str, ...]
    present: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return len(self.by) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of talks.

    Args:
        number: in the order of the proposals, the first is 1.
        proposal: act id of the proposal.
        answers: act ids of the answers, in the order of the fold.
        waits_for: the Party whose answer is awaited; None once a round is accepted or set down.
        closes: its last day.
        attends: Party -> its officers who come.
    """

    number: int
    proposal: str
    proposed_by: str
    answers: tuple[str, ...]
    stage: Stage
    waits_for: str | None
    opens: date
    closes: date
    place: str
    agenda: tuple[str, ...]
    paragraphs: tuple[str, ...]
    attends: Mapping[str, tuple[str, ...]]
    minutes: tuple[Minute, ...]


def rounds(life: Life) -> tuple[Round, ...]:
    """Every round of an agreement, in the order of their proposals."""
    talks = sorted(life.talks.values(), key=_place)
    proposals = [talk for talk in talks if talk.kind == PROPOSE]
    chains: dict[str, list[Applied]] = {talk.act_id: [talk] for talk in proposals}
    root = {talk.act_id: talk.act_id for talk in proposals}
    for talk in talks:
        opened = root.get(str(talk.payload.get("proposal")))
        if talk.kind != PROPOSE and opened is not None:
            root[talk.act_id] = opened
            chains[opened].append(talk)
    minutes = _minutes(life)
    return tuple(
        _round(number, chains[talk.act_id], tuple(minutes.get(talk.act_id, ())))
        for number, talk in enumerate(proposals, start=1)
    )


def _round(number: int, chain: list[Applied], minutes: tuple[Minute, ...]) -> Round:
    first, last = chain[0], chain[-1]
    by_id = {talk.act_id: talk for talk in chain}
    terms = _terms(last, by_id)
    attends = {talk.author: tuple(talk.payload["attends"]) for talk in chain if talk.payload.get("attends")}
    stage, is_settled = Stage.OPEN if last is first else Stage.ANSWERED, bool(minutes)
    if last.payload.get("accepts"):
        stage, is_settled = Stage.ACCEPTED, True
    if minutes:
        stage = Stage.MINUTED if any(minute.is_whole for minute in minutes) else Stage.HALF_MINUTED
    opens = date.fromisoformat(terms["opens"])
    return Round(
        number=number,
        proposal=first.act_id,
        proposed_by=first.author,
        answers=tuple(talk.act_id for talk in chain[1:]),
        stage=stage,
        waits_for=None if is_settled else last.other,
        opens=opens,
        closes=date.fromisoformat(terms["closes"]) if terms.get("closes") else opens,
        place=terms["place"],
        agenda=tuple(terms["agenda"]),
        paragraphs=tuple(terms.get("paragraphs") or ()),
        attends=attends,
        minutes=minutes,
    )


def _terms(last: Applied, by_id: Mapping[str, Applied]) -> dict[str, Any]:
    """The terms that an act of a round comes to: those of the proposal, with what each answer on the way changes."""
    way = [last]
    while (answered := by_id.get(str(way[-1].payload.get("proposal")))) is not None:
        way.append(answered)
    terms: dict[str, Any] = {}
    for talk in reversed(way):
        own = {name: talk.payload[name] for name in _TERMS if talk.payload.get(name) is not None}
        if "opens" in own:
            terms.pop("closes", None)  # another first day does away with the last one
        terms |= own
    return terms


def _minutes(life: Life) -> Mapping[str, list[Minute]]:
    """Proposal -> what was set down of it, halves that wait last."""
    found: dict[str, list[Minute]] = {}
    whole: list[Any] = []
    for step in life.minutes:
        subject = step.act.payload["subject"]
        if step.first is not None and subject not in whole:
            whole.append(subject)
            found.setdefault(subject["proposal"], []).append(_minute(step.act, (step.first.author, step.act.author)))
    waiting = (half for (kind, _, _), half in life.halves.items() if kind == MINUTE)
    for half in sorted(waiting, key=_place):
        subject = half.payload["subject"]
        if subject not in whole:  # said once more, it waits for nobody
            found.setdefault(subject["proposal"], []).append(_minute(half, (half.author,)))
    return found


def _minute(act: Applied, by: tuple[str, ...]) -> Minute:
    subject = act.payload["subject"]
    return Minute(
        act_id=act.act_id,
        by=by,
        held=date.fromisoformat(subject["held"]),
        text=subject.get("text"),
        settled=tuple(subject["settled"]),
        open=tuple(subject["open"]),
        present=tuple(subject.get("present") or ()),
    )


def _place(act: Applied) -> tuple[int, str, int]:
    return act.rank, act.log, act.index
