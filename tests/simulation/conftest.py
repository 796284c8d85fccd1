"""What the simulations share: two nodes with both accords in force, made once and copied for each seed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from world import Pair


@pytest.fixture(scope="session")
def in_force() -> Pair:
    """Two nodes with both agreements in force by acts, and their officers appointed."""
    pair = Pair()
    pair.into_force("kr-jp-a")
    pair.into_force("kr-jp-b")
    pair.advance(31 * 86_400)
    for side in pair.sides():
        side.node.confirm_clock()
    return pair
