"""Calendar: terms, notices and days as the two agreements count them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from servanda.base import calendar
from servanda.base.calendar import Span
from servanda.base.errors import MalformedError

SEOUL = timezone(timedelta(hours=9))


def seoul(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SEOUL)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "90",
        "days",
        "90 Days",
        "90  days",
        " 90 days",
        "90 days ",
        "1 days",
        "2 day",
        "0 days",
        "01 day",
        "-1 day",
        "1.5 days",
        "1 week",
        "one year",
        "٣ days",
        "1000000 days",
        "1 year 2 days",
    ],
)
def test_another_span_is_refused(text):
    with pytest.raises(MalformedError) as refused:
        calendar.span(text)
    assert refused.value.code == "field_type"


def test_the_message_shows_how_a_span_is_written():
    with pytest.raises(MalformedError) as refused:
        calendar.span("seven days")
    assert str(refused.value) == "`seven days` is no span of time; write a number and its unit, as in `90 days`"


def test_a_span_runs_forward():
    with pytest.raises(ValueError, match="runs backwards"):
        Span(days=-1)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90 days", Span(days=90)),
        ("1 day", Span(days=1)),
        ("24 hours", Span(seconds=86_400)),
        ("15 minutes", Span(seconds=900)),
        ("45 seconds", Span(seconds=45)),
        ("1 year", Span(years=1)),
        ("10 years", Span(years=10)),
        ("18 months", Span(months=18)),
    ],
)
def test_a_span_is_read_and_shown(text, span):
    assert (calendar.span(text), str(span)) == (span, text)


def test_a_span_of_several_parts_is_shown_with_all_of_them():
    assert [str(Span(years=1, days=2, seconds=61)), str(Span())] == ["1 year 2 days 61 seconds", "0 days"]


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        (seoul(2032, 2, 10), Span(days=365), seoul(2033, 2, 9)),
        (seoul(2032, 2, 29), Span(years=1), seoul(2033, 2, 28)),
        (seoul(2032, 2, 29), Span(years=4), seoul(2036, 2, 29)),
        (seoul(2031, 1, 31), Span(months=1), seoul(2031, 2, 28)),
        (seoul(2031, 10, 31, 8, 30), Span(months=14), seoul(2032, 12, 31, 8, 30)),
        (seoul(2030, 3, 3), Span(years=10), seoul(2040, 3, 3)),
        (seoul(2019, 8, 23), Span(months=3), seoul(2019, 11, 23)),
        (seoul(2030, 6, 10, 23, 30), Span(seconds=86_400), seoul(2030, 6, 11, 23, 30)),
        (seoul(2030, 6, 10, 23, 30), Span(days=30), seoul(2030, 7, 10, 23, 30)),
        (seoul(2031, 1, 1), Span(days=31), seoul(2031, 2, 1)),
        (seoul(2030, 1, 1), Span(years=999_999), calendar.LATEST),
        (seoul(2030, 1, 1), Span(days=10**9), calendar.LATEST),
        (datetime.max.replace(tzinfo=UTC), Span(seconds=1), calendar.LATEST),
        (datetime.min.replace(tzinfo=UTC), Span(), calendar.EARLIEST),
    ],
)
def test_a_span_ends(start, span, end):
    ends = calendar.after(start, span, SEOUL)
    assert (ends, ends.tzinfo) == (end, UTC)


def test_a_month_from_the_last_day_in_the_zone():
    assert calendar.after(datetime(2031, 1, 30, 20, tzinfo=UTC), Span(months=1), SEOUL) == seoul(2031, 2, 28, 5)


@pytest.mark.parametrize(
    ("end", "span", "start"),
    [
        (seoul(2020, 11, 23), Span(days=90), seoul(2020, 8, 25)),
        (seoul(2032, 2, 29), Span(years=1), seoul(2031, 2, 28)),
        (seoul(2030, 1, 1), Span(years=999_999), calendar.EARLIEST),
    ],
)
def test_the_last_moment_before_a_span(end, span, start):
    assert calendar.before(end, span, SEOUL) == start


def test_a_span_so_many_times_is_counted_from_its_start():
    year = calendar.span("1 year")
    leap = seoul(2032, 2, 29)
    assert [calendar.after(leap, year.times(count), SEOUL) for count in (1, 2, 4)] == [
        seoul(2033, 2, 28),
        seoul(2034, 2, 28),
        seoul(2036, 2, 29),
    ]


def test_a_day_starts_in_its_zone():
    assert calendar.day_start(seoul(2030, 2, 8, 15), SEOUL) == seoul(2030, 2, 8)
    assert calendar.day_start(datetime(2030, 2, 7, 15, tzinfo=UTC), SEOUL) == seoul(2030, 2, 8)
    assert calendar.day_start(datetime(2030, 2, 7, 14, 59, 59, tzinfo=UTC), SEOUL) == seoul(2030, 2, 7)


@pytest.mark.parametrize(
    ("start", "end", "turns"),
    [
        (seoul(2030, 2, 1), seoul(2030, 12, 31, 23, 59, 59), ()),
        (seoul(2030, 2, 1), seoul(2032, 1, 1), (seoul(2031, 1, 1), seoul(2032, 1, 1))),
        (seoul(2031, 1, 1), seoul(2031, 6, 1), ()),
        (seoul(2031, 6, 1), seoul(2030, 6, 1), ()),
    ],
)
def test_years_turn_after_the_start_and_not_after_the_end(start, end, turns):
    assert calendar.year_turns(start, end, SEOUL) == turns


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2030, 3, 5), date(2030, 3, 4), 0),
        (date(2030, 3, 5), date(2028, 1, 1), 0),
        (date(2030, 3, 5), date(2030, 3, 5), 0),
        (date(2030, 3, 5), date(2030, 3, 6), 1),
        (date(2030, 3, 5), date(2030, 4, 5), 1),
        (date(2030, 3, 5), date(2030, 4, 6), 2),
        (date(2030, 3, 5), date(2030, 5, 4), 2),
        (date(2030, 1, 31), date(2030, 2, 28), 1),
        (date(2030, 1, 31), date(2030, 3, 1), 2),
        (date(2028, 2, 29), date(2030, 2, 28), 24),
        (date(2028, 2, 29), date(2030, 3, 1), 25),
    ],
)
def test_a_month_that_has_begun_counts_whole(since, until, months):
    assert calendar.months_begun(since, until) == months
