"""A long record in a real database, for the benches: no bench of its own.

Rules of this module:
- entries, envelopes and facts lie as a node lays them, through its own store; payloads are left out, as after their
  destruction, and signatures are zeros, since nothing here verifies them;
- what is alike in many acts is encoded once by the code of the node, and the rest set in; samples are read back by the
  readers of the node, which refuse every byte that they would not have written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from servanda.act.act import act_id, read_act, statement_bytes
from servanda.act.entry import Issued, Opened, Reason, Received, decode, encode
from servanda.act.recorded import RecordedRuling, to_json
from servanda.act.ruling import Permit, Ruling
from servanda.adapters.memory import MemoryStore
from servanda.adapters.sqlite import SqliteStore
from servanda.agreement.instrument import Instrument
from servanda.base import canon, moment
from servanda.node.ports import Space
from servanda.policy import facts as facts_of_policy
from servanda.policy.facts import FactValue
from servanda.policy.judge import judge
from servanda.seal.envelope import ACT, Signature, assemble
from servanda.seal.text import b64
from tests.cases import Case, Cases

HOME, PEER = "KR", "JP"
LOG, PEER_LOG = "exercise.kr.node.example/jp/1", "exercise.jp.node.example/kr/1"
BEGINS = datetime(2031, 5, 2, tzinfo=UTC)
ACTS_PER_COMMIT = 100_000
SAMPLED = 9_973
"""Every so many entries one is read back."""

YEAR_USD = 1_000_000
"""What the year comes to in every act; more where its facts are its own, and still below any ceiling."""
_YEAR = f'"year_usd":{YEAR_USD}'.encode()
_SALT, _REFERENCE, _COMMIT = "5" * 64, "0" * 32, "c" * 64
_SIGNED = (Signature(key_id="a" * 64, value=bytes(64)),)
_WRITTEN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An act that is said many times: everything but what makes each of them another."""

    kind: str
    author: str
    statement: tuple[bytes, bytes]
    facts: tuple[bytes, bytes]
    ruling: Mapping[str, Any]


def write_acts(store: SqliteStore | MemoryStore, text: Instrument, count: int, *, recurring: int, own: int) -> None:
    """A log of so many acts, of either Party in turn, each with the ruling of the text.

    Args:
        recurring: how many sets of facts come again and again.
        own: every how many acts one states facts that no other does.
    """
    known = [said_by(text, case) for case in _recorded(Cases(text, seed=count), text, recurring)]
    yearly = [said for said in known if _YEAR in said.facts[0]]
    numbers = Random(count)
    store.append(LOG, 0, opened())
    for start in range(0, count, ACTS_PER_COMMIT):
        laid: dict[Space, dict[str, bytes]] = {Space.ENVELOPE: {}, Space.FACTS: {}}
        with store.writing():
            for index in range(start, min(start + ACTS_PER_COMMIT, count)):
                said = _of_its_own(numbers.choice(yearly), index) if index % own == 0 else numbers.choice(known)
                act = made(index, said)
                store.append(LOG, index + 1, act.entry)
                laid[Space.ENVELOPE][act.digest] = act.envelope
                laid[Space.FACTS][act.id] = act.facts
            # In the order of their keys, which are random: else every one of them would rewrite a page of the index.
            for space, values in laid.items():
                for key in sorted(values):
                    store.put(space, key, values[key])


def said_by(text: Instrument, case: Case, ruling: Ruling | None = None) -> Said:
    """An act of a case, ruled on by the text, or as told."""
    statement = statement_bytes(
        agreement=text.id,
        agreement_digest=text.digest,
        author=case.author,
        addressee=PEER if case.author == HOME else HOME,
        kind=case.kind,
        reference=_REFERENCE,
        claimed_at=BEGINS,
        payload=(_COMMIT, "age"),
        signed_by=[(f"{case.author.lower()}/desk-1", "a" * 64)],
    )
    kept = canon.encode({"lines": [facts_of_policy.to_json(case.facts)], "salt": _SALT})
    ruled = judge(text, case.kind, [case.facts], author=case.author) if ruling is None else ruling
    recorded = RecordedRuling(ruling=ruled, agreement_digest=text.digest, facts=_COMMIT)
    return Said(
        kind=case.kind,
        author=case.author,
        statement=_apart(statement, _REFERENCE),
        facts=_apart(kept, _SALT),
        ruling=to_json(recorded),
    )


def _recorded(cases: Cases, text: Instrument, count: int) -> Iterator[Case]:
    """Acts that stand in a log: permitted ones, and of the other Party's a few that were refused here."""
    kinds, found = text.lexicon.judged(), 0
    turn = Random(count)
    while found < count:
        case = cases.of(turn.choice(kinds))
        facts: dict[str, FactValue] = {**case.facts, "phase": "in_force", "questioned": frozenset()}
        if "year_usd" in facts:
            facts["year_usd"] = YEAR_USD
        case = Case(kind=case.kind, author=case.author, facts=facts)
        permitted = isinstance(judge(text, case.kind, [facts], author=case.author), Permit)
        if permitted or (case.author == PEER and turn.random() < 0.05):
            found += 1
            yield case


def _of_its_own(said: Said, index: int) -> Said:
    """The same act in another year's sum, which no clause tells from that of any other act."""
    before, after = said.facts
    return replace(said, facts=(before.replace(_YEAR, f'"year_usd":{YEAR_USD + index + 1}'.encode()), after))


def opened() -> bytes:
    """Entry 0 of the log."""
    first = Opened(
        log=LOG, index=0, recorded_at=BEGINS, party=HOME, epoch=1, previous=None, reason=Reason.FIRST, keys="d" * 64
    )
    return encode(first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An act as it lies in the record: its entry, its envelope and the facts kept with it."""

    id: str
    digest: str
    entry: bytes
    envelope: bytes
    facts: bytes


def made(index: int, said: Said) -> Made:
    """An act of the log, counted from 0."""
    reference, salt = f"{index:032x}".encode(), hashlib.sha256(index.to_bytes(8)).hexdigest().encode()
    body = said.statement[0] + reference + said.statement[1]
    envelope = assemble(ACT, body, _SIGNED)
    act, digest = act_id(body), hashlib.sha256(envelope).hexdigest()
    raw = _entry(index, act, digest, said)
    if index % SAMPLED == 0:
        read = decode(raw, log=LOG, index=index + 1)
        if not isinstance(read, Issued | Received) or (read.act, read.envelope) != (act, digest):
            raise ValueError(f"entry {index} does not read as it was meant")
        if read_act(envelope).act_id != act:
            raise ValueError(f"the envelope of entry {index} is of another act")
    return Made(id=act, digest=digest, entry=raw, envelope=envelope, facts=said.facts[0] + salt + said.facts[1])


def lay(store: SqliteStore | MemoryStore, index: int, said: Said) -> None:
    """Lay an act of the log, counted from 0, as its entry, its envelope and the facts kept with it."""
    act = made(index, said)
    store.append(LOG, index + 1, act.entry)
    store.put(Space.ENVELOPE, act.digest, act.envelope)
    store.put(Space.FACTS, act.id, act.facts)


def _entry(index: int, act: str, envelope: str, said: Said) -> bytes:
    """The entry that issues an own act, or the reply to one of the other Party."""
    members: dict[str, Any] = {
        "version": 1,
        "log": LOG,
        "index": index + 1,
        "recorded_at": moment.text(BEGINS + timedelta(seconds=index)),
        "act": act,
        "envelope": envelope,
        "seen": {"log": PEER_LOG, "size": index + 1, "root": b64(hashlib.sha256(act.encode()).digest())},
        "ruling": said.ruling,
        "observed": {},
    }
    if said.author == HOME:
        members |= {"type": "issued", "rank": index + 1}
    else:
        members |= {"type": "received", "source": {"log": PEER_LOG, "index": index}}
    return _WRITTEN(members).encode()


def _apart(encoded: bytes, at: str) -> tuple[bytes, bytes]:
    before, _, after = encoded.partition(at.encode())
    return before, after
