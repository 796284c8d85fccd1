"""What may be said of reports: the payload of each kind, valid once built.

Rules of this module:
- the head of a report holds codes and numbers alone: free text leaks, and could not be taken out of the log again;
- desks, bodies and facilities are named by code, never people;
- what the agreement may refuse is no error of form: a missing purpose, wrong marks or level 3 read, and are judged;
- free text (title, text, question, reason, account, findings, measures) does not outlive the destruction of a payload.

Spec: record 4.7 (residue).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from servanda.act.content import Payload
from servanda.base.forms import ActId, Moment, Note, Part, Party, each_once, fault, instant
from servanda.domains.intelligence.codes import (
    ADDRESSEES_MAX,
    CHANGES_MAX,
    REVISION_MAX,
    Carrier,
    Caveat,
    Certificate,
    Code,
    Control,
    Count,
    Level,
    MarkCode,
    Method,
    Nature,
    Path,
    Precedence,
    Root,
    Route,
    Text,
    Title,
)


class ReportHead(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """What both nodes judge of a report, and what stays when the report is destroyed.

    Args:
        control: number of the report, `KR-2031-000041`; begins with the originator's code.
        originator: the Party whose report it is.
        topic: word of the agreement, or another code, which then is out of scope.
        level: step of the scale of the agreement, 0 to 3.
        marks: mark code by Party; none at level 0.
        purpose: code of what it is for; the agreement refuses a report without one.
        addressees: codes of the desks it is for.
        relay_asked: the originator asks for the relay named in `route`.
    """

    control: Control
    revision: Annotated[int, Meta(ge=1, le=REVISION_MAX)]
    originator: Party
    topic: Code
    level: Level
    reported_at: Moment
    addressees: Annotated[tuple[Code, ...], Meta(min_length=1, max_length=ADDRESSEES_MAX)]
    marks: dict[Party, MarkCode] = msgspec.field(default_factory=dict)
    purpose: Code | None = None
    precedence: Precedence = "routine"
    caveats: tuple[Caveat, ...] = ()
    carrier: Carrier = "node_link"
    route: Route = "direct"
    relay_asked: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.control.partition("-")[0] != self.originator:
            raise fault("control", f"expected a number that begins with `{self.originator}`, got `{self.control}`")
        instant("reported_at", self.reported_at)
        each_once("addressees", self.addressees)
        each_once("caveats", self.caveats)


class Share(ReportHead, frozen=True, kw_only=True, omit_defaults=True):
    """Gives a report to the other Party: its head, title and text. Its first revision."""

    residue_members: ClassVar[frozenset[str] | None] = frozenset(ReportHead.__struct_fields__)

    title: Title
    text: Text

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.revision != 1:
            raise fault("revision", f"expected 1 for a report first shared, got `{self.revision}`")


class Amends(Part, frozen=True, kw_only=True, omit_defaults=True):
    """The revision that an amendment stands in for, and the paths it changes."""

    revision: Annotated[int, Meta(ge=1, le=REVISION_MAX)]
    changes: Annotated[tuple[Path, ...], Meta(max_length=CHANGES_MAX)] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        each_once("amends.changes", self.changes)


class AmendHead(ReportHead, frozen=True, kw_only=True, omit_defaults=True):
    """The head of a report that stands in for an earlier revision."""

    amends: Amends

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.revision <= self.amends.revision:
            raise fault("revision", f"expected more than the {self.amends.revision} it amends, got `{self.revision}`")


class Amend(AmendHead, frozen=True, kw_only=True, omit_defaults=True):
    """Corrects a report or changes its level: the whole of it anew."""

    residue_members: ClassVar[frozenset[str] | None] = frozenset(AmendHead.__struct_fields__)

    title: Title
    text: Text


class RequestHead(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """What stays of a question: what it is about and what for."""

    topic: Code
    purpose: Code | None = None


class Request(RequestHead, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for information, saying what for."""

    residue_members: ClassVar[frozenset[str] | None] = frozenset(RequestHead.__struct_fields__)

    question: Note


class Decline(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Answers a request with no; owes no reason, and takes none.

    Args:
        request: act id of the request.
    """

    request: ActId


class Recall(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for a report back, all revisions of it."""

    residue_members: ClassVar[frozenset[str] | None] = frozenset({"report"})

    report: Control
    reason: Note | None = None


class Acknowledge(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Confirms that a report, amendment or recall arrived.

    Args:
        about: act id of what arrived.
        desk: code of the desk that took it in charge.
        marked_as: own mark put on it, where the own Party has more than one of that level.
    """

    about: ActId
    desk: Code | None = None
    marked_as: MarkCode | None = None


class Release(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Passes a report on to a reader or body.

    Args:
        released_to: own_government, own_contractor, or a word of the agreement for an outside body.
        body: code of the office, contractor or outside body.
        purpose: code of the use it is passed on for.
        reader_clearance: the lowest clearance among the readers, 0 to 3.
        need_to_know: every reader needs it for official duty.
        same_purpose: the use is that for which the report was shared.
        marked: what is passed on bears all marks of the original.
        facility: code of the contractor's facility, where one is attested.
    """

    report: Control
    released_to: Code
    body: Code
    purpose: Code | None = None
    reader_clearance: Level = 0
    need_to_know: bool = False
    same_purpose: bool = False
    marked: bool = False
    facility: Code | None = None


class Destroy(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Certifies that a report was destroyed or given back; the witnesses sign it after the first officer.

    Args:
        certificate: number of the certificate.
    """

    report: Control
    method: Method
    certificate: Certificate


def witnesses(officers: Sequence[str]) -> tuple[str, ...]:
    """Those who sign a certificate of destruction beside its author: each once, however many keys each has."""
    return tuple(officer for officer in dict.fromkeys(officers) if officer != officers[0])


class Extract(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Tells the originator how many copies and readers there are, naming no person.

    Args:
        root: root of the register of readers, hex.
    """

    report: Control
    copies: Count
    readers: Count
    root: Root


class AskConsent(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Asks the originator for leave to pass a report to one body for one purpose."""

    report: Control
    body: Code
    purpose: Code


class GiveConsent(AskConsent, frozen=True, kw_only=True, omit_defaults=True):
    """Gives that leave, to the end of the day it names."""

    until: date


class Assure(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Assures the originator that an addressee is cleared to a level and needs what is sent to it.

    Args:
        until: the last day of the assurance; none where it stands until a later one.
    """

    addressee: Code
    level: Level
    until: date | None = None


class Attest(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Attests a contractor's facility.

    Args:
        cleared: the facility and every reader in it.
        binds: the contract holds these duties, for subcontractors too.
        inspected_on: day of the last inspection; none where there was none.
    """

    facility: Code
    cleared: bool
    binds: bool
    inspected_on: date | None = None


class IncidentHead(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """What stays of a finding: its hour, its nature and the report."""

    found_at: Moment
    report: Control | None = None
    nature: Nature = "suspected"

    def __post_init__(self) -> None:
        super().__post_init__()
        instant("found_at", self.found_at)


class Find(IncidentHead, frozen=True, kw_only=True, omit_defaults=True):
    """Notes at home that a loss was found or suspected, with the hour."""

    residue_members: ClassVar[frozenset[str] | None] = frozenset(IncidentHead.__struct_fields__)

    account: Note | None = None


class Notify(IncidentHead, frozen=True, kw_only=True, omit_defaults=True):
    """Tells the originator of a loss and states the hour of the finding."""

    residue_members: ClassVar[frozenset[str] | None] = frozenset(IncidentHead.__struct_fields__)

    account: Note | None = None


class ConcludeHead(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """What stays of a report of findings: the notice it answers."""

    incident: ActId


class Conclude(ConcludeHead, frozen=True, kw_only=True, omit_defaults=True):
    """Reports the findings, and what is done so that this does not happen again.

    Args:
        incident: act id of the notice.
    """

    residue_members: ClassVar[frozenset[str] | None] = frozenset(ConcludeHead.__struct_fields__)

    findings: Note
    measures: Note


PAYLOADS: Mapping[str, type[Payload]] = MappingProxyType(
    {
        "intelligence.report.request": Request,
        "intelligence.report.decline": Decline,
        "intelligence.report.share": Share,
        "intelligence.report.amend": Amend,
        "intelligence.report.recall": Recall,
        "intelligence.report.acknowledge": Acknowledge,
        "intelligence.report.release": Release,
        "intelligence.report.destroy": Destroy,
        "intelligence.consent.ask": AskConsent,
        "intelligence.consent.give": GiveConsent,
        "intelligence.addressee.assure": Assure,
        "intelligence.facility.attest": Attest,
        "intelligence.register.extract": Extract,
        "intelligence.incident.find": Find,
        "intelligence.incident.notify": Notify,
        "intelligence.incident.conclude": Conclude,
    }
)
