"""What the node asks of the world: store, vault, courier, clock, keys, mark.

Rules of this module:
- the node is synchronous with one writer; everything of one step is written in one transaction;
- what a step wrote is on disk (fsync) when `writing` ends without an error, and not there at all otherwise;
- the mark lies apart from the database, so that a restored database is noticed.

Spec: record 5, 6.3, 6.4, 8.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from servanda.seal.keys import PublicKey, SecretKey


class Space(StrEnum):
    """The keyed parts of a store; every key is text, every value bytes."""

    ENVELOPE = "envelope"  # SHA-256 hex of the envelope -> the envelope of an act
    FACTS = "facts"  # act id -> canonical JSON of the facts it was judged by here, one set a line
    KEYS = "keys"  # SHA-256 hex of the body -> key list envelope
    HEAD = "head"  # log name -> newest signed checkpoint, with the cosignatures known
    OUTBOX = "outbox"  # act id -> number of the last bundle that carried it, empty before
    EVIDENCE = "evidence"  # name -> two checkpoints that contradict each other
    NOTE = "note"  # small values of the node itself


class Store(Protocol):
    """Logs and keyed values, in one file, with one writer at a time."""

    def writing(self) -> AbstractContextManager[None]:
        """One transaction that excludes every other writer, also of another process.

        Nested use joins the outer transaction.
        """
        ...

    def version(self) -> int:
        """A number that changes when another process has written."""
        ...

    def size(self, log: str) -> int:
        """Number of entries of a log; 0 for one that is not known."""
        ...

    def entries(self, log: str, start: int, end: int) -> Sequence[bytes]:
        """The entries of a log from `start` up to and without `end`."""
        ...

    def append(self, log: str, index: int, entry: bytes) -> None:
        """Add the next entry of a log.

        Raises:
            IntegrityError: `entry_misplaced` where `index` is not the size of the log.
        """
        ...

    def get(self, space: Space, key: str) -> bytes | None: ...

    def several(self, space: Space, keys: Sequence[str]) -> Mapping[str, bytes]:
        """The values of many keys at once, of those that are there."""
        ...

    def put(self, space: Space, key: str, value: bytes) -> None: ...

    def remove(self, space: Space, key: str) -> None: ...

    def keys(self, space: Space) -> Iterator[str]:
        """Keys of a space, sorted."""
        ...

    def count(self, space: Space) -> int: ...

    def close(self) -> None: ...


class Vault(Protocol):
    """Sealed payloads by commitment; written within the store's transaction."""

    def lay(self, commit: str, sealed: bytes) -> None:
        """Lay a sealed payload; one that lies there already stays."""
        ...

    def fetch(self, commit: str) -> bytes | None: ...

    def destroy(self, commit: str) -> None:
        """Remove a sealed payload so that it cannot be read back from the file."""
        ...


class Courier(Protocol):
    """Hands a bundle to the other node and brings its answer."""

    def exchange(self, bundle: bytes) -> bytes:
        """The answer to a bundle.

        Raises:
            PeerError: the other node cannot be reached, or refuses.
        """
        ...


class Clock(Protocol):
    """The wall clock (UTC, whole seconds) and a counter that never steps."""

    def now(self) -> datetime: ...

    def elapsed_s(self) -> float: ...


class Keys(Protocol):
    """The secret keys of this node and, while signed in, of its officers."""

    def log(self) -> Sequence[SecretKey]:
        """Log keys: Ed25519 and, outside an exercise, ML-DSA-44."""
        ...

    def witness(self) -> Sequence[SecretKey]: ...

    def link(self) -> SecretKey: ...

    def seal(self) -> SecretKey: ...

    def officer(self, officer: str) -> Sequence[SecretKey]:
        """Keys of an officer whose keyring is open here.

        Raises:
            UsageError: no keyring of that officer is open.
        """
        ...

    def seal_public(self) -> PublicKey: ...


class Mark(Protocol):
    """The high-water mark of the own log, kept apart from the database."""

    def read(self) -> bytes | None: ...

    def write(self, mark: bytes) -> None:
        """Replace the mark; on disk when this returns."""
        ...
