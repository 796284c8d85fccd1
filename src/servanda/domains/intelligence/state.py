"""The fold: what follows from the acts so far.

Rules of this module:
- the fold reads heads alone, so that a destroyed report leaves the state as it was;
- a revision is added, never written over; the newest is the last in the order of the fold;
- an act that does not follow from those before it is kept and shown as out of order, never lost and never an error;
- a Party answers for itself: it closes no question it asked, and concludes no incident of the other.

Spec: record 4.7 (residue), 5.4 (order of the fold).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from servanda.act.act import Applied
from servanda.act.content import Payload, read
from servanda.base import moment
from servanda.domains.intelligence import acts
from servanda.domains.intelligence.codes import NUMBER_DIGITS
from servanda.domains.intelligence.registry import (
    Assurance,
    Consent,
    Destroyed,
    Extracted,
    Facility,
    Incident,
    OutOfOrder,
    Question,
    Recalled,
    Registry,
    Released,
    Report,
    Revision,
    State,
)

_HEADS: Mapping[str, type[Payload]] = MappingProxyType(
    {
        **acts.PAYLOADS,
        "intelligence.report.share": acts.ReportHead,
        "intelligence.report.amend": acts.AmendHead,
        "intelligence.report.request": acts.RequestHead,
        "intelligence.incident.conclude": acts.ConcludeHead,
    }
)


def fold(state: State, act: Applied) -> State:
    """State and one more act with effect."""
    step = _STEPS.get(act.kind)
    if step is None:
        return state
    before = state.under(act.agreement)
    after = step(before, act, read(_HEADS[act.kind], act.payload))
    return State(registries=state.registries.insert(act.agreement, after))


def _misplaced(registry: Registry, act: Applied, why: OutOfOrder) -> Registry:
    return replace(registry, out_of_order=registry.out_of_order.insert(act.act_id, why))


def _with(registry: Registry, report: Report) -> Registry:
    """The registry with a report, new or changed."""
    reports = registry.reports.insert(report.control, report)
    if report.control in registry.reports or not report.control.startswith(f"{report.originator}-"):
        # A number that borrows the other Party's code uses up none of that Party's own.
        return replace(registry, reports=reports)
    series, number = report.control[:-NUMBER_DIGITS], int(report.control[-NUMBER_DIGITS:])
    highest = max(number, registry.numbered.get(series) or 0)
    return replace(registry, reports=reports, numbered=registry.numbered.insert(series, highest))


def _about(registry: Registry, act: Applied, control: str) -> Registry:
    return replace(registry, control_of=registry.control_of.insert(act.act_id, control))


def _share(registry: Registry, act: Applied, head: acts.ReportHead) -> Registry:
    revision = Revision(act_id=act.act_id, recorded_at=act.recorded_at, head=head)
    report = registry.reports.get(head.control)
    if report is None:
        report = Report(control=head.control, originator=act.author, revisions=(revision,))
    else:
        registry = _misplaced(registry, act, OutOfOrder.CONTROL_USED)
        if act.author == report.originator:
            report = replace(report, revisions=(*report.revisions, revision))
    questions = registry.questions
    for cause in act.causes:
        question = questions.get(cause)
        if question is not None and question.author != act.author:
            questions = questions.insert(cause, replace(question, answered_by=(*question.answered_by, act.act_id)))
    return _with(_about(replace(registry, questions=questions), act, head.control), report)


def _amend(registry: Registry, act: Applied, head: acts.AmendHead) -> Registry:
    report = registry.reports.get(head.control)
    if report is None:
        return _misplaced(registry, act, OutOfOrder.REPORT_UNKNOWN)
    if report.recalled is not None:
        registry = _misplaced(registry, act, OutOfOrder.REPORT_RECALLED)
    elif head.amends.revision != report.newest.head.revision or head.revision != head.amends.revision + 1:
        registry = _misplaced(registry, act, OutOfOrder.REVISION_SKIPPED)
    revision = Revision(act_id=act.act_id, recorded_at=act.recorded_at, head=head)
    return _with(_about(registry, act, head.control), replace(report, revisions=(*report.revisions, revision)))


def _recall(registry: Registry, act: Applied, content: acts.Recall) -> Registry:
    report = registry.reports.get(content.report)
    if report is None:
        return _misplaced(registry, act, OutOfOrder.REPORT_UNKNOWN)
    registry = _about(registry, act, report.control)
    if report.recalled is not None:
        return _misplaced(registry, act, OutOfOrder.REPORT_RECALLED)
    return _with(registry, replace(report, recalled=Recalled(act_id=act.act_id, recorded_at=act.recorded_at)))


def _acknowledge(registry: Registry, act: Applied, content: acts.Acknowledge) -> Registry:
    report = registry.report_about(content.about)
    if report is None:
        return _misplaced(registry, act, OutOfOrder.REPORT_UNKNOWN)
    if content.about in report.acknowledged:
        return _misplaced(registry, act, OutOfOrder.ALREADY_ACKNOWLEDGED)
    return _with(registry, replace(report, acknowledged=report.acknowledged.insert(content.about, act.act_id)))


def _release(registry: Registry, act: Applied, content: acts.Release) -> Registry:
    report = registry.reports.get(content.report)
    if report is None:
        return _misplaced(registry, act, OutOfOrder.REPORT_UNKNOWN)
    released = Released(
        act_id=act.act_id,
        author=act.author,
        released_to=content.released_to,
        body=content.body,
        purpose=content.purpose,
    )
    if report.recalled is not None:
        registry = _misplaced(registry, act, OutOfOrder.REPORT_RECALLED)
    return _with(registry, replace(report, releases=(*report.releases, released)))


def _destroy(registry: Registry, act: Applied, content: acts.Destroy) -> Registry:
    report = registry.reports.get(content.report)
    if report is None:
        return _misplaced(registry, act, OutOfOrder.REPORT_UNKNOWN)
    if act.author in report.destroyed:
        return _misplaced(registry, act, OutOfOrder.REPORT_DESTROYED)
    destroyed = Destroyed(
        act_id=act.act_id,
        recorded_at=act.recorded_at,
        method=content.method,
        certificate=content.certificate,
        witnesses=acts.witnesses(act.officers),
    )
    return _with(registry, replace(report, destroyed=report.destroyed.insert(act.author, destroyed)))


def _extract(registry: Registry, act: Applied, content: acts.Extract) -> Registry:
    report = registry.reports.get(content.report)
    if report is None:
        return _misplaced(registry, act, OutOfOrder.REPORT_UNKNOWN)
    extracted = Extracted(act_id=act.act_id, copies=content.copies, readers=content.readers, root=content.root)
    return _with(registry, replace(report, extracts=report.extracts.insert(act.author, extracted)))


def _request(registry: Registry, act: Applied, head: acts.RequestHead) -> Registry:
    question = Question(
        act_id=act.act_id, author=act.author, topic=head.topic, purpose=head.purpose, recorded_at=act.recorded_at
    )
    return replace(registry, questions=registry.questions.insert(act.act_id, question))


def _decline(registry: Registry, act: Applied, content: acts.Decline) -> Registry:
    question = registry.questions.get(content.request)
    if question is None:
        return _misplaced(registry, act, OutOfOrder.REQUEST_UNKNOWN)
    if not question.open:
        return _misplaced(registry, act, OutOfOrder.REQUEST_CLOSED)
    declined = replace(question, declined_by=act.act_id)
    return replace(registry, questions=registry.questions.insert(question.act_id, declined))


def _ask(registry: Registry, act: Applied, content: acts.AskConsent) -> Registry:
    key = (content.report, content.body, content.purpose)
    return replace(registry, asked=registry.asked.insert(key, act.act_id))


def _give(registry: Registry, act: Applied, content: acts.GiveConsent) -> Registry:
    consent = Consent(
        act_id=act.act_id,
        author=act.author,
        control=content.report,
        body=content.body,
        purpose=content.purpose,
        until=content.until,
    )
    key = (act.author, content.report, content.body, content.purpose)
    return replace(registry, consents=registry.consents.insert(key, consent))


def _assure(registry: Registry, act: Applied, content: acts.Assure) -> Registry:
    assurance = Assurance(
        act_id=act.act_id,
        author=act.author,
        addressee=content.addressee,
        level=content.level,
        until=content.until,
    )
    return replace(registry, assurances=registry.assurances.insert((act.author, content.addressee), assurance))


def _attest(registry: Registry, act: Applied, content: acts.Attest) -> Registry:
    facility = Facility(
        act_id=act.act_id,
        author=act.author,
        facility=content.facility,
        cleared=content.cleared,
        binds=content.binds,
        inspected_on=content.inspected_on,
    )
    return replace(registry, facilities=registry.facilities.insert((act.author, content.facility), facility))


def _notify(registry: Registry, act: Applied, content: acts.Notify) -> Registry:
    incident = Incident(
        act_id=act.act_id,
        author=act.author,
        control=content.report,
        nature=content.nature,
        found_at=moment.parse(content.found_at),
        recorded_at=act.recorded_at,
    )
    return replace(registry, incidents=registry.incidents.insert(act.act_id, incident))


def _conclude(registry: Registry, act: Applied, head: acts.ConcludeHead) -> Registry:
    incident = registry.incidents.get(head.incident)
    if incident is None:
        return _misplaced(registry, act, OutOfOrder.INCIDENT_UNKNOWN)
    if act.author != incident.author:
        return _misplaced(registry, act, OutOfOrder.INCIDENT_OF_OTHER)
    if incident.concluded_by is not None:
        return _misplaced(registry, act, OutOfOrder.INCIDENT_CONCLUDED)
    concluded = replace(incident, concluded_by=act.act_id)
    return replace(registry, incidents=registry.incidents.insert(incident.act_id, concluded))


_STEPS: Mapping[str, Callable[[Registry, Applied, Any], Registry]] = MappingProxyType(
    {
        "intelligence.report.share": _share,
        "intelligence.report.amend": _amend,
        "intelligence.report.recall": _recall,
        "intelligence.report.acknowledge": _acknowledge,
        "intelligence.report.release": _release,
        "intelligence.report.destroy": _destroy,
        "intelligence.register.extract": _extract,
        "intelligence.report.request": _request,
        "intelligence.report.decline": _decline,
        "intelligence.consent.ask": _ask,
        "intelligence.consent.give": _give,
        "intelligence.addressee.assure": _assure,
        "intelligence.facility.attest": _attest,
        "intelligence.incident.notify": _notify,
        "intelligence.incident.conclude": _conclude,
    }
)
