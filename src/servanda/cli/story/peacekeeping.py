"""Peacekeeping in the story: two contingents in one operation abroad, what they may give each other and what not.

Rules of this module:
- the operation, its mandate and its camps are of an exercise;
- what was asked in 2013 in South Sudan is asked again, and refused: rounds are of no contingent's trade here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from servanda.cli.story.scene import Scene, Step, as_json
from servanda.cli.story.supplies import ROUNDS, WATER

MISSION = "unexm"
OFFICER = "contingent-1"


def contingents(today: date) -> tuple[Scene, ...]:
    """Water from contingent to contingent; rounds refused, and water in the own territory too."""
    joined = tuple(_join(by, today) for by in ("KR", "JP"))
    rounds = ("support", "offer", "--route", "through_mission", "--no-paid-by-un", "--life-in-danger")
    offer = ("support", "offer", "--request", "$need", "--route", "through_mission", "--no-paid-by-un")
    fulfil = ("support", "fulfil", "--offer", "$support")
    return (
        Scene(title="Two contingents in one operation abroad", steps=joined),
        Scene(
            steps=(
                _step("KR", _request(ROUNDS), "forbidden 3.2", "asks for 10,000 rounds, its camp in danger"),
                _step("JP", (*rounds, *_lines(ROUNDS)), "forbidden 3.2 3.5", "would give rounds of its own unasked"),
                _step("KR", _request(WATER), "permit 8.1", "asks for 5,000 litres of water", "need"),
            )
        ),
        Scene(
            steps=(
                _step("JP", (*offer, "--place", "jp_territory"), "forbidden 9.2", "offers it in a port of Japan"),
                _step("JP", offer, "permit 8.1", "offers it at the camp, through the mission", "support"),
            )
        ),
        Scene(steps=(_step("KR", ("support", "accept", "--offer", "$support"), "permit 8.1", "accepts"),)),
        Scene(
            steps=(
                _step("JP", fulfil, "forbidden 8.3", "would give it, the mission not being told"),
                _step("JP", ("mission", "update", "--told", "$support"), "permit 8.1", "tells the mission first"),
                _step("JP", fulfil, "permit 8.1", "gives the water"),
            )
        ),
    )


def _step(by: str, words: tuple[str, ...], ruling: str, told: str, name: str = "") -> Step:
    return Step(by=by, officer=OFFICER, words=words, ruling=ruling, told=told, name=name)


def _join(by: str, today: date) -> Step:
    mandate = {
        "resolution": "exercise resolution 1",
        "from_day": (today - timedelta(days=90)).isoformat(),
        "until_day": (today + timedelta(days=275)).isoformat(),
        "tasks": ["protect_civilians"],
    }
    words = (
        *("mission", "join", "--mission", MISSION, "--mandate", as_json(mandate)),
        *("--contingent", f"{by} engineer unit", "--strength", "280", "--place", "third_territory"),
    )
    return _step(by, words, "permit 8.1", "say that their contingents serve there")


def _request(line: Mapping[str, Any]) -> tuple[str, ...]:
    return ("support", "request", *_lines(line), "--life-in-danger")


def _lines(line: Mapping[str, Any]) -> tuple[str, ...]:
    """A line of an order as one of a need: contingents name no price."""
    return ("--lines", as_json([{name: value for name, value in line.items() if name != "unit_price"}]))
