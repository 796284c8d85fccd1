"""An operation of two contingents for tests: acts drafted, judged, and folded where they are permitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from servanda.act.act import Draft
from servanda.act.ruling import Ruling
from servanda.agreement.duties import Duty
from servanda.domains.peacekeeping import DOMAIN
from servanda.domains.peacekeeping.board import Board
from tests.unit.agreement.covered import AT, Covered, Lines
from tests.unit.agreement.lives import moment

__all__ = [
    "AGREEMENT",
    "AT",
    "BREAD",
    "JOIN",
    "MANDATE",
    "MISSION",
    "OFFER",
    "REQUEST",
    "ROLES",
    "ROUNDS",
    "WATER",
    "Operation",
    "joined",
    "moment",
]

AGREEMENT = "kr-jp-b"
MISSION = "UNMISS"
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


def whole(kind: str) -> str:
    """A kind of this domain by noun and verb, or any kind by its whole name."""
    return kind if kind.count(".") == 2 else f"peacekeeping.{kind}"


class Operation(Covered):
    """Peacekeeping under one agreement in force; acts are a contingent commander's where nobody else is named."""

    agreement = AGREEMENT
    domain = DOMAIN
    offices: ClassVar[Mapping[str, tuple[str, int | None]]] = {officer: (role, None) for officer, role in ROLES.items()}

    @property
    def board(self) -> Board:
        return self.state.under(AGREEMENT)

    def owed(self, at: str = AT) -> tuple[Duty, ...]:
        """The duties that acts of this domain started."""
        return tuple(duty for duty in self.duties(at) if duty.after.startswith("peacekeeping."))

    def facts(
        self, kind: str, author: str, members: Mapping[str, Any], at: str = AT, *, officer: str = "contingent-1"
    ) -> Lines:
        return super().facts(whole(kind), author, members, officer, at)

    def judged(
        self,
        kind: str,
        author: str,
        members: Mapping[str, Any],
        at: str = AT,
        *,
        officer: str = "contingent-1",
        questioned: frozenset[str] = frozenset(),
    ) -> tuple[Ruling, Lines]:
        return super().judged(whole(kind), author, members, officer, at, questioned=questioned)

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
        return super().say(whole(kind), author, members, officer, at, causes=causes)

    def take(
        self,
        kind: str,
        author: str,
        members: Mapping[str, Any],
        at: str = AT,
        *,
        officer: str = "contingent-1",
        causes: tuple[str, ...] = (),
        facts: Lines = (),
    ) -> str:
        return super().take(whole(kind), author, members, officer, at, causes=causes, facts=facts)

    def send(self, draft: Draft, author: str, at: str = AT, *, officer: str = "contingent-1") -> Ruling:
        return super().send(draft, author, officer, at)

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
