"""What staff do of a search: offer units, propose and agree plans, report what was searched.

Rules of this module:
- the case of a plan, and the numbers of its areas, follow from what is said;
- whether weapons are safe is asked for, never assumed.

Clause: kr-jp-a 10.2, 11.4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from servanda.act.act import Draft
from servanda.base import moment
from servanda.base.errors import UsageError
from servanda.domain import Seat
from servanda.domains.rescue.casebook import State
from servanda.domains.rescue.parts import Found, PlanInputs, SearchArea
from servanda.domains.rescue.seat import Members, Where, draft, known_plan, standing_case, standing_plan


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
    areas: Sequence[SearchArea | Members],
    case: str | None = None,
    inputs: PlanInputs | Members | None = None,
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
    found: Sequence[Found | Members] = (),
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
