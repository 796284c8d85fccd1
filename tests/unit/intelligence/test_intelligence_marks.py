"""Marks: wrong words first, then the words of the table."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from servanda.domains.intelligence.marks import CODES, Mark, table
from tests.unit.intelligence.reports import pact

PACT = pact()


def without(word: str):
    """The agreement with a word taken out of its table."""
    paragraph = PACT.paragraphs["2.1"]
    assert word in paragraph.text
    return replace(
        PACT, paragraphs={**PACT.paragraphs, "2.1": replace(paragraph, text=paragraph.text.replace(word, ""))}
    )


@pytest.mark.parametrize(
    ("marks", "level"),
    [
        ({}, 1),
        ({}, 2),
        ({"KR": "KR-2"}, 2),
        ({"JP": "JP-TOKUTEI"}, 2),
        ({"KR": "KR-3", "JP": "JP-GOKUHI"}, 2),
        ({"KR": "KR-2", "JP": "JP-HI"}, 2),
        ({"KR": "JP-GOKUHI", "JP": "KR-2"}, 2),
        ({"KR": "KR-2", "JP": "JP-GOKUHI", "US": "US-S"}, 2),
        ({"KR": "KR-2", "US": "JP-GOKUHI"}, 2),
        ({"KR": "KR-2", "JP": "JP-9"}, 2),
        ({"KR": "KR-3", "JP": "JP-HI"}, 0),
        ({"KR": "KR-0"}, 0),
    ],
)
def test_marks_that_do_not_say_the_level_in_the_words_of_both(marks: dict[str, str], level: int):
    assert not table(PACT).bears(marks, level)


@pytest.mark.parametrize(
    ("marks", "level"),
    [
        ({"KR": "KR-1", "JP": "JP-KIMITSU"}, 3),
        ({"KR": "KR-2", "JP": "JP-GOKUHI"}, 2),
        ({"KR": "KR-2", "JP": "JP-TOKUTEI"}, 2),
        ({"KR": "KR-3", "JP": "JP-HI"}, 1),
        ({"KR": "KR-0", "JP": "JP-0"}, 0),
        ({}, 0),
    ],
)
def test_marks_that_say_the_level_in_the_words_of_both(marks: dict[str, str], level: int):
    assert table(PACT).bears(marks, level)


@pytest.mark.parametrize(
    ("word", "code", "marks", "level"),
    [
        (", 特定秘密", "JP-TOKUTEI", {"KR": "KR-2", "JP": "JP-TOKUTEI"}, 2),
        ("秘密区分なし", "JP-0", {}, 0),
        ("군사Ⅲ급비밀", "KR-3", {"KR": "KR-3", "JP": "JP-HI"}, 1),
    ],
)
def test_a_word_that_leaves_the_text_no_longer_counts(word: str, code: str, marks: dict[str, str], level: int):
    assert table(PACT).bears(marks, level)
    amended = table(without(word))
    assert code not in amended.marks
    assert not amended.bears(marks, level)


def test_another_table_has_no_marks():
    paragraph = replace(
        PACT.paragraphs["2.1"], text="| area | Republic of Korea | Japan | |---|---|---| | K | 평문 | 秘 |"
    )
    assert table(replace(PACT, paragraphs={"2.1": paragraph})).marks == {}


def test_a_text_without_a_table_has_no_marks():
    bare = replace(PACT, paragraphs={"1.1": PACT.paragraphs["1.1"]})
    assert table(bare).marks == {}
    assert not table(bare).bears({}, 0)


def test_two_words_of_japan_stand_on_one_level():
    assert table(PACT).of("JP", 2) == (
        Mark(code="JP-GOKUHI", party="JP", word="極秘", level=2),
        Mark(code="JP-TOKUTEI", party="JP", word="特定秘密", level=2),
    )
    assert table(PACT).of("KR", 2) == (Mark(code="KR-2", party="KR", word="군사Ⅱ급비밀", level=2),)


def test_every_code_stands_in_the_exercise_agreement():
    assert table(PACT).marks.keys() == CODES.keys()


def test_words_are_compared_in_the_form_that_keeps_the_numeral():
    words = [word for _, word in CODES.values()]
    assert [unicodedata.normalize("NFC", word) for word in words] == words
    assert unicodedata.normalize("NFKC", "군사Ⅱ급비밀") == "군사II급비밀"
    decomposed = replace(
        PACT,
        paragraphs={
            number: replace(paragraph, text=unicodedata.normalize("NFD", paragraph.text))
            for number, paragraph in PACT.paragraphs.items()
        },
    )
    assert table(decomposed).marks == table(PACT).marks
