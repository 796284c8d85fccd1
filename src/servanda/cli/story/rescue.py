"""Rescue in the story: people in danger before any agreement and after, a unit let in, a search, a case closed.

Rules of this module:
- a distress goes out whatever the ruling, and the time until the other Party knows of it is told;
- positions lie in the areas of the annex of kr-jp-a: in area K, waters of KR, and in area Q.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from servanda.base import moment
from servanda.cli.story.information import secret
from servanda.cli.story.scene import Owed, Scene, Step, as_json, one_by_one

DUTY = "duty-1"
COORDINATOR = "rescue-1"
ENVOY = "envoy-1"
UNIT = "jp-helicopter-2"
IN_K = "35.60,129.40"
IN_Q = "37.24,131.87"


def before_any_agreement() -> tuple[Scene, ...]:
    """People in danger while nothing is signed: the case goes out all the same, a report does not."""
    alert = ("alert", "receive", "--source", "phone", "--persons", "3")
    opened = ("case", "open", "--stage", "distress", "--nature", "adrift", "--finding", "$first-alert")
    return (
        Scene(
            title="People in danger, and no agreement yet",
            steps=(
                _step("KR", ENVOY, alert, "permit", "notes a call: a boat adrift, 3 on board", "first-alert"),
                replace(_step("KR", ENVOY, opened, "silent", "opens a case, under no agreement"), timed=True),
                _step("KR", ENVOY, secret(), "agreement_missing", "would share a secret report"),
            ),
        ),
    )


def distress() -> tuple[Scene, ...]:
    """A distress call in the own waters, and a case that the other knows of within a second."""
    alert = ("alert", "receive", "--source", "radio", "--position", IN_K, "--persons", "7")
    opened = (
        *("case", "open", "--stage", "distress", "--nature", "sinking"),
        *("--craft", "exercise fishing boat", "--finding", "$alert"),
    )
    owed = Owed(
        by="KR",
        debtor="KR",
        does="rescue.case.open",
        after="alert",
        paragraph="10.1",
        within=timedelta(minutes=15),
    )
    return (
        Scene(
            title="A boat sinks",
            steps=(_step("KR", DUTY, alert, "permit", "notes a distress call, 7 on board", "alert"),),
            owed=(owed,),
        ),
        Scene(
            steps=(
                replace(_step("KR", DUTY, opened, "permit 3.2", "opens the case, in its area K", "case"), timed=True),
            ),
            owed=(replace(owed, state="met"),),
        ),
    )


def admission(now: datetime) -> tuple[Scene, ...]:
    """A unit of JP let into the waters of KR; into area Q it goes without asking."""
    offer = ("asset", "offer", "--case", "$case", "--unit", UNIT, "--sort", "helicopter", "--weapons-safe")
    ask = (
        *("admission", "request", "--case", "$case", "--unit", UNIT, "--sort", "helicopter", "--why", "rescue"),
        *("--sole-purpose-rescue", "--ends", moment.text(now + timedelta(hours=6)), "--positions", IN_K),
    )
    owed = Owed(
        by="KR",
        debtor="KR",
        does="rescue.admission.answer",
        after="entry",
        paragraph="11.2",
        within=timedelta(minutes=30),
    )
    answer = ("admission", "answer", "--request", "$entry", "--granted")
    return one_by_one(
        "A unit asks to come in",
        (
            _step("JP", COORDINATOR, offer, "permit 10.2", "offers a helicopter, weapons unloaded"),
            _step("JP", COORDINATOR, _begin(IN_K), "forbidden 11.1", "would send it into waters of KR at once"),
            Scene(
                steps=(_step("JP", COORDINATOR, ask, "permit 11.1", "asks for six hours there", "entry"),),
                owed=(owed,),
            ),
            _step("KR", COORDINATOR, answer, "permit 11.1", "grants it"),
            _step("JP", COORDINATOR, _begin(IN_K), "permit 11.1", "tells that it goes in"),
            _step("JP", COORDINATOR, _begin(IN_Q), "permit 11.1", "and on to area Q, where nobody asks"),
        ),
    )


def search(now: datetime) -> tuple[Scene, ...]:
    """A plan of one Party agreed to by the other, a search reported, and the case closed by the Party that leads."""
    corners = ["35.55,129.30", "35.55,129.50", "35.65,129.50", "35.65,129.30"]
    area = {"corners": corners, "unit": UNIT, "pattern": "parallel", "spacing_nm": "0.5"}
    propose = ("plan", "propose", "--case", "$case", "--areas", as_json([area]))
    found = {"what": "raft", "at": moment.text(now), "position": "35.62,129.44", "persons": 7}
    report = (
        *("search", "report", "--plan", "$plan", "--area", "1", "--unit", UNIT, "--began", moment.text(now)),
        *("--track", "35.55,129.32", "--track", "35.65,129.32", "--track", "35.65,129.44"),
        *("--found", as_json([found])),
    )
    close = ("case", "close", "--case", "$case", "--outcome", "all_saved", "--saved", "7")
    return one_by_one(
        "The search",
        (
            _step("KR", COORDINATOR, propose, "permit 10.2", "proposes a plan", "plan"),
            _step("JP", COORDINATOR, ("plan", "agree", "--plan", "$plan"), "permit 10.2", "agrees to it"),
            _step("JP", COORDINATOR, report, "permit 10.2", "reports its search: a raft, 7 on it"),
            _step("JP", COORDINATOR, close, "silent", "would close it; in its own area KR leads"),
            _step(
                "JP",
                COORDINATOR,
                ("case", "concur", "--case", "$case"),
                "permit 10.3",
                "was heard, and agrees to close",
            ),
            _step("KR", COORDINATOR, close, "permit 10.3", "closes it: all saved"),
        ),
    )


def _begin(position: str) -> tuple[str, ...]:
    return (
        *("admission", "begin", "--case", "$case", "--unit", UNIT, "--positions", position),
        *("--sole-purpose-rescue", "--weapons-safe"),
    )


def _step(by: str, officer: str, words: tuple[str, ...], ruling: str, told: str, name: str = "") -> Step:
    return Step(by=by, officer=officer, words=words, ruling=ruling, told=told, name=name)
