"""The story as a reader sees it: lines of acts, words of refusals, times and duties."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from servanda.cli import telling
from servanda.cli.story import Owed, Step
from servanda.cli.telling import Said


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def said(number: int, by: str = "KR", **page: Any) -> Said:
    decision = {"ruling": "refusal", "ground": "forbidden", "cites": [], "words": {}, **page.pop("decision", {})}
    step = Step(by=by, officer="envoy-1", words=("order", "place", "--x"), ruling="-", told="orders it")
    return Said(
        step=step, number=number, page={"recorded": "journal", "near": [], "decision": decision, **page}, error=None
    )


def test_what_could_not_be_said_says_why() -> None:
    step = Step(by="KR", officer="envoy-1", words=("report", "share"), ruling="agreement_missing", told="shares")
    failed = Said(step=step, number=3, page=None, error={"error": "agreement_missing", "message": "none is tabled"})
    assert failed.ruling == "agreement_missing"
    assert list(telling.acts([failed], set())) == [
        f"    3  KR      report share        {'shares':<42}  not said",
        "               because  none is tabled",
    ]


def test_words_are_quoted_once() -> None:
    words = "Nothing of a barred category is ordered, given, passed on or carried, in either direction at all."
    refused, quoted = {"cites": ["3.2"], "words": {"3.2": words}}, set[str]()
    head = f"    7  KR      order place         {'orders it':<42}  REFUSED"
    assert list(telling.acts([said(7, decision=refused)], quoted)) == [
        head,
        "               3.2   Nothing of a barred category is ordered, given, passed on or carried, in either",
        "                     direction at all.",
    ]
    assert list(telling.acts([said(7, decision=refused)], quoted)) == [
        head,
        "               3.2   Nothing of a barred category is ordered, given, passed on or ... (as above)",
    ]


def test_silence_shows_what_came_nearest_and_life_first_is_no_refusal() -> None:
    near = [{"paragraph": "10.3", "failed": ["`author_leads` is true", "`other_heard` is true"]}]
    silent = {"ground": "silent"}
    assert list(telling.acts([said(7, decision=silent, near=near)], set()))[1:] == [
        "               silent: no paragraph permits it",
        "               nearest 10.3 asks that  `author_leads` is true; `other_heard` is true",
    ]
    assert list(telling.acts([said(7, decision=silent, recorded="log")], set())) == [
        f"    7  KR      order place         {'orders it':<42}  delivered: life first"
    ]


def test_neighbours_that_are_told_alike_take_one_line() -> None:
    permit = {"ruling": "permit", "ground": None, "cites": ["life.8"]}
    alike = [said(3, decision=permit, recorded="log"), said(4, "JP", decision=permit, recorded="log")]
    assert list(telling.acts(alike, set())) == [f"  3-4  KR, JP  order place         {'orders it':<42}  permit life.8"]
    assert list(telling.acts([], set())) == []


def test_times_and_duties() -> None:
    assert telling.known("JP", 0.34).split("  ")[-1] == "known to JP after 0.3 s"
    assert telling.known("JP", 1.36).split("  ")[-1] == "known to JP after 1.4 s, more than a second"
    for within, told in ((timedelta(minutes=15), "15 minutes"), (timedelta(hours=72), "72 hours")):
        owed = Owed(
            by="KR", debtor="JP", does="rescue.case.open", after="alert", paragraph="10.1", within=within, state="met"
        )
        line = f"       KR      duty list           {f'JP owes case open within {told}':<42}  met 10.1"
        assert telling.owed(owed) == line
