"""What the rescue coordinators of two simulated nodes say to each other: cases from the alert to the close.

A case may be opened, and a sighting lodged, by anybody and under no agreement at all.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import timedelta

from servanda.act.act import Draft
from servanda.domains.rescue import desk as rescue
from tests.simulation.saying import NO_PACT, PACT_A, Desk, Saying, at_desk, by_weight, in_order
from tests.simulation.world import Side

POSITIONS = {
    "area K": "35.2,129.3",
    "area J": "34.6,131.0",
    "area Q": "37.24,131.87",
    "area S": "37.8,132.2",
    "beyond": "41.0,136.0",
    "grid": {"grid": "52SFG1234567890"},
}
LIFE_FIRST = ("rescue.case.open", "rescue.sighting.lodge")
UNITS = ("ship-1", "heli-1")


def a_rescue(side: Side, chance: random.Random) -> Saying:
    """An act of rescue, permitted or not; rather on one of the newest open cases."""
    desk = at_desk(side, "rescue", PACT_A, chance)
    weights: dict[Callable[[Desk], Draft], int] = {_open: 5, _lodge: 3, _alert: 2}
    if _open_cases(desk):
        weights |= {_offer: 3, _propose: 4, _report: 2, _pass: 5, _request: 4, _begin: 3, _concur: 3, _close: 3}
    weights |= {_agree: 9} if _plans(desk) else {}
    weights |= {_answer: 9} if _requests(desk) else {}
    draft = by_weight(chance, weights)(desk)
    officer = "rescue-1" if chance.random() < 0.7 else "duty-1"
    if draft.kind in LIFE_FIRST:
        officer = chance.choice([*("rescue-1", "duty-1", "information-1", "envoy-1") * 3, "ordering-1", "contingent-1"])
    return Saying(draft, officer)


def people_in_danger(side: Side, chance: random.Random) -> Saying:
    """A case or a sighting under no agreement, signed by whoever is there."""
    desk = at_desk(side, "rescue", NO_PACT, chance)
    draft = by_weight(chance, {_open: 3, _lodge: 2})(desk)
    return Saying(draft, chance.choice([*("envoy-1",) * 6, "rescue-1", "supply-1"]))


def _open_cases(desk: Desk) -> list[str]:
    cases = desk.state.cases
    return in_order(desk.side, (act for act in cases if cases[act].open))


def _case(desk: Desk) -> str:
    return desk.chance.choice(_open_cases(desk)[-3:])


def _plans(desk: Desk) -> list[str]:
    """Plans of the other Party that wait."""
    plans = desk.state.plans
    waiting = (act for act in plans if plans[act].agreed_by is None and plans[act].replaced_by is None)
    return in_order(desk.side, (act for act in waiting if plans[act].author != desk.side.party))


def _requests(desk: Desk) -> list[str]:
    asked = desk.state.admissions
    return in_order(desk.side, (act for act in asked if asked[act].author != desk.side.party))


def _noted(desk: Desk, kinds: Iterable[str]) -> list[str]:
    return [item.act for item in desk.side.node.journal.items if getattr(item, "kind", "") in kinds]


def _at(desk: Desk, hours: int) -> str:
    return (desk.seat.at + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _somewhere(desk: Desk) -> object:
    return POSITIONS[by_weight(desk.chance, {name: 1 if name == "grid" else 4 for name in POSITIONS})]


def _alert(desk: Desk) -> Draft:
    return rescue.receive_alert(desk.state, desk.seat, source="radio", position=_somewhere(desk))


def _open(desk: Desk) -> Draft:
    """A case, perhaps one that goes on with a closed one, perhaps after an alert noted at home."""
    noted = _noted(desk, ["rescue.alert.receive"])
    closed = [act for act in in_order(desk.side, desk.state.cases) if not desk.state.cases[act].open]
    return rescue.open_case(
        desk.state,
        desk.seat,
        stage="distress",
        nature="sinking",
        position=_somewhere(desk) if desk.chance.random() < 0.9 else None,
        persons=desk.chance.choice([None, 3]),
        reopens=closed[-1] if closed and desk.chance.random() < 0.3 else None,
        alert=noted[-1] if noted and desk.chance.random() < 0.6 else None,
    )


def _lodge(desk: Desk) -> Draft:
    cases = in_order(desk.side, desk.state.cases)
    case = desk.chance.choice(cases[-3:]) if cases and desk.chance.random() < 0.7 else None
    return rescue.lodge_sighting(desk.state, desk.seat, what="raft", case=case, position=_somewhere(desk))


def _offer(desk: Desk) -> Draft:
    safe = desk.chance.random() < 0.8
    return rescue.offer(
        desk.state, desk.seat, case=_case(desk), unit=desk.chance.choice(UNITS), sort="ship", weapons_safe=safe
    )


def _propose(desk: Desk) -> Draft:
    """A plan, or one in the place of another, which may just be agreed to on the other side."""
    corners = [_somewhere(desk) for _ in range(3)]
    plans = desk.state.plans
    own = [act for act in in_order(desk.side, plans) if plans[act].replaced_by is None]
    replaces = desk.chance.choice(own[-2:]) if own and desk.chance.random() < 0.4 else None
    case = None if replaces is not None else _case(desk)
    return rescue.propose(desk.state, desk.seat, areas=[{"corners": corners}], case=case, replaces=replaces)


def _agree(desk: Desk) -> Draft:
    return rescue.agree(desk.state, desk.seat, plan=desk.chance.choice(_plans(desk)[-2:]))


def _report(desk: Desk) -> Draft:
    track = [_somewhere(desk), _somewhere(desk)]
    return rescue.report(desk.state, desk.seat, unit="ship-1", began=_at(desk, -2), track=track, case=_case(desk))


def _pass(desk: Desk) -> Draft:
    """A pass of the lead: the half that the other waits for, or one of the own that may cross it."""
    to = desk.chance.choice([None, None, None, desk.side.party])
    return rescue.pass_lead(desk.state, desk.seat, case=_case(desk), to=to)


def _request(desk: Desk) -> Draft:
    sole = desk.chance.random() < 0.85
    return rescue.request(
        desk.state,
        desk.seat,
        case=_case(desk),
        unit=desk.chance.choice(UNITS),
        sort="ship",
        why="search",
        sole_purpose_rescue=sole,
        ends=_at(desk, desk.chance.choice([2, 24, 600])),
        positions=[_somewhere(desk) for _ in range(desk.chance.choice([1, 2]))],
    )


def _answer(desk: Desk) -> Draft:
    granted = desk.chance.random() < 0.75
    until = _at(desk, 400) if granted and desk.chance.random() < 0.5 else None
    return rescue.answer(
        desk.state, desk.seat, request=desk.chance.choice(_requests(desk)[-3:]), granted=granted, until=until
    )


def _begin(desk: Desk) -> Draft:
    """A unit goes in, let in or not."""
    return rescue.begin(
        desk.state,
        desk.seat,
        unit=desk.chance.choice(UNITS),
        sole_purpose_rescue=True,
        weapons_safe=desk.chance.random() < 0.9,
        positions=[_somewhere(desk)],
    )


def _concur(desk: Desk) -> Draft:
    return rescue.concur(desk.state, desk.seat, case=_case(desk))


def _close(desk: Desk) -> Draft:
    return rescue.close(desk.state, desk.seat, case=_case(desk), outcome="all_saved", saved=3)
