"""Moments: the one form of signed text, and what people write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from servanda.base import moment
from servanda.base.errors import MalformedError

SEOUL = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2026-11-24",
        "2026-11-24T09:00:00",
        "2026-11-24T09:00:00z",
        "2026-11-24t09:00:00Z",
        "2026-11-24T09:00:00.0Z",
        "2026-11-24T09:00:00+00:00",
        "2026-11-24T09:00Z",
        "2026-02-29T09:00:00Z",
        "2026-11-24T24:00:00Z",
        "2026-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "2026-11-24T09:00:00Z\n",
        "٢٠٢٦-11-24T09:00:00Z",
    ],
)
def test_another_form_is_refused(written):
    with pytest.raises(MalformedError) as refused:
        moment.parse(written)
    assert refused.value.code == "field_type"


@pytest.mark.parametrize("written", ["9", "+9:00", "09:00", "+09:60", "+14:01", "-00:00", "Z", "+09:00 ", "+0900"])
def test_another_offset_is_refused(written):
    with pytest.raises(MalformedError) as refused:
        moment.zone(written)
    assert refused.value.code == "field_type"


@pytest.mark.parametrize(
    "written", ["2030-02-01T09:00", "2030-02-30T09:00+09:00", "2030-02-01T25:00+09:00", "2030-02-01T09:00+15:00"]
)
def test_another_form_with_offset_is_refused(written):
    with pytest.raises(MalformedError) as refused:
        moment.parse_offset(written)
    assert refused.value.code == "field_type"


def test_the_message_shows_the_form():
    with pytest.raises(MalformedError) as refused:
        moment.parse("yesterday")
    assert str(refused.value) == "`yesterday` is not written as `2031-04-01T08:00:00Z` is; write it so"


@pytest.mark.parametrize(
    "wrong",
    [moment.parse("2026-01-01T00:00:00Z").replace(tzinfo=None), datetime(2026, 1, 1, microsecond=1, tzinfo=UTC)],
)
def test_only_whole_seconds_with_an_offset_are_written(wrong):
    with pytest.raises(ValueError, match="no moment in whole seconds"):
        moment.text(wrong)


def test_a_moment_is_read_and_written():
    assert moment.parse("2026-11-24T09:00:01Z") == datetime(2026, 11, 24, 9, 0, 1, tzinfo=UTC)
    assert moment.text(datetime(2026, 11, 24, 18, 0, 1, tzinfo=SEOUL)) == "2026-11-24T09:00:01Z"
    assert moment.text(datetime(33, 1, 2, tzinfo=UTC)) == "0033-01-02T00:00:00Z"


def test_a_zone_is_a_plain_offset():
    offsets = {written: moment.zone(written).utcoffset(None) for written in ("+09:00", "-03:30", "+00:00")}
    assert offsets == {
        "+09:00": timedelta(hours=9),
        "-03:30": timedelta(hours=-3, minutes=-30),
        "+00:00": timedelta(),
    }


def test_people_write_their_offset():
    assert moment.parse_offset("2030-02-01T09:00+09:00").isoformat() == "2030-02-01T09:00:00+09:00"
    assert moment.parse_offset("2030-02-01T09:00:05-03:30") == datetime(2030, 2, 1, 12, 30, 5, tzinfo=UTC)
