"""The high-water mark as a file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from servanda.adapters.mark import FileMark
from servanda.base.errors import UsageError


def test_a_mark_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    (tmp_path / "mark").mkdir()
    with pytest.raises(UsageError) as caught:
        FileMark(tmp_path / "mark").read()
    assert caught.value.code == "mark_unreadable"


def test_a_mark_that_cannot_be_written_says_so_and_leaves_the_old_one(tmp_path: Path) -> None:
    mark = FileMark(tmp_path / "mark")
    mark.write(b"old")
    (tmp_path / "mark.part").mkdir()
    with pytest.raises(UsageError) as caught:
        mark.write(b"new")
    assert (caught.value.code, mark.read()) == ("mark_unwritable", b"old")


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        FileMark(tmp_path / "missing" / "mark").write(b"new")
    assert caught.value.code == "mark_unwritable"


def test_before_the_first_there_is_none(tmp_path: Path) -> None:
    assert FileMark(tmp_path / "mark").read() is None


def test_a_mark_is_replaced_whole(tmp_path: Path) -> None:
    mark = FileMark(tmp_path / "mark")
    mark.write(b"a long first mark")
    mark.write(b"short")
    assert (mark.read(), sorted(os.listdir(tmp_path))) == (b"short", ["mark"])
    assert stat.S_IMODE((tmp_path / "mark").stat().st_mode) == 0o600


def test_a_half_written_mark_is_not_read(tmp_path: Path) -> None:
    mark = FileMark(tmp_path / "mark")
    mark.write(b"whole")
    (tmp_path / "mark.part").write_bytes(b"ha")
    assert mark.read() == b"whole"
    mark.write(b"next")
    assert (mark.read(), sorted(os.listdir(tmp_path))) == (b"next", ["mark"])
