"""A victim at work and a faulty peer, a fresh copy for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attack.nodes import Attack, attack


@pytest.fixture
def attacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Attack]:
    """Two nodes with both agreements in force, of which JP's is faulty."""
    monkeypatch.setenv("COLUMNS", "100")
    with attack(tmp_path / "nodes") as made:
        yield made
