"""What is owed: duties with a clock, folded from acts and the facts kept with them.

Rules of this module:
- the author's duty runs from its issuing entry, the other's from its permitting entry; before that it has not begun;
- a duty is met by the first permitted act of that kind by its debtor that names the starting act in its causes;
- after an occasion it is met by the first one after it, after a year's turn by the first one that states that year;
- a duty that a journal kind starts is known at home only, and met by the act that the journal says answers it;
- the year that turns is the one that ran out; it turns for an agreement that was in force in it, after the end only
  where what is owed survives;
- late is what is unmet after its due moment; the due moment itself is still in time.

Spec: judging 11 (duties).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from rpds import HashTrieMap

from servanda.act.act import Applied
from servanda.act.kind import With, kinds
from servanda.act.ruling import paragraph_order
from servanda.agreement.clause import Debtor, Owes
from servanda.agreement.condition import all_hold
from servanda.agreement.instrument import Instrument
from servanda.agreement.state import Status
from servanda.agreement.timeline import ReceivedAt, Version
from servanda.base.calendar import after, year_turns

EITHER = "either"
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
class Started:
    """A duty that an act started.

    Args:
        from_receipt: whether its clock runs from the other Party's permitting entry.
        place: order of its debtor among several.
    """

    clause: Owes
    instrument: Instrument
    debtor: str
    started_by: str
    at: datetime
    from_receipt: bool
    place: int

    @property
    def key(self) -> tuple[str, str, int, str]:
        return (self.started_by, self.clause.paragraph, self.clause.ordinal, self.debtor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """The act that meets a duty, and when."""

    act_id: str
    author: str
    at: datetime
    year: int | None = None


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


Key = tuple[str, str, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyBook:
    """Duties started by acts under one agreement, and the acts that may meet those of an occasion.

    Args:
        running: duties nobody has met.
        done: duties met, with the act that met each.
        awaited: act id -> the duties it started.
        said: kind -> acts that may meet a duty after an occasion, in the order of the fold.
    """

    agreement: str
    running: HashTrieMap[Key, Started] = field(default_factory=HashTrieMap)
    done: HashTrieMap[Key, tuple[Started, Met]] = field(default_factory=HashTrieMap)
    awaited: HashTrieMap[str, tuple[Key, ...]] = field(default_factory=HashTrieMap)
    said: HashTrieMap[str, tuple[Met, ...]] = field(default_factory=HashTrieMap)


def empty(agreement: str) -> DutyBook:
    """The duties under an agreement before any act."""
    return DutyBook(agreement=agreement)


def fold(book: DutyBook, applied: Applied, instrument: Instrument) -> DutyBook:
    """The book and one more act with effect.

    Args:
        instrument: the version the act is judged by.
    """
    return _start(_meet(book, applied, instrument), applied, instrument)


def duties(
    book: DutyBook, at: datetime, received_at: ReceivedAt, status: Status, findings: Sequence[Finding] = ()
) -> tuple[Duty, ...]:
    """Every duty that has begun, open, met or late at a moment, the first due first.

    Args:
        status: where the agreement stands at that moment: occasions follow from it.
        findings: items of the own journal that may start a duty.
    """
    met = (_duty(book, started, met, at, received_at) for started, met in book.done.values())
    return _in_order([*_unmet(book, at, received_at), *met, *_others(book, at, status, findings)])


def unmet(
    book: DutyBook, at: datetime, received_at: ReceivedAt, status: Status, findings: Sequence[Finding] = ()
) -> tuple[Duty, ...]:
    """The duties that are open or late at a moment, the first due first; does not grow with what was met."""
    others = (pair for pair in _others(book, at, status, findings) if pair[1].met_at is None)
    return _in_order([*_unmet(book, at, received_at), *others])


_Placed = tuple[int, Duty]


def _unmet(book: DutyBook, at: datetime, received_at: ReceivedAt) -> Iterator[_Placed | None]:
    return (_duty(book, started, None, at, received_at) for started in book.running.values())


def _in_order(found: Iterable[_Placed | None]) -> tuple[Duty, ...]:
    def order(placed: _Placed) -> tuple[object, ...]:
        place, duty = placed
        return (duty.due_at, paragraph_order(duty.paragraph), duty.started_at, duty.started_by, duty.does, place)

    return tuple(duty for _, duty in sorted((pair for pair in found if pair is not None), key=order))


def _start(book: DutyBook, applied: Applied, instrument: Instrument) -> DutyBook:
    """The duties that an act starts."""
    running, keys = book.running, list[Key]()
    for clause in owed_after(instrument).get(applied.kind, ()):
        if not _asked(clause, applied.facts):
            continue
        for place, debtor in enumerate(_debtors(clause.who, applied, instrument)):
            started = Started(
                clause=clause,
                instrument=instrument,
                debtor=debtor,
                started_by=applied.act_id,
                at=applied.recorded_at,
                from_receipt=debtor == applied.other,
                place=place,
            )
            running = running.insert(started.key, started)
            keys.append(started.key)
    if not keys:
        return book
    return replace(book, running=running, awaited=book.awaited.insert(applied.act_id, tuple(keys)))


def _meet(book: DutyBook, applied: Applied, instrument: Instrument) -> DutyBook:
    """The duties that an act meets, and the act kept where it may meet one after an occasion."""
    met = Met(act_id=applied.act_id, author=applied.author, at=applied.recorded_at, year=_year(applied.payload))
    running, done, said = book.running, book.done, book.said
    for cause in applied.causes:
        for key in book.awaited.get(cause, ()):
            started = running.get(key)
            if started is None or started.clause.does != applied.kind:
                continue
            if started.debtor in (applied.author, EITHER):
                running, done = running.remove(key), done.insert(key, (started, met))
    if applied.kind in owed_after_occasions(instrument):
        said = said.insert(applied.kind, (*said.get(applied.kind, ()), met))
    if running is book.running and said is book.said:
        return book
    return replace(book, running=running, done=done, said=said)


@lru_cache(maxsize=64)
def owed_after(instrument: Instrument) -> Mapping[str, tuple[Owes, ...]]:
    """The duties of a text by the kind that starts them."""
    found: dict[str, list[Owes]] = {}
    for clause in instrument.clauses:
        if isinstance(clause, Owes):
            found.setdefault(clause.after, []).append(clause)
    return MappingProxyType({kind: tuple(clauses) for kind, clauses in found.items()})


@lru_cache(maxsize=64)
def owed_after_occasions(instrument: Instrument) -> frozenset[str]:
    """The kinds that a text owes after an occasion."""
    return frozenset(
        clause.does
        for after_kind, clauses in owed_after(instrument).items()
        for clause in clauses
        if kinds()[after_kind].recorded is With.OCCASION
    )


def _asked(clause: Owes, lines: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the facts of any line meet the tests; a fact that was not stated meets none."""
    if not clause.when:
        return True
    for line in lines:
        try:
            if all_hold(clause.when, line):
                return True
        except KeyError:
            continue
    return False


def _debtors(who: Debtor, applied: Applied, instrument: Instrument) -> tuple[str, ...]:
    """Who owes after an act; both in the order of the text."""
    match who:
        case Debtor.AUTHOR:
            return (applied.author,)
        case Debtor.OTHER:
            return (applied.other,)
        case Debtor.EITHER:
            return (EITHER,)
        case Debtor.BOTH:
            return tuple(instrument.parties)


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
            if clause.who is Debtor.AUTHOR and _asked(clause, (finding.facts,)):
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


def _year(payload: Mapping[str, Any]) -> int | None:
    """The year an act states."""
    subject = payload.get("subject")
    year = subject.get("year") if isinstance(subject, Mapping) else None
    return year if isinstance(year, int) else None
