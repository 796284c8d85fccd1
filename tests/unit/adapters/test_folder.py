"""Bundles as files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.adapters.folder import BundleFile, BundleFolder, bundle_bytes_max, read_bundle
from servanda.base.errors import MalformedError, UsageError


@pytest.mark.parametrize(
    ("author", "addressee", "number"),
    [("..", "JP", 1), ("a/b", "JP", 1), ("", "JP", 1), ("KR", "JP-2", 1), ("KR", "JP", -1), ("KR", "JP", 10**16)],
)
def test_what_makes_no_file_name_is_refused(tmp_path: Path, author: str, addressee: str, number: int) -> None:
    with pytest.raises(UsageError) as caught:
        BundleFolder(tmp_path).write(author, addressee, number, b"bundle")
    assert (caught.value.code, list(tmp_path.iterdir())) == ("bundle_name", [])


def test_a_stick_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        BundleFolder(tmp_path / "stick").pending("JP", author="KR")
    assert caught.value.code == "folder_unreadable"
    with pytest.raises(UsageError) as caught:
        read_bundle(tmp_path / "KR-JP-1.bundle")
    assert caught.value.code == "folder_unreadable"


def test_a_folder_that_takes_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "stick").write_bytes(b"a file, no folder")
    with pytest.raises(UsageError) as caught:
        BundleFolder(tmp_path / "stick").write("KR", "JP", 1, b"bundle")
    assert caught.value.code == "folder_unwritable"


def test_a_bundle_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    folder = BundleFolder(tmp_path, bytes_max=10)
    folder.write("KR", "JP", 1, b"0123456789")
    folder.write("KR", "JP", 2, b"0123456789+")
    first, second = folder.pending("JP", author="KR")
    assert folder.read(first) == b"0123456789"
    with pytest.raises(MalformedError) as caught:
        folder.read(second)
    assert caught.value.code == "too_large"


def test_a_bundle_that_is_gone_cannot_be_put_away(tmp_path: Path) -> None:
    folder = BundleFolder(tmp_path)
    path = folder.write("KR", "JP", 1, b"bundle")
    (bundle,) = folder.pending("JP", author="KR")
    path.unlink()
    with pytest.raises(UsageError) as caught:
        folder.put_away(bundle)
    assert caught.value.code == "folder_unwritable"


def test_bundles_are_pending_in_order_of_number_and_for_their_addressee_alone(tmp_path: Path) -> None:
    folder = BundleFolder(tmp_path / "stick")
    for number in (10, 9, 100):
        folder.write("KR", "JP", number, b"bundle %d" % number)
    folder.write("JP", "KR", 1, b"the other way")
    folder.write("US", "JP", 1, b"from elsewhere")
    for other in ("KR-JP-1.bundle.part", "KR-JP-2.bundle.taken", "KR-JP-03.bundle", "notes.txt", "KR-JP-.bundle"):
        (tmp_path / "stick" / other).write_bytes(b"left alone")
    (tmp_path / "stick" / "KR-JP-4.bundle").mkdir()
    pending = folder.pending("JP", author="KR")
    assert pending == tuple(
        BundleFile(path=tmp_path / "stick" / f"KR-JP-{number}.bundle", author="KR", addressee="JP", number=number)
        for number in (9, 10, 100)
    )
    assert [folder.read(bundle) for bundle in pending] == [b"bundle 9", b"bundle 10", b"bundle 100"]


def test_what_was_put_away_is_pending_no_more_and_still_there(tmp_path: Path) -> None:
    folder = BundleFolder(tmp_path)
    folder.write("KR", "JP", 1, b"one")
    (bundle,) = folder.pending("JP", author="KR")
    folder.put_away(bundle)
    assert (folder.pending("JP", author="KR"), os.listdir(tmp_path)) == ((), ["KR-JP-1.bundle.taken"])


def test_a_number_written_again_replaces_the_file_whole(tmp_path: Path) -> None:
    folder = BundleFolder(tmp_path)
    folder.write("KR", "JP", 1, b"a longer first bundle")
    path = folder.write("KR", "JP", 1, b"second")
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"second", ["KR-JP-1.bundle"])


@given(stream=st.integers(0, 2**31))
def test_the_longest_bundle_covers_what_gzip_and_age_add(stream: int) -> None:
    gzip = stream + 5 * (stream // 65_535 + 1) + 18
    age = gzip + 16 * (gzip // 65_536 + 1) + 2_500
    assert bundle_bytes_max(stream) >= age + 16_384 + 20
