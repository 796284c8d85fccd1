"""One operation between two nodes: joined, asked, offered, accepted, told and given, with one board on both sides."""

from __future__ import annotations

from typing import Any

from servanda.act.act import Draft
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.agreement.duties import DutyState
from servanda.domains.peacekeeping import State, desk
from servanda.domains.peacekeeping.board import Board
from servanda.domains.peacekeeping.state import broken
from tests.simulation.world import Pair, Side, both_in_force
from tests.unit.peacekeeping.operation import AGREEMENT, MISSION, WATER

SILENT = Refusal(ground=Ground.SILENT)
PERMITTED = Permit(cites=("8.1",))


def board(side: Side) -> Board:
    state: State = side.node.state("peacekeeping")
    return state.under(AGREEMENT)


def ruled(side: Side, draft: Draft, *, officer: str = "contingent-1") -> Any:
    """The ruling here on an act that is said here."""
    recorded = side.node.submit(draft, [f"{side.party.lower()}/{officer}"])
    return recorded.judged.ruling


def at(side: Side) -> tuple[State, Any]:
    return side.node.state("peacekeeping"), side.node.seat(AGREEMENT)


def said(side: Side, draft: Draft) -> str:
    """The act id of an act that is permitted here."""
    recorded = side.node.submit(draft, [f"{side.party.lower()}/contingent-1"])
    assert recorded.judged.ruling == PERMITTED
    return recorded.judged.intake.signed.act_id


def join(side: Side) -> str:
    day = side.node.now().date()
    mandate = {"resolution": "exercise resolution 9001", "from_day": day.isoformat()}
    serves: dict[str, Any] = {"contingent": f"{side.party} unit", "strength": 280, "place": "third_territory"}
    return said(side, desk.join(*at(side), mission=MISSION, mandate=mandate, **serves))


def alike(pair: Pair) -> Board:
    """The board, which is the same on both sides."""
    pair.sync()
    assert pair.kr.node.state("peacekeeping") == pair.jp.node.state("peacekeeping")
    found = board(pair.kr)
    assert (broken(found), dict(found.out_of_order)) == ((), {})
    return found


def test_two_contingents_from_joining_to_giving_between_two_nodes() -> None:
    pair = both_in_force().copy()
    kr, jp = pair.sides()
    join(kr)
    join(jp)
    assert ruled(kr, desk.request(*at(kr), lines=[WATER])) == SILENT
    pair.sync()
    request = said(kr, desk.request(*at(kr), lines=[WATER], priority=1))
    alike(pair)
    offering = desk.offer(*at(jp), request=request, route="between_contingents", paid_by_un=False)
    assert ruled(jp, offering, officer="ordering-1") == Refusal(ground=Ground.FORBIDDEN, cites=("4.1",))
    offer = said(jp, offering)
    alike(pair)
    said(kr, desk.accept(*at(kr), offer=offer))
    alike(pair)
    assert ruled(jp, desk.fulfil(*at(jp), offer=offer)) == Refusal(ground=Ground.FORBIDDEN, cites=("8.3",))
    urgent = desk.fulfil(*at(jp), offer=offer, furnished=[{"line": 1, "quantity": "500"}], life_in_danger=True)
    gave = said(jp, urgent)
    alike(pair)
    for side in pair.sides():
        [duty] = [each for each in side.node.duties(AGREEMENT) if each.after == "peacekeeping.support.fulfil"]
        assert (duty.started_by, duty.debtor, duty.paragraph, duty.state) == (gave, "JP", "8.3", DutyState.OPEN)
    told = said(jp, desk.update(*at(jp), reference="DOS-44", told_at="2031-05-02T00:00:00Z"))
    found = alike(pair)
    assert [telling.act_id for telling in found.told_of(found.offers[offer])] == [told]
    for side in pair.sides():
        [duty] = [each for each in side.node.duties(AGREEMENT) if each.after == "peacekeeping.support.fulfil"]
        assert (duty.state, duty.met_by) == (DutyState.MET, told)
    said(jp, desk.fulfil(*at(jp), offer=offer))
    found = alike(pair)
    assert [each.told_before for each in found.offers[offer].fulfilments] == [False, True]
    assert (found.offers[offer].left(), found.requests[request].offers) == ((), (offer,))
    said(kr, desk.end(*at(kr)))
    alike(pair)
    assert ruled(jp, desk.offer(*at(jp), lines=[WATER], route="through_mission", paid_by_un=False)) == SILENT
    for side in pair.sides():
        side.node.audit()
