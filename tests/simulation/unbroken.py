"""What must hold between two honest nodes, whatever the link did: one record, ruled alike, folded alike.

Rules of this module:
- what is compared is what each node holds by itself, never one object that both share;
- logs are compared by their roots while a run goes on, and byte for byte when it has come to rest.
"""

from __future__ import annotations

from servanda.act.entry import Issued, Received
from servanda.act.journal import Alarm, Noted, Refused, Released
from servanda.act.order import rank_after
from servanda.act.ruling import Refusal
from servanda.node.answers import find, standing
from servanda.node.ports import Space
from servanda.node.project import Folded, Projector
from servanda.node.scene import Scene
from servanda.node.stages import Place, Standing
from tests.simulation.world import DOMAINS, Pair, Side

AGREEMENTS = ("kr-jp-a", "kr-jp-b", "none")
DUTIES_EVERY = 4
Where = object


def one_log(pair: Pair, where: Where) -> None:
    """Each copy is the beginning of the log it copies."""
    for side, other in (pair.sides(), pair.sides()[::-1]):
        copy, whole = other.node.holding.peer, side.node.holding.home
        size = min(copy.size, whole.size)
        assert (copy.size <= side.store.size(whole.name), copy.tree.root(size)) == (True, whole.tree.root(size)), where


def ruled_alike(side: Side, start: int, where: Where) -> None:
    """Every reply from `start` on is the very ruling that the author's node gave: outcome, cites, digest and facts."""
    home, peer = side.node.holding.home, side.node.holding.peer
    for entry in home.entries[start:]:
        if isinstance(entry, Received):
            issued = peer.entries[entry.source[1]]
            assert isinstance(issued, Issued), where
            signed = side.node.holding.readable(issued)
            kind = None if signed is None else signed.statement.kind
            assert entry.ruling == issued.ruling, (where, kind, issued.ruling, entry.ruling)


def memory_as_stored(side: Side, where: Where) -> None:
    """What a node knows is what its store holds."""
    node = side.node
    for name, size in (
        (node.holding.home.name, node.holding.home.size),
        (node.holding.peer.name, node.holding.peer.size),
        (node.journal.log, len(node.journal.items)),
    ):
        assert side.store.size(name) == size, (where, name)


def at_rest(pair: Pair, issued: dict[str, str], where: Where, *, every_cut: bool = True) -> None:
    """Nothing lost, nothing twice, both logs and all states equal, no dispute, no alarm, nothing of a journal sent.

    Args:
        every_cut: whether states are compared at every cut of both logs, or at the last ones alone.
    """
    kr, jp = (side.node.holding for side in pair.sides())
    assert (kr.home.size, jp.home.size) == (jp.peer.size, kr.peer.size), where
    for side, other in (pair.sides(), pair.sides()[::-1]):
        log = side.node.holding.home.name
        assert side.store.entries(log, 0, 1 << 40) == other.store.entries(log, 0, 1 << 40), where
        _each_once(side, other, [act for act, party in issued.items() if party == side.party], where)
        _in_order(side, other, where)
        _undisturbed(side, where)
        _stayed_home(side, other, where)
    _same_end(pair, where)
    if every_cut:
        _same_states(pair, where)


def _each_once(side: Side, other: Side, acts: list[str], where: Where) -> None:
    """Every act said here stands once in this log, once among the replies of the other, and both ruled alike."""
    own, theirs = side.node.holding, other.node.holding
    for copy in (own.home, theirs.peer):
        said = [entry.act for entry in copy.entries if isinstance(entry, Issued)]
        assert len(said) == len(set(said)), where
        assert set(acts) <= set(said), where
    for copy in (own.peer, theirs.home):
        replied = [entry.act for entry in copy.entries if isinstance(entry, Received)]
        assert replied == [entry.act for entry in own.home.entries if isinstance(entry, Issued)], where
    folded = side.node.scene().folded
    for act_id in acts:
        found = find(own, act_id)
        refused = isinstance(found.entry.ruling.ruling, Refusal)
        due = Standing.REFUSED if refused else Standing.AGREED
        assert standing(found, folded) is due, (where, act_id, found.entry.ruling, found.reply)


def _in_order(side: Side, other: Side, where: Where) -> None:
    """Ranks as whoever holds both logs computes them; replies in the order of what they reply to."""
    home, seen_by = side.node.holding.home, other.node.holding.home
    last, sources = 0, list[int]()
    for entry in home.entries:
        if isinstance(entry, Issued):
            assert entry.rank == rank_after(last, seen_by.rank_below(entry.seen.size)), (where, entry)
            last = entry.rank
        elif isinstance(entry, Received):
            assert entry.source[1] < entry.seen.size, (where, entry)
            sources.append(entry.source[1])
    assert sources == sorted(set(sources)), where


def _undisturbed(side: Side, where: Where) -> None:
    """All is held, nothing waits, and nobody was alarmed."""
    node = side.node
    stands = node.correspondence()
    assert (stands.held, stands.frozen, stands.wanted) == (node.holding.home.size, None, ()), where
    assert (side.store.count(Space.OUTBOX), side.store.count(Space.EVIDENCE)) == (0, 0), where
    assert [item for item in node.journal.items if isinstance(item, Alarm)] == [], where
    memory_as_stored(side, where)


def _stayed_home(side: Side, other: Side, where: Where) -> None:
    """Nothing that the journal holds is known to the other: neither act, nor envelope, nor payload."""
    for item in side.node.journal.items:
        if isinstance(item, Refused | Noted | Released):
            signed = side.node.holding.act(item.act, item.envelope)
            commit = signed.statement.payload_commit
            assert item.act not in side.node.holding.home.issued, (where, item)
            assert other.store.get(Space.ENVELOPE, item.envelope) is None, (where, item)
            assert commit is None or other.store.fetch(commit) is None, (where, item)


def _same_end(pair: Pair, where: Where) -> None:
    """What both nodes have in memory of the ends of both logs is what one of them folds anew, and as much is owed."""
    kr, jp = pair.sides()
    homes = (kr.node.holding.home, jp.node.holding.home)
    whole = Projector(kr.node.holding, DOMAINS).at(homes[0].name, homes[0].size, homes[1].size)
    for copy, seen in (homes, homes[::-1]):
        for side in pair.sides():
            assert side.node.projector.at(copy.name, copy.size, seen.size) == whole, where
        place = Place(log=copy.name, index=copy.size, seen=seen.size, at=kr.clock.now())
        assert _stands(kr, whole, place) == _stands(jp, whole, place), where


def _same_states(pair: Pair, where: Where) -> None:
    """At every cut of both logs both nodes fold the same state, and find the same owed by it."""
    kr, jp = pair.sides()
    for log in (kr.node.holding.home.name, jp.node.holding.home.name):
        ours, theirs = Projector(kr.node.holding, DOMAINS), Projector(jp.node.holding, DOMAINS)
        cuts = [entry for entry in kr.node.holding.copy_of(log).entries if isinstance(entry, Issued)]
        for number, entry in enumerate(cuts):
            place = Place(log=log, index=entry.index, seen=entry.seen.size, at=entry.recorded_at)
            cut = (log, entry.index, entry.seen.size)
            folded = (ours.at(*cut), theirs.at(*cut))
            assert folded[0] == folded[1], (where, cut)
            if number % DUTIES_EVERY == 0:
                assert _stands(kr, folded[0], place) == _stands(jp, folded[1], place), (where, cut)


def _stands(side: Side, folded: Folded, place: Place) -> object:
    """Where every agreement stands at a cut and a moment, and what is owed under it."""
    node = side.node
    copy = node.holding.copy_of(place.log)
    scene = Scene(holding=node.holding, people=node.people, folded=folded, copy=copy, place=place)
    return {agreement: (scene.status(agreement), scene.all_duties(agreement, ())) for agreement in AGREEMENTS}
