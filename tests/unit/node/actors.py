"""What a dishonest node can do: real entries, envelopes and bundles of a real node, with something in them changed.

A node of the pair is reached into where its own rules would stop it: it records what it would refuse, states what is
not so, and sends what it should not. What it sends is made with its own keys, so nothing but the checks of the other
node stands between it and the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import pytest

from servanda.act import frame
from servanda.act.act import Draft, read_act
from servanda.act.entry import Entry, Issued, Received, Seen, encode
from servanda.act.journal import Alarm
from servanda.act.recorded import RecordedRuling
from servanda.act.ruling import Permit, Refusal, Ruling
from servanda.adapters.memory import MemoryMark
from servanda.agreement import acts as accord
from servanda.agreement.acts import CloseSubject, ConsultationClose, KeyMember
from servanda.base import canon
from servanda.base.errors import IntegrityError, MalformedError, ServandaError
from servanda.domains.intelligence import desk as reports
from servanda.domains.rescue.acts import OpenCase
from servanda.log import checkpoint as heads
from servanda.log.checkpoint import Checkpoint
from servanda.node import alarms, bundle, intake, stream
from servanda.node.alarms import RefusedBundle
from servanda.node.ports import Space
from servanda.node.stages import Intake
from servanda.node.stream import Record, SealedPayload
from servanda.seal import age, draw, envelope
from servanda.seal.envelope import ACT
from servanda.seal.keys import SecretKey
from servanda.seal.text import b64, from_b64
from tests.simulation.world import Pair, Side, both_in_force, restarted

PACT = "kr-jp-a"
SAYS = Permit(cites=("5.1",))
OFFICER = "information-1"
MARKS = {"KR": ("KR-0", "KR-3", "KR-2", "KR-1"), "JP": ("JP-0", "JP-HI", "JP-GOKUHI", "JP-KIMITSU")}
LIFE = Draft(
    kind="rescue.case.open",
    agreement="none",
    payload=OpenCase(received_at="2031-05-02T00:00:00Z", stage="distress", nature="sinking"),
)

E = TypeVar("E", bound=Entry)


@cache
def _ready() -> Pair:
    pair = both_in_force().copy()
    for side in pair.sides():
        desk = f"{side.party.lower()}-desk"
        says(side, reports.assure(side.node.state("intelligence"), side.node.seat(PACT), addressee=desk, level=3))
    pair.sync()
    return pair


def ready() -> Pair:
    """Two nodes with both accords in force, and each side's desk assured to the other; a fresh copy."""
    return _ready().copy()


def officer(side: Side, name: str = OFFICER) -> str:
    return f"{side.party.lower()}/{name}"


def asks(side: Side, question: str = "exercise") -> Draft:
    """A request for information, which either node permits."""
    state = side.node.state("intelligence")
    return reports.request(state, side.node.seat(PACT), topic="nk_missile", question=question, purpose="warning")


def shares(side: Side, *, level: int = 1, title: str = "exercise", to: str | None = None) -> Draft:
    """A report, whose title and text do not outlive its payload."""
    peer = "jp" if side.party == "KR" else "kr"
    return reports.share(
        side.node.state("intelligence"),
        side.node.seat(PACT),
        topic="nk_missile",
        level=level,
        addressees=(to or f"{peer}-desk",),
        title=title,
        text="exercise text",
        marks={
            "KR": ("KR-0", "KR-3", "KR-2", "KR-1")[level],
            "JP": ("JP-0", "JP-HI", "JP-GOKUHI", "JP-KIMITSU")[level],
        },
        purpose="warning",
    )


def releases(side: Side, shared: Issued, *, to: str = "third_state") -> Draft:
    """A report of the other Party passed on."""
    state = side.node.state("intelligence")
    (report,) = [each for each in state.under(PACT).reports.values() if each.revisions[-1].act_id == shared.act]
    return reports.release(
        state,
        side.node.seat(PACT),
        report=report.control,
        released_to=to,
        body="desk-9",
        purpose="warning",
        reader_clearance=3,
        need_to_know=True,
        same_purpose=True,
        marked=True,
    )


def says(side: Side, draft: Draft, *names: str) -> Issued:
    """An act that its own node permits and records."""
    recorded = side.node.submit(draft, [officer(side, name) for name in names or (OFFICER,)])
    assert recorded.entry is not None, recorded.judged.ruling
    return recorded.entry


def closes(side: Side, act: str, outcome: str) -> Issued:
    """One half of what both make of a dispute."""
    subject = CloseSubject(act=act, outcome=outcome)
    draft = Draft(
        kind="agreement.consultation.close", agreement=PACT, payload=ConsultationClose(subject=subject), causes=(act,)
    )
    recorded = side.node.submit(draft, [side.envoy])
    assert recorded.entry is not None, recorded.judged.ruling
    return recorded.entry


def appoints(side: Side, name: str, *keys: SecretKey, office: str = "information_officer") -> Draft:
    """The appointment of an officer with these keys."""
    payload = accord.OfficerAppoint(
        officer=officer(side, name),
        office=office,
        keys=tuple(KeyMember(alg="ed25519", public=key.public.hex) for key in keys),
    )
    return Draft(kind="agreement.officer.appoint", agreement=PACT, payload=payload)


def taken(side: Side, draft: Draft, officers: Sequence[str] = (), *, proving: Sequence[SecretKey] = ()) -> Intake:
    """A draft sealed and signed by this node, not yet judged."""
    node = side.node
    place = node.here(node.recorder.time(node.now()))
    return intake.take_draft(
        draft,
        officers=officers or [officer(side)],
        keys=side.keys,
        scene=node.checker.scene(place),
        peer_party=node.identity.peer_party,
        peer_seal=node.lists.peer_key("seal"),
        now=node.now(),
        proving=proving,
    )


def stated(said: Intake, secrets: Sequence[SecretKey], **changes: Any) -> Intake:
    """The same act with other members in its statement, signed by some keys."""
    members = {**said.signed.statement.members, **changes}
    body = canon.encode({name: value for name, value in members.items() if value is not ...})
    return replace(said, signed=read_act(envelope.make(ACT, body, list(secrets))))


def holding_payload(side: Side, said: Intake, payload: bytes, secrets: Sequence[SecretKey], **changes: Any) -> Intake:
    """The same act with any bytes as its payload, truly committed to and sealed for both nodes."""
    salt = draw.salt()
    form = said.signed.statement.payload_form or f"{said.signed.statement.kind}/1"
    commit = {"commit": frame.commit(salt, payload), "form": form}
    return replace(
        stated(said, secrets, payload=commit, **changes), sealed=sealed_for_both(side, frame.pack(payload, salt))
    )


def sealed_for_both(side: Side, framed: bytes) -> bytes:
    return age.seal(framed, [side.keys.seal_public(), side.node.lists.peer_key("seal")])


def flipped(said: Intake) -> Intake:
    """The same act with one bit of its first signature turned over."""
    members: dict[str, Any] = canon.decode_object(said.signed.raw, bytes_max=65_536)
    first = members["signatures"][0]
    value = bytearray(from_b64(first["sig"]))
    value[40] ^= 1
    first["sig"] = b64(bytes(value))
    return replace(said, signed=read_act(canon.encode(members)))


def issue(
    side: Side,
    said: Intake,
    *,
    ruling: Ruling = SAYS,
    at: datetime | None = None,
    envelope_bytes: bytes | None = None,
    **changes: Any,
) -> Issued:
    """An entry that issues an act with whatever ruling, without any check; some of its members may be made up."""
    node = side.node
    with node._step():
        signed = said.signed
        store = node.holding.store
        store.put(Space.ENVELOPE, signed.envelope_digest, signed.raw if envelope_bytes is None else envelope_bytes)
        if said.sealed is not None and signed.statement.payload_commit is not None:
            node.holding.vault.lay(signed.statement.payload_commit, said.sealed)
        home, peer = node.holding.home, node.holding.peer
        facts = None if isinstance(ruling, Refusal) or ruling.cites[0].startswith("life.") else "0" * 64
        entry = Issued(
            log=home.name,
            index=home.size,
            recorded_at=at or node.recorder.time(node.now()),
            act=signed.act_id,
            envelope=signed.envelope_digest,
            seen=Seen(log=peer.name, size=peer.size, root=peer.tree.root(peer.size)),
            rank=1 + max(home.rank_below(home.size), peer.rank_below(peer.size)),
            ruling=RecordedRuling(ruling=ruling, agreement_digest=signed.statement.agreement_digest, facts=facts),
            observed={},
        )
        return append(side, replace(entry, **changes))


def seen_of(pair: Pair, size: int, *, root: bytes | None = None, log: str | None = None) -> Seen:
    """What an entry of JP states it has seen of KR's log; true unless it is made up."""
    home = pair.kr.node.holding.home
    return Seen(log=log or home.name, size=size, root=home.tree.root(min(size, home.size)) if root is None else root)


def append(side: Side, entry: E) -> E:
    """Any entry at the end of the own log, as it is."""
    node = side.node
    with node._step():
        raw = encode(entry)
        node.holding.store.append(entry.log, entry.index, raw)
        node.holding.add(node.holding.home, raw, entry)
    return entry


def replies(side: Side, act: Issued, *, ruling: Ruling, **changes: Any) -> Received:
    """A reply of this node to an act of the other, with whatever ruling."""
    node = side.node
    home, peer = node.holding.home, node.holding.peer
    entry = Received(
        log=home.name,
        index=home.size,
        recorded_at=node.recorder.time(node.now()),
        act=act.act,
        envelope=act.envelope,
        source=(act.log, act.index),
        seen=Seen(log=peer.name, size=peer.size, root=peer.tree.root(peer.size)),
        ruling=RecordedRuling(
            ruling=ruling,
            agreement_digest=act.ruling.agreement_digest,
            facts=act.ruling.facts if isinstance(ruling, Permit) else None,
        ),
        observed={},
    )
    return append(side, replace(entry, **changes))


def held_unjudged(side: Side, raw: bytes) -> None:
    """What a bundle brings, held here, with no reply and no cosignature yet: the moment between the two steps."""
    node = side.node
    with node._step():
        node._deliverer.take(raw, node.now(), expanded_max=1 << 26)


Records = list[Record]


def reopened(raw: bytes, to: Side) -> Records:
    """The records of a bundle, without the one that opens it."""
    opened = bundle.open_bundle(raw, me=to.party, link=to.node._deliverer._peer_link, identity=to.keys.seal())
    return list(opened.contents.records[1:])


def rewrapped(raw: bytes, sender: Side, to: Side, change: Callable[[Records], Records]) -> bytes:
    """A bundle of the sender with its records changed, wrapped and signed by the sender as before."""
    manifest, _ = bundle.read_manifest(raw, to.node._deliverer._peer_link)
    return bundle.make_bundle(
        change(reopened(raw, to)),
        from_party=manifest.from_party,
        to_party=manifest.to_party,
        number=manifest.number,
        previous=manifest.previous,
        created_at=manifest.created_at,
        link=sender.keys.link(),
        recipient=to.keys.seal_public(),
    )


def handmade(sender: Side, to: Side, *records: Record, size: int | None = None) -> bytes:
    """A bundle of all entries the receiver has not cosigned, under a true head, with only these records beside them."""
    node = sender.node
    home, stands = node.holding.home, node.correspondence()
    end = home.size if size is None else size
    head = Checkpoint(log=home.name, size=end, root=home.tree.root(end))
    entries = sender.store.entries(home.name, stands.held, end)
    return bundle.make_bundle(
        [
            Record(type="HEAD", body=heads.sign_head(head, sender.keys.log(), node.now())),
            *stream.entries_records(home.name, stands.held, entries),
            *records,
        ],
        from_party=sender.party,
        to_party=to.party,
        number=stands.out_number + 1,
        previous=stands.out_digest,
        created_at=node.now(),
        link=sender.keys.link(),
        recipient=to.keys.seal_public(),
    )


def carried(*said: Intake) -> Records:
    """The records that bring acts with their payloads."""
    records: Records = []
    for each in said:
        records.append(Record(type="ACT", body=each.signed.raw))
        commit = each.signed.statement.payload_commit
        if each.sealed is not None and commit is not None:
            records.append(stream.payload_record(SealedPayload(commit=commit, sealed=each.sealed)))
    return records


def without(*types: str) -> Callable[[Records], Records]:
    return lambda records: [record for record in records if record.type not in types]


def send(sender: Side, to: Side) -> None:
    """One bundle, taken whole."""
    to.node.take_bundle(sender.node.make_bundle())


def reply_of(side: Side, act_id: str) -> Ruling | None:
    """How this node has ruled on an act of the other."""
    home = side.node.holding.home
    reply = home.reply(act_id, home.size)
    return None if reply is None else reply.ruling.ruling


def known(side: Side) -> Mapping[str, object]:
    """Everything a node holds, as one value: what a bundle that is refused must leave as it was."""
    node, store = side.node, side.store
    logs = (node.holding.home.name, node.holding.peer.name, node.journal.log)
    return {
        "logs": {log: list(store.entries(log, 0, 1 << 40)) for log in logs},
        "keyed": {space: {key: store.get(space, key) for key in store.keys(space)} for space in Space},
        "memory": (node.holding.home.size, node.holding.peer.size, len(node.journal.items)),
    }


def refuses(side: Side, raw: bytes, code: str) -> ServandaError:
    """The node refuses a bundle whole: everything is as before, save one alarm that says what does not hold.

    What a carrier or a wrong address may have done raises no alarm.
    """
    node, before = side.node, known(side)
    items = list(node.journal.items)
    with pytest.raises(ServandaError) as caught:
        node.take_bundle(raw)
    error = caught.value
    assert error.code == code
    if isinstance(error, IntegrityError | MalformedError):
        alarm = Alarm(
            index=len(items), recorded_at=node.now(), code=code, about=f"a bundle was refused: {error.message}"
        )
        is_new = not any(isinstance(item, Alarm) and item.code == code for item in items)
        assert node.journal.items == [*items, *((alarm,) if is_new else ())]
        noted = RefusedBundle(at=node.now(), code=code, message=error.message, action=error.action)
        assert alarms.refused_last(side.store) == noted
        assert unalarmed(known(side)) == unalarmed(before)
    else:
        assert known(side) == before
    return error


def unalarmed(held: Mapping[str, Any]) -> Mapping[str, object]:
    """Everything a node holds but its journal and why a bundle was refused."""
    logs = {log: entries for log, entries in held["logs"].items() if not log.endswith("/journal")}
    keyed = dict(held["keyed"])
    keyed[Space.NOTE] = {key: value for key, value in keyed[Space.NOTE].items() if key != alarms.NOTE}
    return {"logs": logs, "keyed": keyed, "memory": held["memory"][:2]}


def forked(pair: Pair) -> bytes:
    """JP shows KR one history, and then another one of the same length."""
    says(pair.jp, asks(pair.jp, "to one"))
    twin = pair.copy().jp
    send(pair.jp, pair.kr)
    twin.store._logs[twin.node.holding.home.name].pop()
    twin.mark = MemoryMark()
    restarted(twin)
    issue(twin, taken(twin, asks(twin, "to another")))
    return handmade(twin, pair.kr)


class DiskFullError(Exception):
    """The store could not write."""


COMMIT = -1
"""Not a write fails, but the end of the step, when all of it was written."""


@contextmanager
def full_disk(side: Side, after: int) -> Iterator[None]:
    """The store of a node fails after so many writes, or as the step is committed."""
    store, left = side.store, after
    writing = store.writing

    def counted(write: Callable[..., object]) -> Callable[..., object]:
        def write_or_fail(*given: object) -> object:
            nonlocal left
            left -= 1
            if after != COMMIT and left < 0:
                raise DiskFullError
            return write(*given)

        return write_or_fail

    @contextmanager
    def committing() -> Iterator[None]:
        with writing():
            yield
            if after == COMMIT and store._depth == 1:
                raise DiskFullError

    with pytest.MonkeyPatch.context() as disk:
        disk.setattr(store, "writing", committing)
        for name in ("put", "append", "lay", "destroy"):
            disk.setattr(store, name, counted(getattr(store, name)))
        yield


def settled(pair: Pair) -> None:
    """Both logs equal, nothing waiting, and both records sound."""
    pair.sync()
    for side in pair.sides():
        side.node.audit()
