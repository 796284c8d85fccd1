"""Payloads of peacekeeping: what is wrong is named, what is right reads and writes the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from servanda.act.content import read, write
from servanda.act.kind import kinds
from servanda.base import canon
from servanda.base.errors import MalformedError, UsageError
from servanda.domains.peacekeeping import DOMAIN, VERBS, acts
from servanda.domains.peacekeeping.lines import Line, Portion, line
from servanda.supply.item import Item
from tests.unit.peacekeeping.operation import JOIN, MANDATE, MISSION, OFFER, REQUEST, WATER

A, B = "a" * 64, "b" * 64
EXAMPLES = Path(__file__).parents[3] / "examples" / "payloads" / "peacekeeping"
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "peacekeeping.mission.join": {
        **JOIN,
        "mandate": {**MANDATE, "tasks": ["protect_civilians", "support_relief"]},
        "sites": [{"code": "CAMP-N", "place": "third_territory"}],
    },
    "peacekeeping.mission.update": {
        "mission": MISSION,
        "told": [A, B],
        "told_at": "2031-03-01T00:00:00Z",
        "mandate": MANDATE,
        "strength": 260,
        "reference": "DOS-44",
        "note": "told by telephone",
    },
    "peacekeeping.mission.end": {"mission": MISSION, "day": "2031-11-30", "note": "the last aircraft left"},
    "peacekeeping.support.request": {
        **REQUEST,
        "from_day": "2031-03-02",
        "until_day": "2031-03-20",
        "priority": 1,
        "life_in_danger": True,
        "note": "the well is dry",
    },
    "peacekeeping.support.offer": {**OFFER, "request": A, "life_in_danger": True, "note": "two lorries a day"},
    "peacekeeping.support.accept": {"offer": A, "note": "at the north camp"},
    "peacekeeping.support.fulfil": {
        "offer": A,
        "furnished": [{"line": 1, "quantity": "2500"}],
        "life_in_danger": True,
        "paid_by_un": True,
        "note": "the first half",
    },
}
LEAST: Mapping[str, Mapping[str, Any]] = {
    "peacekeeping.mission.join": {**JOIN, "mandate": {"resolution": "9001", "from_day": "2030-07-01"}},
    "peacekeeping.mission.update": {"mission": MISSION},
    "peacekeeping.mission.end": {"mission": MISSION, "day": "2031-11-30"},
    "peacekeeping.support.request": REQUEST,
    "peacekeeping.support.offer": {name: value for name, value in OFFER.items() if name != "route"},
    "peacekeeping.support.accept": {"offer": A},
    "peacekeeping.support.fulfil": {"offer": A},
}
"""The members that each kind needs, and no others."""


def changed(kind: str, **members: Any) -> dict[str, Any]:
    sample = SAMPLES[f"peacekeeping.{kind}"]
    return {name: value for name, value in {**sample, **members}.items() if value is not ...}


def with_line(**members: Any) -> dict[str, Any]:
    return {"lines": [{name: value for name, value in {**WATER, **members}.items() if value is not ...}]}


def with_mandate(**members: Any) -> dict[str, Any]:
    return {"mandate": {name: value for name, value in {**MANDATE, **members}.items() if value is not ...}}


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("mission.join", {"mission": "the mission in the south"}, "mission"),
    ("mission.join", {"contingent": " "}, "contingent"),
    ("mission.join", {"strength": 0}, "strength"),
    ("mission.join", {"strength": "280"}, "strength"),
    ("mission.join", {"strength": 100_001}, "strength"),
    ("mission.join", {"place": "South Sudan"}, "place"),
    ("mission.join", with_mandate(resolution=""), "resolution"),
    ("mission.join", with_mandate(until_day="2030-06-30"), "until_day"),
    ("mission.join", with_mandate(from_day="2030-02-30"), "from_day"),
    ("mission.join", with_mandate(tasks=["a", "a"]), "tasks[1]"),
    ("mission.join", with_mandate(tasks=["protect civilians"]), "tasks[0]"),
    ("mission.join", {"sites": [{"code": "A", "place": "high_seas"}, {"code": "A", "place": "high_seas"}]}, "sites[1]"),
    ("mission.join", {"sites": [{"code": "camp north", "place": "high_seas"}]}, "sites[0].code"),
    ("mission.join", {"sites": [{"code": "A", "place": "High seas"}]}, "sites[0].place"),
    ("mission.join", with_mandate(tasks=[f"task_{n}" for n in range(31)]), "tasks"),
    ("mission.join", {"sites": [{"code": f"A{n}", "place": "high_seas"} for n in range(51)]}, "sites"),
    ("mission.update", {"told": [A, A]}, "told[1]"),
    ("mission.update", {"told": ["the office"]}, "told[0]"),
    ("mission.update", {"told": [f"{number:064x}" for number in range(31)]}, "told"),
    ("mission.update", {"told": ...}, "told_at"),
    ("mission.update", {"told_at": "2031-03-01"}, "told_at"),
    ("mission.update", {"told_at": "2031-02-30T00:00:00Z"}, "told_at"),
    ("mission.update", with_mandate(until_day="2030-06-30"), "until_day"),
    ("mission.update", {"strength": -1}, "strength"),
    ("mission.update", {"reference": "DOS 44"}, "reference"),
    ("mission.update", {"note": ""}, "note"),
    ("mission.end", {"day": "today"}, "day"),
    ("support.request", {"lines": []}, "lines"),
    ("support.request", {"lines": [WATER] * 201}, "lines"),
    ("support.request", with_line(serves_weapon=...), "serves_weapon"),
    ("support.request", with_line(quantity="0"), "quantity"),
    ("support.request", with_line(quantity=5000), "quantity"),
    ("support.request", with_line(quantity="5e3"), "quantity"),
    ("support.request", with_line(unit="QQ"), "unit"),
    ("support.request", with_line(item={"text": " "}), "text"),
    ("support.request", with_line(item={"text": "x", "supply_class": "89"}), "supply_class"),
    ("support.request", {"until_day": "2031-03-01"}, "until_day"),
    ("support.request", {"priority": 4}, "priority"),
    ("support.request", {"priority": 0}, "priority"),
    ("support.request", {"life_in_danger": "yes"}, "life_in_danger"),
    ("support.offer", {"route": "by air"}, "route"),
    ("support.offer", {"request": "A" * 64}, "request"),
    ("support.offer", {"lines": []}, "lines"),
    ("support.accept", {"offer": "yes"}, "offer"),
    ("support.fulfil", {"furnished": [{"line": 0, "quantity": "1"}]}, "furnished[0].line"),
    ("support.fulfil", {"furnished": [{"line": 201, "quantity": "1"}]}, "furnished[0].line"),
    ("support.fulfil", {"furnished": [{"line": 1, "quantity": "0"}]}, "quantity"),
    ("support.fulfil", {"furnished": [{"line": 1, "quantity": "1"}] * 2}, "furnished[1]"),
    ("support.fulfil", {"paid_by_un": "no"}, "paid_by_un"),
]


@pytest.mark.parametrize(("kind", "members", "field"), WRONG)
def test_a_wrong_member_is_named(kind: str, members: dict[str, Any], field: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(acts.PAYLOADS[f"peacekeeping.{kind}"], changed(kind, **members))
    assert f"{field}`" in caught.value.message
    assert caught.value.code in ("field_missing", "field_type", "field_value")


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, least in LEAST.items() for name in least])
def test_a_member_that_is_needed_is_missed(kind: str, name: str) -> None:
    members = {other: value for other, value in LEAST[kind].items() if other != name}
    with pytest.raises(MalformedError) as caught:
        read(acts.PAYLOADS[kind], members)
    assert (caught.value.code, f"`{name}`" in caught.value.message) == ("field_missing", True)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Line(item=Item(text="x"), quantity="one", unit="LTR", serves_weapon=False),
        lambda: Portion(line=1, quantity="0"),
        lambda: Portion(line=0, quantity="1"),
        lambda: acts.Mandate(resolution="9001", from_day=date(2031, 1, 2), until_day=date(2031, 1, 1)),
        lambda: acts.Site(code="", place="high_seas"),
        lambda: acts.AcceptSupport(offer="yes"),
        lambda: acts.UpdateMission(mission=MISSION, told_at="2031-03-01T00:00:00Z"),
        lambda: line("8960", ("5000", "QQ")),
    ],
)
def test_a_value_built_by_hand_is_as_strict(build: Any) -> None:
    with pytest.raises(MalformedError):
        build()


def test_a_class_that_nobody_knows_needs_words() -> None:
    with pytest.raises(UsageError) as caught:
        line("0000", ("1", "EA"))
    assert caught.value.code == "class_unknown"
    assert line("0000", ("1", "EA"), text="tent pegs").item == Item(text="tent pegs", supply_class="0000")


def test_a_line_in_short_has_the_title_of_its_class() -> None:
    short = line("8960", ("5000", "LTR"), category="water")
    assert (short.item.text, short.item.category) == ("Beverages, Nonalcoholic", "water")
    assert (short.quantity, short.unit, short.serves_weapon) == ("5000", "LTR", False)


@pytest.mark.parametrize("samples", [SAMPLES, LEAST])
def test_what_reads_writes_the_same(samples: Mapping[str, Mapping[str, Any]]) -> None:
    assert set(samples) == set(acts.PAYLOADS)
    for kind, sample in samples.items():
        assert canon.encode(write(read(acts.PAYLOADS[kind], sample))) == canon.encode(dict(sample))


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("mission.join", with_mandate(until_day=MANDATE["from_day"])),
        ("mission.join", with_mandate(tasks=[f"task_{n}" for n in range(30)])),
        ("mission.join", {"sites": [{"code": f"A{n}", "place": "high_seas"} for n in range(50)]}),
        ("mission.join", {"strength": 100_000}),
        ("mission.update", {"told": [f"{n:064x}" for n in range(30)]}),
        ("support.request", {"until_day": "2031-03-02", "lines": [WATER] * 200}),
        ("support.fulfil", {"furnished": [{"line": n, "quantity": "1"} for n in range(1, 201)]}),
    ],
)
def test_what_is_just_within_bounds_reads(kind: str, members: dict[str, Any]) -> None:
    whole = changed(kind, **members)
    assert canon.encode(write(read(acts.PAYLOADS[f"peacekeeping.{kind}"], whole))) == canon.encode(whole)


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.json")), ids=lambda file: file.stem)
def test_the_published_examples_read(file: Path) -> None:
    kind = f"peacekeeping.{file.stem}"
    assert write(read(acts.PAYLOADS[kind], json.loads(file.read_text("utf-8"))))


def test_every_kind_of_the_domain_has_a_payload_a_verb_and_is_sent() -> None:
    own = {name for name, kind in kinds().items() if kind.domain == "peacekeeping"}
    assert set(acts.PAYLOADS) == set(VERBS) == own
    assert not any(DOMAIN.journal_only(kind, read(of, SAMPLES[kind])) for kind, of in acts.PAYLOADS.items())
