"""Envelopes, key lists and keyrings: round trips, and signatures that hold for one body only."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.base.errors import IntegrityError, ServandaError
from servanda.seal import envelope, keylist, keyring
from servanda.seal.envelope import ACT
from servanda.seal.keylist import ListedKey, Place
from servanda.seal.keys import Alg, from_seed

SEEDS = st.binary(min_size=32, max_size=32)
BODIES = st.binary(min_size=1, max_size=200)
ED_KEYS = SEEDS.map(lambda seed: from_seed(Alg.ED25519, seed))
KEYS = st.builds(from_seed, st.sampled_from(Alg), SEEDS)
SIGNERS = st.lists(ED_KEYS, min_size=1, max_size=4, unique_by=lambda key: key.public.key_id)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))


@given(BODIES, SIGNERS)
def test_an_envelope_holds_for_those_it_names(body, signers):
    raw = envelope.make(ACT, body, signers)
    opened = envelope.open_envelope(raw, ACT, 65_536)
    envelope.verify(opened, [key.public.key_id for key in signers], lambda place: signers[place].public)
    assert (opened.body, opened.raw) == (body, raw)


@given(BODIES, SIGNERS, st.data())
def test_no_byte_of_an_envelope_may_change(body, signers, data):
    raw = bytearray(envelope.make(ACT, body, signers))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ServandaError):
        envelope.verify(
            envelope.open_envelope(bytes(raw), ACT, 65_536),
            [key.public.key_id for key in signers],
            lambda place: signers[place].public,
        )


@given(SIGNERS, SIGNERS)
def test_signatures_stand_for_the_named_keys_in_their_order_only(signers, named):
    opened = envelope.open_envelope(envelope.make(ACT, b"{}", signers), ACT, 65_536)
    ids = [key.public.key_id for key in named]
    if [key.public.key_id for key in signers] == ids:
        return
    with pytest.raises(IntegrityError) as refused:
        envelope.verify(opened, ids, lambda place: named[place].public)
    assert refused.value.code in ("signature_unlisted", "signature_missing", "signature_order")


@given(ED_KEYS, BODIES, BODIES)
def test_a_signature_holds_for_its_bytes_only(key, said, other):
    signature = key.sign(said)
    key.public.verify(said, signature)
    if said != other:
        with pytest.raises(IntegrityError):
            key.public.verify(other, signature)


@given(
    st.lists(
        st.builds(
            ListedKey,
            use=TEXTS,
            public=KEYS.map(lambda key: key.public),
            name=TEXTS,
            until=st.one_of(st.none(), MOMENTS),
        ),
        max_size=5,
    ),
    MOMENTS,
    st.one_of(st.none(), st.builds(Place, number=st.integers(1, 10**6), digest=SEEDS.map(bytes.hex))),
    ED_KEYS,
)
def test_a_key_list_is_read_as_made(keys, issued_at, previous, root):
    raw = keylist.make(party="KR", previous=previous, issued_at=issued_at, keys=keys, roots=[root])
    listed = keylist.open_list(raw, [root.public], previous)
    assert (listed.party, listed.issued_at, list(listed.keys)) == ("KR", issued_at, keys)
    assert listed.number == (1 if previous is None else previous.number + 1)


@given(KEYS)
def test_a_keyring_of_an_exercise_holds_its_key(key):
    assert keyring.unlock(keyring.lock(key, None), None) == key


def test_the_oldest_and_newest_moments_are_kept():
    root = from_seed(Alg.ED25519, bytes(32))
    for at in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)):
        raw = keylist.make(party="KR", previous=None, issued_at=at, keys=[], roots=[root])
        assert keylist.open_list(raw, [root.public], None).issued_at == at
