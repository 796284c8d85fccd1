"""The outer world in memory, for tests and the simulator.

Rules of this module:
- the store keeps the same contract as the file: steps whole or not at all, logs without gaps;
- a copy shares nothing that changes, so that a simulated node can be restored from it;
- the clock moves only when told.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import MappingProxyType

from servanda.base.errors import IntegrityError, UsageError
from servanda.node.ports import Space
from servanda.seal.keys import PublicKey, SecretKey


class MemoryStore:
    """Store and vault of a node in memory.

    Args:
        logs: entries of each log it begins with.
        keyed: values of each space it begins with.
        vault: sealed payloads it begins with.
    """

    def __init__(
        self,
        *,
        logs: Mapping[str, Sequence[bytes]] = MappingProxyType({}),
        keyed: Mapping[Space, Mapping[str, bytes]] = MappingProxyType({}),
        vault: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        self._logs = {log: list(entries) for log, entries in logs.items()}
        self._keyed = {space: dict(keyed.get(space, {})) for space in Space}
        self._vault = dict(vault)
        self._undo: list[Callable[[], object]] = []
        self._depth = 0
        self._lock = threading.RLock()

    def copy(self) -> MemoryStore:
        """A second store with the same content.

        Raises:
            UsageError: `store_busy` within a step of this thread.
        """
        with self._lock:
            if self._depth:
                raise UsageError("store_busy", "a step is being written", action="copy the store after the step")
            return MemoryStore(logs=self._logs, keyed=self._keyed, vault=self._vault)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction; an error takes back what was written since its beginning, nested or not."""
        with self._lock:
            mark = len(self._undo)
            self._depth += 1
            try:
                yield
            except BaseException:
                while len(self._undo) > mark:
                    self._undo.pop()()
                raise
            finally:
                self._depth -= 1
            if not self._depth:
                self._undo.clear()

    def version(self) -> int:
        """Always the same: no other process can write."""
        return 0

    def size(self, log: str) -> int:
        """Number of entries of a log; 0 for one that is not known."""
        with self._lock:
            return len(self._logs.get(log, ()))

    def entries(self, log: str, start: int, end: int) -> Sequence[bytes]:
        """The entries of a log from `start` up to and without `end`, as far as it goes."""
        with self._lock:
            return self._logs.get(log, [])[max(start, 0) : max(end, 0)]

    def append(self, log: str, index: int, entry: bytes) -> None:
        """Add the next entry of a log.

        Raises:
            IntegrityError: `entry_misplaced` where `index` is not the size of the log.
        """
        with self.writing():
            entries = self._logs.setdefault(log, [])
            if index != len(entries):
                raise IntegrityError(
                    "entry_misplaced",
                    f"entry {index} offered to `{log}`, which has {len(entries)}",
                    action="read the log again and retry the step",
                )
            entries.append(entry)
            self._undo.append(entries.pop)

    def get(self, space: Space, key: str) -> bytes | None:
        """The value of a key, or None."""
        with self._lock:
            return self._keyed[space].get(key)

    def several(self, space: Space, keys: Sequence[str]) -> Mapping[str, bytes]:
        """The values of many keys at once, of those that are there."""
        with self._lock:
            kept = self._keyed[space]
            return {key: kept[key] for key in keys if key in kept}

    def put(self, space: Space, key: str, value: bytes) -> None:
        """Set the value of a key."""
        self._set(self._keyed[space], key, value)

    def remove(self, space: Space, key: str) -> None:
        """Forget a key; one that is not there is no error."""
        self._set(self._keyed[space], key, None)

    def keys(self, space: Space) -> Iterator[str]:
        """Keys of a space, sorted; the space may be written to while they are read."""
        with self._lock:
            keys = sorted(self._keyed[space])
        yield from (key for key in keys if key in self._keyed[space])

    def count(self, space: Space) -> int:
        """Number of keys of a space."""
        with self._lock:
            return len(self._keyed[space])

    def lay(self, commit: str, sealed: bytes) -> None:
        """Lay a sealed payload in the vault; one that lies there already stays."""
        with self.writing():
            self._set(self._vault, commit, self._vault.get(commit, sealed))

    def fetch(self, commit: str) -> bytes | None:
        """A sealed payload from the vault, or None."""
        with self._lock:
            return self._vault.get(commit)

    def destroy(self, commit: str) -> None:
        """Remove a sealed payload."""
        self._set(self._vault, commit, None)

    def close(self) -> None:
        """End the use of the store; what it holds stays for the next user of this value."""

    def _set(self, values: dict[str, bytes], key: str, value: bytes | None) -> None:
        with self.writing():
            before = values.get(key)
            self._undo.append(lambda: _place(values, key, before))
            _place(values, key, value)


def _place(values: dict[str, bytes], key: str, value: bytes | None) -> None:
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value


class MemoryKeys:
    """The secret keys of a node whose officers are all signed in."""

    def __init__(
        self,
        *,
        log: Sequence[SecretKey],
        witness: Sequence[SecretKey],
        link: SecretKey,
        seal: SecretKey,
        officers: Mapping[str, Sequence[SecretKey]],
    ) -> None:
        self._log = tuple(log)
        self._witness = tuple(witness)
        self._link = link
        self._seal = seal
        self._officers = dict(officers)

    def copy(self) -> MemoryKeys:
        """The same keys, with officers that sign in apart from these."""
        return MemoryKeys(
            log=self._log, witness=self._witness, link=self._link, seal=self._seal, officers=self._officers
        )

    def log(self) -> Sequence[SecretKey]:
        """Log keys."""
        return self._log

    def witness(self) -> Sequence[SecretKey]:
        """Keys that cosign the peer's log."""
        return self._witness

    def link(self) -> SecretKey:
        """The key that signs bundles."""
        return self._link

    def seal(self) -> SecretKey:
        """The key that payloads and bundles for this node are sealed to."""
        return self._seal

    def seal_public(self) -> PublicKey:
        """The public half of the sealing key."""
        return self._seal.public

    def officer(self, officer: str) -> Sequence[SecretKey]:
        """Keys of an officer.

        Raises:
            UsageError: `keyring_closed` where none is held here.
        """
        keys = self._officers.get(officer)
        if not keys:
            raise UsageError(
                "keyring_closed", f"no keyring of `{officer}` is open here", action="sign in as that officer"
            )
        return tuple(keys)

    def sign_in(self, officer: str, keys: Sequence[SecretKey]) -> None:
        """Hold the keys of one more officer."""
        self._officers[officer] = tuple(keys)


class ManualClock:
    """A clock that stands still until it is moved.

    Args:
        now: an aware moment in UTC.
    """

    def __init__(self, now: datetime, *, elapsed_s: float = 0.0) -> None:
        self._now = now
        self._elapsed_s = elapsed_s

    def now(self) -> datetime:
        """The time set, in whole seconds."""
        return self._now.replace(microsecond=0)

    def elapsed_s(self) -> float:
        """The counter [s], which steps with `advance` alone."""
        return self._elapsed_s

    def advance(self, seconds: float) -> None:
        """Let time pass, on the clock and on the counter."""
        self._now += timedelta(seconds=seconds)
        self._elapsed_s += seconds

    def step_to(self, now: datetime) -> None:
        """Set the clock, as a false time source would: the counter does not move."""
        self._now = now


class MemoryMark:
    """A high-water mark in memory."""

    def __init__(self, mark: bytes | None = None) -> None:
        self._mark = mark

    def read(self) -> bytes | None:
        """The mark, or None before the first."""
        return self._mark

    def write(self, mark: bytes) -> None:
        """Replace the mark."""
        self._mark = mark
