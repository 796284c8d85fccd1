"""One contract for both stores: the SQLite file and the memory answer alike, and fail alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.adapters.memory import MemoryStore
from servanda.adapters.sqlite import SqliteStore
from servanda.base.errors import IntegrityError, ServandaError
from servanda.node.ports import Space, Store, Vault

LOG = "exercise.kr.node/jp/1"
OTHER_LOG = "exercise.jp.node/kr/1"

AnyStore = SqliteStore | MemoryStore


class FailedError(Exception):
    """What a step of these tests fails with."""


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyStore]:
    made = SqliteStore(tmp_path / "node.db") if request.param == "sqlite" else MemoryStore()
    yield made
    made.close()


def content(store: AnyStore) -> dict[str, object]:
    """Everything a store holds, as one value."""
    return {
        "logs": {log: list(store.entries(log, 0, 2**40)) for log in (LOG, OTHER_LOG)},
        "sizes": {log: store.size(log) for log in (LOG, OTHER_LOG)},
        "keyed": {space: {key: store.get(space, key) for key in store.keys(space)} for space in Space},
        "counts": {space: store.count(space) for space in Space},
        "vault": {commit: store.fetch(commit) for commit in ("c1", "c2")},
    }


EMPTY = content(MemoryStore())


def test_both_are_a_store_and_a_vault(store: AnyStore) -> None:
    as_store: Store = store
    as_vault: Vault = store
    assert as_store is as_vault


@pytest.mark.parametrize("index", [0, 2, 3, -1, 2**40])
def test_an_entry_at_another_place_is_refused_and_changes_nothing(store: AnyStore, index: int) -> None:
    store.append(LOG, 0, b"zero")
    before = content(store)
    with pytest.raises(IntegrityError, match=f"entry {index} offered to `{LOG}`, which has 1") as caught:
        store.append(LOG, index, b"wrong")
    assert caught.value.code == "entry_misplaced"
    assert content(store) == before


def failing(store: AnyStore, *steps: Callable[[], object]) -> None:
    """One transaction of some steps, which then fails."""
    with store.writing():
        for step in steps:
            step()
        raise FailedError


def test_an_error_takes_back_everything_of_the_step(store: AnyStore) -> None:
    store.append(LOG, 0, b"zero")
    store.put(Space.NOTE, "kept", b"old")
    store.put(Space.NOTE, "gone", b"old")
    store.lay("c1", b"sealed")
    before = content(store)
    with pytest.raises(FailedError):
        failing(
            store,
            lambda: store.append(LOG, 1, b"one"),
            lambda: store.append(OTHER_LOG, 0, b"zero"),
            lambda: store.put(Space.NOTE, "kept", b"new"),
            lambda: store.put(Space.OUTBOX, "act", b""),
            lambda: store.remove(Space.NOTE, "gone"),
            lambda: store.destroy("c1"),
            lambda: store.lay("c2", b"sealed"),
        )
    assert content(store) == before
    store.append(LOG, 1, b"one again")
    assert store.entries(LOG, 0, 9) == [b"zero", b"one again"]


def test_an_error_of_a_nested_step_takes_back_that_step_alone(store: AnyStore) -> None:
    with store.writing():
        store.append(LOG, 0, b"zero")
        with pytest.raises(FailedError):
            failing(store, lambda: store.append(LOG, 1, b"one"), lambda: store.put(Space.NOTE, "inner", b"x"))
        with store.writing(), store.writing():
            store.put(Space.NOTE, "deep", b"y")
    assert content(store) == EMPTY | {
        "logs": {LOG: [b"zero"], OTHER_LOG: []},
        "sizes": {LOG: 1, OTHER_LOG: 0},
        "keyed": {space: ({"deep": b"y"} if space is Space.NOTE else {}) for space in Space},
        "counts": {space: int(space is Space.NOTE) for space in Space},
    }


def test_an_error_of_the_outer_step_takes_back_what_nested_steps_wrote(store: AnyStore) -> None:
    def nested() -> None:
        with store.writing():
            store.append(LOG, 0, b"zero")
            store.lay("c1", b"sealed")

    with pytest.raises(FailedError):
        failing(store, nested)
    assert content(store) == EMPTY


def test_what_is_not_there_is_none_and_no_error(store: AnyStore) -> None:
    store.remove(Space.NOTE, "never")
    store.destroy("never")
    assert (store.get(Space.NOTE, "never"), store.fetch("never"), store.size("never")) == (None, None, 0)
    assert content(store) == EMPTY


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 3, [b"0", b"1", b"2"]),
        (1, 2, [b"1"]),
        (1, 99, [b"1", b"2"]),
        (2, 2, []),
        (2, 1, []),
        (3, 9, []),
        (-5, 1, [b"0"]),
        (0, -1, []),
    ],
)
def test_entries_are_cut_to_the_log(store: AnyStore, start: int, end: int, expected: list[bytes]) -> None:
    for index in range(3):
        store.append(LOG, index, b"%d" % index)
    assert list(store.entries(LOG, start, end)) == expected


def test_keys_are_sorted_by_code_point_and_kept_apart_by_space(store: AnyStore) -> None:
    for key in ("b", "a", "B", "", "한", "a/1", "ab"):
        store.put(Space.FACTS, key, b"")
    store.put(Space.KEYS, "a", b"other")
    assert list(store.keys(Space.FACTS)) == ["", "B", "a", "a/1", "ab", "b", "한"]
    assert (store.count(Space.FACTS), store.count(Space.KEYS), store.get(Space.FACTS, "a")) == (7, 1, b"")


def test_the_values_of_many_keys_at_once_are_those_that_are_there(store: AnyStore) -> None:
    keys = [f"k{number}" for number in range(3_000)]
    for key in keys[::2]:
        store.put(Space.FACTS, key, key.encode())
    store.put(Space.KEYS, "k1", b"other")
    store.put(Space.FACTS, "한", b"wide")
    assert store.several(Space.FACTS, []) == {}
    assert store.several(Space.FACTS, ["k1", "k2", "k2", "한"]) == {"k2": b"k2", "한": b"wide"}
    assert store.several(Space.FACTS, keys) == {key: key.encode() for key in keys[::2]}


def test_keys_may_be_removed_while_they_are_read(store: AnyStore) -> None:
    with store.writing():
        for number in range(2_500):
            store.put(Space.OUTBOX, f"{number:04}", b"")
    seen = []
    for key in store.keys(Space.OUTBOX):
        store.remove(Space.OUTBOX, key)
        seen.append(key)
    assert (seen, store.count(Space.OUTBOX)) == ([f"{number:04}" for number in range(2_500)], 0)


def test_a_sealed_payload_that_lies_there_stays(store: AnyStore) -> None:
    store.lay("c1", b"first")
    store.lay("c1", b"second")
    assert store.fetch("c1") == b"first"
    store.destroy("c1")
    assert store.fetch("c1") is None


def test_any_bytes_come_back_as_they_were(store: AnyStore) -> None:
    every = bytes(range(256)) * 300
    store.append(LOG, 0, every)
    store.put(Space.ENVELOPE, "k", every)
    store.lay("c1", every)
    assert (store.entries(LOG, 0, 1)[0], store.get(Space.ENVELOPE, "k"), store.fetch("c1")) == (every, every, every)


def test_another_thread_sees_a_step_whole_or_not_at_all(store: AnyStore) -> None:
    inside = threading.Event()
    read = threading.Event()
    seen: list[tuple[int, int]] = []

    def reader() -> None:
        inside.wait()
        read.set()
        seen.append((store.size(LOG), store.count(Space.OUTBOX)))

    thread = threading.Thread(target=reader)
    thread.start()
    with store.writing():
        store.append(LOG, 0, b"zero")
        inside.set()
        read.wait()
        store.put(Space.OUTBOX, "act", b"")
    thread.join()
    assert seen == [(1, 1)]


def test_writers_in_threads_take_turns(store: AnyStore) -> None:
    errors: list[ServandaError] = []

    def writer() -> None:
        try:
            for _ in range(20):
                with store.writing():
                    store.append(LOG, store.size(LOG), b"entry")
        except ServandaError as error:
            errors.append(error)

    threads = [threading.Thread(target=writer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (errors, store.size(LOG)) == ([], 80)


keys = st.sampled_from(["", "a", "b", "한"])
values = st.binary(max_size=4)
steps = st.one_of(
    st.tuples(st.just("append"), st.sampled_from([LOG, OTHER_LOG]), st.integers(-1, 4), values),
    st.tuples(st.just("put"), st.sampled_from(Space), keys, values),
    st.tuples(st.just("remove"), st.sampled_from(Space), keys),
    st.tuples(st.just("lay"), st.sampled_from(["c1", "c2"]), values),
    st.tuples(st.just("destroy"), st.sampled_from(["c1", "c2"])),
    st.tuples(st.just("fail")),
)
blocks = st.recursive(steps, lambda inner: st.lists(inner, max_size=5), max_leaves=12)


def play(store: AnyStore, block: object) -> str:
    """Carry out a step, or a list of them as one transaction; failures of it are told, and left behind."""
    try:
        if isinstance(block, list):
            with store.writing():
                return " ".join(play(store, inner) for inner in block)
        match block:
            case ("append", log, index, value):
                store.append(log, index, value)
            case ("put", space, key, value):
                store.put(space, key, value)
            case ("remove", space, key):
                store.remove(space, key)
            case ("lay", commit, value):
                store.lay(commit, value)
            case ("destroy", commit):
                store.destroy(commit)
            case _:
                raise FailedError
    except IntegrityError as error:
        return error.code
    return "done"


def told(store: AnyStore, block: object) -> str:
    try:
        return play(store, block)
    except FailedError:
        return "taken back"


@settings(max_examples=40)
@given(sequence=st.lists(blocks, max_size=8))
def test_any_sequence_leaves_both_alike(sequence: list[object]) -> None:
    memory = MemoryStore()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "node.db"
        file = SqliteStore(path)
        for block in sequence:
            assert told(file, block) == told(memory, block)
            assert content(file) == content(memory)
        file.close()
        again = SqliteStore(path)
        assert content(again) == content(memory.copy())
        again.close()
