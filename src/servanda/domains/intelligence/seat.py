"""What must hold before an officer of a registry drafts.

Rules of this module:
- what is out of order is an error here, before anything is signed; what the agreement forbids is left to the ruling;
- nothing here reads a clock: the hour is that of the seat.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

import msgspec

from servanda.act.act import Draft
from servanda.act.content import Payload, read
from servanda.base.errors import UsageError
from servanda.domain import Seat
from servanda.domains.intelligence.codes import NUMBER_DIGITS, Carrier, Caveat, Precedence, Route
from servanda.domains.intelligence.registry import Registry, Report, State

CONTROL_NUMBERS_A_YEAR = 10**NUMBER_DIGITS - 1


class HeadMembers(TypedDict, total=False):
    """The members of a head that the record does not fill in."""

    marks: Mapping[str, str]
    purpose: str | None
    precedence: Precedence
    caveats: tuple[Caveat, ...]
    carrier: Carrier
    route: Route
    relay_asked: bool


class AmendedMembers(HeadMembers, total=False):
    """The members of a head that an amendment may change."""

    topic: str
    level: int
    addressees: tuple[str, ...]


def next_control(state: State, seat: Seat) -> str:
    """The next free control number of the own Party in the year of the seat.

    Raises:
        UsageError: `control_exhausted`.
    """
    prefix = f"{seat.party}-{seat.at.year:04d}-"
    number = (state.under(seat.agreement).numbered.get(prefix) or 0) + 1
    if number > CONTROL_NUMBERS_A_YEAR:
        raise UsageError("control_exhausted", f"`{prefix}` has no number left", action="name a `control` that is free")
    return f"{prefix}{number:0{NUMBER_DIGITS}d}"


def draft(
    kind: str,
    seat: Seat,
    payload_type: type[Payload],
    members: Mapping[str, Any],
    causes: tuple[str, ...] = (),
    finding: str | None = None,
) -> Draft:
    """A draft whose payload is valid; members without a value stay out.

    Raises:
        UsageError: `member_unknown`.
        MalformedError: a member that is not of its form.
    """
    for name in members.keys() - set(payload_type.__struct_fields__):
        raise UsageError("member_unknown", f"`{name}` is no member of `{kind}`", action="see `--help` for its members")
    given = {name: msgspec.to_builtins(value) for name, value in members.items() if value is not None}
    return Draft(kind=kind, agreement=seat.agreement, payload=read(payload_type, given), causes=causes, finding=finding)


def known_report(registry: Registry, control: str) -> Report:
    """A report that was shared.

    Raises:
        UsageError: `report_unknown`.
    """
    report = registry.reports.get(control)
    if report is None:
        raise UsageError("report_unknown", f"no report `{control}` was shared", action="name its control number")
    return report


def not_recalled(report: Report) -> None:
    """Nothing new is done with a report that its originator wants back.

    Raises:
        UsageError: `report_recalled`.
    """
    if report.recalled is not None:
        raise UsageError(
            "report_recalled",
            f"`{report.control}` was recalled",
            action="return or destroy it, and send the certificate",
        )


def not_destroyed(report: Report, seat: Seat) -> None:
    """The own Party still has the report.

    Raises:
        UsageError: `report_destroyed`.
    """
    if seat.party in report.destroyed:
        certificate = report.destroyed[seat.party].certificate
        raise UsageError(
            "report_destroyed",
            f"`{report.control}` is gone by certificate `{certificate}`",
            action="nothing is left of it",
        )


def open_question(registry: Registry, act_id: str) -> None:
    """A request that nobody has answered or declined.

    Raises:
        UsageError: `request_unknown` or `request_closed`.
    """
    question = registry.questions.get(act_id)
    if question is None:
        raise UsageError("request_unknown", f"`{act_id[:16]}` is no request", action="name the act id of the request")
    if not question.open:
        raise UsageError("request_closed", f"`{act_id[:16]}` was answered before", action="nothing is owed")


def unacknowledged(registry: Registry, about: str) -> None:
    """A share, amendment or recall that nobody has acknowledged.

    Raises:
        UsageError: `report_unknown` or `already_acknowledged`.
    """
    report = registry.report_about(about)
    if report is None:
        raise UsageError(
            "report_unknown",
            f"`{about[:16]}` is no report, amendment or recall",
            action="name the act that arrived, from `servanda act list`",
        )
    if about in report.acknowledged:
        raise UsageError("already_acknowledged", f"`{about[:16]}` was acknowledged before", action="nothing is owed")


def open_incident(registry: Registry, act_id: str, seat: Seat) -> None:
    """A notice of loss by the own Party that still lacks its findings.

    Raises:
        UsageError: `incident_unknown`, `incident_of_other` or `incident_concluded`.
    """
    notice = registry.incidents.get(act_id)
    if notice is None:
        raise UsageError(
            "incident_unknown", f"`{act_id[:16]}` is no notice of loss", action="name the act id of the notice"
        )
    if notice.author != seat.party:
        raise UsageError(
            "incident_of_other",
            f"`{act_id[:16]}` is a notice of `{notice.author}`",
            action="its findings are theirs to report",
        )
    if notice.concluded_by is not None:
        raise UsageError("incident_concluded", f"`{act_id[:16]}` has its findings", action="nothing is owed")
