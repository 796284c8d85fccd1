"""Trade between two Parties for tests: acts drafted, judged, and folded where they are permitted, in one small view."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from servanda.act.act import Applied, Draft
from servanda.act.content import read, write
from servanda.act.ruling import Permit, Ruling
from servanda.agreement import duties
from servanda.agreement.acts import joint_digest
from servanda.agreement.duties import Duty, DutyBook
from servanda.agreement.instrument import Instrument
from servanda.agreement.life import Appointment
from servanda.base.moment import parse_offset
from servanda.domain import Said, Seat, View
from servanda.domains.logistics import DOMAIN, State
from servanda.domains.logistics.acts import PAYLOADS
from servanda.domains.logistics.book import Book
from servanda.domains.logistics.state import EMPTY
from servanda.policy.facts import FactValue
from servanda.policy.judge import judge
from tests.unit.agreement.lives import OTHER, Story

AGREEMENT = "kr-jp-b"
AT = "2031-03-01T09:00+09:00"
OFFICERS: Mapping[str, tuple[str, int | None]] = {
    "order-1": ("ordering_officer", 500_000),
    "order-2": ("ordering_officer", 50_000),
    "supply-1": ("supply_officer", None),
    "supply-2": ("supply_officer", None),
    "money-1": ("settling_officer", None),
    "review-1": ("reviewer", None),
    "member-1": ("committee_member", None),
    "envoy-1": ("envoy", None),
    "all-1": ("contingent_commander", 500_000),
}
WHOLE: Mapping[str, Any] = {
    "billed_party": "JP ministry of defence",
    "receiving_organisation": "JP engineer unit",
    "funds": "certified by the unit's comptroller",
    "transfer_day": "2031-03-10",
    "transfer_place": "Juba airfield",
    "special_requirements": {"not_applicable": "no special transport"},
    "limit_of_liability": {"not_applicable": "final price"},
}
"""The elements that an order gives."""
SUPPLIERS: Mapping[str, Any] = {
    "payee": "KR ministry of national defence",
    "payment_address": "Seoul, account 1",
    "issuing_organisation": "KR engineer unit",
}
"""The elements that its acceptance adds."""
FUEL: Mapping[str, Any] = {
    "item": {"text": "diesel fuel", "supply_class": "9130", "category": "fuel"},
    "quantity": "40000",
    "unit": "LTR",
    "unit_price": "1.05",
    "serves_weapon": False,
}
ORDER: Mapping[str, Any] = {
    "activity": "un_peacekeeping",
    "place": "third_territory",
    "supplier": "KR",
    "currency": "USD",
    "settlement": "cash",
    "lines": [FUEL],
    "for_combat": False,
    "elements": WHOLE,
}


def moment(text: str) -> datetime:
    return parse_offset(text)


def code(party: str, officer: str) -> str:
    return f"{party.lower()}/{officer}"


@dataclass
class Trade:
    """One agreement in force, its logistics state, and what both logs hold beside it."""

    text: str | None = None
    state: State = EMPTY
    story: Story = field(init=False)
    instrument: Instrument = field(init=False)
    duty_book: DutyBook = field(init=False)
    acts: dict[str, Applied] = field(default_factory=dict)
    received: dict[str, datetime] = field(default_factory=dict)
    rulings: list[Ruling] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.story = Story(AGREEMENT)
        digest = self.story.begin(self.text)
        self.instrument = self.story.life.will.texts[digest].instrument
        self.duty_book = duties.empty(AGREEMENT)

    @property
    def book(self) -> Book:
        return self.state.under(AGREEMENT)

    def seat(self, party: str, at: str = AT) -> Seat:
        return Seat(agreement=AGREEMENT, party=party, other=OTHER[party], at=moment(at), zone=self.instrument.zone)

    def officer(self, party: str, officer: str) -> Appointment | None:
        role, limit = OFFICERS.get(officer.partition("/")[2], ("", None))
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

    def view(self, at: str = AT) -> View[State]:
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

    def facts(
        self, kind: str, author: str, members: Mapping[str, Any], officer: str, at: str = AT
    ) -> tuple[Mapping[str, FactValue], ...]:
        content = read(PAYLOADS[kind], members)
        said = Said(
            act_id="",
            kind=kind,
            agreement=AGREEMENT,
            author=author,
            other=OTHER[author],
            officers=(code(author, officer),),
            causes=(),
            raw=members,
            content=content,
            recorded_at=moment(at),
        )
        return DOMAIN.facts(said, self.view(at))

    def judged(
        self, kind: str, author: str, members: Mapping[str, Any], officer: str, at: str = AT
    ) -> tuple[Ruling, tuple[Mapping[str, FactValue], ...]]:
        """The ruling on an act, and the whole sets of facts it rests on."""
        role = OFFICERS[officer][0]
        common: Mapping[str, FactValue] = {
            "phase": self.story.status(at).phase,
            "officer_role": role,
            "questioned": frozenset(),
        }
        lines = tuple({**common, **line} for line in self.facts(kind, author, members, officer, at))
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
        """An act, folded where it is permitted; the other Party has it at once."""
        ruling, lines = self.judged(kind, author, members, officer, at)
        self.rulings.append(ruling)
        if isinstance(ruling, Permit):
            self.take(kind, author, members, officer, at, causes=causes, facts=lines)
        return ruling

    def take(
        self,
        kind: str,
        author: str,
        members: Mapping[str, Any],
        officer: str,
        at: str = AT,
        *,
        causes: tuple[str, ...] = (),
        facts: tuple[Mapping[str, FactValue], ...] = (),
    ) -> str:
        """An act that has effect, whatever its ruling would be."""
        number = len(self.acts) + 1
        act = Applied(
            act_id=hashlib.sha256(f"{kind} {number}".encode()).hexdigest(),
            kind=kind,
            agreement=AGREEMENT,
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
        self.state = DOMAIN.fold(self.state, act)
        self.duty_book = duties.fold(self.duty_book, act, self.instrument)
        return act.act_id

    def send(self, draft: Draft, author: str, officer: str, at: str = AT) -> Ruling:
        """A draft of the desk, said as it is."""
        assert draft.payload is not None
        return self.say(draft.kind, author, write(draft.payload), officer, at, causes=draft.causes)

    @property
    def last(self) -> str:
        """Id of the last act with effect."""
        return next(reversed(self.acts))
