"""Files whose names outlive a power cut, and folders in which one process at a time does something.

Rules of this module:
- a name is on the disk when its folder is; the file alone does not bring it there;
- a lock is on a folder, never on a file that somebody else locks in another way, and ends with who holds it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def fsync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_file(path: Path) -> None:
    """Make a file, for its owner alone, so that its name outlives a power cut; one that is there stays."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    fsync_folder(path.parent)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until nobody else is alone in a folder, in this process or another, and be so."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
