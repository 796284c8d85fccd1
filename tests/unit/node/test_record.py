"""Record: a judged act and all that belongs to it, in one transaction or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servanda.act import frame
from servanda.act.act import Draft
from servanda.act.entry import Issued, Received, Withheld
from servanda.act.recorded import RecordedRuling
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.base import canon, limits
from servanda.base.errors import PeerError
from servanda.node.ports import Space
from servanda.policy import facts as facts_of_policy
from tests.simulation.world import Pair, Side, restarted
from tests.unit.node.actors import (
    COMMIT,
    LIFE,
    PACT,
    DiskFullError,
    asks,
    full_disk,
    known,
    officer,
    reply_of,
    says,
    send,
    shares,
)


@pytest.mark.parametrize("after", range(6))
def test_an_act_is_written_whole_or_not_at_all(pair: Pair, after: int) -> None:
    """Envelope, payload, facts, outbox, reference and entry; whichever of them fails takes all of them back."""
    before, state = known(pair.kr), pair.kr.node.scene().folded
    draft = shares(pair.kr)

    with full_disk(pair.kr, after), pytest.raises(DiskFullError):
        pair.kr.node.submit(draft, [officer(pair.kr)])

    assert known(pair.kr) == before
    assert pair.kr.node.scene().folded == state
    says(pair.kr, draft)
    pair.sync()
    pair.kr.node.audit()
    pair.jp.node.audit()


@pytest.mark.parametrize("after", range(0, 24, 3))
def test_what_a_bundle_brings_is_written_whole_or_not_at_all(pair: Pair, after: int) -> None:
    for question in ("one", "two"):
        says(pair.jp, asks(pair.jp, question))
    raw = pair.jp.node.make_bundle()
    before = known(pair.kr)

    with full_disk(pair.kr, after):
        try:
            pair.kr.node.take_bundle(raw)
        except DiskFullError:
            taken = pair.kr.node.holding.peer.size > before["memory"][1]
            if not taken:
                assert known(pair.kr) == before

    pair.kr.node.take_bundle(raw)
    pair.sync()
    assert pair.kr.node.audit().disputes == 0


def test_what_another_process_wrote_in_the_same_place_is_read(pair: Pair) -> None:
    """A step fails as it is committed; before the next one, another process writes where its entry would have been."""
    node, draft = pair.kr.node, shares(pair.kr)
    with full_disk(pair.kr, COMMIT), pytest.raises(DiskFullError):
        node.submit(draft, [officer(pair.kr)])
    restarted(pair.kr)
    entry = says(pair.kr, asks(pair.kr))

    node.catch_up()

    assert node.holding.home.entries[-1] == entry
    assert node.holding.home.tree.root(entry.index + 1) == pair.kr.node.holding.home.tree.root(entry.index + 1)
    assert node.scene().folded == pair.kr.node.scene().folded


def test_too_many_waiting_acts_are_refused_before_anything_is_written(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "OUTBOX_ACTS_MAX", 2)
    for question in ("one", "two"):
        says(pair.kr, asks(pair.kr, question))
    draft, before = asks(pair.kr, "three"), known(pair.kr)
    with pytest.raises(PeerError, match="too many acts wait for the peer") as caught:
        pair.kr.node.submit(draft, [officer(pair.kr)])
    assert (caught.value.code, known(pair.kr)) == ("backlog_full", before)
    distress = pair.kr.node.submit(LIFE, [pair.kr.envoy]).entry
    assert distress is not None
    pair.sync()
    says(pair.kr, draft)
    assert distress.act in pair.jp.node.scene().folded.acts


def test_an_act_is_issued_with_all_that_belongs_to_it(pair: Pair) -> None:
    home, peer = pair.kr.node.holding.home, pair.kr.node.holding.peer
    size, rank = home.size, max(home.rank_below(home.size), peer.rank_below(peer.size))
    recorded = pair.kr.node.submit(shares(pair.kr), [officer(pair.kr)], reference="ab" * 16)

    judged = recorded.judged
    signed = judged.intake.signed
    assert recorded.entry == Issued(
        log="exercise.kr.node.example/jp/1",
        index=size,
        recorded_at=pair.kr.node.now(),
        act=signed.act_id,
        envelope=signed.envelope_digest,
        seen=pair.kr.node.recorder.seen(peer.size),
        rank=rank + 1,
        ruling=RecordedRuling(
            ruling=judged.ruling,
            agreement_digest=signed.statement.agreement_digest,
            facts=judged.facts_commit,
        ),
        observed={},
    )
    store = pair.kr.store
    facts = canon.encode(
        {"lines": [facts_of_policy.to_json(line) for line in judged.facts], "salt": judged.facts_salt.hex()}
    )
    assert store.get(Space.ENVELOPE, signed.envelope_digest) == signed.raw
    assert store.fetch(signed.statement.payload_commit) == judged.intake.sealed
    assert store.get(Space.FACTS, signed.act_id) == facts
    assert store.get(Space.OUTBOX, signed.act_id) == b""
    assert frame.facts_commit(judged.facts_salt, canon.encode(facts_of_policy.to_json(judged.facts[0]))) == (
        judged.facts_commit
    )


def test_a_reply_states_the_source_and_all_that_is_held(pair: Pair) -> None:
    issued = says(pair.jp, asks(pair.jp))
    send(pair.jp, pair.kr)
    reply = pair.kr.node.holding.home.entries[-1]
    peer = pair.kr.node.holding.peer
    assert reply == Received(
        log="exercise.kr.node.example/jp/1",
        index=pair.kr.node.holding.home.size - 1,
        recorded_at=pair.kr.node.now(),
        act=issued.act,
        envelope=issued.envelope,
        source=(issued.log, issued.index),
        seen=pair.kr.node.recorder.seen(peer.size),
        ruling=issued.ruling,
        observed={},
    )


def test_life_first_is_issued_whatever_the_ruling(pair: Pair) -> None:
    recorded = pair.kr.node.submit(LIFE, [pair.kr.envoy])
    assert recorded.judged.ruling == Refusal(ground=Ground.SILENT)
    assert recorded.item is None
    assert recorded.entry is not None
    pair.sync()
    act = recorded.entry.act
    assert reply_of(pair.jp, act) == Refusal(ground=Ground.SILENT)
    assert act in pair.jp.node.scene().folded.acts
    assert act in pair.kr.node.scene().folded.acts
    pair.kr.node.audit()
    pair.jp.node.audit()


def test_time_never_falls(pair: Pair) -> None:
    says(pair.kr, asks(pair.kr, "first"))
    pair.kr.clock.step_to(pair.kr.node.now() - timedelta(seconds=100))
    entry = says(pair.kr, asks(pair.kr, "second"))
    before = pair.kr.node.holding.home.entries[-2]
    assert entry.recorded_at == before.recorded_at
    assert pair.kr.node.now() < entry.recorded_at


def test_time_never_falls_behind_the_journal_either(pair: Pair) -> None:
    node = pair.kr.node
    late = node.now() + timedelta(seconds=90)
    pair.kr.clock.step_to(late)
    node.submit(Draft(kind="agreement.notice.withdraw", agreement=PACT, payload=None), [pair.kr.envoy])
    pair.kr.clock.step_to(late - timedelta(seconds=90))
    assert node.journal.items[-1].recorded_at == late
    assert says(pair.kr, asks(pair.kr)).recorded_at == late


def beats(side: Side) -> list[str]:
    return [
        f"{entry.recorded_at:%d %H:%M:%S}" for entry in side.node.holding.home.entries if isinstance(entry, Withheld)
    ]


def test_a_beat_falls_once_in_a_quarter_of_an_hour_and_none_is_made_up(pair: Pair) -> None:
    """Neither number nor hour of what stays home shows by the beats."""
    side = pair.kr
    made = []
    for step in (0, 1, 898, 1, 60, 839, 1, 3 * 3_600, 0):
        side.clock.advance(step)
        made.append(side.node.beat())
    assert made == [True, False, False, True, False, False, True, True, False]
    assert beats(side) == ["02 00:00:00", "02 00:15:00", "02 00:30:00", "02 03:30:00"]


def test_what_stays_home_makes_no_beat(pair: Pair) -> None:
    pair.kr.node.beat()
    before = beats(pair.kr)
    pair.kr.node.submit(Draft(kind="agreement.notice.withdraw", agreement=PACT, payload=None), [pair.kr.envoy])
    assert pair.kr.node.beat() is False
    assert beats(pair.kr) == before


def test_a_permit_that_is_issued_cites_what_allows_it(pair: Pair) -> None:
    entry = says(pair.kr, asks(pair.kr))
    assert isinstance(entry.ruling.ruling, Permit)
    assert entry.ruling.ruling.cites
