"""Moments: an instant in whole seconds, and how it is written.

Rules of this module:
- a moment is an aware datetime; signed text has one form of it, `YYYY-MM-DDThh:mm:ssZ`;
- a text of an agreement names one offset; what people write beside it carries its own.

Spec: record (times, in the head).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from servanda.base.errors import MalformedError

_UTC_FORM = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", re.ASCII).fullmatch
_OFFSET_FORM = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?([+-]\d\d:\d\d)", re.ASCII).fullmatch
_ZONE_FORM = re.compile(r"([+-])(\d\d):(\d\d)", re.ASCII).fullmatch
# Source: ISO 8601 and the tz database; no place keeps a clock further from UTC.
_OFFSET_MAX = timedelta(hours=14)


def parse(text: str) -> datetime:
    """The moment that signed text names.

    Raises:
        MalformedError: `field_type`.
    """
    found = _UTC_FORM(text)
    if found is None:
        raise _malformed(text, "2031-04-01T08:00:00Z")
    year, month, day, hour, minute, second = (int(part) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise _malformed(text, "2031-04-01T08:00:00Z") from error


def text(moment: datetime) -> str:
    """A moment as signed text has it.

    Raises:
        ValueError: for a moment without offset, or with a fraction of a second.
    """
    if moment.tzinfo is None or moment.microsecond:
        raise ValueError(f"{moment!r} is no moment in whole seconds with an offset")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def zone(offset: str) -> tzinfo:
    """The zone of an agreement, from its offset: `+09:00`.

    Raises:
        MalformedError: `field_type`.
    """
    found = _ZONE_FORM(offset)
    if found is None:
        raise _malformed(offset, "+09:00")
    sign, hours, minutes = found.groups()
    distance = timedelta(hours=int(hours), minutes=int(minutes))
    if int(minutes) > 59 or distance > _OFFSET_MAX or (sign == "-" and not distance):
        raise _malformed(offset, "+09:00")
    return timezone(-distance if sign == "-" else distance)


def parse_offset(written: str) -> datetime:
    """The moment that people write with their offset: `2030-02-01T09:00+09:00`, seconds where needed.

    Returns:
        The moment, in the offset as written.

    Raises:
        MalformedError: `field_type`.
    """
    found = _OFFSET_FORM(written)
    if found is None:
        raise _malformed(written, "2031-04-01T08:00+09:00")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone(found[7]))
    except ValueError as error:
        raise _malformed(written, "2031-04-01T08:00+09:00") from error


def _malformed(written: str, example: str) -> MalformedError:
    return MalformedError("field_type", f"`{written[:40]}` is not written as `{example}` is", action="write it so")
