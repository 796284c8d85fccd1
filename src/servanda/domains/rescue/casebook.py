"""The casebook: what is kept of cases, sightings, offers, plans, searches and admissions.

Rules of this module:
- there is one casebook, whatever agreement covers an act: a case opened under none is worked under the next;
- a case is known by the act that opened it, a plan by the act that proposed it, an admission by the act that asked;
- nothing is edited: a later answer is added, and the last one counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from rpds import HashTrieMap

from servanda.act.content import Payload
from servanda.base import moment
from servanda.domains.rescue import acts

C = TypeVar("C", bound=Payload)


class OutOfOrder(StrEnum):
    """Why an act with effect does not follow from those before it."""

    CASE_UNKNOWN = "case_unknown"
    CASE_OPEN = "case_open"
    CASE_CLOSED = "case_closed"
    ALREADY_CONCURRED = "already_concurred"
    PLAN_UNKNOWN = "plan_unknown"
    PLAN_OWN = "plan_own"
    PLAN_AGREED = "plan_agreed"
    PLAN_REPLACED = "plan_replaced"
    AREA_UNKNOWN = "area_unknown"
    PARTY_UNKNOWN = "party_unknown"
    TURN_WRONG = "turn_wrong"
    HALF_REPEATED = "half_repeated"
    REQUEST_UNKNOWN = "request_unknown"
    REQUEST_OWN = "request_own"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Generic[C]):
    """One thing that a Party said: who, when and what."""

    act_id: str
    author: str
    recorded_at: datetime
    content: C


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A search plan, and what became of it."""

    act_id: str
    author: str
    recorded_at: datetime
    content: acts.ProposePlan
    agreed_by: str | None = None
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A request to be let in, and the answers to it; the last one counts."""

    act_id: str
    author: str
    recorded_at: datetime
    content: acts.RequestAdmission
    answers: tuple[Told[acts.AnswerAdmission], ...] = ()

    @property
    def granted(self) -> bool:
        """Whether the other Party grants it; silence grants nothing."""
        return bool(self.answers) and self.answers[-1].content.granted

    @property
    def ends_at(self) -> datetime:
        """The moment until which a grant stands."""
        asked = moment.parse(self.content.ends)
        until = self.answers[-1].content.until if self.answers else None
        return asked if until is None else min(asked, moment.parse(until))

    def covers(self, at: datetime) -> bool:
        """Whether it is granted for a moment."""
        return self.granted and moment.parse(self.content.begins) <= at <= self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One Party's half of a pass of the lead."""

    act_id: str
    author: str
    to: str
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as both Parties know it.

    Args:
        id: act id of the act that opened it.
        author: the Party that opened it.
        lead: the Party that the lead was passed to last; None while it was not passed.
        turns: how often it was passed.
        halves: (agreement, joint digest) -> the half of a pass that waits for the other.
        heard: Party -> the act by which it concurred that the case may be closed.
        sightings, offers, plans, searches, admissions, begun: act ids, in the order of the fold.
        reopened_by: the case that goes on with this one.
    """

    id: str
    agreement: str
    author: str
    recorded_at: datetime
    content: acts.OpenCase
    lead: str | None = None
    turns: int = 0
    halves: HashTrieMap[tuple[str, str], Half] = field(default_factory=HashTrieMap)
    heard: HashTrieMap[str, str] = field(default_factory=HashTrieMap)
    closed: Told[acts.CloseCase] | None = None
    reopened_by: str | None = None
    sightings: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    admissions: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return self.closed is None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What follows, under whatever agreement.

    Args:
        cases, sightings, offers, plans, searches, admissions, begun: by act id.
        out_of_order: act id -> why it does not follow.
    """

    cases: HashTrieMap[str, Case] = field(default_factory=HashTrieMap)
    sightings: HashTrieMap[str, Told[acts.LodgeSighting]] = field(default_factory=HashTrieMap)
    offers: HashTrieMap[str, Told[acts.OfferAsset]] = field(default_factory=HashTrieMap)
    plans: HashTrieMap[str, Plan] = field(default_factory=HashTrieMap)
    searches: HashTrieMap[str, Told[acts.ReportSearch]] = field(default_factory=HashTrieMap)
    admissions: HashTrieMap[str, Admission] = field(default_factory=HashTrieMap)
    begun: HashTrieMap[str, Told[acts.BeginAdmission]] = field(default_factory=HashTrieMap)
    out_of_order: HashTrieMap[str, OutOfOrder] = field(default_factory=HashTrieMap)


EMPTY = State()
