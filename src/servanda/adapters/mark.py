"""The high-water mark of the own log, in a file apart from the database.

Rules of this module:
- a mark is replaced whole: written beside, fsynced, renamed, and the folder fsynced;
- a half-written mark is never read.

Spec: record 8.1.
"""

from __future__ import annotations

from pathlib import Path

from servanda.adapters.folder import write_whole
from servanda.base.errors import UsageError


class FileMark:
    """The mark of one node as a file, best on another file system than the database."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> bytes | None:
        """The mark, or None before the first.

        Raises:
            UsageError: `mark_unreadable`.
        """
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UsageError(
                "mark_unreadable",
                f"the high-water mark `{self._path}` cannot be read: {error.strerror}",
                action="mount its file system before the node signs again",
            ) from error

    def write(self, mark: bytes) -> None:
        """Replace the mark; on disk when this returns.

        Raises:
            UsageError: `mark_unwritable`; nothing of that size may leave the node.
        """
        try:
            write_whole(self._path, mark)
        except OSError as error:
            raise UsageError(
                "mark_unwritable",
                f"the high-water mark `{self._path}` cannot be written: {error.strerror}",
                action="see to its file system; the node sends nothing until the mark is on disk",
            ) from error
