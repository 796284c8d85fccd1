"""What must hold of two nodes after a kill: nothing lost, nothing doubled, nobody accused.

Rules of this module:
- the files are read as they lie, not through a node; what once lay there must lie there for ever;
- what is looked at while nodes work is read in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from servanda.act.act import read_act
from servanda.act.entry import Destroyed, Entry, Issued, Received, decode
from servanda.act.journal import Alarm, Item, Noted, Refused, Released
from servanda.act.journal import decode as decode_item
from servanda.adapters.mark import FileMark
from servanda.adapters.sqlite import SqliteStore
from servanda.assembly.opening import DATABASE
from servanda.log.checkpoint import read_text
from servanda.log.tree import Tree, leaf_hash
from servanda.node.correspondence import Correspondence, carried_note, load
from servanda.node.ports import Space
from servanda.node.record import reference_note
from servanda.settings import read_settings


@dataclass(kw_only=True)
class Side:
    """The files of one node, and what lay there when they were last looked at."""

    settings: Path
    own: list[bytes] = field(default_factory=list)
    peer: list[bytes] = field(default_factory=list)
    journal: list[bytes] = field(default_factory=list)
    marked: int = 0

    def __post_init__(self) -> None:
        read = read_settings(self.settings)
        self.party = read.node.party
        self.log = f"{read.node.name}/{read.peer.party.lower()}/1"
        self.peer_log = f"{read.peer.name}/{read.node.party.lower()}/1"
        self._file = read.node.data / DATABASE
        self._mark = FileMark(read.node.high_water)

    def look(self) -> Look:
        """What lies there now; nothing that lay there before is gone or another."""
        store = SqliteStore(self._file)
        try:
            with store.writing():
                raws = [list(store.entries(log, 0, store.size(log))) for log in self._logs()]
                for before, now in zip((self.own, self.peer, self.journal), raws, strict=True):
                    assert now[: len(before)] == before
                self.own, self.peer, self.journal = raws
                return Look(self, store)
        finally:
            store.close()

    @contextmanager
    def looking(self) -> Iterator[Looking]:
        """Its files, open for as long as it is watched."""
        store = SqliteStore(self._file)
        try:
            yield Looking(store, self.log, self.peer_log)
        finally:
            store.close()

    def _logs(self) -> tuple[str, str, str]:
        return self.log, self.peer_log, f"{self.log}/journal"

    def mark(self) -> int:
        """Size that the mark names; it never goes back, and its root is that of the log."""
        raw = self._mark.read()
        if raw is None:
            assert self.marked == 0
            return 0
        known = read_text(raw.decode())
        tree = Tree()
        for entry in self.own[: known.size]:
            tree.append(leaf_hash(entry))
        assert self.marked <= known.size <= len(self.own)
        assert (known.log, known.root) == (self.log, tree.root(known.size))
        self.marked = known.size
        return known.size


class Looking:
    """The files of a node that is watched while it comes to rest."""

    def __init__(self, store: SqliteStore, log: str, peer_log: str) -> None:
        self._store, self._log, self._peer_log = store, log, peer_log

    def is_quiet(self) -> bool:
        """Whether nothing is left to exchange."""
        stands = load(self._store)
        own, peer = self._store.size(self._log), self._store.size(self._peer_log)
        return (
            (stands.held, stands.cosigned, stands.told) == (own, peer, peer) and not stands.wanted and not stands.asked
        )


class Look:
    """One look at the files of a node, within one transaction."""

    def __init__(self, side: Side, store: SqliteStore) -> None:
        self.side = side
        self.own: list[Entry] = [decode(raw, log=side.log, index=at) for at, raw in enumerate(side.own)]
        self.peer: list[Entry] = [decode(raw, log=side.peer_log, index=at) for at, raw in enumerate(side.peer)]
        self.journal: list[Item] = [decode_item(raw, index=at) for at, raw in enumerate(side.journal)]
        self.stands: Correspondence = load(store)
        self.outbox = list(store.keys(Space.OUTBOX))
        self.evidence = list(store.keys(Space.EVIDENCE))
        self._keys = {space: set(store.keys(space)) for space in (Space.ENVELOPE, Space.FACTS, Space.NOTE)}
        self.noted = {
            key.removeprefix(reference_note("")): (store.get(Space.NOTE, key) or b"").decode().partition(" ")[0]
            for key in self._keys[Space.NOTE]
            if key.startswith(reference_note(""))
        }
        self.commits: dict[str, str | None] = {}
        destroyed = {entry.act for entry in self.own if isinstance(entry, Destroyed)}
        for entry in (*self.own, *self.peer, *self.journal):
            if isinstance(entry, Issued | Refused | Noted | Released):
                raw = store.get(Space.ENVELOPE, entry.envelope)
                assert raw is not None, f"the envelope of {entry.act[:16]} is not kept"
                signed = read_act(raw)
                assert (signed.act_id, signed.envelope_digest) == (entry.act, entry.envelope)
                commit = signed.statement.payload_commit
                self.commits[entry.act] = commit
                if commit is not None:
                    lies = store.fetch(commit) is not None
                    assert lies is (entry.act not in destroyed), f"the payload of {entry.act[:16]}"

    def issued(self) -> list[str]:
        """Acts that the own log issues, in its order."""
        return [entry.act for entry in self.own if isinstance(entry, Issued)]

    def stayed(self) -> list[str]:
        """Acts that stayed home, in the order of the journal."""
        return [item.act for item in self.journal if isinstance(item, Refused | Noted | Released)]

    def replied(self) -> list[str]:
        """Acts of the own log that the peer's copy here rules on."""
        return [entry.act for entry in self.peer if isinstance(entry, Received)]

    def is_whole(self, act: str) -> bool:
        """Whether an act that lies here lies here with all that belongs to it."""
        sent = [entry for entry in self.own if isinstance(entry, Issued) and entry.act == act]
        kept = [item for item in self.journal if isinstance(item, Refused | Noted | Released) and item.act == act]
        assert len(sent) + len(kept) == 1
        facts = [entry.ruling.facts for entry in sent]
        assert facts in ([], [None]) or act in self._keys[Space.FACTS]
        return not sent or act in self.outbox or carried_note(act) in self._keys[Space.NOTE]

    @property
    def is_decided(self) -> bool:
        """Whether every act that is issued here has its reply."""
        return len(self.replied()) == len(self.issued())


def hold(looks: Sequence[Look], issued: dict[str, list[str]], stayed: dict[str, list[str]]) -> None:
    """Both nodes at rest hold exactly what was said, once each, and neither looks dishonest.

    Args:
        issued: acts that each Party has said into its log, in the order of their saying.
        stayed: those that stayed home.
    """
    for look, other in zip(looks, reversed(looks), strict=True):
        party = look.side.party
        assert (look.issued(), look.replied()) == (issued[party], issued[party])
        assert look.stayed() == stayed[party]
        assert look.side.own == other.side.peer
        assert (look.outbox, look.evidence, look.stands.frozen) == ([], [], None)
        assert [item for item in look.journal if isinstance(item, Alarm)] == []
        assert look.side.mark() >= other.stands.cosigned
        assert all(look.is_whole(act) for act in (*look.issued(), *look.stayed()))
        rulings = {entry.act: entry.ruling.ruling for entry in look.peer if isinstance(entry, Received)}
        for entry in look.own:
            assert not isinstance(entry, Issued) or rulings[entry.act] == entry.ruling.ruling
