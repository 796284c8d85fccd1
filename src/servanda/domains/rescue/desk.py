"""What staff of rescue do: read the casebook, fill in what follows from it, and return a draft.

Rules of this module:
- a draft names the acts it rests on, so that what is owed after them counts as done;
- what is left out follows from the casebook: the case of a plan, the grant of a unit, the turn of a lead, the hour;
- what is out of order is an error here, before anything is signed, save a sighting of a closed case: life first;
- what only an officer can know (weapons safe, nothing but rescue) is asked for, never assumed;
- nothing here reads a clock: the hour is that of the seat.

Spec: record 3.1 (causes); judging 7 (duties). Clause: kr-jp-a 10 to 12.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from servanda.act.act import Draft
from servanda.base import moment
from servanda.base.errors import UsageError
from servanda.domain import Seat
from servanda.domains.rescue import acts
from servanda.domains.rescue.casebook import Case, State
from servanda.domains.rescue.forms import Position
from servanda.domains.rescue.seat import (
    draft,
    granted_request,
    known_case,
    known_plan,
    known_request,
    standing_case,
    standing_plan,
)

Members = Mapping[str, Any]
"""Members of a payload or of one of its parts, as JSON has them."""
Where = Position | Members | str
"""A position, its members, or in short: `37.24,131.87`, or a grid reference."""


def cases(state: State, *, open_only: bool = False) -> tuple[Case, ...]:
    """The cases under whatever agreement, the oldest first."""
    found = (case for case in state.cases.values() if case.open or not open_only)
    return tuple(sorted(found, key=lambda case: (case.recorded_at, case.id)))


def receive_alert(
    _state: State,
    seat: Seat,
    *,
    source: str,
    received_at: str | None = None,
    position: Where | None = None,
    persons: int | None = None,
    note: str | None = None,
) -> Draft:
    """Note at home that an alert came in; the hour of the seat where none is named."""
    members = {
        "received_at": received_at or moment.text(seat.at),
        "source": source,
        "position": position,
        "persons": persons,
        "note": note,
    }
    return draft("rescue.alert.receive", seat, members)


def open_case(
    state: State,
    seat: Seat,
    *,
    stage: str,
    nature: str,
    received_at: str | None = None,
    position: Where | None = None,
    position_at: str | None = None,
    uncertainty_nm: str | None = None,
    persons: int | None = None,
    object: str | None = None,
    craft: str | None = None,
    source: str | None = None,
    reference: str | None = None,
    reopens: str | None = None,
    note: str | None = None,
    alert: str | None = None,
) -> Draft:
    """Tell of people in danger.

    Args:
        received_at: when the own Party learnt of it; the hour of the seat where none is named.
        reopens: the closed case that this one goes on with.
        alert: id of the journal item that noted the alert at home.

    Raises:
        UsageError: `case_unknown` or `case_open`.
    """
    causes: tuple[str, ...] = ()
    if reopens is not None:
        before = known_case(state, reopens)
        if before.open:
            raise UsageError("case_open", f"case `{reopens[:16]}` is open", action="say it of that case")
        causes = (before.id,) if before.closed is None else (before.id, before.closed.act_id)
    members = {
        "received_at": received_at or moment.text(seat.at),
        "stage": stage,
        "nature": nature,
        "position": position,
        "position_at": position_at,
        "uncertainty_nm": uncertainty_nm,
        "persons": persons,
        "object": object,
        "craft": craft,
        "source": source,
        "reference": reference,
        "reopens": reopens,
        "note": note,
    }
    return draft("rescue.case.open", seat, members, causes, alert)


def lodge_sighting(
    state: State,
    seat: Seat,
    *,
    what: str,
    seen_at: str | None = None,
    case: str | None = None,
    position: Where | None = None,
    uncertainty_nm: str | None = None,
    persons: int | None = None,
    unit: str | None = None,
    note: str | None = None,
) -> Draft:
    """Tell of something seen; of a closed case too.

    Args:
        seen_at: the hour of the seat where none is named.

    Raises:
        UsageError: `case_unknown`.
    """
    members = {
        "seen_at": seen_at or moment.text(seat.at),
        "what": what,
        "case": None if case is None else known_case(state, case).id,
        "position": position,
        "uncertainty_nm": uncertainty_nm,
        "persons": persons,
        "unit": unit,
        "note": note,
    }
    return draft("rescue.sighting.lodge", seat, members, () if case is None else (case,))


def offer(
    state: State,
    seat: Seat,
    *,
    case: str,
    unit: str,
    sort: str,
    weapons_safe: bool,
    position: Where | None = None,
    available_from: str | None = None,
    available_until: str | None = None,
    speed_kn: str | None = None,
    endurance_h: str | None = None,
    sensors: Sequence[str] = (),
    note: str | None = None,
) -> Draft:
    """Offer a unit.

    Raises:
        UsageError: `case_unknown` or `case_closed`.
    """
    known = standing_case(state, case)
    members = {
        "case": known.id,
        "unit": unit,
        "sort": sort,
        "weapons_safe": weapons_safe,
        "position": position,
        "available_from": available_from,
        "available_until": available_until,
        "speed_kn": speed_kn,
        "endurance_h": endurance_h,
        "sensors": tuple(sensors),
        "note": note,
    }
    return draft("rescue.asset.offer", seat, members, (known.id,))


def propose(
    state: State,
    seat: Seat,
    *,
    areas: Sequence[acts.SearchArea | Members],
    case: str | None = None,
    inputs: acts.PlanInputs | Members | None = None,
    replaces: str | None = None,
) -> Draft:
    """Propose a search plan.

    Args:
        areas: numbered from 1 in their order, where they bear no number.
        case: that of the plan it replaces, where none is named.

    Raises:
        UsageError: `case_missing`, `case_unknown`, `case_closed`, `plan_unknown` or `plan_replaced`.
    """
    before = None if replaces is None else standing_plan(state, replaces)
    known = standing_case(state, case or (None if before is None else before.content.case))
    members = {
        "case": known.id,
        "areas": tuple(
            {"number": number, **area} if isinstance(area, Mapping) else area
            for number, area in enumerate(areas, start=1)
        ),
        "inputs": inputs,
        "replaces": replaces,
    }
    return draft("rescue.plan.propose", seat, members, (known.id, *(() if before is None else (before.act_id,))))


def agree(
    state: State, seat: Seat, *, plan: str, numerics: str | None = None, difference_m: str | None = None
) -> Draft:
    """Agree to the plan of the other Party.

    Raises:
        UsageError: `plan_unknown`, `plan_own`, `plan_agreed`, `plan_replaced` or `case_closed`.
    """
    known = standing_plan(state, plan)
    if known.author == seat.party:
        raise UsageError("plan_own", f"`{plan[:16]}` is a plan of the own Party", action="the other Party agrees to it")
    if known.agreed_by is not None:
        raise UsageError("plan_agreed", f"plan `{plan[:16]}` was agreed to before", action="nothing is owed")
    standing_case(state, known.content.case)
    members = {"plan": known.act_id, "numerics": numerics, "difference_m": difference_m}
    return draft("rescue.plan.agree", seat, members, (known.act_id,))


def report(
    state: State,
    seat: Seat,
    *,
    unit: str,
    began: str,
    track: Sequence[Where],
    ended: str | None = None,
    case: str | None = None,
    plan: str | None = None,
    area: int | None = None,
    sweep_width_nm: str | None = None,
    visibility_nm: str | None = None,
    wind_kn: str | None = None,
    wave_m: str | None = None,
    found: Sequence[acts.Found | Members] = (),
) -> Draft:
    """Report the track that a unit searched, with what was found.

    Args:
        ended: the hour of the seat where none is named.
        case: that of the plan, where none is named.

    Raises:
        UsageError: `case_missing`, `case_unknown`, `case_closed`, `plan_unknown` or `area_unknown`.
    """
    by = None if plan is None else known_plan(state, plan)
    known = standing_case(state, case or (None if by is None else by.content.case))
    if by is not None and area is not None and all(each.number != area for each in by.content.areas):
        numbers = ", ".join(str(each.number) for each in by.content.areas)
        raise UsageError("area_unknown", f"plan `{by.act_id[:16]}` has no area {area}", action=f"name one of {numbers}")
    members = {
        "case": known.id,
        "unit": unit,
        "began": began,
        "ended": ended or moment.text(seat.at),
        "track": tuple(track),
        "plan": plan,
        "area": area,
        "sweep_width_nm": sweep_width_nm,
        "visibility_nm": visibility_nm,
        "wind_kn": wind_kn,
        "wave_m": wave_m,
        "found": tuple(found),
    }
    return draft("rescue.search.report", seat, members, (known.id, *(() if by is None else (by.act_id,))))


def pass_lead(state: State, seat: Seat, *, case: str, to: str | None = None) -> Draft:
    """Pass the lead; it passes when the other Party has said the same.

    Args:
        to: the Party that the other's half names, else the other Party.

    Raises:
        UsageError: `case_unknown`, `case_closed`, `half_repeated` or `party_unknown`.
    """
    known = standing_case(state, case)
    waiting = {half.to: half for half in known.halves.values() if half.turn == known.turns + 1}
    theirs = [half for half in waiting.values() if half.author == seat.other]
    named = to or (theirs[0].to if theirs else seat.other)
    if named not in (seat.party, seat.other):
        raise UsageError(
            "party_unknown", f"`{named}` is no Party here", action=f"name `{seat.party}` or `{seat.other}`"
        )
    half = waiting.get(named)
    if half is not None and half.author == seat.party:
        raise UsageError("half_repeated", "this pass waits for the other Party", action="nothing is left to say")
    subject = {"case": known.id, "to": named, "turn": known.turns + 1}
    return draft("rescue.lead.pass", seat, {"subject": subject}, (known.id, *(() if half is None else (half.act_id,))))


def request(
    state: State,
    seat: Seat,
    *,
    case: str,
    unit: str,
    sort: str,
    why: str,
    sole_purpose_rescue: bool,
    ends: str,
    positions: Sequence[Where],
    begins: str | None = None,
) -> Draft:
    """Ask for a unit to be let into waters or the air above them.

    Args:
        begins: the hour of the seat where none is named.

    Raises:
        UsageError: `case_unknown` or `case_closed`.
    """
    known = standing_case(state, case)
    members = {
        "case": known.id,
        "unit": unit,
        "sort": sort,
        "why": why,
        "sole_purpose_rescue": sole_purpose_rescue,
        "begins": begins or moment.text(seat.at),
        "ends": ends,
        "positions": tuple(positions),
    }
    return draft("rescue.admission.request", seat, members, (known.id,))


def answer(
    state: State, seat: Seat, *, request: str, granted: bool, until: str | None = None, reason: str | None = None
) -> Draft:
    """Grant or refuse an admission; a later answer stands in the place of the one before.

    Raises:
        UsageError: `request_unknown` or `request_own`.
    """
    known = known_request(state, request)
    if known.author == seat.party:
        raise UsageError(
            "request_own", f"`{request[:16]}` is a request of the own Party", action="the other Party answers it"
        )
    members = {"request": known.act_id, "granted": granted, "until": until, "reason": reason}
    return draft("rescue.admission.answer", seat, members, (known.act_id,))


def begin(
    state: State,
    seat: Seat,
    *,
    unit: str,
    sole_purpose_rescue: bool,
    weapons_safe: bool,
    positions: Sequence[Where],
    at: str | None = None,
    case: str | None = None,
    request: str | None = None,
) -> Draft:
    """Tell that a unit goes in.

    Args:
        at: the hour of the seat where none is named.
        request: the newest of the unit that is granted for that hour, where there is one and none is named.
        case: that of the request, where none is named.

    Raises:
        UsageError: `case_unknown`, `case_closed` or `request_unknown`.
    """
    hour = at or moment.text(seat.at)
    asked = granted_request(state, seat, unit, case, hour) if request is None else known_request(state, request)
    about = case or (None if asked is None else asked.content.case)
    known = None if about is None else standing_case(state, about)
    causes = [] if known is None else [known.id]
    if asked is not None:
        causes += [asked.act_id, *(each.act_id for each in asked.answers[-1:])]
    members = {
        "unit": unit,
        "at": hour,
        "positions": tuple(positions),
        "sole_purpose_rescue": sole_purpose_rescue,
        "weapons_safe": weapons_safe,
        "case": None if known is None else known.id,
        "request": None if asked is None else asked.act_id,
    }
    return draft("rescue.admission.begin", seat, members, causes)


def concur(state: State, seat: Seat, *, case: str) -> Draft:
    """Say that the own Party was heard and the case may be closed.

    Raises:
        UsageError: `case_unknown`, `case_closed` or `already_concurred`.
    """
    known = standing_case(state, case)
    if seat.party in known.heard:
        raise UsageError("already_concurred", f"case `{case[:16]}` may be closed", action="nothing is left to say")
    return draft("rescue.case.concur", seat, {"case": known.id}, (known.id,))


def close(
    state: State, seat: Seat, *, case: str, outcome: str, saved: int | None = None, lost: int | None = None
) -> Draft:
    """Close a case, the other Party having been heard.

    Raises:
        UsageError: `case_unknown` or `case_closed`.
    """
    known = standing_case(state, case)
    heard = known.heard.get(seat.other)
    members = {"case": known.id, "outcome": outcome, "saved": saved, "lost": lost}
    return draft("rescue.case.close", seat, members, (known.id, *(() if heard is None else (heard,))))


VERBS: Mapping[str, Callable[..., Draft]] = MappingProxyType(
    {
        "rescue.alert.receive": receive_alert,
        "rescue.case.open": open_case,
        "rescue.case.concur": concur,
        "rescue.case.close": close,
        "rescue.sighting.lodge": lodge_sighting,
        "rescue.asset.offer": offer,
        "rescue.plan.propose": propose,
        "rescue.plan.agree": agree,
        "rescue.search.report": report,
        "rescue.lead.pass": pass_lead,
        "rescue.admission.request": request,
        "rescue.admission.answer": answer,
        "rescue.admission.begin": begin,
    }
)
"""What the desk calls to draft each kind."""
