"""Envelopes: forms that are refused, signatures that do not stand as the body names them."""

from __future__ import annotations

import pytest

from servanda.base import canon
from servanda.base.errors import IntegrityError, MalformedError, ServandaError
from servanda.seal.envelope import ACT, KEYS, Envelope, Signature, assemble, make, open_envelope, pae, verify
from servanda.seal.keys import Alg, from_seed

FIRST, SECOND, STRANGER = (from_seed(Alg.ED25519, bytes([number]) * 32) for number in (1, 2, 3))
POST_QUANTUM = from_seed(Alg.ML_DSA_44, bytes([4]) * 32)
BODY = b'{"said":"once"}'
NAMED = [FIRST.public.key_id, SECOND.public.key_id]
PUBLIC = [FIRST.public, SECOND.public]


def opened(secrets, body: bytes = BODY) -> Envelope:
    return open_envelope(make(ACT, body, secrets), ACT, 65_536)


def bent(**changes) -> bytes:
    members = canon.decode_object(make(ACT, BODY, [FIRST]), bytes_max=65_536)
    return canon.encode({name: value for name, value in {**members, **changes}.items() if value != "absent"})


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (make(KEYS, BODY, [FIRST]), "type_unknown"),
        (make(ACT, b"x" * 65_536, [FIRST]), "too_large"),
        (b"", "json_syntax"),
        (b"[]", "field_type"),
        (make(ACT, BODY, [FIRST]) + b"\n", "json_not_canonical"),
        (bent(payload="absent"), "field_missing"),
        (bent(payloadType="absent"), "field_missing"),
        (bent(signatures="absent"), "field_missing"),
        (bent(payload=7), "field_type"),
        (bent(payloadType=None), "field_type"),
        (bent(signatures={}), "field_type"),
        (bent(signatures=["x"]), "field_type"),
        (bent(signatures=[{"keyid": "x"}]), "field_missing"),
        (bent(signatures=[{"keyid": 1, "sig": "AA=="}]), "field_type"),
        (bent(signatures=[{"keyid": "x", "sig": "AB=="}]), "base64_invalid"),
        (bent(payload="e30"), "base64_invalid"),
        (bent(payload="e30_"), "base64_invalid"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_an_envelope_is_refused_by_the_name_of_its_fault(raw, code):
    with pytest.raises(ServandaError) as refused:
        open_envelope(raw, ACT, 65_536)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("secrets", "named", "code"),
    [
        ([FIRST, STRANGER], NAMED, "signature_unlisted"),
        ([FIRST, FIRST], NAMED, "signature_unlisted"),
        ([FIRST, SECOND, STRANGER], NAMED, "signature_unlisted"),
        ([STRANGER], NAMED, "signature_unlisted"),
        ([FIRST], NAMED, "signature_missing"),
        ([], NAMED, "signature_missing"),
        ([SECOND, FIRST], NAMED, "signature_order"),
    ],
)
def test_signatures_must_be_those_that_the_body_names(secrets, named, code):
    def nobody(position: int):
        raise AssertionError(f"asked for key {position} before the signatures were counted")

    with pytest.raises(IntegrityError) as refused:
        verify(opened(secrets), named, nobody)
    assert refused.value.code == code


def test_who_may_sign_is_asked_before_the_signature_is_held():
    forged = assemble(ACT, BODY, [Signature(key_id=NAMED[0], value=bytes(64))])

    def revoked(position: int):
        raise IntegrityError("key_revoked", f"key {position}")

    with pytest.raises(IntegrityError) as refused:
        verify(open_envelope(forged, ACT, 65_536), NAMED[:1], revoked)
    assert refused.value.code == "key_revoked"


def test_a_key_with_another_id_is_not_the_one_named():
    with pytest.raises(IntegrityError) as refused:
        verify(opened([FIRST]), NAMED[:1], lambda _: SECOND.public)
    assert refused.value.code == "key_unknown"


def test_a_signature_over_another_type_or_body_does_not_hold():
    value = FIRST.sign(pae(KEYS, BODY))
    for raw in (
        assemble(ACT, BODY, [Signature(key_id=NAMED[0], value=value)]),
        assemble(KEYS, BODY + b" ", [Signature(key_id=NAMED[0], value=value)]),
    ):
        type_ = ACT if b"act.v1" in raw else KEYS
        with pytest.raises(IntegrityError) as refused:
            verify(open_envelope(raw, type_, 65_536), NAMED[:1], PUBLIC.__getitem__)
        assert refused.value.code == "signature_invalid"


def test_the_second_signature_is_held_too():
    good = make(ACT, BODY, [FIRST, SECOND])
    first, second = open_envelope(good, ACT, 65_536).signatures
    raw = assemble(ACT, BODY, [first, Signature(key_id=second.key_id, value=first.value)])
    with pytest.raises(IntegrityError) as refused:
        verify(open_envelope(raw, ACT, 65_536), NAMED, PUBLIC.__getitem__)
    assert refused.value.code == "signature_invalid"


def test_an_envelope_that_stands():
    keys = [FIRST.public, POST_QUANTUM.public]
    raw = make(ACT, BODY, [FIRST, POST_QUANTUM])
    envelope = open_envelope(raw, ACT, 65_536)
    verify(envelope, [key.key_id for key in keys], keys.__getitem__)
    assert (envelope.type, envelope.body, envelope.raw) == (ACT, BODY, raw)
    assert envelope.signed_bytes == b"DSSEv1 36 application/vnd.servanda.act.v1+json 15 " + BODY


def test_signatures_made_apart_make_the_same_envelope():
    apart = [Signature(key_id=key.public.key_id, value=key.sign(pae(ACT, BODY))) for key in (FIRST, SECOND)]
    assert assemble(ACT, BODY, apart) == make(ACT, BODY, [FIRST, SECOND])


def test_unknown_members_of_an_envelope_are_kept():
    raw = bent(later=[1])
    assert open_envelope(raw, ACT, 65_536).raw == raw


def test_what_is_too_large_says_its_bound():
    with pytest.raises(MalformedError) as refused:
        open_envelope(bent(), ACT, 10)
    assert "at most 10 are taken" in refused.value.message
