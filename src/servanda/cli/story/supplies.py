"""Supplies in the story: fuel from need to settlement, rounds refused, food that goes first.

Rules of this module:
- sums and quantities are of an exercise;
- an order names every element that is due at its stage, so that a refusal is for what the scene is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from servanda.cli.story.scene import Owed, Scene, Step, as_json, one_by_one

TERMS = ("--activity", "un_peacekeeping", "--place", "third_territory", "--settlement", "cash")


def _line(text: str, supply_class: str, quantity: str, unit: str, price: str, **item: str) -> Mapping[str, Any]:
    return MappingProxyType(
        {
            "item": {"text": text, "supply_class": supply_class, **item},
            "quantity": quantity,
            "unit": unit,
            "unit_price": price,
            "serves_weapon": False,
        }
    )


FUEL = _line("diesel fuel", "9130", "40000", "LTR", "1.05")
WATER = _line("drinking water", "8960", "5000", "LTR", "0.40", category="water")
ROUNDS = _line("rounds, 5.56 mm", "1305", "10000", "EA", "0.45")
MEALS = _line("ready meals", "8970", "1200", "EA", "6.50", category="food")
SUPPLIERS: Mapping[str, Any] = MappingProxyType(
    {
        "payee": "KR ministry of national defence, exercise",
        "payment_address": "exercise account",
        "issuing_organisation": "KR engineer unit",
    }
)


def elements(party: str, today: date) -> dict[str, Any]:
    """The elements that an order gives."""
    return {
        "billed_party": f"{party} ministry of defence, exercise",
        "receiving_organisation": f"{party} engineer unit",
        "funds": "certified, exercise",
        "transfer_day": today.isoformat(),
        "transfer_place": "exercise airfield",
        "special_requirements": {"not_applicable": "none"},
        "limit_of_liability": {"not_applicable": "final price"},
    }


def fuel(today: date) -> tuple[Scene, ...]:
    """Fuel ordered, accepted, issued, received, invoiced, settled."""

    def step(by: str, officer: str, words: tuple[str, ...], ruling: str, told: str, name: str = "") -> Step:
        return Step(by=by, officer=officer, words=words, ruling=f"permit {ruling}", told=told, name=name)

    ordered = ("order", "place", *TERMS, "--lines", as_json([FUEL]), "--elements", as_json(elements("JP", today)))
    accepted = ("order", "accept", "--order", "$order", "--elements", as_json(SUPPLIERS))
    received = ("goods", "receive", "--order", "$order", "--settlement", "cash")
    raised = (
        *("invoice", "raise", "--order", "$order"),
        *("--price-basis", "own_forces", "--no-paid-by-un", "--number", "EX-1"),
    )
    settled = ("settlement", "agree", "--invoices", "$invoice")
    return one_by_one(
        "Fuel for peacekeepers",
        (
            step("JP", "ordering-1", ordered, "3.1", "orders 40,000 litres of fuel", "order"),
            step("KR", "ordering-1", accepted, "3.1", "accepts the order"),
            step("KR", "supply-1", ("goods", "issue", "--order", "$order"), "3.1", "hands the fuel over"),
            step("JP", "supply-1", received, "3.1", "signs for it"),
            step("KR", "settling-1", raised, "6.1", "asks for 42,000 dollars", "invoice"),
            step("JP", "settling-1", settled, "6.1", "settles the invoice"),
        ),
    )


def rounds(today: date) -> tuple[Scene, ...]:
    """Ammunition ordered in an emergency, and refused."""
    words = ("order", "place", *TERMS, "--lines", as_json([ROUNDS]), "--elements", as_json(elements("KR", today)))
    refused = Step(
        by="KR",
        officer="ordering-1",
        words=(*words, "--life-in-danger"),
        ruling="forbidden 3.2 3.5",
        told="orders 10,000 rounds, a life in danger",
        name="rounds",
    )
    return (Scene(steps=(refused,), title="Ammunition in an emergency"),)


def food_first(today: date) -> tuple[Scene, ...]:
    """Food handed over before there is an order, a life being in danger; the receiver completes the order."""
    content = {
        "activity": "disaster_relief",
        "place": "third_territory",
        "supplier": "KR",
        "currency": "USD",
        "settlement": "cash",
        "for_combat": False,
        "life_in_danger": True,
        "lines": [MEALS],
    }
    issued = Step(
        by="KR",
        officer="supply-1",
        words=("goods", "issue", "--content", as_json(content), "--life-in-danger"),
        ruling="permit 3.1",
        told="hands out 1,200 meals before any order",
        name="food",
    )
    receive = ("goods", "receive", "--order", "$food")
    unsigned = Step(
        by="JP",
        officer="supply-1",
        words=receive,
        ruling="forbidden 4.3",
        told="signs, and leaves elements out",
    )
    whole = {**elements("JP", today), **SUPPLIERS}
    signed = Step(
        by="JP",
        officer="supply-1",
        words=(*receive, "--elements", as_json(whole)),
        ruling="permit 3.1",
        told="signs with every element",
    )
    owed = Owed(
        by="JP",
        debtor="JP",
        does="logistics.goods.receive",
        after="food",
        paragraph="4.3",
        within=timedelta(hours=72),
    )
    return (
        Scene(title="Urgent food goes first", steps=(issued,), owed=(owed,)),
        Scene(steps=(unsigned, signed), owed=(replace(owed, state="met"),)),
    )


def water(today: date) -> Step:
    """Drinking water ordered."""
    words = (
        *("order", "place", "--activity", "disaster_relief", "--place", "high_seas", "--settlement", "cash"),
        *("--lines", as_json([WATER]), "--elements", as_json(elements("JP", today))),
    )
    return Step(
        by="JP", officer="ordering-1", words=words, ruling="permit 3.1", told="orders drinking water", name="water"
    )
