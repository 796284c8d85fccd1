"""What the staff of a registry do: read the state, fill in what follows from it, and return a draft.

Rules of this module:
- a draft carries what follows from the record: control number, revision, originator, the acts it rests on;
- a mark is never computed from a level: a changed level asks for its marks;
- every verb takes the state, the seat, and the members of its payload by name.

Spec: record 3.1 (causes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Unpack

from servanda.act.act import Draft
from servanda.base import moment
from servanda.base.errors import UsageError
from servanda.domain import Seat
from servanda.domains.intelligence import acts
from servanda.domains.intelligence.registry import Report, State
from servanda.domains.intelligence.seat import (
    AmendedMembers,
    HeadMembers,
    draft,
    known_report,
    next_control,
    not_destroyed,
    not_recalled,
    open_incident,
    open_question,
    unacknowledged,
)


def reports(state: State, agreement: str) -> tuple[Report, ...]:
    """The reports under an agreement, by control number."""
    registry = state.under(agreement)
    return tuple(registry.reports[control] for control in sorted(registry.reports))


def request(_state: State, seat: Seat, *, topic: str, question: str, purpose: str | None = None) -> Draft:
    """Ask for information, saying what for."""
    members = {"topic": topic, "question": question, "purpose": purpose}
    return draft("intelligence.report.request", seat, acts.Request, members)


def decline(state: State, seat: Seat, *, request: str) -> Draft:
    """Answer a request with no.

    Raises:
        UsageError: `request_unknown` or `request_closed`.
    """
    open_question(state.under(seat.agreement), request)
    return draft("intelligence.report.decline", seat, acts.Decline, {"request": request}, (request,))


def share(
    state: State,
    seat: Seat,
    *,
    topic: str,
    level: int,
    addressees: tuple[str, ...],
    title: str,
    text: str,
    control: str | None = None,
    reported_at: str | None = None,
    answers: str | None = None,
    **head: Unpack[HeadMembers],
) -> Draft:
    """Give a report of the own Party.

    Args:
        control: its number; the next free one where none is named.
        reported_at: its date; the hour of the seat where none is named.
        answers: act id of the request it answers.
        head: the other members of the head.

    Raises:
        UsageError: `control_used`, `request_unknown` or `request_closed`.
    """
    registry = state.under(seat.agreement)
    number = control or next_control(state, seat)
    if number in registry.reports:
        raise UsageError("control_used", f"`{number}` is the number of another report", action="name one that is free")
    causes: tuple[str, ...] = ()
    if answers is not None:
        open_question(registry, answers)
        causes = (answers,)
    members = {
        **head,
        "control": number,
        "revision": 1,
        "originator": seat.party,
        "topic": topic,
        "level": level,
        "addressees": addressees,
        "reported_at": reported_at or moment.text(seat.at),
        "title": title,
        "text": text,
    }
    return draft("intelligence.report.share", seat, acts.Share, members, causes)


def amend(
    state: State,
    seat: Seat,
    *,
    control: str,
    title: str,
    text: str,
    changes: tuple[str, ...] = (),
    reported_at: str | None = None,
    **head: Unpack[AmendedMembers],
) -> Draft:
    """Correct a report or change its level; what is not named of its head stays as it was.

    Args:
        changes: paths of what changed.
        head: members of the head that change; a changed `level` needs its `marks`.

    Raises:
        UsageError: `report_unknown`, `report_recalled` or `marks_missing`.
    """
    report = known_report(state.under(seat.agreement), control)
    not_recalled(report)
    before = report.newest
    if head.get("level", before.head.level) != before.head.level and "marks" not in head:
        raise UsageError(
            "marks_missing",
            f"the level of `{control}` changes, its marks do not",
            action="name the marks of both Parties",
        )
    members = {
        **{name: getattr(before.head, name) for name in acts.ReportHead.__struct_fields__},
        **head,
        "revision": before.head.revision + 1,
        "reported_at": reported_at or moment.text(seat.at),
        "amends": {"revision": before.head.revision, "changes": changes},
        "title": title,
        "text": text,
    }
    return draft("intelligence.report.amend", seat, acts.Amend, members, (before.act_id,))


def recall(state: State, seat: Seat, *, report: str, reason: str | None = None) -> Draft:
    """Ask for a report back, all revisions of it.

    Raises:
        UsageError: `report_unknown` or `report_recalled`.
    """
    known = known_report(state.under(seat.agreement), report)
    not_recalled(known)
    members = {"report": report, "reason": reason}
    return draft("intelligence.report.recall", seat, acts.Recall, members, (known.newest.act_id,))


def acknowledge(
    state: State, seat: Seat, *, about: str, desk: str | None = None, marked_as: str | None = None
) -> Draft:
    """Confirm that a report, amendment or recall arrived.

    Raises:
        UsageError: `report_unknown` or `already_acknowledged`.
    """
    unacknowledged(state.under(seat.agreement), about)
    members = {"about": about, "desk": desk, "marked_as": marked_as}
    return draft("intelligence.report.acknowledge", seat, acts.Acknowledge, members, (about,))


def release(
    state: State,
    seat: Seat,
    *,
    report: str,
    released_to: str,
    body: str,
    purpose: str | None = None,
    reader_clearance: int = 0,
    need_to_know: bool = False,
    same_purpose: bool = False,
    marked: bool = False,
    facility: str | None = None,
) -> Draft:
    """Pass a report on; it rests on the originator's leave, where there is one.

    Raises:
        UsageError: `report_unknown`, `report_recalled`, `report_destroyed` or `caveat_bars`.
    """
    registry = state.under(seat.agreement)
    known = known_report(registry, report)
    not_recalled(known)
    not_destroyed(known, seat)
    if released_to == "own_contractor" and "no_contractor" in known.newest.head.caveats:
        raise UsageError("caveat_bars", f"`{report}` bears `no_contractor`", action="ask the originator to amend it")
    causes: tuple[str, ...] = (known.newest.act_id,)
    consent = registry.consents.get((known.originator, report, body, purpose or ""))
    if consent is not None:
        causes = (*causes, consent.act_id)
    members = {
        "report": report,
        "released_to": released_to,
        "body": body,
        "purpose": purpose,
        "reader_clearance": reader_clearance,
        "need_to_know": need_to_know,
        "same_purpose": same_purpose,
        "marked": marked,
        "facility": facility,
    }
    return draft("intelligence.report.release", seat, acts.Release, members, causes)


def destroy(state: State, seat: Seat, *, report: str, method: str, certificate: str) -> Draft:
    """Certify that a report was destroyed or given back; it meets the duty that a recall started.

    Raises:
        UsageError: `report_unknown` or `report_destroyed`.
    """
    known = known_report(state.under(seat.agreement), report)
    not_destroyed(known, seat)
    causes = (known.newest.act_id,) if known.recalled is None else (known.recalled.act_id, known.newest.act_id)
    members = {"report": report, "method": method, "certificate": certificate}
    return draft("intelligence.report.destroy", seat, acts.Destroy, members, causes)


def extract(state: State, seat: Seat, *, report: str, copies: int, readers: int, root: str) -> Draft:
    """Tell the originator how many copies and readers there are.

    Raises:
        UsageError: `report_unknown`.
    """
    known = known_report(state.under(seat.agreement), report)
    members = {"report": report, "copies": copies, "readers": readers, "root": root}
    return draft("intelligence.register.extract", seat, acts.Extract, members, (known.newest.act_id,))


def ask_consent(state: State, seat: Seat, *, report: str, body: str, purpose: str) -> Draft:
    """Ask the originator for leave to pass a report to one body for one purpose.

    Raises:
        UsageError: `report_unknown` or `report_recalled`.
    """
    known = known_report(state.under(seat.agreement), report)
    not_recalled(known)
    members = {"report": report, "body": body, "purpose": purpose}
    return draft("intelligence.consent.ask", seat, acts.AskConsent, members, (known.newest.act_id,))


def give_consent(state: State, seat: Seat, *, report: str, body: str, purpose: str, until: date | str) -> Draft:
    """Give that leave, to the end of a day; it answers what the other Party asked, where it asked.

    Raises:
        UsageError: `report_unknown` or `report_recalled`.
    """
    registry = state.under(seat.agreement)
    known = known_report(registry, report)
    not_recalled(known)
    asked = registry.asked.get((report, body, purpose))
    causes = (known.newest.act_id,) if asked is None else (asked, known.newest.act_id)
    members = {"report": report, "body": body, "purpose": purpose, "until": until}
    return draft("intelligence.consent.give", seat, acts.GiveConsent, members, causes)


def assure(_state: State, seat: Seat, *, addressee: str, level: int, until: date | str | None = None) -> Draft:
    """Assure the other Party that a desk is cleared to a level and needs what is sent to it."""
    members = {"addressee": addressee, "level": level, "until": until}
    return draft("intelligence.addressee.assure", seat, acts.Assure, members)


def attest(
    _state: State, seat: Seat, *, facility: str, cleared: bool, binds: bool, inspected_on: date | str | None = None
) -> Draft:
    """Attest a contractor's facility."""
    members = {"facility": facility, "cleared": cleared, "binds": binds, "inspected_on": inspected_on}
    return draft("intelligence.facility.attest", seat, acts.Attest, members)


def find(
    _state: State,
    seat: Seat,
    *,
    found_at: str | None = None,
    report: str | None = None,
    nature: str = "suspected",
    account: str | None = None,
) -> Draft:
    """Note at home that a loss was found or suspected; the hour of the seat where none is named."""
    members = {"found_at": found_at or moment.text(seat.at), "report": report, "nature": nature, "account": account}
    return draft("intelligence.incident.find", seat, acts.Find, members)


def notify(
    state: State,
    seat: Seat,
    *,
    found_at: str,
    report: str | None = None,
    nature: str = "suspected",
    account: str | None = None,
    finding: str | None = None,
) -> Draft:
    """Tell the originator of a loss and state the hour of the finding.

    Args:
        finding: id of the journal item that noted it at home.
    """
    known = None if report is None else state.under(seat.agreement).reports.get(report)
    causes = () if known is None else (known.newest.act_id,)
    members = {"found_at": found_at, "report": report, "nature": nature, "account": account}
    return draft("intelligence.incident.notify", seat, acts.Notify, members, causes, finding)


def conclude(state: State, seat: Seat, *, incident: str, findings: str, measures: str) -> Draft:
    """Report the findings, and what is done so that this does not happen again.

    Raises:
        UsageError: `incident_unknown`, `incident_of_other` or `incident_concluded`.
    """
    open_incident(state.under(seat.agreement), incident, seat)
    members = {"incident": incident, "findings": findings, "measures": measures}
    return draft("intelligence.incident.conclude", seat, acts.Conclude, members, (incident,))


VERBS: Mapping[str, Callable[..., Draft]] = MappingProxyType(
    {
        "intelligence.report.request": request,
        "intelligence.report.decline": decline,
        "intelligence.report.share": share,
        "intelligence.report.amend": amend,
        "intelligence.report.recall": recall,
        "intelligence.report.acknowledge": acknowledge,
        "intelligence.report.release": release,
        "intelligence.report.destroy": destroy,
        "intelligence.consent.ask": ask_consent,
        "intelligence.consent.give": give_consent,
        "intelligence.addressee.assure": assure,
        "intelligence.facility.attest": attest,
        "intelligence.register.extract": extract,
        "intelligence.incident.find": find,
        "intelligence.incident.notify": notify,
        "intelligence.incident.conclude": conclude,
    }
)
