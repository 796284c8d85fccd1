"""Base64 in its only spelling, and digests read aloud."""

from __future__ import annotations

import pytest

from servanda.base.errors import IntegrityError
from servanda.seal.text import b64, from_b64, spoken


@pytest.mark.parametrize("text", ["AB==", "AA", "A", "AA==\n", " AA==", "AA==AA==", "_-8=", "AA=A", "\u00e9AA="])
def test_another_spelling_is_refused(text):
    with pytest.raises(IntegrityError) as refused:
        from_b64(text)
    assert refused.value.code == "base64_invalid"


def test_the_message_says_what_and_what_next():
    with pytest.raises(IntegrityError) as refused:
        from_b64("AB==")
    assert str(refused.value) == "base64 that does not re-encode to itself: `AB==`; ask for the bytes again"


def test_bytes_are_read_as_written():
    assert [from_b64(b64(data)) for data in (b"", b"\0", b"\xff\xfe", bytes(range(256)))] == [
        b"",
        b"\0",
        b"\xff\xfe",
        bytes(range(256)),
    ]


def test_a_digest_is_spoken_in_fours():
    note = "kr.node.example/jp/1\n13\nQj5T6uGWemmr4loD+SXhncHo0/HnVWIR8aVCwtw0yDA=\n"
    assert spoken(note.encode()) == "EQ3Y-UYEE-ZSZ5-7IJW-3MQZ"
