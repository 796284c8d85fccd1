"""The forms of members that only this domain has: positions, what was seen, units and their sensors.

Rules of this module:
- a position is degrees, or a grid reference of which only the form is checked; a place name is neither;
- degrees have one spelling: at most six decimals, no plus sign, no sign on zero;
- depths, heights and times have their unit in their name.

Spec: judging 12 (areas and place). Clause: kr-jp-a 12.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

import msgspec
from msgspec import Meta

from servanda.base import geo
from servanda.base.forms import Part, fault

POSITIONS_MAX = 50
WGS84: Final = "wgs84"

Lat = Annotated[str, Meta(pattern=r"^-?(?:0|[1-9][0-9]?)(?:\.[0-9]{1,6})?\Z")]
Lon = Annotated[str, Meta(pattern=r"^-?(?:0|[1-9][0-9]{0,2})(?:\.[0-9]{1,6})?\Z")]
# Source: NGA.STND.0037, MGRS: zone, band, square of 100 km, then as many digits of easting as of northing.
Grid = Annotated[
    str,
    Meta(
        pattern=r"^(?:(?:[1-9]|[1-5][0-9]|60)[C-HJ-NP-X][A-HJ-NP-Z][A-HJ-NP-V]|[ABYZ][A-HJ-NP-Z][A-HJ-NP-Z])"
        r"(?:[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{8}|[0-9]{10})?\Z"
    ),
]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Persons = Annotated[int, Meta(ge=0, le=100_000)]

Source = Literal["radio", "satellite_beacon", "ais", "phone", "vessel", "aircraft", "coast_station", "other"]
Stage = Literal["uncertainty", "alert", "distress"]
Nature = Literal[
    "person_in_water",
    "sinking",
    "fire",
    "collision",
    "grounding",
    "adrift",
    "disabled",
    "ditching",
    "medical",
    "missing",
    "other",
]
Seen = Literal["person", "raft", "boat", "debris", "oil", "light", "smoke", "signal", "other"]
Sort = Literal["ship", "boat", "helicopter", "aeroplane", "unmanned_aircraft"]
Sensor = Literal["eye", "radar", "infrared", "night_vision", "ais", "beacon_homing"]
Pattern = Literal["parallel", "creeping_line", "expanding_square", "sector", "track_line"]
Why = Literal["search", "rescue", "evacuation", "transit_to_case", "other"]
Reason = Literal["weather", "safety", "exercise_area", "no_case", "other"]
Outcome = Literal["all_saved", "some_saved", "none_found", "false_alert", "no_danger"]


class Position(Part, frozen=True, kw_only=True, omit_defaults=True):
    """Where something is.

    Args:
        lat, lon: degrees as decimal text.
        datum: of the degrees; only those on WGS 84 are held against the annex.
        grid: an MGRS reference, where no degrees are given.
    """

    short: ClassVar[str] = "LAT,LON"

    lat: Lat | None = None
    lon: Lon | None = None
    datum: Literal["wgs84", "tokyo", "other"] = "wgs84"
    grid: Grid | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.lat is None) != (self.lon is None):
            raise fault("lon" if self.lon is None else "lat", "expected `lat` and `lon` together")
        if (self.lat is None) == (self.grid is None):
            raise fault("lat", "expected either `lat` and `lon`, or a `grid` reference")
        if self.grid is not None and self.datum != WGS84:
            raise fault("datum", "expected no datum beside a `grid` reference")
        for name, text, most in (("lat", self.lat, geo.LAT_MAX), ("lon", self.lon, geo.LON_MAX)):
            if text is not None and (abs(float(text)) > most or (text[0] == "-" and not float(text))):
                raise fault(name, f"expected -{most} to {most} degrees, no sign on zero, got `{text}`")

    @property
    def in_numbers(self) -> bool:
        """Whether it is in degrees of the datum that the annex is in."""
        return self.grid is None and self.datum == WGS84

    @property
    def point(self) -> geo.Point | None:
        """The same to compute with; None where it is not in degrees of that datum."""
        if self.lat is None or self.lon is None or not self.in_numbers:
            return None
        return geo.point(self.lat, self.lon)


_AT = frozenset({"position", "datum"})
_ALONG = frozenset({"positions", "corners", "legs", "track"})


def in_full(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a payload with each position in full; in short it is `37.24,131.87`, or a grid reference.

    Raises:
        MalformedError: `field_value`, for a text that is neither.
    """
    return {name: _in_full(name, value) for name, value in members.items()}


def _in_full(name: str, value: Any) -> Any:
    if isinstance(value, str) and name in _AT:
        lat, comma, lon = (part.strip() for part in value.partition(","))
        found = {"lat": lat, "lon": lon} if comma else {"grid": lat}
        try:
            msgspec.convert(found, Position)
        except msgspec.ValidationError:
            raise fault(name, f"expected degrees as in `37.24,131.87`, or a grid reference, got `{value}`") from None
        return found
    if isinstance(value, Mapping):
        # The datum of a position is a word; that of a plan is a position.
        return in_full(value) if not value.keys() & {"lat", "grid"} else value
    if isinstance(value, list | tuple):
        return [_in_full("position" if name in _ALONG else name, each) for each in value]
    return value


def outside(content: object, raw: Any) -> bool:
    """Whether the JSON value of a payload holds a member, at any depth, that its form does not know.

    Args:
        content: the payload as its type.

    Spec: vocabulary, `asserts_title`.
    """
    if isinstance(content, msgspec.Struct):
        known = content.__struct_fields__
        return isinstance(raw, Mapping) and any(
            name not in known or outside(getattr(content, name), value) for name, value in raw.items()
        )
    if isinstance(content, tuple):
        return isinstance(raw, list | tuple) and any(map(outside, content, raw))
    return False
