"""What must hold before an officer of rescue drafts, and the draft itself.

Rules of this module:
- what is out of order is an error here, before anything is signed; what the agreement forbids is left to the ruling;
- a position may be given in short wherever a payload has one;
- nothing here reads a clock: the hour is that of the seat.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from servanda.act.act import Draft
from servanda.act.content import Payload, read
from servanda.base import moment
from servanda.base.errors import UsageError
from servanda.domain import Seat
from servanda.domains.rescue import acts
from servanda.domains.rescue.casebook import Admission, Case, Plan, State
from servanda.domains.rescue.forms import Position, in_full

Members = Mapping[str, Any]
"""Members of a payload or of one of its parts, as JSON has them."""
Where = Position | Members | str
"""A position, its members, or in short: `37.24,131.87`, or a grid reference."""


def draft(
    kind: str, seat: Seat, members: Mapping[str, Any], causes: Iterable[str] = (), finding: str | None = None
) -> Draft:
    """A draft whose payload is valid; members without a value stay out.

    Raises:
        MalformedError: a member that is not of its form.
    """
    given = {name: msgspec.to_builtins(value) for name, value in members.items() if value is not None}
    payload: Payload = read(acts.PAYLOADS[kind], in_full(given))
    return Draft(
        kind=kind, agreement=seat.agreement, payload=payload, causes=tuple(dict.fromkeys(causes)), finding=finding
    )


def known_case(state: State, case_id: str) -> Case:
    """A case that was opened.

    Raises:
        UsageError: `case_unknown`.
    """
    case = state.cases.get(case_id)
    if case is None:
        raise UsageError("case_unknown", f"`{case_id[:16]}` is no case here", action="name the act that opened it")
    return case


def standing_case(state: State, case_id: str | None) -> Case:
    """A case that nobody has closed.

    Raises:
        UsageError: `case_missing`, `case_unknown` or `case_closed`.
    """
    if case_id is None:
        raise UsageError("case_missing", "no case is named", action="name it with `--case`")
    case = known_case(state, case_id)
    if not case.open:
        raise UsageError(
            "case_closed", f"case `{case_id[:16]}` is closed", action="open one that `reopens` it, if it goes on"
        )
    return case


def known_plan(state: State, plan_id: str) -> Plan:
    """A plan that was proposed.

    Raises:
        UsageError: `plan_unknown`.
    """
    plan = state.plans.get(plan_id)
    if plan is None:
        raise UsageError("plan_unknown", f"`{plan_id[:16]}` is no plan here", action="name the act that proposed it")
    return plan


def standing_plan(state: State, plan_id: str) -> Plan:
    """A plan that no other has taken the place of.

    Raises:
        UsageError: `plan_unknown` or `plan_replaced`.
    """
    plan = known_plan(state, plan_id)
    if plan.replaced_by is not None:
        raise UsageError(
            "plan_replaced", f"plan `{plan_id[:16]}` was replaced", action=f"name `{plan.replaced_by[:16]}` instead"
        )
    return plan


def known_request(state: State, request_id: str) -> Admission:
    """A request for admission.

    Raises:
        UsageError: `request_unknown`.
    """
    asked = state.admissions.get(request_id)
    if asked is None:
        raise UsageError(
            "request_unknown",
            f"`{request_id[:16]}` asks for no admission here",
            action="name the act id of the request",
        )
    return asked


def granted_request(state: State, seat: Seat, unit: str, case_id: str | None, at: str) -> Admission | None:
    """The newest request of the own Party for a unit that is granted for a moment, None where there is none."""
    hour = moment.parse(at)
    found = [
        asked
        for asked in state.admissions.values()
        if (asked.author, asked.content.unit) == (seat.party, unit)
        and case_id in (None, asked.content.case)
        and asked.covers(hour)
    ]
    return max(found, key=lambda asked: (asked.recorded_at, asked.act_id), default=None)
