"""A node permits nothing that it cannot judge: no text, no domain, facts that are not whole, facts that fail.

The same on both sides of an act: what is said here stays in the journal, what the peer says gets no permit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from servanda.act.act import Draft
from servanda.act.entry import Issued
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.agreement.vocabulary import facts_of
from servanda.base.errors import PeerError
from servanda.domains.rescue.acts import OpenCase
from servanda.policy.facts import FactValue
from tests.simulation.world import DOMAINS, TEXTS, Pair, Side
from tests.unit.node.actors import PACT, asks, issue, known, officer, ready, reply_of, says, stated, taken
from tests.wordings import tabled

KIND = "intelligence.report.request"
Lines = tuple[Mapping[str, FactValue], ...]


@pytest.fixture
def pair() -> Pair:
    """Two nodes with both agreements in force."""
    return ready()


def with_facts(side: Side, change: Callable[[Lines], Lines]) -> None:
    """The node of one side states the facts of information otherwise than it should."""
    domain = DOMAINS["intelligence"]
    faulty = replace(domain, facts=lambda said, view: change(domain.facts(said, view)))
    side.node.checker._domains = {**DOMAINS, "intelligence": faulty}


def mended(side: Side) -> None:
    side.node.checker._domains = DOMAINS


def folded(side: Side) -> set[str]:
    return set(side.node.scene().folded.acts)


def each_line(**changes: Any) -> Callable[[Lines], Lines]:
    """Every line with some facts otherwise; `...` leaves a fact out."""
    return lambda lines: tuple(
        {name: value for name, value in {**line, **changes}.items() if value is not ...} for line in lines
    )


def unjudgeable(*facts: str, line: int | None = None) -> Refusal:
    return Refusal(ground=Ground.UNJUDGEABLE, missing=tuple(sorted(facts)), line=line)


FAULTY: dict[str, tuple[Callable[[Lines], Lines], Refusal]] = {
    "a fact is missing": (each_line(consent=...), unjudgeable("consent")),
    "a fact too many": (each_line(ally_agrees=True), unjudgeable("ally_agrees")),
    "a fact of another domain": (each_line(life_in_danger=True), unjudgeable("life_in_danger")),
    "a truth that is a word": (each_line(purpose_stated="true"), unjudgeable("purpose_stated")),
    "a truth that is a number": (each_line(purpose_stated=1), unjudgeable("purpose_stated")),
    "a number that is a word": (each_line(level="1"), unjudgeable("level")),
    "a number that is a truth": (each_line(level=True), unjudgeable("level")),
    "a number out of bounds": (each_line(level=4), unjudgeable("level")),
    "a word that nobody knows": (each_line(topic="elections"), unjudgeable("topic")),
    "a word of another fact": (each_line(topic="courier"), unjudgeable("topic")),
    "nothing for a word": (each_line(topic=None), unjudgeable("topic")),
    "several at once": (each_line(topic=None, level=..., marked=0), unjudgeable("level", "marked", "topic")),
    "no line": (lambda _: (), unjudgeable(*facts_of(KIND))),
    "a line without facts": (
        lambda lines: (*lines, {}),
        unjudgeable(*facts_of(KIND).keys() - {"phase", "officer_role", "questioned"}, line=2),
    ),
}


@pytest.mark.parametrize("way", FAULTY)
def test_facts_that_are_not_whole_stay_at_home(pair: Pair, way: str) -> None:
    change, refusal = FAULTY[way]
    before, size = folded(pair.kr), pair.kr.node.holding.home.size
    with_facts(pair.kr, change)

    recorded = pair.kr.node.submit(asks(pair.kr), [officer(pair.kr)])

    assert (recorded.entry, recorded.judged.ruling) == (None, refusal)
    assert (folded(pair.kr), pair.kr.node.holding.home.size) == (before, size)


@pytest.mark.parametrize("way", FAULTY)
def test_facts_that_are_not_whole_here_permit_nothing_of_the_peer(pair: Pair, way: str) -> None:
    change, refusal = FAULTY[way]
    before = folded(pair.kr)
    with_facts(pair.kr, change)
    entry = says(pair.jp, asks(pair.jp))

    pair.sync()

    assert reply_of(pair.kr, entry.act) == refusal
    assert folded(pair.kr) == before


class FactsError(Exception):
    """The facts of an act could not be computed."""


def fails(_lines: Lines) -> Lines:
    raise FactsError("the facts could not be computed")


def test_facts_that_fail_record_nothing_here(pair: Pair) -> None:
    before = known(pair.kr)
    with_facts(pair.kr, fails)
    for step in (pair.kr.node.submit, pair.kr.node.preview):
        with pytest.raises(FactsError):
            step(asks(pair.kr), [officer(pair.kr)])
    assert known(pair.kr) == before


def test_facts_that_fail_leave_an_act_of_the_peer_without_reply(pair: Pair) -> None:
    """It is held and not decided, again and again, until the node can judge it; then it is judged as ever."""
    before = folded(pair.kr)
    with_facts(pair.kr, fails)
    entry = says(pair.jp, asks(pair.jp))
    for _ in range(2):
        with pytest.raises(FactsError):
            pair.sync()
    assert reply_of(pair.kr, entry.act) is None
    assert folded(pair.kr) - before == set()

    mended(pair.kr)
    pair.sync()

    assert reply_of(pair.kr, entry.act) == Permit(cites=("4.1",))
    assert folded(pair.kr) - before == {entry.act}
    pair.kr.node.audit()


def test_a_domain_that_does_not_run_here_is_silent(pair: Pair) -> None:
    before = folded(pair.kr)
    pair.kr.node.checker._domains = {name: domain for name, domain in DOMAINS.items() if name != "intelligence"}
    entry = says(pair.jp, asks(pair.jp))

    pair.sync()

    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.SILENT)
    assert pair.kr.node.preview(asks(pair.kr), [officer(pair.kr)]).ruling == Refusal(ground=Ground.SILENT)
    assert folded(pair.kr) == before


def test_before_any_text_nothing_is_said_but_for_life() -> None:
    """Nobody signs, and nothing is recorded; a distress is told all the same, and no agreement permits it."""
    pair = Pair()
    before = known(pair.kr)
    with pytest.raises(PeerError) as caught:
        pair.kr.node.submit(asks(pair.kr), [pair.kr.envoy])
    assert caught.value.code == "agreement_unknown"
    assert known(pair.kr) == before

    case = Draft(
        kind="rescue.case.open",
        agreement="none",
        payload=OpenCase(received_at="2031-03-31T23:00:00Z", stage="distress", nature="sinking"),
    )
    recorded = pair.kr.node.submit(case, [pair.kr.envoy])
    assert recorded.judged.ruling == Refusal(ground=Ground.SILENT)
    assert isinstance(recorded.entry, Issued)
    pair.sync()
    assert reply_of(pair.jp, recorded.entry.act) == Refusal(ground=Ground.SILENT)


def test_a_text_on_the_table_is_not_in_force_on_either_side() -> None:
    """The paragraph that says when it starts is cited; the office is another fault of the same act."""
    pair = Pair()
    pair.kr.envoy_says(PACT, "agreement.text.table", tabled(TEXTS[PACT]))
    pair.sync()
    refusal = Refusal(ground=Ground.FORBIDDEN, cites=("3.1", "16.1"))

    for side in pair.sides():
        recorded = side.node.submit(asks(side), [side.envoy])
        assert (recorded.entry, recorded.judged.ruling) == (None, refusal)
    entry = issue(pair.jp, taken(pair.jp, asks(pair.jp), [pair.jp.envoy]))
    pair.sync()

    assert reply_of(pair.kr, entry.act) == refusal
    assert entry.act not in folded(pair.kr)


@pytest.mark.parametrize(
    ("agreement", "digest", "refusal"),
    [
        ("none", "0" * 64, Refusal(ground=Ground.INVALID, code="agreement_unknown")),
        ("kr-jp-z", "0" * 64, Refusal(ground=Ground.INVALID, code="agreement_unknown")),
        ("kr-jp-z", None, Refusal(ground=Ground.INVALID, code="agreement_unknown")),
        (PACT, "ab" * 32, Refusal(ground=Ground.INVALID, code="agreement_not_in_force")),
        ("kr-jp-b", "0" * 64, Refusal(ground=Ground.INVALID, code="agreement_not_in_force")),
    ],
)
def test_an_agreement_that_does_not_stand_permits_nothing(
    pair: Pair, agreement: str, digest: str | None, refusal: Refusal
) -> None:
    before = folded(pair.kr)
    said = taken(pair.jp, asks(pair.jp), [pair.jp.envoy])
    named = digest or said.signed.statement.agreement_digest
    keys = pair.jp.keys.officer(pair.jp.envoy)
    entry = issue(pair.jp, stated(said, keys, agreement=agreement, agreement_digest=named))

    pair.sync()

    assert reply_of(pair.kr, entry.act) == refusal
    assert folded(pair.kr) == before


def test_an_agreement_that_does_not_govern_a_kind_is_silent_on_it(pair: Pair) -> None:
    draft = asks(pair.kr)
    elsewhere = Draft(kind=draft.kind, agreement="kr-jp-b", payload=draft.payload)
    recorded = pair.kr.node.submit(elsewhere, [pair.kr.envoy])
    assert (recorded.entry, recorded.judged.ruling) == (None, Refusal(ground=Ground.SILENT))


def test_an_office_that_nobody_gave_is_no_office(pair: Pair) -> None:
    recorded = pair.kr.node.submit(asks(pair.kr), [pair.kr.envoy, officer(pair.kr)])
    assert (recorded.entry, recorded.judged.ruling) == (None, Refusal(ground=Ground.FORBIDDEN, cites=("3.1",)))


def test_a_party_to_whom_the_agreement_is_strange_is_no_author(pair: Pair) -> None:
    """An act of a third state stands in no log of the two: it is invalid before any clause is asked."""
    before = folded(pair.kr)
    said = taken(pair.jp, asks(pair.jp))
    keys = pair.jp.keys.officer(officer(pair.jp))
    entry = issue(pair.jp, stated(said, keys, author="US"))

    pair.sync()

    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.INVALID, code="addressee_wrong")
    assert folded(pair.kr) == before
