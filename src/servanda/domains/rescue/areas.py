"""Where a position lies for the Party that speaks of it, and which Party leads there.

Rules of this module:
- a position that is not in degrees on WGS 84 has no place: it counts as the waters of the other Party;
- of several places the one that asks most of the author counts;
- the lead goes to the Party it was passed to, else to the one whose waters hold the first position of the case, else to
  the one that opened it.

Spec: judging 12 (areas and place). Clause: kr-jp-a 10.3.
"""

from __future__ import annotations

from collections.abc import Iterable

from servanda.agreement.places import AUTHOR_WATERS, BEYOND, OTHER_WATERS, Places
from servanda.domains.rescue.casebook import Case
from servanda.domains.rescue.forms import Position


def area_of(position: Position | None, places: Places | None) -> str | None:
    """The area of the annex that a position lies in; None beyond all of them, or where it cannot be said."""
    point = None if position is None else position.point
    return None if point is None or places is None else places.area_of(point)


def place_of(position: Position | None, places: Places | None, author: str) -> str:
    """The word of the place of a position, told for the author of an act."""
    if position is None or places is None or position.point is None:
        return OTHER_WATERS
    area = places.area_of(position.point)
    if area is None:
        return BEYOND
    waters_of = places.waters_of.get(area)
    if waters_of is None:
        return places.words[area]
    return AUTHOR_WATERS if waters_of == author else OTHER_WATERS


def asking_most(found: Iterable[str], places: Places | None) -> str:
    """Of several places the one that asks most of the author; the waters of the other Party where there is none."""
    words = () if places is None else tuple(places.words[name] for name, _ in places.areas if name in places.words)
    strictest_first = (OTHER_WATERS, *words, BEYOND, AUTHOR_WATERS)
    return min(found, key=strictest_first.index, default=OTHER_WATERS)


def leader(case: Case, places: Places | None) -> str:
    """The Party that leads a case."""
    if case.lead is not None:
        return case.lead
    area = area_of(case.content.position, places)
    waters_of = None if area is None or places is None else places.waters_of.get(area)
    return waters_of or case.author
