"""Which area holds a position: what reads as an area first, then corners, edges and the positions beside them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from servanda.base import areas
from servanda.base.areas import Circle, Polygon, first_holding, read_area
from servanda.base.geo import NAUTICAL_MILE_M, PlaceError, Point, along, line, point

K = [["34.6", "128.6"], ["35.4", "129.6"], ["36.2", "129.9"], ["37.2", "129.7"], ["37.2", "129.2"], ["35.2", "129.0"]]
J = [["34.0", "129.3"], ["34.8", "130.6"], ["35.5", "132.4"], ["35.3", "132.8"], ["34.2", "131.0"], ["33.6", "129.9"]]
S = [["35.4", "130.0"], ["37.6", "130.2"], ["39.0", "132.0"], ["39.0", "134.0"], ["36.8", "133.6"], ["35.9", "131.9"]]
# Around the north pole, across the date line, and with edges of a thousand miles.
POLE = [["80", "0"], ["80", "90"], ["80", "180"], ["80", "-90"]]
DATE_LINE = [["-17", "178"], ["-17", "-178"], ["-20", "-179"], ["-21", "179"]]
WIDE = [["0", "0"], ["10", "15"], ["0", "28"], ["-12", "14"]]
POLYGONS = {"K": K, "J": J, "S": S, "POLE": POLE, "DATE_LINE": DATE_LINE, "WIDE": WIDE}
SQUARE = [["0", "0"], ["0", "1"], ["1", "1"], ["1", "0"]]


def polygon(corners: Any) -> Polygon:
    read = read_area("A", {"polygon": corners})
    assert isinstance(read, Polygon)
    return read


def turn(area: Polygon) -> int:
    """1 where the inside lies to the left of each edge, -1 where to the right; by the area in a flat map."""
    first = area.corners[0]
    if first.lat_deg == 80:
        # No flat map shows what lies around the pole: eastward it is to the left.
        return 1
    flat = [
        (math.remainder(each.lon_deg - first.lon_deg, 360) * math.cos(math.radians(each.lat_deg)), each.lat_deg)
        for each in area.corners
    ]
    pairs = zip(flat, [*flat[1:], flat[0]], strict=True)
    return 1 if sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs) > 0 else -1


def beside(area: Polygon, place: int, share: float, metres: float, inward: int) -> Point:
    """A position so far inside (or, below 0, outside) of an edge, at a share of its length."""
    start, end = area.corners[place], area.corners[(place + 1) % len(area.corners)]
    edge = line(start, end)
    foot = along(start, edge.leaves_deg, edge.length_m * share)
    return along(foot, line(foot, end).leaves_deg - 90 * inward, metres)


FAULTS = [
    ({}, "A", "either a `polygon`, or a `centre`"),
    ({"waters_of": "KR"}, "A", "either a `polygon`, or a `centre`"),
    ({"polygon": SQUARE, "centre": ["0", "0"]}, "A", "either a `polygon`, or a `centre`"),
    ({"centre": ["0", "0"]}, "A.radius_nm", "the radius of the circle"),
    ({"centre": ["0", "0"], "radius_nm": 0}, "A.radius_nm", "more than 0"),
    ({"centre": ["0", "0"], "radius_nm": "-1"}, "A.radius_nm", "more than 0"),
    ({"centre": ["0", "0"], "radius_nm": 1001}, "A.radius_nm", "at most 1000 nautical miles"),
    ({"centre": ["0", "0"], "radius_nm": "twelve"}, "A.radius_nm", "a number in plain digits, got `twelve`"),
    ({"centre": ["0", "0"], "radius_nm": True}, "A.radius_nm", "a number in plain digits"),
    ({"centre": ["0"], "radius_nm": 1}, "A.centre", "`[lat, lon]` in degrees"),
    ({"centre": ["91", "0"], "radius_nm": 1}, "A.centre[0]", "-90 to 90 degrees, got `91`"),
    ({"polygon": "round"}, "A.polygon", "3 to 200 corners"),
    ({"polygon": SQUARE[:2]}, "A.polygon", "3 to 200 corners"),
    ({"polygon": SQUARE * 51}, "A.polygon", "3 to 200 corners"),
    ({"polygon": [*SQUARE, ["1", "0", "0"]]}, "A.polygon[4]", "`[lat, lon]` in degrees"),
    ({"polygon": [*SQUARE, ["1", "x"]]}, "A.polygon[4][1]", "a number in plain digits, got `x`"),
    ({"polygon": [*SQUARE, SQUARE[0]]}, "A.polygon[0]", "each corner once, and the last not to repeat the first"),
    ({"polygon": [*SQUARE, ["0.000001", "0"]]}, "A.polygon[0]", "each corner once"),
    ({"polygon": [SQUARE[0], SQUARE[0], *SQUARE[1:]]}, "A.polygon[1]", "each corner once"),
    ({"polygon": [["0", "0"], ["0", "90"], ["80", "45"]]}, "A.polygon", "1000 nautical miles from their middle"),
    ({"polygon": [["0", "0"], ["0", "120"], ["0", "-120"]]}, "A.polygon", "1000 nautical miles from their middle"),
    ({"polygon": [["0", "0"], ["1", "1"], ["0", "1"], ["1", "0"]]}, "A.polygon", "after corners 0 and 2 do"),
    # A corner that touches another edge, twice the same corner, and a ring without breadth.
    ({"polygon": [["0", "0"], ["0", "2"], ["2", "2"], ["0", "1"]]}, "A.polygon[3]", "the edge that follows corner 0"),
    ({"polygon": [*SQUARE, ["0", "0.5"]]}, "A.polygon[4]", "the edge that follows corner 0"),
    (
        {"polygon": [["0", "0"], ["0", "1"], ["1", "1"], ["0", "0"], ["-1", "-1"], ["-1", "0"]]},
        "A.polygon[3]",
        "the edge that follows corner 0",
    ),
    ({"polygon": [["0", "0"], ["0", "2"], ["0", "1"]]}, "A.polygon[2]", "the edge that follows corner 0"),
    ({"polygon": [["0", "0"], ["1", "0"], ["2", "0"], ["1.5", "0"]]}, "A.polygon[3]", "the edge that follows corner 1"),
]


@pytest.mark.parametrize(("members", "field", "expected"), FAULTS)
def test_what_is_no_area_names_area_and_member(members: dict[str, Any], field: str, expected: str) -> None:
    with pytest.raises(PlaceError) as caught:
        read_area("A", members)
    assert (caught.value.code, caught.value.field) == ("field_value", field)
    assert caught.value.message.startswith(f"`{field}`: expected ")
    assert expected in caught.value.message


def test_areas_read() -> None:
    assert read_area("U", {"centre": ["37.50", "130.87"], "radius_nm": "18.5", "neutral": True}) == Circle(
        centre=Point(37.5, 130.87), radius_m=34_262
    )
    assert polygon(SQUARE) == Polygon(corners=(Point(0, 0), Point(0, 1), Point(1, 1), Point(1, 0)))


@pytest.mark.parametrize("name", POLYGONS)
def test_corners_and_edges_belong_to_the_area(name: str) -> None:
    area = polygon(POLYGONS[name])
    on_it = [*area.corners, *(beside(area, place, 0.5, 0, 1) for place in range(len(area.corners)))]
    assert [area.holds(each) for each in on_it] == [True] * len(on_it)


@pytest.mark.parametrize("metres", [0.6, 1, 10, 1000])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("name", POLYGONS)
def test_a_step_inside_or_outside_an_edge_decides(name: str, share: float, metres: float) -> None:
    area = polygon(POLYGONS[name])
    for place in range(len(area.corners)):
        assert area.holds(beside(area, place, share, metres, turn(area))), place
        assert not area.holds(beside(area, place, share, -metres, turn(area))), place
        assert area.holds(beside(area, place, share, -0.4, turn(area))), place


@pytest.mark.parametrize("name", POLYGONS)
def test_a_step_beyond_a_corner_is_outside(name: str) -> None:
    area = polygon(POLYGONS[name])
    for place, corner in enumerate(area.corners):
        before = area.corners[place - 1]
        onward = line(before, corner).arrives_deg
        assert area.holds(along(corner, onward, 0.4))
        # Straight on past a corner that bends inward leads outside; past one that bends outward it stays inside.
        bends = math.remainder(line(corner, area.corners[(place + 1) % len(area.corners)]).leaves_deg - onward, 360)
        assert area.holds(along(corner, onward, 10)) is (bends * turn(area) > 0)


@pytest.mark.parametrize("azimuth", range(0, 360, 15))
def test_a_circle_ends_at_its_radius(azimuth: int) -> None:
    circle = read_area("U", {"centre": ["37.50", "130.87"], "radius_nm": 18})
    held = {
        offset: circle.holds(along(Point(37.5, 130.87), azimuth, 18 * NAUTICAL_MILE_M + offset)) for offset in STEPS
    }
    assert held == {-1000: True, -1: True, 0: True, 0.4: True, 0.6: False, 1: False, 10: False, 1000: False}


STEPS = (-1000, -1, 0, 0.4, 0.6, 1, 10, 1000)


@pytest.mark.parametrize(
    ("corners", "inside", "outside"),
    [
        # The geodesic between two places on one parallel runs on the side of the pole: to 40.107 north for 10 degrees
        # at 40 north, 12 km off what a map shows.
        ([["40", "0"], ["40", "10"], ["45", "5"]], ("40.12", "5"), ("40.09", "5")),
        ([["40", "0"], ["40", "10"], ["35", "5"]], ("40.09", "5"), ("40.12", "5")),
        ([["-40", "0"], ["-40", "10"], ["-45", "5"]], ("-40.12", "5"), ("-40.09", "5")),
        # On the equator it is the equator.
        ([["0", "0"], ["0", "10"], ["5", "5"]], ("0.00001", "5"), ("-0.00001", "5")),
        (POLE, ("90", "0"), ("79", "45")),
        (POLE, ("85", "-135"), ("80.1", "45")),
        (DATE_LINE, ("-18", "180"), ("-18", "177")),
        (DATE_LINE, ("-18", "-180"), ("-18", "-176")),
        # Far away, on the other side of the earth, and amid the antipodes of the area.
        (S, ("37.24", "131.87"), ("-37.24", "-48.13")),
        (S, ("38.5", "133"), ("37.24", "-48.13")),
    ],
)
def test_places_that_a_map_misleads_about(corners: Any, inside: tuple[str, str], outside: tuple[str, str]) -> None:
    area = polygon(corners)
    assert (area.holds(point(*inside)), area.holds(point(*outside))) == (True, False)


def test_the_first_area_that_holds_a_position_is_the_one() -> None:
    outer, inner = polygon(SQUARE), Circle(centre=Point(0.5, 0.5), radius_m=1852)
    assert first_holding((("outer", outer), ("inner", inner)), Point(0.5, 0.5)) == "outer"
    assert first_holding((("inner", inner), ("outer", outer)), Point(0.5, 0.5)) == "inner"
    assert first_holding((("inner", inner), ("outer", outer)), Point(0.6, 0.5)) == "outer"
    assert first_holding((("inner", inner), ("outer", outer)), Point(1.6, 0.5)) is None
    assert first_holding((), Point(0, 0)) is None


@pytest.mark.parametrize("name", POLYGONS)
def test_geodesics_decide_near_the_edges_and_agree_where_all_is_clear(name: str) -> None:
    area = polygon(POLYGONS[name])
    ring = areas._ring(area.corners)
    steps = [(place, share, metres) for place in range(len(area.corners)) for share in (0.2, 0.7) for metres in FAR]
    for place, share, metres in steps:
        found = beside(area, place, share, metres, turn(area))
        turns = areas._clear_turns(ring, ring.flat(found.normal))
        assert (turns is None) or (turns != 0) is areas._holds_exactly(ring, found)
        assert turns is None or abs(metres) > 1
    assert areas._clear_turns(ring, ring.flat(area.corners[0].normal)) is None


FAR = (-100_000, -20_000, -1_000, -100, -20, -1, 1, 20, 100, 1_000, 20_000)


def test_a_ring_built_by_hand_all_around_the_earth_is_no_area() -> None:
    around = Polygon(corners=(Point(0, 0), Point(0, 120), Point(0, -120)))
    with pytest.raises(PlaceError) as caught:
        around.holds(Point(0, 0))
    assert caught.value.field == "polygon"
