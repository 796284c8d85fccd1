"""The published timelines and duties come out by acts: two nodes, the clocks moved to the hours of the examples.

What counts on receipt is exchanged at the hour it is said, as the examples give it: the moment that counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from servanda.act.entry import Issued
from servanda.act.journal import Refused
from servanda.act.ruling import Permit, Refusal
from servanda.agreement.duties import Duty
from servanda.agreement.life import Status
from servanda.base.moment import parse_offset
from servanda.node.ports import Space
from servanda.node.stages import Recorded, Standing
from tests.conformance.bringing import Stage, agree, opened, reply, say, sent_nevertheless, standings
from tests.conformance.situations import rulings, step_of
from tests.simulation.world import TEXTS, Pair

CASES = rulings()
DAWN = parse_offset("2030-01-01T09:00+09:00")
LONG_AGO = parse_offset("2030-03-01T09:00+09:00")


def run_to(pair: Pair, at: datetime) -> None:
    """Both clocks run on to a moment."""
    pair.advance((at - pair.kr.clock.now()).total_seconds())
    for side in pair.sides():
        side.node.confirm_clock()


def status(stage: Stage, agreement: str, at: datetime) -> Status:
    """How an agreement stands at a moment, which both nodes say alike."""
    run_to(stage.pair, at)
    kr, jp = (side.node.status(agreement) for side in stage.pair.sides())
    assert kr == jp
    return kr


class Told:
    """A published timeline, told by the acts of two nodes."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        self.case, self.agreement = case, case["agreement"]
        assert case["given"] == {"initialled": ["x"]}
        self.stage = Stage(pair=Pair(at=DAWN), ids={})
        self.digest = agree(self.stage.pair, self.agreement, TEXTS[self.agreement], sign=False)
        self.acts: list[str] = []
        self.rulings: list[Permit | Refusal] = []

    def on(self, until: datetime) -> Status:
        """Every event up to and at a moment that was not told before; then how the agreement stands."""
        for event in self.case["events"][len(self.acts) :]:
            if parse_offset(event["at"]) <= until:
                self.say(event)
        return status(self.stage, self.agreement, until)

    def say(self, event: Mapping[str, Any]) -> None:
        """One event: an act of that Party at that hour, judged alike by the other, or kept at home."""
        run_to(self.stage.pair, parse_offset(event["at"]))
        recorded = say(self.stage, self.agreement, self.act(event))
        act_id = recorded.judged.intake.signed.act_id
        self.rulings.append(recorded.judged.ruling)
        self.acts.append(act_id)
        if not isinstance(recorded.entry, Issued):
            kept_home(self.stage, event["party"], recorded)
            return
        self.stage.pair.sync()
        assert reply(self.stage, event["party"], act_id).ruling.ruling == recorded.judged.ruling
        assert standings(self.stage, act_id) == {Standing.AGREED}

    def act(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The act that an event stands for."""
        payload = self.members(event)
        return {
            "party": event["party"],
            "officers": ["envoy-1"],
            "kind": f"agreement.{event['kind']}",
            "payload": payload,
        }

    def members(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """What the act of an event says."""
        notices = self.stage.pair.kr.node.status(self.agreement).notices
        match event["kind"]:
            case "text.sign":
                return {"digest": self.digest}
            case "completion.notify":
                return {"digest": self.digest, "note": "exercise 1", "date": event["at"][:10]}
            case "notice.give":
                return {"note": "exercise 2"}
            case "notice.withdraw":
                return {"notice": next(notice.act_id for notice in notices if notice.giver == event["party"])}
            case "notice.hold" | "notice.resume":
                return {"notice": notices[-1].act_id}
            case "clause.question":
                return {"paragraph": event["paragraph"], "words": "exercise", "reading": "exercise"}
            case "force.suspend" | "force.resume":
                return {"note": "exercise 3"}
        raise AssertionError(event["kind"])


def kept_home(stage: Stage, party: str, recorded: Recorded) -> None:
    """A refused act is an item of the journal alone; sent all the same, the other Party refuses it likewise."""
    judged, other = recorded.judged, stage.side("JP" if party == "KR" else "KR")
    assert isinstance(recorded.item, Refused)
    stage.pair.sync()
    assert other.store.get(Space.ENVELOPE, judged.intake.signed.envelope_digest) is None
    twin = stage.copy()
    issued, answer = sent_nevertheless(twin, party, judged.intake)
    assert (answer.ruling.ruling, answer.ruling.facts) == (judged.ruling, None)
    assert standings(twin, issued.act) == {Standing.DISPUTED}


@pytest.mark.parametrize("case", CASES["lifecycle"], ids=lambda case: case["id"])
def test_refusals_halves_and_dates_come_out_as_published(case: dict[str, Any]) -> None:
    told, expected = Told(case), case["expected"]
    last = told.on(parse_offset(case["events"][-1]["at"]))

    assert [
        {"event": number, "cites": [cite for cite in ruling.cites if not cite.startswith("life.")]}
        for number, ruling in enumerate(told.rulings)
        if isinstance(ruling, Refusal)
    ] == expected["refused"]
    assert [number for number, act in enumerate(told.acts) if act in last.halves] == expected["halves"]
    assert {"in_force_from": last.in_force_from, "effect": last.effect}.items() >= {
        name: parse_offset(expected[name]) for name in ("in_force_from", "effect") if name in expected
    }.items()
    for side in told.stage.pair.sides():
        side.node.audit()


@pytest.mark.parametrize("case", CASES["lifecycle"], ids=lambda case: case["id"])
def test_phases_and_questions_are_those_published(case: dict[str, Any]) -> None:
    """At each moment both nodes know the acts up to and at it, and no later one."""
    told, expected = Told(case), case["expected"]
    asked = [(at, "phase", phase) for at, phase in expected["phases"]]
    asked += [(at, "questioned", frozenset(places)) for at, places in expected.get("questioned", [])]

    for at, name, value in sorted(asked, key=lambda row: parse_offset(row[0])):
        assert (at, getattr(told.on(parse_offset(at)), name)) == (at, value)


BEFORE = {
    "EX-D1": ["assured_by_kr", "shared_by_jp"],
    "EX-D2": [],
    "EX-D3": [],
}
AFTER = {
    "EX-D1": {"like": "recalled_by_kr", "party": "JP", "with": {"report": "JP-2031-000001"}, "causes": []},
    "EX-D2": "issued_first_by_kr",
}
"""The acts that start the duties, of the tables of situations; the year turns by itself."""


def before_noon(agreement: str) -> Stage:
    """Two nodes with an agreement in force since March 2030."""
    return opened(agreement, in_force=True, at=LONG_AGO)


@pytest.mark.parametrize("case", CASES["duties"], ids=lambda case: case["id"])
def test_an_act_starts_the_duties_published(case: dict[str, Any]) -> None:
    after, agreement, id_ = case["after"], case["agreement"], case["id"]
    stage, at = before_noon(agreement), parse_offset(after["at"])
    for name in BEFORE[id_]:
        assert isinstance(say(stage, agreement, step_of(agreement, name)).judged.ruling, Permit)
        stage.pair.sync()
    run_to(stage.pair, at)
    if id_ in AFTER:
        recorded = say(stage, agreement, step_of(agreement, AFTER[id_]))
        assert isinstance(recorded.judged.ruling, Permit)
        assert {name: recorded.judged.facts[0][name] for name in after.get("facts", {})} == after.get("facts", {})
        assert owed(stage, agreement, after["kind"]) == []
        stage.pair.sync()

    assert owed(stage, agreement, after["kind"]) == case["expected"]["duties"]


def owed(stage: Stage, agreement: str, after: str) -> list[dict[str, str]]:
    """What both nodes say is owed after a kind, in the words of the published duties."""
    kr, jp = (side.node.duties(agreement) for side in stage.pair.sides())
    assert kr == jp
    return [shown(duty) for duty in kr if duty.after == after]


def shown(duty: Duty) -> dict[str, str]:
    due = (duty.due_at + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M") + "+09:00"
    return {"paragraph": duty.paragraph, "debtor": duty.debtor, "does": duty.does, "due": due}


def test_every_published_timeline_and_duty_is_told() -> None:
    assert (len(CASES["lifecycle"]), len(CASES["duties"])) == (4, 3)
    assert BEFORE.keys() == {case["id"] for case in CASES["duties"]}
