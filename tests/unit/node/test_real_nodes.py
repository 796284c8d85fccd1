"""Two real nodes: every head and every cosignature bears two lines, and nothing of an exercise comes near them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from servanda.act.act import Draft
from servanda.act.ruling import Permit, Refusal
from servanda.adapters.memory import ManualClock, MemoryKeys, MemoryMark, MemoryStore
from servanda.agreement import acts as accord
from servanda.base.errors import IntegrityError, ServandaError
from servanda.log.checkpoint import LineType
from servanda.log.note import Note, parse, write
from servanda.node import answers
from servanda.node.identity import Identity
from servanda.node.node import Node
from servanda.node.receipt import decided
from servanda.node.stream import Record
from servanda.node.trust import of_kept
from servanda.seal import keylist
from servanda.seal.keylist import ListedKey
from servanda.seal.keys import Alg, generate
from tests.simulation.world import DOMAINS, START, TEXTS, Pair, Side
from tests.unit.node.actors import known, refuses, rewrapped, send, without
from tests.wordings import tabled

CODES = {"KR": "jp", "JP": "kr"}


def real_side(party: str) -> Side:
    """A node that signs with a post-quantum key beside each of its own."""
    name, peer = f"{party.lower()}.node.example", CODES[party]
    root, link, envoy = (generate(Alg.ED25519) for _ in range(3))
    log, witness = ([generate(alg) for alg in (Alg.ED25519, Alg.ML_DSA_44)] for _ in range(2))
    seal = generate(Alg.MLKEM768X25519)
    rows = [
        ("root", [root], name),
        ("log", log, f"{name}/{peer}/1"),
        ("witness", witness, f"{name}/witness"),
        ("link", [link], name),
        ("seal", [seal], name),
        ("officer", [envoy], f"{party.lower()}/envoy-1"),
    ]
    listed = keylist.make(
        party=party,
        previous=None,
        issued_at=START,
        keys=[ListedKey(use=use, public=key.public, name=label) for use, keys, label in rows for key in keys],
        roots=[root],
    )
    keys = MemoryKeys(log=log, witness=witness, link=link, seal=seal, officers={f"{party.lower()}/envoy-1": [envoy]})
    store, clock, mark = MemoryStore(), ManualClock(START), MemoryMark()
    identity = Identity(party=party, name=name, peer_party=peer.upper(), peer_name=f"{peer}.node.example")
    node = Node(identity=identity, store=store, vault=store, keys=keys, clock=clock, mark=mark, domains=DOMAINS)
    return Side(party=party, node=node, keys=keys, store=store, mark=mark, clock=clock, listed=listed, root=root)


@pytest.fixture
def real() -> Pair:
    pair = Pair.__new__(Pair)
    pair.kr, pair.jp = real_side("KR"), real_side("JP")
    for side, other in (pair.sides(), pair.sides()[::-1]):
        side.node.begin(side.listed, other.listed)
    return pair


def test_an_exercise_list_begins_no_real_node(pair: Pair) -> None:
    side = real_side("KR")
    before = known(side)
    with pytest.raises(IntegrityError) as caught:
        side.node.begin(side.listed, pair.jp.listed)
    assert (caught.value.code, known(side)) == ("origin_wrong", before)


def test_an_exercise_text_is_tabled_between_exercise_nodes_only(real: Pair) -> None:
    draft = Draft(kind="agreement.text.table", agreement="kr-jp-a", payload=tabled(TEXTS["kr-jp-a"]))
    ruling = real.kr.node.submit(draft, [real.kr.envoy]).judged.ruling
    assert isinstance(ruling, Refusal)
    assert ruling.cites == ("life.4",)


@pytest.mark.parametrize("line", [0, 1])
@pytest.mark.parametrize("kind", ["HEAD", "RECEIPT"])
def test_no_line_may_be_left_out(real: Pair, kind: str, line: int) -> None:
    """Of a head the two lines of its log, of a receipt the two of its witness beside them."""
    real.kr.node.beat()
    real.sync()
    real.kr.clock.advance(900)
    real.jp.clock.advance(900)
    real.jp.node.beat()
    raw = real.jp.node.make_bundle()
    place = line if kind == "HEAD" else line + 2

    def shortened(records: list[Record]) -> list[Record]:
        (body,) = [record.body for record in records if record.type == kind]
        note = parse(body)
        kept = Note(text=note.text, lines=note.lines[:place] + note.lines[place + 1 :])
        return [Record(type=kind, body=write(kept)), *without(kind)(records)]

    refuses(real.kr, rewrapped(raw, real.jp, real.kr, shortened), "signature_missing")
    real.kr.node.take_bundle(raw)


def test_an_act_is_held_and_decided_under_both_lines(real: Pair) -> None:
    powers = accord.PowersShow(
        officer=real.kr.envoy, may=("sign",), issued_by="head_of_government", date=date(2031, 3, 1)
    )
    draft = Draft(kind="agreement.powers.show", agreement="kr-jp-c", payload=powers)
    entry = real.kr.node.submit(draft, [real.kr.envoy]).entry
    assert entry is not None
    real.sync()

    node = real.kr.node
    found = answers.find(node.holding, entry.act)
    raw = answers.receipt_of(node.holding, found)
    peer = node.holding.peer.name
    trust = of_kept(f"{peer}/cosigned", node.lists, node.identity)
    reply = decided(raw, entry.act, peer, trust).reply
    assert [one.type for one in trust] == [
        LineType.ED25519,
        LineType.ML_DSA_44,
        LineType.COSIGNATURE,
        LineType.ML_DSA_44,
    ]
    assert isinstance(reply.ruling.ruling, Permit)
    with pytest.raises(IntegrityError) as caught:
        decided(raw, entry.act, peer, [*trust, replace(trust[3], public=generate(Alg.ML_DSA_44).public)])
    assert caught.value.code == "signature_missing"


def test_only_an_exercise_clock_moves(real: Pair) -> None:
    before = known(real.kr)
    with pytest.raises(ServandaError) as caught:
        real.kr.node.move_clock(real.kr.node.now() + timedelta(days=1), lambda _: None)
    assert (caught.value.code, known(real.kr)) == ("clock_not_movable", before)


def test_real_nodes_audit_what_they_exchanged(real: Pair) -> None:
    real.kr.node.beat()
    send(real.kr, real.jp)
    send(real.jp, real.kr)
    assert [side.node.audit().disputes for side in real.sides()] == [0, 0]
