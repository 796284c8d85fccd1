"""What officers of a simulated node say: acts their node could know of, permitted and refused ones."""

from __future__ import annotations

from tests.simulation.saying import Saying
from tests.simulation.sayings_at_sea import a_rescue, people_in_danger
from tests.simulation.sayings_in_missions import a_mission
from tests.simulation.sayings_of_accord import a_consultation, a_matter_of_force, a_matter_of_people, a_matter_of_text
from tests.simulation.sayings_of_reports import a_report
from tests.simulation.sayings_of_supply import an_order

__all__ = ["ANYBODY", "IN_TALKS", "SAYINGS", "Saying"]

SAYINGS = (
    *(a_report,) * 5,
    *(an_order,) * 5,
    *(a_rescue,) * 5,
    *(a_mission,) * 4,
    people_in_danger,
    *(a_consultation,) * 2,
    a_matter_of_people,
    *(a_matter_of_force,) * 2,
    a_matter_of_text,
)
"""While agreements are in force; the likelier the more often it stands here."""

IN_TALKS = (*(a_matter_of_text,) * 10, *(a_matter_of_force,) * 5, *SAYINGS)
"""While texts lie on the table."""

ANYBODY = ("information-1", "ordering-1", "supply-1", "settling-1", "rescue-1", "contingent-1", "envoy-1")
"""Who speaks out of turn now and then."""
