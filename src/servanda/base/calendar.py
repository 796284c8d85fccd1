"""Days, months and years as treaties count them.

Rules of this module:
- years and months are counted in the calendar of the agreement's zone, and end at the same hour of the same day-number;
- a day-number that a month lacks becomes its last day: a year from 29 February ends on 28 February;
- days, hours and minutes are exact: 365 days from 10 February 2032 is 9 February 2033;
- counting leaves the calendar nowhere: what lies beyond its ends is the first or last moment there is.

Spec: agreement (terms and notices); forms (`within`, `lasts`).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from servanda.base.errors import MalformedError

# Far enough from the ends of the calendar that every zone still has a day there.
EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
LATEST = datetime(9999, 12, 29, tzinfo=UTC)

_FORM = re.compile(r"([1-9]\d{0,5}) (year|month|day|hour|minute|second)(s?)", re.ASCII).fullmatch
_SECONDS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time as an agreement writes it; its calendar part is counted before its exact part."""

    years: int = 0
    months: int = 0
    days: int = 0
    seconds: int = 0

    def __post_init__(self) -> None:
        if min(self.years, self.months, self.days, self.seconds) < 0:
            raise ValueError(f"{self!r} runs backwards")

    def __str__(self) -> str:
        parts = [(self.years, "year"), (self.months, "month"), (self.days, "day")]
        unit = next(name for name, seconds in _SECONDS.items() if name != "day" and self.seconds % seconds == 0)
        parts.append((self.seconds // _SECONDS[unit], unit))
        return " ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in parts if count) or "0 days"

    def times(self, count: int) -> Span:
        """This span so many times over, counted from its start and not from one end to the next."""
        return Span(
            years=self.years * count, months=self.months * count, days=self.days * count, seconds=self.seconds * count
        )


def span(text: str) -> Span:
    """The span that a clause writes: `90 days`, `24 hours`, `15 minutes`, `1 year`.

    Raises:
        MalformedError: `field_type`.
    """
    found = _FORM(text)
    if found is None or (found[1] == "1") is bool(found[3]):
        raise MalformedError(
            "field_type", f"`{text[:40]}` is no span of time", action="write a number and its unit, as in `90 days`"
        )
    count, unit = int(found[1]), found[2]
    match unit:
        case "year":
            return Span(years=count)
        case "month":
            return Span(months=count)
        case "day":
            return Span(days=count)
        case _:
            return Span(seconds=count * _SECONDS[unit])


def after(moment: datetime, span: Span, zone: tzinfo) -> datetime:
    """The moment a span ends that starts at a moment.

    Returns:
        The moment in UTC.
    """
    return _counted(moment, span, zone, 1)


def before(moment: datetime, span: Span, zone: tzinfo) -> datetime:
    """The last moment from which a span still ends by a moment, as for a notice before the end of a term.

    Returns:
        The moment in UTC.
    """
    return _counted(moment, span, zone, -1)


def day_start(moment: datetime, zone: tzinfo) -> datetime:
    """0:00 of the day on which a moment falls in a zone, in UTC."""
    return _local(moment, zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def year_turns(start: datetime, end: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """Every 1 January 0:00 in a zone after `start` and not after `end`, in UTC."""
    first, last = _local(start, zone).year + 1, _local(end, zone).year
    return tuple(datetime(year, 1, 1, tzinfo=zone).astimezone(UTC) for year in range(first, last + 1))


def months_begun(since: date, until: date) -> int:
    """Months from one day to another, a month that has begun counted whole; 0 where `until` is not later."""
    whole = (until.year - since.year) * 12 + until.month - since.month
    return max(0, whole + (until > _moved(since, whole)))


def _counted(moment: datetime, span: Span, zone: tzinfo, way: int) -> datetime:
    beyond = LATEST if way > 0 else EARLIEST
    local = _local(moment, zone)
    try:
        day = _moved(local.date(), way * (span.years * 12 + span.months))
        counted = datetime.combine(day, local.timetz()).astimezone(UTC)
        counted += way * timedelta(days=span.days, seconds=span.seconds)
    except (OverflowError, ValueError):
        return beyond
    return min(max(counted, EARLIEST), LATEST)


def _local(moment: datetime, zone: tzinfo) -> datetime:
    return min(max(moment, EARLIEST), LATEST).astimezone(zone)


def _moved(day: date, months: int) -> date:
    """The same day-number so many months on, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"year {year} lies outside the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
