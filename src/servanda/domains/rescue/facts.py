"""What clauses may ask of a rescue: one complete set of facts for each line of an act, stated for its author.

Rules of this module:
- a fact that does not arise for a kind, or could not be established, is stated at its least favourable value;
- an admission has a line for each position; a plan and a search have one, at the place that asks most;
- who leads must be known: an act on a case that the record does not hold leaves `author_leads` out, and is
  unjudgeable; what is delivered whatever the ruling does not wait for that;
- a grant counts for the unit, the time and the areas that were asked for, as the other Party last answered.

Spec: record 4.4 (facts); judging 3 (facts), 12 (areas and place). Clause: kr-jp-a 10.1 to 12.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from servanda.act.content import Payload
from servanda.act.kind import vocabulary
from servanda.agreement.places import Places, places_of
from servanda.base import moment
from servanda.domain import Said, View
from servanda.domains.rescue import acts
from servanda.domains.rescue.areas import area_of, asking_most, leader, place_of
from servanda.domains.rescue.casebook import Admission, Case, State
from servanda.domains.rescue.forms import Position, outside
from servanda.policy.facts import FactValue

Stated = Mapping[str, FactValue | None]
"""Facts that arise for a line of an act; None where the fact must be known and is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standpoint:
    """Where an act is judged from: its author, the casebook at its cut, and the areas of the text it is judged by."""

    said: Said
    book: State
    places: Places | None

    def leads(self, case_id: str | None) -> Stated:
        """Whether the author leads a case; left out where the record does not hold it."""
        case = None if case_id is None else self.book.cases.get(case_id)
        return {"author_leads": None if case is None else leader(case, self.places) == self.said.author}

    def at(self, position: Position | None) -> Stated:
        """Where one position lies, and whether it is in numbers."""
        return {
            "place": place_of(position, self.places, self.said.author),
            "position_in_numbers": position is not None and position.in_numbers,
        }

    def amid(self, positions: Iterable[Position]) -> Stated:
        """Where several positions lie as one, and whether all of them are in numbers."""
        named = tuple(positions)
        found = {place_of(position, self.places, self.said.author) for position in named}
        return {
            "place": asking_most(found, self.places),
            "position_in_numbers": bool(named) and all(position.in_numbers for position in named),
        }


def facts(said: Said, view: View[State]) -> tuple[Mapping[str, FactValue], ...]:
    """The facts of an act of this domain, one set for each of its lines.

    Spec: record 4.4.
    """
    at = _Standpoint(said=said, book=view.state, places=places_of(view.instrument.annexes))
    always = {**_least_favourable(), "asserts_title": outside(said.content, said.raw)}
    return tuple(
        {name: value for name, value in {**always, **line}.items() if value is not None}
        for line in _ARISING[type(said.content)](said.content, at)
    )


@cache
def _least_favourable() -> Mapping[str, FactValue]:
    rows = vocabulary()["domains"]["rescue"]["facts"]
    stated = {row["name"]: row["least_favourable"] for row in rows}
    return MappingProxyType({**stated, "author_leads": False})


def _open(content: acts.OpenCase, at: _Standpoint) -> Sequence[Stated]:
    opened = Case(
        id=at.said.act_id,
        agreement=at.said.agreement,
        author=at.said.author,
        recorded_at=at.said.recorded_at,
        content=content,
    )
    return ({**at.at(content.position), "author_leads": leader(opened, at.places) == at.said.author},)


def _lodge(content: acts.LodgeSighting, at: _Standpoint) -> Sequence[Stated]:
    known = content.case is not None and content.case in at.book.cases
    return ({**at.at(content.position), **(at.leads(content.case) if known else {})},)


def _offer(content: acts.OfferAsset, at: _Standpoint) -> Sequence[Stated]:
    return ({**at.at(content.position), **at.leads(content.case), "weapons_safe": content.weapons_safe},)


def positions_of_plan(content: acts.ProposePlan) -> tuple[Position, ...]:
    """Every position that a plan names: corners, way points, and where the drift begins."""
    named = [position for area in content.areas for position in (*area.corners, *area.legs)]
    return (*named, *(() if content.inputs is None else (content.inputs.datum,)))


def _propose(content: acts.ProposePlan, at: _Standpoint) -> Sequence[Stated]:
    return ({**at.amid(positions_of_plan(content)), **at.leads(content.case)},)


def _agree(content: acts.AgreePlan, at: _Standpoint) -> Sequence[Stated]:
    plan = at.book.plans.get(content.plan)
    if plan is None:
        return (at.leads(None),)
    return (
        {
            **at.amid(positions_of_plan(plan.content)),
            **at.leads(plan.content.case),
            "proposed_by_other": plan.author == at.said.other,
        },
    )


def _report(content: acts.ReportSearch, at: _Standpoint) -> Sequence[Stated]:
    positions = (*content.track, *(found.position for found in content.found))
    return ({**at.amid(positions), **at.leads(content.case)},)


def _pass(content: acts.PassLead, at: _Standpoint) -> Sequence[Stated]:
    return (at.leads(content.subject.case),)


def _request(content: acts.RequestAdmission, at: _Standpoint) -> Sequence[Stated]:
    also: Stated = {**at.leads(content.case), "sole_purpose_rescue": content.sole_purpose_rescue}
    return [{**also, **at.at(position)} for position in content.positions]


def _answer(content: acts.AnswerAdmission, at: _Standpoint) -> Sequence[Stated]:
    asked = at.book.admissions.get(content.request)
    return (at.leads(None),) if asked is None else _request(asked.content, at)


def _begin(content: acts.BeginAdmission, at: _Standpoint) -> Sequence[Stated]:
    asked = None if content.request is None else at.book.admissions.get(content.request)
    case_id = content.case or (None if asked is None else asked.content.case)
    claimed: Stated = {
        **({} if case_id is None and content.request is None else at.leads(case_id)),
        "sole_purpose_rescue": content.sole_purpose_rescue,
        "weapons_safe": content.weapons_safe,
    }
    granted = _granted(content, asked, at)
    return [
        {**claimed, **at.at(position), "admission_granted": area_of(position, at.places) in granted}
        for position in content.positions
    ]


def _granted(content: acts.BeginAdmission, asked: Admission | None, at: _Standpoint) -> frozenset[str | None]:
    """The areas that a unit was let into at the moment it goes in; none without a grant of its own."""
    if asked is None or asked.author != at.said.author or asked.content.unit != content.unit:
        return frozenset()
    if content.case not in (None, asked.content.case) or not asked.covers(moment.parse(content.at)):
        return frozenset()
    return frozenset(area_of(position, at.places) for position in asked.content.positions) - {None}


def _of_case(content: acts.ConcurCase, at: _Standpoint) -> Sequence[Stated]:
    return (at.leads(content.case),)


def _close(content: acts.CloseCase, at: _Standpoint) -> Sequence[Stated]:
    case = at.book.cases.get(content.case)
    return ({**at.leads(content.case), "other_heard": case is not None and at.said.other in case.heard},)


def _noted(_content: acts.ReceiveAlert, _at: _Standpoint) -> Sequence[Stated]:
    return ({},)


_ARISING: Mapping[type[Payload], Callable[[Any, _Standpoint], Sequence[Stated]]] = MappingProxyType(
    {
        acts.ReceiveAlert: _noted,
        acts.OpenCase: _open,
        acts.ConcurCase: _of_case,
        acts.CloseCase: _close,
        acts.LodgeSighting: _lodge,
        acts.OfferAsset: _offer,
        acts.ProposePlan: _propose,
        acts.AgreePlan: _agree,
        acts.ReportSearch: _report,
        acts.PassLead: _pass,
        acts.RequestAdmission: _request,
        acts.AnswerAdmission: _answer,
        acts.BeginAdmission: _begin,
    }
)
