"""The watch: what a clock that is not sure holds back, what it does not, and who sets it right."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servanda.act.entry import Issued
from servanda.act.journal import ClockConfirmed, ClockMoved
from servanda.act.ruling import Permit
from servanda.base.errors import PeerError, UsageError
from servanda.node.ports import Space
from servanda.node.project import Projector
from tests.simulation.world import DOMAINS, Direct, Pair, Side, restarted
from tests.unit.node.actors import LIFE, asks, known, officer, reply_of, says, send, shares

HOUR = timedelta(hours=1)


def stepped(side: Side, by: timedelta) -> None:
    """A false time source sets the clock; the counter does not move."""
    side.clock.step_to(side.node.now() + by)


def sure(side: Side) -> None:
    """The node has looked at its clock once, as it does with every step."""
    side.node.watch.sure()


def unsure(side: Side, action) -> None:
    before = known(side)
    with pytest.raises(PeerError) as caught:
        action()
    assert (caught.value.code, known(side)) == ("clock_unsure", before)


@pytest.mark.parametrize("by", [HOUR, -HOUR])
def test_a_clock_that_jumped_signs_nothing(pair: Pair, by: timedelta) -> None:
    draft = asks(pair.kr)
    sure(pair.kr)
    stepped(pair.kr, by)
    unsure(pair.kr, lambda: pair.kr.node.submit(draft, [officer(pair.kr)]))
    unsure(pair.kr, lambda: pair.kr.node.preview(draft, [officer(pair.kr)]))
    unsure(pair.kr, pair.kr.node.make_bundle)
    unsure(pair.kr, pair.kr.node.settle)
    unsure(pair.kr, pair.kr.node.beat)
    unsure(pair.kr, lambda: pair.kr.node.destroy("ab"))


def test_what_comes_while_the_clock_is_unsure_is_held_and_replied_to_later(pair: Pair) -> None:
    entry = says(pair.jp, asks(pair.jp))
    sure(pair.kr)
    stepped(pair.kr, HOUR)
    raw = pair.jp.node.make_bundle()

    with pytest.raises(PeerError) as caught:
        pair.kr.node.take_bundle(raw)
    assert caught.value.code == "clock_unsure"
    assert pair.kr.node.holding.peer.size == pair.jp.node.holding.home.size
    assert (reply_of(pair.kr, entry.act), pair.kr.node.correspondence().cosigned) == (None, entry.index)

    pair.kr.node.confirm_clock()
    pair.kr.node.settle()
    assert isinstance(reply_of(pair.kr, entry.act), Permit)
    pair.sync()


def test_what_has_no_reply_here_is_in_no_state_here(pair: Pair) -> None:
    """Neither what may still be invalid, nor what was not yet folded with the facts kept beside its reply."""
    entry = says(pair.jp, asks(pair.jp))
    raw = pair.jp.node.make_bundle()
    sure(pair.kr)
    stepped(pair.kr, HOUR)
    with pytest.raises(PeerError):
        pair.kr.node.take_bundle(raw)

    assert entry.act not in pair.kr.node.scene().folded.acts
    pair.kr.node.confirm_clock()
    pair.kr.node.settle()

    scene = pair.kr.node.scene()
    fresh = Projector(pair.kr.node.holding, DOMAINS)
    assert entry.act in scene.folded.acts
    assert scene.folded.acts[entry.act].facts == pair.jp.node.scene().folded.acts[entry.act].facts
    assert scene.folded == fresh.at(scene.place.log, scene.place.index, scene.place.seen)


def test_an_own_act_comes_after_the_replies_that_wait(pair: Pair) -> None:
    """What came while the clock was unsure is replied to before anything is said that has seen it."""
    theirs = says(pair.jp, asks(pair.jp))
    raw, draft = pair.jp.node.make_bundle(), asks(pair.kr)
    sure(pair.kr)
    stepped(pair.kr, HOUR)
    with pytest.raises(PeerError):
        pair.kr.node.take_bundle(raw)
    pair.kr.node.confirm_clock()

    ours = says(pair.kr, draft)

    reply = pair.kr.node.holding.home.reply(theirs.act, ours.index)
    assert reply is not None
    assert (reply.index, ours.seen.size) == (ours.index - 1, pair.kr.node.holding.peer.size)
    stepped(pair.jp, HOUR)
    pair.jp.node.confirm_clock()
    pair.sync()
    assert [side.node.audit().disputes for side in pair.sides()] == [0, 0]


def test_life_first_goes_out_whatever_the_clock(pair: Pair) -> None:
    says(pair.kr, asks(pair.kr))
    waiting = says(pair.jp, asks(pair.jp))
    sure(pair.kr)
    stepped(pair.kr, 3 * HOUR)
    last = pair.kr.node.holding.home.last_time

    with pytest.raises(PeerError):
        send(pair.jp, pair.kr)
    entry = pair.kr.node.submit(LIFE, [pair.kr.envoy]).entry
    assert isinstance(entry, Issued)
    assert (entry.recorded_at, entry.seen.size) == (last, waiting.index)
    send(pair.kr, pair.jp)

    assert entry.act in pair.jp.node.scene().folded.acts
    unsure(pair.kr, pair.kr.node.settle)
    pair.kr.clock.step_to(pair.jp.node.now())
    pair.kr.node.confirm_clock()
    pair.sync()
    assert [side.node.audit().disputes for side in pair.sides()] == [0, 0]


def test_life_first_goes_out_with_an_answer_too(pair: Pair) -> None:
    sure(pair.kr)
    stepped(pair.kr, 3 * HOUR)
    with pytest.raises(PeerError):
        pair.kr.node.answer(pair.jp.node.make_bundle())
    entry = pair.kr.node.submit(LIFE, [pair.kr.envoy]).entry
    assert entry is not None
    with pytest.raises(PeerError):
        pair.kr.node.sync(Direct(pair.jp.node))

    with pytest.raises(PeerError):
        pair.jp.node.sync(Direct(pair.kr.node))

    assert entry.act in pair.jp.node.scene().folded.acts


def test_a_person_confirms_the_clock(pair: Pair) -> None:
    sure(pair.kr)
    stepped(pair.kr, HOUR)
    draft = asks(pair.kr)
    unsure(pair.kr, lambda: pair.kr.node.submit(draft, [officer(pair.kr)]))

    assert pair.kr.node.confirm_clock() == pair.kr.node.now()

    items = pair.kr.node.journal.items
    assert items[-1] == ClockConfirmed(index=len(items) - 1, recorded_at=pair.kr.node.now(), clock=pair.kr.node.now())
    assert says(pair.kr, draft).recorded_at == pair.kr.node.now()
    stepped(pair.kr, HOUR)
    unsure(pair.kr, lambda: pair.kr.node.submit(draft, [officer(pair.kr)]))


def test_a_clock_set_back_after_a_false_future_is_confirmed_once_and_stays_sure(pair: Pair) -> None:
    """The clock was an hour ahead and entries were made; set right, it stands behind them until it has caught up."""
    stepped(pair.kr, HOUR)
    pair.kr.node.confirm_clock()
    ahead = says(pair.kr, asks(pair.kr, "ahead"))
    stepped(pair.kr, -HOUR)
    unsure(pair.kr, pair.kr.node.make_bundle)

    pair.kr.node.confirm_clock()

    for question in ("set back", "and restarted"):
        assert says(pair.kr, asks(pair.kr, question)).recorded_at == ahead.recorded_at
        restarted(pair.kr)
        pair.kr.clock.advance(60)
    pair.kr.clock.advance(4_000)
    assert says(pair.kr, asks(pair.kr, "caught up")).recorded_at == pair.kr.node.now()
    stepped(pair.kr, -2 * HOUR)
    restarted(pair.kr)
    unsure(pair.kr, pair.kr.node.make_bundle)


@pytest.mark.parametrize(("by", "code"), [(-timedelta(seconds=1), "clock_not_movable"), (HOUR, None)])
def test_an_exercise_clock_is_moved_forward_only(pair: Pair, by: timedelta, code: str | None) -> None:
    before, now, moves = known(pair.kr), pair.kr.node.now(), []

    def move(seconds: int) -> None:
        moves.append(seconds)
        pair.kr.clock.step_to(now + by)

    if code is not None:
        with pytest.raises(UsageError) as caught:
            pair.kr.node.move_clock(now + by, move)
        assert (caught.value.code, known(pair.kr), moves) == (code, before, [])
        return
    pair.kr.node.move_clock(now + by, move)
    items = pair.kr.node.journal.items
    assert moves == [3_600]
    assert items[-1] == ClockMoved(index=len(items) - 1, recorded_at=now, moved_from=now, moved_to=now + by)
    assert says(pair.kr, asks(pair.kr)).recorded_at == now + by


def test_another_process_learns_of_the_word_of_a_person(pair: Pair) -> None:
    """The desk confirms; the node that runs beside it looks at its clock anew."""
    running = pair.kr.node
    running.watch.sure()
    stepped(pair.kr, HOUR)
    with pytest.raises(PeerError):
        running.watch.sure()
    restarted(pair.kr)
    pair.kr.node.confirm_clock()
    assert running.watch.sure() == pair.kr.node.now()


def test_a_node_that_stood_still_for_days_asks_a_person(pair: Pair) -> None:
    pair.kr.clock.advance(3 * 86_400)
    restarted(pair.kr)
    unsure(pair.kr, pair.kr.node.make_bundle)
    pair.kr.node.confirm_clock()
    assert pair.kr.node.make_bundle()
    assert pair.kr.store.get(Space.NOTE, "clock")


def test_a_preview_of_a_report_is_dated_by_the_sure_clock(pair: Pair) -> None:
    judged = pair.kr.node.preview(shares(pair.kr), [officer(pair.kr)])
    assert judged.place.at == pair.kr.node.now()
