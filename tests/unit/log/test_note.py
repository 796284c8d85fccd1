"""Signed notes: texts that are none."""

from __future__ import annotations

import pytest

from servanda.base.errors import MalformedError
from servanda.log import note
from servanda.log.note import Line, Note

LINE = "\u2014 signer AAAAAAEC"
RAW = f"a text\n\n{LINE}\n".encode()
NOTE = Note(text="a text\n", lines=(Line(name="signer", key_id=bytes(4), signature=b"\1\2"),))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "note_malformed"),
        (b"a text\n", "note_malformed"),
        (b"a text\n\n", "note_malformed"),
        (RAW[:-1], "note_malformed"),
        (RAW + b"\n", "note_malformed"),
        (RAW + b"more\n", "note_malformed"),
        (b"\n" + LINE.encode() + b"\n", "note_malformed"),
        (LINE.encode() + b"\n", "note_malformed"),
        (RAW.replace(b"a text", b"a\ttext"), "note_malformed"),
        (RAW.replace(b"\n", b"\r\n"), "note_malformed"),
        (RAW.replace(b"a text", b"a\xfftext"), "note_malformed"),
        (RAW.replace("\u2014".encode(), b"-"), "note_malformed"),
        (RAW.replace(b" signer ", b" si gner "), "note_malformed"),
        (RAW.replace(b" signer ", b" sig+ner "), "note_malformed"),
        (RAW.replace(b" signer ", "\u00a0signer ".encode()), "note_malformed"),
        (RAW.replace(b" signer ", " sig\u2003ner ".encode()), "note_malformed"),
        (RAW.replace(b" signer ", b"  "), "note_malformed"),
        (RAW.replace(b"AAAAAAEC", b"AAAAAAF="), "note_malformed"),
        (RAW.replace(b"AAAAAAEC", b"AAAAAAE"), "note_malformed"),
        (RAW.replace(b"AAAAAAEC", b"AAAAAA=="), "note_malformed"),
        (RAW.replace(b"AAAAAAEC", b""), "note_malformed"),
        (RAW + (LINE.encode() + b"\n") * 16, "note_malformed"),
        (b"x" * 65_537, "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_what_is_no_note_is_refused(raw, code):
    with pytest.raises(MalformedError) as refused:
        note.parse(raw)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "wrong",
    [
        Note(text="no newline", lines=NOTE.lines),
        Note(text="a\ttext\n", lines=NOTE.lines),
        Note(text="\n", lines=()),
        Note(text="a text\n", lines=(Line(name="si gner", key_id=bytes(4), signature=b"\1"),)),
        Note(text="a text\n", lines=(Line(name="signer", key_id=bytes(4), signature=b""),)),
        Note(text="a text\n", lines=(Line(name="signer", key_id=bytes(3), signature=b"\1\2"),)),
        Note(text="a text\n", lines=NOTE.lines * 17),
        Note(text="a text\n\n\u2014 x AAAA\n", lines=()),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_nothing_is_written_that_would_read_differently(wrong):
    with pytest.raises(MalformedError) as refused:
        note.write(wrong)
    assert refused.value.code == "note_malformed"


def test_a_note_is_read_as_written():
    assert note.parse(RAW) == NOTE
    assert note.write(NOTE) == RAW


def test_a_text_may_hold_empty_lines_and_lines_like_signatures():
    raw = f"a\n\n{LINE}\n\n\nb\n\n{LINE}\n".encode()
    assert note.parse(raw).text == f"a\n\n{LINE}\n\n\nb\n"


def test_a_key_has_one_line():
    other = Line(name="signer", key_id=bytes(4), signature=b"\3")
    further = Line(name="other", key_id=bytes(4), signature=b"\3")
    assert note.merged(NOTE, [other, further, further]) == Note(text=NOTE.text, lines=(*NOTE.lines, further))
