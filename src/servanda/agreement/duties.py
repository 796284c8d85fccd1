"""What is owed at a moment: when each duty began, when it is due, whether it is met or late.

Rules of this module:
- the author's duty runs from its issuing entry, the other's from its permitting entry; before that it has not begun;
- after an occasion a duty is met by the first one after it, after a year's turn by the first one that states that year;
- a duty that a journal kind starts is known at home only, and met by the act that the journal says answers it;
- the year that turns is the one that ran out; it turns for an agreement that was in force in it, after the end only
  where what is owed survives;
- late is what is unmet after its due moment; the due moment itself is still in time.

Spec: judging 11.2 to 11.6 (duties).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from servanda.act.act import Applied
from servanda.act.ruling import paragraph_order
from servanda.agreement.book import EITHER, DutyBook, Met, Started, asked, empty, fold, owed_after
from servanda.agreement.clause import Debtor, Owes
from servanda.agreement.instrument import Instrument
from servanda.agreement.state import Status
from servanda.agreement.timeline import ReceivedAt, Version
from servanda.base.calendar import after, year_turns

__all__ = ["Duty", "DutyBook", "DutyState", "Finding", "duties", "empty", "fold", "unmet"]

FORCE_BEGIN = "agreement.force.begin"
FORCE_END = "agreement.force.end"
YEAR_TURN = "agreement.year.turn"
_DAY = timedelta(days=1)


class DutyState(StrEnum):
    """What became of a duty."""

    OPEN = "open"
    MET = "met"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something owed, at the moment it is asked for.

    Args:
        debtor: code of the Party that owes it, or `either`.
        started_by: id of the act or journal item that started it, or the kind of the occasion.
        met_by: id of the act that met it.
        otherwise: what becomes of it when it is late, as the clause says.
        after: kind of what started it.
        days_late: days begun since it was due, until it was met; 0 where it is in time.
    """

    agreement: str
    paragraph: str
    debtor: str
    does: str
    started_by: str
    started_at: datetime
    due_at: datetime
    met_at: datetime | None = None
    met_by: str | None = None
    otherwise: Mapping[str, str] = field(default_factory=dict)
    after: str = ""
    state: DutyState = DutyState.OPEN
    days_late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A journal item that starts a duty, with the acts that the journal says answer it.

    Args:
        party: the home Party.
        facts: what the clause asks of it.
        answers: in the order they were issued.
    """

    item: str
    kind: str
    party: str
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    answers: tuple[Applied, ...] = ()


def duties(
    book: DutyBook, at: datetime, received_at: ReceivedAt, status: Status, findings: Sequence[Finding] = ()
) -> tuple[Duty, ...]:
    """Every duty that has begun, open, met or late at a moment, the first due first.

    Args:
        status: where the agreement stands at that moment: occasions follow from it.
        findings: items of the own journal that may start a duty.
    """
    met = (_duty(book, started, met, at, received_at) for started, met in book.done.values())
    running = [started for owed in book.running.values() for started in owed.values()]
    return _in_order([*_unmet(book, running, at, received_at), *met, *_others(book, at, status, findings)])


def unmet(book: DutyBook, does: str, at: datetime, received_at: ReceivedAt, status: Status) -> tuple[Duty, ...]:
    """The duties to do one kind that are open or late at a moment, the first due first.

    It does not grow with what was met, nor with what else is owed.
    """
    others = (pair for pair in _others(book, at, status, ()) if pair[1].met_at is None and pair[1].does == does)
    running = book.running.get(does)
    owed = () if running is None else tuple(running.values())
    return _in_order([*_unmet(book, owed, at, received_at), *others])


_Placed = tuple[int, Duty]


def _unmet(
    book: DutyBook, running: Iterable[Started], at: datetime, received_at: ReceivedAt
) -> Iterator[_Placed | None]:
    return (_duty(book, started, None, at, received_at) for started in running)


def _in_order(found: Iterable[_Placed | None]) -> tuple[Duty, ...]:
    def order(placed: _Placed) -> tuple[object, ...]:
        place, duty = placed
        return (duty.due_at, paragraph_order(duty.paragraph), duty.started_at, duty.started_by, duty.does, place)

    return tuple(duty for _, duty in sorted((pair for pair in found if pair is not None), key=order))


def _duty(book: DutyBook, started: Started, met: Met | None, at: datetime, received_at: ReceivedAt) -> _Placed | None:
    """A duty that an act started, None where it has not begun."""
    begun = received_at(started.started_by) if started.from_receipt else started.at
    if begun is None:
        return None
    return started.place, _made(
        book, started.clause, started.instrument, started.debtor, started.started_by, begun, met, at
    )


def _made(
    book: DutyBook,
    clause: Owes,
    instrument: Instrument,
    debtor: str,
    started_by: str,
    begun: datetime,
    met: Met | None,
    at: datetime,
) -> Duty:
    due = after(begun, clause.within, instrument.zone)
    until = at if met is None else met.at
    late = max(0, -((due - until) // _DAY)) if until > due else 0
    state = DutyState.MET if met is not None else DutyState.LATE if late else DutyState.OPEN
    return Duty(
        agreement=book.agreement,
        paragraph=clause.paragraph,
        debtor=debtor,
        does=clause.does,
        started_by=started_by,
        started_at=begun,
        due_at=due,
        met_at=None if met is None else met.at,
        met_by=None if met is None else met.act_id,
        otherwise=clause.otherwise,
        after=clause.after,
        state=state,
        days_late=late,
    )


def _others(book: DutyBook, at: datetime, status: Status, findings: Sequence[Finding]) -> Iterator[_Placed]:
    """Duties after an occasion, and those that journal items start."""
    for moment, kind, version, year in _occasions(at, status):
        for clause in owed_after(version.instrument).get(kind, ()):
            if kind == YEAR_TURN and not _outlives(clause, moment, status, version):
                continue
            for place, debtor in enumerate(_parties(clause, version.instrument)):
                met = _first(book.said.get(clause.does, ()), debtor, moment, year)
                yield place, _made(book, clause, version.instrument, debtor, kind, moment, met, at)
    for finding in findings:
        found = status.timeline.version(finding.at)
        if found is None or finding.at > at:
            continue
        for clause in owed_after(found.instrument).get(finding.kind, ()):
            if clause.who is Debtor.AUTHOR and asked(clause, (finding.facts,)):
                answer = next((act for act in finding.answers if act.kind == clause.does), None)
                met = None if answer is None else Met(act_id=answer.act_id, author=answer.author, at=answer.recorded_at)
                yield 0, _made(book, clause, found.instrument, finding.party, finding.item, finding.at, met, at)


def _occasions(at: datetime, status: Status) -> Iterator[tuple[datetime, str, Version, int | None]]:
    """Every occasion up to a moment, with the version it is read by; for a year's turn the year that ran out."""
    versions, ended_at = status.versions, status.ended_at
    for version, later in zip(versions, (*versions, None)[1:], strict=True):
        if version.since > at:
            return
        if not version.corrects:
            yield version.since, FORCE_BEGIN, version, None
        zone = version.instrument.zone
        for turn in year_turns(version.since, at if later is None else min(at, later.since), zone):
            year = turn.astimezone(zone).year - 1
            if ended_at is None or datetime(year, 1, 1, tzinfo=zone) < ended_at:
                yield turn, YEAR_TURN, version, year
    last = status.timeline.version(at)
    if ended_at is not None and ended_at <= at and last is not None:
        yield ended_at, FORCE_END, last, None


def _outlives(clause: Owes, moment: datetime, status: Status, version: Version) -> bool:
    """Whether what is owed can still be done: in force always, after the end where its kind survives."""
    ended_at = status.ended_at
    return ended_at is None or moment < ended_at or clause.does in version.instrument.terms.kinds("survives")


def _parties(clause: Owes, instrument: Instrument) -> tuple[str, ...]:
    """Who owes after an occasion, which has no author."""
    return (EITHER,) if clause.who is Debtor.EITHER else tuple(instrument.parties)


def _first(said: tuple[Met, ...], debtor: str, moment: datetime, year: int | None) -> Met | None:
    """The first act after an occasion that meets a duty, for a year the first that states it."""
    for met in said:
        if debtor in (met.author, EITHER) and met.at >= moment and (year is None or met.year == year):
            return met
    return None
