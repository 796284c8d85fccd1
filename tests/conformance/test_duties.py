"""The duties of the published examples: who owes what, by when."""

from __future__ import annotations

import json
from typing import Any

import pytest

from servanda.act.act import Applied
from servanda.agreement import duties
from servanda.base.calendar import Span, after
from servanda.base.moment import zone
from tests.unit.agreement.lives import OTHER, ROOT, Story, moment, pact_of

CASES = json.loads((ROOT / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))["duties"]


def started(case: dict[str, Any]) -> list[dict[str, str]]:
    """The duties that the entry of a case starts, the other's from the same moment."""
    story, entry = Story(case["agreement"]), case["after"]
    story.begin()
    book = duties.empty(case["agreement"])
    at = moment(entry["at"])
    if "author" in entry:
        act = Applied(
            act_id="a" * 64,
            kind=entry["kind"],
            agreement=case["agreement"],
            digest="0" * 64,
            author=entry["author"],
            other=OTHER[entry["author"]],
            officers=(),
            causes=(),
            payload={},
            recorded_at=at,
            rank=100,
            log="log",
            index=100,
            facts=(entry.get("facts", {}),),
        )
        book = duties.fold(book, act, pact_of(case["agreement"]))
        story.receipts[act.act_id] = at
    found = duties.duties(book, at, story.receipts.get, story.status(entry["at"]))
    return [
        {"paragraph": duty.paragraph, "debtor": duty.debtor, "does": duty.does, "due": duty.due_at}
        for duty in found
        if duty.after == entry["kind"]
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_an_entry_starts_the_duties_of_the_example(case: dict[str, Any]) -> None:
    expected = [{**duty, "due": moment(duty["due"])} for duty in case["expected"]["duties"]]
    assert started(case) == expected


def test_every_published_duty_was_run() -> None:
    assert len(CASES) == 3


def test_thirty_one_days_after_the_turn_end_with_january() -> None:
    assert after(moment("2031-01-01T00:00+09:00"), Span(days=31), zone("+09:00")) == moment("2031-02-01T00:00+09:00")
