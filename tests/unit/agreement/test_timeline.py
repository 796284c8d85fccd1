"""Terms and effects as treaties count them."""

from __future__ import annotations

from datetime import datetime

import pytest

from servanda.agreement.instrument import Instrument, load
from servanda.agreement.timeline import (
    Notice,
    Phase,
    Question,
    Spell,
    Suspension,
    Timeline,
    Version,
    notice_effect,
    resumed_effect,
    term_end,
    term_of,
)
from servanda.base.calendar import LATEST
from tests.unit.agreement.lives import edited, moment, pact_of

A, B = pact_of("kr-jp-a"), pact_of("kr-jp-b")
HOLD = "```clause\nlasts:\n  notice_withdrawal: until_effect\n  notice_hold: joint\n  hold_resumes_with: 30 days\n```\n"
TERM = "```clause\nlasts:\n  term: 1 year\n  extends: 1 year\n  notice: 90 days\n```"
NO_TERM = load(edited("kr-jp-a", (TERM, "```clause\ntext_only: silent\n```"), (HOLD, "")), path="kr-jp-a")
ONE_TERM = load(edited("kr-jp-a", ("  extends: 1 year\n", "")), path="kr-jp-a")
DAILY = load(edited("kr-jp-a", ("  extends: 1 year\n", "  extends: 1 day\n")), path="kr-jp-a")
FIRST = moment("2030-02-01T00:00+09:00")


@pytest.mark.parametrize(
    ("text", "first_day", "number", "end"),
    [
        (A, "2030-02-08T00:00+09:00", 0, "2031-02-08T00:00+09:00"),
        (A, "2030-02-08T00:00+09:00", 1, "2032-02-08T00:00+09:00"),
        (A, "2032-02-29T00:00+09:00", 0, "2033-02-28T00:00+09:00"),
        (A, "2032-02-29T00:00+09:00", 3, "2036-02-29T00:00+09:00"),
        (B, "2030-03-03T00:00+09:00", 0, "2040-03-03T00:00+09:00"),
        (B, "2030-03-03T00:00+09:00", 2, "2060-03-03T00:00+09:00"),
    ],
)
def test_a_term_ends_at_the_start_of_the_same_day_number(
    text: Instrument, first_day: str, number: int, end: str
) -> None:
    assert term_end(text, moment(first_day), number) == moment(end)


def test_a_text_without_terms_has_no_end_of_one() -> None:
    assert term_end(NO_TERM, FIRST, 0) is None
    assert term_end(ONE_TERM, FIRST, 1) is None
    assert term_end(A, FIRST, 99_999) == LATEST


@pytest.mark.parametrize(
    ("at", "number"),
    [
        ("2030-02-01T00:00+09:00", 0),
        ("2031-01-31T23:59+09:00", 0),
        ("2031-02-01T00:00+09:00", 1),
        ("2130-02-01T00:00+09:00", 100),
    ],
)
def test_a_moment_lies_in_one_term(at: str, number: int) -> None:
    assert term_of(A, FIRST, moment(at)) == number
    assert term_of(NO_TERM, FIRST, moment(at)) == 0
    assert term_of(ONE_TERM, FIRST, moment(at)) == 0


# The pact of 2016: the notice of 2019, and the last moment for the term of 2020.
@pytest.mark.parametrize(
    ("received", "effect"),
    [
        ("2019-08-23T15:00+09:00", "2019-11-23T00:00+09:00"),
        ("2020-08-25T00:00+09:00", "2020-11-23T00:00+09:00"),
        ("2020-08-25T00:01+09:00", "2021-11-23T00:00+09:00"),
    ],
)
def test_a_notice_ends_with_the_first_term_that_leaves_its_days(received: str, effect: str) -> None:
    assert notice_effect(A, moment("2016-11-23T00:00+09:00"), moment(received)) == moment(effect)


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        (NO_TERM, "2031-05-02T00:00+09:00"),
        (ONE_TERM, "2031-02-01T00:00+09:00"),
        (DAILY, "2031-02-01T00:00+09:00"),
    ],
)
def test_a_notice_under_other_texts(text: Instrument, effect: str) -> None:
    assert notice_effect(text, FIRST, moment("2030-05-01T10:00+09:00")) == moment(effect)
    assert notice_effect(NO_TERM, FIRST, moment("2030-05-01T00:00+09:00")) == moment("2031-05-01T00:00+09:00")
    assert notice_effect(DAILY, FIRST, moment("2090-05-01T10:00+09:00")) == moment("2090-07-31T00:00+09:00")


def test_a_notice_taken_up_again_under_a_silent_text_runs_its_days_anew() -> None:
    silent = load(edited("kr-jp-a", ("  hold_resumes_with: 30 days\n", "")), path="kr-jp-a")
    notice = Notice(act_id="n", giver="KR", received=FIRST, effect=moment("2031-02-01T00:00+09:00"))
    at = moment("2031-06-01T12:00+09:00")
    assert resumed_effect(silent, notice, at) == moment("2031-08-30T12:00+09:00")
    assert resumed_effect(NO_TERM, notice, at) == moment("2032-06-01T12:00+09:00")
    unreceived = Notice(act_id="n", giver="KR", received=None, effect=None)
    assert resumed_effect(A, unreceived, at) is None


def day(number: int) -> datetime:
    return moment(f"2030-02-{number:02}T00:00+09:00")


def test_the_first_phase_that_applies_is_the_phase() -> None:
    version = Version(digest=A.digest, instrument=A, since=day(2))
    notice = Notice(act_id="n", giver="KR", received=day(4), effect=day(20), holds=(Spell(since=day(6), until=day(8)),))
    stop = Suspension(act_id="s", by="JP", since=day(7), until=day(10))
    course = Timeline(versions=(version,), notices=(notice,), suspensions=(stop,), ended_at=day(20))
    phases = {number: course.phase(day(number)) for number in (1, 2, 4, 6, 7, 9, 10, 20, 28)}
    assert phases == {
        1: Phase.NOT_IN_FORCE,
        2: Phase.IN_FORCE,
        4: Phase.NOTICE,
        6: Phase.HELD,
        7: Phase.SUSPENDED,
        9: Phase.SUSPENDED,
        10: Phase.NOTICE,
        20: Phase.ENDED,
        28: Phase.ENDED,
    }
    assert course.version(day(28)) == version
    assert (course.effect(day(3)), course.effect(day(5))) == (None, day(20))


def test_what_was_not_received_covers_nothing() -> None:
    question = Question(act_id="q", by="KR", paragraph="4.1", asked=day(2), since=None, until=None)
    stop = Suspension(act_id="s", by="JP", since=None)
    course = Timeline(questions=(question,), suspensions=(stop,))
    assert (course.questioned(day(5)), stop.covers(day(5)), course.in_force_from) == (frozenset(), False, None)
