"""What would be, asked without a node: a timeline of events, and duties after an act.

Rules of this module:
- what is asked and what is answered have the members of the published examples, and no others;
- a fact is one of its kind and typed, and those that clauses ask are there: nothing is owed by an oversight;
- moments are written with the offset of the text.

Spec: agreement 9.3 (timeline), 9.5 (duties).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec

from servanda.act.content import Payload, read
from servanda.act.kind import JudgedBy, kinds
from servanda.act.ruling import Refusal
from servanda.agreement.book import owed_after
from servanda.agreement.instrument import Instrument
from servanda.agreement.rules import Rule
from servanda.agreement.state import Status
from servanda.agreement.supposed import Event, Supposed, owed
from servanda.agreement.vocabulary import facts_of
from servanda.assembly.texts import Agreement
from servanda.assembly.words import said_by
from servanda.base.calendar import EARLIEST, LATEST
from servanda.base.errors import MalformedError
from servanda.base.moment import parse_offset
from servanda.policy.facts import FactValue, from_json, wrong
from servanda.policy.words import nearest_word, takes

EVENTS_MAX: Final = 1_000
"""Most events and moments of one timeline: each event is judged by all that went before it."""


class EventAsked(Payload, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One event of a timeline, as it is asked."""

    kind: str
    party: str
    at: str
    digest: str | None = None
    paragraph: str | None = None


class Given(Payload, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a timeline begins from."""

    initialled: tuple[str, ...] = ()


class TimelineAsked(Payload, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A timeline that is asked for.

    Args:
        ask: moments of which phase, questions and version are asked.
    """

    given: Given = msgspec.field(default_factory=Given)
    events: Annotated[tuple[EventAsked, ...], msgspec.Meta(max_length=EVENTS_MAX)]
    ask: Annotated[tuple[str, ...], msgspec.Meta(max_length=EVENTS_MAX)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedEvent:
    """An event that the agreement refuses.

    Args:
        event: its number, counted from 0.
        cites: paragraphs; none where the life cycle of the specification refuses.
        why: the words of the paragraph, or the rule of the life cycle.
    """

    event: int
    cites: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePage:
    """What follows from events.

    Args:
        effect: when the last notice that runs takes effect; None where none runs.
        halves: numbers of events that wait for the other Party to join.
    """

    in_force_from: str | None
    effect: str | None
    phases: tuple[tuple[str, str], ...]
    questioned: tuple[tuple[str, tuple[str, ...]], ...]
    versions: tuple[tuple[str, int | None], ...]
    refused: tuple[RefusedEvent, ...]
    halves: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedRow:
    """A duty that would begin."""

    paragraph: str
    debtor: str
    does: str
    due: str
    otherwise: Mapping[str, str] = field(default_factory=dict)


def timeline_page(agreement: Agreement, asked: Mapping[str, Any]) -> TimelinePage:
    """What follows from events, and how the agreement stands at the moments asked for.

    Raises:
        MalformedError: a member that is not of its form, or an event that cannot be supposed.
    """
    text, wanted = agreement.instrument, _wanted(asked)
    events = tuple(
        Event(
            kind=each.kind,
            party=each.party,
            at=_moment(each.at, f"event {number}"),
            digest=each.digest,
            paragraph=each.paragraph,
        )
        for number, each in enumerate(wanted.events)
    )
    supposed = _supposed(text, wanted)
    course = supposed.course(events)
    standing = {at: _status(supposed, events, _moment(at, "`ask`")) for at in wanted.ask}
    status = course.status
    return TimelinePage(
        in_force_from=_written(status.in_force_from, text),
        effect=_written(status.effect, text),
        phases=tuple((at, each.phase) for at, each in standing.items()),
        questioned=tuple((at, tuple(sorted(each.questioned))) for at, each in standing.items()),
        versions=tuple(
            (at, None if each.version is None else each.version.instrument.version) for at, each in standing.items()
        ),
        refused=tuple(_refused(number, ruling, text) for number, ruling in course.refused.items()),
        halves=course.halves,
    )


def owed_rows(
    agreement: Agreement, kind: str, at: str, *, author: str | None, facts: Mapping[str, Any]
) -> tuple[OwedRow, ...]:
    """What would be owed after an act or an occasion.

    Raises:
        MalformedError: a moment, kind, Party or fact that is none, or a fact that is missing.
    """
    text = agreement.instrument
    stated = from_json(facts)
    _typed(text, kind, stated)
    return tuple(
        OwedRow(
            paragraph=duty.paragraph,
            debtor=duty.debtor,
            does=duty.does,
            due=_at(duty.due_at, text),
            otherwise=dict(duty.otherwise),
        )
        for duty in owed(text, kind, _moment(at, "the moment"), author=author, facts=stated)
    )


def _wanted(asked: Mapping[str, Any]) -> TimelineAsked:
    try:
        return read(TimelineAsked, asked)
    except MalformedError as error:
        told = error.message.removeprefix(f"{TimelineAsked.__name__}: ")
        raise MalformedError(
            error.code, told, action='write {"given": {...}, "events": [...], "ask": [...]}'
        ) from error


def _typed(text: Instrument, kind: str, facts: Mapping[str, FactValue]) -> None:
    """Check that what is stated are facts of the kind, and that none is missing which clauses ask."""
    known = kinds().get(kind)
    if known is None:
        return
    types = facts_of(kind) if known.judged_by is JudgedBy.CLAUSES else {}
    for name in sorted(facts.keys() - types.keys()):
        near = nearest_word(name, types)
        meant = f"did you mean `{near}`" if near else "leave it out"
        raise MalformedError("field_value", f"`{name}` is no fact of `{kind}`", action=meant)
    for name in wrong(kind, facts, text) if types else ():
        if name in facts:
            message = f"`{name}` takes {takes(types[name], text)}"
            raise MalformedError("field_type", message, action="correct the fact named")
    asked = {test.fact for clause in owed_after(text).get(kind, ()) for test in clause.when}
    for name in sorted(asked):
        if name not in facts:
            message = f"`{name}` is asked of `{kind}` and was not stated"
            raise MalformedError("field_missing", message, action=f"state {takes(types[name], text)}")


def _moment(written: str, named: str) -> datetime:
    """A moment as it is asked, within the calendar that is counted."""
    try:
        found = parse_offset(written)
    except MalformedError as error:
        raise MalformedError(error.code, f"{named}: {error.message}", action=error.action) from error
    if not EARLIEST <= found <= LATEST:
        raise MalformedError(
            "field_value",
            f"{named}: `{written}` lies beyond the calendar",
            action="name one between the years 1 and 9999",
        )
    return found


def _supposed(text: Instrument, wanted: TimelineAsked) -> Supposed:
    return Supposed(text=text, initialled=wanted.given.initialled)


def _status(supposed: Supposed, events: Sequence[Event], at: datetime) -> Status:
    """How the agreement stands at a moment, of the events up to it and at it."""
    known = [event for event in events if event.at <= at]
    if known == list(events[: len(known)]):
        return supposed.status(at, knowing=len(known))
    apart = Supposed(text=supposed.text, initialled=supposed.initialled)
    apart.course(known)
    return apart.status(at)


def _refused(number: int, ruling: Refusal, text: Instrument) -> RefusedEvent:
    """A refused event, with the words of what refuses it; a rule of the life cycle stands in the words alone."""
    rules = tuple(Rule)
    return RefusedEvent(
        event=number,
        cites=tuple(cite for cite in ruling.cites if cite not in rules),
        why="; ".join(f"{cite}: {said_by(cite, text)}" for cite in ruling.cites) or ruling.code or ruling.ground,
    )


def _written(moment: datetime | None, text: Instrument) -> str | None:
    return None if moment is None else _at(moment, text)


def _at(moment: datetime, text: Instrument) -> str:
    """A moment with the offset of the text, to the minute where it has no seconds."""
    local = moment.astimezone(text.zone)
    return local.isoformat(timespec="seconds" if local.second else "minutes")
