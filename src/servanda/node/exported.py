"""An exported log: one log as the other node cosigned it, in one file that can be verified without a node.

Rules of this module:
- it is a record stream: key lists of both Parties, the cosigned head, every entry below it, the act of each issued one;
- evidence that the log signed two histories is in it, where it is kept, and is proved by what else is in the file;
- payloads stay out: what was said is sealed, that it was said is proved;
- whoever reads it compares the fingerprints of the first key lists by voice, and needs nothing else;
- the first thing that does not hold ends the reading.

Spec: record 5, 6.2, 9.2, 10.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from servanda.act.act import Signed, read_act
from servanda.act.entry import Entry, Issued, Keyed, Opened, Received, decode
from servanda.base.errors import IntegrityError, MalformedError, ServandaError
from servanda.log.checkpoint import Checkpoint, LineType, Trust, contradict, open_checkpoint, read_text, spoken_form
from servanda.log.note import parse
from servanda.log.tree import Tree, leaf_hash
from servanda.node import alarms, stream
from servanda.node.applying import digest_of
from servanda.node.holding import Holding, LogCopy
from servanda.node.identity import EXERCISE
from servanda.node.stream import Record, RecordType, Stream
from servanda.node.vectors import Outcome
from servanda.seal.keylist import KeyList, open_list, read_list
from servanda.seal.keys import Alg, PublicKey


def export(holding: Holding, copy: LogCopy, note: bytes, lists: Sequence[bytes]) -> bytes:
    """One log up to a head that both nodes signed.

    Args:
        note: that head, with the cosignature.
        lists: key lists of both Parties, each Party's oldest first.
    """
    size = read_text(parse(note).text).size
    entries = copy.entries[:size]
    signed = [holding.readable(entry) for entry in entries if isinstance(entry, Issued)]
    return stream.write(
        [
            *(Record(type=RecordType.KEYS, body=raw) for raw in lists),
            Record(type=RecordType.HEAD, body=note),
            *stream.entries_records(copy.name, 0, holding.store.entries(copy.name, 0, size)),
            *(Record(type=RecordType.ACT, body=act.raw) for act in signed if act is not None),
            *alarms.evidence(holding.store, copy.name),
        ]
    )


def verify(raw: bytes) -> Iterator[Outcome]:
    """What comes out of each part of an exported log, up to the first that does not hold.

    Raises:
        MalformedError: `stream_malformed`, `too_large` or `json_*`, where the file itself does not read.
        PeerError: `stream_truncated`.
        IntegrityError: `stream_digest`.
    """
    reading = _Reading(stream.read(raw))
    for name, step in reading.steps():
        try:
            step()
        except ServandaError as error:
            yield Outcome(name=name, ok=False, error=error.code, expected=False)
            return
        yield Outcome(name=name, ok=True, error=None, expected=True)


class _Reading:
    """One exported log, verified part by part."""

    def __init__(self, contents: Stream) -> None:
        notes = contents.of(RecordType.HEAD)
        if len(notes) != 1:
            raise MalformedError(
                "stream_malformed", f"the file holds {len(notes)} heads", action="ask for the log to be exported again"
            )
        self._note = notes[0]
        self._head: Checkpoint = read_text(parse(self._note).text)
        self._lists = [(read_list(raw), raw) for raw in contents.of(RecordType.KEYS)]
        self._acts: Mapping[str, bytes] = {digest_of(raw): raw for raw in contents.of(RecordType.ACT)}
        self._evidence = [stream.read_evidence(body) for body in contents.of(RecordType.EVIDENCE)]
        self._runs = [stream.read_entries(body) for body in contents.of(RecordType.ENTRIES)]
        self._accepted: dict[str, list[KeyList]] = {}
        self._tree = Tree()
        self._last: Entry | None = None
        self._seen = 0

    def steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        for listed, raw in self._lists:
            yield f"keys {listed.party} {listed.number} {listed.fingerprint}", partial(self._take_list, raw)
        for run in self._runs:
            for index, raw in enumerate(run.entries, run.start):
                yield f"entry {index}", partial(self._take_entry, raw)
        yield f"head {self._head.log} {self._head.size}", partial(self._take_head, self._note)
        for notes in self._evidence:
            first, second = (read_text(parse(note).text) for note in notes)
            name = f"evidence of two histories: {first.size} {spoken_form(first)}, {second.size} {spoken_form(second)}"
            yield name, partial(self._take_evidence, notes)

    def _take_list(self, raw: bytes) -> None:
        claimed = read_list(raw)
        before = self._accepted.setdefault(claimed.party, [])
        first = before[0] if before else claimed
        roots = [key.public for key in first.of_use("root")]
        if not roots:
            raise IntegrityError("key_unknown", f"the first key list of `{claimed.party}` names no root key")
        before.append(open_list(raw, roots, before[-1].place if before else None))

    def _take_entry(self, raw: bytes) -> None:
        last = self._last
        entry = decode(
            raw, log=self._head.log, index=self._tree.size, not_before=None if last is None else last.recorded_at
        )
        if isinstance(entry, Issued):
            self._act_of(entry)
        if isinstance(entry, Issued | Received):
            if entry.seen.size < self._seen:
                raise IntegrityError("seen_shrank", f"it has seen {entry.seen.size}, an earlier one {self._seen}")
            self._seen = entry.seen.size
        if isinstance(entry, Opened | Keyed) and not any(
            listed.digest == entry.keys for listed in self._accepted.get(entry.party, ())
        ):
            raise IntegrityError("key_unknown", f"it names a key list of `{entry.party}` that the file does not hold")
        self._tree.append(leaf_hash(raw))
        self._last = entry

    def _act_of(self, entry: Issued) -> Signed:
        raw = self._acts.get(entry.envelope)
        if raw is None:
            raise IntegrityError("signature_missing", f"the act `{entry.act[:16]}` is not in the file")
        signed = read_act(raw)
        if signed.act_id != entry.act:
            raise IntegrityError("act_mismatch", f"the envelope of `{entry.act[:16]}` is of another act")
        return signed

    def _nations(self) -> tuple[KeyList, KeyList]:
        """The newest lists of the log's own Party and of the other."""
        node = _node_of(self._head.log)
        lists = [accepted[-1] for accepted in self._accepted.values()]
        owners = [listed for listed in lists if any(key.name == node for key in listed.of_use("link"))]
        others = [listed for listed in lists if listed not in owners]
        if len(owners) != 1 or len(others) != 1:
            raise IntegrityError("key_unknown", f"the file does not hold the key lists of `{node}` and of its peer")
        return owners[0], others[0]

    def _take_head(self, note: bytes) -> None:
        open_checkpoint(note, self._head.log, _trusted(self._head.log, *self._nations()))
        if self._tree.size != self._head.size or self._tree.root(self._head.size) != self._head.root:
            raise IntegrityError("consistency_invalid", "the entries do not make the root that both nodes signed")

    def _take_evidence(self, notes: Sequence[bytes]) -> None:
        """Two heads with valid lines of the log, which differ at one size or of which the entries make another root."""
        trusted = [one for one in _trusted(self._head.log, *self._nations()) if one.name == self._head.log]
        first, second = (open_checkpoint(note, self._head.log, trusted).checkpoint for note in notes)
        held = [head for head in (first, second) if head.size <= self._tree.size]
        if not contradict(first, second) and all(head.root == self._tree.root(head.size) for head in held):
            raise IntegrityError("consistency_invalid", "the two heads may both be true")


def _trusted(log: str, owner: KeyList, witness: KeyList) -> list[Trust]:
    """Whose lines the head must carry: the keys of the log's own Party, and those of the other's witness."""
    real = not _node_of(log).startswith(EXERCISE)
    found = [_trust(log, key.public, LineType.ED25519) for key in owner.of_use("log")]
    found += [_trust(key.name, key.public, LineType.COSIGNATURE) for key in witness.of_use("witness")]
    return [one for one in found if real or one.type is not LineType.ML_DSA_44]


def _node_of(log: str) -> str:
    return log.rsplit("/", 2)[0]


def _trust(name: str, public: PublicKey, line: LineType) -> Trust:
    return Trust(name=name, type=LineType.ML_DSA_44 if public.alg is Alg.ML_DSA_44 else line, public=public)
