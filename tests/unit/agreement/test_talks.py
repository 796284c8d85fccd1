"""Talks: rounds with their terms and minutes, and where each Party stands on every paragraph."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from servanda.act.content import read
from servanda.agreement.acts import PAYLOADS
from servanda.agreement.acts_text import MinuteSubject
from servanda.agreement.instrument import load
from servanda.agreement.life import Rule, timeline
from servanda.agreement.positions import Positions, Stand, positions
from servanda.agreement.rounds import Minute, Round, Stage, rounds
from servanda.agreement.wording import LanguageFile
from servanda.base.errors import MalformedError
from tests.unit.agreement.lives import DAWN, Story, edited, moment, pact_of, text_of
from tests.unit.agreement.test_life_texts import permitted, refused
from tests.wordings import words_of

ACT = "0" * 64
SOONER = edited("kr-jp-a", ("within 15 minutes", "within 10 minutes"))
CLAUSE = edited("kr-jp-a", ("within: 15 minutes", "within: 10 minutes"))
NOW = "2030-06-01T09:00+09:00"
PROPOSED: dict[str, Any] = {
    "opens": "2030-03-01",
    "closes": "2030-03-02",
    "place": "Busan",
    "agenda": ["scope"],
    "paragraphs": ["4.1", "4.2"],
    "attends": ["kr/envoy-1", "kr/legal-1"],
}


def without(text: str, number: str) -> str:
    """A text without one paragraph and its clauses."""
    begins = text.index(f"**{number}** ")
    ends = min(place for mark in ("\n**", "\n## ") if (place := text.find(mark, begins)) > 0)
    return text[:begins] + text[ends + 1 :]


def words_for(text: str) -> dict[str, str]:
    """The words of the shipped agreement in each other language, for a text that has its numbers, or some of them."""
    read_alone = load(text, path="kr-jp-a")
    found = words_of(text_of("kr-jp-a"))
    for language, words in found.items():
        kept = words.replace("version: 1", f"version: {read_alone.version}")
        for number in set(pact_of("kr-jp-a").paragraphs) - set(read_alone.paragraphs):
            kept = without(kept, number)
        found = {**found, language: kept}
    return found


def laid(text: str) -> str:
    """The digest of a text that is laid down with those words."""
    words = words_for(text)
    files = [LanguageFile(language=each, source=words[each], path=each) for each in sorted(words)]
    return load(text, path="kr-jp-a", words=files).digest


def lay(story: Story, party: str, text: str, at: str = DAWN, **members: str) -> str:
    """A text laid down, in answer to another where one is named; its digest."""
    kind = "text.counter" if "answers" in members else "text.table"
    story.must(story.say(party, kind, at, text=text, words=words_for(text), **members))
    return laid(text)


def stands(story: Story, at: str = NOW) -> Positions:
    return positions(story.life, timeline(story.life, story.receipts.get), moment(at), ("KR", "JP"))


def stand(story: Story, number: str, at: str = NOW) -> Stand:
    return next(each for each in stands(story, at).paragraphs if each.number == number)


def states(story: Story, at: str = NOW) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in stands(story, at).paragraphs:
        found[each.state.value] = found.get(each.state.value, 0) + 1
    return found


def minuted(story: Story, proposal: str, settled: list[str], left: list[str], text: str | None = None) -> None:
    subject = {"proposal": proposal, "held": "2030-03-02", "settled": settled, "open": left}
    for party in ("KR", "JP"):
        story.must(story.say(party, "meeting.minute", subject=subject if text is None else {**subject, "text": text}))


# What may be said


@pytest.mark.parametrize(
    ("settled", "left", "names"),
    [
        (["4.1", "4.1"], [], "`settled`: expected each paragraph once, in the order of the text"),
        (["10.1", "4.1"], [], "`settled`: expected each paragraph once, in the order of the text"),
        ([], ["4.2", "4.1"], "`open`: expected each paragraph once, in the order of the text"),
        (["4.1", "4.2"], ["4.2", "5.1"], "`open`: expected no paragraph that is settled, got `4.2`"),
    ],
)
def test_a_minute_names_each_paragraph_once(settled: list[str], left: list[str], names: str) -> None:
    subject = {"proposal": ACT, "held": "2030-03-02", "settled": settled, "open": left}
    with pytest.raises(MalformedError) as caught:
        read(PAYLOADS["agreement.meeting.minute"], {"subject": subject})
    assert (caught.value.code, caught.value.message) == ("field_value", names)


def test_paragraphs_stand_in_the_order_of_the_text() -> None:
    subject = MinuteSubject(proposal=ACT, held=date(2030, 3, 2), settled=("4.2", "4.10", "10.1"), open=())
    assert subject.settled == ("4.2", "4.10", "10.1")


def test_a_minute_names_no_text_that_was_not_tabled() -> None:
    story = Story()
    digest = story.table()
    story.must(story.say("KR", "meeting.propose", **PROPOSED))
    subject = {"proposal": story.last(), "held": "2030-03-02", "settled": ["4.1"], "open": []}
    assert story.say("KR", "meeting.minute", subject={**subject, "text": ACT}) == refused(Rule.TALKS)
    assert story.say("KR", "meeting.minute", subject={**subject, "text": digest}) == permitted(Rule.TALKS)


def test_another_list_of_paragraphs_is_another_round_and_the_same_is_not() -> None:
    read(PAYLOADS["agreement.meeting.answer"], {"proposal": ACT, "accepts": False, "paragraphs": ["4.2"]})
    with pytest.raises(MalformedError, match="expected a round to be accepted as it was proposed"):
        read(PAYLOADS["agreement.meeting.answer"], {"proposal": ACT, "accepts": True, "paragraphs": ["4.2"]})


# Rounds


def test_a_round_from_its_proposal_to_its_minute() -> None:
    story = Story()
    story.must(story.say("KR", "meeting.propose", **PROPOSED))
    proposal = story.last()
    opened = Round(
        number=1,
        proposal=proposal,
        proposed_by="KR",
        answers=(),
        stage=Stage.OPEN,
        waits_for="JP",
        opens=date(2030, 3, 1),
        closes=date(2030, 3, 2),
        place="Busan",
        agenda=("scope",),
        paragraphs=("4.1", "4.2"),
        attends={"KR": ("kr/envoy-1", "kr/legal-1")},
        minutes=(),
    )
    assert rounds(story.life) == (opened,)

    other = {"opens": "2030-03-09", "place": "Fukuoka", "attends": ["jp/envoy-1"]}
    story.must(story.say("JP", "meeting.answer", proposal=proposal, accepts=False, **other))
    answer = story.last()
    (answered,) = rounds(story.life)
    assert (answered.stage, answered.waits_for, answered.answers) == (Stage.ANSWERED, "KR", (answer,))
    assert (answered.opens, answered.closes, answered.place) == (date(2030, 3, 9), date(2030, 3, 9), "Fukuoka")
    assert (answered.agenda, answered.paragraphs) == (("scope",), ("4.1", "4.2"))
    assert answered.attends == {"KR": ("kr/envoy-1", "kr/legal-1"), "JP": ("jp/envoy-1",)}

    story.must(story.say("KR", "meeting.answer", proposal=answer, accepts=True, attends=["kr/envoy-1"]))
    (accepted,) = rounds(story.life)
    assert (accepted.stage, accepted.waits_for, accepted.place) == (Stage.ACCEPTED, None, "Fukuoka")
    assert accepted.attends == {"KR": ("kr/envoy-1",), "JP": ("jp/envoy-1",)}

    subject = {
        "proposal": proposal,
        "held": "2030-03-09",
        "settled": ["4.1"],
        "open": ["4.2"],
        "present": ["kr/envoy-1"],
    }
    story.must(story.say("JP", "meeting.minute", subject=subject))
    (half,) = rounds(story.life)
    waiting = Minute(
        act_id=story.last(),
        by=("JP",),
        held=date(2030, 3, 9),
        text=None,
        settled=("4.1",),
        open=("4.2",),
        present=("kr/envoy-1",),
    )
    assert (half.stage, half.minutes, waiting.is_whole) == (Stage.HALF_MINUTED, (waiting,), False)
    story.must(story.say("KR", "meeting.minute", subject=subject))
    (held,) = rounds(story.life)
    assert (held.stage, [minute.by for minute in held.minutes]) == (Stage.MINUTED, [("JP", "KR")])
    story.must(story.say("JP", "meeting.minute", subject=subject))
    assert rounds(story.life) == (held,)


def test_rounds_are_numbered_as_they_were_proposed() -> None:
    story = Story()
    for party in ("KR", "JP"):
        story.must(story.say(party, "meeting.propose", **PROPOSED))
    assert [(each.number, each.proposed_by) for each in rounds(story.life)] == [(1, "KR"), (2, "JP")]


# Paragraphs


def test_before_any_answer_nothing_is_agreed() -> None:
    story = Story()
    story.table()
    assert states(story) == {"unanswered": len(pact_of("kr-jp-a").paragraphs)}
    first = stand(story, "4.1")
    assert (first.by, first.said["JP"], first.moved and first.moved.party) == (None, None, "KR")


def test_a_counter_agrees_where_it_says_the_same_and_moves_where_it_does_not() -> None:
    story = Story()
    lay(story, "JP", SOONER, answers=story.table())
    assert states(story) == {"agreed": len(pact_of("kr-jp-a").paragraphs) - 1, "differs": 1}
    (differs,) = [each for each in stands(story).paragraphs if each.state == "differs"]
    assert "within 15 minutes" in differs.said["KR"].words["en"]  # type: ignore[union-attr]  # both have it
    assert (differs.differs, differs.moved and differs.moved.party) == (("en",), "JP")
    same = stand(story, "4.1")
    assert (same.state, same.moved and same.moved.party) == ("agreed", "KR")


def test_the_same_words_with_another_clause_are_not_agreed() -> None:
    story = Story()
    lay(story, "JP", CLAUSE, answers=story.table())
    assert [each.differs for each in stands(story).paragraphs if each.state == "differs"] == [("clauses",)]


def test_the_same_clauses_with_other_words_in_one_language_are_not_agreed() -> None:
    story = Story()
    digest = story.table()
    words = words_of(text_of("kr-jp-a"))
    line = next(line for line in words["ja"].splitlines() if line.startswith("**4.1** "))
    other = {**words, "ja": words["ja"].replace(line, f"{line} また")}
    story.must(story.say("JP", "text.counter", text=text_of("kr-jp-a"), words=other, answers=digest))
    assert [(each.number, each.differs) for each in stands(story).paragraphs if each.state == "differs"] == [
        ("4.1", ("ja",))
    ]


def test_a_party_that_initials_a_text_stands_for_it() -> None:
    story = Story()
    lay(story, "JP", SOONER, answers=story.table())
    number = next(each.number for each in stands(story).paragraphs if each.state == "differs")
    story.must(story.say("KR", "text.initial", digest=laid(SOONER)))
    assert states(story) == {"agreed": len(pact_of("kr-jp-a").paragraphs)}
    moved = stand(story, number).moved
    assert moved is not None
    assert (moved.party, moved.initials) == ("KR", True)


def test_a_text_that_is_withdrawn_leaves_its_party_where_it_stood_before() -> None:
    story = Story()
    story.table()
    before = stands(story)
    lay(story, "KR", SOONER)
    assert stands(story) != before
    story.must(story.say("KR", "text.withdraw", digest=laid(SOONER)))
    assert stands(story) == before


def test_two_who_lay_the_same_text_down_at_once_both_stand_for_it() -> None:
    story = Story()
    payload = {"text": text_of("kr-jp-a"), "words": words_of(text_of("kr-jp-a"))}
    for party in ("KR", "JP"):
        story.take(story.act(party, "text.table", NOW, payload))
    assert states(story) == {"agreed": len(pact_of("kr-jp-a").paragraphs)}


def test_what_a_counter_drops_or_adds_is_shown_so() -> None:
    whole, short = text_of("kr-jp-a"), without(text_of("kr-jp-a"), "1.2")
    for first, second, state, by in ((whole, short, "dropped", "JP"), (short, whole, "added", "JP")):
        story = Story()
        lay(story, "JP", second, answers=lay(story, "KR", first))
        alone = stand(story, "1.2")
        assert (alone.state, alone.by, alone.moved and alone.moved.party) == (state, by, "JP")
        story.must(story.say("KR", "text.initial", digest=laid(second)))
        assert stand(story, "1.2").state == ("gone" if second == short else "agreed")


def test_an_answer_without_what_the_other_added_drops_it() -> None:
    story = Story()
    lay(story, "JP", text_of("kr-jp-a"), answers=lay(story, "KR", without(text_of("kr-jp-a"), "1.2")))
    assert (stand(story, "1.2").state, stand(story, "1.2").by) == ("added", "JP")
    lay(story, "KR", without(SOONER, "1.2"))
    assert (stand(story, "1.2").state, stand(story, "1.2").by) == ("dropped", "KR")


def test_an_amendment_begins_from_the_text_in_force() -> None:
    story = Story()
    base = story.begin()
    assert states(story) == {"agreed": len(pact_of("kr-jp-a").paragraphs)}
    assert stands(story).moves == {}
    version_2 = edited("kr-jp-a", ("version: 1", "version: 2"), ("within 15 minutes", "within 10 minutes"))
    lay(story, "KR", version_2, NOW, base=base)
    assert states(story) == {"agreed": len(pact_of("kr-jp-a").paragraphs) - 1, "differs": 1}
    assert stands(story).beside == ("version",)
    moved = [each.moved.party for each in stands(story).paragraphs if each.moved is not None]
    assert moved == ["KR"]


def test_a_minute_settles_until_somebody_moves() -> None:
    story = Story()
    lay(story, "JP", SOONER, answers=story.table())
    number = next(each.number for each in stands(story).paragraphs if each.state == "differs")
    story.must(story.say("KR", "meeting.propose", **PROPOSED))
    proposal = story.last()
    minuted(story, proposal, [], [number])
    said = stand(story, number).minuted
    assert said is not None
    assert (said.settled, said.act_id, said.moved_since) == (False, story.last(), False)
    minuted(story, proposal, [number], [], laid(SOONER))
    story.must(story.say("KR", "text.initial", digest=laid(SOONER)))
    said = stand(story, number).minuted
    assert said is not None
    assert (said.settled, said.moved_since) == (True, False)
    lay(story, "KR", edited("kr-jp-a", ("within 15 minutes", "within 12 minutes")))
    said = stand(story, number).minuted
    assert said is not None
    assert (said.settled, said.moved_since) == (True, True)
    assert stand(story, "1.1").minuted is None


def test_minutes_of_the_making_of_a_text_say_nothing_of_its_amendment() -> None:
    story = Story()
    digest = story.table()
    story.must(story.say("KR", "meeting.propose", **PROPOSED))
    minuted(story, story.last(), ["4.1"], [])
    assert stand(story, "4.1").minuted is not None
    story.agree(digest)
    story.sign(digest)
    story.notify(digest)
    in_force = stand(story, "4.1", (moment(NOW) + timedelta(days=400)).isoformat())
    assert in_force.minuted is None
