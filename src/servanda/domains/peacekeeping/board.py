"""The board of operations: who takes part under which mandate, what is needed, offered and given, and who was told.

Rules of this module:
- an operation is known by its code, under one agreement; each Party takes part in it by one contingent;
- a mandate that a Party stated stands until it states a later one whose first day has come;
- what is given is added to its offer, and sums are taken from what was given;
- each agreement has its own board.

Spec: judging 13 (missions and support). Clause: kr-jp-b 8.1, 8.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from rpds import HashTrieMap

from servanda.base import amount
from servanda.domains.peacekeeping import acts
from servanda.domains.peacekeeping.lines import Portion


class OutOfOrder(StrEnum):
    """Why an act with effect does not follow from those before it."""

    MISSION_UNKNOWN = "mission_unknown"
    ALREADY_JOINED = "already_joined"
    NOT_JOINED = "not_joined"
    ALREADY_LEFT = "already_left"
    SUPPORT_UNKNOWN = "support_unknown"
    REQUEST_UNKNOWN = "request_unknown"
    REQUEST_OWN = "request_own"
    OFFER_UNKNOWN = "offer_unknown"
    OFFER_OWN = "offer_own"
    OFFER_OF_OTHER = "offer_of_other"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_OPEN = "offer_open"
    LINE_UNKNOWN = "line_unknown"
    BEYOND_OFFER = "beyond_offer"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """From a contingent's joining to its leaving.

    Args:
        left_day: from which it takes part no more; None while it has not said so.
        ended_by: the acts that said so, each with an earlier day than the one before.
    """

    joined_by: str
    joined_at: datetime
    content: acts.JoinMission
    left_day: date | None = None
    ended_by: tuple[str, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether the contingent has joined and, on this day, not left."""
        return self.left_day is None or day < self.left_day


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedMandate:
    """A mandate, with the act that stated it."""

    act_id: str
    mandate: acts.Mandate


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """One Party's part in an operation.

    Args:
        stays: the first it joined comes first; there is one at least.
        mandates: in the order they were stated.
        strength: people, as last stated.
    """

    party: str
    stays: tuple[Stay, ...]
    mandates: tuple[StatedMandate, ...]
    strength: int

    @property
    def stay(self) -> Stay:
        """The last one."""
        return self.stays[-1]

    def mandate_on(self, day: date) -> acts.Mandate | None:
        """The latest that this Party stated and whose first day has come, run out or not."""
        begun = (stated.mandate for stated in reversed(self.mandates) if stated.mandate.from_day <= day)
        return next(begun, None)


def runs_on(mandate: acts.Mandate | None, day: date) -> bool:
    """Whether a mandate has begun and not run out; its last day counts."""
    if mandate is None or day < mandate.from_day:
        return False
    return mandate.until_day is None or day <= mandate.until_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Mission:
    """One operation.

    Args:
        parts: by Party.
        updates: acts that said what changed, in the order of the fold.
    """

    code: str
    parts: HashTrieMap[str, Participation] = field(default_factory=HashTrieMap)
    updates: tuple[str, ...] = ()

    def mandated(self, day: date) -> bool:
        """Whether no Party that takes or took part states that its mandate ran out: the stricter one counts."""
        return bool(self.parts) and all(runs_on(part.mandate_on(day), day) for part in self.parts.values())

    def joined(self, party: str, day: date) -> bool:
        """Whether a Party's contingent has joined and not left."""
        part = self.parts.get(party)
        return part is not None and part.stay.covers(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Word that a mission's support office was told of a support."""

    act_id: str
    author: str
    told_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A need of a contingent, and the offers that answer it.

    Args:
        to: the Party that is asked.
        offers: by act id, in the order of the fold.
    """

    id: str
    author: str
    to: str
    recorded_at: datetime
    content: acts.RequestSupport
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilment:
    """What was given in one act.

    Args:
        told_before: whether the mission's support office had been told when it was given.
    """

    act_id: str
    recorded_at: datetime
    portions: tuple[Portion, ...]
    paid_by_un: bool
    told_before: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Support as it was offered, and what became of it.

    Args:
        to: the Party it is offered to.
        raw: its content as signed, unknown members too: what reviewers name.
    """

    id: str
    author: str
    to: str
    recorded_at: datetime
    raw: Mapping[str, Any]
    content: acts.OfferSupport
    accepted_by: str | None = None
    accepted_at: datetime | None = None
    fulfilments: tuple[Fulfilment, ...] = ()

    def quantity(self, line: int) -> Decimal:
        """What was offered on a line; nothing where there is no such line."""
        return Decimal(self.content.lines[line - 1].quantity) if 0 < line <= len(self.content.lines) else Decimal(0)

    def given(self, line: int, *, paid_by_un: bool = False) -> Decimal:
        """What was given on a line.

        Args:
            paid_by_un: only what the United Nations was said to pay for.
        """
        return amount.total(
            Decimal(portion.quantity)
            for fulfilment in self.fulfilments
            if fulfilment.paid_by_un or not paid_by_un
            for portion in fulfilment.portions
            if portion.line == line
        )

    def left(self) -> tuple[Portion, ...]:
        """What was offered and not yet given."""
        numbers = range(1, len(self.content.lines) + 1)
        found = ((number, self.quantity(number) - self.given(number)) for number in numbers)
        return tuple(Portion(line=number, quantity=amount.text(left)) for number, left in found if left > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What follows under one agreement.

    Args:
        missions: by code.
        requests, offers: by act id.
        offer_of: act id of an acceptance or of what was given -> id of its offer.
        tellings: by code of the operation and act id of the support.
        out_of_order: act id -> why it does not follow.
    """

    missions: HashTrieMap[str, Mission] = field(default_factory=HashTrieMap)
    requests: HashTrieMap[str, Request] = field(default_factory=HashTrieMap)
    offers: HashTrieMap[str, Offer] = field(default_factory=HashTrieMap)
    offer_of: HashTrieMap[str, str] = field(default_factory=HashTrieMap)
    tellings: HashTrieMap[tuple[str, str], tuple[Telling, ...]] = field(default_factory=HashTrieMap)
    out_of_order: HashTrieMap[str, OutOfOrder] = field(default_factory=HashTrieMap)

    def told(self, mission: str, act_id: str) -> tuple[Telling, ...]:
        """Word that this operation's support office was told of exactly this act."""
        return self.tellings.get((mission, act_id)) or ()

    def told_of(self, offer: Offer) -> tuple[Telling, ...]:
        """Word that it was told of what an offer holds: of the offer, or of its acceptance."""
        mission = offer.content.mission
        accepted = () if offer.accepted_by is None else self.told(mission, offer.accepted_by)
        return (*self.told(mission, offer.id), *accepted)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What follows, by agreement."""

    boards: HashTrieMap[str, Board] = field(default_factory=HashTrieMap)

    def under(self, agreement: str) -> Board:
        return self.boards.get(agreement) or _NOTHING


_NOTHING = Board()
EMPTY = State()
