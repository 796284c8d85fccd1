"""Gates that another act could be thought to open: powers shown afterwards, words altered beside a clause."""

from __future__ import annotations

from servanda.act.ruling import Ground, Permit, Refusal
from servanda.agreement.rules import Rule
from tests.unit.agreement.lives import DAWN, Story, edited, moment
from tests.wordings import words_of

SHOWN = {"may": ["sign"], "issued_by": "foreign_minister", "date": "2030-01-01"}
CORRECTED = edited(
    "kr-jp-a",
    (
        "  kinds: [rescue.asset.offer, rescue.plan.propose, rescue.search.report]\n",
        "  kinds: [rescue.asset.offer, rescue.plan.propose]\n",
    ),
)


def initialled() -> tuple[Story, str]:
    """A text that both have initialled, before any powers were shown."""
    story = Story()
    digest = story.table()
    for party in ("KR", "JP"):
        story.must(story.say(party, "text.initial", digest=digest))
    return story, digest


def full(story: Story, digest: str) -> frozenset[str]:
    return story.life.will.texts[digest].full


def test_powers_shown_after_a_signature_do_not_confirm_it() -> None:
    story, digest = initialled()
    for party in ("KR", "JP"):
        story.must(story.say(party, "text.sign", digest=digest))
        story.must(story.say(party, "powers.show", officer=f"{party.lower()}/envoy", **SHOWN))
    assert full(story, digest) == frozenset()
    again = Refusal(ground=Ground.FORBIDDEN, cites=(Rule.SIGN.value,))
    assert story.say("KR", "text.sign", digest=digest) == again
    assert story.say("KR", "signature.confirm", digest=digest) == Permit(cites=(Rule.CONFIRM.value,))
    assert full(story, digest) == frozenset({"KR"})


def test_powers_are_those_of_the_officer_who_signs() -> None:
    story, digest = initialled()
    story.must(story.say("KR", "powers.show", officer="kr/minister", **SHOWN))
    story.must(story.say("JP", "powers.show", officer="jp/envoy", **SHOWN))
    for party in ("KR", "JP"):
        story.must(story.say(party, "text.sign", digest=digest))
    assert full(story, digest) == frozenset({"JP"})


def test_one_note_never_begins_force_however_late() -> None:
    story, digest = initialled()
    for party in ("KR", "JP"):
        story.must(story.say(party, "powers.show", officer=f"{party.lower()}/envoy", **SHOWN))
        story.must(story.say(party, "text.sign", digest=digest))
    story.must(story.say("KR", "completion.notify", digest=digest, note="1", date="2030-01-01"))
    status = story.status("2099-01-01T00:00+09:00")
    assert (status.phase, status.in_force_from, status.version) == ("not_in_force", None, None)


def test_force_begins_with_the_day_of_the_text_wherever_the_note_is_received() -> None:
    story, digest = initialled()
    for party in ("KR", "JP"):
        story.must(story.say(party, "powers.show", officer=f"{party.lower()}/envoy", **SHOWN))
        story.must(story.say(party, "text.sign", digest=digest))
    for party, received in (("KR", DAWN), ("JP", "2030-01-31T15:30+00:00")):
        said = {"digest": digest, "note": "1", "date": "2030-01-01"}
        story.must(story.say(party, "completion.notify", received=received, **said))
    assert story.status("2030-03-01T00:00+09:00").in_force_from == moment("2030-02-01T00:00+09:00")


def test_the_text_in_force_on_receipt_decides_what_a_notice_needs() -> None:
    """A notice of 90 days stays one when an amendment asks for more; the next notice needs the more."""
    second = edited("kr-jp-a", ("\nversion: 1\n", "\nversion: 2\n"), ("  notice: 90 days\n", "  notice: 200 days\n"))
    story = Story()
    first = story.begin()
    story.must(story.say("KR", "notice.give", "2030-10-01T09:00+09:00", note="1"))
    digest = story.table(second, base=first, at="2030-10-02T09:00+09:00")
    story.agree(digest, at="2030-10-02T09:00+09:00")
    story.sign(digest, at="2030-10-03T09:00+09:00")
    story.notify(digest, at="2030-10-04T09:00+09:00")
    assert story.status("2030-10-05T09:00+09:00").effect == moment("2031-02-01T00:00+09:00")
    story.must(story.say("JP", "notice.give", "2030-10-05T09:00+09:00", note="1"))
    assert story.status("2030-10-06T09:00+09:00").effect == moment("2032-02-01T00:00+09:00")


def test_a_correction_leaves_the_words_of_every_language_alone() -> None:
    story = Story()
    digest = story.begin()
    at = "2030-04-01T08:00+09:00"
    story.must(story.say("JP", "clause.question", at, paragraph="10.2", words="w", reading="r"))
    whole = words_of(CORRECTED)
    altered = {**whole, "ko": whole["ko"].replace("공유하지 아니한다", "공유한다", 1)}
    assert altered != whole
    for words in (altered, {}):
        story.must(story.say("JP", "text.table", at, text=CORRECTED, base=digest, words=words))
        other = story.status(at).tabled
        assert other is not None
        assert story.say("JP", "clause.correct", at, paragraph="10.2", digest=other.digest) == Refusal(
            ground=Ground.FORBIDDEN, cites=(Rule.CORRECT.value,)
        )
    other_digest = story.table(CORRECTED, base=digest, at=at)
    for party in ("KR", "JP"):
        story.must(story.say(party, "clause.correct", at, paragraph="10.2", digest=other_digest))
    status = story.status(at)
    assert status.instrument is not None
    assert (status.instrument.source, status.questioned) == (CORRECTED, frozenset())
