"""The areas of an annex: which of them holds a position, whose waters it is, and what word stands for it.

Rules of this module:
- the order of the annex decides: the first area that holds a position is the one it lies in;
- an area is a Party's waters, or has a word of its own that means nothing else; every area stands once in the order;
- an annex that does not read is a fault of its text, with its line.

Spec: agreement 1.9; judging 12 (areas and place). Clause: kr-jp-a.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from servanda.agreement.blocks import Block, Listing, Table, plain
from servanda.agreement.complaints import Complaints, Fault
from servanda.base import canon
from servanda.base.areas import Area, first_holding, read_area
from servanda.base.geo import PlaceError, Point

RESCUE_AREAS: Final = "rescue-areas"
AUTHOR_WATERS: Final = "author_waters"
OTHER_WATERS: Final = "other_waters"
BEYOND: Final = "beyond"
AREAS_MAX: Final = 100
_CACHED_MAX: Final = 64
_TOLD: Final = (AUTHOR_WATERS, OTHER_WATERS, BEYOND)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}", re.ASCII).fullmatch
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The areas of one annex.

    Args:
        areas: in the order in which they are asked.
        waters_of: area -> the Party whose waters it is.
        words: area -> the word that stands for it, of those that are nobody's waters.
    """

    areas: tuple[tuple[str, Area], ...]
    waters_of: Mapping[str, str]
    words: Mapping[str, str]

    def area_of(self, point: Point) -> str | None:
        """The area that a position lies in; None beyond all of them."""
        return first_holding(self.areas, point)


def places_of(annexes: Mapping[str, Any]) -> Places | None:
    """The areas that an agreement annexes; None where it annexes none."""
    annex = annexes.get(RESCUE_AREAS)
    return None if annex is None else _cached(canon.encode(annex))


def read_places(annex: Any, parties: Collection[str] | None = None) -> Places:
    """The areas of an annex as it stands in a text.

    Args:
        parties: of the agreement; None where they were held against it before.

    Raises:
        PlaceError: naming the area and the member.
    """
    body = _table("", annex)
    areas = _table("areas", body.get("areas"))
    if not 0 < len(areas) <= AREAS_MAX:
        raise PlaceError("areas", f"expected 1 to {AREAS_MAX} areas")
    order = _order(body.get("order"), areas)
    words = _table("words", body.get("words", {}))
    for name, word in words.items():
        if name not in areas:
            raise PlaceError(f"words.{name}", "expected an area of the annex")
        if not isinstance(word, str) or not _WORD(word) or word in _TOLD:
            raise PlaceError(f"words.{name}", f"expected a word of its own, none of {', '.join(_TOLD)}")
    waters_of: dict[str, str] = {}
    for name, area in areas.items():
        party = _table(f"areas.{name}", area).get("waters_of")
        if (party is None) != (name in words):
            raise PlaceError(f"areas.{name}", "expected either `waters_of` a Party, or a word under `words`")
        if party is not None and (not isinstance(party, str) or (parties is not None and party not in parties)):
            raise PlaceError(f"areas.{name}.waters_of", "expected a Party of the agreement")
        waters_of |= {} if party is None else {name: party}
    return Places(
        areas=tuple((name, read_area(f"areas.{name}", areas[name])) for name in order),
        waters_of=waters_of,
        words=words,
    )


def stand(annex: Block, parties: Collection[str], complaints: Complaints) -> None:
    """Complain of an annex of areas that does not read, at the line of the member."""
    try:
        read_places(plain(annex), parties)
    except PlaceError as error:
        message = error.message if error.field else "the annex is a table of `areas`, their `order` and their `words`"
        complaints.add(Fault.VALUE_MALFORMED, message, line=_line(annex, error.field), word=error.field)


@lru_cache(maxsize=_CACHED_MAX)
def _cached(annex: bytes) -> Places:
    return read_places(canon.decode(annex, bytes_max=len(annex)))


def _line(block: Block, field: str) -> int:
    """The line of the innermost member on the way to a field that is there."""
    line = block.line
    for part in re.findall(r"[^.\[\]]+", field):
        if isinstance(block, Table) and part in block.entries:
            line, block = block.lines[part], block.entries[part]
        elif isinstance(block, Listing) and part.isdecimal() and int(part) < len(block.items):
            block = block.items[int(part)]
            line = block.line
        else:
            break
    return line


def _order(value: Any, areas: Mapping[str, Any]) -> tuple[str, ...]:
    for name in areas:
        if not _NAME(name):
            raise PlaceError("areas", f"expected names of letters, digits, `-` and `_`, got `{name[:40]}`")
    if not isinstance(value, Sequence) or isinstance(value, str) or sorted(map(str, value)) != sorted(areas):
        raise PlaceError("order", f"expected a list of each of {', '.join(f'`{name}`' for name in areas)} once")
    return tuple(map(str, value))


def _table(field: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise PlaceError(field, "expected members by name")
    return value
