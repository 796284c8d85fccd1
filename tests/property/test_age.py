"""Sealed files and identities: round trips, and no byte that may change unnoticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.base.errors import IntegrityError, PeerError
from servanda.seal import age, bech32
from servanda.seal.keys import Alg, from_seed

HOME, PEER = (from_seed(Alg.MLKEM768X25519, bytes([number]) * 32) for number in (1, 2))
PLAIN = st.one_of(st.binary(max_size=300), st.integers(0, 140_000).map(bytes))


@given(PLAIN)
def test_what_is_sealed_opens_for_both(plain):
    data = age.seal(plain, [HOME.public, PEER.public])
    assert [age.open_sealed(data, each, stanzas=2) for each in (HOME, PEER)] == [plain, plain]


@given(st.binary(max_size=200), st.data())
def test_no_byte_of_a_file_may_change_or_be_missing(plain, data):
    raw = bytearray(age.seal(plain, [HOME.public, PEER.public]))
    place = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans()):
        raw[place] ^= data.draw(st.integers(1, 255))
    else:
        del raw[place:]
    with pytest.raises(PeerError) as refused:
        age.open_sealed(bytes(raw), PEER, stanzas=2)
    assert refused.value.code == "payload_unopened"


@given(st.binary(max_size=100), st.data())
def test_one_slip_in_a_written_identity_is_noticed(raw, data):
    text = bech32.encode("age-secret-key-pq-", raw)
    assert bech32.decode("age-secret-key-pq-", text) == raw
    place = data.draw(st.integers(text.index("1", 17) + 1, len(text) - 1))
    letter = data.draw(st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l").filter(lambda one: one != text[place]))
    with pytest.raises(IntegrityError) as refused:
        bech32.decode("age-secret-key-pq-", text[:place] + letter + text[place + 1 :])
    assert refused.value.code == "key_invalid"
