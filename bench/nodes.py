"""Two nodes for the benches, with the information agreement in force: no bench of its own.

Rules of this module:
- the nodes are whole and brought into force by acts; what is measured is never a short cut of them;
- keys lie in files as an exercise lays them down; where the record lies is the bench's choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from servanda.act.act import Draft
from servanda.act.content import Payload
from servanda.act.entry import Issued
from servanda.act.ruling import Permit
from servanda.adapters.keyfiles import FileKeys, write_new_keys, write_officer
from servanda.adapters.mark import FileMark
from servanda.adapters.memory import ManualClock, MemoryStore
from servanda.adapters.sqlite import SqliteStore
from servanda.agreement import acts
from servanda.agreement.instrument import load
from servanda.assembly.texts import agreement_files
from servanda.domain import ACCORD, Domain
from servanda.domains import intelligence, logistics
from servanda.domains.intelligence import desk
from servanda.node.identity import Identity
from servanda.node.node import Node
from servanda.node.stages import Recorded
from servanda.seal.keys import Alg, generate

DOMAINS: Mapping[str, Domain[Any]] = {
    "agreement": ACCORD,
    "intelligence": intelligence.DOMAIN,
    "logistics": logistics.DOMAIN,
}
AGREEMENT = "kr-jp-a"
FOLDER = Path(__file__).parents[1] / "agreements" / AGREEMENT
START = datetime(2031, 4, 1, tzinfo=UTC)
LEVEL = 1
MARKS = {"KR": "KR-3", "JP": "JP-HI"}
TEXT = "Exercise. Two launches were seen from the east coast at first light; nothing of this is real. " * 6

StoreAt = Callable[[Path], SqliteStore | MemoryStore]


class Direct:
    """A link without a network: the other node answers in this process."""

    def __init__(self, peer: Node) -> None:
        self._peer = peer

    def exchange(self, bundle: bytes) -> bytes:
        """The answer to a bundle."""
        return self._peer.answer(bundle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One nation: its node, the folder of its keys, its first key list."""

    party: str
    node: Node
    folder: Path
    listed: bytes

    @property
    def envoy(self) -> str:
        return f"{self.party.lower()}/envoy-1"

    @property
    def registrar(self) -> str:
        """Who says reports."""
        return f"{self.party.lower()}/information-1"

    def say(self, kind: str, payload: Payload) -> None:
        """An act of the life of the agreement, permitted here."""
        draft = Draft(kind=f"agreement.{kind}", agreement=AGREEMENT, payload=payload)
        _permitted(self.node.submit(draft, [self.envoy]))

    def appoint(self) -> None:
        """The information officer, who proves to hold the key."""
        key = generate(Alg.ED25519)
        member = acts.KeyMember(alg="ed25519", public=key.public.hex)
        payload = acts.OfficerAppoint(
            officer=self.registrar, office="information_officer", limit_usd=None, keys=(member,)
        )
        draft = Draft(kind="agreement.officer.appoint", agreement=AGREEMENT, payload=payload)
        _permitted(self.node.submit(draft, [self.envoy], proving=[key]))
        write_officer(self.folder, self.registrar, key, passphrase=None)

    def report(self, *, control: str | None = None) -> Issued:
        """One secret report to the other Party, as its registry drafts it, permitted and recorded.

        Args:
            control: its number; the next free one where none is named.
        """
        seat = self.node.seat(AGREEMENT)
        draft = desk.share(
            self.node.state("intelligence"),
            seat,
            topic="nk_missile",
            level=LEVEL,
            addressees=(_desk(self.node.identity.peer_party),),
            title="Exercise report",
            text=TEXT,
            marks=MARKS,
            purpose="warning",
            control=control,
        )
        return _permitted(self.node.submit(draft, [self.registrar]))


def two_nodes(folder: Path, store_at: StoreAt) -> tuple[Side, Side]:
    """KR and JP, the agreement in force, officers appointed, the addressee of reports assured.

    Args:
        folder: an empty folder for keys, marks and stores.
        store_at: the store of one node, given its own folder.
    """
    home, other = (_side(folder / party, party, peer, store_at) for party, peer in (("KR", "JP"), ("JP", "KR")))
    home.node.begin(home.listed, other.listed)
    other.node.begin(other.listed, home.listed)
    files = agreement_files(FOLDER)
    digest = load(files.source, path=AGREEMENT, words=files.words).digest
    both = (home, other)
    home.say(
        "text.table", acts.TextTable(text=files.source, words={each.language: each.source for each in files.words})
    )
    sync(both)
    for side in both:
        side.say("text.initial", acts.TextInitial(digest=digest))
    sync(both)
    for side in both:
        powers = acts.PowersShow(
            officer=side.envoy, may=("sign",), issued_by="head_of_government", date=date(2031, 3, 1)
        )
        side.say("powers.show", powers)
        side.say("text.sign", acts.TextSign(digest=digest))
    sync(both)
    for side in both:
        side.say("completion.notify", acts.CompletionNotify(digest=digest, note="N-1", date=date(2031, 4, 1)))
        side.appoint()
    sync(both)
    seat = other.node.seat(AGREEMENT)
    draft = desk.assure(other.node.state("intelligence"), seat, addressee=_desk(other.party), level=LEVEL)
    _permitted(other.node.submit(draft, [other.registrar]))
    sync(both)
    return both


def sync(both: tuple[Side, Side]) -> None:
    """Exchange until both hold and have decided all."""
    home, other = both
    while home.node.has_news() or other.node.has_news():
        home.node.sync(Direct(other.node))
        other.node.sync(Direct(home.node))


def in_memory(_folder: Path) -> MemoryStore:
    """A store that no disk slows down."""
    return MemoryStore()


def on_disk(folder: Path) -> SqliteStore:
    """The store of a real node."""
    return SqliteStore(folder / "node.db")


def _side(folder: Path, party: str, peer: str, store_at: StoreAt) -> Side:
    folder.mkdir(parents=True)
    name, peer_name = (f"exercise.{code.lower()}.node.example" for code in (party, peer))
    new = write_new_keys(folder, party=party, name=name, peer=peer, issued_at=START)
    store = store_at(folder)
    node = Node(
        identity=Identity(party=party, name=name, peer_party=peer, peer_name=peer_name),
        store=store,
        vault=store,
        keys=FileKeys(folder, exercise=True),
        clock=ManualClock(START),
        mark=FileMark(folder / "mark"),
        domains=DOMAINS,
    )
    return Side(party=party, node=node, folder=folder, listed=new.path.read_bytes())


def _permitted(recorded: Recorded) -> Issued:
    assert isinstance(recorded.judged.ruling, Permit), recorded.judged.ruling
    assert isinstance(recorded.entry, Issued)
    return recorded.entry


def _desk(party: str) -> str:
    return f"{party.lower()}-desk"
