"""Two nodes in the middle of everything: reports, orders, cases and missions of both, some waiting for an answer."""

from __future__ import annotations

from functools import cache
from typing import Any

from servanda.act.act import Draft
from servanda.agreement import acts as accord
from servanda.domain import Seat
from servanda.domains.intelligence import desk as reports
from servanda.domains.logistics import desk as orders
from servanda.domains.peacekeeping import desk as peace
from servanda.domains.rescue import desk as rescue
from tests.simulation.saying import PACT_A, PACT_B
from tests.simulation.sayings_at_sea import POSITIONS
from tests.simulation.sayings_in_missions import MISSION
from tests.simulation.sayings_of_reports import MARKS
from tests.simulation.sayings_of_supply import ELEMENTS, IN_DOUBT, PASSED_AS, SUPPLIERS
from tests.simulation.world import Pair, Side, both_in_force

MANDATE = {"resolution": "exercise resolution", "from_day": "2031-01-01", "until_day": "2032-06-30"}


def says(side: Side, draft: Draft, *officers: str) -> str:
    """An act that its own node permits; its id."""
    recorded = side.node.submit(draft, [f"{side.party.lower()}/{name}" for name in officers])
    assert recorded.entry is not None, recorded.judged.ruling
    return recorded.judged.intake.signed.act_id


def _where(side: Side, domain: str, agreement: str) -> tuple[Any, Seat]:
    return side.node.state(domain), side.node.seat(agreement)


@cache
def at_work() -> Pair:
    """Both agreements are in force, and both sides have begun; to be copied, never changed."""
    pair = both_in_force().copy()
    _reports(pair)
    _orders(pair)
    _cases(pair)
    _missions(pair)
    _talks(pair)
    pair.sync()
    return pair


def _reports(pair: Pair) -> None:
    """A report each, one of them recalled; a question that waits."""
    for side in pair.sides():
        desk = f"{side.party.lower()}-desk"
        says(side, reports.assure(*_where(side, "intelligence", PACT_A), addressee=desk, level=3), "information-1")
    pair.sync()
    for side, level in zip(pair.sides(), (1, 0), strict=True):
        draft = reports.share(
            *_where(side, "intelligence", PACT_A),
            topic="nk_missile",
            level=level,
            addressees=("jp-desk" if side is pair.kr else "kr-desk",),
            title="exercise",
            text="exercise",
            marks={party: marks[level] for party, marks in MARKS.items()} if level else {},
            purpose="warning",
        )
        says(side, draft, "information-1")
    says(pair.kr, reports.recall(*_where(pair.kr, "intelligence", PACT_A), report="KR-2031-000001"), "information-1")
    question = reports.request(
        *_where(pair.jp, "intelligence", PACT_A), topic="nk_missile", question="exercise", purpose="warning"
    )
    says(pair.jp, question, "information-1")


def _orders(pair: Pair) -> None:
    """Two orders each, one of them handed over and one of these signed for; leave asked for; an item passed by one."""
    placed = {}
    for side in pair.sides():
        for line in (("8940", ("40", "C62")), ("9130", ("400", "LTR"))):
            draft = orders.order(
                *_where(side, "logistics", PACT_B),
                activity="un_peacekeeping",
                place="third_territory",
                lines=[orders.line(*line, unit_price="1.05")],
                settlement="cash",
                elements=ELEMENTS,
            )
            placed[side.party] = says(side, draft, "ordering-1")
    item = orders.line(IN_DOUBT, ("1", "C62"), category=PASSED_AS).item
    says(pair.jp, orders.pass_item(*_where(pair.jp, "logistics", PACT_B), subject=item, why="exercise"), "review-1")
    pair.sync()
    for side, order in ((pair.jp, placed["KR"]), (pair.kr, placed["JP"])):
        accepted = orders.accept(*_where(side, "logistics", PACT_B), order=order, elements=SUPPLIERS)
        says(side, accepted, "ordering-1")
        says(side, orders.issue(*_where(side, "logistics", PACT_B), order=order), "supply-1")
    pair.sync()
    received = orders.receive(*_where(pair.jp, "logistics", PACT_B), order=placed["JP"], elements=ELEMENTS)
    says(pair.jp, received, "supply-1")
    asked = orders.ask_consent(*_where(pair.kr, "logistics", PACT_B), order=placed["KR"], to="exercise village")
    says(pair.kr, asked, "supply-1")


def _cases(pair: Pair) -> None:
    """A case each, a plan and a request for admission that wait, and one half of a pass of the lead."""
    opened = {}
    for side, area in zip(pair.sides(), ("area S", "area J"), strict=True):
        draft = rescue.open_case(
            *_where(side, "rescue", PACT_A), stage="distress", nature="sinking", position=POSITIONS[area]
        )
        opened[side.party] = says(side, draft, "duty-1")
    pair.sync()
    corners = [POSITIONS[area] for area in ("area S", "area Q", "beyond")]
    plan = rescue.propose(*_where(pair.kr, "rescue", PACT_A), areas=[{"corners": corners}], case=opened["KR"])
    says(pair.kr, plan, "rescue-1")
    says(pair.kr, rescue.pass_lead(*_where(pair.kr, "rescue", PACT_A), case=opened["KR"]), "rescue-1")
    asked = rescue.request(
        *_where(pair.kr, "rescue", PACT_A),
        case=opened["JP"],
        unit="ship-1",
        sort="ship",
        why="search",
        sole_purpose_rescue=True,
        ends="2031-12-31T00:00:00Z",
        positions=[POSITIONS["area J"]],
    )
    says(pair.kr, asked, "rescue-1")


def _missions(pair: Pair) -> None:
    """Both contingents in one operation; a need without an answer, and an offer that waits."""
    for side in pair.sides():
        draft = peace.join(
            *_where(side, "peacekeeping", PACT_B),
            mission=MISSION,
            contingent="exercise unit",
            strength=280,
            place="third_territory",
            mandate=MANDATE,
        )
        says(side, draft, "contingent-1")
    pair.sync()
    lines = [peace.line("8940", ("40", "C62"), serves_weapon=False)]
    says(pair.kr, peace.request(*_where(pair.kr, "peacekeeping", PACT_B), lines=lines, mission=MISSION), "contingent-1")
    offered = peace.offer(
        *_where(pair.jp, "peacekeeping", PACT_B),
        paid_by_un=False,
        route="between_contingents",
        mission=MISSION,
        lines=lines,
    )
    says(pair.jp, offered, "contingent-1")


def _talks(pair: Pair) -> None:
    """A round of talks is proposed."""
    day = pair.kr.clock.now().date()
    proposal = accord.MeetingPropose(opens=day, place="exercise", agenda=("exercise",), attends=(pair.kr.envoy,))
    pair.kr.envoy_says(PACT_A, "agreement.meeting.propose", proposal)
