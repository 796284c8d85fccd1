"""One agreement in force and one domain under it, for tests: acts drafted, judged, folded where they have effect."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from servanda.act.act import Applied, Draft
from servanda.act.content import read, write
from servanda.act.kind import kinds
from servanda.act.ruling import Permit, Ruling
from servanda.agreement import duties
from servanda.agreement.acts import joint_digest
from servanda.agreement.duties import Duty, DutyBook
from servanda.agreement.instrument import Instrument
from servanda.agreement.life import Appointment
from servanda.domain import Domain, Said, Seat, View
from servanda.policy.facts import FactValue
from servanda.policy.judge import judge
from tests.unit.agreement.lives import OTHER, Story, moment

AT = "2031-03-01T09:00+09:00"

Lines = tuple[Mapping[str, FactValue], ...]


def code(party: str, officer: str) -> str:
    return f"{party.lower()}/{officer}"


@dataclass
class Covered:
    """An agreement in force, the state of a domain, and what both logs hold beside it.

    Args:
        offices: officer, without its Party -> its office and its limit in US dollars.
    """

    agreement: ClassVar[str]
    domain: ClassVar[Domain[Any]]
    offices: ClassVar[Mapping[str, tuple[str, int | None]]]

    text: str | None = None
    state: Any = field(init=False)
    story: Story = field(init=False)
    instrument: Instrument = field(init=False)
    duty_book: DutyBook = field(init=False)
    acts: dict[str, Applied] = field(init=False, default_factory=dict)
    received: dict[str, datetime] = field(init=False, default_factory=dict)
    rulings: list[Ruling] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.state = self.domain.empty
        self.story = Story(self.agreement)
        digest = self.story.begin(self.text)
        self.instrument = self.story.life.will.texts[digest].instrument
        self.duty_book = duties.empty(self.agreement)

    @property
    def last(self) -> str:
        """Id of the last act with effect."""
        return next(reversed(self.acts))

    def seat(self, party: str, at: str = AT) -> Seat:
        return Seat(
            agreement=self.agreement,
            party=party,
            other=OTHER[party],
            at=moment(at),
            zone=self.instrument.zone,
            annexes=self.instrument.annexes,
        )

    def officer(self, party: str, officer: str) -> Appointment | None:
        role, limit = self.offices.get(officer.partition("/")[2], ("", None))
        if not role or not officer.startswith(f"{party.lower()}/"):
            return None
        return Appointment(officer=officer, party=party, role=role, limit_usd=limit, keys=())

    def joint_at(self, kind: str, digest: str) -> datetime | None:
        halves = {
            act.author: act.recorded_at
            for act in self.acts.values()
            if act.kind == kind and joint_digest(kind, act.payload) == digest
        }
        return max(halves.values()) if len(halves) == 2 else None

    def duties(self, at: str = AT) -> tuple[Duty, ...]:
        return duties.duties(self.duty_book, moment(at), self.received.get, self.story.status(at))

    def view(self, at: str = AT) -> View[Any]:
        return View(
            state=self.state,
            instrument=self.instrument,
            at=moment(at),
            received_at=self.received.get,
            applied=self.acts.get,
            joint_at=self.joint_at,
            officer=self.officer,
            duties=lambda does: tuple(d for d in self.duties(at) if d.does == does and d.met_at is None),
        )

    def facts(self, kind: str, author: str, members: Mapping[str, Any], officer: str, at: str = AT) -> Lines:
        said = Said(
            act_id="",
            kind=kind,
            agreement=self.agreement,
            author=author,
            other=OTHER[author],
            officers=(code(author, officer),),
            causes=(),
            raw=members,
            content=read(self.domain.payloads[kind], members),
            recorded_at=moment(at),
        )
        return self.domain.facts(said, self.view(at))

    def judged(
        self,
        kind: str,
        author: str,
        members: Mapping[str, Any],
        officer: str,
        at: str = AT,
        *,
        questioned: frozenset[str] = frozenset(),
    ) -> tuple[Ruling, Lines]:
        """The ruling on an act, and the whole sets of facts it rests on."""
        common: Mapping[str, FactValue] = {
            "phase": self.story.status(at).phase,
            "officer_role": self.offices[officer][0],
            "questioned": questioned,
        }
        lines = tuple({**common, **line} for line in self.facts(kind, author, members, officer=officer, at=at))
        return judge(self.instrument, kind, lines, author=author), lines

    def say(
        self,
        kind: str,
        author: str,
        members: Mapping[str, Any],
        officer: str,
        at: str = AT,
        *,
        causes: tuple[str, ...] = (),
    ) -> Ruling:
        """An act, folded where it has effect; the other Party has it at once."""
        ruling, lines = self.judged(kind, author, members, officer=officer, at=at)
        self.rulings.append(ruling)
        if isinstance(ruling, Permit) or kinds()[kind].life_first:
            self.take(kind, author, members, officer=officer, at=at, causes=causes, facts=lines)
        return ruling

    def take(
        self,
        kind: str,
        author: str,
        members: Mapping[str, Any],
        officer: str,
        at: str = AT,
        *,
        agreement: str | None = None,
        causes: tuple[str, ...] = (),
        facts: Lines = (),
    ) -> str:
        """An act that has effect, whatever its ruling would be."""
        number = len(self.acts) + 1
        act = Applied(
            act_id=hashlib.sha256(f"{kind} {number}".encode()).hexdigest(),
            kind=kind,
            agreement=agreement or self.agreement,
            digest=self.instrument.digest,
            author=author,
            other=OTHER[author],
            officers=(code(author, officer),),
            causes=causes,
            payload=members,
            recorded_at=moment(at),
            rank=number,
            log=f"exercise.{author.lower()}.example/{OTHER[author].lower()}/1",
            index=number,
            facts=facts,
        )
        self.acts[act.act_id] = act
        self.received[act.act_id] = act.recorded_at
        self.state = self.domain.fold(self.state, act)
        if act.agreement == self.agreement:
            self.duty_book = duties.fold(self.duty_book, act, self.instrument)
        return act.act_id

    def send(self, draft: Draft, author: str, officer: str, at: str = AT) -> Ruling:
        """A draft of the desk, said as it is."""
        assert draft.payload is not None
        return self.say(draft.kind, author, write(draft.payload), officer=officer, at=at, causes=draft.causes)
