"""Two nations' nodes in one process, with the outer world in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from servanda.act.act import Draft
from servanda.act.content import Payload
from servanda.act.ruling import Permit
from servanda.adapters.memory import ManualClock, MemoryKeys, MemoryMark, MemoryStore
from servanda.agreement import acts as accord
from servanda.agreement.acts import KeyMember
from servanda.domain import ACCORD, Domain
from servanda.domains import intelligence, logistics, peacekeeping, rescue
from servanda.node.identity import Identity
from servanda.node.node import Node
from servanda.node.project import Cursor
from servanda.node.stages import Recorded
from servanda.seal import keylist
from servanda.seal.keylist import ListedKey
from servanda.seal.keys import Alg, SecretKey, generate
from tests.wordings import loaded, tabled

ROOT = Path(__file__).parents[2]
START = datetime(2031, 4, 1, 0, 0, tzinfo=UTC)
TEXTS = {name: (ROOT / "agreements" / name / "en.md").read_text(encoding="utf-8") for name in ("kr-jp-a", "kr-jp-b")}
DOMAINS: Mapping[str, Domain[Any]] = {
    "agreement": ACCORD,
    "intelligence": intelligence.DOMAIN,
    "rescue": rescue.DOMAIN,
    "logistics": logistics.DOMAIN,
    "peacekeeping": peacekeeping.DOMAIN,
}
OFFICERS = {
    "kr-jp-a": [
        ("information-1", "information_officer", None),
        ("information-2", "information_officer", None),
        ("rescue-1", "rescue_coordinator", None),
        ("duty-1", "duty_officer", None),
    ],
    "kr-jp-b": [
        ("ordering-1", "ordering_officer", 400_000),
        ("supply-1", "supply_officer", None),
        ("settling-1", "settling_officer", None),
        ("contingent-1", "contingent_commander", None),
        ("review-1", "reviewer", None),
        ("member-1", "committee_member", None),
    ],
}


@dataclass(kw_only=True)
class Side:
    """One nation: its node and what lies around it."""

    party: str
    node: Node
    keys: MemoryKeys
    store: MemoryStore
    mark: MemoryMark
    clock: ManualClock
    listed: bytes
    root: SecretKey

    @property
    def envoy(self) -> str:
        return f"{self.party.lower()}/envoy-1"

    def say(
        self, agreement: str, kind: str, payload: Payload | None, officer: str, *also: str, causes: Sequence[str] = ()
    ) -> Recorded:
        draft = Draft(kind=kind, agreement=agreement, payload=payload, causes=tuple(causes))
        return self.node.submit(draft, [officer, *also])

    def envoy_says(self, agreement: str, kind: str, payload: Payload) -> Recorded:
        """An act of the life cycle, which must be permitted here."""
        recorded = self.say(agreement, kind, payload, self.envoy)
        assert isinstance(recorded.judged.ruling, Permit), (kind, recorded.judged.ruling)
        return recorded

    def appoint(self, agreement: str, name: str, office: str, limit_usd: int | None) -> None:
        officer = f"{self.party.lower()}/{name}"
        key = generate(Alg.ED25519)
        payload = accord.OfficerAppoint(
            officer=officer,
            office=office,
            limit_usd=limit_usd,
            keys=(KeyMember(alg="ed25519", public=key.public.hex),),
        )
        draft = Draft(kind="agreement.officer.appoint", agreement=agreement, payload=payload)
        recorded = self.node.submit(draft, [self.envoy], proving=[key])
        assert isinstance(recorded.judged.ruling, Permit), recorded.judged.ruling
        self.keys.sign_in(officer, [key])


class Pair:
    """Both nations, and a link between them that the test drives."""

    def __init__(self, *, at: datetime = START) -> None:
        kr, jp = _keys("KR", at), _keys("JP", at)
        self.kr = _side("KR", "JP", kr, jp, at)
        self.jp = _side("JP", "KR", jp, kr, at)
        self.kr.node.begin(self.kr.listed, self.jp.listed)
        self.jp.node.begin(self.jp.listed, self.kr.listed)

    def sides(self) -> tuple[Side, Side]:
        return self.kr, self.jp

    def sync(self) -> None:
        """Exchange until neither has news for the other."""
        for _ in range(8):
            self.kr.node.sync(Direct(self.jp.node))
            self.jp.node.sync(Direct(self.kr.node))
            if not (self.kr.node.has_news() or self.jp.node.has_news()):
                return
        raise AssertionError("the nodes do not come to rest")

    def advance(self, seconds: float) -> None:
        for side in self.sides():
            side.clock.advance(seconds)

    def into_force(self, agreement: str) -> None:
        """Text tabled, initialled, signed and notified by acts of both."""
        text = TEXTS[agreement]
        digest = loaded(text, agreement).digest
        self.kr.envoy_says(agreement, "agreement.text.table", tabled(text))
        self.sync()
        for side in self.sides():
            side.envoy_says(agreement, "agreement.text.initial", accord.TextInitial(digest=digest))
        self.sync()
        for side in self.sides():
            side.envoy_says(
                agreement,
                "agreement.powers.show",
                accord.PowersShow(
                    officer=side.envoy, may=("sign",), issued_by="head_of_government", date=date(2031, 3, 1)
                ),
            )
        for side in self.sides():
            side.envoy_says(agreement, "agreement.text.sign", accord.TextSign(digest=digest))
        self.sync()
        for side in self.sides():
            side.envoy_says(
                agreement,
                "agreement.completion.notify",
                accord.CompletionNotify(digest=digest, note="N-1", date=date(2031, 4, 1)),
            )
        for side in self.sides():
            for name, office, limit_usd in OFFICERS[agreement]:
                side.appoint(agreement, name, office, limit_usd)
        self.sync()

    def copy(self) -> Pair:
        """A second pair with the same records, keys and clocks, that shares nothing that changes."""
        twin = Pair.__new__(Pair)
        twin.kr, twin.jp = _copied(self.kr), _copied(self.jp)
        return twin


def _copied(side: Side) -> Side:
    store = side.store.copy()
    mark = MemoryMark(side.mark.read())
    clock = ManualClock(side.clock.now(), elapsed_s=side.clock.elapsed_s())
    twin = replace(side, keys=side.keys.copy(), store=store, mark=mark, clock=clock)
    twin.node = _started(twin)
    _remind(twin.node, side.node)
    twin.node.catch_up()
    return twin


def _remind(twin: Node, node: Node) -> None:
    """What one node has read, opened and folded so far its twin knows too; from here on it works for itself."""
    for copy, known in ((twin.holding.home, node.holding.home), (twin.holding.peer, node.holding.peer)):
        for raw, entry in zip(node.holding.store.entries(known.name, 0, known.size), known.entries, strict=True):
            twin.holding.add(copy, raw, entry)
    for name in ("_acts", "_residues", "_facts"):
        getattr(twin.holding, name).update(getattr(node.holding, name))
    for log, cursor in node.projector._cursors.items():
        own = twin.holding.copy_of(log)
        again = Cursor(twin.holding, twin.domains, own)
        again.cut, again._folded, again._closed = cursor.cut, cursor._folded, cursor._closed
        again._keys, again._states, again._closing = list(cursor._keys), dict(cursor._states), list(cursor._closing)
        twin.projector._cursors[log] = again


def restarted(side: Side) -> None:
    """The node starts again from its store, with nothing in memory."""
    side.node = _started(side)
    side.node.catch_up()


def _started(side: Side) -> Node:
    return Node(
        identity=side.node.identity,
        store=side.store,
        vault=side.store,
        keys=side.keys,
        clock=side.clock,
        mark=side.mark,
        domains=DOMAINS,
    )


@cache
def both_in_force() -> Pair:
    """A pair with both agreements in force by acts and their officers appointed; to be copied, never changed."""
    pair = Pair()
    pair.into_force("kr-jp-a")
    pair.into_force("kr-jp-b")
    pair.advance(31 * 86_400)
    for side in pair.sides():
        side.node.confirm_clock()
    return pair


class Direct:
    """A link that never fails."""

    def __init__(self, peer: Node) -> None:
        self._peer = peer

    def exchange(self, bundle: bytes) -> bytes:
        return self._peer.answer(bundle)


@dataclass(frozen=True, kw_only=True)
class NodeKeys:
    listed: bytes
    root: SecretKey
    log: SecretKey
    witness: SecretKey
    link: SecretKey
    seal: SecretKey
    envoy: SecretKey


def _keys(party: str, at: datetime) -> NodeKeys:
    code = party.lower()
    name, peer = f"exercise.{code}.node.example", "jp" if code == "kr" else "kr"
    root = generate(Alg.ED25519)
    log, witness, link, envoy = (generate(Alg.ED25519) for _ in range(4))
    seal = generate(Alg.MLKEM768X25519)
    rows = [
        ("root", root, name),
        ("log", log, f"{name}/{peer}/1"),
        ("witness", witness, f"{name}/witness"),
        ("link", link, name),
        ("seal", seal, name),
        ("officer", envoy, f"{code}/envoy-1"),
    ]
    listed = keylist.make(
        party=party,
        previous=None,
        issued_at=at,
        keys=[ListedKey(use=use, public=key.public, name=label) for use, key, label in rows],
        roots=[root],
    )
    return NodeKeys(listed=listed, root=root, log=log, witness=witness, link=link, seal=seal, envoy=envoy)


def _side(party: str, peer: str, own: NodeKeys, other: NodeKeys, at: datetime) -> Side:
    store, clock, mark = MemoryStore(), ManualClock(at), MemoryMark()
    keys = MemoryKeys(
        log=[own.log],
        witness=[own.witness],
        link=own.link,
        seal=own.seal,
        officers={f"{party.lower()}/envoy-1": [own.envoy]},
    )
    identity = Identity(
        party=party,
        name=f"exercise.{party.lower()}.node.example",
        peer_party=peer,
        peer_name=f"exercise.{peer.lower()}.node.example",
    )
    node = Node(identity=identity, store=store, vault=store, keys=keys, clock=clock, mark=mark, domains=DOMAINS)
    return Side(
        party=party, node=node, keys=keys, store=store, mark=mark, clock=clock, listed=own.listed, root=own.root
    )
