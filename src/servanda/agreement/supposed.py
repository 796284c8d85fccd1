"""What would follow from events that are only supposed: phases, questions, versions, dates, duties.

Rules of this module:
- events are acts of the life cycle, judged by the same guards and folded by the same fold as acts of the record;
- an event counts at the moment it names: on receipt where receipt counts;
- what is asked of a moment knows the events up to it and at it;
- a text that is only named beside the first is the same text in a later version, which amends what is in force when
  an event first names it.

Spec: agreement 9.3 (timeline), 9.5 (duties); judging 8, 11.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from servanda.act.act import Applied
from servanda.act.kind import With, kinds
from servanda.act.ruling import Permit, Refusal
from servanda.agreement import life
from servanda.agreement.book import EITHER, asked, owed_after
from servanda.agreement.clause import Debtor
from servanda.agreement.instrument import Instrument, load
from servanda.agreement.life import Life, Status
from servanda.agreement.officers import ENVOY
from servanda.agreement.wording import LanguageFile
from servanda.base.calendar import after
from servanda.base.errors import MalformedError

_VERSION = re.compile(r"^version: *[0-9]+", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An act of the life cycle that is supposed.

    Args:
        kind: without `agreement.`.
        at: the moment that counts.
        digest: name of the text it is about; the first where none is named.
        paragraph: that is questioned or corrected.
    """

    kind: str
    party: str
    at: datetime
    digest: str | None = None
    paragraph: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What follows from all of the events.

    Args:
        status: where the agreement stands at the last of them.
        refused: number of each refused event, counted from 0, with its ruling.
        halves: numbers of events that wait for the other Party to join.
    """

    status: Status
    refused: Mapping[int, Refusal]
    halves: tuple[int, ...]


@dataclass(kw_only=True)
class Supposed:
    """The life of a text as events make it.

    Args:
        initialled: names of the texts that both Parties have initialled, with powers shown; the first is this text.
    """

    text: Instrument
    initialled: Sequence[str] = ()
    _life: Life = field(init=False)
    _digests: dict[str, str] = field(init=False, default_factory=dict)
    _received: dict[str, datetime] = field(init=False, default_factory=dict)
    _acts: dict[int, str] = field(init=False, default_factory=dict)
    _refused: dict[int, Refusal] = field(init=False, default_factory=dict)
    _said: int = field(init=False, default=0)
    _lives: list[Life] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._life = life.new(self.text.id)
        self._lives.append(self._life)

    def course(self, events: Iterable[Event]) -> Course:
        """What follows from events, in the order they are told."""
        last: datetime | None = None
        for number, event in enumerate(events):
            if last is None:
                self._prepare(event.at)
            last = event.at
            try:
                self._take(number, event)
            except MalformedError as error:
                raise MalformedError(error.code, f"event {number}: {error.message}", action=error.action) from error
            self._lives.append(self._life)
        if last is None:
            raise MalformedError("field_missing", "no event is supposed", action='name one at least in `"events"`')
        status = self.status(last)
        halves = tuple(number for number, act_id in self._acts.items() if act_id in status.halves)
        return Course(status=status, refused=self._refused, halves=halves)

    def status(self, at: datetime, *, knowing: int | None = None) -> Status:
        """Where the agreement stands at a moment.

        Args:
            knowing: how many of the first events are known; all of them where it is not said.
        """
        known = self._life if knowing is None else self._lives[knowing]
        return life.status(known, at, self._received.get)

    def _prepare(self, at: datetime) -> None:
        """The first text initialled by both, and powers shown, before the first event."""
        twice = next((name for name in self.initialled if list(self.initialled).count(name) > 1), None)
        if twice is not None:
            raise MalformedError("field_value", f"`{twice}` is initialled twice", action="name each text once")
        if self.initialled:
            self._initial(0, at)
        for party in self.text.parties:
            shown = {"officer": _officer(party), "may": ["sign"], "issued_by": "foreign_minister"}
            self._say(party, "powers.show", at, {**shown, "date": at.date().isoformat()})

    def _initial(self, place: int, at: datetime) -> None:
        """One of the texts laid on the table and initialled by both; a later one amends what is in force."""
        first = next(iter(self.text.parties))
        text = self.text if place == 0 else _later_version(self.text, place)
        laid = {"text": text.source, "digest": text.digest}
        if place:
            version = self.status(at).version
            laid["base"] = self._digests[self.initialled[0]] if version is None else version.digest
        words = {each.language: each.source for each in text.wordings.values()}
        self._digests[self.initialled[place]] = text.digest
        self._say(first, "text.table", at, {**laid, "words": words})
        for party in self.text.parties:
            self._say(party, "text.initial", at, {"digest": text.digest})

    def _take(self, number: int, event: Event) -> None:
        for place, name in enumerate(self.initialled):
            if name == event.digest and name not in self._digests:
                self._initial(place, event.at)
        other, payload = self._other(event.party), self._payload(event)
        ruling = life.guard(
            self._life,
            author=event.party,
            other=other,
            kind=f"agreement.{event.kind}",
            payload=payload,
            role=ENVOY,
            keys=(),
            at=event.at,
            received_at=self._received.get,
            exercise=self.text.status == "exercise",
        )
        if isinstance(ruling, Permit):
            self._acts[number] = self._say(event.party, event.kind, event.at, payload)
        else:
            self._refused[number] = ruling

    def _say(self, party: str, kind: str, at: datetime, payload: Mapping[str, Any]) -> str:
        self._said += 1
        act = Applied(
            act_id=hashlib.sha256(f"supposed {self._said}".encode()).hexdigest(),
            kind=f"agreement.{kind}",
            agreement=self.text.id,
            digest="0" * 64,
            author=party,
            other=self._other(party),
            officers=(_officer(party),),
            causes=(),
            payload=payload,
            recorded_at=at,
            rank=self._said,
            log=party,
            index=self._said,
        )
        self._life = life.fold(self._life, act)
        self._received[act.act_id] = at
        return act.act_id

    def _other(self, party: str) -> str:
        if party not in self.text.parties:
            raise MalformedError(
                "field_value",
                f"`{party}` is no Party of `{self.text.id}`",
                action=f"name one of its two Parties: {_or_list(self.text.parties)}",
            )
        return next(other for other in self.text.parties if other != party)

    def _payload(self, event: Event) -> Mapping[str, Any]:
        """The members that an event stands for."""
        digest = self._named(event)
        status = self.status(event.at)
        in_force = digest if status.version is None or event.digest is not None else status.version.digest
        match event.kind:
            case "text.initial" | "text.sign" | "signature.confirm" | "text.withdraw":
                return {"digest": digest}
            case "completion.notify":
                return {"digest": digest, "note": "supposed", "date": event.at.date().isoformat()}
            case "notice.give":
                return {"note": "supposed"}
            case "notice.withdraw":
                own = [notice.act_id for notice in status.notices if notice.giver == event.party]
                return {"notice": own[-1] if own else ""}
            case "notice.hold" | "notice.resume":
                return {"notice": status.notices[-1].act_id if status.notices else ""}
            case "force.suspend" | "force.resume":
                jointly = _suspends_jointly(self.text if status.version is None else status.version.instrument)
                return {"subject": {"digest": in_force}} if jointly else {}
            case "termination.agree":
                return {"subject": {"digest": in_force}}
            case "clause.question":
                return {"paragraph": event.paragraph or "", "words": "supposed", "reading": "supposed"}
            case "clause.correct":
                return {"paragraph": event.paragraph or "", "digest": in_force}
        known = ", ".join(f"`{each}`" for each in sorted(_SUPPOSABLE))
        raise MalformedError("field_value", f"`{event.kind}` cannot be supposed", action=f"name one of {known}")

    def _named(self, event: Event) -> str:
        if event.digest is None:
            return next(iter(self._digests.values()), self.text.digest)
        found = self._digests.get(event.digest)
        if found is None:
            raise MalformedError(
                "field_value",
                f"`{event.digest}` is none of the texts that were initialled",
                action='name it in `"given": {"initialled": [...]}`',
            )
        return found


_SUPPOSABLE = frozenset(
    {
        "text.initial",
        "text.sign",
        "signature.confirm",
        "text.withdraw",
        "completion.notify",
        "notice.give",
        "notice.withdraw",
        "notice.hold",
        "notice.resume",
        "force.suspend",
        "force.resume",
        "termination.agree",
        "clause.question",
        "clause.correct",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A duty that would begin.

    Args:
        debtor: code of the Party that would owe it, or `either`.
        otherwise: what becomes of it when it is late, as the clause says.
    """

    paragraph: str
    debtor: str
    does: str
    due_at: datetime
    otherwise: Mapping[str, str]


def owed(
    text: Instrument, kind: str, at: datetime, *, author: str | None = None, facts: Mapping[str, Any] | None = None
) -> tuple[Owed, ...]:
    """What would be owed after an act or an occasion, the other Party having it at once.

    Args:
        author: of the act; none for an occasion.
        facts: those that the clauses ask of it.

    Raises:
        MalformedError: `field_value` or `field_missing`.
    """
    known = kinds().get(kind)
    if known is None:
        raise MalformedError("field_value", f"`{kind}` is no kind", action="name one of the vocabulary")
    if known.recorded is not With.OCCASION and author not in text.parties:
        raise MalformedError(
            "field_missing" if author is None else "field_value",
            f"`{kind}` is said by a Party" + ("" if author is None else f", and `{author}` is none"),
            action=f"name its author: {_or_list(text.parties)}",
        )
    if known.recorded is With.OCCASION and author is not None:
        raise MalformedError("field_value", f"`{kind}` is an occasion and nobody's act", action="leave out the author")
    return tuple(
        Owed(
            paragraph=clause.paragraph,
            debtor=debtor,
            does=clause.does,
            due_at=after(at, clause.within, text.zone),
            otherwise=clause.otherwise,
        )
        for clause in owed_after(text).get(kind, ())
        if asked(clause, (facts or {},))
        for debtor in _debtors(clause.who, author, text)
    )


def _debtors(who: Debtor, author: str | None, text: Instrument) -> tuple[str, ...]:
    match who:
        case Debtor.AUTHOR:
            return () if author is None else (author,)
        case Debtor.OTHER:
            return tuple(party for party in text.parties if party != author)
        case Debtor.BOTH:
            return tuple(text.parties)
        case Debtor.EITHER:
            return (EITHER,)


def _or_list(parties: Iterable[str]) -> str:
    return " or ".join(f"`{party}`" for party in parties)


def _officer(party: str) -> str:
    return f"{party.lower()}/envoy"


def _suspends_jointly(text: Instrument) -> bool:
    term = text.terms.entries.get("suspends")
    return term is not None and term.word == "joint"


def _later_version(text: Instrument, place: int) -> Instrument:
    def later(source: str) -> str:
        return _VERSION.sub(f"version: {text.version + place}", source, count=1)

    words = (
        LanguageFile(language=each.language, source=later(each.source), path=f"{text.id}/{each.language}")
        for each in text.wordings.values()
    )
    return load(later(text.source), path=text.id, words=words)
