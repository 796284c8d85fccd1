"""An intention said again under its reference: wherever the first was recorded, there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from servanda.act.act import Draft
from servanda.base.errors import UsageError
from servanda.domains.intelligence import desk as reports
from servanda.node.repeated import recorded_under, says
from tests.simulation.world import DOMAINS, Pair, Side
from tests.unit.node.actors import PACT, asks, known, officer, releases, send, shares

REFERENCE = "ab" * 16


def refused(pair: Pair) -> Draft:
    """A report of JP that KR would pass to a third state."""
    shared = pair.jp.node.submit(shares(pair.jp), [officer(pair.jp)]).entry
    send(pair.jp, pair.kr)
    return releases(pair.kr, shared)  # type: ignore[arg-type]  # an issuing entry


def released(pair: Pair) -> Draft:
    """A report of JP shown to the own people."""
    return replace(refused(pair), payload=releases(pair.kr, last(pair.jp), to="own_people").payload)


def last(side: Side):
    return side.node.holding.home.entries[-1]


def noted(pair: Pair) -> Draft:
    """A finding of the own desk."""
    side = pair.kr
    return reports.find(side.node.state("intelligence"), side.node.seat(PACT), nature="lost")


@pytest.mark.parametrize("drafted", [refused, noted])
def test_what_stayed_home_stays_there_once(pair: Pair, drafted: Callable[[Pair], Draft]) -> None:
    draft = drafted(pair)
    first = pair.kr.node.submit(draft, [officer(pair.kr)], reference=REFERENCE)
    before = known(pair.kr)
    again = pair.kr.node.submit(draft, [officer(pair.kr)], reference=REFERENCE)
    assert first.entry is None
    assert (again.entry, again.item, again.judged.repeated) == (None, first.item, True)
    assert (again.judged.ruling, again.judged.facts) == (first.judged.ruling, first.judged.facts)
    assert again.judged.kept_home is first.judged.kept_home
    assert known(pair.kr) == before
    with pytest.raises(UsageError) as caught:
        pair.kr.node.submit(asks(pair.kr), [officer(pair.kr)], reference=REFERENCE)
    assert (caught.value.code, known(pair.kr)) == ("reference_used", before)


def test_the_answer_to_a_finding_is_told_again_with_its_item(pair: Pair) -> None:
    found = pair.kr.node.submit(noted(pair), [officer(pair.kr)]).judged.intake.signed.act_id
    draft = replace(asks(pair.kr), finding=found)
    first, again = (pair.kr.node.submit(draft, [officer(pair.kr)], reference=REFERENCE) for _ in range(2))
    assert first.item is not None
    assert (again.entry, again.item) == (first.entry, first.item)


def test_what_an_officer_says_again_is_compared_without_what_the_desk_adds(pair: Pair) -> None:
    pair.kr.node.submit(shares(pair.kr), [officer(pair.kr)], reference=REFERENCE)
    holding, items = pair.kr.node.holding, pair.kr.node.journal.items
    recorded = recorded_under(holding, items, REFERENCE)
    assert recorded is not None
    assert recorded_under(holding, items, "cd" * 16) is None
    payload_type = DOMAINS["intelligence"].payloads["intelligence.report.share"]

    def is_said(kind: str = "intelligence.report.share", agreement: str | None = None, **members: object) -> bool:
        return says(holding, recorded, kind=kind, agreement=agreement, payload_type=payload_type, members=members)

    assert is_said(title="exercise", level=1)
    assert is_said(agreement=PACT, relay_asked=False)
    assert not is_said(title="another")
    assert not is_said(level="x")
    assert not is_said(agreement="kr-jp-b")
    assert not is_said(kind="intelligence.report.amend")
