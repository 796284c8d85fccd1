"""Two nodes for the tests of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.founded import Pair, template


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """Two nodes with both agreements in force."""
    monkeypatch.setenv("COLUMNS", "100")
    return template().copy(tmp_path / "nodes")
