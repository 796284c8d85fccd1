"""What this node holds: both logs as read, their acts, payloads and the facts kept with them.

Rules of this module:
- memory follows the store, never the other way: `catch_up` reads what any process has written since, `take_back`
  forgets what a step that failed had added;
- a log copy answers by index and by act id, and gives the root at any size;
- payloads are opened with the own seal key when they are needed; the fold is given the residue only.

Spec: record 4.2 (opening), 4.7 (residue), 5 (log), 5.4 (rank).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servanda.act import frame
from servanda.act.act import Applied, Signed, read_act
from servanda.act.content import Payload, residue
from servanda.act.entry import Destroyed, Entry, Issued, Keyed, Received, Withheld, decode
from servanda.act.entry import Opened as LogOpened
from servanda.base import canon, fields, limits
from servanda.base.errors import IntegrityError, PeerError, ServandaError
from servanda.log.tree import Tree, leaf_hash
from servanda.node.ports import Space, Store, Vault
from servanda.policy import facts as facts_of_policy
from servanda.policy.facts import FactValue
from servanda.seal.age import open_sealed
from servanda.seal.keys import SecretKey


@contextmanager
def placed(place: str) -> Iterator[None]:
    """Name the place of what does not hold in what this node keeps."""
    try:
        yield
    except ServandaError as error:
        raise IntegrityError(
            error.code, f"{place}: {error.message}", action="keep the database as it is, and ask the peer for its copy"
        ) from error


class LogCopy:
    """One log as this node holds it: entries, tree, and where each act stands.

    `issued`, `ruled`: act id -> index of the first entry that issues it, or rules on it; `lists`: (index, party,
    digest) of the key lists it names.
    """

    def __init__(self, name: str, party: str) -> None:
        self.name = name
        self.party = party
        self.tree = Tree()
        self.entries: list[Entry] = []
        self.issued: dict[str, int] = {}
        self.ruled: dict[str, int] = {}
        self.lists: list[tuple[int, str, str]] = []
        self._replied: list[int] = []
        self._seen: list[int] = []
        self._beats: list[int] = []
        self._issued_at: list[int] = []
        self._ranks: list[int] = []

    @property
    def size(self) -> int:
        return len(self.entries)

    @property
    def replied(self) -> int:
        """The other log is replied to below this index."""
        return self._replied[-1] if self._replied else 0

    @property
    def beat_at(self) -> datetime | None:
        """Time of the last `withheld` entry, of the log's beginning before any; None for a log not begun."""
        return self.entries[self._beats[-1]].recorded_at if self._beats else None

    @property
    def last_seen(self) -> int:
        """Size of the other log that the last act or reply of this one had seen."""
        return self._seen[-1] if self._seen else 0

    @property
    def last_time(self) -> datetime | None:
        return self.entries[-1].recorded_at if self.entries else None

    def add(self, raw: bytes, entry: Entry) -> None:
        """One more entry, already read at its place."""
        index = len(self.entries)
        self.tree.append(leaf_hash(raw))
        self.entries.append(entry)
        if index == 0 or isinstance(entry, Withheld):
            self._beats.append(index)
        if isinstance(entry, Issued):
            self.issued.setdefault(entry.act, index)
            self._issued_at.append(index)
            self._ranks.append(entry.rank)
        if isinstance(entry, Issued | Received):
            self._seen.append(entry.seen.size)
        if isinstance(entry, Received):
            self.ruled.setdefault(entry.act, index)
            self._replied.append(entry.source[1] + 1)
        elif isinstance(entry, LogOpened | Keyed):
            self.lists.append((index, entry.party, entry.keys))

    def key_list(self, party: str, below: int) -> str | None:
        """Digest of the key list of a Party that this log names last below an index."""
        for index, named, digest in reversed(self.lists):
            if index < below and named == party:
                return digest
        return None

    def truncate(self, size: int) -> None:
        """Forget the entries from `size` on, which the store did not keep."""
        for index in range(len(self.entries) - 1, size - 1, -1):
            entry = self.entries.pop()
            if isinstance(entry, Issued | Received):
                self._seen.pop()
            if isinstance(entry, Issued):
                self._issued_at.pop()
                self._ranks.pop()
                if self.issued.get(entry.act) == index:
                    del self.issued[entry.act]
            elif isinstance(entry, Received):
                self._replied.pop()
                if self.ruled.get(entry.act) == index:
                    del self.ruled[entry.act]
        self._beats = [index for index in self._beats if index < size]
        self.lists = [listed for listed in self.lists if listed[0] < size]
        self.tree.truncate(size)

    def rank_below(self, size: int) -> int:
        """Rank of the last act issued below `size`, 0 where there is none; ranks of one log only rise."""
        position = bisect_left(self._issued_at, size)
        return self._ranks[position - 1] if position else 0

    def issued_between(self, start: int, end: int) -> list[int]:
        """Indices of the issuing entries from `start` up to and without `end`."""
        return self._issued_at[bisect_left(self._issued_at, start) : bisect_left(self._issued_at, end)]

    def acts_from(self, start: int) -> int:
        """How many acts are issued from `start` on."""
        return len(self._issued_at) - bisect_left(self._issued_at, start)

    def entry_issuing(self, act_id: str) -> Issued | None:
        index = self.issued.get(act_id)
        if index is None:
            return None
        entry = self.entries[index]
        return entry if isinstance(entry, Issued) else None

    def reply(self, act_id: str, below: int) -> Received | None:
        """This log's ruling on an act of the other one, where it lies below `below`."""
        index = self.ruled.get(act_id)
        if index is None or index >= below:
            return None
        entry = self.entries[index]
        return entry if isinstance(entry, Received) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A payload as opened: salt, canonical bytes, members."""

    salt: bytes
    raw: bytes
    members: Mapping[str, Any]


def open_payload(signed: Signed, sealed: bytes | None, identity: SecretKey) -> Opened | None:
    """The payload of an act; None where the act has none.

    Raises:
        ServandaError: `payload_unopened`, `payload_frame`, `payload_mismatch` or `json_*`.

    Spec: record 4.2.
    """
    commit = signed.statement.payload_commit
    if commit is None:
        return None
    if sealed is None:
        raise PeerError("payload_unopened", f"the payload of act `{signed.act_id}` is not here")
    framed = open_sealed(sealed, identity, stanzas=2)
    salt, raw = frame.unpack(framed, commit)
    members = canon.decode_object(raw, bytes_max=limits.PAYLOAD_BYTES_MAX)
    return Opened(salt=salt, raw=raw, members=members)


class Holding:
    """Both logs and all that lies beside them, as read from one store."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        identity: Callable[[], SecretKey],
        home: LogCopy,
        peer: LogCopy,
        payload_types: Mapping[str, type[Payload]],
    ) -> None:
        self.store = store
        self.vault = vault
        self.home = home
        self.peer = peer
        self._identity = identity
        self._types = payload_types
        self._acts: dict[str, Signed] = {}
        self._residues: dict[str, Mapping[str, Any]] = {}
        self._destroyed: dict[str, Mapping[str, Any]] = {}
        self._facts: dict[str, tuple[Mapping[str, FactValue], ...]] = {}

    def catch_up(self) -> None:
        """Read what any process has written to either log since.

        Raises:
            IntegrityError: an entry does not read, with its place.
        """
        for copy in (self.home, self.peer):
            for raw in self.store.entries(copy.name, copy.size, self.store.size(copy.name)):
                with placed(f"entry {copy.size} of `{copy.name}`"):
                    entry = decode(raw, log=copy.name, index=copy.size, not_before=copy.last_time)
                self.add(copy, raw, entry)

    def take_back(self, home: int, peer: int) -> None:
        """Forget what a step added that was not written, down to the sizes before it."""
        self.home.truncate(home)
        self.peer.truncate(peer)
        for kept in (self._acts, self._residues, self._facts, self._destroyed):
            kept.clear()
        for entry in self.home.entries:
            if isinstance(entry, Destroyed):
                self._destroyed[entry.act] = entry.residue

    def add(self, copy: LogCopy, raw: bytes, entry: Entry) -> None:
        """One more entry of either log, already written to the store."""
        copy.add(raw, entry)
        if isinstance(entry, Destroyed) and copy is self.home:
            self._destroyed[entry.act] = entry.residue
            self._residues.pop(entry.act, None)

    def other(self, copy: LogCopy) -> LogCopy:
        return self.peer if copy is self.home else self.home

    def copy_of(self, log: str) -> LogCopy:
        """The copy of a log by its name."""
        for copy in (self.home, self.peer):
            if copy.name == log:
                return copy
        raise IntegrityError("origin_wrong", f"no log `{log}` is held here")

    def author_copy(self, act_id: str) -> LogCopy | None:
        """The log that issued an act first, None where neither did."""
        for copy in (self.home, self.peer):
            if act_id in copy.issued:
                return copy
        return None

    def act(self, act_id: str, envelope: str) -> Signed:
        """An act by id and envelope digest, as signed.

        Raises:
            IntegrityError: `signature_missing` where the envelope is not in the store, `act_mismatch` where it is of
                another act.
            ServandaError: the envelope cannot be read.
        """
        known = self._acts.get(envelope)
        if known is None:
            raw = self.store.get(Space.ENVELOPE, envelope)
            if raw is None:
                raise IntegrityError("signature_missing", f"the envelope of act `{act_id}` is not in the store")
            known = read_act(raw)
            if known.envelope_digest == envelope:
                self._acts[envelope] = known
        if known.act_id != act_id or known.envelope_digest != envelope:
            raise IntegrityError(
                "act_mismatch", f"the envelope kept for act `{act_id[:16]}` is of another act, or was changed"
            )
        return known

    def readable(self, entry: Issued) -> Signed | None:
        """An issued act as signed; None for one that cannot be read, which is ruled invalid."""
        try:
            return self.act(entry.act, entry.envelope)
        except ServandaError:
            return None

    def sealed(self, signed: Signed) -> bytes | None:
        commit = signed.statement.payload_commit
        return None if commit is None else self.vault.fetch(commit)

    def destroyed(self, act_id: str) -> bool:
        return act_id in self._destroyed

    def opened(self, signed: Signed) -> Opened | None:
        """The payload of an act held here."""
        return open_payload(signed, self.sealed(signed), self._identity())

    def know(self, signed: Signed, opened: Opened | None) -> None:
        """Keep in memory what a check has opened, so that recording and folding need not open it again."""
        self._acts[signed.envelope_digest] = signed
        if signed.act_id not in self._destroyed:
            self._residues[signed.act_id] = self._outliving(signed, opened)

    def _outliving(self, signed: Signed, opened: Opened | None) -> Mapping[str, Any]:
        payload_type = self._types.get(signed.statement.kind)
        return {} if opened is None or payload_type is None else residue(payload_type, opened.members)

    def residue(self, signed: Signed) -> Mapping[str, Any]:
        """The members of a payload that the fold may read, the same before and after destruction."""
        known = self._residues.get(signed.act_id)
        if known is None:
            known = self._destroyed.get(signed.act_id)
            if known is None:
                known = self._outliving(signed, self.opened(signed))
            self._residues[signed.act_id] = known
        return known

    def keep_facts(self, act_id: str, facts: tuple[Mapping[str, FactValue], ...], salt: bytes) -> None:
        """Keep the facts an act was judged by and their derived salt, so that its ruling can be judged again.

        Spec: record 4.7.
        """
        lines = [facts_of_policy.to_json(line) for line in facts]
        self.store.put(Space.FACTS, act_id, canon.encode({"lines": lines, "salt": salt.hex()}))
        self._facts[act_id] = facts

    def facts(self, act_id: str) -> tuple[Mapping[str, FactValue], ...]:
        """The facts an act was judged by here; empty where the life cycle judged it."""
        known = self._facts.get(act_id)
        if known is None:
            kept = self.kept_facts(act_id)
            known = self._facts[act_id] = () if kept is None else kept[0]
        return known

    def kept_facts(self, act_id: str) -> tuple[tuple[Mapping[str, FactValue], ...], bytes] | None:
        """The facts kept with an act and their derived salt, as they lie in the store."""
        raw = self.store.get(Space.FACTS, act_id)
        if raw is None:
            return None
        members = canon.decode_object(raw, bytes_max=limits.STREAM_HTTP_BYTES_MAX)
        lines = fields.items(members, "lines", most=limits.ACT_LINES_MAX)
        salt = bytes.fromhex(fields.hex_text(members, "salt"))
        return tuple(facts_of_policy.from_json(line) for line in lines if isinstance(line, dict)), salt

    def applied(self, entry: Issued) -> Applied:
        """An issued act as the fold sees it."""
        signed = self.act(entry.act, entry.envelope)
        said = signed.statement
        return Applied(
            act_id=signed.act_id,
            kind=said.kind,
            agreement=said.agreement,
            digest=said.agreement_digest,
            author=said.author,
            other=said.addressee,
            officers=tuple(officer for officer, _ in said.signed_by),
            causes=said.causes,
            payload=self.residue(signed),
            recorded_at=entry.recorded_at,
            rank=entry.rank,
            log=entry.log,
            index=entry.index,
            facts=self.facts(signed.act_id),
        )
