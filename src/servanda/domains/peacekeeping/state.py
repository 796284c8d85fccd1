"""What follows from the acts so far: the fold onto the board, and what must always hold of it.

Rules of this module:
- the first acceptance by the other Party counts; no more is ever given on a line than was offered;
- a contingent that left may join again; a day of leaving that was stated is brought forward, never put off;
- a mandate that a Party stated counts, also where the act that states it is out of order;
- an act that does not follow from those before it is kept and shown as out of order, never lost and never an error.

Spec: record 4.7 (residue), 5.4 (order of the fold); judging 13 (missions and support). Clause: kr-jp-b 8.1, 8.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from servanda.act.act import Applied
from servanda.act.content import read
from servanda.base.errors import MalformedError
from servanda.domains.peacekeeping import acts
from servanda.domains.peacekeeping.board import (
    EMPTY,
    Board,
    Fulfilment,
    Mission,
    Offer,
    OutOfOrder,
    Participation,
    Request,
    State,
    StatedMandate,
    Stay,
    Telling,
)

__all__ = ["EMPTY", "broken", "fold"]


def fold(state: State, act: Applied) -> State:
    """State and one more act with effect."""
    step = _STEPS.get(act.kind)
    if step is None:
        return state
    board = state.under(act.agreement)
    try:
        content = read(acts.PAYLOADS[act.kind], act.payload)
    except MalformedError:
        # The residue of an act whose payload was gone before it was ever opened here.
        after = _misplaced(board, act, OutOfOrder.UNREADABLE)
    else:
        after = step(board, act, content)
    return State(boards=state.boards.insert(act.agreement, after))


def _misplaced(board: Board, act: Applied, why: OutOfOrder) -> Board:
    return replace(board, out_of_order=board.out_of_order.insert(act.act_id, why))


def _with_part(board: Board, mission: Mission, part: Participation) -> Board:
    return _with_mission(board, replace(mission, parts=mission.parts.insert(part.party, part)))


def _with_mission(board: Board, mission: Mission) -> Board:
    return replace(board, missions=board.missions.insert(mission.code, mission))


def _with_offer(board: Board, offer: Offer) -> Board:
    return replace(board, offers=board.offers.insert(offer.id, offer))


def _belongs(board: Board, act: Applied, offer: Offer) -> Board:
    return replace(_with_offer(board, offer), offer_of=board.offer_of.insert(act.act_id, offer.id))


def _join(board: Board, act: Applied, content: acts.JoinMission) -> Board:
    mission = board.missions.get(content.mission) or Mission(code=content.mission)
    part = mission.parts.get(act.author)
    stated = StatedMandate(act_id=act.act_id, mandate=content.mandate)
    stay = Stay(joined_by=act.act_id, joined_at=act.recorded_at, content=content)
    if part is None:
        part = Participation(party=act.author, stays=(stay,), mandates=(stated,), strength=content.strength)
        return _with_part(board, mission, part)
    part = replace(part, mandates=(*part.mandates, stated))
    if part.stay.left_day is None:
        return _misplaced(_with_part(board, mission, part), act, OutOfOrder.ALREADY_JOINED)
    part = replace(part, stays=(*part.stays, stay), strength=content.strength)
    return _with_part(board, mission, part)


def _update(board: Board, act: Applied, content: acts.UpdateMission) -> Board:
    board = _tell(board, act, content)
    mission = board.missions.get(content.mission)
    if mission is None:
        return _misplaced(board, act, OutOfOrder.MISSION_UNKNOWN)
    mission = replace(mission, updates=(*mission.updates, act.act_id))
    part = mission.parts.get(act.author)
    if part is None:
        return _misplaced(_with_mission(board, mission), act, OutOfOrder.NOT_JOINED)
    if content.mandate is not None:
        part = replace(part, mandates=(*part.mandates, StatedMandate(act_id=act.act_id, mandate=content.mandate)))
    return _with_part(board, mission, replace(part, strength=content.strength or part.strength))


def _tell(board: Board, act: Applied, content: acts.UpdateMission) -> Board:
    """The board with word of what the operation's support office was told."""
    telling = Telling(act_id=act.act_id, author=act.author, told_at=content.told_at)
    tellings = board.tellings
    for act_id in content.told:
        key = (content.mission, act_id)
        tellings = tellings.insert(key, (*(tellings.get(key) or ()), telling))
        offer = board.offers.get(board.offer_of.get(act_id) or act_id)
        if offer is None or offer.content.mission != content.mission:
            board = _misplaced(board, act, OutOfOrder.SUPPORT_UNKNOWN)
    return replace(board, tellings=tellings)


def _end(board: Board, act: Applied, content: acts.EndMission) -> Board:
    mission = board.missions.get(content.mission)
    part = None if mission is None else mission.parts.get(act.author)
    if mission is None:
        return _misplaced(board, act, OutOfOrder.MISSION_UNKNOWN)
    if part is None:
        return _misplaced(board, act, OutOfOrder.NOT_JOINED)
    if not part.stay.covers(content.day):
        return _misplaced(board, act, OutOfOrder.ALREADY_LEFT)
    stay = replace(part.stay, left_day=content.day, ended_by=(*part.stay.ended_by, act.act_id))
    return _with_part(board, mission, replace(part, stays=(*part.stays[:-1], stay)))


def _request(board: Board, act: Applied, content: acts.RequestSupport) -> Board:
    request = Request(id=act.act_id, author=act.author, to=act.other, recorded_at=act.recorded_at, content=content)
    return replace(board, requests=board.requests.insert(request.id, request))


def _offer(board: Board, act: Applied, content: acts.OfferSupport) -> Board:
    offer = Offer(
        id=act.act_id, author=act.author, to=act.other, recorded_at=act.recorded_at, raw=act.payload, content=content
    )
    board = _with_offer(board, offer)
    if content.request is None:
        return board
    request = board.requests.get(content.request)
    if request is None or request.content.mission != content.mission:
        return _misplaced(board, act, OutOfOrder.REQUEST_UNKNOWN)
    if request.author == act.author:
        return _misplaced(board, act, OutOfOrder.REQUEST_OWN)
    answered = replace(request, offers=(*request.offers, offer.id))
    return replace(board, requests=board.requests.insert(request.id, answered))


def _accept(board: Board, act: Applied, content: acts.AcceptSupport) -> Board:
    offer = board.offers.get(content.offer)
    if offer is None:
        return _misplaced(board, act, OutOfOrder.OFFER_UNKNOWN)
    if offer.author == act.author:
        return _misplaced(board, act, OutOfOrder.OFFER_OWN)
    if offer.accepted_by is not None:
        return _misplaced(board, act, OutOfOrder.OFFER_ACCEPTED)
    return _belongs(board, act, replace(offer, accepted_by=act.act_id, accepted_at=act.recorded_at))


def _fulfil(board: Board, act: Applied, content: acts.FulfilSupport) -> Board:
    offer = board.offers.get(content.offer)
    if offer is None:
        return _misplaced(board, act, OutOfOrder.OFFER_UNKNOWN)
    if offer.author != act.author:
        return _misplaced(board, act, OutOfOrder.OFFER_OF_OTHER)
    portions = content.furnished or offer.left()
    if any(portion.line > len(offer.content.lines) for portion in portions):
        return _misplaced(board, act, OutOfOrder.LINE_UNKNOWN)
    left = {portion.line: Decimal(portion.quantity) for portion in offer.left()}
    if not portions or any(Decimal(portion.quantity) > left.get(portion.line, 0) for portion in portions):
        return _misplaced(board, act, OutOfOrder.BEYOND_OFFER)
    if offer.accepted_by is None and not content.life_in_danger:
        # It was given all the same: what was given once is not given again.
        board = _misplaced(board, act, OutOfOrder.OFFER_OPEN)
    given = Fulfilment(
        act_id=act.act_id,
        recorded_at=act.recorded_at,
        portions=portions,
        paid_by_un=content.paid_by_un or offer.content.paid_by_un,
        told_before=bool(board.told_of(offer)),
    )
    return _belongs(board, act, replace(offer, fulfilments=(*offer.fulfilments, given)))


_STEPS: Mapping[str, Callable[[Board, Applied, Any], Board]] = MappingProxyType(
    {
        "peacekeeping.mission.join": _join,
        "peacekeeping.mission.update": _update,
        "peacekeeping.mission.end": _end,
        "peacekeeping.support.request": _request,
        "peacekeeping.support.offer": _offer,
        "peacekeeping.support.accept": _accept,
        "peacekeeping.support.fulfil": _fulfil,
    }
)


def broken(board: Board) -> tuple[str, ...]:
    """What does not hold of a board, in words; nothing of one that was folded."""
    return tuple(_broken(board))


def _broken(board: Board) -> Iterator[str]:
    for act_id, offer_id in board.offer_of.items():
        offer = board.offers.get(offer_id)
        if offer is None or act_id not in (offer.accepted_by, *(each.act_id for each in offer.fulfilments)):
            yield f"`{act_id}` belongs to `{offer_id}`, and does not stand on it"
    for offer in board.offers.values():
        for number in range(1, len(offer.content.lines) + 1):
            if offer.given(number) > offer.quantity(number):
                yield f"more was given on line {number} of `{offer.id}` than it offers"
    for request in board.requests.values():
        for offer_id in request.offers:
            if offer_id not in board.offers or board.offers[offer_id].author == request.author:
                yield f"request `{request.id}` is answered by `{offer_id}`, which is no offer of the other Party"
    for mission in board.missions.values():
        for part in mission.parts.values():
            if any(stay.left_day is None for stay in part.stays[:-1]):
                yield f"{part.party} joined `{mission.code}` twice and left once"
