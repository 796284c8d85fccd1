"""Bundles as files: on a stick, through a diode, or in a folder that both nodes see.

Rules of this module:
- a file is written as `.part`, fsynced and renamed, so that nobody reads half a bundle;
- a name says from whom, to whom and which number; what it says is checked by whoever opens the bundle;
- files are taken in the order of their numbers; taking one twice does no harm, so a folder may be read-only;
- a file longer than the limit is refused before it is read.

Spec: record 10.7.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from servanda.adapters.durable import fsync_folder
from servanda.base.errors import MalformedError, UsageError
from servanda.base.limits import MANIFEST_ENVELOPE_BYTES_MAX, STREAM_FILE_BYTES_MAX


def bundle_bytes_max(stream_bytes_max: int) -> int:
    """Longest bundle that a stream of some length makes where nothing in it can be compressed.

    gzip adds 5 bytes for each 65,535 and age 16 for each 65,536; the last term covers both heads.
    """
    return stream_bytes_max + stream_bytes_max // 1_024 + MANIFEST_ENVELOPE_BYTES_MAX + 65_536


BUNDLE_FILE_BYTES_MAX = bundle_bytes_max(STREAM_FILE_BYTES_MAX)
PART = ".part"
TAKEN = ".taken"
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9.]{0,63})-([A-Za-z0-9][A-Za-z0-9.]{0,63})-(0|[1-9][0-9]{0,15})\.bundle")


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFile:
    """A bundle that lies in a folder, by what its name says.

    Args:
        author: code of the party it comes from.
        addressee: code of the party it is for.
        number: number of the bundle in that direction.
    """

    path: Path
    author: str
    addressee: str
    number: int


class BundleFolder:
    """A folder that carries bundles between two nodes.

    Args:
        bytes_max: longest bundle that is read.
    """

    def __init__(self, path: Path, *, bytes_max: int = BUNDLE_FILE_BYTES_MAX) -> None:
        self._path = path
        self._bytes_max = bytes_max

    def write(self, author: str, addressee: str, number: int, bundle: bytes) -> Path:
        """Lay a bundle in the folder; on disk under its name when this returns.

        Raises:
            UsageError: `bundle_name` for a party code that makes no file name, `folder_unwritable`.
        """
        path = self._path / f"{author}-{addressee}-{number}.bundle"
        if not _NAME.fullmatch(path.name) or path.parent != self._path:
            raise UsageError(
                "bundle_name",
                f"`{author}`, `{addressee}` and {number} make no name of a bundle file",
                action="use party codes of letters and digits, and a number from 0",
            )
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            write_whole(path, bundle, mode=0o644)
        except OSError as error:
            raise UsageError(
                "folder_unwritable",
                f"`{path}` cannot be written: {error.strerror}",
                action="see to the folder or the stick and make the bundle again",
            ) from error
        return path

    def pending(self, addressee: str, *, author: str) -> tuple[BundleFile, ...]:
        """The bundles for a party that have not been taken, lowest number first; other files are left alone.

        Raises:
            UsageError: `folder_unreadable`.
        """
        try:
            paths = [path for path in self._path.iterdir() if path.is_file()]
        except OSError as error:
            raise UsageError(
                "folder_unreadable",
                f"`{self._path}` cannot be read: {error.strerror}",
                action="put in the stick, or name another folder",
            ) from error
        found = [named for path in paths if (named := _named(path))]
        mine = [named for named in found if (named.author, named.addressee) == (author, addressee)]
        return tuple(sorted(mine, key=lambda named: named.number))

    def read(self, bundle: BundleFile) -> bytes:
        """The bytes of a bundle file.

        Raises:
            MalformedError: `too_large`.
            UsageError: `folder_unreadable`.
        """
        return read_bundle(bundle.path, bytes_max=self._bytes_max)

    def put_away(self, bundle: BundleFile) -> None:
        """Mark a bundle file as taken, so that it is pending no more.

        Raises:
            UsageError: `folder_unwritable`, such as on a read-only stick: the bundle stays, which does no harm.
        """
        try:
            os.replace(bundle.path, bundle.path.with_name(bundle.path.name + TAKEN))
        except OSError as error:
            raise UsageError(
                "folder_unwritable",
                f"`{bundle.path}` cannot be put away: {error.strerror}",
                action="leave it: a bundle that is taken twice changes nothing",
            ) from error


def read_bundle(path: Path, *, bytes_max: int = BUNDLE_FILE_BYTES_MAX) -> bytes:
    """The bytes of one bundle file, whatever its name.

    Raises:
        MalformedError: `too_large`.
        UsageError: `folder_unreadable`.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(bytes_max + 1)
    except OSError as error:
        raise UsageError(
            "folder_unreadable", f"`{path}` cannot be read: {error.strerror}", action="name a bundle file that is there"
        ) from error
    if len(data) > bytes_max:
        raise MalformedError(
            "too_large", f"`{path}` has more than {bytes_max} bytes", action="ask the peer for smaller bundles"
        )
    return data


def _named(path: Path) -> BundleFile | None:
    match = _NAME.fullmatch(path.name)
    if match is None:
        return None
    return BundleFile(path=path, author=match[1], addressee=match[2], number=int(match[3]))


def write_whole(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write a file so that a reader finds the old content or the new one, and the new one once this returns.

    Args:
        mode: permissions of the file.
    """
    part = path.with_name(path.name + PART)
    descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, mode)
    try:
        with open(descriptor, "wb", closefd=False) as stream:
            stream.write(data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(part, path)
    fsync_folder(path.parent)
