"""What staff of a contingent do: read the board, fill in what follows from it, and return a draft.

Rules of this module:
- a draft names the acts it rests on, so that what is owed after them counts as done;
- what is left out follows from the board: the operation, what was asked for, what was not yet given or told;
- what is out of order is an error here, before anything is signed; what the agreement forbids is left to the ruling;
- who pays only the officer can know: it is asked for, never assumed;
- nothing here reads a clock: the hour is that of the seat.

Spec: record 3.1 (causes); judging 11 (duties). Clause: kr-jp-b 8.1 to 8.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from servanda.act.act import Draft
from servanda.act.content import Payload, read
from servanda.base.errors import UsageError
from servanda.base.forms import fault
from servanda.domain import Seat
from servanda.domains.peacekeeping import acts, listing, naming
from servanda.domains.peacekeeping.board import State
from servanda.domains.peacekeeping.lines import Line, Portion, line, line_of, portion_of
from servanda.domains.peacekeeping.listing import ListedMission, ListedOffer, Need, missions, needs, offers

__all__ = [
    "ListedMission",
    "ListedOffer",
    "Need",
    "accept",
    "end",
    "fulfil",
    "join",
    "line",
    "missions",
    "needs",
    "offer",
    "offers",
    "request",
    "update",
]

P = TypeVar("P", bound=Payload)

Members = Mapping[str, Any]
"""Members of a payload or of one of its parts, as JSON has them."""
Brief = tuple[str, tuple[str, str]]
"""A line in short: class or stock number, and quantity with its unit. People write `8960:5000:LTR`."""


def join(
    state: State,
    seat: Seat,
    *,
    mission: str,
    contingent: str,
    strength: int,
    place: str,
    mandate: acts.Mandate | Members | str | None = None,
    sites: Sequence[acts.Site | Members] = (),
) -> Draft:
    """Say that a contingent takes part in an operation.

    Args:
        mandate: the one the other contingent named, where nothing is said.

    Raises:
        UsageError: `already_joined`, `mission_misspelt` or `mandate_missing`.
        MalformedError: a member that is not of its form.
    """
    known = naming.to_join(state.under(seat.agreement), seat, mission)
    members = {
        "mission": mission,
        "mandate": _mandate(mandate) or naming.mandate_of_other(known, seat),
        "contingent": contingent,
        "strength": strength,
        "place": place,
        "sites": tuple(sites),
    }
    return _draft("peacekeeping.mission.join", seat, _content(acts.JoinMission, members))


def update(
    state: State,
    seat: Seat,
    *,
    mission: str | None = None,
    told: Sequence[str] = (),
    told_at: str | None = None,
    mandate: acts.Mandate | Members | str | None = None,
    strength: int | None = None,
    reference: str | None = None,
    note: str | None = None,
) -> Draft:
    """Say what changed, or that the mission's support office was told.

    Args:
        mission: the one the own contingent is in, where none is named.
        told: what it was told of, with what was given on the same offers and is still to be told. All that is still to
            be told, where nothing is named and nothing else changed, or only the hour it was told is named.

    Raises:
        UsageError: `mission_unknown`, `mission_unclear`, `not_joined`, `support_unknown` or `nothing_left`.
    """
    board = state.under(seat.agreement)
    known, own = naming.taking_part(board, seat, mission)
    named = tuple(told)
    if not named and (told_at is not None or (mandate, strength, reference, note) == (None,) * 4):
        named = listing.untold(board, known, seat.party)[: acts.TOLD_MAX]
        if not named:
            raise UsageError(
                "nothing_left", f"the office of `{known.code}` was told of all support", action="say what changed"
            )
    for act_id in told:
        of = naming.support(board, known, act_id)
        named = (*named, *(each for each in listing.untold_of(board, of, seat.party) if each != of.id))
    named = tuple(dict.fromkeys(named))
    members = {
        "mission": known.code,
        "told": named,
        "told_at": told_at,
        "mandate": _mandate(mandate),
        "strength": strength,
        "reference": reference,
        "note": note,
    }
    return _draft(
        "peacekeeping.mission.update", seat, _content(acts.UpdateMission, members), named or (own.stay.joined_by,)
    )


def end(
    state: State, seat: Seat, *, mission: str | None = None, day: date | str | None = None, note: str | None = None
) -> Draft:
    """Say that the own contingent leaves.

    Args:
        mission: the one the own contingent is in, where none is named.
        day: from which it takes part no more; today where nothing is said.

    Raises:
        UsageError: `mission_unknown`, `mission_unclear`, `not_joined` or `already_left`.
    """
    known, own = naming.taking_part(state.under(seat.agreement), seat, mission)
    said = _content(acts.EndMission, {"mission": known.code, "day": day or naming.today(seat), "note": note})
    if not own.stay.covers(said.day):
        raise UsageError(
            "already_left",
            f"the own contingent leaves `{known.code}` on {own.stay.left_day}",
            action="name an earlier day, or say `mission join` if it stays",
        )
    return _draft("peacekeeping.mission.end", seat, said, (own.stay.joined_by,))


def request(
    state: State,
    seat: Seat,
    *,
    lines: Sequence[Line | Members | Brief | str],
    mission: str | None = None,
    place: str | None = None,
    for_combat: bool = False,
    from_day: date | str | None = None,
    until_day: date | str | None = None,
    priority: int | None = None,
    life_in_danger: bool = False,
    note: str | None = None,
) -> Draft:
    """State a need of the own contingent.

    Args:
        mission: the one the own contingent is in, where none is named.
        place: where it serves, where nothing is said.

    Raises:
        UsageError: `mission_unknown`, `mission_unclear`, `not_joined` or `class_unknown`.
        MalformedError: a member that is not of its form.
    """
    known, own = naming.taking_part(state.under(seat.agreement), seat, mission)
    members = {
        "mission": known.code,
        "lines": tuple(_line(each) for each in lines),
        "place": place or own.stay.content.place,
        "for_combat": for_combat,
        "from_day": from_day,
        "until_day": until_day,
        "priority": priority,
        "life_in_danger": life_in_danger,
        "note": note,
    }
    return _draft("peacekeeping.support.request", seat, _content(acts.RequestSupport, members))


def offer(
    state: State,
    seat: Seat,
    *,
    paid_by_un: bool,
    route: str | None = None,
    request: str | None = None,
    mission: str | None = None,
    lines: Sequence[Line | Members | Brief | str] | None = None,
    place: str | None = None,
    for_combat: bool | None = None,
    life_in_danger: bool | None = None,
    note: str | None = None,
) -> Draft:
    """Offer support to the other contingent.

    Args:
        request: the request that it answers; what is left out follows from it.
        mission, place: those of the own contingent, where no request is answered.

    Raises:
        UsageError: `request_unknown`, `request_own`, `lines_missing`, `mission_unknown`, `mission_unclear`,
            `not_joined` or `class_unknown`.
        MalformedError: a member that is not of its form.
    """
    board = state.under(seat.agreement)
    asked = None if request is None else naming.to_answer(board, seat, request)
    known, own = naming.taking_part(board, seat, mission or (None if asked is None else asked.content.mission))
    if asked is None and lines is None:
        raise UsageError("lines_missing", "nothing is offered", action="name the `lines`, or the request it answers")
    if asked is not None and asked.content.mission != known.code:
        raise UsageError(
            "request_unknown", f"`{asked.id[:16]}` asks for nothing in `{known.code}`", action="name its own mission"
        )
    taken = {} if asked is None else {name: getattr(asked.content, name) for name in _COPIED}
    members = {
        "mission": known.code,
        "place": own.stay.content.place,
        "for_combat": False,
        **taken,
        **_given(place=place, for_combat=for_combat, life_in_danger=life_in_danger, route=route, note=note),
        "paid_by_un": paid_by_un,
        "request": request,
    }
    if lines is not None:
        members["lines"] = tuple(_line(each) for each in lines)
    return _draft(
        "peacekeeping.support.offer", seat, _content(acts.OfferSupport, members), () if request is None else (request,)
    )


_COPIED = ("lines", "place", "for_combat", "life_in_danger")
"""What an offer takes over from the request it answers, where nothing else is said."""


def accept(state: State, seat: Seat, *, offer: str, note: str | None = None) -> Draft:
    """Accept what the other contingent offers.

    Raises:
        UsageError: `offer_unknown`, `offer_own` or `offer_accepted`.
    """
    known = naming.to_accept(state.under(seat.agreement), seat, offer)
    said = _content(acts.AcceptSupport, {"offer": known.id, "note": note})
    return _draft("peacekeeping.support.accept", seat, said, (known.id,))


def fulfil(
    state: State,
    seat: Seat,
    *,
    offer: str,
    furnished: Sequence[Portion | Members | str] | None = None,
    life_in_danger: bool = False,
    paid_by_un: bool = False,
    note: str | None = None,
) -> Draft:
    """Give what was offered.

    Args:
        furnished: what is given; all that was not yet, where nothing is said.

    Raises:
        UsageError: `offer_unknown`, `offer_of_other`, `offer_open`, `nothing_left`, `line_unknown` or `beyond_offer`.
    """
    board = state.under(seat.agreement)
    known = naming.to_give(board, seat, offer, life_in_danger=life_in_danger)
    members = {
        "offer": known.id,
        "furnished": tuple(portion_of(each) if isinstance(each, str) else each for each in furnished or known.left()),
        "life_in_danger": life_in_danger,
        "paid_by_un": paid_by_un,
        "note": note,
    }
    said = _content(acts.FulfilSupport, members)
    naming.within(known, said.furnished)
    told = (telling.act_id for telling in board.told_of(known)[:1])
    accepted = () if known.accepted_by is None else (known.accepted_by,)
    return _draft("peacekeeping.support.fulfil", seat, said, (known.id, *accepted, *told))


def _line(said: Line | Members | Brief | str) -> Line | Members:
    if isinstance(said, str):
        return line_of(said)
    return line(*said) if isinstance(said, tuple) else said


def _mandate(said: acts.Mandate | Members | str | None) -> acts.Mandate | Members | None:
    """A mandate in full; people write `2031-01-01/2031-12-31,resolution`, or no last day."""
    if not isinstance(said, str):
        return said
    days, comma, resolution = said.partition(",")
    if not comma:
        raise fault("mandate", f"expected `{acts.Mandate.short}`, as in `2031-01-01,resolution`, got `{said[:80]}`")
    first, _, last = days.partition("/")
    return _given(resolution=resolution.strip(), from_day=first.strip(), until_day=last.strip() or None)


def _given(**members: object) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None}


def _content(of: type[P], members: Mapping[str, Any]) -> P:
    """A payload, valid; members without a value stay out.

    Raises:
        MalformedError: a member that is not of its form.
    """
    return read(of, {name: value for name, value in members.items() if value is not None})


def _draft(kind: str, seat: Seat, payload: Payload, causes: Iterable[str] = ()) -> Draft:
    return Draft(kind=kind, agreement=seat.agreement, payload=payload, causes=tuple(dict.fromkeys(causes)))
