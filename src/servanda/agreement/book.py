"""The book of duties under one agreement: what acts have started, and what has been met.

Rules of this module:
- an act starts a duty for each clause that asks for it, by the version it is judged by and the facts kept with it;
- a duty is met by the first permitted act of that kind by its debtor that names the starting act in its causes;
- acts that may meet a duty after an occasion are kept in the order of the fold.

Spec: judging 11.1, 11.3 (duties).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from rpds import HashTrieMap

from servanda.act.act import Applied
from servanda.act.kind import With, kinds
from servanda.agreement.clause import Debtor, Owes
from servanda.agreement.condition import all_hold
from servanda.agreement.instrument import Instrument

EITHER = "either"

Key = tuple[str, str, int, str]
"""What started a duty, its paragraph and clause, and its debtor."""


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
    def key(self) -> Key:
        return (self.started_by, self.clause.paragraph, self.clause.ordinal, self.debtor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """The act that meets a duty, and when."""

    act_id: str
    author: str
    at: datetime
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyBook:
    """Duties started by acts under one agreement, and the acts that may meet those of an occasion.

    Args:
        running: kind that is owed -> the duties to do it that nobody has met.
        done: duties met, with the act that met each.
        awaited: act id -> the duties it started.
        awaits: kinds owed after an occasion by any version that an act has named so far.
        said: kind -> acts of those kinds, in the order of the fold.
    """

    agreement: str
    running: HashTrieMap[str, HashTrieMap[Key, Started]] = field(default_factory=HashTrieMap)
    done: HashTrieMap[Key, tuple[Started, Met]] = field(default_factory=HashTrieMap)
    awaited: HashTrieMap[str, tuple[Key, ...]] = field(default_factory=HashTrieMap)
    awaits: frozenset[str] = frozenset()
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


def _start(book: DutyBook, applied: Applied, instrument: Instrument) -> DutyBook:
    """The duties that an act starts."""
    running, keys = book.running, list[Key]()
    for clause in owed_after(instrument).get(applied.kind, ()):
        if not asked(clause, applied.facts):
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
            owed: HashTrieMap[Key, Started] = running.get(clause.does) or HashTrieMap()
            running = running.insert(clause.does, owed.insert(started.key, started))
            keys.append(started.key)
    if not keys:
        return book
    return replace(book, running=running, awaited=book.awaited.insert(applied.act_id, tuple(keys)))


def _meet(book: DutyBook, applied: Applied, instrument: Instrument) -> DutyBook:
    """The duties that an act meets, and the act kept where it may meet one after an occasion."""
    met = Met(act_id=applied.act_id, author=applied.author, at=applied.recorded_at, year=_year(applied.payload))
    before: HashTrieMap[Key, Started] = book.running.get(applied.kind) or HashTrieMap()
    owed = before
    done, said = book.done, book.said
    for cause in applied.causes:
        for key in book.awaited.get(cause, ()):
            started = owed.get(key)
            if started is not None and started.debtor in (applied.author, EITHER):
                owed, done = owed.remove(key), done.insert(key, (started, met))
    running = book.running if owed is before else book.running.insert(applied.kind, owed)
    awaits = book.awaits | owed_after_occasions(instrument)
    if applied.kind in awaits:
        said = said.insert(applied.kind, (*said.get(applied.kind, ()), met))
    if running is book.running and said is book.said and awaits == book.awaits:
        return book
    return replace(book, running=running, done=done, awaits=awaits, said=said)


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


def asked(clause: Owes, lines: Sequence[Mapping[str, Any]]) -> bool:
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


def _year(payload: Mapping[str, Any]) -> int | None:
    """The year an act states."""
    subject = payload.get("subject")
    year = subject.get("year") if isinstance(subject, Mapping) else None
    return year if isinstance(year, int) else None
