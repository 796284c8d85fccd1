"""What the simulations share: two nodes with both accords in force, made once and copied for each seed."""

from __future__ import annotations

import pytest

from tests.simulation.world import Pair, both_in_force


@pytest.fixture(scope="session")
def in_force() -> Pair:
    """Two nodes with both agreements in force by acts, and their officers appointed."""
    return both_in_force()
