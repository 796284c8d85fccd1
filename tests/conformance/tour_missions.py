"""Two contingents in one operation, said act by act: joined, asked, offered, accepted, told, given, left."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tests.conformance.payloads import examples
from tests.conformance.tour_supply import CATEGORIES, DOUBTED, WATER
from tests.conformance.walking import Row, Step

B = "kr-jp-b"

kr = partial(Row, party="KR", by="contingent-1", under=B)
jp = partial(Row, party="JP", by="contingent-1", under=B)
offer = partial(kr, kind="peacekeeping.support.offer")
fulfil = partial(kr, kind="peacekeeping.support.fulfil")
(JOINED,) = examples("peacekeeping.mission.join")
PAST: Mapping[str, Any] = {**JOINED["mandate"], "until_day": "2031-01-31"}
CALM: Mapping[str, Any] = {"life_in_danger": None}


def needs(*items: Mapping[str, Any], serves_weapon: bool = False) -> list[dict[str, Any]]:
    """Lines of a need or an offer, one an item."""
    return [{"item": item, "quantity": "10", "unit": "C62", "serves_weapon": serves_weapon} for item in items]


EVERY_CATEGORY = needs(
    *(
        {"text": f"exercise item {place}", "category": name}
        for place, name in enumerate(sorted(CATEGORIES, reverse=True))
    )
)

JOINS: tuple[Step, ...] = (
    kr(kind="peacekeeping.mission.join", says={"mandate": PAST}, ruling="silent"),
    kr(kind="peacekeeping.mission.join"),
    offer(says={"request": None}, ruling="silent"),
    jp(kind="peacekeeping.mission.join", says={"contingent": "exercise engineer contingent of JP"}),
)

OFFERED: tuple[Step, ...] = (
    jp(kind="peacekeeping.support.request", named="request"),
    offer(says={"request": "@request", "lines": EVERY_CATEGORY}, ruling="forbidden 3.2 3.5"),
    offer(says={"request": "@request", "lines": needs(DOUBTED["subject"])}),
    offer(says={"request": "@request", "lines": needs(WATER, serves_weapon=True)}, ruling="forbidden 3.3"),
    offer(says={"request": "@request", "for_combat": True}, ruling="forbidden 5.1"),
    offer(says={"request": "@request", "route": None}, ruling="forbidden 8.2"),
    *(
        offer(says={"request": "@request", "route": route})
        for route in ("through_mission", "memorandum_change", "letter_of_assist")
    ),
    *(
        offer(
            says={"request": "@request", "place": place}, ruling="permit" if place == "high_seas" else "forbidden 9.2"
        )
        for place in ("kr_territory", "jp_territory", "high_seas", "somewhere")
    ),
    offer(by="settling-1", says={"request": "@request", "paid_by_un": True}, ruling="forbidden 4.1"),
    offer(says={"request": "@request", **CALM}, named="offer"),
    jp(kind="peacekeeping.support.accept", says={"offer": "@offer"}),
)

GIVEN: tuple[Step, ...] = (
    fulfil(says={"offer": "@offer", "paid_by_un": None, **CALM}, payload=True, ruling="forbidden 8.3"),
    kr(kind="peacekeeping.mission.update", says={"told": ["@offer"]}),
    fulfil(says={"offer": "@offer"}, ruling="forbidden 8.4"),
    fulfil(says={"offer": "@offer", "paid_by_un": None, **CALM}),
    offer(says={"request": "@request"}, named="urgent"),
    jp(kind="peacekeeping.support.accept", says={"offer": "@urgent"}),
    fulfil(says={"offer": "@urgent", "paid_by_un": None}, named="given at once"),
    kr(kind="peacekeeping.mission.update", says={"told": ["@given at once"]}),
    jp(kind="peacekeeping.mission.end"),
)
