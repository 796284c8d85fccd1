"""Keyrings: what does not open, and that a locked one shows its public key only."""

from __future__ import annotations

import pytest

from servanda.base import canon
from servanda.base.errors import ServandaError, UsageError
from servanda.seal import keyring
from servanda.seal.keyring import Label
from servanda.seal.keys import Alg, from_seed

KEY, OTHER = (from_seed(Alg.ED25519, bytes([number]) * 32) for number in (1, 2))
PASSPHRASE = "비밀 secret 秘密"
LOCKED = keyring.lock(KEY, PASSPHRASE)
OPEN = keyring.lock(KEY, None)


def bent(data: bytes, **changes) -> bytes:
    members = {**canon.decode_object(data, bytes_max=16_384), **changes}
    return canon.encode({name: value for name, value in members.items() if value != "absent"})


def costs(**changes) -> dict[str, object]:
    kdf = {"iterations": 3, "lanes": 1, "memory_kib": 65_536, "name": "argon2id", "salt": "00" * 16, **changes}
    return {name: value for name, value in kdf.items() if value != "absent"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "json_syntax"),
        (b" " * 16_385, "too_large"),
        (LOCKED + b"\n", "json_not_canonical"),
        (bent(LOCKED, format="servanda-keyring/2"), "field_type"),
        (bent(LOCKED, format="absent"), "field_missing"),
        (bent(LOCKED, alg="rsa"), "algorithm_unknown"),
        (bent(LOCKED, alg="ml-dsa-44"), "key_invalid"),
        (bent(LOCKED, public="00" * 32), "key_invalid"),
        (bent(LOCKED, kdf="argon2id"), "field_type"),
        (bent(LOCKED, kdf=costs(name="scrypt")), "field_type"),
        (bent(LOCKED, kdf=costs(salt="absent")), "field_missing"),
        (bent(LOCKED, kdf=costs(salt="00")), "field_type"),
        (bent(LOCKED, kdf=costs(iterations=2)), "field_type"),
        (bent(LOCKED, kdf=costs(iterations=17)), "field_type"),
        (bent(LOCKED, kdf=costs(lanes=5)), "field_type"),
        (bent(LOCKED, kdf=costs(memory_kib=1_024)), "field_type"),
        (bent(LOCKED, kdf=costs(memory_kib=2_097_152)), "field_type"),
        (bent(LOCKED, nonce="00"), "field_type"),
        (bent(LOCKED, sealed="00"), "field_type"),
        (bent(LOCKED, sealed="absent"), "field_missing"),
        (bent(LOCKED, sealed="00" * 48), "passphrase_wrong"),
        (bent(LOCKED, nonce="00" * 12), "passphrase_wrong"),
        (bent(LOCKED, public=OTHER.public.hex), "passphrase_wrong"),
        (bent(LOCKED, note="added"), "passphrase_wrong"),
        (bent(LOCKED, kdf=costs()), "passphrase_wrong"),
        (OPEN, "passphrase_wrong"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_a_keyring_is_refused_by_the_name_of_its_fault(data, code):
    with pytest.raises(ServandaError) as refused:
        keyring.unlock(data, PASSPHRASE)
    assert refused.value.code == code


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE + " ", PASSPHRASE.upper()])
def test_another_passphrase_does_not_open_and_is_not_repeated(passphrase):
    with pytest.raises(UsageError) as refused:
        keyring.unlock(LOCKED, passphrase)
    assert refused.value.code == "passphrase_wrong"
    assert str(refused.value) == "the passphrase does not open the keyring; try again"


def test_a_locked_keyring_asks_for_its_passphrase():
    with pytest.raises(UsageError) as refused:
        keyring.unlock(LOCKED, None)
    assert refused.value.code == "passphrase_missing"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bent(OPEN, public=OTHER.public.hex), "key_invalid"),
        (bent(OPEN, seed="00"), "field_type"),
        (bent(OPEN, seed="absent"), "field_missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_a_keyring_of_an_exercise_holds_the_key_it_names(data, code):
    with pytest.raises(ServandaError) as refused:
        keyring.unlock(data, None)
    assert refused.value.code == code


def test_a_locked_file_holds_no_seed():
    assert KEY.seed.hex().encode() not in LOCKED
    assert keyring.lock(KEY, PASSPHRASE) != LOCKED


def test_a_label_is_read_without_opening():
    assert [keyring.label(data) for data in (LOCKED, OPEN)] == [
        Label(public=KEY.public, exercise=False),
        Label(public=KEY.public, exercise=True),
    ]


def test_a_keyring_opens_with_its_passphrase():
    assert keyring.unlock(LOCKED, PASSPHRASE) == KEY


@pytest.mark.parametrize("alg", Alg)
def test_every_kind_of_key_is_kept_in_an_exercise(alg):
    key = from_seed(alg, bytes([9]) * 32)
    assert keyring.unlock(keyring.lock(key, None), None) == key
