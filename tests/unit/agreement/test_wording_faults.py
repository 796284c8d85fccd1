"""Faulty language files: each complaint with its file, place, code, word and whole message."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.agreement.instrument import check
from servanda.agreement.wording import LanguageFile
from servanda.base.errors import Complaint

PACT = Path(__file__).parents[3] / "agreements" / "kr-jp-a"
TEXT = (PACT / "en.md").read_text(encoding="utf-8")
KOREAN = LanguageFile(language="ko", source=(PACT / "ko.md").read_text(encoding="utf-8"), path="ko.md")
JAPANESE = (PACT / "ja.md").read_text(encoding="utf-8")
TITLE = "北朝鮮の核及びミサイル計画に関する情報並びに海上における捜索及び救助に関する協定"


def paragraph(number: str) -> str:
    return next(part for part in JAPANESE.split("\n\n") if part.startswith(f"**{number}**"))


FIRST, SECOND, THIRD = (f"{paragraph(number)}\n\n" for number in ("1.1", "1.2", "1.3"))


def japanese(old: str, new: str) -> str:
    assert JAPANESE.count(old) == 1, old
    return JAPANESE.replace(old, new)


def complaints(source: str, *more: LanguageFile, text: str = TEXT) -> tuple[Complaint, ...]:
    words = (KOREAN, LanguageFile(language="ja", source=source, path="ja.md"), *more)
    return check(text, path="en.md", words=words)


@pytest.mark.parametrize(
    ("source", "line", "number", "code", "word", "message"),
    [
        (
            japanese("servanda-words/1", "servanda-words/2"),
            *(2, "", "word_unknown", "servanda-words/2"),
            (
                "`servanda-words/2` is no word of `format`, which knows `servanda-words/1`; "
                "did you mean `servanda-words/1`"
            ),
        ),
        (
            japanese("id: kr-jp-a\n", "id: kr-jp-b\n"),
            *(3, "", "words_differ", "kr-jp-b"),
            "`id` is `kr-jp-b`, and the words are those of `kr-jp-a`",
        ),
        (
            japanese("version: 1\n", "version: 2\n"),
            *(4, "", "words_differ", "2"),
            "`version` is `2`, and the words are those of `1`",
        ),
        (
            japanese("version: 1\n", "version: one\n"),
            *(4, "", "value_malformed", "one"),
            "`version` is a whole number, not `one`",
        ),
        (
            japanese("language: ja\n", "language: ko\n"),
            *(5, "", "words_differ", "ko"),
            "`language` is `ko`, and the words are those of `ja`",
        ),
        (japanese("language: ja\n", ""), 2, "", "key_missing", "language", "the head needs `language`"),
        (
            japanese("language: ja\n", "language: ja\nlanguages: ja\n"),
            *(6, "", "key_unknown", "languages"),
            (
                "`languages` is no key of the head, which knows `format`, `id`, `version`, `language`, `title`, "
                "`parties`; "
                "did you mean `language`"
            ),
        ),
        (
            japanese("language: ja\n", "language: ja\nlanguage: ja\n"),
            *(6, "", "key_twice", "language"),
            "`language` stands twice in one table",
        ),
        (
            japanese("  JP: 日本国\n", "  US: 米国\n"),
            *(8, "", "words_differ", "parties"),
            "the Parties are `JP`, `KR`, not `KR`, `US`",
        ),
        (
            japanese("title: ", "title: 別の"),
            *(12, "", "title_differs", TITLE),
            f"the heading is `{TITLE}`, and the head says `別の{TITLE}`",
        ),
        (
            japanese("---\nformat", "format"),
            *(1, "", "head_missing", ""),
            "the text begins with a head between two lines `---`, and there is none",
        ),
        (japanese(FIRST, ""), 12, "1.1", "words_differ", "1.1", "paragraph 1.1 has no words in `ja`"),
        (japanese(SECOND, ""), 18, "1.2", "words_differ", "1.2", "paragraph 1.2 has no words in `ja`"),
        (
            japanese(SECOND, f"{SECOND}**1.9** 余り\n\n"),
            *(22, "1.9", "words_differ", "1.9"),
            "paragraph 1.9 stands in `ja` only",
        ),
        (
            japanese(SECOND + THIRD, THIRD + SECOND),
            *(20, "1.3", "words_differ", "1.3"),
            "paragraph 1.3 stands where 1.2 is due",
        ),
        (japanese(SECOND, SECOND * 2), 22, "1.2", "paragraph_twice", "1.2", "paragraph 1.2 stands twice"),
        (japanese(SECOND, "**1.2**\n\n"), 20, "1.2", "paragraph_empty", "1.2", "paragraph 1.2 has no words"),
        (
            japanese(SECOND, f"{SECOND}```clause\ntext_only: words\n```\n\n"),
            *(22, "1.2", "block_misplaced", "clause"),
            "a language file has words only; clauses and annexes stand in the text they belong to",
        ),
        (
            f"{JAPANESE}\n## Annex · rescue-areas\n",
            *(157, "", "heading_unknown", "Annex · rescue-areas"),
            "`Annex · rescue-areas` is no heading of an agreement: one title, then `## Article N · title`",
        ),
        (
            japanese("**1.2** ", "**1.2** \u202e"),
            *(20, "", "character_barred", "U+202E"),
            "the text holds the character U+202E, which is not seen but changes what is read",
        ),
    ],
)
def test_faulty_words(source: str, line: int, number: str, code: str, word: str, message: str) -> None:
    assert complaints(source) == (
        Complaint(path="ja.md", line=line, paragraph=number, code=code, message=message, word=word),
    )


def test_a_language_without_words() -> None:
    assert check(TEXT, path="en.md", words=(KOREAN,)) == (
        Complaint(
            path="en.md",
            line=1,
            paragraph="",
            code="language_missing",
            message="the words in `ja` are missing; a text is authentic in `ko`, `ja`, `en`",
            word="ja",
        ),
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_words_in_a_language_that_needs_none(language: str) -> None:
    file = LanguageFile(
        language=language, source=japanese("language: ja\n", f"language: {language}\n"), path=f"{language}-words.md"
    )
    assert complaints(JAPANESE, file) == (
        Complaint(
            path=f"{language}-words.md",
            line=5,
            paragraph="",
            code="language_unknown",
            message=f"`{language}` is none of the languages that need words of their own: `ko`, `ja`",
            word=language,
        ),
    )


def test_a_language_twice() -> None:
    assert complaints(JAPANESE, LanguageFile(language="ja", source=JAPANESE, path="again.md")) == (
        Complaint(
            path="again.md",
            line=1,
            paragraph="",
            code="language_twice",
            message="`ja` has words already",
            word="ja",
        ),
    )


def test_faults_of_the_text_come_first_then_those_of_each_language_by_line() -> None:
    text = TEXT.replace("[relay_other]", "[relay_others]").replace("version: 1\n", "version: 2\n")
    words = japanese(SECOND, "").replace("language: ja\n", "language: ko\n")
    found = complaints(words, text=text)
    assert [(each.path, each.line, each.paragraph, each.code, each.word) for each in found] == [
        ("en.md", 169, "4.5", "word_unknown", "relay_others"),
        ("ko.md", 4, "", "words_differ", "1"),
        ("ja.md", 4, "", "words_differ", "1"),
        ("ja.md", 5, "", "words_differ", "ko"),
        ("ja.md", 18, "1.2", "words_differ", "1.2"),
    ]
