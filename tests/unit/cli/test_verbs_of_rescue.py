"""Rescue from the command line, as the watch types it: positions in short, alerts taken over, life first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.founded import Pair

IN_K = ("--position", "35.6,129.4")
AS_WATCH, AS_WATCH_OF_JP = ("--as", "kr/duty-1"), ("--as", "jp/duty-1")
DISTRESS = ("--stage", "distress", "--nature", "sinking")


def payload(pair: Pair, party: str, act: str) -> Any:
    return pair.value(party, "act", "show", act)["payload"]


@pytest.mark.parametrize(
    ("position", "message"),
    [
        ("Ulleungdo", "expected degrees as in `37.24,131.87`, or a grid reference, got `Ulleungdo`"),
        ("95,129", "expected -90 to 90 degrees"),
        ('{"lat":"35"}', "expected `lat` and `lon` together"),
        ("{35", "`--position` is no JSON"),
    ],
)
def test_what_is_no_position_is_told_so(pair: Pair, position: str, message: str) -> None:
    answer = pair.at("KR", "case", "open", *DISTRESS, "--position", position, *AS_WATCH, "--json")
    assert (answer.exit, answer.out) == (6, "")
    assert message in answer.error["message"]


def test_a_case_answers_its_alert_and_takes_over_what_it_says(pair: Pair) -> None:
    noted = pair.value(
        *("KR", "alert", "receive", "--source", "radio", "--received-at", "2031-05-01T23:58:00Z", *IN_K),
        *("--persons", "7", "--note", "hoarse", *AS_WATCH),
    )
    assert (noted["recorded"], noted["decision"]["ruling"]) == ("journal", "permit")
    opened = pair.value("KR", "case", "open", *DISTRESS, "--finding", noted["act"][:12], *AS_WATCH)
    assert (opened["recorded"], opened["decision"]["cites"]) == ("log", ["3.2"])
    assert payload(pair, "KR", opened["act"]) == {
        "received_at": "2031-05-01T23:58:00Z",
        "stage": "distress",
        "nature": "sinking",
        "position": {"lat": "35.6", "lon": "129.4"},
        "persons": 7,
        "source": "radio",
    }
    (met,) = [row for row in pair.value("KR", "duty", "list", "--all") if row["does"] == "rescue.case.open"]
    assert (met["paragraph"], met["state"], met["met_by"]) == ("10.1", "met", opened["act"])


def test_positions_are_given_again_and_again_or_as_json(pair: Pair) -> None:
    case = pair.value("JP", "case", "open", *DISTRESS, *IN_K, *AS_WATCH_OF_JP)["act"]
    ask = (
        *("JP", "admission", "request", "--case", case[:12], "--unit", "jp-1", "--sort", "ship", "--why", "rescue"),
        *("--sole-purpose-rescue", "--ends", "2031-05-02T06:00:00Z", *AS_WATCH_OF_JP),
    )
    ways = (
        ("--positions", "35.6,129.4", "--positions", "37.24, 131.87"),
        ("--positions", '["35.6,129.4",{"lat":"37.24","lon":"131.87"}]'),
        ("--positions", '{"lat":"35.6","lon":"129.4"}', "--positions", "37.24,131.87"),
    )
    for way in ways:
        asked = pair.value(*ask, *way)
        assert asked["decision"]["cites"] == ["11.1"]
        assert payload(pair, "JP", asked["act"])["positions"] == [
            {"lat": "35.6", "lon": "129.4"},
            {"lat": "37.24", "lon": "131.87"},
        ]


def test_a_unit_goes_in_only_by_a_grant_that_the_desk_finds(pair: Pair) -> None:
    case = pair.value("JP", "case", "open", *DISTRESS, *IN_K, *AS_WATCH_OF_JP)["act"]
    go = (
        *(
            "admission",
            "begin",
            "--unit",
            "jp-1",
            "--sole-purpose-rescue",
            "--weapons-safe",
            "--positions",
            "35.6,129.4",
        ),
        *("--case", case, *AS_WATCH_OF_JP, "--json"),
    )
    refused = pair.at("JP", *go)
    assert (refused.exit, refused.value["decision"]["cites"]) == (3, ["11.1"])
    asked = pair.value(
        *("JP", "admission", "request", "--case", case, "--unit", "jp-1", "--sort", "ship", "--why", "rescue"),
        *("--sole-purpose-rescue", "--ends", "2031-05-02T06:00:00Z", "--positions", "35.6,129.4", *AS_WATCH_OF_JP),
    )["act"]
    pair.carry()
    pair.value("KR", "admission", "answer", "--request", asked, "--granted", *AS_WATCH)
    pair.carry()
    begun = pair.at("JP", *go)
    assert (begun.exit, begun.value["decision"]["cites"]) == (0, ["11.1"])
    assert payload(pair, "JP", begun.value["act"])["request"] == asked


def test_a_case_that_is_closed_takes_no_more_but_a_sighting(pair: Pair) -> None:
    case = pair.value("KR", "case", "open", *DISTRESS, *IN_K, *AS_WATCH)["act"]
    pair.carry()
    pair.value("JP", "case", "concur", "--case", case, *AS_WATCH_OF_JP)
    pair.carry()
    pair.value("KR", "case", "close", "--case", case, "--outcome", "all_saved", "--saved", "7", *AS_WATCH)
    offer = (
        "asset",
        "offer",
        "--case",
        case,
        "--unit",
        "kr-1",
        "--sort",
        "ship",
        "--weapons-safe",
        *AS_WATCH,
        "--json",
    )
    refused = pair.at("KR", *offer)
    assert (refused.exit, refused.error["error"]) == (2, "case_closed")
    seen = pair.value("KR", "sighting", "lodge", "--what", "person", "--case", case, *IN_K, *AS_WATCH)
    assert seen["decision"]["cites"] == ["3.2"]
    again = pair.value("KR", "case", "open", *DISTRESS, "--reopens", case, *AS_WATCH)
    assert payload(pair, "KR", again["act"])["reopens"] == case


def test_an_officer_of_supply_opens_a_case_and_offers_nothing(pair: Pair) -> None:
    as_supply = ("--as", "kr/supply-1")
    case = pair.value("KR", "case", "open", *DISTRESS, *IN_K, *as_supply)
    assert case["decision"]["cites"] == ["3.2"]
    offer = ("asset", "offer", "--case", case["act"], "--unit", "kr-1", "--sort", "ship", "--weapons-safe", *as_supply)
    refused = pair.at("KR", *offer, "--json")
    assert (refused.exit, refused.value["decision"]["code"]) == (3, "key_unknown")
    pair.carry()
    (listed,) = [row for row in pair.value("JP", "act", "list") if row["act"] == case["act"]]
    assert (listed["standing"], listed["kind"]) == ("agreed", "rescue.case.open")
