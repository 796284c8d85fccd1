"""The course of an agreement through time: versions, terms, notices, suspensions, questions, and its end.

Rules of this module:
- phases stand from strictest to widest, and the first that applies is the phase; a notice or a hold goes on beneath a
  suspension and lifts nothing;
- a term begins and ends at 0:00 in the zone of the text; every later end is counted from the first day of force, so a
  29 February drifts nowhere;
- days run from the moment of receipt to the same moment;
- once ended, an agreement stays ended.

Spec: judging 8.3 (force), 8.4 (notices), 8.5 (suspension), 8.6 (questions).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from servanda.agreement.instrument import Instrument
from servanda.base.calendar import LATEST, Span, after, day_start

ReceivedAt = Callable[[str], datetime | None]
"""Act id -> the moment of the other Party's permitting entry, None before."""

# Source: Vienna Convention on the Law of Treaties, article 56.2.
NOTICE_WHERE_SILENT = Span(months=12)


class Phase(StrEnum):
    """What the life of an agreement says at a moment, strictest first."""

    NOT_IN_FORCE = "not_in_force"
    ENDED = "ended"
    SUSPENDED = "suspended"
    HELD = "held"
    NOTICE = "notice"
    IN_FORCE = "in_force"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A text that came into force.

    Args:
        digest: the name it was tabled under.
        since: the moment its force begins.
        corrects: whether it is a correction of the version before it, which begins no force of its own.
    """

    digest: str
    instrument: Instrument
    since: datetime
    corrects: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A stretch of time; open while `until` is None."""

    since: datetime
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice of the end.

    Args:
        received: when the other Party received it, None before.
        effect: when it ends the agreement, None before it was received.
        holds: the spells in which its effect was held.
    """

    act_id: str
    giver: str
    received: datetime | None
    effect: datetime | None
    withdrawn: datetime | None = None
    holds: tuple[Spell, ...] = ()

    @property
    def is_held(self) -> bool:
        """Whether the effect is held, as far as is known."""
        return bool(self.holds) and self.holds[-1].until is None

    @property
    def ends_at(self) -> datetime | None:
        """When it ends the agreement as far as is known; None where it is withdrawn, held or not received."""
        return None if self.withdrawn is not None or self.is_held else self.effect

    def runs(self, at: datetime) -> bool:
        """Whether it was received and not withdrawn at a moment, held or not."""
        return self.received is not None and self.received <= at and (self.withdrawn is None or at < self.withdrawn)

    def held(self, at: datetime) -> bool:
        return self.runs(at) and any(spell.covers(at) for spell in self.holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A suspension of what the text lets be suspended.

    Args:
        by: the Party that made it alone, None where both did.
        since: when it begins, None where the other Party has not received it.
    """

    act_id: str
    by: str | None
    since: datetime | None
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        return self.since is not None and self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A paragraph whose words and clause a Party says to differ.

    Args:
        asked: when it was asked.
        since: when the other Party received it, None before.
        until: when it has run out or was corrected.
    """

    act_id: str
    by: str
    paragraph: str
    asked: datetime
    since: datetime | None
    until: datetime | None

    def covers(self, at: datetime) -> bool:
        return self.since is not None and self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The whole course, as far as both logs tell it.

    Args:
        versions: by the moment their force begins; none begins after the end.
        ended_at: when it ends or ended, None where no end is known.
        given_up: digests of texts signed and given up before their force.
    """

    versions: tuple[Version, ...] = ()
    notices: tuple[Notice, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    questions: tuple[Question, ...] = ()
    ended_at: datetime | None = None
    given_up: frozenset[str] = frozenset()

    @property
    def in_force_from(self) -> datetime | None:
        """0:00 of the day on which the first version comes into force, None where that is not known."""
        return self.versions[0].since if self.versions else None

    def version(self, at: datetime) -> Version | None:
        """The version in force at a moment, after the end the last one; None before force."""
        found = [version for version in self.versions if version.since <= at]
        return found[-1] if found else None

    def ended(self, at: datetime) -> bool:
        return self.ended_at is not None and self.ended_at <= at

    def phase(self, at: datetime) -> Phase:
        """The first phase that applies, from strictest to widest."""
        if self.version(at) is None:
            return Phase.NOT_IN_FORCE
        if self.ended(at):
            return Phase.ENDED
        if any(suspension.covers(at) for suspension in self.suspensions):
            return Phase.SUSPENDED
        if any(notice.held(at) for notice in self.notices):
            return Phase.HELD
        if any(notice.runs(at) for notice in self.notices):
            return Phase.NOTICE
        return Phase.IN_FORCE

    def questioned(self, at: datetime) -> frozenset[str]:
        """Paragraphs under a question at a moment."""
        return frozenset(question.paragraph for question in self.questions if question.covers(at))

    def effect(self, at: datetime) -> datetime | None:
        """When the last notice that runs takes effect; None where none runs, or it is held."""
        running = [notice for notice in self.notices if notice.runs(at)]
        return running[-1].ends_at if running else None


def term_end(text: Instrument, first_day: datetime, number: int) -> datetime | None:
    """The end of a term: the first is number 0.

    Returns:
        0:00 of the day on which it ends; None where the text knows no terms, or no further one.
    """
    term, extends = text.terms.span("term"), text.terms.span("extends")
    if term is None or (extends is None and number > 0):
        return None
    more = Span() if extends is None else extends.times(number)
    whole = Span(
        years=term.years + more.years,
        months=term.months + more.months,
        days=term.days + more.days,
        seconds=term.seconds + more.seconds,
    )
    return after(first_day, whole, text.zone)


def term_of(text: Instrument, first_day: datetime, moment: datetime) -> int:
    """The number of the term that has not ended at a moment; the last one where the text knows no further."""
    return _first_end(text, first_day, moment + timedelta(seconds=1))


def notice_effect(text: Instrument, first_day: datetime, received: datetime) -> datetime:
    """When a notice received at a moment takes effect.

    It ends with the first term whose end lies no nearer than the days of notice. A text that is silent on notice is
    left with twelve months of it; one that knows no terms is left at the first 0:00 after the notice has run.
    """
    days = text.terms.span("notice") or NOTICE_WHERE_SILENT
    earliest = after(received, days, text.zone)
    if text.terms.span("term") is None:
        start = day_start(earliest, text.zone)
        return start if start == earliest else after(start, Span(days=1), text.zone)
    return term_end(text, first_day, _first_end(text, first_day, earliest)) or LATEST


def resumed_effect(text: Instrument, notice: Notice, resumed: datetime) -> datetime | None:
    """When a notice taken up again takes effect: no earlier than before, and than the text says after the resumption.

    Where the text does not say, the days of notice run anew.
    """
    if notice.effect is None:
        return None
    days = text.terms.span("hold_resumes_with") or text.terms.span("notice") or NOTICE_WHERE_SILENT
    return max(notice.effect, after(resumed, days, text.zone))


def _first_end(text: Instrument, first_day: datetime, moment: datetime) -> int:
    """The number of the first term that ends at a moment or later, found by halving; terms only get later."""

    def reached(number: int) -> bool:
        end = term_end(text, first_day, number)
        return end is None or end >= moment or end >= LATEST

    high = 1
    while not reached(high):
        high *= 2
    low = 0
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle + 1, high)
    return low if term_end(text, first_day, low) is not None else 0
