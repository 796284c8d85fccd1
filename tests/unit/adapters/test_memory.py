"""What is particular to memory: copies, keys, the mark."""

from __future__ import annotations

import pytest

from servanda.adapters.memory import MemoryKeys, MemoryMark, MemoryStore
from servanda.base.errors import UsageError
from servanda.node.ports import Keys, Mark, Space
from servanda.seal.keys import Alg, SecretKey, from_seed

LOG = "exercise.kr.node/jp/1"


def secret(number: int, alg: Alg = Alg.ED25519) -> SecretKey:
    return from_seed(alg, bytes([number]) * 32)


def keys() -> MemoryKeys:
    return MemoryKeys(
        log=[secret(1)],
        witness=[secret(2)],
        link=secret(3),
        seal=secret(4, Alg.MLKEM768X25519),
        officers={"kr/envoy-1": [secret(5)]},
    )


def test_a_copy_within_a_step_is_refused() -> None:
    store = MemoryStore()
    with store.writing(), pytest.raises(UsageError) as caught:
        store.copy()
    assert caught.value.code == "store_busy"


def test_a_copy_shares_nothing_that_changes() -> None:
    store = MemoryStore()
    store.append(LOG, 0, b"zero")
    store.put(Space.NOTE, "k", b"old")
    store.lay("c1", b"sealed")
    copy = store.copy()
    store.append(LOG, 1, b"one")
    store.put(Space.NOTE, "k", b"new")
    store.destroy("c1")
    copy.append(LOG, 1, b"another one")
    assert (list(copy.entries(LOG, 0, 9)), copy.get(Space.NOTE, "k"), copy.fetch("c1")) == (
        [b"zero", b"another one"],
        b"old",
        b"sealed",
    )
    assert (list(store.entries(LOG, 0, 9)), store.get(Space.NOTE, "k"), store.fetch("c1")) == (
        [b"zero", b"one"],
        b"new",
        None,
    )


def test_an_officer_who_is_not_signed_in_is_named() -> None:
    with pytest.raises(UsageError, match="no keyring of `kr/envoy-2` is open here") as caught:
        keys().officer("kr/envoy-2")
    assert caught.value.code == "keyring_closed"


def test_keys_by_use() -> None:
    held = keys()
    held.sign_in("kr/envoy-2", [secret(6)])
    as_keys: Keys = held
    assert (as_keys.log(), as_keys.witness(), as_keys.link(), as_keys.seal().public) == (
        (secret(1),),
        (secret(2),),
        secret(3),
        as_keys.seal_public(),
    )
    assert (as_keys.officer("kr/envoy-1"), as_keys.officer("kr/envoy-2")) == ((secret(5),), (secret(6),))


def test_a_mark_is_replaced() -> None:
    mark: Mark = MemoryMark()
    assert mark.read() is None
    mark.write(b"one")
    mark.write(b"two")
    assert mark.read() == b"two"
