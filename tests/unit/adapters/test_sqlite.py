"""The file itself: what is refused at the door, what survives, what does not come back."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import apsw
import pytest

from servanda.adapters.sqlite import APPLICATION_ID, SCHEMA_VERSION, SqliteStore
from servanda.base.errors import IntegrityError, UsageError
from servanda.node.ports import Space

LOG = "exercise.kr.node/jp/1"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "node.db"


def bent(path: Path, sql: str) -> None:
    """Change a file behind the store's back."""
    db = apsw.Connection(str(path))
    db.execute(sql).fetchall()
    db.close()


def test_the_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    bent(path, "CREATE TABLE recipes (title TEXT)")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="is the database of another program") as caught:
        SqliteStore(path)
    assert caught.value.code == "store_foreign"
    assert path.read_bytes() == before


def test_a_newer_schema_is_refused(path: Path) -> None:
    SqliteStore(path).close()
    bent(path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(UsageError) as caught:
        SqliteStore(path)
    assert (caught.value.code, str(caught.value)) == (
        "store_newer",
        f"`{path}` has schema 2, this servanda knows 1; use the newer servanda that wrote it",
    )


@pytest.mark.parametrize(
    "data", [b"no database at all, but long enough to be looked at" * 40, b"SQLite format 3\0" * 99]
)
def test_what_is_no_database_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(IntegrityError) as caught:
        SqliteStore(path)
    assert caught.value.code == "store_damaged"
    assert path.read_bytes() == data


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be used") as caught:
        SqliteStore(tmp_path / "missing" / "node.db")
    assert caught.value.code == "store_unwritable"


def test_a_disk_that_carries_no_write_ahead_log_is_refused(path: Path) -> None:
    apsw.set_default_vfs("unix-none")  # without shared memory, as on some network disks
    try:
        with pytest.raises(UsageError, match="so that a power cut loses nothing") as caught:
            SqliteStore(path)
    finally:
        apsw.set_default_vfs("unix")
    assert caught.value.code == "store_unsafe"


def test_a_missing_entry_is_named(path: Path) -> None:
    store = SqliteStore(path)
    for index in range(5):
        store.append(LOG, index, b"%d" % index)
    bent(path, "DELETE FROM entries WHERE idx = 2")
    for start, end in ((0, 5), (2, 5), (0, 3), (2, 3)):
        with pytest.raises(IntegrityError, match=f"`{LOG}` has no entry 2 in") as caught:
            store.entries(LOG, start, end)
        assert caught.value.code == "entry_misplaced"
    assert (store.size(LOG), list(store.entries(LOG, 3, 5)), list(store.entries(LOG, 0, 2))) == (
        5,
        [b"3", b"4"],
        [b"0", b"1"],
    )
    store.close()


def test_another_process_that_writes_is_waited_for_and_then_told(path: Path) -> None:
    first = SqliteStore(path)
    second = SqliteStore(path, busy_wait_ms=20)
    first.put(Space.NOTE, "k", b"first")
    with first.writing():
        first.put(Space.NOTE, "k", b"unfinished")
        with pytest.raises(UsageError) as caught, second.writing():
            raise AssertionError("never begun")
        assert caught.value.code == "store_busy"
        assert second.get(Space.NOTE, "k") == b"first"
    assert second.get(Space.NOTE, "k") == b"unfinished"
    first.close()
    second.close()


def test_a_store_opens_and_reads_while_another_process_writes(path: Path) -> None:
    writer = SqliteStore(path)
    writer.append(LOG, 0, b"zero")
    with writer.writing():
        writer.append(LOG, 1, b"one")
        reader = SqliteStore(path, busy_wait_ms=20)
        assert list(reader.entries(LOG, 0, 9)) == [b"zero"]
    assert list(reader.entries(LOG, 0, 9)) == [b"zero", b"one"]
    reader.close()
    writer.close()


def test_a_closed_store_says_so(path: Path) -> None:
    store = SqliteStore(path)
    store.close()
    for use in (lambda: store.size(LOG), lambda: store.put(Space.NOTE, "k", b"")):
        with pytest.raises(UsageError) as caught:
            use()
        assert caught.value.code == "store_closed"


def test_a_full_disk_takes_the_whole_step_back(path: Path) -> None:
    store = SqliteStore(path)
    store.append(LOG, 0, b"zero")
    store._db.execute(f"PRAGMA max_page_count = {store._one('PRAGMA page_count') + 2}")

    def too_much() -> None:
        with store.writing():
            store.append(LOG, 1, b"one")
            store.lay("c1", bytes(100_000))

    with pytest.raises(UsageError) as caught:
        too_much()
    assert caught.value.code == "store_full"
    assert (list(store.entries(LOG, 0, 9)), store.fetch("c1")) == ([b"zero"], None)
    store.close()


def test_after_a_failure_that_took_all_back_the_rest_of_the_step_is_refused(path: Path) -> None:
    store = SqliteStore(path)

    def going_on() -> None:
        with store.writing():
            store.append(LOG, 0, b"zero")
            store._db.execute("ROLLBACK")  # as SQLite does by itself when the disk fails
            store.append(LOG, 0, b"half a step")

    with pytest.raises(UsageError) as caught:
        going_on()
    assert caught.value.code == "store_unwritable"
    assert store.size(LOG) == 0
    store.close()


def test_the_file_is_written_so_that_a_power_cut_loses_nothing(path: Path) -> None:
    store = SqliteStore(path)
    asked = ("synchronous", "journal_mode", "secure_delete", "foreign_keys", "trusted_schema", "cell_size_check")
    assert [store._one(f"PRAGMA {name}") for name in ("application_id", "user_version")] == [
        APPLICATION_ID,
        SCHEMA_VERSION,
    ]
    assert {name: store._one(f"PRAGMA {name}") for name in asked} == {
        "synchronous": 2,
        "journal_mode": "wal",
        "secure_delete": 1,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
    }
    store.close()


def test_its_owner_alone_reads_the_file(path: Path) -> None:
    store = SqliteStore(path)
    store.put(Space.NOTE, "k", b"v")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(("node.db", "node.db-wal", "node.db-shm"), 0o600)
    store.close()


def held(path: Path, words: bytes) -> list[str]:
    return [file.name for file in path.parent.iterdir() if words in file.read_bytes()]


def test_a_destroyed_payload_is_in_no_file(path: Path) -> None:
    secret = b"what must not be read again" * 500
    store = SqliteStore(path)
    store.lay("c1", secret)
    store.lay("c2", b"what stays")
    assert held(path, b"must not be read") == ["node.db-wal"]
    with store.writing():
        store.put(Space.NOTE, "k", b"v")
        store.destroy("c1")
    assert held(path, b"must not be read") == []
    assert store.fetch("c2") == b"what stays"
    store.close()


def test_a_payload_destroyed_while_another_reads_goes_with_the_next_step(path: Path) -> None:
    store = SqliteStore(path, busy_wait_ms=20)
    store.lay("c1", b"what must not be read again" * 500)
    reader = apsw.Connection(str(path))
    reader.execute("BEGIN; SELECT count(*) FROM vault")
    store.destroy("c1")
    assert held(path, b"must not be read") == ["node.db-wal"]
    reader.execute("COMMIT")
    store.put(Space.NOTE, "k", b"v")
    assert held(path, b"must not be read") == []
    reader.close()
    store.close()


def test_a_payload_destroyed_while_another_reads_goes_when_the_store_is_closed(path: Path) -> None:
    store = SqliteStore(path, busy_wait_ms=20)
    store.lay("c1", b"what must not be read again" * 500)
    reader = apsw.Connection(str(path))
    reader.execute("BEGIN; SELECT count(*) FROM vault")
    store.destroy("c1")
    reader.execute("COMMIT")
    store.close()
    assert held(path, b"must not be read") == []
    reader.close()


def test_what_a_dead_process_left_to_scrub_is_scrubbed_when_opened(path: Path) -> None:
    dead = SqliteStore(path)
    dead.lay("c1", b"what must not be read again" * 500)
    bent_db = apsw.Connection(str(path))
    bent_db.execute("PRAGMA secure_delete = ON; DELETE FROM vault").fetchall()
    assert held(path, b"must not be read") == ["node.db-wal"]
    store = SqliteStore(path)
    assert held(path, b"must not be read") == []
    for opened in (bent_db, dead, store):
        opened.close()


def test_the_version_changes_when_another_process_has_written_and_not_else(path: Path) -> None:
    store, other = SqliteStore(path), SqliteStore(path)
    before = store.version()
    store.put(Space.NOTE, "k", b"own")
    assert store.version() == before
    other.put(Space.NOTE, "k", b"other")
    assert store.version() != before
    assert store.get(Space.NOTE, "k") == b"other"
    store.close()
    other.close()


@pytest.mark.parametrize("_again", range(20))
def test_several_may_make_the_file_at_once(path: Path, _again: int) -> None:
    opened: list[SqliteStore] = []
    together = threading.Barrier(4)

    def open_one() -> None:
        together.wait()
        opened.append(SqliteStore(path))

    threads = [threading.Thread(target=open_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, store in enumerate(opened):
        store.append(LOG, number, b"entry")
    assert [store.size(LOG) for store in opened] == [4, 4, 4, 4]
    for store in opened:
        store.close()


def test_what_was_written_is_there_when_opened_again(path: Path) -> None:
    store = SqliteStore(path)
    with store.writing():
        store.append(LOG, 0, b"zero")
        store.lay("c1", b"sealed")
        store.put(Space.OUTBOX, "act", b"")
    store.close()
    again = SqliteStore(path)
    assert (list(again.entries(LOG, 0, 9)), again.fetch("c1"), list(again.keys(Space.OUTBOX))) == (
        [b"zero"],
        b"sealed",
        ["act"],
    )
    again.close()
