"""Positions and geodesics: what reads as one, and distances that others have published."""

from __future__ import annotations

from typing import Any

import pytest

from servanda.base.geo import (
    NAUTICAL_MILE_M,
    Line,
    PlaceError,
    Point,
    along,
    angle,
    cross,
    distance_m,
    distance_nm,
    dot,
    line,
    number,
    pair,
    point,
    unit,
)

QUARTER_M = 10_001_965.729
"""Source: Karney 2013, section 4: the quarter meridian of WGS 84."""


def near(value: float, within: float = 1e-3) -> Any:
    return pytest.approx(value, abs=within, rel=0)


@pytest.mark.parametrize(
    ("lat", "lon", "field"),
    [
        ("90.000001", "0", "lat"),
        ("-91", "0", "lat"),
        ("0", "180.000001", "lon"),
        ("0", "-181", "lon"),
        ("1e1", "0", "lat"),
        ("+1", "0", "lat"),
        ("", "0", "lat"),
        ("nan", "0", "lat"),
        ("inf", "0", "lat"),
        ("37°14'", "0", "lat"),
        ("3_7", "0", "lat"),
        ("٣٧", "0", "lat"),
        ("37", "131,87", "lon"),
        ("37", "1" * 10, "lon"),
    ],
)
def test_what_is_no_position_names_its_member(lat: str, lon: str, field: str) -> None:
    with pytest.raises(PlaceError) as caught:
        point(lat, lon)
    assert (caught.value.code, caught.value.field) == ("field_value", field)
    assert caught.value.message.startswith(f"`{field}`: expected ")


@pytest.mark.parametrize("value", [None, "37.24", [], ["37.24"], ["37.24", "131.87", "0"], {"lat": "1", "lon": "2"}])
def test_a_pair_is_two_numbers(value: Any) -> None:
    with pytest.raises(PlaceError) as caught:
        pair("centre", value)
    assert str(caught.value) == "`centre`: expected `[lat, lon]` in degrees; correct the member named"


@pytest.mark.parametrize(
    ("value", "field"),
    [(["x", "1"], "centre[0]"), (["1", True], "centre[1]"), (["1", 1.5], "centre[1]"), (["1", "181"], "centre[1]")],
)
def test_a_number_of_a_pair_names_its_place(value: Any, field: str) -> None:
    with pytest.raises(PlaceError) as caught:
        pair("centre", value)
    assert caught.value.field == field


def test_positions_read() -> None:
    assert point("37.24", "131.87") == pair("p", ["37.24", "131.87"]) == Point(37.24, 131.87)
    assert pair("p", [-90, "180"]) == Point(-90, 180)
    assert (str(number("n", 18)), str(number("n", "-0.50"))) == ("18", "-0.50")


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (Point(0, 0), Point(0, 1), 111_319.4908),
        (Point(0, 0), Point(90, 77), QUARTER_M),
        (Point(0, 179.5), Point(0, -179.5), 111_319.4908),
        (Point(-90, 3), Point(90, 4), 2 * QUARTER_M),
        # Source: GeographicLib, GeodSolve: JFK to LHR.
        (Point(40.6, -73.8), Point(51.6, -0.5), 5_551_759.400),
    ],
)
def test_distances_are_those_of_the_ellipsoid(one: Point, other: Point, metres: float) -> None:
    assert distance_m(one, other) == distance_m(other, one) == near(metres)
    assert distance_nm(one, other) == near(metres / 1852)


def test_a_geodesic_leads_from_one_end_to_the_other() -> None:
    way = line(Point(40.6, -73.8), Point(51.6, -0.5))
    assert way == Line(
        length_m=near(5_551_759.400),
        leaves_deg=near(51.198883, 1e-6),
        arrives_deg=near(107.821777, 1e-6),
        reduced_m=near(4_877_684.602),
    )
    end = along(Point(40.6, -73.8), way.leaves_deg, way.length_m)
    assert (end.lat_deg, end.lon_deg) == (near(51.6, 1e-9), near(-0.5, 1e-9))


def test_a_step_of_a_minute_along_the_meridian_is_about_a_nautical_mile() -> None:
    assert distance_m(Point(45, 0), Point(45 + 1 / 60, 0)) == near(NAUTICAL_MILE_M, 1)


def test_normals_stand_on_the_ellipsoid() -> None:
    east, north, pole = Point(0, 90).normal, Point(0, 0).normal, Point(90, 12).normal
    assert east == (near(0), near(1), near(0))
    assert pole == (near(0), near(0), near(1))
    assert dot(east, north) == near(0)
    assert cross(north, east) == (near(0), near(0), near(1))
    assert unit((3, 0, 4)) == (near(0.6), 0, near(0.8))
    assert angle(Point(0, 0).normal, Point(0, 1e-7).normal) == pytest.approx(1.7453292519943e-9)
