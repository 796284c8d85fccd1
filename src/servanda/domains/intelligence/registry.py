"""What is known of reports: the report and its revisions, questions, leave, assurances, facilities, incidents.

Rules of this module:
- the newest revision is the last in the order of the fold, and it is the one that counts;
- each agreement has its own registry: what was shared under one is not acted on under another;
- what does not follow from the acts before it stands beside the rest, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from rpds import HashTrieMap

from servanda.domains.intelligence.acts import ReportHead

ConsentKey = tuple[str, str, str, str]


class OutOfOrder(StrEnum):
    """Why an act with effect does not follow from those before it."""

    CONTROL_USED = "control_used"
    REPORT_UNKNOWN = "report_unknown"
    REPORT_RECALLED = "report_recalled"
    REPORT_DESTROYED = "report_destroyed"
    REVISION_SKIPPED = "revision_skipped"
    ALREADY_ACKNOWLEDGED = "already_acknowledged"
    REQUEST_UNKNOWN = "request_unknown"
    REQUEST_CLOSED = "request_closed"
    INCIDENT_UNKNOWN = "incident_unknown"
    INCIDENT_OF_OTHER = "incident_of_other"
    INCIDENT_CONCLUDED = "incident_concluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One version of a report: its head, and the act that gave it."""

    act_id: str
    recorded_at: datetime
    head: ReportHead


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """The originator asked for a report back; it counts from the other Party's reply."""

    act_id: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """A Party certified that its copies are gone or given back."""

    act_id: str
    recorded_at: datetime
    method: str
    certificate: str
    witnesses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A report was passed to an outside body."""

    act_id: str
    author: str
    released_to: str
    body: str
    purpose: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """A Party told how many copies and readers there are."""

    act_id: str
    copies: int
    readers: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as both Parties know it.

    Args:
        originator: the Party that first shared it.
        revisions: in the order of the fold; the last one counts.
        acknowledged: act id of a share, amendment or recall -> act id of its acknowledgement.
        destroyed, extracts: by Party; its first certificate, its newest extract.
    """

    control: str
    originator: str
    revisions: tuple[Revision, ...]
    recalled: Recalled | None = None
    acknowledged: HashTrieMap[str, str] = field(default_factory=HashTrieMap)
    destroyed: HashTrieMap[str, Destroyed] = field(default_factory=HashTrieMap)
    extracts: HashTrieMap[str, Extracted] = field(default_factory=HashTrieMap)
    releases: tuple[Released, ...] = ()

    @property
    def newest(self) -> Revision:
        return self.revisions[-1]

    @property
    def level(self) -> int:
        return self.newest.head.level

    @property
    def topic(self) -> str:
        return self.newest.head.topic

    @property
    def purpose(self) -> str | None:
        return self.newest.head.purpose

    @property
    def unacknowledged(self) -> tuple[str, ...]:
        """Act ids of revisions and recall that nobody has acknowledged yet."""
        said = [revision.act_id for revision in self.revisions]
        if self.recalled is not None:
            said.append(self.recalled.act_id)
        return tuple(act_id for act_id in said if act_id not in self.acknowledged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request: open until a share names it or a decline answers it; never overdue."""

    act_id: str
    author: str
    topic: str
    purpose: str | None
    recorded_at: datetime
    answered_by: tuple[str, ...] = ()
    declined_by: str | None = None

    @property
    def open(self) -> bool:
        return not self.answered_by and self.declined_by is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Leave to pass one report to one body for one purpose, to the end of a day."""

    act_id: str
    author: str
    control: str
    body: str
    purpose: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Assurance:
    """A Party's word that an addressee is cleared to a level; a later one stands in its place."""

    act_id: str
    author: str
    addressee: str
    level: int
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """A Party's attestation of a contractor's facility; a later one stands in its place."""

    act_id: str
    author: str
    facility: str
    cleared: bool
    binds: bool
    inspected_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A notice of loss, with the hour of the finding that it states."""

    act_id: str
    author: str
    control: str | None
    nature: str
    found_at: datetime
    recorded_at: datetime
    concluded_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What follows under one agreement.

    Args:
        reports: by control number.
        numbered: the highest number used, by the Party and year that a control number begins with.
        control_of: act id of a share, amendment or recall -> control number.
        asked: act id of the newest question for leave, by control number, body and purpose.
        consents: the newest, by the Party that gives, control number, body and purpose.
        assurances: the newest, by Party and addressee.
        facilities: the newest, by Party and facility.
        out_of_order: act id -> why it does not follow.
    """

    reports: HashTrieMap[str, Report] = field(default_factory=HashTrieMap)
    numbered: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    control_of: HashTrieMap[str, str] = field(default_factory=HashTrieMap)
    questions: HashTrieMap[str, Question] = field(default_factory=HashTrieMap)
    asked: HashTrieMap[tuple[str, str, str], str] = field(default_factory=HashTrieMap)
    consents: HashTrieMap[ConsentKey, Consent] = field(default_factory=HashTrieMap)
    assurances: HashTrieMap[tuple[str, str], Assurance] = field(default_factory=HashTrieMap)
    facilities: HashTrieMap[tuple[str, str], Facility] = field(default_factory=HashTrieMap)
    incidents: HashTrieMap[str, Incident] = field(default_factory=HashTrieMap)
    out_of_order: HashTrieMap[str, OutOfOrder] = field(default_factory=HashTrieMap)

    def report_about(self, act_id: str) -> Report | None:
        """The report that a share, amendment or recall belongs to."""
        control = self.control_of.get(act_id)
        return None if control is None else self.reports.get(control)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What follows, by agreement."""

    registries: HashTrieMap[str, Registry] = field(default_factory=HashTrieMap)

    def under(self, agreement: str) -> Registry:
        return self.registries.get(agreement) or _NOTHING


_NOTHING = Registry()
EMPTY = State()
