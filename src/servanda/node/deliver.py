"""Deliver: bundles made for the peer, and what a bundle of the peer brings.

Rules of this module:
- a bundle carries all that the peer has not cosigned; any order, any number of times, gives the same end;
- cosigning means held: it follows the transaction that wrote what it covers;
- a head is signed after all below its size is on disk, and the mark is written before it leaves;
- heads that contradict what is held are kept as evidence, and that log is no longer applied nor cosigned, while the
  own one is served as before.

Spec: record 6.2 to 6.4, 7.4, 8.1, 10.3, 10.5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from servanda.act.entry import Issued
from servanda.base import limits
from servanda.base.errors import IntegrityError, MalformedError
from servanda.log import checkpoint as heads
from servanda.log.checkpoint import Checkpoint
from servanda.log.note import parse
from servanda.node import alarms, applying, bundle, recovery, stream, trust
from servanda.node.correspondence import Correspondence, carried_note, load, save
from servanda.node.holding import Holding
from servanda.node.identity import Identity
from servanda.node.lists import Lists
from servanda.node.ports import Keys, Mark, Space
from servanda.node.record import Recorder
from servanda.node.stream import Proof, Record, RecordType, SealedPayload, Stream, Want
from servanda.seal.keys import PublicKey

STREAM_BYTES_TARGET = 16_777_216
ENTRIES_PER_BUNDLE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a bundle brought.

    Args:
        number: of the bundle, in the peer's direction.
        entries: how many entries of the peer's log were new and are now held.
        held: size of the own log that the peer has cosigned, after this bundle.
        wanted: digests and commitments still missing before the peer's head can be held.
        unknown: records of a type not known here, which were skipped.
        frozen: why the peer's log is no longer applied, None while it is.
        accused: whether it brings evidence, new here, that the own log signed two histories.
    """

    number: int
    entries: int
    held: int
    wanted: tuple[str, ...]
    unknown: int
    frozen: str | None
    accused: bool


class Deliverer:
    """Makes bundles for one peer and applies what the peer's bundles bring."""

    def __init__(
        self, *, identity: Identity, holding: Holding, lists: Lists, recorder: Recorder, keys: Keys, mark: Mark
    ) -> None:
        self._identity = identity
        self._holding = holding
        self._store = holding.store
        self._lists = lists
        self._recorder = recorder
        self._keys = keys
        self._mark = mark

    # -- making ------------------------------------------------------------------------------------------------------

    def make(self, now: datetime) -> tuple[bytes, Checkpoint]:
        """The next bundle, and the head it carries, to be marked before it leaves."""
        recovery.stand_by(self._mark, self._holding.home)
        home, stands = self._holding.home, load(self._store)
        number = stands.out_number + 1
        end, acts = self._acts(stands.held)
        # Between the parts of a long backlog a bundle brings nothing but what is held here, beside the newest head.
        brings = end == home.size or number % 2 == 1
        size = end if brings else home.size
        head = Checkpoint(log=home.name, size=size, root=home.tree.root(size))
        proof = home.tree.consistency(stands.held, size) if stands.held > 0 else ()
        records = [
            *(Record(type=RecordType.KEYS, body=raw) for raw in self._own_lists()),
            Record(type=RecordType.HEAD, body=heads.sign_head(head, self._keys.log(), now)),
            stream.proof_record(Proof(old=stands.held, hashes=proof)),
            *(self._receipt() if size == home.size and stands.frozen is None else ()),
        ]
        if brings:
            entries = self._store.entries(home.name, stands.held, end)
            records += [*stream.entries_records(home.name, stands.held, entries), *acts]
        records += self._asked(stands.asked, end)
        if stands.wanted:
            records.append(stream.want_record(Want(payloads=stands.wanted)))
        records += alarms.evidence(self._store, self._holding.peer.name)
        raw = bundle.make_bundle(
            records,
            from_party=self._identity.party,
            to_party=self._identity.peer_party,
            number=number,
            previous=stands.out_digest,
            created_at=now,
            link=self._keys.link(),
            recipient=self._lists.peer_key("seal"),
        )
        for index in home.issued_between(stands.held, end) if brings else ():
            entry = home.entries[index]
            if isinstance(entry, Issued):
                self._store.put(Space.OUTBOX, entry.act, str(number).encode())
        digest = hashlib.sha256(raw).hexdigest()
        save(self._store, replace(stands, out_number=number, out_digest=digest, asked=()))
        return raw, head

    def _own_lists(self) -> Iterable[bytes]:
        """Own lists that the peer has not accepted yet, oldest first."""
        known = self._holding.peer.key_list(self._identity.party, self._holding.peer.size)
        pending: list[bytes] = []
        listed = self._lists.own
        while listed.digest != known:
            pending.append(listed.raw)
            if listed.previous is None:
                break
            listed = self._lists.by_digest(listed.previous)
        return reversed(pending)

    def _receipt(self) -> Sequence[Record]:
        """What is held of the peer's log; only beside the newest head, since all entries above it have seen that much.

        None of a log that is frozen: a node with the other history could take nothing beside it.

        Spec: record 5.4 (seen_shrank), 7.4.
        """
        note = self._store.get(Space.HEAD, f"{self._holding.peer.name}/cosigned")
        return () if note is None else (Record(type=RecordType.RECEIPT, body=note),)

    def _acts(self, start: int) -> tuple[int, list[Record]]:
        """Envelopes and payloads of the acts from `start` on, as many as one bundle takes; the size they reach."""
        home = self._holding.home
        end, used, records = start, 0, list[Record]()
        while end < home.size and end - start < ENTRIES_PER_BUNDLE and used < STREAM_BYTES_TARGET:
            entry = home.entries[end]
            if isinstance(entry, Issued):
                signed = self._holding.act(entry.act, entry.envelope)
                sealed = self._holding.sealed(signed)
                records.append(Record(type=RecordType.ACT, body=signed.raw))
                if sealed is not None and signed.statement.payload_commit is not None:
                    records.append(_payload(signed.statement.payload_commit, sealed))
                    used += len(sealed)
                used += len(signed.raw)
            end += 1
        return end, records

    def _asked(self, asked: Iterable[str], start: int) -> Iterable[Record]:
        """What the peer asked for of the acts from `start` on: envelopes by digest, payloads by commitment.

        Nothing else is given, whoever names it: what stayed home lies in the same store.
        """
        home, names = self._holding.home, frozenset(asked)
        for index in home.issued_between(start, home.size) if names else ():
            entry = home.entries[index]
            signed = self._holding.readable(entry) if isinstance(entry, Issued) else None
            if signed is None:
                continue
            if signed.envelope_digest in names:
                yield Record(type=RecordType.ACT, body=signed.raw)
            commit, sealed = signed.statement.payload_commit, self._holding.sealed(signed)
            if commit is not None and sealed is not None and commit in names:
                yield _payload(commit, sealed)

    # -- taking ------------------------------------------------------------------------------------------------------

    def take(self, raw: bytes, now: datetime, *, expanded_max: int) -> Brought:
        """Hold what a bundle brings, within one step.

        Raises:
            PeerError: `behind_mark`.
            ServandaError: the bundle does not hold; the step is taken back.
        """
        opened = bundle.open_bundle(
            raw,
            me=self._identity.party,
            link=self._peer_link,
            identity=self._keys.seal(),
            expanded_max=expanded_max,
        )
        recovery.stand_by(self._mark, self._holding.home)
        contents = opened.contents
        for record in contents.of(RecordType.KEYS):
            self._take_list(record, now)
        stands, before = load(self._store), self._holding.peer.size
        if stands.frozen is None:
            stands = self._take_head(contents, stands)
        stands = self._take_receipt(contents, stands)
        stands = replace(
            stands, in_number=max(stands.in_number, opened.manifest.number), asked=_wants(contents, stands)
        )
        save(self._store, stands)
        return Brought(
            number=opened.manifest.number,
            entries=self._holding.peer.size - before,
            held=stands.held,
            wanted=stands.wanted,
            unknown=contents.unknown,
            frozen=stands.frozen,
            accused=self._take_evidence(contents),
        )

    def _take_evidence(self, contents: Stream) -> bool:
        """Keep what the peer shows of two histories of the own log; whether it is new here."""
        home = self._holding.home
        found = alarms.against(contents, home, self._lists, self._identity)
        is_new = found is not None and self._store.get(Space.EVIDENCE, home.name) is None
        if found is not None and is_new:
            self._store.put(Space.EVIDENCE, home.name, found)
        return is_new

    def _take_list(self, raw: bytes, now: datetime) -> None:
        listed = self._lists.take_next(raw)
        if listed is not None:
            self._recorder.keyed(party=listed.party, number=listed.number, keys=listed.digest, now=now)

    def _take_head(self, contents: Stream, stands: Correspondence) -> Correspondence:
        """Entries up to the head, all or none."""
        peer = self._holding.peer
        note = _head(contents)
        head = heads.open_checkpoint(note, peer.name, trust.of_log(peer.name, self._lists, self._identity)).checkpoint
        self._hold_against(head, note)
        envelopes = {applying.digest_of(raw): raw for raw in contents.of(RecordType.ACT)}
        payloads = {one.commit: one.sealed for one in map(stream.read_payload, contents.of(RecordType.PAYLOAD))}
        raws = self._next_entries(contents, head.size)
        wanted = applying.missing(self._holding, raws, envelopes, payloads)
        applying.keep(self._holding, raws, stands.wanted, envelopes, payloads)
        if wanted or peer.size + len(raws) < head.size:
            return replace(stands, wanted=wanted[: limits.WANT_RANGES_MAX] or stands.wanted)
        if head.size <= peer.size:
            return stands
        applying.take_entries(self._holding, head, raws, stands)
        self._store.put(Space.HEAD, peer.name, note)
        return replace(stands, wanted=())

    def _hold_against(self, head: Checkpoint, note: bytes) -> None:
        """A signed head of a size that is held must have the root that is held.

        Spec: record 7.4.
        """
        peer = self._holding.peer
        if head.size > peer.size or head.root == peer.tree.root(head.size):
            return
        known = self._store.get(Space.HEAD, peer.name) or b""
        raise EquivocationError(peer.name, stream.evidence_record(known, note).body)

    def _next_entries(self, contents: Stream, size: int) -> list[bytes]:
        """The entries that follow those held, without a gap, up to the head.

        Raises:
            MalformedError: `stream_malformed`, or `too_large` for more than a bundle may bring.
        """
        peer = self._holding.peer
        at, raws = peer.size, list[bytes]()
        for body in contents.of(RecordType.ENTRIES):
            run = stream.read_entries(body)
            if run.log != peer.name or run.start > at:
                continue
            fresh = run.entries[at - run.start : max(0, size - run.start)]
            raws.extend(fresh)
            at += len(fresh)
            if len(raws) > limits.BUNDLE_ENTRIES_MAX:
                raise MalformedError(
                    "too_large",
                    f"the bundle brings more than {limits.BUNDLE_ENTRIES_MAX} entries",
                    action="send them in several bundles",
                )
        return raws

    def _take_receipt(self, contents: Stream, stands: Correspondence) -> Correspondence:
        """The peer's cosignature of our head: what it holds."""
        home = self._holding.home
        for note in contents.of(RecordType.RECEIPT):
            trusted = trust.of_kept(f"{home.name}/held", self._lists, self._identity)
            signed = heads.open_checkpoint(note, home.name, trusted)
            head = signed.checkpoint
            if head.size > home.size or head.root != home.tree.root(head.size):
                raise IntegrityError(
                    "consistency_invalid",
                    f"the peer cosigned a head of `{home.name}` at size {head.size} that is not ours",
                    action="keep the bundle and audit this node",
                )
            if head.size <= stands.held:
                continue
            for index in home.issued_between(stands.held, head.size):
                entry = home.entries[index]
                if isinstance(entry, Issued):
                    number = self._store.get(Space.OUTBOX, entry.act) or b""
                    self._store.put(Space.NOTE, carried_note(entry.act), number)
                    self._store.remove(Space.OUTBOX, entry.act)
            self._store.put(Space.HEAD, f"{home.name}/held", note)
            above = heads.read_text(parse(_head(contents)).text).size
            stands = replace(stands, held=head.size).with_floor(above, head.size, held=self._holding.peer.size)
        return stands

    def _peer_link(self, party: str, key_id: str) -> PublicKey:
        """The link key of a party by its id; this node takes bundles of its peer only."""
        for key in self._lists.peer.of_use("link"):
            if party == self._identity.peer_party and key.public.key_id == key_id:
                return key.public
        raise IntegrityError(
            "key_unknown",
            f"`{party}` has no link key `{key_id[:16]}` in the list accepted here",
            action="ask the other nation for its key list",
        )

    # -- cosigning ---------------------------------------------------------------------------------------------------

    def cosign(self, now: datetime) -> None:
        """Cosign the peer's head that is held whole, in a step after the one that wrote it.

        Spec: record 6.4.
        """
        peer, stands = self._holding.peer, load(self._store)
        note = self._store.get(Space.HEAD, peer.name)
        if note is None or stands.cosigned >= peer.size or stands.frozen is not None:
            return
        name = f"{self._identity.name}/witness"
        cosigned = heads.cosign(note, name, self._keys.witness(), now)
        self._store.put(Space.HEAD, f"{peer.name}/cosigned", cosigned)
        save(self._store, replace(stands, cosigned=peer.size))

    def cosigned_at(self) -> datetime | None:
        """When the peer cosigned our log last, by its own clock."""
        note = self._store.get(Space.HEAD, f"{self._holding.home.name}/held")
        if note is None:
            return None
        witness = trust.of_witness(self._identity.peer_party, self._lists, self._identity)
        signed = heads.open_checkpoint(note, self._holding.home.name, witness)
        return signed.time_of(f"{self._identity.peer_name}/witness")


def _head(contents: Stream) -> bytes:
    """The one head of a bundle."""
    notes = contents.of(RecordType.HEAD)
    if len(notes) != 1:
        raise MalformedError(
            "bundle_malformed", f"the bundle holds {len(notes)} heads", action="ask the sender for the bundle again"
        )
    return notes[0]


def _payload(commit: str, sealed: bytes) -> Record:
    return stream.payload_record(SealedPayload(commit=commit, sealed=sealed))


def _wants(contents: Stream, stands: Correspondence) -> tuple[str, ...]:
    """What the peer asks for, with what it asked for before and was not sent yet."""
    asked = dict.fromkeys(stands.asked)
    for body in contents.of(RecordType.WANT):
        asked.update(dict.fromkeys(stream.read_want(body).payloads))
    return tuple(asked)[: limits.WANT_RANGES_MAX]


class EquivocationError(IntegrityError):
    """Two signed heads of the peer's log that cannot both be true.

    Args:
        evidence: both checkpoints, separated by a line `====`.
    """

    def __init__(self, log: str, evidence: bytes) -> None:
        super().__init__(
            "equivocation",
            f"`{log}` signed two heads of one size that differ",
            action="both are kept as evidence; speak with the other nation, and go on in a new epoch",
        )
        self.log = log
        self.evidence = evidence
