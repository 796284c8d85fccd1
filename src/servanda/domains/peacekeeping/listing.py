"""What a board shows its staff: operations, needs and offers with how far each has come and who does what next.

Rules of this module:
- what is shown follows from the board alone; no hour and no day is asked for;
- support waits for word of it while it is accepted and not all given, or was given by the own Party with nobody told.

Clause: kr-jp-b 8.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from servanda.domains.peacekeeping.board import Board, Mission, Offer, Request, State
from servanda.domains.peacekeeping.lines import Portion


class Step(StrEnum):
    """How far a need or an offer has come."""

    ASKED = "asked"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    PART_GIVEN = "part_given"
    GIVEN = "given"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMission:
    """An operation as it is shown.

    Args:
        untold: accepted or given support of which nobody was told, by act id.
    """

    mission: Mission
    untold: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A request as it is shown.

    Args:
        step: that of the offer that came furthest.
    """

    request: Request
    step: Step
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOffer:
    """An offer as it is shown.

    Args:
        left: what was not yet given.
        is_told: whether the mission's support office was told of it.
        next: who does what next, in words; empty where nothing is left to do.
    """

    offer: Offer
    step: Step
    left: tuple[Portion, ...]
    is_told: bool
    next: str


def missions(state: State, agreement: str) -> tuple[ListedMission, ...]:
    """The operations under an agreement, by code."""
    board = state.under(agreement)
    found = (board.missions[code] for code in sorted(board.missions))
    return tuple(
        ListedMission(
            mission=each,
            untold=tuple(
                dict.fromkeys(act_id for party in sorted(each.parts) for act_id in untold(board, each, party))
            ),
        )
        for each in found
    )


def needs(state: State, agreement: str) -> tuple[Need, ...]:
    """The requests under an agreement, the most urgent first, then the oldest."""
    board = state.under(agreement)
    found = (_need(each, board) for each in board.requests.values())
    return tuple(sorted(found, key=_urgency))


def _urgency(need: Need) -> tuple[object, ...]:
    request = need.request
    return (not request.content.life_in_danger, request.content.priority or 9, request.recorded_at, request.id)


def offers(state: State, agreement: str) -> tuple[ListedOffer, ...]:
    """The offers under an agreement with what comes next, the oldest first."""
    board = state.under(agreement)
    found = sorted(board.offers.values(), key=lambda each: (each.recorded_at, each.id))
    return tuple(
        ListedOffer(
            offer=each,
            step=step_of(each),
            left=each.left(),
            is_told=bool(board.told_of(each)),
            next=_comes_next(each, board),
        )
        for each in found
    )


def step_of(offer: Offer) -> Step:
    """How far an offer has come."""
    if offer.fulfilments:
        return Step.PART_GIVEN if offer.left() else Step.GIVEN
    return Step.OFFERED if offer.accepted_by is None else Step.ACCEPTED


def untold(board: Board, mission: Mission, party: str) -> tuple[str, ...]:
    """The support of an operation of which a Party has still to tell the support office, the oldest first."""
    found: list[str] = []
    for offer in sorted(board.offers.values(), key=lambda each: (each.recorded_at, each.id)):
        if offer.content.mission == mission.code:
            found.extend(untold_of(board, offer, party))
    return tuple(found)


def untold_of(board: Board, offer: Offer, party: str) -> tuple[str, ...]:
    """The same for one offer: itself while it waits to be given, and what this Party gave with nobody told."""
    waits = offer.accepted_by is not None and bool(offer.left()) and not board.told_of(offer)
    given = (
        each.act_id
        for each in offer.fulfilments
        if offer.author == party
        and not each.told_before
        and all(telling.author != party for telling in board.told(offer.content.mission, each.act_id))
    )
    return (*((offer.id,) if waits else ()), *given)


def _need(request: Request, board: Board) -> Need:
    answers = [board.offers[offer_id] for offer_id in request.offers]
    furthest = max(answers, key=lambda each: list(Step).index(step_of(each)), default=None)
    if furthest is None:
        return Need(request=request, step=Step.ASKED, next=f"{request.to} offers, or not")
    return Need(request=request, step=step_of(furthest), next=_comes_next(furthest, board))


def _comes_next(offer: Offer, board: Board) -> str:
    """Who does what next, in words; empty where nothing is left to do."""
    is_told = bool(board.told_of(offer))
    match step_of(offer):
        case Step.ASKED | Step.OFFERED:
            return f"{offer.to} accepts, or not"
        case Step.ACCEPTED | Step.PART_GIVEN:
            return (
                f"{offer.author} gives"
                if is_told
                else f"{offer.author} or {offer.to} tells the mission's support office"
            )
        case Step.GIVEN:
            return f"{offer.author} tells the mission's support office" if untold_of(board, offer, offer.author) else ""
