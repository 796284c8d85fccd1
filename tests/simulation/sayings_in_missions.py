"""What the contingents of two simulated nations say to each other abroad: missions and the chain of support."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from servanda.act.act import Draft
from servanda.domains.peacekeeping import desk as peace
from servanda.domains.peacekeeping.desk import line
from tests.simulation.saying import PACT_B, Desk, Saying, at_desk, by_weight, in_order
from tests.simulation.sayings_of_supply import IN_DOUBT, PASSED_AS
from tests.simulation.world import Side

MISSION = "exmis"
ROUTES = ("between_contingents", "through_mission", "letter_of_assist")


def a_mission(side: Side, chance: random.Random) -> Saying:
    """An act of peacekeeping, permitted or not; rather the next one of the chain."""
    desk = at_desk(side, "peacekeeping", PACT_B, chance)
    mission = desk.book.missions.get(MISSION)
    joined = mission is not None and side.party in mission.parts
    weights: dict[Callable[[Desk], Draft], int] = {_join: 1 if joined else 20}
    weights |= {_update: 3, _end: 1, _request: 4, _offer: 5} if joined else {}
    weights |= {_accept: 9} if joined and _offers(desk, own=False) else {}
    weights |= {_fulfil: 9} if joined and _offers(desk, own=True) else {}
    return Saying(by_weight(chance, weights)(desk), "contingent-1" if chance.random() < 0.9 else "supply-1")


def _day(desk: Desk, days: int) -> str:
    return (desk.seat.at + timedelta(days=days)).date().isoformat()


def _mandate(desk: Desk) -> dict[str, str]:
    """A mandate that runs on, or runs out while a bundle is under way."""
    until = desk.chance.choice([300, 300, 10])
    return {"resolution": "exercise resolution", "from_day": _day(desk, -30), "until_day": _day(desk, until)}


def _lines(desk: Desk) -> list[object]:
    supply_class = desk.chance.choice([*("8940",) * 5, "9130", "9130", IN_DOUBT, "1305"])
    quantity = ("40", "LTR" if supply_class == "9130" else "C62")
    also = {"category": PASSED_AS} if supply_class == IN_DOUBT else {}
    return [line(supply_class, quantity, serves_weapon=False, **also)]


def _place(desk: Desk) -> str:
    return desk.chance.choice([*("third_territory",) * 7, "kr_territory"])


def _offers(desk: Desk, *, own: bool) -> list[str]:
    offers = desk.book.offers
    return in_order(desk.side, (act for act in offers if (offers[act].author == desk.side.party) is own))


def _join(desk: Desk) -> Draft:
    return peace.join(
        desk.state,
        desk.seat,
        mission=MISSION,
        contingent="exercise unit",
        strength=280,
        place=_place(desk),
        mandate=_mandate(desk),
    )


def _update(desk: Desk) -> Draft:
    """What the support office was told of, or another strength or mandate."""
    match desk.chance.choice(["told", "told", "strength", "mandate"]):
        case "strength":
            return peace.update(desk.state, desk.seat, mission=MISSION, strength=300)
        case "mandate":
            return peace.update(desk.state, desk.seat, mission=MISSION, mandate=_mandate(desk))
        case _:
            return peace.update(desk.state, desk.seat, mission=MISSION)


def _end(desk: Desk) -> Draft:
    return peace.end(desk.state, desk.seat, mission=MISSION, day=_day(desk, desk.chance.choice([0, 5, 20])))


def _request(desk: Desk) -> Draft:
    return peace.request(
        desk.state,
        desk.seat,
        lines=_lines(desk),
        mission=MISSION,
        place=_place(desk),
        life_in_danger=desk.chance.random() < 0.3,
    )


def _offer(desk: Desk) -> Draft:
    """An offer, rather one that answers what the other asked for."""
    requests = desk.book.requests
    asked = in_order(desk.side, (act for act in requests if requests[act].author != desk.side.party))
    request = desk.chance.choice(asked[-3:]) if asked and desk.chance.random() < 0.8 else None
    return peace.offer(
        desk.state,
        desk.seat,
        paid_by_un=desk.chance.random() < 0.1,
        route=desk.chance.choice([*ROUTES, *ROUTES, None]),
        request=request,
        mission=MISSION,
        lines=None if request is not None else _lines(desk),
        place=None if request is not None else _place(desk),
    )


def _accept(desk: Desk) -> Draft:
    theirs = _offers(desk, own=False)
    waiting = [act for act in theirs if desk.book.offers[act].accepted_by is None] or theirs
    return peace.accept(desk.state, desk.seat, offer=desk.chance.choice(waiting[-3:]))


def _fulfil(desk: Desk) -> Draft:
    own = _offers(desk, own=True)
    accepted = [act for act in own if desk.book.offers[act].accepted_by is not None and desk.book.offers[act].left()]
    in_danger = not accepted or desk.chance.random() < 0.3
    return peace.fulfil(
        desk.state, desk.seat, offer=desk.chance.choice((accepted or own)[-3:]), life_in_danger=in_danger
    )
