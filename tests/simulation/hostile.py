"""A hostile link between two real nodes, driven by a seed.

The link drops, repeats, delays and reorders bundles; nodes are restarted; steps fail half way. What may not happen is
checked after every step and once more when the link is healed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from servanda.act.entry import Issued, Received
from servanda.base.errors import UsageError
from servanda.node.answers import find, standing
from servanda.node.ports import Space
from servanda.node.project import Projector
from servanda.node.stages import Standing
from tests.simulation.sayings import SAYINGS
from tests.simulation.world import DOMAINS, Pair, Side, restarted


@dataclass(frozen=True, kw_only=True)
class Under:
    """A bundle on its way, and when it comes."""

    to: str
    raw: bytes
    due: int


@dataclass(kw_only=True)
class Run:
    """One seeded run: what was said, and what is on its way."""

    seed: int
    pair: Pair
    chance: random.Random
    step: int = 0
    under_way: list[Under] = field(default_factory=list)
    issued: dict[str, str] = field(default_factory=dict)
    dropped: int = 0
    repeated: int = 0
    failed: int = 0
    restarts: int = 0

    def side(self, party: str) -> Side:
        return self.pair.kr if party == "KR" else self.pair.jp


def run(template: Pair, seed: int, *, steps: int = 30) -> Run:
    """Play one seed to its end, invariants checked all along."""
    going = Run(seed=seed, pair=template.copy(), chance=random.Random(seed))
    for going.step in range(steps):
        _one_step(going)
        _prefixes(going)
    _heal(going)
    _at_rest(going)
    return going


def _one_step(going: Run) -> None:
    chance = going.chance
    side = going.side(chance.choice(["KR", "JP"]))
    draw = chance.random()
    going.pair.advance(chance.choice([1, 5, 60, 900, 7_200]))
    if draw < 0.4:
        _say(going, side)
    elif draw < 0.7:
        _send(going, side)
    elif draw < 0.9:
        _arrive(going)
    elif draw < 0.94:
        side.node.beat()
    elif draw < 0.97:
        going.restarts += 1
        restarted(side)
    else:
        _fail_half_way(going, side)


def _say(going: Run, side: Side) -> None:
    """An act that its officer could say by what this node knows."""
    saying = going.chance.choice(SAYINGS)
    try:
        draft, officer = saying(side, going.chance)
        recorded = side.node.submit(draft, [f"{side.party.lower()}/{officer}"])
    except UsageError:
        return
    if recorded.entry is not None:
        going.issued[recorded.judged.intake.signed.act_id] = side.party


def _send(going: Run, side: Side) -> None:
    """A bundle leaves: it may be lost, come twice, come late, or come after a later one."""
    chance = going.chance
    raw = side.node.make_bundle()
    if chance.random() < 0.3:
        going.dropped += 1
        return
    to = "JP" if side.party == "KR" else "KR"
    copies = 2 if chance.random() < 0.25 else 1
    going.repeated += copies - 1
    for _ in range(copies):
        going.under_way.append(Under(to=to, raw=raw, due=going.step + chance.randrange(0, 8)))


def _arrive(going: Run) -> None:
    due = [bundle for bundle in going.under_way if bundle.due <= going.step]
    going.chance.shuffle(due)
    for bundle in due:
        going.under_way.remove(bundle)
        going.side(bundle.to).node.take_bundle(bundle.raw)


class DiskFullError(Exception):
    """The store could not write."""


@contextmanager
def _failing(side: Side, after: int) -> Iterator[None]:
    """The store of a node fails at its n-th write."""
    left = [after]
    put, append = side.store.put, side.store.append

    def spend() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise DiskFullError

    def put_or_fail(*given: object) -> None:
        spend()
        put(*given)  # type: ignore[arg-type]  # the arguments are handed through as they come

    def append_or_fail(*given: object) -> None:
        spend()
        append(*given)  # type: ignore[arg-type]  # the arguments are handed through as they come

    side.store.put, side.store.append = put_or_fail, append_or_fail  # type: ignore[method-assign]  # a disk that fails
    try:
        yield
    finally:
        side.store.put, side.store.append = put, append  # type: ignore[method-assign]  # the disk works again


def _fail_half_way(going: Run, side: Side) -> None:
    """A step is taken back whole when the disk fails in the middle of it."""
    node = side.node
    before = (node.holding.home.size, node.holding.peer.size, len(node.journal.items), node.correspondence())
    going.failed += 1
    with _failing(side, going.chance.randrange(0, 4)):
        try:
            _say(going, side)
        except DiskFullError:
            now = (node.holding.home.size, node.holding.peer.size, len(node.journal.items), node.correspondence())
            assert now == before, (going.seed, going.step)


def _prefixes(going: Run) -> None:
    """Each copy is the beginning of the log it copies, byte for byte."""
    for side, other in (going.pair.sides(), going.pair.sides()[::-1]):
        copy = other.node.holding.peer
        assert entries(side, copy.name, copy.size) == entries(other, copy.name, copy.size), (going.seed, going.step)


def _heal(going: Run) -> None:
    going.under_way.clear()
    going.pair.sync()


def _at_rest(going: Run) -> None:
    """Nothing lost, nothing twice, both logs and all states equal, no dispute."""
    kr, jp = (side.node.holding for side in going.pair.sides())
    where = going.seed
    assert (kr.home.size, jp.home.size) == (jp.peer.size, kr.peer.size), where
    _prefixes(going)
    for act_id, party in going.issued.items():
        own, other = (kr, jp) if party == "KR" else (jp, kr)
        for copy in (own.home, other.peer):
            assert [e.act for e in copy.entries if isinstance(e, Issued)].count(act_id) == 1, (where, act_id)
        for copy in (own.peer, other.home):
            assert [e.act for e in copy.entries if isinstance(e, Received)].count(act_id) == 1, (where, act_id)
        found = find(own, act_id)
        folded = going.side(party).node.scene().folded
        assert standing(found, folded) is Standing.AGREED, (where, act_id, found.entry.ruling, found.reply)
    for side in going.pair.sides():
        node, scene = side.node, side.node.scene()
        assert node.correspondence().held == node.holding.home.size, where
        assert side.store.count(Space.OUTBOX) == 0, where
        whole = Projector(node.holding, DOMAINS).at(scene.place.log, scene.place.index, scene.place.seen)
        assert scene.folded == whole, where
    _same_states(going)


def _same_states(going: Run) -> None:
    """At every cut of both logs both nodes fold the same state."""
    kr, jp = (side.node for side in going.pair.sides())
    for log in (kr.holding.home.name, jp.holding.home.name):
        ours, theirs = Projector(kr.holding, DOMAINS), Projector(jp.holding, DOMAINS)
        for entry in kr.holding.copy_of(log).entries:
            if isinstance(entry, Issued):
                cut = (log, entry.index, entry.seen.size)
                assert ours.at(*cut) == theirs.at(*cut), (going.seed, cut)


def entries(side: Side, log: str, size: int) -> Sequence[bytes]:
    return side.store.entries(log, 0, size)
