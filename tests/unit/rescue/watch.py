"""A rescue between two Parties for tests: acts drafted, judged, folded where they have effect, in one small view."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from servanda.act.act import Draft
from servanda.act.content import Payload
from servanda.act.ruling import Ruling
from servanda.act.statement import NO_AGREEMENT
from servanda.agreement import duties
from servanda.agreement.duties import Duty, Finding
from servanda.domain import Seat
from servanda.domains.rescue import DOMAIN, State
from servanda.domains.rescue.casebook import Case
from tests.unit.agreement.covered import AT, Covered, Lines
from tests.unit.agreement.lives import moment

AGREEMENT = "kr-jp-a"
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


@dataclass
class Watch(Covered):
    """Rescue under one agreement in force, with what was noted at home; acts are a coordinator's where none is named.

    Args:
        noted: item of the journal -> what it says.
    """

    agreement = AGREEMENT
    domain = DOMAIN
    offices: ClassVar[Mapping[str, tuple[str, int | None]]] = {officer: (role, None) for officer, role in ROLES.items()}

    noted: dict[str, Payload] = field(init=False, default_factory=dict)
    findings: list[Finding] = field(init=False, default_factory=list)

    @property
    def book(self) -> State:
        return self.state

    def seat(self, party: str, at: str = AT, agreement: str = AGREEMENT) -> Seat:
        seat = replace(super().seat(party, at), agreement=agreement, noted=self.noted.get)
        return replace(seat, annexes={}) if agreement == NO_AGREEMENT else seat

    def duties(self, at: str = AT) -> tuple[Duty, ...]:
        return duties.duties(self.duty_book, moment(at), self.received.get, self.story.status(at), self.findings)

    def owed(self, at: str = AT) -> list[tuple[str, str, str]]:
        """What is owed of rescue and not met: paragraph, debtor, state."""
        owed = (each for each in self.duties(at) if each.met_at is None and each.does.startswith("rescue."))
        return [(each.paragraph, each.debtor, each.state.value) for each in owed]

    def facts(
        self, kind: str, author: str, members: Mapping[str, Any], officer: str = "rescue-1", at: str = AT
    ) -> Lines:
        return super().facts(kind, author, members, officer, at)

    def judged(
        self, kind: str, author: str, members: Mapping[str, Any], officer: str = "rescue-1", at: str = AT, **asked: Any
    ) -> tuple[Ruling, Lines]:
        return super().judged(kind, author, members, officer, at, **asked)

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
        return super().say(kind, author, members, officer, at, causes=causes)

    def take(
        self,
        kind: str,
        author: str,
        members: Mapping[str, Any],
        officer: str = "rescue-1",
        at: str = AT,
        **also: Any,
    ) -> str:
        return super().take(kind, author, members, officer, at, **also)

    def send(self, draft: Draft, author: str, officer: str = "rescue-1", at: str = AT) -> Ruling:
        """A draft of the desk, said as it is; the journal says what it answers."""
        ruling = super().send(draft, author, officer, at)
        if draft.finding is not None:
            answers = (self.acts[self.last],)
            self.findings = [
                replace(each, answers=answers) if each.item == draft.finding else each for each in self.findings
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
