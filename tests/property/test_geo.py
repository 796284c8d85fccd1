"""Areas against another way to ask, and what no turn of the earth or of a ring may change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.base.areas import EDGE_M, Circle, Polygon, read_area
from servanda.base.geo import Point, along, distance_m, line

SAMPLE_M = 2_000
"""Between two places of an edge that the other way looks at; the chord leaves the edge by less than 0.3 m there."""


@dataclass(frozen=True)
class Ring:
    centre: Point
    corners: tuple[Point, ...]

    @property
    def area(self) -> Polygon:
        return Polygon(corners=self.corners)

    def edges(self) -> list[tuple[Point, Point]]:
        return list(zip(self.corners, [*self.corners[1:], self.corners[0]], strict=True))


@st.composite
def rings(draw: st.DrawFn, *, lat_max: int = 75) -> Ring:
    """A ring around a centre, to the left of each edge, on which no two corners lie in one direction."""
    centre = Point(draw(st.floats(-lat_max, lat_max)), draw(st.floats(-180, 180)))
    count = draw(st.integers(3, 8))
    sector = 360 / count
    reach = draw(st.sampled_from([5_000, 50_000, 400_000]))
    corners = []
    for number in reversed(range(count)):
        azimuth = sector * (number + draw(st.floats(0.1, 0.4 if count > 3 else 0.3)))
        corners.append(along(centre, azimuth, reach * draw(st.floats(0.5, 1))))
    return Ring(centre, tuple(corners))


def beside(ring: Ring, place: int, share: float, metres: float) -> Point:
    start, end = ring.edges()[place % len(ring.corners)]
    edge = line(start, end)
    foot = along(start, edge.leaves_deg, edge.length_m * share)
    return along(foot, line(foot, end).leaves_deg - 90, metres)


def crossings(ring: Ring, found: Point) -> bool:
    """Even or odd: edges cut into short pieces on a plain map, crossed by the way east along the parallel."""
    odd = False
    for start, end in ring.edges():
        edge = line(start, end)
        pieces = max(1, math.ceil(edge.length_m / SAMPLE_M))
        places = [along(start, edge.leaves_deg, edge.length_m * piece / pieces) for piece in range(pieces + 1)]
        flat = [(each.lat_deg, math.remainder(each.lon_deg - found.lon_deg, 360)) for each in places]
        for (lat, lon), (lat_after, lon_after) in pairwise(flat):
            if (lat > found.lat_deg) != (lat_after > found.lat_deg):
                share = (found.lat_deg - lat) / (lat_after - lat)
                odd ^= lon + share * (lon_after - lon) > 0
    return odd


def clear_of_edges(ring: Ring, found: Point, metres: float) -> bool:
    for start, end in ring.edges():
        edge = line(start, end)
        pieces = max(1, math.ceil(edge.length_m / SAMPLE_M))
        places = [along(start, edge.leaves_deg, edge.length_m * piece / pieces) for piece in range(pieces + 1)]
        if min(distance_m(each, found) for each in places) < metres + SAMPLE_M / 2:
            return False
    return True


@settings(max_examples=60, deadline=None)
@given(rings(), st.floats(0, 360), st.floats(0, 1.3))
def test_a_polygon_holds_what_another_way_to_ask_says_it_holds(ring: Ring, azimuth: float, share: float) -> None:
    found = along(ring.centre, azimuth, share * max(distance_m(ring.centre, each) for each in ring.corners))
    if clear_of_edges(ring, found, 5):
        assert ring.area.holds(found) is crossings(ring, found)


@settings(max_examples=100, deadline=None)
@given(rings(), st.integers(0, 7), st.floats(0.05, 0.95), st.sampled_from([0.4, 0.6, 2, 30, 500]))
def test_a_step_to_either_side_of_an_edge_decides(ring: Ring, place: int, share: float, metres: float) -> None:
    assert ring.area.holds(beside(ring, place, share, metres))
    assert ring.area.holds(beside(ring, place, share, -metres)) is (metres < EDGE_M)
    assert ring.area.holds(beside(ring, place, share, 0))
    assert all(ring.area.holds(corner) for corner in ring.corners)


@settings(max_examples=100, deadline=None)
@given(rings(), st.integers(0, 7), st.floats(0, 1), st.sampled_from([-500.0, -20, -2, -0.4, 0, 2, 20, 500]), st.data())
def test_where_a_ring_begins_and_which_way_it_runs_decides_nothing(
    ring: Ring, place: int, share: float, metres: float, data: st.DataObject
) -> None:
    found = beside(ring, place, share, metres)
    begins = data.draw(st.integers(0, len(ring.corners) - 1))
    turned = (*ring.corners[begins:], *ring.corners[:begins])
    expected = ring.area.holds(found)
    assert Polygon(corners=turned).holds(found) is expected
    assert Polygon(corners=turned[::-1]).holds(found) is expected


@settings(max_examples=100, deadline=None)
@given(rings(), st.integers(0, 7), st.floats(0, 1), st.sampled_from([-500.0, -2, -0.3, 2, 500]), st.integers(-360, 360))
def test_every_meridian_is_like_every_other_and_the_north_like_the_south(
    ring: Ring, place: int, share: float, metres: float, east: int
) -> None:
    found = beside(ring, place, share, metres)
    expected = ring.area.holds(found)

    def moved(each: Point) -> Point:
        return Point(each.lat_deg, math.remainder(each.lon_deg + east, 360))

    def mirrored(each: Point) -> Point:
        return Point(-each.lat_deg, each.lon_deg)

    assert Polygon(corners=tuple(map(moved, ring.corners))).holds(moved(found)) is expected
    assert Polygon(corners=tuple(map(mirrored, ring.corners))).holds(mirrored(found)) is expected


@settings(max_examples=60, deadline=None)
@given(rings())
def test_a_ring_around_a_centre_reads_as_an_area(ring: Ring) -> None:
    corners = [[f"{each.lat_deg:.9f}", f"{each.lon_deg:.9f}"] for each in ring.corners]
    read = read_area("A", {"polygon": corners})
    assert read.holds(ring.centre)
    assert not read.holds(Point(-ring.centre.lat_deg, math.remainder(ring.centre.lon_deg + 180, 360)))


@settings(max_examples=100, deadline=None)
@given(
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.floats(1, 1_800_000),
    st.floats(0, 360),
    st.sampled_from([-100.0, -2, 0.4, 0.6, 2, 100]),
)
def test_a_circle_holds_what_is_no_farther_than_its_radius(
    lat: float, lon: float, radius_m: float, azimuth: float, offset: float
) -> None:
    centre = Point(lat, lon)
    found = along(centre, azimuth, max(0, radius_m + offset))
    assert Circle(centre=centre, radius_m=radius_m).holds(found) is (offset < EDGE_M)
