"""What a node holds does not depend on the way there: parts or whole, early or late, failed or not."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.act.entry import Issued, Received, encode
from servanda.base.errors import ServandaError
from servanda.node.holding import LogCopy
from servanda.node.project import Projector
from tests.simulation.hostile import run
from tests.simulation.sayings import SAYINGS
from tests.simulation.world import DOMAINS, Pair, Side, both_in_force, restarted
from tests.unit.node.actors import (
    COMMIT,
    DiskFullError,
    asks,
    closes,
    full_disk,
    issue,
    known,
    officer,
    ready,
    releases,
    says,
    shares,
    taken,
)

SEEDS = st.integers(0, 2**32 - 1)


@cache
def disputed() -> Pair:
    """Both logs with late acts, refusals, an invalid act, disputes, and joint closes that let stand, make void, and
    are made void themselves."""
    pair = run(both_in_force(), 7, steps=40).pair
    kr, jp = pair.sides()
    for side in pair.sides():
        side.node.confirm_clock()
    acts = [entry.act for entry in jp.node.holding.home.entries if isinstance(entry, Issued)][-3:]
    for outcome, act in zip(("void", "stands", "void"), acts, strict=True):
        first = closes(kr, act, outcome)
        closes(jp, act, outcome)
    pair.sync()
    for side in pair.sides():
        closes(side, first.act, "void")
        pair.sync()
    closes(jp, acts[0], "stands")
    pair.sync()
    return pair


def walk(pair: Pair, chance: Random) -> list[tuple[int, int]]:
    """A way through both logs that never reads an entry before what it had seen: (KR's size, JP's size)."""
    kr, jp = pair.kr.node.holding.home, pair.kr.node.holding.peer
    place, cuts = [0, 0], []

    def may(which: int) -> bool:
        copy = (kr, jp)[which]
        if place[which] == copy.size:
            return False
        entry = copy.entries[place[which]]
        return not isinstance(entry, Issued | Received) or entry.seen.size <= place[1 - which]

    while place != [kr.size, jp.size]:
        which = chance.choice([each for each in (0, 1) if may(each)])
        for _ in range(chance.choice([1, 1, 3, 9])):
            if may(which):
                place[which] += 1
        cuts.append((place[0], place[1]))
    return cuts


@settings(max_examples=10)
@given(SEEDS, st.sampled_from([0, 1, 7]))
def test_folded_in_parts_it_is_folded_whole(seed: int, recent: int) -> None:
    """However the cuts fall, with many of the states between kept or with few."""
    pair, chance = disputed(), Random(seed)
    holding = pair.kr.node.holding
    with pytest.MonkeyPatch.context() as few:
        few.setattr("servanda.node.project.SNAPSHOTS_RECENT", recent)
        few.setattr("servanda.node.project.SNAPSHOT_EVERY", 5)
        stepwise = Projector(holding, DOMAINS)
        for kr, jp in walk(pair, chance):
            for log, cut in ((holding.home.name, (kr, jp)), (holding.peer.name, (jp, kr))):
                if chance.random() < 0.2:
                    parts = stepwise.at(log, *cut)
                    assert parts == Projector(holding, DOMAINS).at(log, *cut), (log, cut)
        ends = [
            stepwise.at(holding.home.name, holding.home.size, holding.peer.size),
            stepwise.at(holding.peer.name, holding.peer.size, holding.home.size),
        ]
    assert ends[0] == ends[1] == pair.jp.node.scene().folded


@settings(max_examples=10)
@given(SEEDS)
def test_a_cut_behind_is_folded_anew(seed: int) -> None:
    """Asked for an older cut after a newer one, the same state comes out, and the newer one stays."""
    pair, chance = disputed(), Random(seed)
    holding = pair.kr.node.holding
    cuts = walk(pair, chance)
    asked = Projector(holding, DOMAINS)
    last = asked.at(holding.home.name, *cuts[-1])
    for cut in chance.sample(cuts, 3):
        assert asked.at(holding.home.name, *cut) == Projector(holding, DOMAINS).at(holding.home.name, *cut)
    assert asked.at(holding.home.name, *cuts[-1]) == last


@cache
def said() -> tuple[Pair, list[bytes]]:
    """KR as it stands, and the bundles of JP while it said this and that without hearing anything."""
    pair = ready()
    raws = []
    for question in ("one", "two", "three"):
        says(pair.jp, asks(pair.jp, question))
        raws.append(pair.jp.node.make_bundle())
        says(pair.jp, shares(pair.jp, title=question))
        pair.jp.node.beat()
        pair.jp.clock.advance(60)
    issue(pair.jp, taken(pair.jp, asks(pair.jp, "twice")))
    raws.append(pair.jp.node.make_bundle())
    pair.kr.clock.advance(180)
    return pair, raws


def replied(side: Side) -> list[tuple[int, object]]:
    return [(entry.source[1], entry.ruling) for entry in side.node.holding.home.entries if isinstance(entry, Received)]


@settings(max_examples=10)
@given(st.lists(st.integers(0, 3), max_size=7), SEEDS)
def test_the_order_of_arrival_does_not_matter(order: list[int], seed: int) -> None:
    """Lost, repeated, late, in any order: once the last one is there, both hold and have ruled the same."""
    template, raws = said()
    straight, crooked = template.copy().kr, template.copy().kr
    for raw in raws:
        straight.node.take_bundle(raw)
    for number in order:
        crooked.node.take_bundle(raws[number])
        if Random(seed + number).random() < 0.3:
            restarted(crooked)
    crooked.node.take_bundle(raws[-1])

    log = straight.node.holding.peer.name
    assert crooked.store.entries(log, 0, 1 << 40) == straight.store.entries(log, 0, 1 << 40)
    assert replied(crooked) == replied(straight)
    kr, peer = crooked.node.holding.home, crooked.node.holding.peer
    states = [
        Projector(side.node.holding, DOMAINS).at(peer.name, peer.size, template.kr.node.holding.home.size)
        for side in (straight, crooked)
    ]
    assert states[0] == states[1]
    assert crooked.node.correspondence().cosigned == peer.size
    assert kr.replied == straight.node.holding.home.replied


def steps(pair: Pair, chance: Random):
    """Everything a node does in one step."""
    side, draft = pair.kr, chance.choice(SAYINGS)
    entries = [entry for entry in side.node.holding.home.entries if isinstance(entry, Issued)]
    return {
        "say": lambda: side.node.submit(shares(side), [officer(side)]),
        "say anything": lambda: side.node.submit(draft(side, chance)[0], [side.envoy]),
        "refuse": lambda: side.node.submit(releases(side, their_share(pair)), [officer(side)]),
        "make": side.node.make_bundle,
        "take": lambda: side.node.take_bundle(said()[1][-1]),
        "settle": side.node.settle,
        "beat": side.node.beat,
        "confirm": side.node.confirm_clock,
        "destroy": lambda: side.node.destroy(entries[-1].act),
        "audit": side.node.audit,
    }


def their_share(pair: Pair) -> Issued:
    peer = pair.kr.node.holding.peer
    shared = [
        entry
        for entry in peer.entries
        if isinstance(entry, Issued)
        and pair.kr.node.holding.act(entry.act, entry.envelope).statement.kind == "intelligence.report.share"
    ]
    return shared[-1]


def memory(side: Side) -> dict[str, object]:
    """All that a node keeps in memory of its logs and journal."""
    node = side.node
    logs = {
        copy.name: (
            copy.entries,
            [copy.tree.root(size) for size in range(copy.size + 1)],
            copy.issued,
            copy.ruled,
            copy.lists,
            copy.replied,
            copy.last_seen,
            copy.beat_at,
            copy._seen,
            copy._issued_at,
            copy._ranks,
        )
        for copy in (node.holding.home, node.holding.peer)
    }
    journal = (node.journal.items, node.journal.tree.root(len(node.journal.items)), node.journal.tree.size)
    return {**logs, "journal": journal, "destroyed": node.holding._destroyed, "folded": node.scene().folded}


@cache
def halfway() -> Pair:
    """KR with some of JP's acts held and ruled on, and its clock where the rest of them may come."""
    template, raws = said()
    pair = template.copy()
    pair.kr.node.take_bundle(raws[2])
    return pair


@pytest.mark.parametrize("step", list(steps(halfway(), Random(0))))
@settings(max_examples=6)
@given(st.sampled_from([0, 1, 2, 3, 5, 8, 13, 21, COMMIT]), SEEDS)
def test_a_step_that_fails_leaves_memory_as_the_store(step: str, after: int, seed: int) -> None:
    """Taken back whole, in memory too: a node that starts afresh from the store knows the same."""
    pair = halfway().copy()
    pair.kr.node.scene()
    before = known(pair.kr)
    action = steps(pair, Random(seed))[step]

    with full_disk(pair.kr, after):
        try:
            action()
        except DiskFullError:
            if step != "take":
                assert known(pair.kr) == before
        except ServandaError:
            pass

    kept, own = known(pair.kr), memory(pair.kr)
    restarted(pair.kr)
    assert known(pair.kr) == kept
    assert memory(pair.kr) == own


@settings(max_examples=8)
@given(SEEDS)
def test_a_log_cut_back_is_the_log_that_never_grew(seed: int) -> None:
    """Cut to any size, and grown again, a copy is that of its entries."""
    pair, chance = disputed(), Random(seed)

    def of(entries) -> LogCopy:
        copy = LogCopy(source.name, source.party)
        for entry in entries:
            copy.add(encode(entry), entry)
        return copy

    def state(copy: LogCopy) -> dict[str, object]:
        values = {name: value for name, value in vars(copy).items() if name != "tree"}
        return {**values, "roots": [copy.tree.root(size) for size in range(copy.size + 1)]}

    for source in (pair.kr.node.holding.home, pair.kr.node.holding.peer):
        size = chance.randrange(1, source.size)
        copy = of(source.entries)
        copy.truncate(size)
        assert state(copy) == state(of(source.entries[:size]))
        for entry in source.entries[size:]:
            copy.add(encode(entry), entry)
        assert state(copy) == state(of(source.entries))
