"""What staff of rescue do: read the casebook, fill in what follows from it, and return a draft.

Rules of this module:
- a draft names the acts it rests on, so that what is owed after them counts as done;
- what is left out follows from the casebook: the case of a plan, the grant of a unit, the turn of a lead, the hour;
- what is out of order is an error here, before anything is signed, save a sighting of a closed case: life first;
- what only an officer can know (weapons safe, nothing but rescue) is asked for, never assumed;
- nothing here reads a clock: the hour is that of the seat.

Spec: record 3.1 (causes); judging 11 (duties). Clause: kr-jp-a 10.1 to 12.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from servanda.act.act import Draft
from servanda.base import moment
from servanda.base.errors import UsageError
from servanda.domain import Seat
from servanda.domains.rescue import acts
from servanda.domains.rescue.admitting import answer, begin, request
from servanda.domains.rescue.casebook import Case, State
from servanda.domains.rescue.searching import agree, offer, propose, report
from servanda.domains.rescue.seat import Where, draft, known_case, standing_case

__all__ = [
    "VERBS",
    "agree",
    "answer",
    "begin",
    "cases",
    "close",
    "concur",
    "lodge_sighting",
    "offer",
    "open_case",
    "pass_lead",
    "propose",
    "receive_alert",
    "report",
    "request",
]


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
    alert: str | None = None,
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
) -> Draft:
    """Tell of people in danger.

    Args:
        alert: id of the journal item that noted the alert at home; its hour, source, position and persons are taken
            over where nothing is said of them, its note stays home.
        received_at: when the own Party learnt of it; the hour of the alert, else of the seat, where none is named.
        reopens: the closed case that this one goes on with.

    Raises:
        UsageError: `case_unknown` or `case_open`.
    """
    causes: tuple[str, ...] = ()
    if reopens is not None:
        before = known_case(state, reopens)
        if before.open:
            raise UsageError("case_open", f"case `{reopens[:16]}` is open", action="say it of that case")
        causes = (before.id,) if before.closed is None else (before.id, before.closed.act_id)
    noted = None if alert is None else seat.noted(alert)
    known = (
        noted
        if isinstance(noted, acts.ReceiveAlert)
        else acts.ReceiveAlert(received_at=moment.text(seat.at), source="other")
    )
    members = {
        "received_at": received_at or known.received_at,
        "stage": stage,
        "nature": nature,
        "position": position or known.position,
        "position_at": position_at,
        "uncertainty_nm": uncertainty_nm,
        "persons": known.persons if persons is None else persons,
        "object": object,
        "craft": craft,
        "source": source or (known.source if noted is known else None),
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
