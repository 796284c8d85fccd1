"""Why an act is, or would be, ruled on as it is: one case on given facts, or an act of the record.

Rules of this module:
- an act of the record is explained by the facts kept with its ruling and the text it was judged by;
- what the life cycle ruled on has no facts, and is explained by the words of what it cites;
- every paragraph that is told of stands once with its words, as both nations signed them.

Spec: agreement 9.4 (explaining).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from servanda.act.ruling import Permit, Refusal, Ruling, in_order
from servanda.agreement.instrument import Instrument
from servanda.assembly.texts import Agreement
from servanda.assembly.words import said_by
from servanda.policy import judging
from servanda.policy.facts import FactValue
from servanda.policy.judge import judge
from servanda.policy.why import Amiss, Asked, Explained, Fault, Told, explain

if TYPE_CHECKING:
    from servanda.assembly.opening import OpenNode

__all__ = ["Amiss", "Asked", "ExplainedPage", "Fault", "LinePage", "Told", "explained", "explained_act"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePage:
    """Why one line of an act is ruled on as it is.

    Args:
        permits: the clauses that permit it, also where others forbid it.
        forbids: the clauses that forbid it.
        would_permit: where none permits, those that open its kind, the fewest failed tests first.
        amiss: the facts that make it unjudgeable.
        because: why no clause permits its kind, whatever the facts; empty where some would.
    """

    ruling: str
    ground: str | None
    cites: tuple[str, ...]
    missing: tuple[str, ...]
    permits: tuple[Told, ...]
    forbids: tuple[Told, ...]
    would_permit: tuple[Told, ...]
    amiss: tuple[Amiss, ...]
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedPage:
    """Why an act is ruled on as it is.

    Args:
        act: its id in the record; None for a case on given facts.
        line: the refused line, first is 1, where it has several.
        code: the failure of an act of the record that was ruled invalid.
        words: paragraph -> its words, for every one that is cited or told of.
        lines: one for each set of facts; none where the life cycle ruled.
    """

    act: str | None
    kind: str
    author: str
    ruling: str
    ground: str | None
    cites: tuple[str, ...]
    line: int | None
    missing: tuple[str, ...]
    code: str | None
    words: Mapping[str, str]
    lines: tuple[LinePage, ...]


def explained(agreement: Agreement, asked: Mapping[str, Any]) -> ExplainedPage:
    """Why a case would be ruled on as it is.

    Args:
        asked: the members of one line: kind, author and facts.

    Raises:
        MalformedError: a member is missing or not of its form.
    """
    text = agreement.instrument
    case = judging.read_case(text, asked)
    ruling = judge(text, case.kind, case.lines, author=case.author)
    return _page(ruling, case.kind, case.author, case.lines, text)


def explained_act(home: OpenNode, act: str) -> ExplainedPage:
    """Why an act of the record was ruled on as it was.

    Raises:
        UsageError: `act_unknown` or `act_ambiguous`.
    """
    from servanda.assembly.shown import judged  # slow import

    found = judged(home, act)
    return _page(found.ruling, found.row.kind, found.row.author, found.facts, found.text, act=found.row.act)


def _page(
    ruling: Ruling,
    kind: str,
    author: str,
    lines: tuple[Mapping[str, FactValue], ...],
    text: Instrument | None,
    *,
    act: str | None = None,
) -> ExplainedPage:
    told = () if text is None else tuple(explain(text, kind, facts, author=author) for facts in lines)
    refused = ruling if isinstance(ruling, Refusal) else None
    return ExplainedPage(
        act=act,
        kind=kind,
        author=author,
        ruling="permit" if refused is None else "refusal",
        ground=None if refused is None else refused.ground.value,
        cites=tuple(str(cite) for cite in ruling.cites),
        line=None if refused is None else refused.line,
        missing=() if refused is None else refused.missing,
        code=None if refused is None else refused.code,
        words=_words((*ruling.cites, *(each for line in told for each in line.paragraphs)), text),
        lines=tuple(map(_line, told)),
    )


def _line(told: Explained) -> LinePage:
    ruling = told.ruling
    return LinePage(
        ruling="permit" if isinstance(ruling, Permit) else "refusal",
        ground=None if isinstance(ruling, Permit) else ruling.ground.value,
        cites=ruling.cites,
        missing=() if isinstance(ruling, Permit) else ruling.missing,
        permits=told.permits,
        forbids=told.forbids,
        would_permit=told.would_permit,
        amiss=told.amiss,
        because=told.because,
    )


def _words(paragraphs: Iterable[str], text: Instrument | None) -> dict[str, str]:
    found = {number: said_by(number, text) for number in in_order(map(str, paragraphs))}
    return {number: words for number, words in found.items() if words}
