"""The story of the demo: what is said, by whom, and the ruling that must come out.

Rules of this package:
- one module holds the scenes of one subject; every scene rests on the founding;
- every ruling is expected to the paragraph: another one ends the demo as a failure.
"""

from __future__ import annotations

from datetime import date

from servanda.cli.story.founding import OFFICERS, founding
from servanda.cli.story.information import report, second
from servanda.cli.story.peacekeeping import contingents
from servanda.cli.story.rescue import admission, before_any_agreement, distress, search
from servanda.cli.story.scene import PACT_A, PACT_B, Owed, Scene, Step
from servanda.cli.story.supplies import (
    FUEL,
    ROUNDS,
    SUPPLIERS,
    TERMS,
    WATER,
    elements,
    food_first,
    fuel,
    rounds,
    water,
)

__all__ = [
    "FUEL",
    "OFFICERS",
    "PACT_A",
    "PACT_B",
    "ROUNDS",
    "SUPPLIERS",
    "TERMS",
    "WATER",
    "Owed",
    "Scene",
    "Step",
    "admission",
    "apart",
    "before_any_agreement",
    "contingents",
    "distress",
    "elements",
    "food_first",
    "founding",
    "fuel",
    "report",
    "rounds",
    "search",
]


def apart(today: date) -> tuple[Step, ...]:
    """What both say while the link is cut."""
    return (second(), water(today))
