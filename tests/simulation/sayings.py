"""What officers of a simulated node say: acts their node could know of, permitted and refused ones."""

from __future__ import annotations

import random
from typing import Any

from servanda.act.act import Draft
from servanda.domain import Seat
from servanda.domains.intelligence import desk as reports
from servanda.domains.logistics import desk as orders
from tests.simulation.world import Side

PACT_A, PACT_B = "kr-jp-a", "kr-jp-b"
ELEMENTS = {
    "billed_party": "exercise ministry",
    "receiving_organisation": "exercise unit",
    "funds": "exercise funds",
    "transfer_day": "2031-06-10",
    "transfer_place": "exercise airfield",
    "special_requirements": {"not_applicable": "none"},
    "limit_of_liability": {"not_applicable": "final price"},
}
SUPPLIERS = {
    "payee": "exercise ministry",
    "payment_address": "exercise account",
    "issuing_organisation": "exercise unit",
}


def a_report(side: Side, chance: random.Random) -> tuple[Draft, str]:
    """An act of information, permitted or not."""
    return _of_reports(side, chance), chance.choice(["information-1", "information-2"])


def _of_reports(side: Side, chance: random.Random) -> Draft:
    seat = side.node.seat(PACT_A)
    state = side.node.state("intelligence")
    registry = state.under(PACT_A)
    level = chance.choice([0, 0, 1, 2, 3])
    marks = {"KR": ("KR-0", "KR-3", "KR-2", "KR-1")[level], "JP": ("JP-0", "JP-HI", "JP-GOKUHI", "JP-KIMITSU")[level]}
    others = [report for report in registry.reports.values() if report.originator != side.party]
    own = [report for report in registry.reports.values() if report.originator == side.party]
    choices = ["request", "assure", "share"]
    choices += ["acknowledge", "destroy", "release"] if others else []
    choices += ["recall", "amend"] if own else []
    match chance.choice(choices):
        case "request":
            return reports.request(state, seat, topic="nk_missile", question="exercise", purpose="warning")
        case "assure":
            return reports.assure(state, seat, addressee=f"{side.party.lower()}-desk", level=level)
        case "share":
            peer = "jp" if side.party == "KR" else "kr"
            return reports.share(
                state,
                seat,
                topic=chance.choice(["nk_missile", "nk_nuclear", "other"]),
                level=level,
                addressees=(f"{peer}-desk",),
                title="exercise",
                text="exercise",
                marks=marks,
                purpose="warning",
            )
        case "acknowledge":
            return reports.acknowledge(state, seat, about=chance.choice(others).revisions[-1].act_id)
        case "recall":
            return reports.recall(state, seat, report=chance.choice(own).control)
        case "amend":
            return reports.amend(
                state,
                seat,
                control=chance.choice(own).control,
                title="exercise",
                text="exercise",
                level=level,
                marks=marks,
            )
        case "destroy":
            return reports.destroy(
                state, seat, report=chance.choice(others).control, method="shredded", certificate="EX-1"
            )
        case _:
            body = chance.choice([("own_government", "desk-2"), ("third_state", "desk-9")])
            return reports.release(
                state,
                seat,
                report=chance.choice(others).control,
                released_to=body[0],
                body=body[1],
                purpose="warning",
                reader_clearance=level,
                need_to_know=True,
                same_purpose=True,
                marked=True,
            )


def an_order(side: Side, chance: random.Random) -> tuple[Draft, str]:
    """An act of supply, from order to settlement, permitted or not."""
    seat = side.node.seat(PACT_B)
    state = side.node.state("logistics")
    known = sorted(state.under(PACT_B).orders)
    verb = chance.choice(
        ["order", "accept", "issue", "receive", "invoice", "decline", "withdraw"] if known else ["order"]
    )
    order = chance.choice(known) if known else ""
    if verb == "order":
        return _need(state, seat, chance), "ordering-1"
    if verb == "accept":
        return orders.accept(state, seat, order=order, elements=SUPPLIERS), "ordering-1"
    if verb == "decline":
        return orders.decline(state, seat, order=order), "ordering-1"
    if verb == "withdraw":
        return orders.withdraw(state, seat, order=order, reason=chance.choice(["safety", "none_given"])), "ordering-1"
    if verb == "issue":
        return orders.issue(state, seat, order=order), "supply-1"
    if verb == "receive":
        return orders.receive(state, seat, order=order, elements=ELEMENTS), "supply-1"
    return orders.invoice(state, seat, order=order, price_basis="own_forces", paid_by_un=False), "settling-1"


def _need(state: Any, seat: Seat, chance: random.Random) -> Draft:
    supply_class = chance.choice(["9130", "9130", "8940", "1305"])
    line = orders.line(supply_class, ("400", "LTR" if supply_class == "9130" else "C62"), unit_price="1.05")
    return orders.order(
        state,
        seat,
        activity="un_peacekeeping",
        place=chance.choice(["third_territory", "third_territory", "kr_territory"]),
        lines=[line],
        settlement=chance.choice(["cash", "in_kind"]),
        elements=ELEMENTS,
    )


SAYINGS = (a_report, a_report, an_order, an_order)
