"""Whatever two Parties say in whatever order, both nodes come to the same life, and an end stays an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.act.act import Applied
from servanda.act.ruling import Permit
from servanda.agreement import life
from servanda.agreement.acts import PAYLOADS
from servanda.agreement.life import Life, Phase, Timeline
from tests.unit.agreement.lives import OTHER, Story, moment, pact_of, text_of

START = moment("2030-02-01T12:00+09:00")
KINDS = (
    "notice.give",
    "notice.withdraw",
    "notice.hold",
    "notice.resume",
    "force.suspend",
    "force.resume",
    "termination.agree",
    "clause.question",
    "clause.correct",
    "registration.lodge",
    "text.withdraw",
    "completion.notify",
)
JOINT = ("notice.hold", "force.suspend", "force.resume", "termination.agree", "clause.correct")
# Seldom, or no story would reach its second year.
SELDOM = ("termination.agree",)

told = st.lists(
    st.tuples(
        st.sampled_from(("KR", "JP")),
        st.sampled_from([kind for kind in KINDS for _ in range(1 if kind in SELDOM else 4)]),
        st.integers(min_value=1, max_value=120 * 24),
        st.integers(min_value=-1, max_value=30 * 24),
        st.sampled_from(("4.1", "10.2")),
    ),
    max_size=14,
)
pacts = st.sampled_from(("kr-jp-a", "kr-jp-b"))


def members(story: Story, author: str, kind: str, paragraph: str, at: datetime) -> dict[str, Any]:
    """A payload that may be permitted."""
    digest = pact_of(story.agreement).digest
    course = life.timeline(story.life, story.receipts.get)
    version = course.version(at)
    notices = [notice.act_id for notice in course.notices if notice.giver == author] or [
        n.act_id for n in course.notices
    ]
    joint = version is not None and version.instrument.terms.word("suspends") == "joint"
    match kind:
        case "notice.give":
            return {"note": "1"}
        case "notice.withdraw" | "notice.hold" | "notice.resume":
            return {"notice": notices[-1] if notices else "0" * 64}
        case "force.suspend" | "force.resume":
            return {"subject": {"digest": digest}} if joint else {}
        case "termination.agree":
            return {"subject": {"digest": digest}}
        case "clause.question" | "clause.correct":
            return {"paragraph": paragraph, "digest": digest, "words": "w", "reading": "r"}
    return {"digest": digest, "note": "1", "date": "2030-03-01"}


def tell(agreement: str, events: list[tuple[str, str, int, int, str]]) -> tuple[Story, datetime]:
    """A story in which only what is permitted is said; and its last moment."""
    story = Story(agreement)
    story.begin()
    at = START + timedelta(days=60)
    for author, kind, hours, delay, paragraph in events:
        at += timedelta(hours=hours)
        received = None if delay < 0 else (at + timedelta(hours=delay)).isoformat(timespec="minutes")
        story.say(
            author,
            kind,
            at.isoformat(timespec="minutes"),
            received=received,
            **members(story, author, kind, paragraph, at),
        )
    return story, at


def folded(agreement: str, acts: list[Applied]) -> Life:
    return reduce(life.fold, acts, life.new(agreement))


@given(agreement=pacts, events=told, cut=st.integers(min_value=0, max_value=40))
def test_folding_in_parts_equals_folding_the_whole(agreement: str, events: Any, cut: int) -> None:
    story, at = tell(agreement, events)
    parts = reduce(life.fold, story.acts[cut:], folded(agreement, story.acts[:cut]))
    assert parts == story.life == folded(agreement, story.acts)
    assert life.status(parts, at, story.receipts.get) == life.status(story.life, at, story.receipts.get)


@given(agreement=pacts, events=told)
def test_an_end_that_is_known_stays_and_nothing_more_is_permitted(agreement: str, events: Any) -> None:
    story, _ = tell(agreement, events)
    course = life.timeline(story.life, story.receipts.get)
    if course.ended_at is None:
        return
    for days in (0, 1, 400, 40_000):
        at = course.ended_at + timedelta(days=days)
        assert course.phase(at) is Phase.ENDED
        assert course.version(at) is not None
        for kind in KINDS:
            if kind not in ("registration.lodge", "text.withdraw"):
                asked = members(story, "KR", kind, "4.1", at)
                assert not isinstance(story.judge("KR", kind, at.isoformat(), **asked), Permit), kind


@given(agreement=pacts, events=told)
def test_phases_follow_their_order_in_time(agreement: str, events: Any) -> None:
    """Not in force comes before all others and never again; ended comes after all others."""
    story, at = tell(agreement, events)
    course = life.timeline(story.life, story.receipts.get)
    moments = sorted(START - timedelta(days=2) + (at - START + timedelta(days=800)) * step / 200 for step in range(200))
    phases = [course.phase(moment) for moment in moments]
    assert phases[0] is Phase.NOT_IN_FORCE
    for earlier, later in pairwise(phases):
        assert later is not Phase.NOT_IN_FORCE or earlier is Phase.NOT_IN_FORCE
        assert earlier is not Phase.ENDED or later is Phase.ENDED


@given(agreement=pacts, events=told)
def test_every_question_runs_out_by_itself(agreement: str, events: Any) -> None:
    story, _ = tell(agreement, events)
    course = life.timeline(story.life, story.receipts.get)
    days = pact_of(agreement).terms.span("questioned")
    assert days is not None
    for question in course.questions:
        if question.since is not None and question.until is not None:
            assert question.until - question.since <= timedelta(days=days.days)
    last = max((q.until for q in course.questions if q.until is not None), default=START)
    assert course.questioned(last) == frozenset()


DIGEST = pact_of("kr-jp-a").digest
wild_members = st.fixed_dictionaries(
    {},
    optional={
        "text": st.sampled_from((text_of("kr-jp-a"), "no text at all", 4)),
        "digest": st.sampled_from((DIGEST, "0" * 64, None)),
        "answers": st.sampled_from((DIGEST, "0" * 64)),
        "notice": st.integers(min_value=0, max_value=20),
        "subject": st.sampled_from(({"digest": DIGEST}, {"digest": 4}, {}, "nothing")),
        "paragraph": st.sampled_from(("4.1", "99.9", 4)),
        "officer": st.sampled_from(("kr/envoy", "jp/envoy", 4)),
        "may": st.just(["sign"]),
        "keys": st.just([{"alg": "ed25519", "public": "00" * 32}]),
        "key": st.just("0" * 64),
    },
)
wild = st.lists(
    st.tuples(st.sampled_from(("KR", "JP")), st.sampled_from(sorted(PAYLOADS)), wild_members, st.booleans()),
    max_size=25,
)


@given(begun=st.booleans(), acts=wild)
def test_a_fold_never_stops_at_what_could_not_be_permitted(begun: bool, acts: Any) -> None:
    """Within a cut may lie acts of a faulty peer that were not answered yet."""
    story = Story("kr-jp-a")
    if begun:
        story.begin()
    at = START + timedelta(days=10)
    for author, kind, payload, received in acts:
        if kind in ("agreement.officer.appoint", "agreement.key.rotate") and "keys" not in payload:
            continue
        at += timedelta(days=20)
        said = (
            {**payload, "notice": story.acts[payload["notice"] % len(story.acts)].act_id}
            if story.acts and "notice" in payload
            else payload
        )
        act = story.act(author, kind.removeprefix("agreement."), at.isoformat(), said)
        story.take(act)
        if received:
            story.receipts[act.act_id] = at
    status = story.status(at.isoformat())
    assert status.phase in set(Phase)
    assert set(status.halves) <= {act.act_id for act in story.acts}


def shape(course: Timeline) -> Any:
    """A timeline without what tells which Party's half came first."""
    return (
        course.versions,
        [(n.giver, n.received, n.effect, n.withdrawn, n.holds) for n in course.notices],
        [(s.by, s.since, s.until) for s in course.suspensions],
        [(q.by, q.paragraph, q.since, q.until) for q in course.questions],
        course.ended_at,
    )


@pytest.mark.parametrize("kind", JOINT)
@given(gap=st.integers(min_value=0, max_value=100), first=st.sampled_from(("KR", "JP")))
def test_the_order_of_two_halves_does_not_matter(kind: str, gap: int, first: str) -> None:
    """Crossing halves, each judged without the other, make the same joint act whichever comes first in the fold."""

    def crossing(order: tuple[str, str]) -> Any:
        story = Story("kr-jp-a")
        story.begin()
        at = START + timedelta(days=30)
        story.must(story.say("KR", "notice.give", at.isoformat(), note="1"))
        story.must(story.say("JP", "clause.question", at.isoformat(), paragraph="4.1", words="w", reading="r"))
        if kind == "force.resume":
            for party in ("KR", "JP"):
                asked = members(story, party, "force.suspend", "4.1", at)
                story.must(story.say(party, "force.suspend", at.isoformat(), **asked))
        when = at + timedelta(hours=gap)
        asked = members(story, "KR", kind, "4.1", when)
        halves = []
        for party in order:
            assert isinstance(story.judge(party, kind, when.isoformat(), **asked), Permit)
            halves.append(story.act(party, kind, when.isoformat(), asked))
        for place, half in enumerate(halves):
            story.take(replace(half, act_id=f"{place}" * 64))
        assert story.status(when.isoformat()).halves == ()
        return shape(life.timeline(story.life, story.receipts.get))

    assert crossing((first, OTHER[first])) == crossing((OTHER[first], first))
