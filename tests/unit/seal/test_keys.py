"""Keys: what is no key, what is no signature, and the keys of the specification."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from servanda.base.errors import IntegrityError
from servanda.seal.keys import PUBLIC_BYTES, Alg, PublicKey, from_seed, generate, read_public

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
SEED = bytes(range(32))
KEY = from_seed(Alg.ED25519, SEED)
SAID = b"the bytes signed"
SIGNATURE = KEY.sign(SAID)


def little(number: int) -> bytes:
    return number.to_bytes(32, "little")


SMALL_ORDER = [little(y | sign) for y in (0, 1, PRIME - 1, ORDER_8, PRIME - ORDER_8) for sign in (0, 2**255)]
UNREDUCED = [little(y | sign) for y in (PRIME, PRIME + 1, PRIME + 4, 2**255 - 1) for sign in (0, 2**255)]


@pytest.mark.parametrize("raw", SMALL_ORDER + UNREDUCED, ids=bytes.hex)
def test_a_key_of_small_order_or_not_reduced_is_no_key(raw):
    with pytest.raises(IntegrityError) as refused:
        PublicKey(alg=Alg.ED25519, raw=raw)
    assert refused.value.code == "key_invalid"


@pytest.mark.parametrize("alg", Alg)
@pytest.mark.parametrize("surplus", [-1, 1])
def test_a_key_of_another_length_is_no_key(alg, surplus):
    with pytest.raises(IntegrityError) as refused:
        PublicKey(alg=alg, raw=bytes([7]) * (PUBLIC_BYTES[alg] + surplus))
    assert refused.value.code == "key_invalid"


def test_a_sealing_key_is_checked_when_it_is_built():
    with pytest.raises(IntegrityError) as refused:
        PublicKey(alg=Alg.MLKEM768X25519, raw=b"\xff" * 1216)
    assert refused.value.code == "key_invalid"


@pytest.mark.parametrize("alg", Alg)
@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_of_another_length_is_no_seed(alg, length):
    with pytest.raises(IntegrityError) as refused:
        from_seed(alg, bytes(length))
    assert refused.value.code == "key_invalid"


@pytest.mark.parametrize(
    ("alg", "public", "code"),
    [
        ("rsa", KEY.public.hex, "algorithm_unknown"),
        ("", KEY.public.hex, "algorithm_unknown"),
        ("ed25519", KEY.public.hex.upper(), "key_invalid"),
        ("ed25519", KEY.public.hex + " ", "key_invalid"),
        ("ed25519", KEY.public.hex[:-1], "key_invalid"),
        ("ed25519", "zz" * 32, "key_invalid"),
        ("ml-dsa-44", KEY.public.hex, "key_invalid"),
    ],
)
def test_what_json_says_of_a_key_is_refused_by_the_name_of_its_fault(alg, public, code):
    with pytest.raises(IntegrityError) as refused:
        read_public(alg, public)
    assert refused.value.code == code


def with_s(number: int) -> bytes:
    return SIGNATURE[:32] + little(number)


S = int.from_bytes(SIGNATURE[32:], "little")


@pytest.mark.parametrize(
    ("said", "signature"),
    [
        (SAID + b" ", SIGNATURE),
        (SAID, b""),
        (SAID, SIGNATURE[:-1]),
        (SAID, SIGNATURE + b"\0"),
        (SAID, with_s(S ^ 1)),
        (SAID, with_s(S + ORDER)),
        (SAID, with_s(ORDER)),
        *[(SAID, raw + SIGNATURE[32:]) for raw in SMALL_ORDER + UNREDUCED],
    ],
)
def test_a_signature_that_does_not_hold_raises(said, signature):
    with pytest.raises(IntegrityError) as refused:
        KEY.public.verify(said, signature)
    assert refused.value.code == "signature_invalid"


def test_a_small_order_r_is_refused_though_the_equation_holds():
    """With R the neutral point and S = k * a the equation holds: the library alone takes it."""
    neutral = little(1)
    expanded = _clamped(SEED)
    challenge = int.from_bytes(_sha512(neutral + KEY.public.raw + SAID), "little") % ORDER
    forged = neutral + little(challenge * expanded % ORDER)
    Ed25519PublicKey.from_public_bytes(KEY.public.raw).verify(forged, SAID)
    with pytest.raises(IntegrityError) as refused:
        KEY.public.verify(SAID, forged)
    assert refused.value.code == "signature_invalid"


def _sha512(data: bytes) -> bytes:
    return hashlib.sha512(data).digest()


def _clamped(seed: bytes) -> int:
    head = bytearray(_sha512(seed)[:32])
    head[0] &= 248
    head[31] = (head[31] & 127) | 64
    return int.from_bytes(head, "little")


@pytest.mark.parametrize("change", [(SAID + b" ", 0), (SAID, 1)])
def test_an_ml_dsa_signature_that_does_not_hold_raises(change):
    key = from_seed(Alg.ML_DSA_44, SEED)
    said, flip = change
    signature = bytearray(key.sign(SAID))
    signature[100] ^= flip
    with pytest.raises(IntegrityError) as refused:
        key.public.verify(said, bytes(signature))
    assert refused.value.code == "signature_invalid"


def test_a_sealing_key_neither_signs_nor_verifies_and_a_signing_key_opens_nothing():
    sealing = from_seed(Alg.MLKEM768X25519, SEED)
    codes = []
    for attempt in (
        lambda: sealing.sign(SAID),
        lambda: sealing.public.verify(SAID, SIGNATURE),
        KEY.opener,
    ):
        with pytest.raises(IntegrityError) as refused:
            attempt()
        codes.append(refused.value.code)
    assert codes == ["algorithm_unknown"] * 3


def test_a_secret_key_never_shows_its_seed():
    shown = "".join(repr(from_seed(alg, SEED)) for alg in Alg)
    assert SEED.hex() not in shown
    assert "seed" not in shown
    assert repr(SEED)[2:-1] not in shown


@pytest.mark.parametrize("alg", [Alg.ED25519, Alg.ML_DSA_44])
def test_what_is_signed_holds(alg):
    key = generate(alg)
    key.public.verify(SAID, key.sign(SAID))
    assert from_seed(alg, key.seed) == key


def test_the_key_of_the_worked_example():
    public = read_public("ed25519", "8e6e0f2c336235e5017f03c0a127398eda58fe5d568048ca4eca8ebfea48e4e7")
    assert public == PublicKey(alg=Alg.ED25519, raw=bytes.fromhex(public.hex))
    assert public.key_id == "d4ea3ce27f93bfd30ed4e0c9dbccb26fd67ebe946361d48b00d132df45f5b3b6"
