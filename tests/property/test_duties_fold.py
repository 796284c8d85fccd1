"""Duties come out the same however the acts are cut into parts, and each is met at most once."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import reduce
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from servanda.act.act import Applied
from servanda.agreement import duties
from servanda.agreement.duties import DutyBook, DutyState
from servanda.base.calendar import Span, after
from tests.unit.agreement.lives import OTHER, Story, moment, pact_of

START = moment("2030-06-01T00:00+09:00")
A = pact_of("kr-jp-a")
KINDS = (
    "intelligence.report.share",
    "intelligence.report.recall",
    "intelligence.report.acknowledge",
    "intelligence.report.destroy",
    "intelligence.incident.notify",
    "intelligence.incident.conclude",
    "agreement.registration.lodge",
)
STORY = Story("kr-jp-a")
STORY.begin()

told = st.lists(
    st.tuples(
        st.sampled_from(("KR", "JP")),
        st.sampled_from(KINDS),
        st.integers(min_value=0, max_value=200),
        st.lists(st.integers(min_value=0, max_value=30), max_size=3),
        st.one_of(st.none(), st.integers(min_value=0, max_value=100)),
    ),
    max_size=30,
)


def acts_of(events: Any) -> tuple[list[Applied], dict[str, Any]]:
    acts: list[Applied] = []
    receipts: dict[str, Any] = {}
    at = START
    for place, (author, kind, hours, causes, delay) in enumerate(events):
        at += timedelta(hours=hours)
        act_id = hashlib.sha256(str(place).encode()).hexdigest()
        acts.append(
            Applied(
                act_id=act_id,
                kind=kind,
                agreement="kr-jp-a",
                digest=A.digest,
                author=author,
                other=OTHER[author],
                officers=(),
                causes=tuple(acts[cause].act_id for cause in causes if cause < len(acts)),
                payload={},
                recorded_at=at,
                rank=place,
                log=author,
                index=place,
            )
        )
        if delay is not None:
            receipts[act_id] = at + timedelta(hours=delay)
    return acts, receipts


def folded(acts: list[Applied], book: DutyBook | None = None) -> DutyBook:
    return reduce(lambda held, act: duties.fold(held, act, A), acts, book or duties.empty("kr-jp-a"))


@given(events=told, cut=st.integers(min_value=0, max_value=30), hours=st.integers(min_value=0, max_value=5_000))
def test_folding_in_parts_equals_folding_the_whole(events: Any, cut: int, hours: int) -> None:
    acts, receipts = acts_of(events)
    whole, parts = folded(acts), folded(acts[cut:], folded(acts[:cut]))
    at = START + timedelta(hours=hours)
    status = STORY.status(at.isoformat())
    assert parts == whole
    assert duties.duties(parts, at, receipts.get, status) == duties.duties(whole, at, receipts.get, status)


@given(events=told)
def test_each_duty_has_begun_and_is_met_by_its_own_debtor(events: Any) -> None:
    acts, receipts = acts_of(events)
    book = folded(acts)
    at = START + timedelta(days=400)
    status = STORY.status(at.isoformat())
    found = duties.duties(book, at, receipts.get, status)
    by_id = {act.act_id: act for act in acts}
    for duty in found:
        start = by_id.get(duty.started_by)
        if start is None:
            assert duty.started_by == duty.after
            continue
        assert duty.started_at == (receipts[start.act_id] if duty.debtor == start.other else start.recorded_at)
        if duty.met_by is not None:
            met = by_id[duty.met_by]
            assert (met.author, met.kind) == (duty.debtor, duty.does)
            assert start.act_id in met.causes
            earlier = [act for act in acts[: acts.index(met)] if start.act_id in act.causes]
            assert not any((act.author, act.kind) == (duty.debtor, duty.does) for act in earlier)
    for does in {duty.does for duty in found}:
        unmet = tuple(duty for duty in found if duty.does == does and duty.met_by is None)
        assert duties.unmet(book, does, at, receipts.get, status) == unmet


@given(hours=st.integers(min_value=0, max_value=24 * 60))
def test_late_begins_right_after_the_due_moment(hours: int) -> None:
    acts, _ = acts_of([("JP", "intelligence.report.recall", 0, [], 0)])
    begun = START + timedelta(hours=hours)
    book = folded(acts)
    due = after(begun, Span(seconds=86_400), A.zone)
    for at, state in ((due, DutyState.OPEN), (due + timedelta(seconds=1), DutyState.LATE)):
        found = duties.duties(book, at, {acts[0].act_id: begun}.get, STORY.status(at.isoformat()))
        (duty,) = [duty for duty in found if duty.paragraph == "5.5"]
        assert (duty.due_at, duty.state) == (due, state)
