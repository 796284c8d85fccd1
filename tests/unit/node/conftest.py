"""Two nodes with both accords in force, a fresh copy for each test."""

from __future__ import annotations

import pytest

from tests.simulation.world import Pair
from tests.unit.node.actors import ready


@pytest.fixture
def pair() -> Pair:
    """Two nodes with both agreements in force by acts, their officers appointed, and nothing waiting."""
    return ready()
