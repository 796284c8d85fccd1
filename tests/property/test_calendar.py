"""Calendar: what holds for every moment, span and zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from servanda.base import calendar, moment
from servanda.base.calendar import Span

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))
LIVED = st.integers(-70 * 365 * 86_400, 230 * 365 * 86_400).map(lambda second: datetime.fromtimestamp(second, UTC))
COUNTS = st.integers(0, 999_999)
SPANS = st.builds(Span, years=COUNTS, months=COUNTS, days=COUNTS, seconds=COUNTS)
SHORT = st.builds(Span, years=st.integers(0, 30), months=st.integers(0, 30), days=st.integers(0, 400))


@given(MOMENTS, SPANS, ZONES)
def test_every_span_ends_within_the_calendar(at, span, zone):
    assert calendar.EARLIEST <= calendar.after(at, span, zone) <= calendar.LATEST
    assert calendar.EARLIEST <= calendar.before(at, span, zone) <= calendar.LATEST


@given(MOMENTS, MOMENTS, SPANS, ZONES)
def test_an_earlier_start_never_ends_later(first, second, span, zone):
    first, second = sorted((first, second))
    assert calendar.after(first, span, zone) <= calendar.after(second, span, zone)


@given(LIVED, SHORT, ZONES)
def test_days_are_exact_and_months_keep_their_hour(at, span, zone):
    ends = calendar.after(at, span, zone).astimezone(zone)
    counted = ends - timedelta(days=span.days)
    start = at.astimezone(zone)
    assert counted.timetz() == start.timetz()
    assert (counted.year * 12 + counted.month) - (start.year * 12 + start.month) == span.years * 12 + span.months
    last = (counted.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    assert counted.day == min(start.day, last.day)


@given(LIVED, ZONES)
def test_a_day_starts_at_its_own_midnight(at, zone):
    start = calendar.day_start(at, zone)
    assert start <= at < start + timedelta(days=1)
    assert start.astimezone(zone).time() == datetime.min.time()


@given(LIVED, LIVED, ZONES)
def test_years_turn_at_new_year(start, end, zone):
    turns = calendar.year_turns(start, end, zone)
    local = [turn.astimezone(zone) for turn in turns]
    assert all((turn.month, turn.day, turn.time()) == (1, 1, datetime.min.time()) for turn in local)
    assert [turn.year for turn in local] == list(range(start.astimezone(zone).year + 1, end.astimezone(zone).year + 1))
    assert all(start < turn <= end for turn in turns)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_months_begun_are_the_fewest_that_reach(since, until):
    months = calendar.months_begun(since, until)
    at = datetime(since.year, since.month, since.day, tzinfo=UTC)
    reached = calendar.after(at, Span(months=months), UTC).date()
    assert reached >= until or months == 0
    if months:
        assert calendar.after(at, Span(months=months - 1), UTC).date() < until
    else:
        assert until <= since


@given(MOMENTS)
def test_moments_are_read_as_written(at):
    assert moment.parse(moment.text(at)) == at


@given(st.builds(Span, seconds=st.integers(1, 999_999)) | st.builds(Span, years=st.integers(1, 999)))
def test_spans_are_read_as_shown(span):
    assert calendar.span(str(span)) == span
