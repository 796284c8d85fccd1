"""What a block may hold, and how its values are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.agreement.blocks import plain
from servanda.agreement.complaints import Complaints
from servanda.agreement.outline import Outline, read_outline
from servanda.agreement.text import single_spaced
from servanda.base.errors import Complaint

SMALL = Path(__file__).parents[2] / "agreements" / "good" / "small.md"
HEAD = "---\nid: x\n---\n\n# Title\n\n## Article 1 · Words\n\n"


def outline(text: str) -> tuple[Outline, tuple[Complaint, ...]]:
    complaints = Complaints("en.md")
    read = read_outline(text, complaints)
    assert read is not None
    return read, complaints.found()


def value(written: str) -> object:
    read, complaints = outline(f"{HEAD}**1.1** Words.\n\n```clause\nvalue: {written}\n```\n")
    assert complaints == ()
    return plain(read.passages[0].blocks[0].entries["value"])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("yes", "yes"),
        ("on", "on"),
        ("null", "null"),
        ("~", "~"),
        ("0", 0),
        ("-7", -7),
        ("-0", "-0"),
        ("+7", "+7"),
        ("012", "012"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("0.50", "0.50"),
        ("1e3", "1e3"),
        (".5", ".5"),
        ("2030-02-01", "2030-02-01"),
        ("'7'", "7"),
        ('"true"', "true"),
        ('""', ""),
        ("[1, [two], {three: 3}]", [1, ["two"], {"three": 3}]),
        ("한\u1100\u1161", "한가"),
        ("two  words", "two words"),
        ('"two\twords"', "two words"),
        ("an\u3000other\u00a0space", "an\u3000other\u00a0space"),
        ("9007199254740991", 9007199254740991),
        ("=", "="),
        ("word # comment", "word"),
    ],
)
def test_a_value_is_read_as_written(written: str, read: object) -> None:
    found = value(written)
    assert found == read
    assert type(found) is type(read)


def test_words_are_everything_up_to_the_first_block() -> None:
    text = f"{HEAD}**1.1** One\n  two.\n\n- three\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nFour.\n\n```clause\na: b\n```\n"
    read, complaints = outline(text)
    assert complaints == ()
    assert [(passage.number, passage.words, passage.line) for passage in read.passages] == [
        ("1.1", "One two. - three | a | b | |---|---| | 1 | 2 | Four.", 9)
    ]


def test_line_ends_of_any_system_read_alike() -> None:
    text = SMALL.read_text(encoding="utf-8")
    unix, windows, old = (outline(text.replace("\n", end)) for end in ("\n", "\r\n", "\r"))
    assert unix == windows == old


def test_raw_html_and_link_definitions_are_words() -> None:
    text = (
        f"{HEAD}**1.1** Seen <!-- unseen --> words.\n\n[1]: https://example.org\n\n> quoted\n\n```clause\na: b\n```\n"
    )
    read, complaints = outline(text)
    assert complaints == ()
    assert read.passages[0].words == "Seen <!-- unseen --> words. [1]: https://example.org > quoted"


def test_html_after_a_clause_is_not_passed_over() -> None:
    text = f"{HEAD}**1.1** Words.\n\n```clause\na: b\n```\n\n<!-- unseen -->\n\n[1]: https://example.org\n"
    _, complaints = outline(text)
    assert [(complaint.code, complaint.line) for complaint in complaints] == [
        ("words_misplaced", 15),
        ("words_misplaced", 17),
    ]


def test_indented_lines_are_words_and_no_block() -> None:
    text = f"{HEAD}**1.1** Words.\n\n    ```clause\n    a: b\n    ```\n\n```clause\nc: d\n```\n"
    read, complaints = outline(text)
    assert complaints == ()
    assert [list(block.entries) for block in read.passages[0].blocks] == [["c"]]
    assert read.passages[0].words == "Words. ```clause a: b ```"


def test_single_spaced() -> None:
    assert single_spaced(" \t\n a\u2003b  c\r\nde\u0301 ") == " a\u2003b c dé "
