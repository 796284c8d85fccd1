"""The areas of an annex: which of them holds a position, whose waters it is, and what word stands for it.

Rules of this module:
- the order of the annex decides: the first area that holds a position is the one it lies in;
- an area is somebody's waters, or has a word of its own; every area stands once in the order;
- a fault is named by area and member, and is a complaint about the text.

Spec: judging 12 (areas and place). Clause: kr-jp-a, annex rescue-areas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from servanda.base import canon
from servanda.base.areas import Area, first_holding, read_area
from servanda.base.errors import MalformedError
from servanda.base.geo import Point, fault

RESCUE_AREAS: Final = "rescue-areas"
AREAS_MAX: Final = 100
_CACHED_MAX: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The areas of one annex.

    Args:
        areas: in the order in which they are asked.
        waters_of: area -> the Party whose waters it is.
        words: area -> the word that stands for it, of those that are nobody's waters.
    """

    areas: tuple[tuple[str, Area], ...] = ()
    waters_of: Mapping[str, str]
    words: Mapping[str, str]

    def area_of(self, point: Point) -> str | None:
        """The area that a position lies in; None beyond all of them."""
        return first_holding(self.areas, point)


def places_of(annexes: Mapping[str, Any]) -> Places | None:
    """The areas that an agreement annexes; None where it annexes none.

    Raises:
        MalformedError: as `read_places`; not for the annex of a text that was loaded.
    """
    annex = annexes.get(RESCUE_AREAS)
    return None if annex is None else _cached(canon.encode(annex))


def read_places(annex: Any) -> Places:
    """The areas of an annex as it stands in a text.

    Raises:
        MalformedError: `field_missing` or `field_value`, naming the area and the member.
    """
    body = _table("annex", annex)
    areas = _table("areas", _member(body, "areas"))
    if not 0 < len(areas) <= AREAS_MAX:
        raise fault("areas", f"expected 1 to {AREAS_MAX} areas")
    order = _order(_member(body, "order"), areas)
    words = {name: _word(f"words.{name}", word) for name, word in _table("words", body.get("words", {})).items()}
    for name in words.keys() - areas.keys():
        raise fault(f"words.{name}", "expected an area of the annex")
    waters_of: dict[str, str] = {}
    for name, area in areas.items():
        members = _table(f"areas.{name}", area)
        if "waters_of" in members:
            waters_of[name] = _word(f"areas.{name}.waters_of", members["waters_of"])
        if (name in waters_of) == (name in words):
            raise fault(f"areas.{name}", "expected either `waters_of` a Party or a word of its own under `words`")
    return Places(
        areas=tuple((name, read_area(f"areas.{name}", areas[name])) for name in order),
        waters_of=waters_of,
        words=words,
    )


@lru_cache(maxsize=_CACHED_MAX)
def _cached(annex: bytes) -> Places:
    return read_places(canon.decode(annex, bytes_max=len(annex)))


def _order(value: Any, areas: Mapping[str, Any]) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise fault("order", "expected a list of areas")
    if sorted(map(str, value)) != sorted(areas):
        raise fault("order", f"expected each of {', '.join(f'`{name}`' for name in areas)} once")
    return tuple(value)


def _member(body: Mapping[str, Any], name: str) -> Any:
    if name not in body:
        raise fault(name, "is missing", code="field_missing")
    return body[name]


def _table(field: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise fault(field, "expected members by name")
    return value


def _word(field: str, value: Any) -> str:
    if not isinstance(value, str):
        raise fault(field, "expected a word")
    return value


__all__ = ["RESCUE_AREAS", "MalformedError", "Places", "places_of", "read_places"]
