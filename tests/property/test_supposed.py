"""What follows from supposed events is what follows from the same acts in a record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from servanda.act.act import Applied
from servanda.act.kind import With, kinds
from servanda.act.ruling import Permit
from servanda.agreement import duties, life
from servanda.agreement.book import owed_after
from servanda.agreement.life import Status
from servanda.agreement.supposed import Event, Supposed, owed
from tests.unit.agreement.lives import OTHER, Story, moment, pact_of

START = moment("2030-02-01T09:00+09:00")
KINDS = (
    "text.sign",
    "text.withdraw",
    "signature.confirm",
    "completion.notify",
    "notice.give",
    "notice.withdraw",
    "notice.hold",
    "notice.resume",
    "force.suspend",
    "force.resume",
    "termination.agree",
    "clause.question",
    "clause.correct",
)
SELDOM = ("text.withdraw", "termination.agree")
FOUNDED = (("KR", "text.sign"), ("JP", "text.sign"), ("KR", "completion.notify"), ("JP", "completion.notify"))

pacts = st.sampled_from(("kr-jp-a", "kr-jp-b"))
told = st.lists(
    st.tuples(
        st.sampled_from(("KR", "JP")),
        st.sampled_from([kind for kind in KINDS for _ in range(1 if kind in SELDOM else 4)]),
        st.integers(min_value=1, max_value=200 * 24),
        st.sampled_from(("4.1", "10.2", "99.9")),
    ),
    max_size=14,
)


def events_of(drawn: list[tuple[str, str, int, str]], *, founded: bool) -> list[Event]:
    """Events in the order of their moments, in most cases after both have signed and notified."""
    at, events = START, list[Event]()
    for party, kind in FOUNDED if founded else ():
        events.append(Event(kind=kind, party=party, at=at))
    for party, kind, hours, paragraph in drawn:
        at += timedelta(hours=hours)
        events.append(Event(kind=kind, party=party, at=at, paragraph=paragraph))
    return events


def payload(story: Story, event: Event, digest: str) -> dict[str, Any]:
    """The members with which an officer would say it."""
    notices = life.timeline(story.life, story.receipts.get).notices
    own = [notice.act_id for notice in notices if notice.giver == event.party]
    match event.kind:
        case "notice.give":
            return {"note": "1"}
        case "notice.withdraw":
            return {"notice": own[-1] if own else "0" * 64}
        case "notice.hold" | "notice.resume":
            return {"notice": notices[-1].act_id if notices else "0" * 64}
        case "force.suspend" | "force.resume":
            return {"subject": {"digest": digest}} if story.agreement == "kr-jp-a" else {}
        case "termination.agree":
            return {"subject": {"digest": digest}}
        case "clause.question" | "clause.correct":
            return {"paragraph": event.paragraph, "digest": digest, "words": "w", "reading": "r"}
    return {"digest": digest, "note": "1", "date": "2030-02-01"}


def stands(status: Status) -> tuple[object, ...]:
    version = status.version
    return (
        status.phase,
        status.effect,
        status.in_force_from,
        status.ended_at,
        status.questioned,
        None if version is None else version.digest,
        len(status.notices),
        {digest: sorted(parties) for digest, parties in status.signed_by.items()},
    )


@given(agreement=pacts, drawn=told, founded=st.integers(min_value=0, max_value=9), after=st.integers(0, 900))
def test_supposed_events_fold_as_acts_of_a_record_do(agreement: str, drawn: Any, founded: int, after: int) -> None:
    events = events_of(drawn, founded=founded > 1)
    if not events:
        return
    supposed = Supposed(text=pact_of(agreement), initialled=("x",))
    course = supposed.course(events)

    story = Story(agreement)
    digest = story.table()
    story.agree(digest)
    refused, acts = dict[int, tuple[str, ...]](), dict[str, int]()
    for number, event in enumerate(events):
        at = event.at.isoformat(timespec="minutes")
        ruling = story.say(event.party, event.kind, at, **payload(story, event, digest))
        if isinstance(ruling, Permit):
            acts[story.last()] = number
        else:
            refused[number] = ruling.cites

    last = events[-1].at
    recorded = life.status(story.life, last, story.receipts.get)
    assert {number: ruling.cites for number, ruling in course.refused.items()} == refused
    assert course.halves == tuple(acts[act] for act in acts if act in recorded.halves)
    assert stands(course.status) == stands(recorded)
    later = last + timedelta(days=after)
    assert stands(supposed.status(later)) == stands(life.status(story.life, later, story.receipts.get))


def facts_that_start(agreement: str, kind: str, *, starts: bool) -> dict[str, Any]:
    """The facts that the clauses ask after a kind, as the first of them wants them or not."""
    asked = [test for clause in owed_after(pact_of(agreement)).get(kind, ()) for test in clause.when]
    return {test.fact: (test.truth if hasattr(test, "truth") else test.words[0]) if starts else None for test in asked}


@given(
    agreement=pacts,
    author=st.sampled_from(("KR", "JP")),
    at=st.datetimes(min_value=START.replace(year=2031, tzinfo=None), max_value=START.replace(year=2060, tzinfo=None)),
    starts=st.booleans(),
)
def test_what_would_be_owed_is_owed_once_the_act_is_recorded(
    agreement: str, author: str, at: Any, starts: bool
) -> None:
    """After every act that starts a duty, the other Party having it at once."""
    text, story = pact_of(agreement), Story(agreement)
    story.begin()
    when = at.replace(second=0, microsecond=0, tzinfo=text.zone)
    for kind in owed_after(text):
        if kinds()[kind].recorded is not With.ACT:
            continue
        facts = facts_that_start(agreement, kind, starts=starts)
        act = Applied(
            act_id="a" * 64,
            kind=kind,
            agreement=agreement,
            digest=text.digest,
            author=author,
            other=OTHER[author],
            officers=(),
            causes=(),
            payload={},
            recorded_at=when,
            rank=1,
            log="log",
            index=1,
            facts=(facts,),
        )
        book = duties.fold(duties.empty(agreement), act, text)
        status = life.status(story.life, when, story.receipts.get)
        recorded = duties.duties(book, when, {act.act_id: when}.get, status)
        supposed = owed(text, kind, when, author=author, facts=facts)
        assert sorted((duty.paragraph, duty.debtor, duty.does, duty.due_at) for duty in supposed) == sorted(
            (duty.paragraph, duty.debtor, duty.does, duty.due_at) for duty in recorded if duty.after == kind
        )
        assert bool(supposed) is (starts or not facts)


@given(agreement=pacts, drawn=told, cut=st.integers(min_value=1, max_value=18), after=st.integers(-400, 900))
def test_what_was_known_after_some_events_is_what_they_alone_would_tell(
    agreement: str, drawn: Any, cut: int, after: int
) -> None:
    events = events_of(drawn, founded=True)
    known = events[:cut]
    whole, alone = (Supposed(text=pact_of(agreement), initialled=("x",)) for _ in range(2))
    whole.course(events)
    alone.course(known)
    at = known[-1].at + timedelta(days=after)
    assert stands(whole.status(at, knowing=len(known))) == stands(alone.status(at))
    assert stands(whole.status(at, knowing=0)) == stands(life.status(life.new(agreement), at, {}.get))
