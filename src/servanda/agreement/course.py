"""How the acts of the two Parties make the course of an agreement.

Rules of this module:
- acts are taken in the order of the fold; what counts on receipt counts from the receiver's permitting entry;
- a joint act happens at its later half; a suspension or question by one Party begins when the other has received it;
- each act is read with the version in force at its own moment;
- a notice is withdrawn or held before its effect, or not at all.

Spec: judging 8.3 to 8.7, record 11.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from servanda.act.act import Applied
from servanda.agreement.timeline import (
    Notice,
    Question,
    ReceivedAt,
    Spell,
    Suspension,
    Timeline,
    Version,
    notice_effect,
    resumed_effect,
    term_end,
)
from servanda.agreement.will import Tabled, Will
from servanda.base.calendar import Span, after, day_start

EITHER = "either"
JOINT = "joint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act that moves an agreement through time.

    Args:
        first: the earlier half, where the act makes a joint act whole.
    """

    act: Applied
    first: Applied | None = None

    @property
    def at(self) -> datetime:
        return self.act.recorded_at


def course(will: Will, steps: tuple[Step, ...], received_at: ReceivedAt) -> Timeline:
    """The timeline that follows from what both logs say.

    Args:
        steps: in the order of the fold.
    """
    reader = _Reader(will, received_at)
    for step in steps:
        reader.take(step)
    return reader.timeline()


def start_of(text: Tabled, received_at: ReceivedAt) -> datetime | None:
    """When a text comes into force: 0:00 of the day of the later note, and so many whole days later as it says."""
    moments = [received_at(act_id) for act_id in text.notes.values()]
    known = [moment for moment in moments if moment is not None]
    if len(known) < 2:
        return None
    zone = text.instrument.zone
    return after(day_start(max(known), zone), text.instrument.terms.span("starts_after") or Span(), zone)


class _Reader:
    """What the steps taken so far have made."""

    def __init__(self, will: Will, received_at: ReceivedAt) -> None:
        self._will = will
        self._received_at = received_at
        self._notices: dict[str, Notice] = {}
        self._suspensions: list[Suspension] = []
        self._questions: list[Question] = []
        self._ended: list[datetime] = []
        self._given_up: set[str] = set()
        found: list[Version] = []
        for digest in will.order:
            since = start_of(will.texts[digest], received_at)
            if since is not None:
                found.append(Version(digest=digest, instrument=will.texts[digest].instrument, since=since))
        self._versions = sorted(found, key=lambda version: version.since)
        self._takes: dict[str, Callable[[Step], None]] = {
            "agreement.notice.give": self._give,
            "agreement.notice.withdraw": self._withdraw,
            "agreement.notice.hold": self._hold,
            "agreement.notice.resume": self._take_up,
            "agreement.force.suspend": self._suspend,
            "agreement.force.resume": self._resume,
            "agreement.termination.agree": self._terminate,
            "agreement.clause.question": self._question,
            "agreement.clause.correct": self._correct,
        }

    def take(self, step: Step) -> None:
        """One more act; a kind that moves nothing is passed over."""
        take = self._takes.get(step.act.kind)
        if take is not None:
            take(step)

    def timeline(self) -> Timeline:
        ends = [*self._ended, *self._natural_ends()]
        ends.extend(notice.ends_at for notice in self._notices.values() if notice.ends_at is not None)
        ended_at = min(ends, default=None)
        return Timeline(
            versions=tuple(v for v in self._versions if ended_at is None or v.since < ended_at),
            notices=tuple(self._notices.values()),
            suspensions=tuple(self._suspensions),
            questions=tuple(self._questions),
            ended_at=ended_at,
            given_up=frozenset(self._given_up),
        )

    def _version(self, at: datetime) -> Version | None:
        found = [version for version in self._versions if version.since <= at]
        return found[-1] if found else None

    def _natural_ends(self) -> list[datetime]:
        """Ends of versions whose one term is not extended, where no later version came before that end."""
        found: list[datetime] = []
        for version, later in zip(self._versions, [*self._versions, None][1:], strict=True):
            if version.instrument.terms.span("extends") is not None:
                continue
            end = term_end(version.instrument, self._versions[0].since, 0)
            if end is not None and (later is None or max(end, version.since) <= later.since):
                found.append(max(end, version.since))
        return found

    def _give(self, step: Step) -> None:
        received = self._received_at(step.act.act_id)
        version = None if received is None else self._version(received)
        effect = None
        if received is not None and version is not None:
            effect = notice_effect(version.instrument, self._versions[0].since, received)
        self._notices[step.act.act_id] = Notice(
            act_id=step.act.act_id, giver=step.act.author, received=received, effect=effect
        )

    def _open_notice(self, step: Step) -> Notice | None:
        """The notice an act names, where it has neither taken effect nor been withdrawn."""
        notice = self._notices.get(str(step.act.payload.get("notice")))
        if notice is None or notice.withdrawn is not None:
            return None
        return notice if notice.ends_at is None or step.at < notice.ends_at else None

    def _withdraw(self, step: Step) -> None:
        notice = self._open_notice(step)
        if notice is not None and notice.giver == step.act.author:
            self._notices[notice.act_id] = replace(notice, withdrawn=step.at)

    def _hold(self, step: Step) -> None:
        notice = self._open_notice(step)
        version = self._version(step.at)
        if notice is None or version is None or notice.is_held or notice.effect is None:
            return
        if version.instrument.terms.word("notice_hold") == JOINT:
            self._notices[notice.act_id] = replace(notice, holds=(*notice.holds, Spell(since=step.at)))

    def _take_up(self, step: Step) -> None:
        notice = self._open_notice(step)
        received = self._received_at(step.act.act_id)
        version = None if received is None else self._version(received)
        if notice is None or received is None or version is None:
            return
        if notice.is_held and notice.giver == step.act.author:
            self._notices[notice.act_id] = replace(
                notice,
                effect=resumed_effect(version.instrument, notice, received),
                holds=(*notice.holds[:-1], replace(notice.holds[-1], until=received)),
            )

    def _suspend(self, step: Step) -> None:
        version = self._version(step.at)
        if version is None:
            return
        mode = version.instrument.terms.word("suspends")
        by = None if step.first is not None else step.act.author
        if mode != (JOINT if by is None else EITHER) or any(s.by == by and s.until is None for s in self._suspensions):
            return
        begins = step.at if by is None else self._received_at(step.act.act_id)
        if begins is not None:
            days = version.instrument.terms.span("suspends_after") or Span()
            begins = after(begins, days, version.instrument.zone)
        self._suspensions.append(Suspension(act_id=step.act.act_id, by=by, since=begins))

    def _resume(self, step: Step) -> None:
        by = None if step.first is not None else step.act.author
        for place, suspension in enumerate(self._suspensions):
            if suspension.by == by and suspension.until is None:
                self._suspensions[place] = replace(suspension, until=step.at)

    def _terminate(self, step: Step) -> None:
        subject = step.act.payload.get("subject")
        digest = str(subject.get("digest")) if isinstance(subject, Mapping) else ""
        version = self._version(step.at)
        if version is not None and version.digest == digest:
            self._ended.append(step.at)
        elif digest in self._will.texts and not any(v.digest == digest and v.since <= step.at for v in self._versions):
            self._given_up.add(digest)
            self._versions = [v for v in self._versions if v.digest != digest]

    def _question(self, step: Step) -> None:
        version = self._version(step.at)
        paragraph = str(step.act.payload.get("paragraph"))
        if version is None or paragraph not in version.instrument.paragraphs:
            return
        days = version.instrument.terms.span("questioned")
        if days is None:
            return
        received = self._received_at(step.act.act_id)
        self._questions.append(
            Question(
                act_id=step.act.act_id,
                by=step.act.author,
                paragraph=paragraph,
                asked=step.at,
                since=received,
                until=None if received is None else after(received, days, version.instrument.zone),
            )
        )

    def _correct(self, step: Step) -> None:
        paragraph, digest = str(step.act.payload.get("paragraph")), str(step.act.payload.get("digest"))
        for place, question in enumerate(self._questions):
            if question.paragraph == paragraph and (question.until is None or step.at < question.until):
                self._questions[place] = replace(question, until=step.at)
        version, text = self._version(step.at), self._will.texts.get(digest)
        if version is not None and text is not None and version.digest != digest:
            corrected = Version(digest=digest, instrument=text.instrument, since=step.at, corrects=True)
            self._versions = sorted([*self._versions, corrected], key=lambda v: v.since)
