"""What staff do of admissions: ask for one, answer, and tell that a unit goes in.

Rules of this module:
- a unit goes in by the newest request of its own that is granted for the hour, where nobody names another;
- that it comes only to save people, and that its weapons are safe, is asked for, never assumed.

Clause: kr-jp-a 11.1 to 11.4.
"""

from __future__ import annotations

from collections.abc import Sequence

from servanda.act.act import Draft
from servanda.base import moment
from servanda.base.errors import UsageError
from servanda.domain import Seat
from servanda.domains.rescue.casebook import State
from servanda.domains.rescue.seat import Where, draft, granted_request, known_request, standing_case


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
