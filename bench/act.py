"""What one act costs from the officer's draft to the other's reply, on two nodes in one process.

Said, judged, recorded, delivered, held and judged by the other, replied to, the reply held: all of it, on both nodes
together, in CPU seconds, with the record in memory so that no disk is measured.

Floor: the cryptography that no two nodes can leave out, by the same library in the same run: one signature, verified by
each node; one payload, sealed to both and opened by each; act id, envelope, commitment, facts and leaf, hashed on both
sides. An act that travels alone also pays for its bundles, so a second floor adds theirs: each sealed and opened, and a
manifest, a head and a cosignature signed and verified.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.harness import Figure, Work, beside
from bench.nodes import Direct, Side, in_memory, sync, two_nodes
from servanda.act.frame import frame_bytes
from servanda.base import limits
from servanda.node import answers
from servanda.node.stages import Standing
from servanda.seal import age
from servanda.seal.envelope import ACT, open_envelope
from servanda.seal.keys import Alg, generate

ALONE = 10
TOGETHER = 50
BUNDLES = 4  # two exchanges: the act and its reply, then what each side holds
HASHES = 10  # act id, envelope, commitment, facts and leaf, on two nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """How long an act of this bench is, and the bundle that carries it alone [bytes]."""

    statement: int
    envelope: int
    frame: int
    bundle: int


def run() -> Iterator[Figure]:
    """The figures of this bench."""
    with TemporaryDirectory(prefix="servanda-act-") as folder:
        alone, together, carried = (two_nodes(Path(folder) / name, in_memory) for name in ("1", "2", "3"))
        lengths = measured(carried)
        act, bundle = bare_act(lengths), bare_bundle(lengths)
        named = "bare cryptography of the act"
        yield beside("acts end to end, one a sync", ours(alone, ALONE, 1), times(act, ALONE), of="acts", named=named)
        yield beside(
            "acts end to end, one a sync, their bundles counted",
            ours(carried, ALONE, 1),
            times(lambda: act() + sum(bundle() for _ in range(BUNDLES)), ALONE),
            of="acts",
            named="bare cryptography of the act and its bundles",
        )
        yield beside(
            f"acts end to end, {TOGETHER} a sync",
            ours(together, 1, TOGETHER),
            times(act, TOGETHER),
            of="acts",
            named=named,
        )


def ours(both: tuple[Side, Side], syncs: int, acts_each: int) -> Work:
    """Acts said at one node until the other's reply to each is held there."""
    home, other = both
    peer = home.node.holding.peer

    def work() -> int:
        for _ in range(syncs):
            said = [home.report().act for _ in range(acts_each)]
            home.node.sync(Direct(other.node))
            assert all(peer.reply(act, peer.size) is not None for act in said)
        return syncs * acts_each

    return work


def times(work: Work, count: int) -> Work:
    """Some work again and again; how many times."""

    def repeated() -> int:
        for _ in range(count):
            work()
        return count

    return repeated


def bare_act(lengths: Lengths) -> Work:
    """The cryptography of one act, and nothing else."""
    officer, home, peer = generate(Alg.ED25519), generate(Alg.MLKEM768X25519), generate(Alg.MLKEM768X25519)
    statement, envelope, frame = bytes(lengths.statement), bytes(lengths.envelope), bytes(lengths.frame)

    def work() -> int:
        signature = officer.sign(statement)
        sealed = age.seal(frame, [home.public, peer.public])
        for node in (home, peer):
            officer.public.verify(statement, signature)
            age.open_sealed(sealed, node, stanzas=2)
        for _ in range(HASHES):
            hashlib.sha256(envelope).digest()
        return 1

    return work


def bare_bundle(lengths: Lengths) -> Work:
    """The cryptography of one bundle, and nothing else."""
    node = generate(Alg.MLKEM768X25519)
    link, log, witness = (generate(Alg.ED25519) for _ in range(3))
    contents, line = bytes(lengths.bundle), bytes(256)

    def work() -> int:
        age.open_sealed(age.seal(contents, [node.public]), node, stanzas=1)
        for key in (link, log, witness):
            key.public.verify(line, key.sign(line))
        return 1

    return work


def measured(both: tuple[Side, Side]) -> Lengths:
    """The lengths of one act, which both sides permit."""
    home, other = both
    entry = home.report()
    bundle = home.node.make_bundle()
    home.node.take_bundle(other.node.answer(bundle))
    sync(both)
    found = answers.find(home.node.holding, entry.act)
    assert answers.standing(found, home.node.scene().folded) is Standing.AGREED
    signed = home.node.holding.act(entry.act, entry.envelope)
    opened = home.node.holding.opened(signed)
    assert opened is not None
    return Lengths(
        statement=len(open_envelope(signed.raw, ACT, limits.ENVELOPE_BYTES_MAX).body),
        envelope=len(signed.raw),
        frame=frame_bytes(len(opened.raw)),
        bundle=len(bundle),
    )
