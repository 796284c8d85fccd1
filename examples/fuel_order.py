"""An order of fuel, as a program of JP's supply staff places it.

    python examples/fuel_order.py jp/node.toml

Needs a node with the agreement on logistic support in force, and an ordering officer `jp/ordering-1` with a keyring.
"""

from __future__ import annotations

import sys

import servanda as sv
from servanda.domains import logistics

ELEMENTS = {
    "billed_party": "JP ministry of defence, exercise",
    "receiving_organisation": "JP engineer unit",
    "funds": "certified, exercise",
    "transfer_day": "2031-06-10",
    "transfer_place": "exercise airfield",
    "special_requirements": {"not_applicable": "none"},
    "limit_of_liability": {"not_applicable": "final price"},
}


def main(settings: str) -> None:
    """Read the text, place the order, and say what became of it."""
    agreement = sv.Agreement.load("agreements/kr-jp-b")  # text and clauses; it reads, or says where it does not
    print(agreement.id, agreement.title)
    with sv.open_node(settings) as home:  # keys, logs, vault, peer: one file
        orders, seat = home.state(logistics), home.seat(logistics)  # folded from both logs; who asks, when
        for supply_class, quantity in (("9130", sv.litres(40_000)), ("1305", sv.each(10_000))):
            draft = logistics.desk.order(
                orders,
                seat,
                place="third_territory",
                activity="un_peacekeeping",
                settlement="cash",
                lines=[logistics.desk.line(supply_class, quantity, unit_price="1.05")],
                elements=ELEMENTS,
            )
            ruled = home.submit(draft, officer="jp/ordering-1")  # in the log if permitted, in the journal if not
            match ruled.ruling:
                case sv.Permit():
                    print("recorded at", ruled.index, home.standing(ruled))  # pending, until the peer replies
                case sv.Refusal():
                    for cite in ruled.cites:
                        print(cite.paragraph, cite.text)  # the words both nations signed
        home.sync()  # deliver, fetch, reply, cosign
        print(home.audit().acts, "acts judged again: everything holds")


if __name__ == "__main__":
    main(sys.argv[1])
