"""One SQLite file: both logs, keyed values and the vault. The only SQL of the house.

Rules of this module:
- entry, outbox and sealed payload of one step are one transaction of one file;
- `synchronous=FULL` and the write-ahead log are asked for and then checked: less would lose what was acknowledged;
- one connection and one lock: a thread that reads never sees half a step of another;
- a payload that was destroyed is overwritten with zeros, and the write-ahead log is emptied after it;
- a file of another program, of a newer servanda, or with a gap in a log is refused, never mended.

Spec: record 4.7 (destruction), 5 (entries), 6.3 and 6.4 (fsync before signing), 8.1.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw

from servanda.adapters.durable import alone_in, make_file
from servanda.base.errors import IntegrityError, ServandaError, UsageError
from servanda.node.ports import Space

SCHEMA_VERSION = 1
APPLICATION_ID = 0x53564E44  # "SVND", in the header of the file
BUSY_WAIT_MS = 10_000
SCRUB_WAIT_MS = 200
KEYS_PER_READ = 1_000

_WRITE_AHEAD, _SYNCHRONOUS_FULL = "wal", 2
# Tables keep their row ids: SQLite advises against WITHOUT ROWID where a row is more than a twentieth of a page.
_SCHEMA = f"""
CREATE TABLE entries (
    log TEXT NOT NULL,
    idx INTEGER NOT NULL CHECK (idx >= 0),
    data BLOB NOT NULL,
    PRIMARY KEY (log, idx)
) STRICT;
CREATE TABLE keyed (
    space TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (space, key)
) STRICT;
CREATE TABLE vault (
    "commit" TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""

# What every connection asks for. F_FULLFSYNC matters on macOS alone; elsewhere the two are without effect.
_SETTINGS = """
PRAGMA synchronous = FULL;
PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;
PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
"""


class SqliteStore:
    """Store and vault of a node in one file, with one writer at a time.

    Args:
        path: the file; made, readable by its owner alone, where there is none.
        busy_wait_ms: how long to wait for another process that writes.

    Raises:
        UsageError: `store_foreign`, `store_newer`, `store_unsafe`, `store_busy` or `store_unwritable`.
        IntegrityError: `store_damaged`.
    """

    def __init__(self, path: Path, *, busy_wait_ms: int = BUSY_WAIT_MS) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._depth = 0
        self._to_scrub = False
        self._busy_wait_ms = busy_wait_ms
        with self._telling():
            make_file(path)
            self._db = apsw.Connection(os.fspath(path))
            try:
                self._db.set_busy_timeout(busy_wait_ms)
                self._open()
            except BaseException:
                self._db.close()
                raise

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, on disk when it ends without an error and not there at all otherwise.

        Nested use joins the outer transaction; an error takes back what was written since the nested beginning.

        Raises:
            UsageError: `store_busy`, `store_full` or `store_unwritable`.
        """
        with self._lock:
            nested = self._depth
            self._run(f"SAVEPOINT nested_{nested}" if nested else "BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
                self._run(f"RELEASE nested_{nested}" if nested else "COMMIT")
            except BaseException:
                self._take_back(nested)
                raise
            finally:
                self._depth -= 1
            if self._to_scrub and not nested:
                # The step is on disk: a failure here must not tell its writer that it is not.
                with suppress(UsageError):
                    self._scrub()

    def version(self) -> int:
        """A number that changes when another process has written."""
        return int(self._one("PRAGMA data_version"))

    def size(self, log: str) -> int:
        """Number of entries of a log; 0 for one that is not known."""
        last = self._one("SELECT idx FROM entries WHERE log = ? ORDER BY idx DESC LIMIT 1", log)
        return 0 if last is None else int(last) + 1

    def entries(self, log: str, start: int, end: int) -> Sequence[bytes]:
        """The entries of a log from `start` up to and without `end`, as far as it goes.

        Raises:
            IntegrityError: `entry_misplaced` where the file lacks one of them.
        """
        first, size = max(start, 0), self.size(log)
        rows = self._all(
            "SELECT idx, data FROM entries WHERE log = ? AND idx >= ? AND idx < ? ORDER BY idx", log, first, end
        )
        for wanted, (found, _) in enumerate(rows, first):
            if found != wanted:
                raise self._gap(log, wanted)
        if first + len(rows) < min(end, size):
            raise self._gap(log, first + len(rows))
        return [data for _, data in rows]

    def append(self, log: str, index: int, entry: bytes) -> None:
        """Add the next entry of a log.

        Raises:
            IntegrityError: `entry_misplaced` where `index` is not the size of the log.
        """
        with self._within():
            size = self.size(log)
            if index != size:
                raise IntegrityError(
                    "entry_misplaced",
                    f"entry {index} offered to `{log}`, which has {size}",
                    action="read the log again and retry the step",
                )
            self._run("INSERT INTO entries (log, idx, data) VALUES (?, ?, ?)", log, index, entry)

    def get(self, space: Space, key: str) -> bytes | None:
        """The value of a key, or None."""
        found: bytes | None = self._one("SELECT value FROM keyed WHERE space = ? AND key = ?", space.value, key)
        return found

    def several(self, space: Space, keys: Sequence[str]) -> Mapping[str, bytes]:
        """The values of many keys at once, of those that are there: one look at the file for all of them."""
        rows = self._all(
            "SELECT key, value FROM keyed WHERE space = ? AND key IN (SELECT value FROM json_each(?))",
            space.value,
            json.dumps([*keys]),
        )
        return dict(rows)

    def put(self, space: Space, key: str, value: bytes) -> None:
        """Set the value of a key."""
        with self._within():
            self._run(
                "INSERT INTO keyed (space, key, value) VALUES (?, ?, ?) "
                "ON CONFLICT (space, key) DO UPDATE SET value = excluded.value",
                space.value,
                key,
                value,
            )

    def remove(self, space: Space, key: str) -> None:
        """Forget a key; one that is not there is no error."""
        with self._within():
            self._run("DELETE FROM keyed WHERE space = ? AND key = ?", space.value, key)

    def keys(self, space: Space) -> Iterator[str]:
        """Keys of a space, sorted; the space may be written to while they are read."""
        rows = self._all("SELECT key FROM keyed WHERE space = ? ORDER BY key LIMIT ?", space.value, KEYS_PER_READ)
        while rows:
            yield from (key for (key,) in rows)
            rows = self._all(
                "SELECT key FROM keyed WHERE space = ? AND key > ? ORDER BY key LIMIT ?",
                space.value,
                rows[-1][0],
                KEYS_PER_READ,
            )

    def count(self, space: Space) -> int:
        """Number of keys of a space."""
        return int(self._one("SELECT count(*) FROM keyed WHERE space = ?", space.value))

    def lay(self, commit: str, sealed: bytes) -> None:
        """Lay a sealed payload in the vault; one that lies there already stays."""
        with self._within():
            self._run('INSERT INTO vault ("commit", sealed) VALUES (?, ?) ON CONFLICT DO NOTHING', commit, sealed)

    def fetch(self, commit: str) -> bytes | None:
        """A sealed payload from the vault, or None."""
        found: bytes | None = self._one('SELECT sealed FROM vault WHERE "commit" = ?', commit)
        return found

    def destroy(self, commit: str) -> None:
        """Remove a sealed payload so that neither the file nor its write-ahead log holds it once the step has ended.

        Spec: record 4.7.
        """
        with self._within():
            self._run('DELETE FROM vault WHERE "commit" = ?', commit)
            self._to_scrub = True

    def close(self) -> None:
        """End the use of the file; a step that has not ended is taken back."""
        with self._lock:
            if self._to_scrub and not self._depth:
                self._scrub()
            self._db.close()

    def _open(self) -> None:
        """Look at the file before anything is written to it, then set and check how it is written."""
        # One statement, one look: another process may be making the file at this moment.
        (is_new, application, version) = self._all(
            "SELECT (SELECT count(*) FROM sqlite_schema) = 0, application_id, user_version "
            "FROM pragma_application_id, pragma_user_version"
        )[0]
        if not is_new and application != APPLICATION_ID:
            raise UsageError(
                "store_foreign",
                f"`{self._path}` is the database of another program",
                action="name another file, or another data folder",
            )
        if version > SCHEMA_VERSION:
            raise UsageError(
                "store_newer",
                f"`{self._path}` has schema {version}, this servanda knows {SCHEMA_VERSION}",
                action="use the newer servanda that wrote it",
            )
        journal = self._one("PRAGMA journal_mode")
        if journal != _WRITE_AHEAD:
            # Two that turn it over at once would each wait for the other's lock, and SQLite refuses one of them.
            with alone_in(self._path.parent):
                journal = self._one(f"PRAGMA journal_mode = {_WRITE_AHEAD}")
        self._run(_SETTINGS)
        if journal != _WRITE_AHEAD or self._one("PRAGMA synchronous") != _SYNCHRONOUS_FULL:
            raise UsageError(
                "store_unsafe",
                f"`{self._path}` cannot be written so that a power cut loses nothing",
                action="put the data folder on a local disk",
            )
        if is_new:
            with self.writing():
                if not self._one("SELECT count(*) FROM sqlite_schema"):  # another process may have been first
                    self._run(_SCHEMA)
        # A process that died between a destruction and its scrubbing left the payload in the write-ahead log.
        self._scrub()

    def _scrub(self) -> None:
        """Empty the write-ahead log; where another process holds it, the next step tries again."""
        self._db.set_busy_timeout(min(SCRUB_WAIT_MS, self._busy_wait_ms))
        busy, _, _ = self._all("PRAGMA wal_checkpoint(TRUNCATE)")[0]
        self._db.set_busy_timeout(self._busy_wait_ms)
        self._to_scrub = bool(busy)

    @contextmanager
    def _within(self) -> Iterator[None]:
        """The open transaction of this thread, or one of its own."""
        with self._lock:
            if not self._depth:
                with self.writing():
                    yield
                return
            if not self._db.in_transaction:
                raise UsageError(
                    "store_unwritable",
                    f"the step in `{self._path}` was taken back by an earlier failure",
                    action="see to the disk and repeat the step",
                )
            yield

    def _take_back(self, nested: int) -> None:
        if not self._db.in_transaction:
            return  # a full disk or a failed write has taken the whole transaction back already
        if nested:
            self._run(f"ROLLBACK TO nested_{nested}")
            self._run(f"RELEASE nested_{nested}")
        else:
            self._run("ROLLBACK")

    def _run(self, sql: str, *values: str | int | bytes) -> None:
        """Carry out every statement; without asking for its rows, one that answers would hold up those after it."""
        self._all(sql, *values)

    def _one(self, sql: str, *values: str | int | bytes) -> Any:
        with self._telling():
            return self._db.execute(sql, values or None).get

    def _all(self, sql: str, *values: str | int | bytes) -> list[tuple[Any, ...]]:
        with self._telling():
            return self._db.execute(sql, values or None).fetchall()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn to the connection, and tell its failures in the house's words."""
        with self._lock:
            try:
                yield
            except (apsw.Error, OSError) as error:
                raise _told(error, self._path) from error

    def _gap(self, log: str, index: int) -> IntegrityError:
        return IntegrityError(
            "entry_misplaced",
            f"`{log}` has no entry {index} in `{self._path}`",
            action="audit the node and fetch the log from the peer's copy",
        )


def _told(error: Exception, path: Path) -> ServandaError:
    """What a failure of the file means for the duty officer."""
    match error:
        case apsw.BusyError() | apsw.LockedError():
            return UsageError(
                "store_busy", f"another process is writing to `{path}`", action="wait for it to end and try again"
            )
        case apsw.FullError():
            return UsageError("store_full", f"the disk of `{path}` is full", action="free some space and try again")
        case apsw.CorruptError() | apsw.NotADBError():
            return IntegrityError(
                "store_damaged",
                f"`{path}` is damaged, or no database",
                action="keep the file, restore a backup and run the audit",
            )
        case apsw.ConnectionClosedError():
            return UsageError("store_closed", f"`{path}` is closed", action="open the node again")
        case _:
            return UsageError(
                "store_unwritable", f"`{path}` cannot be used: {error}", action="see to the disk and its permissions"
            )
