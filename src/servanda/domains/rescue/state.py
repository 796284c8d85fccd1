"""What follows from the acts so far: the fold into the casebook, and what must always hold of it.

Rules of this module:
- what is said of a closed case is kept with it and out of order; it changes nothing of how the case ended;
- the lead passes at the later half, and only if it is the next turn of its case by then;
- an act that does not follow from those before it is kept and shown as out of order, never lost and never an error.

Spec: record 4.7 (residue), 5.4 (order of the fold); judging 10 (joint acts). Clause: kr-jp-a 10.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from rpds import HashTrieMap

from servanda.act.act import Applied
from servanda.act.content import Payload, read
from servanda.agreement.acts import joint_digest
from servanda.base.errors import MalformedError
from servanda.domains.rescue import acts
from servanda.domains.rescue.casebook import EMPTY, Admission, Case, Half, OutOfOrder, Plan, State, Told

__all__ = ["EMPTY", "broken", "fold"]

C = TypeVar("C", bound=Payload)


def fold(state: State, act: Applied) -> State:
    """State and one more act with effect."""
    step = _STEPS.get(act.kind)
    if step is None:
        return state
    try:
        content = read(acts.PAYLOADS[act.kind], act.payload)
    except MalformedError:
        # The residue of an act whose payload was gone before it was ever opened here.
        return _misplaced(state, act, OutOfOrder.UNREADABLE)
    return step(state, act, content)


def _misplaced(state: State, act: Applied, why: OutOfOrder) -> State:
    return replace(state, out_of_order=state.out_of_order.insert(act.act_id, why))


def _told(act: Applied, content: C) -> Told[C]:
    return Told(act_id=act.act_id, author=act.author, recorded_at=act.recorded_at, content=content)


def _with(state: State, case: Case) -> State:
    return replace(state, cases=state.cases.insert(case.id, case))


def _of_case(state: State, act: Applied, case_id: str, add: Callable[[Case], Case]) -> State:
    """The state with an act added to its case; one about a closed case, or none, is out of order."""
    case = state.cases.get(case_id)
    if case is None:
        return _misplaced(state, act, OutOfOrder.CASE_UNKNOWN)
    if not case.open:
        state = _misplaced(state, act, OutOfOrder.CASE_CLOSED)
    return _with(state, add(case))


def _open(state: State, act: Applied, content: acts.OpenCase) -> State:
    case = Case(id=act.act_id, agreement=act.agreement, author=act.author, recorded_at=act.recorded_at, content=content)
    state = _with(state, case)
    if content.reopens is None:
        return state
    before = state.cases.get(content.reopens)
    if before is None:
        return _misplaced(state, act, OutOfOrder.CASE_UNKNOWN)
    if before.open:
        state = _misplaced(state, act, OutOfOrder.CASE_OPEN)
    return _with(state, replace(before, reopened_by=act.act_id))


def _lodge(state: State, act: Applied, content: acts.LodgeSighting) -> State:
    state = replace(state, sightings=state.sightings.insert(act.act_id, _told(act, content)))
    if content.case is None:
        return state
    return _of_case(state, act, content.case, lambda case: replace(case, sightings=(*case.sightings, act.act_id)))


def _offer(state: State, act: Applied, content: acts.OfferAsset) -> State:
    state = replace(state, offers=state.offers.insert(act.act_id, _told(act, content)))
    return _of_case(state, act, content.case, lambda case: replace(case, offers=(*case.offers, act.act_id)))


def _propose(state: State, act: Applied, content: acts.ProposePlan) -> State:
    plan = Plan(act_id=act.act_id, author=act.author, recorded_at=act.recorded_at, content=content)
    state = replace(state, plans=state.plans.insert(act.act_id, plan))
    state = _of_case(state, act, content.case, lambda case: replace(case, plans=(*case.plans, act.act_id)))
    if content.replaces is None:
        return state
    before = state.plans.get(content.replaces)
    if before is None or before.content.case != content.case:
        return _misplaced(state, act, OutOfOrder.PLAN_UNKNOWN)
    if before.replaced_by is not None:
        return _misplaced(state, act, OutOfOrder.PLAN_REPLACED)
    replaced = replace(before, replaced_by=act.act_id)
    return replace(state, plans=state.plans.insert(before.act_id, replaced))


def _agree(state: State, act: Applied, content: acts.AgreePlan) -> State:
    plan = state.plans.get(content.plan)
    if plan is None:
        return _misplaced(state, act, OutOfOrder.PLAN_UNKNOWN)
    if plan.author == act.author:
        return _misplaced(state, act, OutOfOrder.PLAN_OWN)
    if plan.agreed_by is not None:
        return _misplaced(state, act, OutOfOrder.PLAN_AGREED)
    if plan.replaced_by is not None:
        return _misplaced(state, act, OutOfOrder.PLAN_REPLACED)
    agreed = replace(plan, agreed_by=act.act_id)
    state = replace(state, plans=state.plans.insert(plan.act_id, agreed))
    return _of_case(state, act, plan.content.case, lambda case: case)


def _report(state: State, act: Applied, content: acts.ReportSearch) -> State:
    state = replace(state, searches=state.searches.insert(act.act_id, _told(act, content)))
    state = _of_case(state, act, content.case, lambda case: replace(case, searches=(*case.searches, act.act_id)))
    if content.plan is None:
        return state
    plan = state.plans.get(content.plan)
    if plan is None or plan.content.case != content.case:
        return _misplaced(state, act, OutOfOrder.PLAN_UNKNOWN)
    if content.area is not None and all(area.number != content.area for area in plan.content.areas):
        return _misplaced(state, act, OutOfOrder.AREA_UNKNOWN)
    return state


def _pass(state: State, act: Applied, content: acts.PassLead) -> State:
    subject = content.subject
    case = state.cases.get(subject.case)
    digest = joint_digest(act.kind, act.payload)
    if case is None or digest is None:
        return _misplaced(state, act, OutOfOrder.CASE_UNKNOWN)
    if not case.open:
        return _misplaced(state, act, OutOfOrder.CASE_CLOSED)
    if subject.to not in (act.author, act.other):
        return _misplaced(state, act, OutOfOrder.PARTY_UNKNOWN)
    if subject.turn != case.turns + 1:
        return _misplaced(state, act, OutOfOrder.TURN_WRONG)
    key = (act.agreement, digest)
    first = case.halves.get(key)
    if first is None:
        half = Half(act_id=act.act_id, author=act.author, to=subject.to, turn=subject.turn)
        return _with(state, replace(case, halves=case.halves.insert(key, half)))
    if first.author == act.author:
        return _misplaced(state, act, OutOfOrder.HALF_REPEATED)
    # Halves of another pass that wait for the same turn come to nothing.
    return _with(state, replace(case, lead=subject.to, turns=subject.turn, halves=HashTrieMap()))


def _request(state: State, act: Applied, content: acts.RequestAdmission) -> State:
    admission = Admission(act_id=act.act_id, author=act.author, recorded_at=act.recorded_at, content=content)
    state = replace(state, admissions=state.admissions.insert(act.act_id, admission))
    return _of_case(state, act, content.case, lambda case: replace(case, admissions=(*case.admissions, act.act_id)))


def _answer(state: State, act: Applied, content: acts.AnswerAdmission) -> State:
    admission = state.admissions.get(content.request)
    if admission is None:
        return _misplaced(state, act, OutOfOrder.REQUEST_UNKNOWN)
    if admission.author == act.author:
        return _misplaced(state, act, OutOfOrder.REQUEST_OWN)
    answered = replace(admission, answers=(*admission.answers, _told(act, content)))
    return replace(state, admissions=state.admissions.insert(admission.act_id, answered))


def _begin(state: State, act: Applied, content: acts.BeginAdmission) -> State:
    state = replace(state, begun=state.begun.insert(act.act_id, _told(act, content)))
    asked = None if content.request is None else state.admissions.get(content.request)
    if content.request is not None and asked is None:
        state = _misplaced(state, act, OutOfOrder.REQUEST_UNKNOWN)
    case_id = content.case or (None if asked is None else asked.content.case)
    if case_id is None:
        return state
    return _of_case(state, act, case_id, lambda case: replace(case, begun=(*case.begun, act.act_id)))


def _concur(state: State, act: Applied, content: acts.ConcurCase) -> State:
    case = state.cases.get(content.case)
    if case is None:
        return _misplaced(state, act, OutOfOrder.CASE_UNKNOWN)
    if not case.open:
        return _misplaced(state, act, OutOfOrder.CASE_CLOSED)
    if act.author in case.heard:
        return _misplaced(state, act, OutOfOrder.ALREADY_CONCURRED)
    return _with(state, replace(case, heard=case.heard.insert(act.author, act.act_id)))


def _close(state: State, act: Applied, content: acts.CloseCase) -> State:
    case = state.cases.get(content.case)
    if case is None:
        return _misplaced(state, act, OutOfOrder.CASE_UNKNOWN)
    if not case.open:
        return _misplaced(state, act, OutOfOrder.CASE_CLOSED)
    return _with(state, replace(case, closed=_told(act, content)))


_STEPS: Mapping[str, Callable[[State, Applied, Any], State]] = MappingProxyType(
    {
        "rescue.case.open": _open,
        "rescue.case.concur": _concur,
        "rescue.case.close": _close,
        "rescue.sighting.lodge": _lodge,
        "rescue.asset.offer": _offer,
        "rescue.plan.propose": _propose,
        "rescue.plan.agree": _agree,
        "rescue.search.report": _report,
        "rescue.lead.pass": _pass,
        "rescue.admission.request": _request,
        "rescue.admission.answer": _answer,
        "rescue.admission.begin": _begin,
    }
)


def broken(state: State) -> tuple[str, ...]:
    """What does not hold of a casebook, in words; nothing of one that was folded."""
    return tuple(_broken(state))


def _broken(state: State) -> Iterator[str]:
    kept: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("sightings", state.sightings),
        ("offers", state.offers),
        ("plans", state.plans),
        ("searches", state.searches),
        ("admissions", state.admissions),
        ("begun", state.begun),
    )
    for case in state.cases.values():
        for name, known in kept:
            for act_id in getattr(case, name):
                if act_id not in known:
                    yield f"`{act_id}` of case `{case.id}` is not among the {name}"
        if (case.lead is None) != (case.turns == 0):
            yield f"the lead of case `{case.id}` was passed {case.turns} times"
        if case.closed is not None and case.closed.act_id in state.out_of_order:
            yield f"case `{case.id}` is closed by an act that is out of order"
    for plan in state.plans.values():
        if plan.replaced_by is not None and plan.replaced_by not in state.plans:
            yield f"plan `{plan.act_id}` is replaced by no plan"
    for admission in state.admissions.values():
        if any(answer.author == admission.author for answer in admission.answers):
            yield f"admission `{admission.act_id}` is answered by the Party that asked"
