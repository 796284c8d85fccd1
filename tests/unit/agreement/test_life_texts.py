"""Texts and consent: who may table, initial, sign and notify, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from servanda.act.kind import JudgedBy, kinds
from servanda.act.ruling import Ground, Permit, Refusal, Ruling
from servanda.agreement import life
from servanda.agreement.life import SAYS, Rule
from servanda.agreement.rules import Rule as Numbered
from tests.unit.agreement.lives import DAWN, ROOT, Story, edited, moment, pact_of, text_of
from tests.wordings import loaded

VERSION_2 = edited("kr-jp-a", ("version: 1", "version: 2"), ("within 15 minutes", "within 10 minutes"))
VERSION_3 = edited("kr-jp-a", ("version: 1", "version: 3"), ("within 15 minutes", "within 5 minutes"))
DIGEST_2 = loaded(VERSION_2, "kr-jp-a").digest


def refused(rule: Rule) -> Refusal:
    return Refusal(ground=Ground.FORBIDDEN, cites=(rule.value,))


def permitted(rule: Rule) -> Permit:
    return Permit(cites=(rule.value,))


def initialled() -> tuple[Story, str]:
    story = Story()
    digest = story.table()
    story.agree(digest)
    return story, digest


def signed() -> tuple[Story, str]:
    story, digest = initialled()
    story.sign(digest)
    return story, digest


def in_force() -> tuple[Story, str]:
    story = Story()
    return story, story.begin()


def ended() -> tuple[Story, str]:
    story, digest = in_force()
    for party in ("KR", "JP"):
        story.must(story.say(party, "termination.agree", "2030-05-01T09:00+09:00", subject={"digest": digest}))
    return story, digest


def test_every_kind_of_the_life_cycle_has_a_guard_and_no_other_kind_has() -> None:
    judged = {name for name, kind in kinds().items() if kind.judged_by is JudgedBy.LIFE}
    story = Story()
    silent = Refusal(ground=Ground.SILENT)
    empty: dict[str, Any] = {"subject": {}}
    spoken = {
        name
        for name, kind in kinds().items()
        if kind.domain == "agreement"
        and story.judge("KR", name.removeprefix("agreement."), role="other", **empty) != silent
    }
    assert spoken == judged


def test_the_rules_of_the_specification_are_those_of_the_code() -> None:
    page = (ROOT / "spec" / "judging.md").read_text(encoding="utf-8")
    written = [line for line in page.splitlines() if line.startswith("| life.")]
    assert written == [f"| {rule.value} | {SAYS[rule]} |" for rule in Numbered]
    assert [rule.value for rule in Numbered] == [f"life.{number}" for number in range(1, len(SAYS) + 1)]


@pytest.mark.parametrize("role", ["other", "information_officer", "joint_staff"])
def test_only_an_envoy_acts_in_the_life_of_an_agreement(role: str) -> None:
    assert Story().say("KR", "text.table", role=role, text=text_of("kr-jp-a")) == refused(Rule.ENVOY)


# Tabling


@pytest.mark.parametrize(
    ("text", "members", "rule"),
    [
        ("no text at all", {}, Rule.READS),
        (edited("kr-jp-a", ("  when: {route: [relay_other]}", "  when: {route: [relay_others]}")), {}, Rule.READS),
        (text_of("kr-jp-a"), {"digest": "0" * 64}, Rule.READS),
        (text_of("kr-jp-b"), {}, Rule.SAME),
        (
            edited(
                "kr-jp-a",
                ("  JP: Japan\n", "  CN: China\n"),
                ("  J: {waters_of: JP", "  J: {waters_of: CN"),
                ("  O: {waters_of: JP", "  O: {waters_of: CN"),
            ),
            {},
            Rule.SAME,
        ),
        (edited("kr-jp-a", ("status: exercise  ", "status: draft  ")), {}, Rule.SAME),
        (text_of("kr-jp-a"), {"base": "0" * 64}, Rule.BASE),
    ],
)
def test_a_text_that_does_not_belong_on_the_table_is_refused(text: str, members: dict[str, Any], rule: Rule) -> None:
    story = Story()
    assert story.say("KR", "text.table", text=text, **members) == refused(rule)
    assert story.life == life.new("kr-jp-a")


def test_a_real_node_takes_no_exercise_text() -> None:
    assert Story().say("KR", "text.table", exercise=False, text=text_of("kr-jp-a")) == refused(Rule.SAME)
    real = edited("kr-jp-a", ("status: exercise  ", "status: draft  "))
    assert Story().say("KR", "text.table", exercise=False, text=real) == permitted(Rule.TABLE)


def test_a_text_is_tabled_under_its_digest_and_is_then_the_newest() -> None:
    story = Story()
    pact = pact_of("kr-jp-a")
    assert story.say("KR", "text.table", text=text_of("kr-jp-a"), digest=pact.digest) == permitted(Rule.TABLE)
    status = story.status(DAWN)
    assert (status.phase, status.tabled, status.instrument, status.halves) == ("not_in_force", pact, None, ())
    assert life.instrument(story.life, pact.digest) == pact
    assert life.instrument(story.life, "0" * 64) is None


def test_a_text_lies_on_the_table_once() -> None:
    story = Story()
    story.table()
    assert story.say("JP", "text.table", text=text_of("kr-jp-a")) == refused(Rule.TABLE)


def test_a_counter_answers_a_text_of_the_other_party_on_the_same_base() -> None:
    story = Story()
    digest = story.table()
    counter = edited("kr-jp-a", ("within 15 minutes", "within 20 minutes"))
    assert story.say("JP", "text.counter", text=counter, answers="0" * 64) == refused(Rule.ANSWER)
    assert story.say("KR", "text.counter", text=counter, answers=digest) == refused(Rule.ANSWER)
    assert story.say("JP", "text.counter", text=counter, answers=digest) == permitted(Rule.ANSWER)
    newest = story.status(DAWN).tabled
    assert newest is not None
    assert newest.digest == loaded(counter, "kr-jp-a").digest


# Talks


def test_talks_are_proposed_answered_and_minuted_by_both() -> None:
    story = Story()
    story.must(
        story.say("KR", "meeting.propose", opens="2016-11-01", place="Tokyo", agenda=["scope"], attends=["kr/e"])
    )
    proposal = story.last()
    assert story.say("KR", "meeting.answer", proposal=proposal, accepts=True) == refused(Rule.TALKS)
    assert story.say("JP", "meeting.answer", proposal="0" * 64, accepts=True) == refused(Rule.TALKS)
    assert story.say("JP", "meeting.answer", proposal=proposal, accepts=True) == permitted(Rule.TALKS)
    subject = {"proposal": proposal, "held": "2016-11-01", "settled": ["1.1"], "open": ["4.2"]}
    assert story.say("JP", "meeting.minute", subject={**subject, "proposal": "0" * 64}) == refused(Rule.TALKS)
    assert story.say("JP", "meeting.minute", subject=subject) == permitted(Rule.TALKS)
    half = story.last()
    assert story.status(DAWN).halves == (half,)
    assert story.say("JP", "meeting.minute", subject=subject) == refused(Rule.HALF)
    assert story.say("KR", "meeting.minute", subject=subject) == permitted(Rule.TALKS)
    assert story.status(DAWN).halves == ()


# Initialling and withdrawing


def test_a_text_that_is_not_on_the_table_is_not_initialled() -> None:
    assert Story().say("KR", "text.initial", digest="0" * 64) == refused(Rule.INITIAL)


def test_one_initial_is_a_half_and_is_not_given_twice() -> None:
    story = Story()
    digest = story.table()
    assert story.say("JP", "text.initial", digest=digest) == permitted(Rule.INITIAL)
    status = story.status(DAWN)
    assert (status.initialled, status.halves) == ((), (story.last(),))
    assert story.say("JP", "text.initial", digest=digest) == refused(Rule.INITIAL)
    assert story.say("KR", "text.initial", digest=digest) == permitted(Rule.INITIAL)
    status = story.status(DAWN)
    assert (status.initialled, status.halves) == ((digest,), ())


@pytest.mark.parametrize("kind", ["text.initial", "text.sign", "completion.notify"])
def test_a_domain_that_another_agreement_in_force_governs_is_left_to_it(kind: str) -> None:
    story = Story()
    digest = story.table()
    if kind != "text.initial":
        story.agree(digest)
    if kind == "completion.notify":
        story.sign(digest)
    elsewhere = frozenset({"rescue"})
    members = {"digest": digest, "note": "1", "date": "2030-01-01"}
    assert story.say("KR", kind, elsewhere=elsewhere, **members) == refused(Rule.ONE_DOMAIN)
    assert isinstance(story.say("KR", kind, elsewhere=frozenset({"logistics"}), **members), Permit)


def test_a_text_is_called_off_before_anybody_has_signed() -> None:
    story = Story()
    digest = story.table()
    assert story.say("JP", "text.withdraw", digest=digest) == refused(Rule.WITHDRAW)
    story.agree(digest)
    assert story.say("JP", "text.withdraw", digest=digest) == permitted(Rule.WITHDRAW)
    assert story.say("KR", "text.sign", digest=digest) == refused(Rule.SIGN)
    assert story.say("KR", "text.withdraw", digest=digest) == refused(Rule.WITHDRAW)
    assert story.status(DAWN).initialled == ()


def test_a_withdrawn_text_comes_back_without_its_initials() -> None:
    story, digest = initialled()
    story.must(story.say("KR", "text.withdraw", digest=digest))
    story.table(author="JP")
    assert story.say("KR", "text.sign", digest=digest) == refused(Rule.SIGN)
    assert story.say("JP", "text.withdraw", digest=digest) == permitted(Rule.WITHDRAW)


def test_a_withdrawal_that_crosses_a_signature_is_taken_in_the_order_of_the_fold() -> None:
    def crossed(first: str, second: str) -> tuple[str, ...]:
        story, digest = initialled()
        for kind, author in ((first, "KR"), (second, "JP")):
            story.take(story.act(author, kind, DAWN, {"digest": digest}))
        return (*story.status(DAWN).signed_by, *(("withdrawn",) if story.life.will.texts[digest].withdrawn else ()))

    digest = pact_of("kr-jp-a").digest
    assert crossed("text.sign", "text.withdraw") == (digest,)
    assert crossed("text.withdraw", "text.sign") == ("withdrawn",)


# Signing


def test_what_both_have_not_initialled_is_not_signed() -> None:
    story = Story()
    digest = story.table()
    story.must(story.say("KR", "text.initial", digest=digest))
    assert story.say("KR", "text.sign", digest=digest) == refused(Rule.SIGN)


def test_a_text_is_signed_in_all_its_authentic_languages_and_once() -> None:
    story, digest = initialled()
    assert story.say("KR", "text.sign", digest=digest, languages=["ko", "en"]) == refused(Rule.SIGN)
    assert story.say("KR", "text.sign", digest=digest, languages=["en", "ja", "ko"]) == permitted(Rule.SIGN)
    status = story.status(DAWN)
    assert (dict(status.signed_by), status.halves) == ({digest: frozenset({"KR"})}, (story.last(),))
    assert story.say("KR", "text.sign", digest=digest) == refused(Rule.SIGN)


def test_what_is_in_signature_is_neither_replaced_nor_taken_away() -> None:
    story, digest = initialled()
    story.must(story.say("KR", "text.sign", digest=digest))
    assert story.say("JP", "text.withdraw", digest=digest) == refused(Rule.IN_SIGNATURE)
    other = edited("kr-jp-a", ("within 15 minutes", "within 20 minutes"))
    assert story.say("JP", "text.table", text=other) == refused(Rule.IN_SIGNATURE)
    assert story.say("JP", "text.counter", text=other, answers=digest) == refused(Rule.IN_SIGNATURE)


def test_a_second_text_is_not_signed_while_one_that_both_signed_waits() -> None:
    story = Story()
    first = story.table()
    other = story.table(edited("kr-jp-a", ("within 15 minutes", "within 20 minutes")), author="JP")
    story.agree(first)
    story.agree(other)
    story.sign(first)
    assert story.say("KR", "text.sign", digest=other) == refused(Rule.SIGN)


def test_a_signature_subject_to_confirmation_counts_once_confirmed() -> None:
    story, digest = initialled()
    story.must(story.say("KR", "text.sign", digest=digest))
    kr = story.last()
    story.must(story.say("JP", "text.sign", digest=digest, ad_referendum=True))
    jp = story.last()
    note = {"digest": digest, "note": "1", "date": "2030-01-01"}
    assert story.status(DAWN).halves == (kr, jp)
    assert story.say("KR", "completion.notify", **note) == refused(Rule.COMPLETION)
    assert story.say("KR", "signature.confirm", digest=digest) == refused(Rule.CONFIRM)
    assert story.say("JP", "signature.confirm", digest="0" * 64) == refused(Rule.CONFIRM)
    assert story.say("JP", "signature.confirm", digest=digest) == permitted(Rule.CONFIRM)
    assert story.status(DAWN).halves == ()
    assert story.say("KR", "completion.notify", **note) == permitted(Rule.COMPLETION)


def test_a_signature_without_powers_shown_is_void_until_confirmed() -> None:
    story = Story()
    digest = story.table()
    for party in ("KR", "JP"):
        story.must(story.say(party, "text.initial", digest=digest))
    for party in ("KR", "JP"):
        story.must(story.say(party, "text.sign", digest=digest))
    powers = {"may": ["initial"], "issued_by": "foreign_minister", "date": "2030-01-01"}
    assert story.say("KR", "powers.show", officer="jp/envoy", **powers) == refused(Rule.POWERS)
    assert story.say("KR", "powers.show", officer="kr/envoy", **powers) == permitted(Rule.POWERS)
    assert story.life.will.texts[digest].full == frozenset()
    story.must(story.say("KR", "signature.confirm", digest=digest))
    story.must(story.say("JP", "signature.confirm", digest=digest))
    assert story.life.will.texts[digest].full == frozenset({"KR", "JP"})


# Force


def test_a_note_before_both_have_signed_is_refused() -> None:
    story, digest = initialled()
    story.must(story.say("KR", "text.sign", digest=digest))
    assert story.say("KR", "completion.notify", digest=digest, note="1", date="2030-01-01") == refused(Rule.COMPLETION)


def test_each_party_notifies_once() -> None:
    story, digest = signed()
    members = {"digest": digest, "note": "1", "date": "2030-02-01"}
    story.must(story.say("KR", "completion.notify", **members))
    assert story.say("KR", "completion.notify", **members) == refused(Rule.COMPLETION)


def test_force_begins_at_the_start_of_the_day_of_the_later_receipt() -> None:
    story, digest = signed()
    members = {"digest": digest, "note": "1", "date": "2030-02-01"}
    story.must(
        story.say("KR", "completion.notify", "2030-02-01T10:00+09:00", received="2030-02-03T23:59+09:00", **members)
    )
    story.must(story.say("JP", "completion.notify", "2030-02-01T11:00+09:00", received=None, **members))
    assert story.status("2030-03-01T00:00+09:00").in_force_from is None
    story.receipts[story.last()] = moment("2030-02-02T00:00+09:00")
    status = story.status("2030-02-03T00:00+09:00")
    assert status.in_force_from == moment("2030-02-03T00:00+09:00")
    assert (status.phase, status.instrument) == ("in_force", pact_of("kr-jp-a"))
    assert story.status("2030-02-02T23:59+09:00").phase == "not_in_force"


def test_the_second_pact_waits_thirty_whole_days() -> None:
    story = Story("kr-jp-b")
    story.begin()
    assert story.status(DAWN).in_force_from == moment("2030-03-03T00:00+09:00")
    assert story.status("2030-03-02T23:59+09:00").phase == "not_in_force"
    assert story.status("2030-03-03T00:00+09:00").phase == "in_force"


# Amendment


def test_an_amendment_names_the_digest_in_force_and_has_a_higher_version() -> None:
    story, digest = in_force()
    assert story.say("JP", "text.table", "2030-03-01T09:00+09:00", text=VERSION_2) == refused(Rule.BASE)
    assert story.say("JP", "text.table", "2030-03-01T09:00+09:00", text=VERSION_2, base="0" * 64) == refused(Rule.BASE)
    same = edited("kr-jp-a", ("within 15 minutes", "within 10 minutes"))
    story.table(same, author="JP", base=digest, at="2030-03-01T09:00+09:00")
    again = loaded(same, "kr-jp-a").digest
    assert story.say("KR", "text.initial", "2030-03-01T09:00+09:00", digest=again) == refused(Rule.BASE)
    assert story.table(VERSION_2, author="JP", base=digest, at="2030-03-01T09:00+09:00") == DIGEST_2


def test_a_later_version_begins_at_its_own_start_and_older_acts_keep_theirs() -> None:
    story, digest = in_force()
    story.table(VERSION_2, author="JP", base=digest, at="2030-03-01T09:00+09:00")
    story.agree(DIGEST_2, "2030-03-02T09:00+09:00")
    story.sign(DIGEST_2, "2030-03-03T09:00+09:00")
    story.notify(DIGEST_2, "2030-04-10T09:00+09:00")
    before, after = story.status("2030-04-09T23:59+09:00"), story.status("2030-04-10T00:00+09:00")
    assert (before.version.digest, after.version.digest) == (digest, DIGEST_2)
    assert (before.phase, after.phase) == ("in_force", "in_force")
    assert after.in_force_from == moment("2030-02-01T00:00+09:00")
    assert [(v.digest, v.since) for v in after.versions] == [
        (digest, moment("2030-02-01T00:00+09:00")),
        (DIGEST_2, moment("2030-04-10T00:00+09:00")),
    ]
    assert story.say("KR", "text.table", "2030-05-01T09:00+09:00", text=VERSION_3, base=digest) == refused(Rule.BASE)
    assert story.say("KR", "text.table", "2030-05-01T09:00+09:00", text=VERSION_3, base=DIGEST_2) == permitted(
        Rule.TABLE
    )
    again = story.say("KR", "text.table", "2030-05-01T09:00+09:00", text=text_of("kr-jp-a"), base=DIGEST_2)
    assert again == refused(Rule.BASE)
    assert dict(after.signed_by) == {}


def test_a_text_signed_and_not_in_force_is_given_up_by_both() -> None:
    story, digest = signed()
    at = "2030-03-01T09:00+09:00"
    assert story.say("KR", "termination.agree", at, subject={"digest": "0" * 64}) == Refusal(
        ground=Ground.FORBIDDEN, cites=("16.1",)
    )
    assert story.say("KR", "termination.agree", at, subject={"digest": digest}) == permitted(Rule.TERMINATE)
    assert dict(story.status(at).signed_by) == {digest: frozenset({"KR", "JP"})}
    assert story.say("JP", "termination.agree", at, subject={"digest": digest}) == permitted(Rule.TERMINATE)
    status = story.status(at)
    assert (status.phase, dict(status.signed_by), status.ended_at) == ("not_in_force", {}, None)
    assert story.say("KR", "completion.notify", at, digest=digest, note="1", date="2030-03-01") == refused(
        Rule.COMPLETION
    )
    assert story.say("KR", "text.table", at, text=text_of("kr-jp-a")) == refused(Rule.TABLE)
    assert story.say("KR", "text.table", at, text=VERSION_2) == permitted(Rule.TABLE)


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("text.table", {"text": VERSION_2}),
        ("text.initial", {}),
        ("text.sign", {}),
        ("completion.notify", {"note": "1", "date": "2030-06-01"}),
    ],
)
def test_an_ended_agreement_is_not_revived(kind: str, members: dict[str, Any]) -> None:
    story, digest = ended()
    ruling: Ruling = story.say("KR", kind, "2030-06-01T09:00+09:00", **{"digest": digest, **members})
    assert ruling == refused(Rule.ENDED)
