"""An operation of two contingents for tests: acts drafted, judged, and folded where they are permitted."""

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
from servanda.base.moment import parse_offset
from servanda.domain import Said, Seat, View
from servanda.domains.peacekeeping import DOMAIN, State
from servanda.domains.peacekeeping.acts import PAYLOADS
from servanda.domains.peacekeeping.board import Board
from servanda.domains.peacekeeping.state import EMPTY
from servanda.policy.facts import FactValue
from servanda.policy.judge import judge
from tests.unit.agreement.lives import OTHER, Story

AGREEMENT = "kr-jp-b"
MISSION = "UNMISS"
AT = "2031-03-01T09:00+09:00"
ROLES: Mapping[str, str] = {
    "contingent-1": "contingent_commander",
    "supply-1": "supply_officer",
    "staff-1": "joint_staff",
    "order-1": "ordering_officer",
    "money-1": "settling_officer",
    "review-1": "reviewer",
    "member-1": "committee_member",
    "envoy-1": "envoy",
    "information-1": "information_officer",
    "rescue-1": "rescue_coordinator",
    "duty-1": "duty_officer",
    "clerk-1": "other",
}
MANDATE: Mapping[str, Any] = {
    "resolution": "exercise resolution 9001 (2030)",
    "from_day": "2030-07-01",
    "until_day": "2031-12-31",
}
JOIN: Mapping[str, Any] = {
    "mission": MISSION,
    "mandate": MANDATE,
    "contingent": "engineer unit",
    "strength": 280,
    "place": "third_territory",
}
WATER: Mapping[str, Any] = {
    "item": {"text": "drinking water", "supply_class": "8960", "category": "water"},
    "quantity": "5000",
    "unit": "LTR",
    "serves_weapon": False,
}
BREAD: Mapping[str, Any] = {
    "item": {"text": "bread", "supply_class": "8920"},
    "quantity": "400",
    "unit": "KGM",
    "serves_weapon": False,
}
ROUNDS: Mapping[str, Any] = {
    "item": {"text": "10,000 rounds 5.56 mm", "supply_class": "1305"},
    "quantity": "10000",
    "unit": "EA",
    "serves_weapon": False,
}
REQUEST: Mapping[str, Any] = {"mission": MISSION, "lines": [WATER], "place": "third_territory", "for_combat": False}
OFFER: Mapping[str, Any] = {**REQUEST, "paid_by_un": False, "route": "between_contingents"}


def moment(text: str) -> datetime:
    return parse_offset(text)


def code(party: str, officer: str) -> str:
    return f"{party.lower()}/{officer}"


@dataclass
class Operation:
    """One agreement in force, its peacekeeping state, and what both logs hold beside it."""

    text: str | None = None
    state: State = EMPTY
    story: Story = field(init=False)
    instrument: Instrument = field(init=False)
    duty_book: DutyBook = field(init=False)
    acts: dict[str, Applied] = field(default_factory=dict)
    received: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.story = Story(AGREEMENT)
        digest = self.story.begin(self.text)
        self.instrument = self.story.life.will.texts[digest].instrument
        self.duty_book = duties.empty(AGREEMENT)

    @property
    def board(self) -> Board:
        return self.state.under(AGREEMENT)

    @property
    def last(self) -> str:
        """Id of the last act with effect."""
        return next(reversed(self.acts))

    def seat(self, party: str, at: str = AT) -> Seat:
        return Seat(agreement=AGREEMENT, party=party, other=OTHER[party], at=moment(at), zone=self.instrument.zone)

    def joint_at(self, kind: str, digest: str) -> datetime | None:
        halves = {
            act.author: act.recorded_at
            for act in self.acts.values()
            if act.kind == kind and joint_digest(kind, act.payload) == digest
        }
        return max(halves.values()) if len(halves) == 2 else None

    def duties(self, at: str = AT) -> tuple[Duty, ...]:
        return duties.duties(self.duty_book, moment(at), self.received.get, self.story.status(at))

    def owed(self, at: str = AT) -> tuple[Duty, ...]:
        """The duties that acts of this domain started."""
        return tuple(duty for duty in self.duties(at) if duty.after.startswith("peacekeeping."))

    def view(self, at: str = AT) -> View[State]:
        return View(
            state=self.state,
            instrument=self.instrument,
            at=moment(at),
            received_at=self.received.get,
            applied=self.acts.get,
            joint_at=self.joint_at,
            officer=lambda _party, _officer: None,
            duties=lambda does: tuple(d for d in self.duties(at) if d.does == does and d.met_at is None),
        )

    def facts(
        self, kind: str, author: str, members: Mapping[str, Any], at: str = AT
    ) -> tuple[Mapping[str, FactValue], ...]:
        said = Said(
            act_id="",
            kind=f"peacekeeping.{kind}",
            agreement=AGREEMENT,
            author=author,
            other=OTHER[author],
            officers=(code(author, "contingent-1"),),
            causes=(),
            raw=members,
            content=read(PAYLOADS[f"peacekeeping.{kind}"], members),
            recorded_at=moment(at),
        )
        return DOMAIN.facts(said, self.view(at))

    def judged(
        self,
        kind: str,
        author: str,
        members: Mapping[str, Any],
        at: str = AT,
        *,
        officer: str = "contingent-1",
        questioned: frozenset[str] = frozenset(),
    ) -> tuple[Ruling, tuple[Mapping[str, FactValue], ...]]:
        """The ruling on an act, and the whole sets of facts it rests on."""
        common: Mapping[str, FactValue] = {
            "phase": self.story.status(at).phase,
            "officer_role": ROLES[officer],
            "questioned": questioned,
        }
        lines = tuple({**common, **line} for line in self.facts(kind, author, members, at))
        return judge(self.instrument, f"peacekeeping.{kind}", lines, author=author), lines

    def say(
        self,
        kind: str,
        author: str,
        members: Mapping[str, Any],
        at: str = AT,
        *,
        officer: str = "contingent-1",
        causes: tuple[str, ...] = (),
    ) -> Ruling:
        """An act, folded where it is permitted; the other Party has it at once."""
        ruling, lines = self.judged(kind, author, members, at, officer=officer)
        if isinstance(ruling, Permit):
            self.take(kind, author, members, at, causes=causes, facts=lines)
        return ruling

    def take(
        self,
        kind: str,
        author: str,
        members: Mapping[str, Any],
        at: str = AT,
        *,
        causes: tuple[str, ...] = (),
        facts: tuple[Mapping[str, FactValue], ...] = (),
    ) -> str:
        """An act that has effect, whatever its ruling would be; of another domain where the kind names one."""
        number = len(self.acts) + 1
        whole = kind if kind.count(".") == 2 else f"peacekeeping.{kind}"
        act = Applied(
            act_id=hashlib.sha256(f"{whole} {number}".encode()).hexdigest(),
            kind=whole,
            agreement=AGREEMENT,
            digest=self.instrument.digest,
            author=author,
            other=OTHER[author],
            officers=(code(author, "contingent-1"),),
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

    def send(self, draft: Draft, author: str, at: str = AT, *, officer: str = "contingent-1") -> Ruling:
        """A draft of the desk, said as it is."""
        assert draft.payload is not None
        kind = draft.kind.removeprefix("peacekeeping.")
        return self.say(kind, author, write(draft.payload), at, officer=officer, causes=draft.causes)

    def join_both(self) -> None:
        for party in ("KR", "JP"):
            self.take("mission.join", party, JOIN)

    def offered(self, **members: Any) -> str:
        """An offer of Japan."""
        return self.take("support.offer", "JP", {**OFFER, **members})

    def accepted(self, **members: Any) -> str:
        """An offer of Japan that Korea accepted."""
        offer = self.offered(**members)
        self.take("support.accept", "KR", {"offer": offer})
        return offer

    def told(self, *act_ids: str, by: str = "JP", at: str = AT) -> str:
        return self.take("mission.update", by, {"mission": MISSION, "told": list(act_ids)}, at, causes=act_ids)


def joined(text: str | None = None) -> Operation:
    """An operation that both contingents have joined."""
    operation = Operation(text)
    operation.join_both()
    return operation
