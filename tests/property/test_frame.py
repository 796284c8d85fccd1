"""Frames: round trips, and how much their length gives away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.act import frame
from servanda.base.errors import ServandaError

SALTS = st.binary(min_size=32, max_size=32)
PAYLOADS = st.binary(max_size=3_000)


@given(PAYLOADS, SALTS)
def test_what_is_packed_is_unpacked(payload, salt):
    framed = frame.pack(payload, salt)
    assert frame.unpack(framed, frame.commit(salt, payload)) == (salt, payload)
    assert len(framed) == frame.frame_bytes(len(payload)) >= 1_024


@given(PAYLOADS, SALTS, st.data())
def test_no_byte_of_a_frame_may_change(payload, salt, data):
    framed = bytearray(frame.pack(payload, salt))
    at = data.draw(st.integers(0, len(framed) - 1))
    framed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ServandaError) as refused:
        frame.unpack(bytes(framed), frame.commit(salt, payload))
    assert refused.value.code in ("payload_frame", "payload_mismatch")


@given(PAYLOADS, SALTS, SALTS)
def test_a_commitment_holds_for_its_salt_only(payload, salt, other):
    assert (frame.commit(salt, payload) == frame.commit(other, payload)) is (salt == other)


@given(st.integers(2, 10**9))
def test_padding_grows_little_and_has_few_lengths(length):
    padded = frame.padded(length)
    assert length <= padded <= length * 1.12 + 1
    assert frame.padded(padded) == padded
    # Source: the same paper; a padded length of E bits has at most log2(E) + 1 bits that say something.
    exponent = length.bit_length() - 1
    assert padded % (1 << (exponent - exponent.bit_length())) == 0


@given(st.integers(2, 10**9), st.integers(0, 10**6))
def test_a_longer_payload_is_never_padded_shorter(length, more):
    assert frame.padded(length) <= frame.padded(length + more)
