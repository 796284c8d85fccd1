"""An operation as staff type it: from joining to giving, at two nodes on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.founded import Pair, template

CITES = ["8.1"]
SERVES = ("--contingent", "engineer unit", "--strength", "280", "--place", "third_territory")


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """Two nodes with both agreements in force."""
    return template().copy(tmp_path / "nodes")


def says(pair: Pair, party: str, *words: str) -> Any:
    """An act that is permitted, carried to the other Party."""
    said = pair.value(party, *words, "--as", f"{party.lower()}/contingent-1")
    assert said["decision"]["cites"] == CITES, said
    pair.carry()
    return said["act"]


def refused(pair: Pair, party: str, *words: str) -> tuple[int, list[str]]:
    answer = pair.at(party, *words, "--as", f"{party.lower()}/contingent-1", "--json")
    return answer.exit, answer.value["decision"]["cites"]


def test_two_contingents_from_joining_to_giving_as_staff_type_it(pair: Pair) -> None:
    says(pair, "KR", "mission", "join", "--mission", "UNEX", "--mandate", "2031-01-01,exercise resolution 1", *SERVES)
    says(pair, "JP", "mission", "join", "--mission", "UNEX", *SERVES)
    need = says(pair, "KR", "support", "request", "--lines", "8960:5000:LTR:water", "--lines", "8920:400:KGM")
    offering = ("support", "offer", "--request", need[:10], "--no-paid-by-un")
    assert refused(pair, "JP", *offering) == (3, ["8.2"])
    assert refused(pair, "JP", *offering, "--route", "through_mission", "--lines", "1305:10000:EA") == (
        3,
        ["3.2", "3.5"],
    )
    offer = says(pair, "JP", *offering, "--route", "through_mission")
    says(pair, "KR", "support", "accept", "--offer", offer[:10])
    giving = ("support", "fulfil", "--offer", offer[:10])
    assert refused(pair, "JP", *giving) == (3, ["8.3"])
    gave = says(pair, "JP", *giving, "--furnished", "1:2000", "--life-in-danger")
    told = says(pair, "JP", "mission", "update", "--told-at", "2031-05-02T00:00:00Z")
    [duty] = [row for row in pair.value("KR", "duty", "list", "--all") if row["paragraph"] == "8.3"]
    assert (duty["debtor"], duty["state"], duty["started_by"], duty["met_by"]) == ("JP", "met", gave, told)
    page = pair.value("KR", "act", "show", says(pair, "JP", *giving))
    rest = [{"line": 1, "quantity": "3000"}, {"line": 2, "quantity": "400"}]
    assert page["payload"] == {"offer": offer, "furnished": rest}
    says(pair, "KR", "mission", "end")
    answer = pair.at("KR", "support", "request", "--lines", "8960:1:LTR", "--as", "kr/contingent-1", "--json")
    assert (answer.exit, answer.error["error"]) == (2, "mission_unclear")
