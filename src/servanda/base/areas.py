"""Areas on the earth, and which of them holds a position.

Rules of this module:
- an area is a polygon whose edges are geodesics, or a circle by geodesic distance;
- an edge belongs to its area, half a metre to either side: positions are written to about a tenth of a metre, so one
  that was meant to lie on an edge lies well within, and the last bit of a float decides nothing that anybody wrote;
- what is clear of the edges is decided on the sphere of normals, the rest by geodesics; the answer is one;
- a ring that meets itself is no area, nor one that reaches farther than `REACH_MAX_NM`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import Any, Final

from servanda.base.geo import (
    E2,
    NAUTICAL_MILE_M,
    SCALE_MAX_M,
    SCALE_MIN_M,
    Line,
    PlaceError,
    Point,
    Vector,
    angle,
    cross,
    distance_m,
    dot,
    line,
    number,
    pair,
    unit,
)

EDGE_M: Final = 1 / 2
"""Within so many metres of its edge a position belongs to the area."""
REACH_MAX_NM: Final = 1_000
"""From the middle of a polygon to its farthest corner, or the radius of a circle, at most."""
CORNERS_MIN: Final = 3
CORNERS_MAX: Final = 200

_REACH_MAX_M: Final = REACH_MAX_NM * NAUTICAL_MILE_M
_TURN_DEG: Final = 360

Flat = tuple[float, float]
"""A place in the plane that touches the sphere of normals at the middle of a polygon [radians]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """All positions no farther from a centre than a radius."""

    centre: Point
    radius_m: float

    def holds(self, point: Point) -> bool:
        """Whether a position lies in it or on its edge."""
        turned = angle(self.centre.normal, point.normal)
        if turned * SCALE_MIN_M > self.radius_m + EDGE_M:
            return False
        return turned * SCALE_MAX_M < self.radius_m or distance_m(self.centre, point) <= self.radius_m + EDGE_M


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygon:
    """All positions within a ring of geodesics from corner to corner.

    Args:
        corners: each once, in order, in either turn.
    """

    corners: tuple[Point, ...]

    def holds(self, point: Point) -> bool:
        """Whether a position lies in it or on its edge."""
        ring = _ring(self.corners)
        normal = point.normal
        if angle(ring.middle, normal) > ring.reach:
            return False
        turns = _clear_turns(ring, ring.flat(normal))
        return _holds_exactly(ring, point) if turns is None else turns != 0


Area = Circle | Polygon


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edge:
    """One edge of a polygon.

    Args:
        start, line: its first corner, and the geodesic to its second.
        a, b: its corners in the plane.
        margin: a place in the plane farther from the straight line than this is clear of the geodesic.
    """

    start: Point
    line: Line
    a: Flat
    b: Flat
    margin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ring:
    """A polygon made ready to be asked.

    Args:
        middle: the normal amid its corners; east, north: axes of the plane that touches the sphere there.
        reach: angle from the middle beyond which nothing of it lies [radians].
    """

    middle: Vector
    east: Vector
    north: Vector
    reach: float
    edges: tuple[_Edge, ...]

    def flat(self, normal: Vector) -> Flat:
        """A normal seen from the middle of the sphere on the plane: great circles become straight lines."""
        return _flat(self.middle, self.east, self.north, normal)


def first_holding(areas: Iterable[tuple[str, Area]], point: Point) -> str | None:
    """Name of the first area that holds a position; None where none does."""
    return next((name for name, area in areas if area.holds(point)), None)


def read_area(name: str, members: Mapping[str, Any]) -> Area:
    """An area as an annex has it: either `polygon`, or `centre` and `radius_nm`; decimals are text.

    Args:
        name: how errors name it.

    Raises:
        PlaceError: naming the area and the member.
    """
    if ("polygon" in members) == ("centre" in members):
        raise PlaceError(name, "expected either a `polygon`, or a `centre` with its `radius_nm`")
    if "polygon" in members:
        return _read_polygon(f"{name}.polygon", members["polygon"])
    if "radius_nm" not in members:
        raise PlaceError(f"{name}.radius_nm", "expected the radius of the circle")
    radius = number(f"{name}.radius_nm", members["radius_nm"])
    if not 0 < radius <= REACH_MAX_NM:
        raise PlaceError(f"{name}.radius_nm", f"expected more than 0 and at most {REACH_MAX_NM} nautical miles")
    return Circle(centre=pair(f"{name}.centre", members["centre"]), radius_m=float(radius) * NAUTICAL_MILE_M)


def _read_polygon(field: str, value: Any) -> Polygon:
    if not isinstance(value, Sequence) or isinstance(value, str) or not CORNERS_MIN <= len(value) <= CORNERS_MAX:
        raise PlaceError(field, f"expected {CORNERS_MIN} to {CORNERS_MAX} corners, each `[lat, lon]`")
    corners = tuple(pair(f"{field}[{place}]", corner) for place, corner in enumerate(value))
    normals = [corner.normal for corner in corners]
    middle = _middle(normals)
    if middle is None or max(angle(middle, each) for each in normals) * SCALE_MAX_M > _REACH_MAX_M:
        raise PlaceError(field, f"expected corners no farther than {REACH_MAX_NM} nautical miles from their middle")
    for place, corner in enumerate(corners):
        if distance_m(corner, corners[place - 1]) <= 2 * EDGE_M:
            raise PlaceError(f"{field}[{place}]", "expected each corner once, and the last not to repeat the first")
    _stand_simple(field, _ring(corners).edges)
    return Polygon(corners=corners)


def _stand_simple(field: str, edges: Sequence[_Edge]) -> None:
    """Refuse a ring that touches or crosses itself: what it encloses would be anybody's guess."""
    places = range(len(edges))
    for place, corner in product(places, repeat=2):
        edge, other = edges[place], edges[corner]
        is_end = corner in (place, (place + 1) % len(edges))
        if not is_end and _clearance(edge, other.a) <= edge.margin and _on(edge, line(edge.start, other.start)):
            raise PlaceError(f"{field}[{corner}]", f"expected a corner off the edge that follows corner {place}")
    for place, after in combinations(places, 2):
        if _crossing(edges[place], edges[after]):
            raise PlaceError(field, f"expected edges that do not cross; those after corners {place} and {after} do")


def _crossing(one: _Edge, other: _Edge) -> bool:
    """Whether two edges cross between their ends."""
    return (
        _side(one.a, one.b, other.a) * _side(one.a, one.b, other.b) < 0
        and _side(other.a, other.b, one.a) * _side(other.a, other.b, one.b) < 0
    )


# -- near the edges: by geodesics ------------------------------------------------------------------------------------


def _holds_exactly(ring: _Ring, point: Point) -> bool:
    """Whether a position lies in a polygon or on its edge, by the geodesics from each corner to it.

    Seen from a position off the edges, the far end of a line that runs along a geodesic edge turns steadily, by less
    than half a turn: two geodesics do not meet twice so near to each other. All edges together turn it once or not.
    """
    lines = [line(edge.start, point) for edge in ring.edges]
    if any(_on(edge, to_point) for edge, to_point in zip(ring.edges, lines, strict=True)):
        return True
    turned = sum(_turned(one.arrives_deg, lines[place - 1].arrives_deg) for place, one in enumerate(lines))
    return round(turned / _TURN_DEG) != 0


def _on(edge: _Edge, to_point: Line) -> bool:
    """Whether a position lies within half a metre of an edge.

    Args:
        to_point: the geodesic to it from the first corner of the edge.

    The reduced length says how far two geodesics from one corner have parted; so near to an edge nothing else counts.
    """
    if to_point.length_m <= EDGE_M:
        return True
    between = math.radians(_turned(edge.line.leaves_deg, to_point.leaves_deg))
    ahead = to_point.length_m * math.cos(between)
    if not 0 <= ahead <= edge.line.length_m:
        # Past the second corner; that one is asked as the first corner of the next edge.
        return False
    return abs(to_point.reduced_m * math.sin(between)) <= EDGE_M


def _turned(one_deg: float, other_deg: float) -> float:
    """Turn from one direction to another, the short way [degrees]."""
    return math.remainder(other_deg - one_deg, _TURN_DEG)


# -- clear of the edges: on the sphere of normals --------------------------------------------------------------------
#
# Each position is taken to the point of the unit sphere with the same latitude and longitude. A geodesic then becomes
# a curve whose geodesic curvature is less than e^2: with q = M/N, the ratio of the radii of curvature, Clairaut's law
# gives  k = (q sin a tan f (q - w^2) + sin a cos^2 a dq/df) / w^3,  w^2 = cos^2 a + q^2 sin^2 a,  for azimuth a and
# latitude f, where |q - w^2| <= (1 - q)(2 - q), (1 - q) tan f <= 0.504 e^2, |dq/df| <= 1.007 e^2, w >= 1 - e^2 and
# |sin a cos^2 a| <= 0.385: altogether less than 0.92 e^2. Between its ends such a curve of length l leaves the great
# circle by at most e^2 (1 / cos(l / 2) - 1), which for the lengths allowed is less than e^2 l^2 / 6.


@lru_cache(maxsize=1024)
def _ring(corners: tuple[Point, ...]) -> _Ring:
    normals = [corner.normal for corner in corners]
    middle = _middle(normals)
    if middle is None:
        raise PlaceError("polygon", "expected corners on one side of the earth")
    away = (0, 0, 1) if abs(middle[2]) < 1 / 2 else (1, 0, 0)
    east = unit(cross(away, middle))
    north = cross(middle, east)
    lines = [line(corner, corners[(place + 1) % len(corners)]) for place, corner in enumerate(corners)]
    farthest = max(angle(middle, each) for each in normals)
    widest = max(_leaves(each) for each in lines)
    # A step on the sphere grows in the plane, the more so the farther from the middle, by this much at most.
    stretch = 1 / math.cos(farthest + widest) ** 2
    flat = [_flat(middle, east, north, each) for each in normals]
    edges = tuple(
        _Edge(
            start=corner,
            line=lines[place],
            a=flat[place],
            b=flat[(place + 1) % len(corners)],
            margin=_leaves(lines[place]) * stretch,
        )
        for place, corner in enumerate(corners)
    )
    return _Ring(middle=middle, east=east, north=north, reach=farthest + widest, edges=edges)


def _leaves(edge: Line) -> float:
    """How far from the great circle between its ends an edge can hold a position, with a metre to spare [radians]."""
    length = edge.length_m / SCALE_MIN_M
    return E2 * length * length / 6 + (EDGE_M + 1) / SCALE_MIN_M


def _middle(normals: Sequence[Vector]) -> Vector | None:
    """The normal amid others; None where they lie too far around the earth."""
    total = (sum(each[0] for each in normals), sum(each[1] for each in normals), sum(each[2] for each in normals))
    return unit(total) if math.hypot(*total) > len(normals) / 2 else None


def _flat(middle: Vector, east: Vector, north: Vector, normal: Vector) -> Flat:
    depth = dot(middle, normal)
    return (dot(east, normal) / depth, dot(north, normal) / depth)


def _clear_turns(ring: _Ring, place: Flat) -> int | None:
    """How often the ring turns around a place; None where it is too near to an edge to say."""
    turns = 0
    for edge in ring.edges:
        if _clearance(edge, place) <= edge.margin:
            return None
        rises = edge.b[1] > place[1]
        if (edge.a[1] > place[1]) is not rises and (_side(edge.a, edge.b, place) > 0) is rises:
            turns += 1 if rises else -1
    return turns


def _side(a: Flat, b: Flat, place: Flat) -> float:
    """More than 0 where a place lies to the left of the way from a to b, less where it lies to the right."""
    return (b[0] - a[0]) * (place[1] - a[1]) - (b[1] - a[1]) * (place[0] - a[0])


def _clearance(edge: _Edge, place: Flat) -> float:
    """Distance of a place from an edge, both in the plane."""
    along_x, along_y = edge.b[0] - edge.a[0], edge.b[1] - edge.a[1]
    x, y = place[0] - edge.a[0], place[1] - edge.a[1]
    share = (x * along_x + y * along_y) / (along_x * along_x + along_y * along_y)
    share = min(1, max(0, share))
    return math.hypot(x - share * along_x, y - share * along_y)
