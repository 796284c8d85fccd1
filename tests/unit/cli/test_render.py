"""Rendering: columns that stay aligned in three scripts, and hanging paragraphs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from servanda.cli.render import as_json, columns, hanging, hour, pairs, red, short, table, width, wrapped


@pytest.mark.parametrize(("asked", "taken"), [("20", 60), ("80", 80), ("400", 100)])
def test_a_page_is_neither_narrow_nor_wide(asked: str, taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", asked)
    assert width() == taken


def test_wide_characters_take_two_columns() -> None:
    assert [columns(text) for text in ("", "abc", "비밀", "極秘", "Ⅰ")] == [0, 3, 4, 4, 1]
    assert list(table(("mark", "level"), [("비밀", 2), ("secret", 2)])) == ["mark    level", "비밀    2", "secret  2"]


@pytest.mark.parametrize(
    ("asked", "told"), [(None, "\x1b[31mskipped\x1b[0m"), ("", "\x1b[31mskipped\x1b[0m"), ("1", "skipped")]
)
def test_red_is_left_out_where_no_colour_is_wanted(
    asked: str | None, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if asked is not None:
        monkeypatch.setenv("NO_COLOR", asked)
    assert red("skipped") == told


def test_no_rows_make_no_table() -> None:
    assert list(table(("act", "kind"), [])) == []


def test_a_paragraph_hangs_from_its_label(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    words = "Nothing of a barred category is ordered, given, passed on or carried, in either direction."
    assert list(hanging("refused  3.2", words)) == [
        "refused  3.2  Nothing of a barred category is ordered,",
        "              given, passed on or carried, in either",
        "              direction.",
    ]
    assert list(hanging("3.2", "")) == ["3.2"]
    assert list(pairs([("a", 1), ("long", "x\ny")])) == ["a     1", "long  x", "      y"]


def test_a_word_that_is_too_long_stays_whole() -> None:
    assert wrapped("a " + "b" * 9 + " c", 4) == ["a", "b" * 9, "c"]
    assert wrapped("", 4) == [""]


def test_ids_are_cut_and_moments_written_in_utc() -> None:
    assert [short(each) for each in (None, "ab" * 32, "agreement.force.begin")] == [
        "-",
        "abababababab",
        "agreement.force.begin",
    ]
    assert [hour(None), hour(datetime(2031, 4, 1, 8, 0, 5, tzinfo=UTC))] == ["-", "2031-04-01 08:00:05Z"]


def test_json_keeps_names_moments_and_words() -> None:
    value = {"at": datetime(2031, 4, 1, tzinfo=UTC), "file": Path("a/b"), "words": ("극비",), 3: None}
    assert as_json(value) == '{"at": "2031-04-01T00:00:00Z", "file": "a/b", "words": ["극비"], "3": null}'
