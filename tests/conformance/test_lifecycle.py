"""The timelines of the published examples: refusals, halves, phases, questions and effects come out as written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from servanda.act.ruling import Permit, Refusal
from tests.unit.agreement.lives import ROOT, Story, moment

CASES = json.loads((ROOT / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))["lifecycle"]


def told(case: dict[str, Any], until: str | None = None) -> Story:
    """The story of a case, with the events up to and at a moment."""
    story = Story(case["agreement"])
    digest = story.table()
    assert case["given"]["initialled"] == ["x"]
    story.agree(digest)
    for event in case["events"]:
        if until is not None and moment(event["at"]) > moment(until):
            break
        story.say(event["party"], event["kind"], event["at"], **members(story, event, digest))
    return story


def members(story: Story, event: dict[str, Any], digest: str) -> dict[str, Any]:
    """The payload an event stands for."""
    match event["kind"]:
        case "text.sign":
            return {"digest": digest}
        case "completion.notify":
            return {"digest": digest, "note": "1", "date": event["at"][:10]}
        case "notice.give":
            return {"note": "1"}
        case "notice.withdraw":
            return {"notice": next(n.act_id for n in story.status(event["at"]).notices if n.giver == event["party"])}
        case "notice.hold" | "notice.resume":
            return {"notice": story.status(event["at"]).notices[-1].act_id}
        case "clause.question":
            return {"paragraph": event["paragraph"], "words": "as signed", "reading": "as meant"}
    return {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_refusals_halves_and_dates_come_out_as_the_example_says(case: dict[str, Any]) -> None:
    story, expected = told(case), case["expected"]
    rulings = story.rulings[-len(case["events"]) :]
    status = story.status(case["events"][-1]["at"])

    refused = [
        {"event": number, "cites": [cite for cite in ruling.cites if not cite.startswith("life.")]}
        for number, ruling in enumerate(rulings)
        if isinstance(ruling, Refusal)
    ]
    permitted = [number for number, ruling in enumerate(rulings) if isinstance(ruling, Permit)]
    acts = dict(zip(permitted, (act.act_id for act in story.acts[-len(permitted) :]), strict=True))
    assert refused == expected["refused"]
    assert [number for number, act_id in acts.items() if act_id in status.halves] == expected["halves"]
    if "in_force_from" in expected:
        assert status.in_force_from == moment(expected["in_force_from"])
    if "effect" in expected:
        assert status.effect == moment(expected["effect"])


@pytest.mark.parametrize(
    ("case", "at", "phase"), [(case, at, phase) for case in CASES for at, phase in case["expected"]["phases"]]
)
def test_a_phase_at_a_moment_knows_the_events_up_to_it(case: dict[str, Any], at: str, phase: str) -> None:
    assert told(case, until=at).status(at).phase == phase


@pytest.mark.parametrize(
    ("case", "at", "paragraphs"),
    [(case, at, paragraphs) for case in CASES for at, paragraphs in case["expected"].get("questioned", [])],
)
def test_a_question_runs_from_its_receipt_to_the_same_moment(
    case: dict[str, Any], at: str, paragraphs: list[str]
) -> None:
    assert told(case, until=at).status(at).questioned == frozenset(paragraphs)


def test_every_published_timeline_was_run() -> None:
    assert len(CASES) == 4
