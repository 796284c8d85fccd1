"""What clauses may ask of peacekeeping: one complete set of facts for each line of an act, stated for its author.

Rules of this module:
- a fact that does not arise for a kind, or could not be established, is stated at its least favourable value;
- support that an act cannot answer is not established: no offer, an own one accepted, one of the other given;
- a mandate is that of the latest resolution each Party stated, on the day of the act in the agreement's zone;
- what an act says of an offer is read from the offer, line by line; the offer goes before the claim that nobody pays.

Spec: record 4.4 (facts); judging 3 (facts), 13 (missions and support). Clause: kr-jp-b 8.1 to 8.4, 9.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

from servanda.act.content import Payload
from servanda.act.kind import vocabulary
from servanda.domain import Said, View
from servanda.domains.peacekeeping import acts
from servanda.domains.peacekeeping.board import Board, Offer, State, runs_on
from servanda.domains.peacekeeping.lines import Line
from servanda.policy.facts import FactValue
from servanda.supply.item import REVIEWED, stated
from servanda.supply.screening import Lists, lists_of

Stated = Mapping[str, FactValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """Where an act is judged from: its author, what the record says at its cut, and its day as the agreement counts.

    Args:
        lists: what the agreement says of goods.
    """

    said: Said
    view: View[State]
    board: Board
    lists: Lists
    day: date


def facts(said: Said, view: View[State]) -> tuple[Mapping[str, FactValue], ...]:
    """The facts of an act of this domain, one set for each of its lines.

    Spec: record 4.4.
    """
    at = Standpoint(
        said=said,
        view=view,
        board=view.state.under(said.agreement),
        lists=lists_of(view.instrument.annexes),
        day=view.at.astimezone(view.instrument.zone).date(),
    )
    return tuple({**_least_favourable(), **line} for line in _ARISING[type(said.content)](said.content, at))


@cache
def _least_favourable() -> Mapping[str, FactValue]:
    rows = vocabulary()["domains"]["peacekeeping"]["facts"]
    return MappingProxyType({row["name"]: row["least_favourable"] for row in rows})


def _of_mission(code: str, at: Standpoint) -> dict[str, FactValue]:
    """What the record says of an operation."""
    mission = at.board.missions.get(code)
    if mission is None:
        return {}
    both = all(mission.joined(party, at.day) for party in (at.said.author, at.said.other))
    return {"mandated": mission.mandated(at.day), "same_mission": both}


def _place(word: str, at: Standpoint) -> Stated:
    return {"place": at.view.word(word, "party_territory", "outside_territory")}


def _of_line(line: Line, raw: Mapping[str, Any], at: Standpoint) -> Stated:
    """What an item is, whether it may move, and whether it serves a weapon."""
    item = raw["item"]
    return stated(line.item, at.lists, passed=lambda: at.view.joined(REVIEWED, item), claimed=line.serves_weapon)


def _of_lines(
    content: acts.RequestSupport | acts.OfferSupport,
    raw: Mapping[str, Any],
    numbers: Iterable[int],
    at: Standpoint,
    also: Stated,
) -> tuple[Stated, ...]:
    """What a need or an offer says of lines of it, one set each; a line it does not have says nothing of goods."""
    common = {
        **_of_mission(content.mission, at),
        **_place(content.place, at),
        "for_combat": content.for_combat,
        "life_in_danger": content.life_in_danger,
        **also,
    }
    return tuple(
        {**common, **_of_line(content.lines[number - 1], raw["lines"][number - 1], at)}
        if number <= len(content.lines)
        else common
        for number in numbers
    )


def _every_line(content: acts.RequestSupport | acts.OfferSupport) -> range:
    return range(1, len(content.lines) + 1)


def _join(content: acts.JoinMission, at: Standpoint) -> tuple[Stated, ...]:
    named = {"mandated": runs_on(content.mandate, at.day)}
    return ({**_of_mission(content.mission, at), **_place(content.place, at), **named},)


def _of_its_mission(content: acts.UpdateMission | acts.EndMission, at: Standpoint) -> tuple[Stated, ...]:
    return (_of_mission(content.mission, at),)


def _request(content: acts.RequestSupport, at: Standpoint) -> tuple[Stated, ...]:
    return _of_lines(content, at.said.raw, _every_line(content), at, {})


def _offer(content: acts.OfferSupport, at: Standpoint) -> tuple[Stated, ...]:
    also: Stated = {"route": content.route or "none", "paid_by_un": content.paid_by_un}
    return _of_lines(content, at.said.raw, _every_line(content), at, also)


def _of_offer(offer: Offer, at: Standpoint) -> dict[str, FactValue]:
    return {
        "route": offer.content.route or "none",
        "paid_by_un": offer.content.paid_by_un,
        "mission_told": bool(at.board.told_of(offer)),
    }


def _accept(content: acts.AcceptSupport, at: Standpoint) -> tuple[Stated, ...]:
    offer = at.board.offers.get(content.offer)
    if offer is None or offer.author == at.said.author:
        return _NOT_ESTABLISHED
    return _of_lines(offer.content, offer.raw, _every_line(offer.content), at, _of_offer(offer, at))


def _fulfil(content: acts.FulfilSupport, at: Standpoint) -> tuple[Stated, ...]:
    offer = at.board.offers.get(content.offer)
    if offer is None or offer.author != at.said.author:
        return _NOT_ESTABLISHED
    given = {portion.line: Decimal(portion.quantity) for portion in content.furnished or offer.left()}
    numbers = tuple(given) or _every_line(offer.content)
    also: Stated = {**_of_offer(offer, at), "life_in_danger": content.life_in_danger}
    lines = _of_lines(offer.content, offer.raw, numbers, at, also)
    claimed = content.paid_by_un or offer.content.paid_by_un
    return tuple(
        {**line, "paid_by_un": claimed or _paid_before(offer, number, given.get(number, offer.quantity(number)))}
        for number, line in zip(numbers, lines, strict=True)
    )


def _paid_before(offer: Offer, number: int, quantity: Decimal) -> bool:
    """Whether any of it is what the United Nations was said to pay for when it was given: it pays for it once.

    Args:
        quantity: what is given now; all of the line where nothing is left of it to give.
    """
    paid = offer.given(number, paid_by_un=True)
    return paid > 0 and quantity > offer.quantity(number) - paid


_NOT_ESTABLISHED: tuple[Stated, ...] = ({},)
"""An act that names no support which it can answer."""

_ARISING: Mapping[type[Payload], Callable[[Any, Standpoint], tuple[Stated, ...]]] = MappingProxyType(
    {
        acts.JoinMission: _join,
        acts.UpdateMission: _of_its_mission,
        acts.EndMission: _of_its_mission,
        acts.RequestSupport: _request,
        acts.OfferSupport: _offer,
        acts.AcceptSupport: _accept,
        acts.FulfilSupport: _fulfil,
    }
)
