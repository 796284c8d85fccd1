"""The mark of several processes at one node: it goes up alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import servanda as sv
from servanda.adapters.mark import FileMark
from servanda.adapters.sqlite import SqliteStore
from servanda.base.errors import UsageError
from tests.founded import template


def test_while_the_mark_is_raised_no_other_process_writes(tmp_path: Path) -> None:
    """Two that read it before either wrote it would leave the lower one."""
    pair = template().copy(tmp_path / "nodes")

    class WatchedMark(FileMark):
        """Tries to write to the database while the mark is written."""

        def write(self, mark: bytes) -> None:
            other = SqliteStore(pair.folder / "kr" / "data" / "node.db", busy_wait_ms=0)
            with pytest.raises(UsageError) as caught, other.writing():
                pass
            other.close()
            codes.append(caught.value.code)
            super().write(mark)

    codes = list[str]()
    pair.value("KR", "registration", "lodge", "--date", "2031-05-02", "--agreement", "kr-jp-a", "--as", "kr/envoy-1")
    with sv.open_node(pair.settings("KR")) as home:
        home.node._mark = WatchedMark(home.settings.node.high_water)
        home.node.make_bundle()
    assert codes == ["store_busy"]
