"""Hours of two nodes at which a simulation may begin: talks, force, the turn of the year, notice, and after the end.

Each is made by acts of both, from the one before it; it is copied for each seed and never changed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from servanda.act.ruling import Permit
from servanda.agreement import acts as accord
from servanda.agreement.acts import VersionSubject
from servanda.agreement.life import Status
from tests.simulation.at_work import at_work
from tests.simulation.hostile import Run, run
from tests.simulation.saying import PACT_A, PACT_B, Saying
from tests.simulation.sayings import IN_TALKS, SAYINGS
from tests.simulation.sayings_of_accord import amended, corrected
from tests.simulation.world import TEXTS, Pair, Side, both_in_force
from tests.wordings import tabled


@dataclass(frozen=True, kw_only=True)
class Season:
    """Where a run begins, and what people speak of then."""

    make: Callable[[], Pair]
    sayings: Sequence[Callable[[Side, random.Random], Saying]] = SAYINGS


def _until(pair: Pair, *date: int) -> Pair:
    """The days pass in silence, and people confirm their clocks."""
    pair.advance((datetime(*date, tzinfo=UTC) - pair.kr.clock.now()).total_seconds())  # type: ignore[misc,arg-type]  # a date
    for side in pair.sides():
        side.node.confirm_clock()
    return pair


def _status(side: Side, agreement: str) -> Status:
    return side.node.status(agreement)


def _subject(side: Side, agreement: str) -> VersionSubject:
    version = _status(side, agreement).version
    assert version is not None
    return VersionSubject(digest=version.digest)


@cache
def talks() -> Pair:
    """One text is in force, and another lies on the table."""
    pair = Pair()
    pair.into_force(PACT_B)
    _until(pair, 2031, 5, 2)
    pair.kr.envoy_says(PACT_A, "agreement.text.table", tabled(TEXTS[PACT_A]))
    for side in pair.sides():
        side.envoy_says(
            PACT_A,
            "agreement.powers.show",
            accord.PowersShow(
                officer=side.envoy, may=("sign",), issued_by="head_of_government", date=pair.kr.clock.now().date()
            ),
        )
    pair.sync()
    return pair


@cache
def signing() -> Pair:
    """Both have initialled the text on the table."""
    pair = talks().copy()
    for side in pair.sides():
        digest = side.node.status(PACT_A).tabled.digest  # type: ignore[union-attr]  # it was tabled
        side.envoy_says(PACT_A, "agreement.text.initial", accord.TextInitial(digest=digest))
    pair.sync()
    return pair


@cache
def completing() -> Pair:
    """Both have signed it, and one has told that its own law is satisfied."""
    pair = signing().copy()
    digest = pair.kr.node.status(PACT_A).initialled[-1]
    for side in pair.sides():
        side.envoy_says(PACT_A, "agreement.text.sign", accord.TextSign(digest=digest))
    pair.sync()
    note = accord.CompletionNotify(digest=digest, note="N-1", date=pair.kr.clock.now().date())
    pair.jp.envoy_says(PACT_A, "agreement.completion.notify", note)
    return pair


@cache
def amending() -> Pair:
    """An amendment, and a correction of a questioned clause, lie on the table."""
    pair = both_in_force().copy()
    digest = _subject(pair.kr, PACT_A).digest
    question = accord.ClauseQuestion(paragraph="5.4", words="exercise", reading="exercise")
    pair.kr.envoy_says(PACT_A, "agreement.clause.question", question)
    pair.jp.envoy_says(PACT_A, "agreement.text.table", tabled(corrected(), base=digest))
    pair.kr.envoy_says(PACT_A, "agreement.text.table", tabled(amended(PACT_A, 2, 60), base=digest))
    pair.sync()
    return pair


@cache
def turn_of_the_year() -> Pair:
    """The last days of a year."""
    return _until(at_work().copy(), 2031, 12, 28)


@cache
def suspended() -> Pair:
    """What may be suspended jointly is, and one Party has stopped new orders."""
    pair = at_work().copy()
    for side in pair.sides():
        side.envoy_says(PACT_A, "agreement.force.suspend", accord.ForceSuspend(subject=_subject(side, PACT_A)))
    pair.jp.envoy_says(PACT_B, "agreement.force.suspend", accord.ForceSuspend())
    pair.sync()
    return _until(pair, 2031, 5, 12)


@cache
def notice() -> Pair:
    """Notice was given in time, and its effect is near."""
    pair = _until(at_work().copy(), 2031, 12, 1)
    pair.kr.envoy_says(PACT_A, "agreement.notice.give", accord.NoticeGive(note="N-9"))
    pair.sync()
    return _until(pair, 2032, 3, 20)


@cache
def held() -> Pair:
    """Both hold the effect of a notice."""
    pair = notice().copy()
    given = _status(pair.kr, PACT_A).notices[-1].act_id
    for side in pair.sides():
        side.envoy_says(PACT_A, "agreement.notice.hold", accord.NoticeHold(notice=given))
    pair.sync()
    return pair


@cache
def ended() -> Pair:
    """One agreement has ended by the will of both, the other goes on."""
    pair = at_work().copy()
    for side in pair.sides():
        recorded = side.say(
            PACT_A, "agreement.termination.agree", accord.TerminationAgree(subject=_subject(side, PACT_A)), side.envoy
        )
        assert isinstance(recorded.judged.ruling, Permit)
    pair.sync()
    return pair


SEASONS: Mapping[str, Season] = {
    "in force": Season(make=at_work),
    "talks": Season(make=talks, sayings=IN_TALKS),
    "signing": Season(make=signing, sayings=IN_TALKS),
    "completing": Season(make=completing, sayings=IN_TALKS),
    "turn of the year": Season(make=turn_of_the_year),
    "amending": Season(make=amending, sayings=IN_TALKS),
    "suspended": Season(make=suspended),
    "notice": Season(make=notice),
    "held": Season(make=held),
    "ended": Season(make=ended),
}
NAMES = tuple(SEASONS)


def season_of(seed: int) -> str:
    """The season of a seed: a quarter of all begin while both texts are in force."""
    return NAMES[(seed // 4) % len(NAMES)] if seed % 3 else NAMES[0]


def play(seed: int, *, steps: int = 30) -> Run:
    """One seed, in its season."""
    season = SEASONS[season_of(seed)]
    going = run(season.make(), seed, steps=steps, sayings=season.sayings)
    going.tally.count("season", season_of(seed))
    return going
