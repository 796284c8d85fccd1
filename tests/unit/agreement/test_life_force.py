"""Force: notices, holds, suspensions, the end, questions, corrections, registration."""

from __future__ import annotations

from typing import Any

import pytest

from servanda.act.ruling import Ground, Permit, Refusal
from servanda.agreement.life import Rule
from tests.unit.agreement.lives import Story, edited, moment, text_of
from tests.wordings import loaded

HOLD = "```clause\nlasts:\n  notice_withdrawal: until_effect\n  notice_hold: joint\n  hold_resumes_with: 30 days\n```\n"
SUSPENDS = (
    "```clause\nlasts:\n  suspends: joint\n  suspendable: [intelligence.report.request, intelligence.report.share, "
    "intelligence.report.amend]\n```\n"
)
SILENT_ON_NOTICE = edited("kr-jp-a", ("  notice: 90 days\n", ""), (HOLD, ""))
ONE_TERM = edited("kr-jp-b", ("  extends: 10 years\n", ""))


def refused(cite: str) -> Refusal:
    return Refusal(ground=Ground.FORBIDDEN, cites=(cite,))


def permitted(rule: Rule) -> Permit:
    return Permit(cites=(rule.value,))


def begun(agreement: str = "kr-jp-a", text: str | None = None) -> tuple[Story, str]:
    story = Story(agreement)
    return story, story.begin(text)


def given(by: str = "JP", at: str = "2030-10-01T09:00+09:00", **members: Any) -> tuple[Story, str]:
    story, _ = begun()
    story.must(story.say(by, "notice.give", at, note="1", **members))
    return story, story.last()


FORCE_KINDS: list[tuple[str, dict[str, Any]]] = [
    ("notice.give", {"note": "1"}),
    ("notice.withdraw", {"notice": "a" * 64}),
    ("notice.hold", {"notice": "a" * 64}),
    ("notice.resume", {"notice": "a" * 64}),
    ("force.suspend", {"subject": {"digest": "d" * 64}}),
    ("force.resume", {}),
    ("termination.agree", {"subject": {"digest": "d" * 64}}),
    ("clause.question", {"paragraph": "4.1", "words": "w", "reading": "r"}),
    ("clause.correct", {"paragraph": "4.1", "digest": "d" * 64}),
]


@pytest.mark.parametrize(("kind", "members"), FORCE_KINDS)
def test_before_any_text_a_rule_refuses_what_needs_force(kind: str, members: dict[str, Any]) -> None:
    assert Story().say("KR", kind, **members) == refused(Rule.FORCE)


@pytest.mark.parametrize(("kind", "members"), [*FORCE_KINDS, ("registration.lodge", {"date": "2030-01-05"})])
def test_before_force_the_paragraph_of_its_start_refuses(kind: str, members: dict[str, Any]) -> None:
    story = Story()
    story.table()
    assert story.say("KR", kind, **members) == refused("16.1")


@pytest.mark.parametrize(("kind", "members"), FORCE_KINDS)
def test_after_the_end_the_paragraph_of_what_survives_refuses(kind: str, members: dict[str, Any]) -> None:
    story, _ = given()
    assert story.status("2031-02-01T00:00+09:00").phase == "ended"
    assert story.say("KR", kind, "2031-02-01T00:00+09:00", **members) == refused("16.5")


# Notice


@pytest.mark.parametrize(
    ("received", "effect"),
    [
        ("2030-11-03T00:00+09:00", "2031-02-01T00:00+09:00"),
        ("2030-11-03T00:01+09:00", "2032-02-01T00:00+09:00"),
    ],
)
def test_the_minute_of_receipt_decides_the_year(received: str, effect: str) -> None:
    story, _ = given(at="2030-11-01T09:00+09:00", received=received)
    assert story.status(received).effect == moment(effect)


def test_a_notice_that_was_not_received_does_not_run() -> None:
    story, notice = given(received=None)
    status = story.status("2031-01-01T00:00+09:00")
    assert (status.phase, status.effect, status.ended_at) == ("in_force", None, None)
    assert story.say("JP", "notice.give", "2030-10-02T09:00+09:00", note="2") == refused("16.2")
    story.receipts[notice] = moment("2030-10-05T09:00+09:00")
    assert story.status("2030-10-05T08:59+09:00").phase == "in_force"
    assert story.status("2030-10-05T09:00+09:00").phase == "notice"


def test_a_party_gives_notice_once_at_a_time() -> None:
    story, notice = given()
    assert story.say("JP", "notice.give", "2030-10-02T09:00+09:00", note="2") == refused("16.2")
    assert story.say("KR", "notice.give", "2030-10-02T09:00+09:00", note="2") == permitted(Rule.NOTICE)
    story.must(story.say("JP", "notice.withdraw", "2030-10-03T09:00+09:00", notice=notice))
    assert story.say("JP", "notice.give", "2030-10-04T09:00+09:00", note="3") == permitted(Rule.NOTICE)


def test_a_notice_is_withdrawn_by_its_giver_until_its_effect() -> None:
    story, notice = given()
    assert story.say("KR", "notice.withdraw", "2030-12-01T09:00+09:00", notice=notice) == refused("16.3")
    assert story.say("JP", "notice.withdraw", "2030-12-01T09:00+09:00", notice="0" * 64) == refused("16.3")
    assert story.say("JP", "notice.withdraw", "2031-02-01T00:00+09:00", notice=notice) == refused("16.5")
    assert story.say("JP", "notice.withdraw", "2031-01-31T23:59+09:00", notice=notice) == permitted(Rule.REVOCABLE)
    status = story.status("2031-02-01T00:00+09:00")
    assert (status.phase, status.effect, status.ended_at) == ("in_force", None, None)
    assert story.status("2031-01-31T23:58+09:00").phase == "notice"


def test_the_earliest_of_two_notices_ends_the_agreement() -> None:
    story, _ = given("KR", "2030-10-01T09:00+09:00")
    story.must(story.say("JP", "notice.give", "2030-12-01T09:00+09:00", note="1"))
    status = story.status("2030-12-01T09:00+09:00")
    assert status.effect == moment("2032-02-01T00:00+09:00")
    assert status.ended_at == moment("2031-02-01T00:00+09:00")


def test_a_text_silent_on_notice_is_left_with_twelve_months() -> None:
    story, _ = begun(text=SILENT_ON_NOTICE)
    assert story.say("JP", "notice.give", "2030-02-01T12:00+09:00", note="1") == permitted(Rule.NOTICE)
    assert story.status("2030-03-01T00:00+09:00").effect == moment("2032-02-01T00:00+09:00")
    notice = story.last()
    assert story.say("KR", "notice.hold", "2030-03-01T00:00+09:00", notice=notice) == refused(Rule.HOLD)
    assert story.say("JP", "notice.withdraw", "2030-03-01T00:00+09:00", notice=notice) == permitted(Rule.REVOCABLE)
    assert story.say("JP", "notice.withdraw", "2030-03-02T00:00+09:00", notice=notice) == refused(Rule.REVOCABLE)


def test_a_term_that_is_not_extended_ends_the_agreement() -> None:
    story, _ = begun("kr-jp-b", ONE_TERM)
    assert story.status("2040-03-02T23:59+09:00").phase == "in_force"
    assert story.status("2040-03-03T00:00+09:00").phase == "ended"


# Hold


def test_a_notice_is_held_by_both_and_the_agreement_goes_on() -> None:
    story, notice = given()
    assert story.say("JP", "notice.hold", "2031-01-15T09:00+09:00", notice=notice) == permitted(Rule.HOLD)
    half = story.last()
    assert (story.status("2031-01-15T09:00+09:00").phase, story.status("2031-01-15T09:00+09:00").halves) == (
        "notice",
        (half,),
    )
    assert story.say("JP", "notice.hold", "2031-01-16T09:00+09:00", notice=notice) == refused(Rule.HALF)
    assert story.say("KR", "notice.hold", "2031-01-20T09:00+09:00", notice=notice) == permitted(Rule.HOLD)
    assert story.status("2031-01-20T08:59+09:00").phase == "notice"
    status = story.status("2031-02-01T00:00+09:00")
    assert (status.phase, status.effect, status.ended_at, status.halves) == ("held", None, None, ())
    assert story.say("KR", "notice.hold", "2031-02-02T09:00+09:00", notice=notice) == refused("16.3")


def held() -> tuple[Story, str]:
    story, notice = given()
    for party in ("JP", "KR"):
        story.must(story.say(party, "notice.hold", "2031-01-15T09:00+09:00", notice=notice))
    return story, notice


@pytest.mark.parametrize(
    ("received", "effect"),
    [
        ("2031-01-16T09:00+09:00", "2031-02-15T09:00+09:00"),
        ("2031-08-01T10:30+09:00", "2031-08-31T10:30+09:00"),
    ],
)
def test_a_held_notice_taken_up_again_takes_effect_thirty_days_after_receipt(received: str, effect: str) -> None:
    story, notice = held()
    assert story.say("KR", "notice.resume", received, notice=notice) == refused("16.3")
    assert story.say("JP", "notice.resume", received, received=None, notice=notice) == permitted(Rule.HOLD)
    assert story.status(received).phase == "held"
    story.receipts[story.last()] = moment(received)
    assert (story.status(received).phase, story.status(received).effect) == ("notice", moment(effect))
    assert story.status(effect).phase == "ended"


def test_a_notice_taken_up_early_keeps_its_own_effect() -> None:
    story, notice = given(at="2030-10-01T09:00+09:00")
    for party in ("JP", "KR"):
        story.must(story.say(party, "notice.hold", "2030-10-02T09:00+09:00", notice=notice))
    story.must(story.say("JP", "notice.resume", "2030-10-03T09:00+09:00", notice=notice))
    assert story.status("2030-10-03T09:00+09:00").effect == moment("2031-02-01T00:00+09:00")
    for party in ("JP", "KR"):
        story.must(story.say(party, "notice.hold", "2030-10-04T09:00+09:00", notice=notice))
    assert story.status("2030-10-04T09:00+09:00").phase == "held"


def test_a_held_notice_may_still_be_withdrawn() -> None:
    story, notice = held()
    assert story.say("JP", "notice.withdraw", "2031-06-01T09:00+09:00", notice=notice) == permitted(Rule.REVOCABLE)
    assert story.status("2031-06-01T09:00+09:00").phase == "in_force"
    assert story.status("2031-05-31T09:00+09:00").phase == "held"


def test_the_second_pact_knows_no_hold() -> None:
    story, _ = begun("kr-jp-b")
    story.must(story.say("KR", "notice.give", "2039-06-01T09:00+09:00", note="1"))
    assert story.say("KR", "notice.hold", "2039-06-02T09:00+09:00", notice=story.last()) == refused("13.2")
    assert story.say("KR", "notice.resume", "2039-06-02T09:00+09:00", notice=story.last()) == refused("13.2")


# Suspension


def test_what_only_both_may_suspend_waits_for_both() -> None:
    story, digest = begun()
    subject = {"digest": digest}
    assert story.say("JP", "force.suspend", "2030-05-01T09:00+09:00") == refused(Rule.SUSPEND)
    assert story.say("JP", "force.suspend", "2030-05-01T09:00+09:00", subject={"digest": "0" * 64}) == refused(
        Rule.SUSPEND
    )
    assert story.say("JP", "force.suspend", "2030-05-01T09:00+09:00", subject=subject) == permitted(Rule.SUSPEND)
    assert story.status("2030-05-02T09:00+09:00").phase == "in_force"
    assert story.say("JP", "force.suspend", "2030-05-01T10:00+09:00", subject=subject) == refused(Rule.HALF)
    assert story.say("KR", "force.suspend", "2030-05-03T09:00+09:00", subject=subject) == permitted(Rule.SUSPEND)
    assert story.status("2030-05-03T08:59+09:00").phase == "in_force"
    assert story.status("2030-05-03T09:00+09:00").phase == "suspended"
    assert story.say("KR", "force.suspend", "2030-05-04T09:00+09:00", subject=subject) == refused("16.4")
    assert story.say("KR", "force.resume", "2030-05-05T09:00+09:00") == refused(Rule.SUSPEND)
    story.must(story.say("KR", "force.resume", "2030-05-05T09:00+09:00", subject=subject))
    assert story.status("2030-05-05T09:00+09:00").phase == "suspended"
    story.must(story.say("JP", "force.resume", "2030-05-06T09:00+09:00", subject=subject))
    assert story.status("2030-05-06T09:00+09:00").phase == "in_force"
    assert story.say("JP", "force.resume", "2030-05-07T09:00+09:00", subject=subject) == refused("16.4")


def test_one_party_stops_alone_from_seven_days_after_receipt_and_lifts_its_own_stop_at_once() -> None:
    story, digest = begun("kr-jp-b")
    at = "2030-05-01T09:00+09:00"
    assert story.say("JP", "force.suspend", at, subject={"digest": digest}) == refused(Rule.SUSPEND)
    assert story.say("JP", "force.suspend", at, received="2030-05-02T12:00+09:00") == permitted(Rule.SUSPEND)
    stop = story.last()
    assert story.status("2030-05-09T11:59+09:00").phase == "in_force"
    assert story.status("2030-05-09T12:00+09:00").phase == "suspended"
    assert story.say("JP", "force.suspend", "2030-05-10T09:00+09:00") == refused("13.3")
    assert story.say("KR", "force.resume", "2030-05-10T09:00+09:00") == refused("13.3")
    assert story.say("KR", "force.suspend", "2030-05-10T09:00+09:00") == permitted(Rule.SUSPEND)
    assert story.say("JP", "force.resume", "2030-05-11T09:00+09:00", suspension="0" * 64) == refused(Rule.SUSPEND)
    assert story.say("JP", "force.resume", "2030-05-11T09:00+09:00", suspension=stop) == permitted(Rule.SUSPEND)
    assert story.status("2030-05-11T09:00+09:00").phase == "in_force"
    assert story.status("2030-05-17T09:00+09:00").phase == "suspended"


def test_a_stop_lifted_before_it_begins_never_begins() -> None:
    story, _ = begun("kr-jp-b")
    story.must(story.say("JP", "force.suspend", "2030-05-01T09:00+09:00", received=None))
    stop = story.last()
    story.must(story.say("JP", "force.resume", "2030-05-02T09:00+09:00"))
    story.receipts[stop] = moment("2030-05-03T09:00+09:00")
    assert story.status("2030-06-01T09:00+09:00").phase == "in_force"


def test_a_text_that_knows_no_suspension_suspends_nothing() -> None:
    story, digest = begun(text=edited("kr-jp-a", (SUSPENDS, "")))
    assert story.say("JP", "force.suspend", "2030-05-01T09:00+09:00", subject={"digest": digest}) == refused(
        Rule.SUSPEND
    )
    assert story.say("JP", "force.resume", "2030-05-01T09:00+09:00", subject={"digest": digest}) == refused(
        Rule.SUSPEND
    )


def test_a_notice_given_while_suspended_lifts_nothing() -> None:
    story, _ = begun("kr-jp-b")
    story.must(story.say("JP", "force.suspend", "2039-01-10T12:00+09:00"))
    story.must(story.say("KR", "notice.give", "2039-06-01T09:00+09:00", note="1"))
    assert story.status("2039-06-02T00:00+09:00").phase == "suspended"
    assert story.status("2040-03-03T00:00+09:00").phase == "ended"


# The end by both


def test_both_end_the_agreement_at_the_later_half() -> None:
    story, digest = begun()
    at = "2030-05-01T09:00+09:00"
    assert story.say("KR", "termination.agree", at, subject={"digest": "0" * 64}) == refused(Rule.TERMINATE)
    assert story.say("KR", "termination.agree", at, subject={"digest": digest}) == permitted(Rule.TERMINATE)
    assert story.say("KR", "termination.agree", at, subject={"digest": digest}) == refused(Rule.HALF)
    assert story.status(at).ended_at is None
    story.must(story.say("JP", "termination.agree", "2030-05-04T09:00+09:00", subject={"digest": digest}))
    assert story.status("2030-05-04T08:59+09:00").phase == "in_force"
    status = story.status("2030-05-04T09:00+09:00")
    assert (status.phase, status.instrument is not None) == ("ended", True)


# Questions and corrections


def asked(paragraph: str = "10.2", **members: Any) -> tuple[Story, str]:
    story, digest = begun()
    story.must(
        story.say(
            "JP", "clause.question", "2030-04-01T08:00+09:00", paragraph=paragraph, words="w", reading="r", **members
        )
    )
    return story, digest


def test_a_question_runs_from_receipt_and_runs_out() -> None:
    story, _ = asked(received="2030-04-03T10:00+09:00")
    assert story.status("2030-04-03T09:59+09:00").questioned == frozenset()
    assert story.status("2030-04-03T10:00+09:00").questioned == frozenset({"10.2"})
    assert story.status("2030-05-03T09:59+09:00").questioned == frozenset({"10.2"})
    assert story.status("2030-05-03T10:00+09:00").questioned == frozenset()


def test_a_question_names_a_paragraph_of_the_text() -> None:
    story, _ = begun()
    members = {"words": "w", "reading": "r"}
    assert story.say("JP", "clause.question", "2030-04-01T08:00+09:00", paragraph="99.1", **members) == refused(
        Rule.QUESTION
    )


def test_a_party_questions_a_paragraph_once_in_a_term() -> None:
    story, _ = asked()
    members = {"paragraph": "10.2", "words": "w", "reading": "r"}
    assert story.say("JP", "clause.question", "2031-01-31T23:59+09:00", **members) == refused("16.8")
    assert story.say("KR", "clause.question", "2030-04-02T08:00+09:00", **members) == permitted(Rule.QUESTION)
    assert story.say("JP", "clause.question", "2031-02-01T00:00+09:00", **members) == permitted(Rule.QUESTION)


def test_where_a_text_sets_no_term_a_question_waits_for_its_own_end() -> None:
    story, _ = begun(text=edited("kr-jp-a", ("  questioned_again: next_term\n", "")))
    members = {"paragraph": "10.2", "words": "w", "reading": "r"}
    story.must(story.say("JP", "clause.question", "2030-04-01T08:00+09:00", **members))
    assert story.say("JP", "clause.question", "2030-05-01T07:59+09:00", **members) == refused("16.8")
    assert story.say("JP", "clause.question", "2030-05-01T08:00+09:00", **members) == permitted(Rule.QUESTION)


def test_what_was_never_questioned_is_not_corrected() -> None:
    story, digest = asked()
    assert story.say("JP", "clause.correct", "2030-04-02T08:00+09:00", paragraph="6.1", digest=digest) == refused(
        "16.8"
    )


def test_naming_the_text_in_force_lets_the_clause_stand() -> None:
    story, digest = asked()
    at = "2030-04-02T08:00+09:00"
    assert story.say("JP", "clause.correct", at, paragraph="10.2", digest=digest) == permitted(Rule.CORRECT)
    assert story.say("JP", "clause.correct", at, paragraph="10.2", digest=digest) == refused(Rule.HALF)
    assert story.status(at).questioned == frozenset({"10.2"})
    story.must(story.say("KR", "clause.correct", "2030-04-03T08:00+09:00", paragraph="10.2", digest=digest))
    status = story.status("2030-04-03T08:00+09:00")
    assert (status.questioned, len(status.versions)) == (frozenset(), 1)
    assert story.status("2030-04-03T07:59+09:00").questioned == frozenset({"10.2"})


def test_halves_that_correct_two_paragraphs_do_not_meet() -> None:
    story, digest = asked()
    at = "2030-04-02T08:00+09:00"
    story.must(story.say("JP", "clause.question", at, paragraph="6.1", words="w", reading="r"))
    story.must(story.say("JP", "clause.correct", at, paragraph="10.2", digest=digest))
    story.must(story.say("KR", "clause.correct", at, paragraph="6.1", digest=digest))
    assert story.status(at).questioned == frozenset({"10.2", "6.1"})


CORRECTED = edited(
    "kr-jp-a",
    (
        "  kinds: [rescue.asset.offer, rescue.plan.propose, rescue.search.report]\n",
        "  kinds: [rescue.asset.offer, rescue.plan.propose]\n",
    ),
)


@pytest.mark.parametrize(
    "text",
    [
        edited("kr-jp-a", ("within 15 minutes", "within 10 minutes")),
        edited("kr-jp-a", ("  within: 15 minutes", "  within: 10 minutes")),
    ],
)
def test_a_correction_changes_the_clauses_of_its_paragraph_and_nothing_else(text: str) -> None:
    story, digest = asked()
    other = story.table(text, base=digest, at="2030-04-02T08:00+09:00")
    at = "2030-04-02T09:00+09:00"
    assert story.say("JP", "clause.correct", at, paragraph="10.2", digest=other) == refused(Rule.CORRECT)
    assert story.say("JP", "clause.correct", at, paragraph="10.2", digest="0" * 64) == refused(Rule.CORRECT)


def test_a_correction_by_both_is_the_text_in_force_from_the_later_half() -> None:
    story, digest = asked()
    corrected = story.table(CORRECTED, base=digest, at="2030-04-02T08:00+09:00")
    for party, at in (("JP", "2030-04-02T09:00+09:00"), ("KR", "2030-04-05T09:00+09:00")):
        story.must(story.say(party, "clause.correct", at, paragraph="10.2", digest=corrected))
    before, after = story.status("2030-04-05T08:59+09:00"), story.status("2030-04-05T09:00+09:00")
    assert (before.instrument, after.instrument) == (
        loaded(text_of("kr-jp-a"), "kr-jp-a"),
        loaded(CORRECTED, "kr-jp-a"),
    )
    assert after.questioned == frozenset()
    assert [version.corrects for version in after.versions] == [False, True]
    assert after.in_force_from == moment("2030-02-01T00:00+09:00")


# Registration


def test_an_agreement_is_lodged_once_its_force_has_begun_even_after_its_end() -> None:
    story, _ = given()
    assert story.say("KR", "registration.lodge", "2030-02-05T09:00+09:00", date="2030-02-05") == permitted(
        Rule.REGISTER
    )
    assert story.say("JP", "registration.lodge", "2031-02-05T09:00+09:00", date="2031-02-05") == permitted(
        Rule.REGISTER
    )
    assert len(story.status("2031-02-05T09:00+09:00").lodged) == 2


APRIL = "2030-04-01T09:00+09:00"


def test_a_consultation_is_open_until_both_have_closed_it() -> None:
    story = Story()
    digest = story.begin()
    disputed, other = "a" * 64, "b" * 64
    for about in (disputed, disputed, other):
        story.take(story.act("JP", "consultation.open", "2030-03-01T09:00+09:00", {"about": about}))
    story.take(story.act("KR", "consultation.open", "2030-03-01T10:00+09:00", {}))
    matter = story.last()
    opened = [act.act_id for act in story.acts if act.kind == "agreement.consultation.open"]
    assert story.status(APRIL).consultations == tuple(opened)

    for party, outcome in (("KR", "void"), ("KR", "void"), ("JP", "stands")):
        story.take(story.act(party, "consultation.close", APRIL, {"subject": {"act": disputed, "outcome": outcome}}))
    assert story.status(APRIL).consultations == tuple(opened)

    story.take(story.act("JP", "consultation.close", APRIL, {"subject": {"act": disputed, "outcome": "void"}}))
    assert story.status(APRIL).consultations == tuple(opened[2:])
    for party in ("KR", "JP"):
        story.take(story.act(party, "consultation.close", APRIL, {"subject": {"act": matter, "outcome": "stands"}}))
    assert (story.status(APRIL).consultations, story.status(APRIL).halves) == ((opened[2],), (story.acts[-4].act_id,))
    assert story.status(APRIL).instrument.digest == digest
