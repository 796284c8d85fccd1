"""Positions on the earth, how they are written, and the geodesics between them.

Rules of this module:
- positions are degrees on WGS 84; a length is metres along the geodesic, a nautical mile is 1,852 m;
- a number is read from decimal text: whole numbers and text only, never a float;
- the date line and the poles are places like any other.

Source: C. F. F. Karney, Algorithms for geodesics, Journal of Geodesy 87 (2013), by way of geographiclib.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from geographiclib.constants import Constants  # type: ignore[import-untyped]  # it ships no types
from geographiclib.geodesic import Geodesic  # type: ignore[import-untyped]  # it ships no types

from servanda.base.errors import MalformedError

NAUTICAL_MILE_M: Final = 1852
"""Source: International Hydrographic Organization, 1929; exact."""
LAT_MAX: Final = 90
LON_MAX: Final = 180

_WGS84: Final = Geodesic.WGS84
_A: Final[float] = Constants.WGS84_a
_F: Final[float] = Constants.WGS84_f
E2: Final[float] = _F * (2 - _F)
"""Square of the eccentricity of WGS 84."""
SCALE_MIN_M: Final[float] = _A * (1 - E2)
"""A step on the ellipsoid is at least so long for a step of its normal on the unit sphere: the radius of curvature of
the meridian at the equator [m]."""
SCALE_MAX_M: Final[float] = _A / math.sqrt(1 - E2)
"""And at most so long: the radius of curvature at the poles [m]."""
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,12})?", re.ASCII).fullmatch
_LINE: Final = Geodesic.STANDARD | Geodesic.REDUCEDLENGTH

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Point:
    """A position on WGS 84 [degrees]."""

    lat_deg: float
    lon_deg: float

    @property
    def normal(self) -> Vector:
        """The unit vector that stands on the ellipsoid here."""
        lat, lon = math.radians(self.lat_deg), math.radians(self.lon_deg)
        return (math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The geodesic from one position to another.

    Args:
        leaves_deg, arrives_deg: its direction at either end [degrees from true north, -180 to 180].
        reduced_m: how far apart two geodesics are here that left with one radian between them [m].
    """

    length_m: float
    leaves_deg: float
    arrives_deg: float
    reduced_m: float


class PlaceError(MalformedError):
    """A member of a position or an area that cannot be.

    Args:
        field: its place, `areas.K.polygon[2]`.
    """

    def __init__(self, field: str, expected: str) -> None:
        super().__init__("field_value", f"`{field}`: {expected}", action="correct the member named")
        self.field = field


def point(lat: str, lon: str) -> Point:
    """A position from its degrees as decimal text.

    Raises:
        PlaceError: naming `lat` or `lon`.
    """
    return Point(_degrees("lat", lat, LAT_MAX), _degrees("lon", lon, LON_MAX))


def pair(field: str, value: Any) -> Point:
    """A position as an annex has it: `[lat, lon]`.

    Args:
        field: how an error names it.

    Raises:
        PlaceError: naming its place.
    """
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        raise PlaceError(field, "expected `[lat, lon]` in degrees")
    return Point(_degrees(f"{field}[0]", value[0], LAT_MAX), _degrees(f"{field}[1]", value[1], LON_MAX))


def number(field: str, value: Any) -> Decimal:
    """A number as an annex has it: a whole number, or a decimal as text.

    Raises:
        PlaceError: naming its place.
    """
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if _NUMBER(text) is None:
        raise PlaceError(field, f"expected a number in plain digits, got `{str(value)[:40]}`")
    return Decimal(text)


def line(start: Point, end: Point) -> Line:
    """The geodesic from one position to another."""
    found = _WGS84.Inverse(start.lat_deg, start.lon_deg, end.lat_deg, end.lon_deg, _LINE)
    return Line(length_m=found["s12"], leaves_deg=found["azi1"], arrives_deg=found["azi2"], reduced_m=found["m12"])


def distance_m(one: Point, other: Point) -> float:
    """Length of the geodesic between two positions [m]."""
    found: float = _WGS84.Inverse(one.lat_deg, one.lon_deg, other.lat_deg, other.lon_deg, Geodesic.DISTANCE)["s12"]
    return found


def distance_nm(one: Point, other: Point) -> float:
    """Length of the geodesic between two positions [nm]."""
    return distance_m(one, other) / NAUTICAL_MILE_M


def along(start: Point, azimuth_deg: float, length_m: float) -> Point:
    """The position so far along the geodesic that leaves in a direction."""
    found = _WGS84.Direct(start.lat_deg, start.lon_deg, azimuth_deg, length_m, Geodesic.LATITUDE | Geodesic.LONGITUDE)
    return Point(found["lat2"], found["lon2"])


def dot(one: Vector, other: Vector) -> float:
    """The scalar product."""
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def cross(one: Vector, other: Vector) -> Vector:
    """The vector product."""
    return (
        one[1] * other[2] - one[2] * other[1],
        one[2] * other[0] - one[0] * other[2],
        one[0] * other[1] - one[1] * other[0],
    )


def angle(one: Vector, other: Vector) -> float:
    """Angle between two vectors [radians], sound for small ones too."""
    return math.atan2(math.hypot(*cross(one, other)), dot(one, other))


def unit(vector: Vector) -> Vector:
    """A vector of length 1 in the same direction."""
    length = math.hypot(*vector)
    return (vector[0] / length, vector[1] / length, vector[2] / length)


def _degrees(field: str, value: Any, most: int) -> float:
    degrees = number(field, value)
    if abs(degrees) > most:
        raise PlaceError(field, f"expected -{most} to {most} degrees, got `{value}`")
    return float(degrees)
