"""What clauses may ask of reports: one complete set of facts for each act, stated for its author.

Rules of this module:
- a fact that does not arise for a kind, or could not be established, is stated at its least favourable value;
- whose report it is must be known: acting on a report that no share in the record gave leaves `originator_acts` out,
  and the act is unjudgeable; a notice of loss alone does not wait for that;
- a claim of an officer opens nothing that the record contradicts: another purpose is not the same purpose;
- what is sealed is enciphered; the carrier is what the payload declares;
- a recall counts from the other Party's reply; leave given for a report ends with it.

Spec: record 4.4 (facts); judging 3 (facts).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from servanda.act.content import Payload
from servanda.act.kind import vocabulary
from servanda.agreement.clause import Owes
from servanda.agreement.instrument import Instrument
from servanda.base import calendar
from servanda.domain import Said, View
from servanda.domains.intelligence import acts
from servanda.domains.intelligence.marks import table
from servanda.domains.intelligence.registry import Incident, Registry, Report, State
from servanda.policy.facts import FactValue

NOTIFY = "intelligence.incident.notify"
CONCLUDE = "intelligence.incident.conclude"
OUT_OF_SCOPE = "other"
NEVER_INSPECTED_MONTHS = 99
"""Source: vocabulary, `inspected_months_ago`: 99 for never."""
NOTICE_WITHIN = calendar.Span(seconds=6 * 3600)
"""Time for a notice where the agreement gives none. Source: vocabulary, `other_incident_overdue`."""
WITNESSES_MAX = 9

Stated = dict[str, FactValue | None]
"""Facts that arise for an act; None where the fact must be known and is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standpoint:
    """Where an act is judged from: its author, what the record says at its cut, and its day as the agreement counts."""

    said: Said
    view: View[State]
    registry: Registry
    day: date

    def assured(self, addressee: str, level: int) -> bool:
        """Whether the other Party has assured an addressee at least for a level."""
        assurance = self.registry.assurances.get((self.said.other, addressee))
        if assurance is None or assurance.level < level:
            return False
        return assurance.until is None or self.day <= assurance.until


def facts(said: Said, view: View[State]) -> tuple[Mapping[str, FactValue], ...]:
    """The facts of an act of this domain, in one line.

    Spec: record 4.4.
    """
    at = _Standpoint(
        said=said,
        view=view,
        registry=view.state.under(said.agreement),
        day=view.at.astimezone(view.instrument.zone).date(),
    )
    stated: Stated = {
        **_least_favourable(),
        "enciphered": True,
        "other_incident_overdue": _other_incident_overdue(at),
        **_ARISING[type(said.content)](said.content, at),
    }
    return ({name: value for name, value in stated.items() if value is not None},)


@cache
def _least_favourable() -> Mapping[str, FactValue]:
    rows = vocabulary()["domains"]["intelligence"]["facts"]
    stated = {row["name"]: row["least_favourable"] for row in rows}
    return MappingProxyType({**stated, "originator_acts": False, "released_to": "own_government"})


def _topic(topic: str, at: _Standpoint) -> str:
    return topic if topic in (at.view.instrument.word("topic_in_scope") or ()) else OUT_OF_SCOPE


def _of_report(report: Report | None, at: _Standpoint) -> Stated:
    """Topic and level of the report acted on, in its newest revision, and whose it is."""
    if report is None:
        return {"originator_acts": None}
    return {
        "topic": _topic(report.topic, at),
        "level": report.level,
        "originator_acts": report.originator == at.said.author,
    }


def _of_named_report(content: acts.Recall | acts.Extract, at: _Standpoint) -> Stated:
    return _of_report(at.registry.reports.get(content.report), at)


def _head(head: acts.ReportHead, at: _Standpoint) -> Stated:
    """What a report says of itself, and whether the other Party has assured all its addressees."""
    bears = table(at.view.instrument).bears(head.marks, head.level)
    return {
        "topic": _topic(head.topic, at),
        "level": head.level,
        "purpose_stated": head.purpose is not None,
        "marked": bears and head.purpose is not None and head.originator in at.view.instrument.parties,
        "carrier": head.carrier,
        "route": head.route,
        "relay_asked": head.relay_asked and head.originator == at.said.author,
        "addressee_assured": all(at.assured(addressee, head.level) for addressee in head.addressees),
    }


def _share(head: acts.Share, at: _Standpoint) -> Stated:
    report = at.registry.reports.get(head.control)
    first = report is None or report.originator == at.said.author
    return {**_head(head, at), "originator_acts": first and head.originator == at.said.author}


def _amend(head: acts.Amend, at: _Standpoint) -> Stated:
    report = at.registry.reports.get(head.control)
    originates = None if report is None else report.originator == head.originator == at.said.author
    return {**_head(head, at), "originator_acts": originates}


def _request(content: acts.Request, at: _Standpoint) -> Stated:
    return {"topic": _topic(content.topic, at), "purpose_stated": content.purpose is not None}


def _decline(content: acts.Decline, at: _Standpoint) -> Stated:
    question = at.registry.questions.get(content.request)
    return {} if question is None else {"topic": _topic(question.topic, at)}


def _acknowledge(content: acts.Acknowledge, at: _Standpoint) -> Stated:
    return _of_report(at.registry.report_about(content.about), at)


def _consent(content: acts.AskConsent, at: _Standpoint) -> Stated:
    return {**_of_report(at.registry.reports.get(content.report), at), "purpose_stated": True}


def _destroy(content: acts.Destroy, at: _Standpoint) -> Stated:
    return {
        **_of_report(at.registry.reports.get(content.report), at),
        "witnesses": min(len(acts.witnesses(at.said.officers)), WITNESSES_MAX),
    }


def _release(content: acts.Release, at: _Standpoint) -> Stated:
    report = at.registry.reports.get(content.report)
    shared_for = None if report is None else report.purpose
    return {
        **_of_report(report, at),
        **_facility(content.facility, at),
        "purpose_stated": content.purpose is not None,
        "marked": content.marked,
        "released_to": content.released_to,
        "consent": report is not None and _consented(content, report, at),
        "same_purpose": content.same_purpose and content.purpose in (None, shared_for),
        "need_to_know": content.need_to_know,
        "reader_clearance": content.reader_clearance,
    }


def _consented(content: acts.Release, report: Report, at: _Standpoint) -> bool:
    """Whether the originator's leave for this report, body and purpose stands at the hour of the act."""
    recalled = report.recalled
    if content.purpose is None or (recalled is not None and at.view.received_at(recalled.act_id) is not None):
        return False
    consent = at.registry.consents.get((report.originator, report.control, content.body, content.purpose))
    return consent is not None and at.day <= consent.until


def _facility(code: str | None, at: _Standpoint) -> Stated:
    """What the author has attested of the contractor's facility it names."""
    facility = None if code is None else at.registry.facilities.get((at.said.author, code))
    if facility is None:
        return {}
    months = NEVER_INSPECTED_MONTHS
    if facility.inspected_on is not None and facility.inspected_on <= at.day:
        months = min(calendar.months_begun(facility.inspected_on, at.day), NEVER_INSPECTED_MONTHS)
    return {
        "facility_cleared": facility.cleared,
        "contract_binds": facility.binds,
        "inspected_months_ago": months,
    }


def _assure(content: acts.Assure, _at: _Standpoint) -> Stated:
    return {"level": content.level}


def _attest(_content: acts.Attest, _at: _Standpoint) -> Stated:
    return {}


def _incident(content: acts.IncidentHead, at: _Standpoint) -> Stated:
    return _of_lost(content.report, at)


def _conclude(content: acts.Conclude, at: _Standpoint) -> Stated:
    incident = at.registry.incidents.get(content.incident)
    return _of_lost(None if incident is None else incident.control, at)


def _of_lost(control: str | None, at: _Standpoint) -> Stated:
    """Of the report that was lost, where a notice names one that the record knows."""
    report = None if control is None else at.registry.reports.get(control)
    return {} if report is None else _of_report(report, at)


def _other_incident_overdue(at: _Standpoint) -> bool:
    """Whether the other Party owes findings past their time, or after a notice that came late by its own hour.

    Clause: kr-jp-a 9.3.
    """
    owed = [duty for duty in at.view.duties(CONCLUDE) if duty.debtor == at.said.other]
    if any(duty.due_at < at.view.at for duty in owed):
        return True
    notices = (at.registry.incidents.get(duty.started_by) for duty in owed)
    return any(notice is not None and _came_late(notice, at.view.instrument) for notice in notices)


def _came_late(notice: Incident, instrument: Instrument) -> bool:
    """Whether a notice came later, from the hour it states, than the agreement gives."""
    within = NOTICE_WITHIN
    for clause in instrument.clauses:
        if isinstance(clause, Owes) and clause.does == NOTIFY:
            within = clause.within
    return notice.recorded_at > calendar.after(notice.found_at, within, instrument.zone)


_ARISING: Mapping[type[Payload], Callable[[Any, _Standpoint], Stated]] = MappingProxyType(
    {
        acts.Request: _request,
        acts.Decline: _decline,
        acts.Share: _share,
        acts.Amend: _amend,
        acts.Recall: _of_named_report,
        acts.Acknowledge: _acknowledge,
        acts.Release: _release,
        acts.Destroy: _destroy,
        acts.AskConsent: _consent,
        acts.GiveConsent: _consent,
        acts.Assure: _assure,
        acts.Attest: _attest,
        acts.Extract: _of_named_report,
        acts.Find: _incident,
        acts.Notify: _incident,
        acts.Conclude: _conclude,
    }
)
