"""Whatever two Parties put, initial, withdraw and set down in whatever order, both nodes show the same talks."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from functools import reduce
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from servanda.agreement import life
from servanda.assembly.accord.talks import ParagraphRow, Sides, TalksPage, talks_page
from tests.unit.agreement.lives import OTHER, Story, edited, moment, text_of
from tests.unit.agreement.test_talks import PROPOSED, laid, without, words_for

NOW = "2030-06-01T09:00+09:00"
TEXTS = (
    text_of("kr-jp-a"),
    edited("kr-jp-a", ("within 15 minutes", "within 10 minutes")),
    edited("kr-jp-a", ("within: 15 minutes", "within: 10 minutes")),
    without(text_of("kr-jp-a"), "1.2"),
    without(edited("kr-jp-a", ("within 15 minutes", "within 10 minutes")), "1.3"),
)
WORDS = tuple(words_for(text) for text in TEXTS)
DIGESTS = tuple(laid(text) for text in TEXTS)

sides = st.sampled_from(("KR", "JP"))
events = st.lists(
    st.tuples(
        sides,
        st.sampled_from(("table", "table", "counter", "initial", "withdraw", "propose", "answer", "minute", "minute")),
        st.integers(0, len(TEXTS) - 1),
        st.integers(0, len(TEXTS) - 1),
    ),
    max_size=16,
)


def tell(said: list[tuple[str, str, int, int]]) -> Story:
    """A story in which only what is permitted is said."""
    story = Story()
    for party, what, one, two in said:
        talks = sorted(story.life.talks.values(), key=lambda talk: talk.rank)
        last = talks[-1].act_id if talks else "0" * 64
        proposals = [talk.act_id for talk in talks if talk.kind.endswith("propose")]
        match what:
            case "table":
                story.say(party, "text.table", text=TEXTS[one], words=WORDS[one])
            case "counter":
                story.say(party, "text.counter", text=TEXTS[one], words=WORDS[one], answers=DIGESTS[two])
            case "initial" | "withdraw":
                story.say(party, f"text.{what}", digest=DIGESTS[one])
            case "propose":
                story.say(party, "meeting.propose", **PROPOSED)
            case "answer":
                terms: dict[str, Any] = {"accepts": True} if one else {"accepts": False, "place": "Seoul"}
                story.say(party, "meeting.answer", proposal=last, **terms)
            case "minute":
                numbers = ["1.2", "10.1"] if one else ["1.3"]
                subject = {"proposal": (proposals or [last])[0], "held": "2030-03-02", "text": DIGESTS[two]}
                settled, left = (numbers, []) if two % 2 else ([], numbers)
                story.say(party, "meeting.minute", subject={**subject, "settled": settled, "open": left})
    return story


def page(found: life.Life, home: str) -> TalksPage:
    return talks_page(found, moment(NOW), lambda _: None, Sides(home=home, peer=OTHER[home]))


def swapped(value: Any) -> Any:
    """A page as the other node shows it."""
    if isinstance(value, Sides):
        return Sides(home=swapped(value.peer), peer=swapped(value.home))
    if isinstance(value, tuple):
        return tuple(swapped(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: swapped(getattr(value, each.name)) for each in fields(value)})
    return value


@given(said=events, cut=st.integers(0, 16))
def test_both_nodes_show_the_same_sides_swapped(said: Any, cut: int) -> None:
    story = tell(said)
    parts = reduce(life.fold, story.acts[cut:], reduce(life.fold, story.acts[:cut], life.new("kr-jp-a")))
    assert page(story.life, "KR") == swapped(page(parts, "JP"))


@given(said=events)
def test_a_paragraph_is_agreed_where_both_texts_say_the_same_of_it(said: Any) -> None:
    found = page(tell(said).life, "KR")
    rows = {row.number: row for row in found.paragraphs}
    assert found.of == sum(row.state != "gone" for row in rows.values())
    assert found.agreed == sum(row.state == "agreed" for row in rows.values())
    if found.texts.home is not None and found.texts.peer is not None:
        same = found.texts.home.digest == found.texts.peer.digest
        assert same == all(row.state in ("agreed", "gone") for row in rows.values())
    for row in rows.values():
        _stands_to_reason(row)


def _stands_to_reason(row: ParagraphRow) -> None:
    """The state of a paragraph fits what each side says of it."""
    has = (row.words.home is not None, row.words.peer is not None)
    match row.state:
        case "agreed":
            assert has == (True, True)
            assert row.words.home == row.words.peer
        case "differs":
            assert has == (True, True)
            assert ("en" in row.differs) == (row.words.home != row.words.peer)
        case "gone":
            assert has == (False, False)
        case _:
            assert sum(has) == 1
            assert (row.by is None) == (row.state == "unanswered")
    assert bool(row.differs) == (row.state == "differs")
    assert row.moved_last in ("KR", "JP")
