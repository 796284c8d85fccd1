"""A rescue between two Parties for tests: acts drafted, judged, folded where they have effect, in one small view."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from servanda.act.act import Applied, Draft
from servanda.act.content import Payload, read, write
from servanda.act.kind import kinds
from servanda.act.ruling import Permit, Ruling
from servanda.act.statement import NO_AGREEMENT
from servanda.agreement import duties
from servanda.agreement.duties import Duty, DutyBook, Finding
from servanda.agreement.instrument import Instrument
from servanda.agreement.life import Appointment
from servanda.base.moment import parse_offset
from servanda.domain import Said, Seat, View
from servanda.domains.rescue import DOMAIN, State
from servanda.domains.rescue.acts import PAYLOADS
from servanda.domains.rescue.casebook import Case
from servanda.domains.rescue.state import EMPTY
from servanda.policy.facts import FactValue
from servanda.policy.judge import judge
from tests.unit.agreement.lives import OTHER, Story

AGREEMENT = "kr-jp-a"
AT = "2031-03-01T09:00+09:00"
HOUR = "2031-03-01T00:00:00Z"
LATER = "2031-03-01T06:00:00Z"
ROLES: Mapping[str, str] = {
    "rescue-1": "rescue_coordinator",
    "duty-1": "duty_officer",
    "information-1": "information_officer",
    "other-1": "other",
}
IN_K = {"lat": "35.6", "lon": "129.4"}
IN_U = {"lat": "37.5", "lon": "130.87"}
IN_J = {"lat": "35", "lon": "131.5"}
IN_O = {"lat": "36.2", "lon": "133.2"}
IN_Q = {"lat": "37.24", "lon": "131.87"}
IN_S = {"lat": "37", "lon": "131.8"}
OUT = {"lat": "33", "lon": "129"}
GRID = {"grid": "52SFG12345678"}
TOKYO = {"lat": "35.6", "lon": "129.4", "datum": "tokyo"}
OPEN: Mapping[str, Any] = {
    "received_at": HOUR,
    "stage": "distress",
    "nature": "sinking",
    "position": IN_K,
    "persons": 7,
}


def moment(text: str) -> datetime:
    return parse_offset(text)


def code(party: str, officer: str) -> str:
    return f"{party.lower()}/{officer}"


@dataclass
class Watch:
    """One agreement in force, the casebook, and what both logs hold beside it."""

    text: str | None = None
    book: State = EMPTY
    story: Story = field(init=False)
    instrument: Instrument = field(init=False)
    duty_book: DutyBook = field(init=False)
    acts: dict[str, Applied] = field(default_factory=dict)
    received: dict[str, datetime] = field(default_factory=dict)
    rulings: list[Ruling] = field(default_factory=list)
    noted: dict[str, Payload] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.story = Story(AGREEMENT)
        digest = self.story.begin(self.text)
        self.instrument = self.story.life.will.texts[digest].instrument
        self.duty_book = duties.empty(AGREEMENT)

    def seat(self, party: str, at: str = AT, agreement: str = AGREEMENT) -> Seat:
        covered = agreement != NO_AGREEMENT
        return Seat(
            agreement=agreement,
            party=party,
            other=OTHER[party],
            at=moment(at),
            zone=self.instrument.zone,
            annexes=self.instrument.annexes if covered else {},
            noted=self.noted.get,
        )

    def officer(self, party: str, officer: str) -> Appointment | None:
        role = ROLES.get(officer.partition("/")[2], "")
        if not role or not officer.startswith(f"{party.lower()}/"):
            return None
        return Appointment(officer=officer, party=party, role=role, limit_usd=None, keys=())

    def duties(self, at: str = AT) -> tuple[Duty, ...]:
        return duties.duties(self.duty_book, moment(at), self.received.get, self.story.status(at), self.findings)

    def owed(self, at: str = AT) -> list[tuple[str, str, str]]:
        """What is owed of rescue and not met: paragraph, debtor, state."""
        owed = (each for each in self.duties(at) if each.met_at is None and each.does.startswith("rescue."))
        return [(each.paragraph, each.debtor, each.state.value) for each in owed]

    def view(self, at: str = AT) -> View[State]:
        return View(
            state=self.book,
            instrument=self.instrument,
            at=moment(at),
            received_at=self.received.get,
            applied=self.acts.get,
            joint_at=lambda _kind, _digest: None,
            officer=self.officer,
            duties=lambda does: tuple(d for d in self.duties(at) if d.does == does and d.met_at is None),
        )

    def facts(
        self, kind: str, author: str, members: Mapping[str, Any], officer: str = "rescue-1", at: str = AT
    ) -> tuple[Mapping[str, FactValue], ...]:
        said = Said(
            act_id="",
            kind=kind,
            agreement=AGREEMENT,
            author=author,
            other=OTHER[author],
            officers=(code(author, officer),),
            causes=(),
            raw=members,
            content=read(PAYLOADS[kind], members),
            recorded_at=moment(at),
        )
        return DOMAIN.facts(said, self.view(at))

    def judged(
        self, kind: str, author: str, members: Mapping[str, Any], officer: str = "rescue-1", at: str = AT
    ) -> tuple[Ruling, tuple[Mapping[str, FactValue], ...]]:
        """The ruling on an act, and the whole sets of facts it rests on."""
        common: Mapping[str, FactValue] = {
            "phase": self.story.status(at).phase,
            "officer_role": ROLES[officer],
            "questioned": frozenset(),
        }
        lines = tuple({**common, **line} for line in self.facts(kind, author, members, officer, at))
        return judge(self.instrument, kind, lines, author=author), lines

    def say(
        self,
        kind: str,
        author: str,
        members: Mapping[str, Any],
        officer: str = "rescue-1",
        at: str = AT,
        *,
        causes: tuple[str, ...] = (),
    ) -> Ruling:
        """An act, folded where it has effect; the other Party has it at once."""
        ruling, lines = self.judged(kind, author, members, officer, at)
        self.rulings.append(ruling)
        if isinstance(ruling, Permit) or kinds()[kind].life_first:
            self.take(kind, author, members, officer, at, causes=causes, facts=lines)
        return ruling

    def take(
        self,
        kind: str,
        author: str,
        members: Mapping[str, Any],
        officer: str = "rescue-1",
        at: str = AT,
        *,
        agreement: str = AGREEMENT,
        causes: tuple[str, ...] = (),
        facts: tuple[Mapping[str, FactValue], ...] = (),
    ) -> str:
        """An act that has effect, whatever its ruling would be."""
        number = len(self.acts) + 1
        act = Applied(
            act_id=hashlib.sha256(f"{kind} {number}".encode()).hexdigest(),
            kind=kind,
            agreement=agreement,
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
        self.book = DOMAIN.fold(self.book, act)
        if agreement == AGREEMENT:
            self.duty_book = duties.fold(self.duty_book, act, self.instrument)
        return act.act_id

    def send(self, draft: Draft, author: str, officer: str = "rescue-1", at: str = AT) -> Ruling:
        """A draft of the desk, said as it is."""
        assert draft.payload is not None
        ruling = self.say(draft.kind, author, write(draft.payload), officer, at, causes=draft.causes)
        if draft.finding is not None:
            self.findings = [
                each
                if each.item != draft.finding
                else Finding(
                    item=each.item, kind=each.kind, party=each.party, at=each.at, answers=(self.acts[self.last],)
                )
                for each in self.findings
            ]
        return ruling

    def note(self, draft: Draft, party: str, at: str = AT) -> str:
        """A draft of a journal kind, noted at home."""
        assert draft.payload is not None
        item = hashlib.sha256(f"{draft.kind} {len(self.noted)}".encode()).hexdigest()
        self.noted[item] = draft.payload
        self.findings.append(Finding(item=item, kind=draft.kind, party=party, at=moment(at)))
        return item

    def opened(self, author: str = "KR", **members: Any) -> str:
        """A case of a Party, opened."""
        given = {name: value for name, value in {**OPEN, **members}.items() if value is not None}
        return self.take("rescue.case.open", author, given)

    def case(self, case_id: str) -> Case:
        return self.book.cases[case_id]

    @property
    def last(self) -> str:
        """Id of the last act with effect."""
        return next(reversed(self.acts))
