"""Rendering: tables, hanging paragraphs and JSON, for a terminal of any width.

Rules of this module:
- a wide character takes two columns, so that tables with names in Hangul and Kanji stay aligned;
- an id is cut to what a person can copy; programs are given all of it;
- lines are as wide as the terminal, and never wider than a page;
- colour is for a terminal alone, for none that sets `NO_COLOR`, and never says what words do not.
"""

from __future__ import annotations

import json
import os
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import click

ID_CHARACTERS = 12
WIDTH_MAX = 100
WIDTH_MIN = 60
_WIDE = frozenset("FW")


def width() -> int:
    """Columns to write in."""
    return max(WIDTH_MIN, min(WIDTH_MAX, shutil.get_terminal_size((WIDTH_MAX, 24)).columns))


def short(identifier: str | None) -> str:
    """The beginning of an id; what is no id stays whole."""
    if identifier is None:
        return "-"
    return identifier[:ID_CHARACTERS] if len(identifier) == 64 else identifier


def hour(at: datetime | None) -> str:
    """A moment as a person reads it, in UTC."""
    return "-" if at is None else f"{at:%Y-%m-%d %H:%M:%SZ}"


def red(line: str) -> str:
    """A line that somebody must see; what prints it leaves the colour out where there is no terminal."""
    return line if os.environ.get("NO_COLOR") else click.style(line, fg="red")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Rows in columns; the last column is as long as it is."""
    cells = [tuple(str(cell) for cell in row) for row in rows]
    if not cells:
        return
    widths = [max(columns(row[place]) for row in (head, *cells)) for place in range(len(head))]
    for row in (tuple(head), *cells):
        padded = [text + " " * (room - columns(text)) for text, room in zip(row, widths, strict=True)]
        yield "  ".join(padded).rstrip()


def pairs(rows: Iterable[tuple[str, object]]) -> Iterator[str]:
    """Names with their values, aligned, long values hanging."""
    known = [(name, str(value)) for name, value in rows]
    room = max((columns(name) for name, _ in known), default=0)
    for name, value in known:
        yield from hanging(name.ljust(room), value)


def hanging(label: str, text: str) -> Iterator[str]:
    """A paragraph whose first line begins with a label and whose further lines are indented to it."""
    indent = " " * (columns(label) + 2)
    room = width() - len(indent)
    lines = [line for part in text.split("\n") for line in wrapped(part, room)] or [""]
    yield f"{label}  {lines[0]}".rstrip()
    for line in lines[1:]:
        yield f"{indent}{line}".rstrip()


def wrapped(text: str, room: int) -> list[str]:
    """A text in lines of so many columns, broken between words; a longer word stays whole."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and columns(longer) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines or [""]


def columns(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in _WIDE else 1 for character in text)


def as_json(value: Any) -> str:
    """A value as one line of JSON: members by their names, moments in UTC, words as they are."""
    import msgspec  # slow import

    return json.dumps(msgspec.to_builtins(value, str_keys=True, enc_hook=str), ensure_ascii=False)
