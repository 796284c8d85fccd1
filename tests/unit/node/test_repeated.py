"""An intention said again under its reference: wherever the first was recorded, there is one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from servanda.act import content
from servanda.act.act import Draft
from servanda.base.errors import UsageError
from servanda.domains.intelligence import desk as reports
from servanda.node.ports import Space
from servanda.node.record import reference_note
from servanda.node.repeated import is_asked
from servanda.node.stages import Recorded
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


def test_what_an_officer_gives_again_is_compared_not_what_a_desk_makes_of_it(pair: Pair) -> None:
    """The desk draws another number and another hour the second time."""

    def said(asked: bytes, draft: Draft) -> Recorded:
        return pair.kr.node.submit(replace(draft, asked=asked), [officer(pair.kr)], reference=REFERENCE)

    first = said(b"a report", shares(pair.kr))
    before = known(pair.kr)
    assert said(b"a report", shares(pair.kr)).entry == first.entry
    assert said(b"another", draft_of(first, pair)).entry == first.entry  # the very payload
    for asked, draft in ((b"another", shares(pair.kr)), (b"a report", asks(pair.kr))):
        with pytest.raises(UsageError) as caught:
            said(asked, draft)
        assert (caught.value.code, known(pair.kr)) == ("reference_used", before)


def test_of_a_destroyed_payload_nothing_tells_what_was_given(pair: Pair) -> None:
    draft = replace(shares(pair.kr), asked=b"short")
    first = pair.kr.node.submit(draft, [officer(pair.kr)], reference=REFERENCE)
    pair.sync()
    noted = pair.kr.store.get(Space.NOTE, reference_note(REFERENCE))
    assert noted is not None
    assert hashlib.sha256(b"servanda/asked/1\nshort").hexdigest() not in noted.decode()
    act = first.judged.intake.signed.act_id
    pair.kr.node.destroy(act)
    recorded = pair.kr.node.recorded_under(REFERENCE)
    assert recorded is not None
    assert is_asked(pair.kr.node.holding, recorded, draft.kind, b"anything")
    assert not is_asked(pair.kr.node.holding, recorded, "intelligence.report.amend", b"short")
    assert pair.kr.node.recorded_under("cd" * 16) is None


def draft_of(recorded: Recorded, pair: Pair) -> Draft:
    """The draft that an act was made of, by its payload."""
    signed = recorded.judged.intake.signed
    opened = pair.kr.node.holding.opened(signed)
    assert opened is not None
    payload = content.read(DOMAINS["intelligence"].payloads[signed.statement.kind], opened.members)
    return Draft(kind=signed.statement.kind, agreement=signed.statement.agreement, payload=payload)
