"""Notes and checkpoints: round trips, one spelling, and no line that holds for another text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.base.errors import MalformedError, ServandaError
from servanda.log import note
from servanda.log.checkpoint import Checkpoint, LineType, Trust, cosign, open_checkpoint, read_text, sign_head
from servanda.log.note import Line, Note
from servanda.seal.keys import Alg, from_seed

LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"), exclude_characters="+")
NAMES = st.text(LETTERS, min_size=1, max_size=20).filter(lambda name: not any(one.isspace() for one in name))
TEXTS = st.lists(st.text(LETTERS, max_size=12), min_size=1, max_size=5).map(lambda lines: "\n".join(lines) + "\n")
LINES = st.builds(Line, name=NAMES, key_id=st.binary(min_size=4, max_size=4), signature=st.binary(min_size=1))
NOTES = st.builds(Note, text=TEXTS, lines=st.lists(LINES, min_size=1, max_size=16).map(tuple))
HEADS = st.builds(Checkpoint, log=NAMES, size=st.integers(0, 2**40), root=st.binary(min_size=32, max_size=32))
MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, tz=UTC))
KEY, WITNESS = from_seed(Alg.ED25519, bytes(32)), from_seed(Alg.ED25519, bytes([1]) * 32)


@given(NOTES)
def test_a_note_is_read_as_written(written):
    raw = note.write(written)
    assert note.parse(raw) == written


@given(NOTES, st.data())
def test_what_is_read_is_written_again(written, data):
    raw = bytearray(note.write(written))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = note.parse(bytes(raw))
    except MalformedError:
        return
    assert note.write(read) == bytes(raw)


@given(HEADS)
def test_a_head_is_read_as_written(head):
    assert read_text(head.text) == head


@given(HEADS, MOMENTS, MOMENTS, st.data())
def test_a_signed_head_holds_and_a_changed_byte_is_noticed(head, signed_at, held_at, data):
    trust = [
        Trust(name=head.log, type=LineType.ED25519, public=KEY.public),
        Trust(name="w", type=LineType.COSIGNATURE, public=WITNESS.public),
    ]
    raw = cosign(sign_head(head, [KEY], signed_at), "w", [WITNESS], held_at)
    opened = open_checkpoint(raw, head.log, trust)
    assert (opened.checkpoint, opened.times) == (head, (None, held_at))
    bent = bytearray(raw)
    bent[data.draw(st.integers(0, len(bent) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ServandaError) as refused:
        open_checkpoint(bytes(bent), head.log, trust)
    assert refused.value.code in ("note_malformed", "origin_wrong", "signature_invalid", "signature_missing")
